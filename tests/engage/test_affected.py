"""Who took part against who is affected: nobody can be worked out, and every figure says how sure it is."""

import itertools
import json
from collections import Counter
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from minga.commission.actions import estimate_beneficiaries, list_stakeholder
from minga.engage import actions
from minga.engage.actions.affected import Row
from minga.engage.models import AffectedGroup, Conversation, Panel, Panellist, Participant, Reference, Vote
from minga.engage.queries import affected as reads
from minga.engage.queries import people
from minga.engage.queries.affected import Affected, compare
from minga.engage.tallying import counted
from minga.ledger import guard
from minga.ledger.action import SYSTEM, Actor, By
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

GROUPS = [Row("group", "residents", 800), Row("group", "business", 150), Row("group", "frontline", 50)]
STRATA = [Row("stratum", "young", 400, "Under 30"), Row("stratum", "old", 600, "30 and over")]
TODAY = date(2026, 1, 1)
REFERENCE = Affected({"group": {"residents": 800.0, "business": 150.0, "frontline": 50.0}}, {}, "Census")


@pytest.fixture
def reference(project: Project, cast: Cast) -> Reference:
    return actions.give_reference(by(cast.fabia), project, rows=[*GROUPS, *STRATA], source="Census", as_of=TODAY)


def voted(conversation: Conversation, sizes: dict[tuple[str, str], int]) -> None:
    """So many people of each (constituency, stratum) agree with the first statement; the votes are tallied."""
    statement = conversation.statements.get(number=1)
    with guard.open_for_action():
        for (constituency, stratum), count in sizes.items():
            for _ in range(count):
                person = Participant.objects.create(
                    conversation=conversation, constituency=constituency, stratum=stratum
                )
                Vote.objects.create(participant=person, statement=statement, choice=Vote.Choice.AGREE)
    actions.tally_votes(By(SYSTEM), conversation.project, conversation, counted(conversation))


def heard(project: Project, cast: Cast, group: str, people: int) -> None:
    for number in range(people):
        visitor = Actor(key=f"{group}-{number}", group=group, kind="visitor")
        given = actions.submit(by(visitor), project, text="It must be fair.", group=group)
        actions.moderate(by(cast.mora), project, given, show=True)


def test_a_reference_is_kept_with_its_source_and_its_rows(reference: Reference, project: Project) -> None:
    assert AffectedGroup.objects.filter(reference=reference).count() == 5
    told = json.loads(Entry.objects.get(action="reference.given").payload)
    assert (told["rows_in"], told["rejected"], told["sizes"]["group:residents"]) == (5, 0, 800)
    found = reads.affected(project)
    assert found is not None
    assert found.shares("group") == {"residents": 0.8, "business": 0.15, "frontline": 0.05}
    assert found.label("young") == "Under 30"


def test_the_newest_reference_is_the_one_in_use(reference: Reference, project: Project, cast: Cast) -> None:
    newer = [Row("group", "residents", 1), Row("group", "business", 1)]
    actions.give_reference(by(cast.lena), project, rows=newer, source="Register", as_of=TODAY)
    found = reads.affected(project)
    assert found is not None
    assert (found.source, found.shares("group")) == ("Register", {"residents": 0.5, "business": 0.5})


