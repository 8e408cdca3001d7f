"""Public-dialogue sessions: plan, count, record with and without consent, report, compare."""

import datetime as dt
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.engage.actions import (
    decide,
    hold_session,
    invite_to_session,
    plan_session,
    record_statement,
    report_session,
)
from minga.engage.models import AffectedGroup, Contribution, Recorded, Reference, Session
from minga.engage.queries import overdue
from minga.engage.queries import sessions as queries
from minga.engage.queries.session_report import session_report
from minga.ledger.guard import open_for_action
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.ledger.thread import thread
from minga.projects.models import Project
from tests.conftest import Cast, by

WORDS = "My surgery should tell me when a machine has sorted my letter."
AGENDA = [
    {"minutes": 20, "what": "Welcome", "how": "All together"},
    {"minutes": 70, "what": "What worries you?", "how": "Tables of six"},
]
TODAY = timezone.localdate()


def planned(project: Project, cast: Cast, **given: Any) -> Session:
    plan: dict[str, Any] = {
        "title": "AI in health, Liverpool",
        "purpose": "To hear what people want of AI at the surgery.",
        "venue": "Library, Liverpool",
        "held_on": TODAY,
        "policy_area": "health",
        "agenda": AGENDA,
        "consent": "May we write it down?",
        "wanted": {"residents": 30, "frontline": 12, "provider": 2},
    }
    return plan_session(by(cast.fabia), project, **(plan | given))


def counted(session: Session, **by_group: int) -> dict[int, int]:
    return {row.pk: by_group.get(row.group or row.stratum, 0) for row in session.recruitment.all()}


def held(project: Project, cast: Cast, **came: int) -> Session:
    session = planned(project, cast)
    came = came or {"residents": 24, "frontline": 11, "provider": 0}
    return hold_session(by(cast.fabia), project, session, counted(session, **came), notes="Table 3 was quiet.")


def entry_of(action: str) -> Entry:
    return Entry.objects.filter(action=action).latest("seq")


def affected(project: Project) -> None:
    with open_for_action():
        reference = Reference.objects.create(project=project, source="Census 2021", as_of=TODAY)
        sizes = {"residents": 6000, "frontline": 3000, "provider": 1000}
        for key, size in sizes.items():
            AffectedGroup.objects.create(reference=reference, margin="group", key=key, size=size)
        for key, size in {"16-34": 4000, "35-64": 4000, "65+": 2000}.items():
            AffectedGroup.objects.create(reference=reference, margin="stratum", key=key, size=size)


