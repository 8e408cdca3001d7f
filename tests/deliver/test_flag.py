"""The party is told first; a flag is public only after its days to reply."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.deliver import clock
from minga.deliver.actions import moderate_reply, publish_flag, reply_to_flag, submit_contest, tell_party
from minga.deliver.models import Flag
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk, contracting, write

LATER = timedelta(days=11)


@pytest.fixture
def flag(desk: Desk) -> Flag:
    desk.in_use()
    return desk.flag()


def publish(flag: Flag, after: timedelta = LATER) -> Flag:
    return publish_flag(by(SYSTEM, happened=timezone.now() + after), flag.project, flag)


def with_email(desk: Desk) -> Flag:
    """A flag about a buyer whose address stands in the source."""
    party: dict[str, Any] = {
        "id": "EX-1",
        "name": "Health District North",
        "contactPoint": {"email": "post@north.example"},
    }
    with guard.open_for_action():
        desk.dataset = write(desk.project, [contracting(1, 4, parties=[party])], "One")
    return desk.flag()


def test_a_party_with_an_address_is_told_at_once(desk: Desk) -> None:
    desk.in_use()
    flag = with_email(desk)
    mail = Outbox.objects.get()
    assert flag.told_by_email
    assert mail.content["to"] == "post@north.example"
    assert f"/reply/{flag.token}/" in mail.content["text"]
    assert (flag.publish_on - flag.told).days == 10


def test_without_an_address_the_days_count_from_the_letter(desk: Desk, flag: Flag) -> None:
    assert (flag.told, flag.publish_on) == (None, None)
    with pytest.raises(Blocked, match="has not been told"):
        publish(flag)
    told = tell_party(by(desk.cast.flor), desk.project, flag)
    assert (told.publish_on - told.told).days == 10
    with pytest.raises(Conflict):
        tell_party(by(desk.cast.lena), desk.project, flag)


def test_nothing_is_public_before_the_days_have_passed(desk: Desk, flag: Flag) -> None:
    tell_party(by(desk.cast.flor), desk.project, flag)
    with pytest.raises(Blocked, match="have not passed"):
        publish(flag, timedelta(days=9))
    assert publish(flag).published


def test_only_the_clock_publishes(desk: Desk, flag: Flag) -> None:
    tell_party(by(desk.cast.flor), desk.project, flag)
    with pytest.raises(NotAllowed):
        publish_flag(by(desk.cast.lena), desk.project, flag)


def test_the_clock_publishes_what_is_due(desk: Desk, flag: Flag) -> None:
    tell_party(by(desk.cast.flor, happened=timezone.now() - LATER), desk.project, flag)
    assert clock.publish_due() == "1 published"
    assert clock.publish_due() == "0 published"
    assert Edge.objects.filter(entry__action="flag.published", cause_kind="determination").exists()


def test_the_party_replies_without_an_account_before_publication(desk: Desk, flag: Flag) -> None:
    reply = reply_to_flag(by(None), desk.project, flag, flag.token, "There was a flood.")
    assert reply.state == "waiting"
    tell_party(by(desk.cast.flor), desk.project, flag)
    with pytest.raises(Blocked, match="own words"):
        publish(flag)
    moderate_reply(by(desk.cast.mora), desk.project, reply, True)
    assert publish(flag).published


def test_another_token_is_refused(desk: Desk, flag: Flag) -> None:
    with pytest.raises(NotAllowed):
        reply_to_flag(by(None), desk.project, flag, "guess", "x")


def test_keeping_a_reply_back_needs_a_reason(desk: Desk, flag: Flag) -> None:
    reply = reply_to_flag(by(None), desk.project, flag, flag.token, "An insult")
    with pytest.raises(Invalid):
        moderate_reply(by(desk.cast.mora), desk.project, reply, False)
    assert moderate_reply(by(desk.cast.mora), desk.project, reply, False, "An insult").moderation_reason


def test_a_contest_of_the_party_holds_publication_until_it_is_answered(desk: Desk, flag: Flag) -> None:
    tell_party(by(desk.cast.flor), desk.project, flag)
    submit_contest(by(None), desk.project, flag, "Look again", token=flag.token)
    with pytest.raises(Blocked, match="own words"):
        publish(flag)


def test_codes_count_up(desk: Desk, flag: Flag) -> None:
    assert re.fullmatch(r"F-\d{4}", flag.code)
    assert desk.flag().code > flag.code
