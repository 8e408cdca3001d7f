"""Sends what actions left in the outbox. A kind of effect is a function registered with ``@sender``."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.core.mail import send_mail
from django.utils import timezone

from minga.jobs.models import Outbox

log = logging.getLogger("minga.outbox")
Send = Callable[[Mapping[str, Any]], None]
_senders: dict[str, Send] = {}

MOST_TRIES = 8


def sender(kind: str) -> Callable[[Send], Send]:
    def register(send: Send) -> Send:
        _senders[kind] = send
        return send

    return register


@sender("email")
def _email(content: Mapping[str, Any]) -> None:
    send_mail(content["subject"], content["text"], None, [content["to"]])


def send_due(limit: int = 50) -> int:
    """Send up to ``limit`` due effects; a failed one is tried again after 1, 2, 4 ... minutes."""
    due = Outbox.objects.filter(sent=None, failed=False, due__lte=timezone.now())[:limit]
    return sum(_send(item) for item in due)


def _send(item: Outbox) -> bool:
    item.tries += 1
    try:
        _senders[item.kind](item.content)
    except Exception as error:
        item.last_error = f"{type(error).__name__}: {error}"[:1000]
        item.failed = item.tries >= MOST_TRIES
        item.due = timezone.now() + timedelta(minutes=2 ** (item.tries - 1))
        log.warning("%s could not be sent (try %d): %s", item, item.tries, item.last_error)
    else:
        # What was sent is no longer ours to keep: it holds an address and words to one person.
        item.sent, item.content = timezone.now(), {}
    item.save()
    return item.sent is not None