def test_the_agenda_becomes_times(project: Project, cast: Cast) -> None:
    session = planned(project, cast, starts=dt.time(9, 50))
    assert [row["starts"] for row in queries.timetable(session)] == ["09:50", "10:10"]
    assert queries.ends(session) == dt.time(11, 20)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"policy_area": "astrology"}, "policy_area"),
        ({"agenda": [{"minutes": 0, "what": "Nothing"}]}, "agenda"),
        ({"agenda": [{"minutes": 721, "what": "Too long"}]}, "agenda"),
        ({"agenda": []}, "agenda"),
        ({"wanted": {"residents": 0}}, "wanted"),
        ({"wanted": {"martians": 3}}, "wanted"),
        ({"wanted_strata": {"65+": 3}}, "wanted_strata"),
        ({"consent": " "}, "consent"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_at_its_field(
    project: Project, cast: Cast, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        planned(project, cast, **given)
    assert field in refusal.value.fields
    assert not Session.objects.exists()


def test_only_lead_and_facilitator_plan(project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        plan_session(by(cast.rosa), project, "T", "P", "L", TODAY, "health", AGENDA, "C", {"residents": 3})


def test_nobody_came_to_a_session_that_is_still_ahead(project: Project, cast: Cast) -> None:
    session = planned(project, cast, held_on=TODAY + timedelta(days=3))
    with pytest.raises(Blocked):
        hold_session(by(cast.fabia), project, session, counted(session, residents=3))


def test_counts_are_entered_once_and_complete(project: Project, cast: Cast) -> None:
    session = planned(project, cast)
    some = dict(list(counted(session).items())[:1])
    for wrong in (some, dict.fromkeys(counted(session), -1)):
        with pytest.raises(Invalid):
            invite_to_session(by(cast.lena), project, session, wrong)
    invite_to_session(by(cast.lena), project, session, counted(session, residents=60, frontline=20))
    assert json.loads(entry_of("session.invited").payload) == {"invited": 80}
    hold_session(by(cast.lena), project, session, counted(session, residents=24))
    with pytest.raises(Conflict):
        hold_session(by(cast.lena), project, session, counted(session, residents=25))


def test_the_public_ledger_counts_nobody_below_ten(project: Project, cast: Cast) -> None:
    held(project, cast, residents=7)
    assert json.loads(entry_of("session.held").payload) == {"came": "fewer than 10"}


def test_words_with_consent_become_a_contribution_that_is_owed_an_answer(project: Project, cast: Cast) -> None:
    session = held(project, cast)
    given = record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    assert isinstance(given, Contribution)
    assert (given.status, given.group, given.kind, given.author_key) == ("shown", "residents", "statement", "")
    assert given.due is not None
    assert given in overdue(project, given.due + timedelta(days=1))
    entry = entry_of("session.recorded")
    assert (entry.subject_kind, entry.subject_id, entry.group) == ("contribution", str(given.pk), "residents")
    assert WORDS not in entry.payload
    assert ("session", str(session.pk)) in thread(("contribution", str(given.pk))).entries
    decide(by(cast.lena), project, given, outcome="adopted", reason="It becomes a criterion.")
    assert queries.answered(queries.quoted(session)) == queries.Answered(1, 1)


def test_without_consent_the_words_are_kept_nowhere(project: Project, cast: Cast) -> None:
    session = held(project, cast)
    with pytest.raises(Invalid) as refusal:
        record_statement(by(cast.fabia), project, session, about="Trust", held_by=4, text=WORDS)
    assert "text" in refusal.value.fields
    record_statement(by(cast.fabia), project, session, about="Trust", held_by=4)
    one = Recorded.objects.get()
    assert (one.about, one.held_by, one.contribution) == ("Trust", 4, None)
    assert not Contribution.objects.exists()
    assert [row.about for row in queries.unquoted(session)] == ["Trust"]
    assert queries.quoted(session) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"held_by": 36}, "held_by"),
        ({"held_by": 0}, "held_by"),
        ({"consented": True}, "text"),
        ({"consented": True, "text": WORDS, "group": "martians"}, "group"),
        ({"consented": True, "text": "a\x00b", "group": "residents"}, "text"),
        ({"about": "  "}, "about"),
    ],
)
def test_a_record_that_cannot_be_is_refused(project: Project, cast: Cast, given: dict[str, Any], field: str) -> None:
    session = held(project, cast)
    with pytest.raises(Invalid) as refusal:
        record_statement(by(cast.fabia), project, session, **({"about": "Trust", "held_by": 3} | given))
    assert field in refusal.value.fields


def test_states_follow_one_another(project: Project, cast: Cast) -> None:
    session = planned(project, cast)
    with pytest.raises(Blocked):
        record_statement(by(cast.fabia), project, session, about="Trust", held_by=1)
    with pytest.raises(Blocked):
        report_session(by(cast.fabia), project, session, finding="F", findings="G")
    hold_session(by(cast.fabia), project, session, counted(session, residents=12))
    record_statement(by(cast.fabia), project, session, about="Trust", held_by=1)
    reported = report_session(by(cast.fabia), project, session, finding="People want to know.", findings="All of it.")
    assert (reported.state, reported.finding) == ("reported", "People want to know.")
    with pytest.raises(Conflict):
        report_session(by(cast.fabia), project, session, finding="F", findings="G")
    with pytest.raises(Blocked):
        record_statement(by(cast.fabia), project, session, about="Late", held_by=1)


def test_the_report_follows_from_what_was_said(project: Project, cast: Cast) -> None:
    session = held(project, cast)
    given = record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    report_session(by(cast.fabia), project, session, finding="F", findings="G")
    causes = set(Edge.objects.filter(entry=entry_of("session.reported")).values_list("cause_kind", "cause_id"))
    assert causes == {("session", str(session.pk)), ("contribution", str(given.pk))}
    assert json.loads(entry_of("session.reported").payload) == {"recorded": 1, "quotable": 1}


