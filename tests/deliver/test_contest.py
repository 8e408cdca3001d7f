"""Anybody contests a public flag; another person than the one who decided answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minga.deliver import queries
from minga.deliver.actions import answer_contest, moderate_contest, publish_flag, submit_contest, tell_party
from minga.deliver.models import Contest, Flag
from minga.jobs.models import Outbox
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.deliver.conftest import Desk


@pytest.fixture
def flag(desk: Desk) -> Flag:
    desk.in_use()
    flag = desk.flag()
    tell_party(by(desk.cast.flor, happened=timezone.now() - timedelta(days=20)), desk.project, flag)
    return publish_flag(by(SYSTEM), desk.project, flag)


def contested(desk: Desk, flag: Flag, **given: object) -> Contest:
    contest = submit_contest(by(None, **given), desk.project, flag, "The call replaced one of 22 days.")
    return moderate_contest(by(desk.cast.mora), desk.project, contest, True)


def answered(desk: Desk, contest: Contest, outcome: str, **given: object) -> Flag:
    answer_contest(by(desk.cast.fidel, **given), desk.project, contest, outcome, "We looked at the file.")
    return Flag.objects.get(pk=contest.flag_id)


def test_a_moderator_reads_it_before_the_flag_is_contested(desk: Desk, flag: Flag) -> None:
    contest = submit_contest(by(None), desk.project, flag, "Wrong")
    assert Flag.objects.get().state == "confirmed"
    assert not contest.is_public
    moderate_contest(by(desk.cast.mora), desk.project, contest, True)
    assert Flag.objects.get().state == "contested"


def test_it_is_due_in_fifteen_days(desk: Desk, flag: Flag) -> None:
    contest = contested(desk, flag)
    assert (contest.due - contest.opened).days == 15


def test_who_decided_does_not_answer(desk: Desk, flag: Flag) -> None:
    contest = contested(desk, flag)
    with pytest.raises(NotAllowed, match="You decided this case"):
        answer_contest(by(desk.cast.flor), desk.project, contest, "upheld", "No")


@pytest.mark.parametrize(
    ("outcome", "state"), [("upheld", "confirmed"), ("explained", "explained"), ("withdrawn", "withdrawn")]
)
def test_the_outcome_moves_the_flag(desk: Desk, flag: Flag, outcome: str, state: str) -> None:
    assert answered(desk, contested(desk, flag), outcome).state == state


def test_the_answer_follows_from_the_contest_and_that_from_the_flag(desk: Desk, flag: Flag) -> None:
    answered(desk, contested(desk, flag), "withdrawn")
    assert Edge.objects.filter(entry__action="contest.answered", cause_kind="contest").exists()
    assert Edge.objects.filter(entry__action="contest.submitted", cause_kind="flag", cause_id=flag.pk).exists()


def test_it_is_answered_once(desk: Desk, flag: Flag) -> None:
    contest = contested(desk, flag)
    answered(desk, contest, "upheld")
    with pytest.raises(Conflict):
        answered(desk, contest, "withdrawn")


def test_a_withdrawn_flag_stays_withdrawn(desk: Desk, flag: Flag) -> None:
    first, second = contested(desk, flag), contested(desk, flag)
    answered(desk, first, "withdrawn")
    assert answered(desk, second, "upheld").state == "withdrawn"
    with pytest.raises(Blocked, match="no longer stands"):
        submit_contest(by(None), desk.project, flag, "Again")


def test_upholding_one_of_two_leaves_it_contested(desk: Desk, flag: Flag) -> None:
    first, second = contested(desk, flag), contested(desk, flag)
    assert answered(desk, first, "upheld").state == "contested"
    assert answered(desk, second, "upheld").state == "confirmed"


def test_a_contest_kept_back_does_not_change_the_flag(desk: Desk, flag: Flag) -> None:
    contest = submit_contest(by(None), desk.project, flag, "An insult", "me@example.org")
    moderate_contest(by(desk.cast.mora), desk.project, contest, False, "It insults a person")
    assert Flag.objects.get().state == "confirmed"
    assert "It insults a person" in Outbox.objects.last().content["text"]  # type: ignore[union-attr]


def test_an_unpublished_flag_is_contested_only_by_the_party(desk: Desk) -> None:
    desk.in_use()
    flag = desk.flag()
    with pytest.raises(Invalid, match="no public flag"):
        submit_contest(by(None), desk.project, flag, "Wrong")
    assert submit_contest(by(None), desk.project, flag, "Wrong", token=flag.token).from_party


def test_the_author_hears_by_mail_if_they_want(desk: Desk, flag: Flag) -> None:
    contest = submit_contest(by(None), desk.project, flag, "Wrong", "me@example.org")
    moderate_contest(by(desk.cast.mora), desk.project, contest, True)
    answered(desk, contest, "explained")
    texts = [mail.content["text"] for mail in Outbox.objects.all()]
    assert len(texts) == 2
    assert all(f"/contest/private/{contest.token}/" in text for text in texts)


@pytest.mark.parametrize("email", ["nonsense", "a@b"])
def test_a_broken_address_is_refused_at_its_field(desk: Desk, flag: Flag, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        submit_contest(by(None), desk.project, flag, "Wrong", email)
    assert "email" in refused.value.fields


def test_days_median_and_how_many_won_are_counted(desk: Desk, flag: Flag) -> None:
    ago = timezone.now() - timedelta(days=6)
    first = contested(desk, flag, happened=ago)
    contested(desk, flag, happened=timezone.now() - timedelta(days=16))
    answered(desk, first, "withdrawn")
    figures = queries.contest_figures(desk.project)
    assert (figures.received, figures.answered, figures.won, figures.overdue) == (2, 1, 1, 1)
    assert figures.median_days == 6