def test_without_a_reference_the_project_s_own_estimate_stands(project: Project, cast: Cast) -> None:
    assert reads.affected(project) is None
    for name, share in (("Tenants", 60), ("Owners", 20)):
        listed = list_stakeholder(
            by(cast.lena), project, name=name, group="residents", concern="Their homes.", path="existing"
        )
        estimate_beneficiaries(
            by(cast.lena), project, who=name, kind="direct", low=1, high=9, source="Count", stakeholder=listed,
            share=Decimal(share),
        )  # fmt: skip
    found = reads.affected(project)
    assert found is not None
    assert (found.estimated, found.sizes["group"]) == (True, {"residents": 80.0})


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ([Row("group", "residents", 10)], "table"),
        ([Row("group", "martians", 10), Row("group", "residents", 5)], "table"),
        ([Row("group", "residents", 10), Row("group", "residents", 5)], "table"),
        ([Row("group", "residents", 0), Row("group", "business", 5)], "table"),
        ([*GROUPS, Row("stratum", "young", 10), Row("stratum", "old", 10)], "table"),
    ],
)
def test_a_reference_that_cannot_be_is_refused(project: Project, cast: Cast, rows: list[Row], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.give_reference(by(cast.lena), project, rows=rows, source="Census", as_of=TODAY)
    assert field in refused.value.fields
    assert not Reference.objects.exists()


def test_a_source_is_needed_and_a_day_that_has_been(project: Project, cast: Cast) -> None:
    right: dict[str, Any] = {"rows": GROUPS, "source": "Census", "as_of": TODAY}
    soon = timezone.localdate() + timedelta(days=9)
    for wrong in ({"source": " "}, {"as_of": soon}, {"url": "javascript:alert(1)"}):
        with pytest.raises(Invalid):
            actions.give_reference(by(cast.lena), project, **(right | wrong))


def test_only_lead_and_facilitator_say_who_is_affected(project: Project, cast: Cast) -> None:
    for person in (cast.rosa, cast.dario, cast.paz, cast.olga):
        with pytest.raises(NotAllowed):
            actions.give_reference(by(person), project, rows=GROUPS, source="Census", as_of=TODAY)


def test_gap_interval_and_index_come_with_the_number_of_people() -> None:
    found = compare(REFERENCE, {"residents": 60, "business": 30, "frontline": 10})
    line = {each.key: each for each in found.lines}["residents"]
    assert (line.people, found.said, round(line.gap or 0)) == (60, 100, -20)
    assert line.low is not None
    assert line.high is not None
    assert line.low < 0.6 < line.high < 0.8
    assert line.differs
    assert found.finding == "Residents are under-heard by 20 points"
    assert found.figures is not None
    assert found.figures.representativeness.value == pytest.approx(0.8)


def test_groups_that_are_not_affected_stand_beside_the_others() -> None:
    found = compare(REFERENCE, {"residents": 60, "provider": 40})
    provider = {each.key: each for each in found.lines}["provider"]
    assert (provider.affected, provider.share, provider.ratio) == (0.0, 0.4, None)
    assert {each.key: each.people for each in found.lines}["business"] == 0


def test_small_groups_are_told_of_together() -> None:
    found = compare(REFERENCE, {"residents": 60, "business": 12, "frontline": 3})
    assert {line.key: line.people for line in found.lines} == {"residents": 60, "business": None, "frontline": None}
    assert found.together is not None
    assert found.together.people == 15
    assert found.together.affected == pytest.approx(0.2)


def test_fewer_than_ten_people_are_no_figure_at_all() -> None:
    found = compare(REFERENCE, {"residents": 9})
    assert (found.people, found.lines, found.figures) == (None, (), None)
    assert "Too few" in found.finding


def readings(shown: dict[str, int | None], total: int) -> list[dict[str, int]]:
    """Everything that the published counts leave possible."""
    hidden = [key for key, count in shown.items() if count is None]
    left = total - sum(count for count in shown.values() if count is not None)
    if not hidden:
        return [dict(shown)]  # type: ignore[arg-type]
    found = []
    for values in itertools.product(range(1, left + 1), repeat=len(hidden) - 1):
        if left - sum(values) >= 1:
            found.append(dict(zip(hidden, (*values, left - sum(values)), strict=True)))
    return found


@drawn(st.lists(st.integers(0, 25), min_size=3, max_size=4))
def test_no_small_group_can_be_worked_out(sizes: list[int]) -> None:
    names = ["residents", "business", "frontline", "provider"]
    found = compare(REFERENCE, dict(zip(names, sizes, strict=False)))
    if not found.lines or found.said is None:
        return
    shown = {line.key: line.people for line in found.lines}
    assert not any(count is not None and 0 < count < 10 for count in shown.values())
    possible = readings(shown, found.said)
    for key in (key for key, count in shown.items() if count is None):
        values = {reading[key] for reading in possible}
        assert len(values) > 1
        assert max(values) >= 10
    if found.together:
        assert (found.together.people or 0) >= 10


def test_a_phase_counts_each_person_once_and_nobody_that_is_held(project: Project, cast: Cast) -> None:
    heard(project, cast, "residents", 12)
    actions.submit(by(cast.rosa), project, text="Once.")
    actions.submit(by(cast.rosa), project, text="Twice.")
    actions.submit(by(None), project, text="Held back.")
    assert people.by_phase(project)["commission"] == Counter(residents=13)
    assert not people.by_phase(project)["design"]


def test_a_conversation_shows_the_cells_of_its_results_page(
    reference: Reference, conversation: Conversation, project: Project
) -> None:
    voted(conversation, {("residents", ""): 40, ("business", ""): 5, ("frontline", ""): 12, ("", ""): 20})
    found = reads.affected(project)
    assert found is not None
    one = reads.of_conversation(conversation, found)
    shown, total = people.published(conversation)
    assert (total, one.people) == (77, 77)
    assert {line.key: line.people for line in one.lines if line.key} == {
        key: shown.get(key, 0) for key in ("residents", "business", "frontline")
    }
    hidden = 77 - sum(count for count in shown.values() if count is not None)
    assert sum(count is None for count in shown.values()) > 1
    assert hidden >= 10


def test_before_the_first_tally_there_is_nothing_to_compare(
    reference: Reference, conversation: Conversation, project: Project
) -> None:
    found = reads.affected(project)
    assert found is not None
    assert not reads.of_conversation(conversation, found).lines


def test_weights_that_explode_are_warned_of(reference: Reference, conversation: Conversation, project: Project) -> None:
    sizes = {("residents", "young"): 11, ("business", "old"): 100, ("frontline", "old"): 100}
    voted(conversation, sizes)
    found = reads.affected(project)
    assert found is not None
    one = reads.of_conversation(conversation, found)
    assert one.weighting is not None
    assert one.weighting.used == 211
    assert one.weighting.effective < 100
    assert one.weighting.explodes
    assert any("times the usual" in words for words in one.weighting.warnings)


def test_weights_of_a_good_mix_need_no_warning(
    reference: Reference, conversation: Conversation, project: Project
) -> None:
    voted(
        conversation,
        {("residents", "young"): 160, ("residents", "old"): 240, ("business", "old"): 70, ("frontline", "old"): 30},
    )
    found = reads.affected(project)
    assert found is not None
    one = reads.of_conversation(conversation, found)
    assert one.weighting is not None
    assert not one.weighting.explodes
    assert 450 < one.weighting.effective <= 500
    assert one.not_said == 0
    strata = reads.of_conversation(conversation, found, "stratum")
    assert [(line.key, line.people) for line in strata.lines] == [("old", 340), ("young", 160)]


def test_voting_is_taking_part(conversation: Conversation, project: Project) -> None:
    before = {phase: groups for phase, groups, _now in people.silent(project)}
    assert "Technology providers" in before["Commission"]
    voted(conversation, {("provider", ""): 12, ("residents", ""): 12})
    after = {phase: groups for phase, groups, _now in people.silent(project)}
    assert "Technology providers" not in after["Commission"]


def test_a_session_shows_what_its_own_page_shows(reference: Reference, project: Project, cast: Cast) -> None:
    session = actions.plan_session(
        by(cast.fabia), project, title="Evening", purpose="To listen.", venue="Library",
        held_on=timezone.localdate() - timedelta(days=1), starts=time(18), policy_area="general",
        agenda=[{"minutes": 60, "what": "Talk", "how": "Tables"}], consent="May we?",
        wanted={"residents": 20, "business": 10, "frontline": 5},
    )  # fmt: skip
    came = {"residents": 14, "business": 12, "frontline": 3}
    counts = {row.pk: came.get(row.group, 0) for row in session.recruitment.all()}
    actions.hold_session(by(cast.fabia), project, session, counts)
    found = reads.affected(project)
    assert found is not None
    session.refresh_from_db()
    one = reads.of_session(session, found)
    assert {line.key: line.people for line in one.lines} == {"residents": 14, "business": None, "frontline": None}
    assert one.people == 29


def test_the_project_page_shows_the_counts_of_the_phase(reference: Reference, project: Project, cast: Cast) -> None:
    for group, count in (("residents", 40), ("business", 12), ("frontline", 3)):
        heard(project, cast, group, count)
    found = reads.affected(project)
    assert found is not None
    phases = reads.by_phase(project, found)
    assert reads.so_far(project) == phases[0]
    assert {line.key: line.people for line in phases[0].lines} == {
        "residents": 40,
        "business": None,
        "frontline": None,
    }
    exact = reads.so_far(project, exact=True)
    assert exact is not None
    assert {line.key: line.people for line in exact.lines}["frontline"] == 3


def test_groups_that_may_only_be_told_together_are_not_compared(
    reference: Reference, project: Project, cast: Cast, conversation: Conversation
) -> None:
    """Everybody together is 100 % of those who took part: no finding, and no mirror of the affected."""
    for group in ("residents", "business", "frontline"):
        heard(project, cast, group, 7)
    found = reads.affected(project)
    assert found is not None
    one = reads.by_phase(project, found)[0]
    assert (one.begun, one.lines, one.figures) == (True, (), None)
    assert one.finding == "Too few people took part so far to compare the groups in public"
    assert reads.so_far(project) == one
    voted(conversation, {("residents", ""): 12, ("business", ""): 30})
    standing = reads.so_far(project)
    assert standing is not None
    assert (standing.kind, standing.finding) == ("conversation", reads.of_conversation(conversation, found).finding)


def test_two_people_of_a_phase_do_not_stand_for_the_project(
    reference: Reference, project: Project, cast: Cast, conversation: Conversation
) -> None:
    heard(project, cast, "residents", 2)
    alone = reads.so_far(project, exact=True)
    assert alone is not None
    assert alone.kind == "commission"
    voted(conversation, {("residents", ""): 12, ("business", ""): 30})
    standing = reads.so_far(project, exact=True)
    assert standing is not None
    assert standing.kind == "conversation"


def test_the_seats_of_a_panel_are_compared_by_self_description(
    reference: Reference, project: Project, cast: Cast
) -> None:
    with guard.open_for_action():
        panel = Panel.objects.create(
            project=project, title="Panel", task="To advise.", policy_area="general", size=30, seed_source="Lottery",
            seed_on=TODAY, quotas={"sex": {"f": [1, 20], "m": [1, 20]}, "age": {"young": [5, 20], "old": [5, 20]}},
        )  # fmt: skip
        for number in range(34):
            Panellist.objects.create(
                panel=panel, link=f"link-{number}", expires=timezone.now(), state="accepted" if number < 30 else "pool",
                features={"sex": "f", "age": "young" if number < 18 else "old"},
            )  # fmt: skip
    found = reads.affected(project)
    assert found is not None
    [one] = [one for one in reads.comparisons(project, found) if one.kind == "panel"]
    assert (one.margin, one.people) == ("stratum", 30)
    assert {line.key: line.people for line in one.lines} == {"young": 18, "old": 12}
    assert one.finding == "30 and over are under-heard by 20 points"