def test_the_sum_of_an_area_does_not_tell_a_small_session(project: Project, cast: Cast) -> None:
    held(project, cast)
    held(project, cast, residents=4)
    (row,) = queries.areas()
    assert (row.sessions, row.people) == (2, 35)


@pytest.mark.parametrize(
    ("counts", "shown", "total"),
    [
        ([24, 11, 0], [24, 11, 0], 35),
        ([24, 11, 3], [24, None, None], 38),
        ([24, 4, 3], [None, None, None], 31),
        ([24, 6, 5], [24, None, None], 35),
        ([3, 2], [None, None], None),
        ([9], [None], None),
        ([0, 0], [0, 0], 0),
        ([], [], 0),
        ([9, 1], [None, None], None),
    ],
)
def test_small_counts_cannot_be_worked_out(counts: list[int], shown: list[int | None], total: int | None) -> None:
    assert queries.shown_counts(counts) == (shown, total)


def test_balance_against_the_affected_hides_small_groups(project: Project, cast: Cast) -> None:
    affected(project)
    session = held(project, cast, residents=24, frontline=15, provider=3)
    shares, reference = queries.balance(session, "group")
    assert reference is not None
    assert [(share.label, share.affected, share.came) for share in shares] == [
        ("Residents", 60.0, pytest.approx(100 * 24 / 42)),
        ("Frontline officers", 30.0, None),
        ("Technology providers", 10.0, None),
    ]
    low, high = shares[0].low, shares[0].high
    assert low < 100 * 24 / 42 < high


def test_strata_are_a_margin_of_their_own(project: Project, cast: Cast) -> None:
    affected(project)
    session = planned(project, cast, wanted={"residents": 40}, wanted_strata={"16-34": 16, "35-64": 16, "65+": 8})
    hold_session(
        by(cast.fabia), project, session, counted(session, **{"residents": 40, "16-34": 15, "35-64": 14, "65+": 11})
    )
    assert queries.came(session) == 40
    shares, _ = queries.balance(session, "stratum")
    assert [round(share.came or 0, 1) for share in shares] == [37.5, 35.0, 27.5]


def test_without_a_reference_there_is_no_balance_and_the_report_says_so(project: Project, cast: Cast) -> None:
    session = held(project, cast)
    assert queries.balance(session, "group") == ([], None)
    told = " ".join(queries.limits(session))
    assert "no balance can be computed" in told
    assert "nobody came: Technology providers" in told


def test_subjects_compare_across_sessions(project: Project, cast: Cast) -> None:
    first, second = held(project, cast), held(project, cast)
    for session, about in ((first, "Being told"), (second, "being  told"), (second, "Cost")):
        record_statement(by(cast.fabia), project, session, about=about, held_by=1)
    said = Recorded.objects.order_by("pk")
    assert queries.subjects(said) == [("Being told", 2, 2), ("Cost", 1, 1)]
    (row,) = queries.areas()
    assert (row.key, row.sessions, row.projects, row.people, row.statements) == ("health", 2, 1, 70, 3)


def test_the_pdf_data_hold_the_public_parts_only(project: Project, cast: Cast) -> None:
    session = held(project, cast, residents=24, frontline=11, provider=3)
    record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    record_statement(by(cast.fabia), project, session, about="Cost", held_by=2)
    session = report_session(by(cast.fabia), project, session, finding="People want to know.", findings="Much.")
    data = session_report(session)
    assert (data["recorded"], data["consented"]) == (2, 1)
    assert data["quotes"][0]["text"] == WORDS
    assert [row["came"] for row in data["attendance"]] == [24, None, None]
    assert data["tags"] == [{"code": "07", "label": "Health", "count": 2}]
    assert "Also raised, without consent to quote: Cost (2)" in data["limits"]
    assert "Table 3" not in str(data)


def test_what_next_follows_the_session(project: Project, cast: Cast) -> None:
    session = planned(project, cast)
    (sentence, address), *_ = queries.what_next(project, cast.fabia.actor)
    assert (sentence, address.endswith("/hold/")) == ("Enter who came to a session: AI in health, Liverpool", True)
    hold_session(by(cast.fabia), project, session, counted(session, residents=12))
    assert queries.what_next(project, cast.fabia.actor)[0][0].startswith("Write the report")
    assert queries.what_next(project, cast.rosa.actor) == []
