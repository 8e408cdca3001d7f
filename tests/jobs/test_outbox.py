"""What must leave the system is written with its cause and sent later, with retries."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from minga.jobs import outbox
from minga.jobs.models import Outbox

LETTER = {"to": "ana@valle-alto.example", "subject": "Your answer", "text": "It was adopted."}


@pytest.mark.django_db
def test_a_due_letter_is_sent_once() -> None:
    Outbox.objects.create(kind="email", content=LETTER)
    assert (outbox.send_due(), outbox.send_due(), len(mail.outbox)) == (1, 0, 1)


@pytest.mark.django_db
def test_a_failed_effect_is_tried_again_later_and_given_up_at_last() -> None:
    item = Outbox.objects.create(kind="nothing-sends-this", content={})
    for _ in range(outbox.MOST_TRIES):
        Outbox.objects.update(due=timezone.now() - timedelta(seconds=1))
        assert outbox.send_due() == 0
    item.refresh_from_db()
    assert (item.tries, item.failed, item.sent) == (outbox.MOST_TRIES, True, None)
