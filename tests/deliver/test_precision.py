"""How often the advice was right, with its interval; too few give no share."""

import pytest
from django.utils import timezone

from minga.deliver import queries
from minga.deliver.actions import answer_contest, moderate_contest, submit_contest
from minga.deliver.models import Case, Flag
from tests.conftest import by
from tests.deliver.conftest import Desk


def decide(desk: Desk, *choices: str, drawn: str = "flagged") -> None:
    for choice in choices:
        desk.decide(choice, desk.claimed(drawn))


def test_confirmed_of_decided_with_a_wilson_interval(desk: Desk) -> None:
    desk.in_use()
    decide(desk, *["accept"] * 4, *["reject"] * 6)
    figure = queries.precision(desk.project)
    assert (figure.count, figure.of, figure.value) == (4, 10, 0.4)
    assert (figure.low, figure.high) == pytest.approx((0.1682, 0.6873), abs=1e-4)


def test_fewer_than_ten_give_no_share(desk: Desk) -> None:
    desk.in_use()
    decide(desk, "accept", "reject")
    figure = queries.precision(desk.project)
    assert (figure.count, figure.of, figure.value, figure.low) == (1, 2, None, None)


def test_per_indicator_and_buyer(desk: Desk) -> None:
    desk.in_use()
    decide(desk, "accept", "reject")
    assert [(f.group, f.count, f.of) for f in queries.precision_by_indicator(desk.project)] == [("R003", 1, 2)]
    assert [(f.group, f.of) for f in queries.precision_by_buyer(desk.project)] == [("Health District North", 2)]


def test_like_this_leaves_the_case_itself_out(desk: Desk) -> None:
    desk.in_use()
    decide(desk, "accept", "reject")
    decided, still_open = Case.objects.filter(state="decided").first(), desk.case()
    assert queries.precision_like(still_open).of == 2
    assert decided is not None
    assert queries.precision_like(decided).of == 1


def test_cannot_tell_is_no_decision(desk: Desk) -> None:
    desk.in_use()
    decide(desk, "cannot_tell")
    assert queries.precision(desk.project).of == 0


def test_what_the_tool_missed(desk: Desk) -> None:
    desk.in_use()
    decide(desk, "accept", "reject", "reject", drawn="random")
    figure = queries.missed_share(desk.project)
    assert (figure.count, figure.of) == (1, 3)
    assert queries.precision(desk.project).of == 0


def test_a_withdrawn_flag_counts_as_not_confirmed(desk: Desk) -> None:
    desk.in_use()
    flag = desk.flag()
    contest = submit_contest(by(None), desk.project, flag, "Wrong", token=flag.token)
    moderate_contest(by(desk.cast.mora), desk.project, contest, True)
    answer_contest(by(desk.cast.fidel), desk.project, contest, "withdrawn", "Right")
    assert queries.precision(desk.project).count == 0
    assert (queries.withdrawn_share(desk.project).count, Flag.objects.get().state) == (1, "withdrawn")


def test_the_share_flagged_this_month(desk: Desk) -> None:
    desk.to("shadow")
    desk.draw()
    figure = queries.flag_share_this_month(desk.release)
    assert (figure.count, figure.of) == (12, 34)
    assert figure.value == pytest.approx(12 / 34)
    next_year = timezone.now().replace(year=timezone.now().year + 1)
    assert queries.flag_share_this_month(desk.release, next_year).value is None


def test_a_dataset_that_two_draws_read_counts_once(desk: Desk) -> None:
    desk.to("shadow")
    desk.draw()
    desk.draw(seed=2)
    figure = queries.flag_share_this_month(desk.release)
    assert (figure.count, figure.of) == (12, 34)


def test_what_next_says_what_waits(desk: Desk) -> None:
    desk.in_use()
    flag = desk.flag()
    contest = submit_contest(by(None), desk.project, flag, "Wrong", token=flag.token)
    assert [text for text, _ in queries.what_next(desk.project, desk.cast.mora.actor)] == ["Read 1 reply or contest"]
    moderate_contest(by(desk.cast.mora), desk.project, contest, True)
    fidel = dict(queries.what_next(desk.project, desk.cast.fidel.actor))
    assert "Answer 1 contest" in fidel
    assert not any("contest" in text for text, _ in queries.what_next(desk.project, desk.cast.flor.actor))
    assert queries.what_next(desk.project, desk.cast.rosa.actor) == []
