"""Figures on people and tool together, each counted by hand beside the query that counts it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from minga.deliver import doubt, quality
from minga.deliver.actions import claim_case, open_evidence, record_determination, revise_determination
from minga.deliver.models import Appeal, Case, Determination, SecondReading
from minga.ledger import guard
from minga.projects.models import Project
from minga.tools.base import Advice, Reason
from minga.tools.stats import wilson
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.deliver.served import Office, advice, opened_service
from tests.deliver.test_pages import as_, text_of


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    made = Office(project, cast, opened_service(project))
    made.stage("100")
    return made


def written(office: Office, outcome: str, advised: str | None = "declined", **given: Any) -> Determination:
    """A decided case written without its actions: ``advised`` None where the tool proposed nothing."""
    row = {"before_advice": False, "choice": "reject" if outcome != advised else "accept", **given}
    case_given = {name: row.pop(name) for name in ("groups", "drawn", "advice") if name in row}
    case = office.case(state=Case.State.DECIDED)
    difference = {"advised": advised, "agrees": None if advised is None else outcome == advised, "withheld": ""}
    with guard.open_for_action():
        Case.objects.filter(pk=case.pk).update(**case_given)
        return Determination.objects.create(
            case=case, person=office.cast.flor, outcome=outcome, reason="-", **{"difference": difference, **row}
        )


def alone_then_aided(office: Office, first: str, then: str, advised: str) -> Determination:
    """A person decides alone, sees the advice, and keeps or changes the decision; with the actions of the desk."""
    flor = office.cast.flor
    case = office.case({}, advised={"declined": "Grant declined", "granted": "Grant approved"}[advised])
    with guard.open_for_action():
        Case.objects.filter(pk=case.pk).update(decide_first=True)
    claim_case(by(flor), office.project, case)
    for path in ("/", "/income", "/born"):
        open_evidence(by(flor), office.project, case, path)
    record_determination(by(flor), office.project, case, "", "Alone.", first)
    return revise_determination(by(flor), office.project, case, "", "With it.", then)


def read_again(office: Office, made: Determination, answer: str) -> None:
    with guard.open_for_action():
        SecondReading.objects.create(
            case=made.case, reader=office.cast.fidel, outcome=answer, reason="-", given=timezone.now()
        )


# Overruling


def test_overruled_is_what_went_another_way_with_the_advice_in_sight(office: Office) -> None:
    for number in range(20):
        written(office, "declined" if number % 4 else "granted")
    written(office, "granted", None)
    written(office, "granted", difference={"advised": "declined", "agrees": False, "withheld": "shadow"})
    written(office, "granted", difference={"appeal": 1, "advised": "declined", "agrees": False, "withheld": ""})
    found = quality.overrule_share(office.project)
    assert (found.count, found.of, found.value) == (5, 20, 0.25)
    assert (found.low, found.high) == wilson(5, 20)


def test_a_revised_decision_counts_once(office: Office) -> None:
    alone_then_aided(office, "granted", "granted", "declined")
    found = quality.overrule_share(office.service)
    assert (found.count, found.of) == (1, 1)


def test_drawn_cases_count_too(desk: Desk) -> None:
    desk.in_use()
    desk.decide("accept")
    desk.decide("reject")
    found = quality.overrule_share(desk.project)
    assert (found.count, found.of) == (1, 2)


def test_figures_begin_where_they_are_asked_to(office: Office) -> None:
    written(office, "granted", recorded=timezone.now() - timedelta(days=40))
    written(office, "granted")
    assert quality.overrule_share(office.project, timezone.now() - timedelta(days=30)).of == 1


def test_real_decisions_through_the_desk_are_counted(office: Office) -> None:
    office.decided("declined", advised="Grant declined")
    office.decided("granted", advised="Grant declined")
    found = quality.overrule_share(office.project)
    assert (found.count, found.of, found.value) == (1, 2, None)


# Switching


@pytest.mark.parametrize(("answer", "truth"), [("granted", "granted"), ("declined", "declined"), ("cannot_tell", None)])
def test_the_second_reader_s_answer_is_taken_as_right(office: Office, answer: str, truth: str | None) -> None:
    made = alone_then_aided(office, "granted", "declined", "declined")
    assert quality.first_alone(office.project) == []
    read_again(office, made, answer)
    assert [one.truth for one in quality.first_alone(office.project)] == ([truth] if truth else [])


def test_a_case_counts_whether_or_not_the_second_reader_agrees_with_anybody(office: Office) -> None:
    read_again(office, alone_then_aided(office, "granted", "granted", "declined"), "declined")
    [found] = quality.first_alone(office.project)
    assert (found.truth, found.first, found.decided, found.advised) == ("declined", "granted", "granted", "declined")


@pytest.mark.parametrize(("won", "truth"), [(True, "granted"), (False, "declined")])
def test_an_appeal_corrects_the_second_reader(office: Office, won: bool, truth: str) -> None:
    made = alone_then_aided(office, "granted", "declined", "declined")
    office.appealed(made, won=won)
    assert quality.first_alone(office.project) == []  # who appeals is not drawn by lot
    with guard.open_for_action():
        Appeal.objects.filter(outcome="changed").update(new_outcome="granted")
    read_again(office, made, "declined")
    assert [one.truth for one in quality.first_alone(office.project)] == [truth]


def test_switches_towards_and_away_are_counted_by_hand(office: Office) -> None:
    # (first alone, then, advised, right answer): how often
    rows = {
        ("granted", "declined", "declined", "declined"): 7,  # towards
        ("granted", "granted", "declined", "declined"): 3,  # not moved by right advice
        ("granted", "declined", "declined", "granted"): 2,  # away
        ("granted", "granted", "declined", "granted"): 8,  # not moved by wrong advice
        ("declined", "declined", "declined", "declined"): 4,  # right all along
    }
    for (first, then, advised, truth), times in rows.items():
        for _ in range(times):
            read_again(office, alone_then_aided(office, first, then, advised), truth)
    towards, away, alone, aided, tool = quality.both(office.project)
    assert (towards.count, towards.of) == (7, 10)
    assert (away.count, away.of) == (2, 10)
    assert (alone.count, alone.of) == (14, 24)
    assert (aided.count, aided.of) == (19, 24)
    assert (tool.count, tool.of) == (14, 24)
    assert quality.switch_rates(office.service) == (towards, away)
    assert quality.accuracies(office.project) == (alone, aided, tool)


def test_drawn_cases_switch_too(desk: Desk) -> None:
    desk.in_use()
    case = desk.claimed("flagged", first=True)
    desk.decide("reject", case)
    case.refresh_from_db()
    desk.open_all(case)
    made = revise_determination(by(desk.cast.flor), desk.project, case, "accept", "It is short indeed.")
    with guard.open_for_action():
        SecondReading.objects.create(
            case=case, reader=desk.cast.fidel, outcome="accept", reason="-", given=made.recorded
        )
    [found] = quality.first_alone(desk.project)
    assert (found.first, found.decided, found.advised, found.truth) == ("nothing", "problem", "problem", "problem")


# Groups


def test_following_advice_against_people_by_group(office: Office) -> None:
    for group, followed, of in (("North", 18, 20), ("South", 10, 20), ("West", 3, 5)):
        for number in range(of):
            written(office, "declined" if number < followed else "granted", groups={"district": group})
    written(office, "granted", "granted", groups={"district": "South"})  # advice for the person does not count
    found = {one.group: one for one in quality.adherence_by_group(office.service, "district")}
    assert [(found[name].count, found[name].of) for name in ("North", "South", "West")] == [(18, 20), (10, 20), (3, 5)]
    assert found["West"].value is None
    gap = quality.adherence_gap(office.project)
    assert gap.group == "North – South"
    assert gap.value == pytest.approx(0.4)
    assert (gap.value, gap.low, gap.high) == doubt.difference((18, 20), (10, 20))


def test_one_group_has_no_gap(office: Office) -> None:
    for _ in range(12):
        written(office, "declined", groups={"district": "North"})
    assert quality.adherence_gap(office.project).value is None


def test_newcombe_s_own_example() -> None:
    """Newcombe (1998), table II (a), method 10: 56 of 70 against 48 of 80 gives .0524 to .3339."""
    gap, low, high = doubt.difference((56, 70), (48, 80))
    assert (gap, round(low, 4), round(high, 4)) == (pytest.approx(0.2), 0.0524, 0.3339)


# What the list misses


def ranked(priority: float) -> dict[str, Any]:
    reason = Reason("priority", "Urgent.", priority, None, "")
    return Advice("case", "Grant approved", probability=0.9, reasons=(reason,)).as_json()


def test_the_list_misses_what_it_would_have_put_last(office: Office) -> None:
    for priority in [0.1] * 4 + [0.9] * 8:
        written(office, "declined", drawn="random", advice=ranked(priority))
    written(office, "granted", drawn="random", advice=ranked(0.1))
    written(office, "declined", drawn="listed", advice=ranked(0.1))
    written(office, "declined", drawn="random", advice={})
    found = quality.missed_share_of_control(office.project)
    assert (found.count, found.of) == (4, 12)


def test_a_tool_without_priorities_misses_what_it_did_not_propose(office: Office) -> None:
    for proposal in ["Grant declined"] * 7 + ["Grant approved"] * 5:
        written(office, "declined", drawn="random", advice=advice(proposal).as_json())
    found = quality.missed_share_of_control(office.service)
    assert (found.count, found.of) == (5, 12)


def test_of_draws_it_is_what_a_person_saw_among_the_unflagged(desk: Desk) -> None:
    desk.in_use()
    desk.decide("accept", desk.claimed("random"))
    found = quality.missed_share_of_control(desk.project)
    assert (found.count, found.of) == (1, 1)


# Time


def test_the_median_time_alone_and_with_advice(office: Office) -> None:
    for number in range(11):
        written(office, "declined", seconds=60 * number)
        written(office, "declined", None, choice="unaided", before_advice=True, seconds=600)
    alone, aided = quality.seconds(office.project)
    assert (alone.value, alone.of) == (600, 11)
    assert aided.value == 300
    assert aided.low is not None
    assert aided.high is not None
    assert aided.low < 300 < aided.high


def test_ranks_of_the_median_are_those_of_campbell_and_gardner() -> None:
    """Campbell and Gardner (1988): of 100 values the 40th and the 61st."""
    assert doubt.middle(list(range(1, 101))) == (50.5, 40, 61)
    assert doubt.middle([1, 2, 3, 4, 5]) is None


# The page


def filled(office: Office) -> None:
    for number in range(24):
        written(
            office, "granted" if number % 4 == 0 else "declined", seconds=100,
            groups={"district": "North" if number % 2 else "South"},
        )  # fmt: skip


def page(office: Office) -> str:
    return reverse("deliver:quality", args=[office.project.slug])


def test_the_page_asks_its_question_and_says_what_is_not_known(office: Office) -> None:
    shown = text_of(as_(None).get(page(office)))
    assert "Do people follow the tool when it is wrong?" in shown
    assert "Not known yet: too few practice cases were decided" in shown


def test_the_public_sees_no_count_of_what_is_too_few(office: Office) -> None:
    for _ in range(3):
        written(office, "granted", groups={"district": "Tiny village"})
    for _ in range(12):
        written(office, "declined", groups={"district": "North"})
    public, staff = text_of(as_(None).get(page(office))), text_of(as_(office.cast.flor).get(page(office)))
    assert "Tiny village" not in public
    assert "Tiny village" in staff
    assert "3 of 15" in public.replace("\u202f", " ")


def test_the_heading_of_each_part_is_its_finding(office: Office) -> None:
    filled(office)
    shown = text_of(as_(None).get(page(office)))
    assert "People decided otherwise than the tool in 6 of 24 decisions (25" in shown
    assert "Grants for roofs, by Area:" in shown


def test_the_page_costs_the_same_for_many(office: Office) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            as_(None).get(page(office))
        return len(found)

    filled(office)
    read_again(office, alone_then_aided(office, "granted", "declined", "declined"), "granted")
    queries()
    few = queries()
    filled(office)
    for _ in range(3):
        read_again(office, alone_then_aided(office, "granted", "declined", "declined"), "granted")
    assert queries() == few


def test_the_page_is_there_for_a_project_with_draws_and_for_an_empty_one(desk: Desk) -> None:
    shown = text_of(as_(None).get(reverse("deliver:quality", args=[desk.project.slug])))
    assert "Too few control cases" in shown
