"""Practice cases are made up, affect nobody, and some carry advice that is wrong on purpose."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from minga.deliver import casework, hearings, practice, quality
from minga.deliver.actions import (
    claim_case,
    make_rehearsal,
    open_evidence,
    record_determination,
    revise_determination,
)
from minga.deliver.models import Case, Contact, Determination, Flag, Notice, SecondReading, Service
from minga.deliver.servicefigures import in_time, waiting
from minga.deliver.showing import Withheld, withheld
from minga.design import store
from minga.design.models import Dataset
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Project
from minga.projects.queries import evidence
from minga.projects.steps import STEPS
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.deliver.served import Office, opened_service
from tests.deliver.test_pages import as_, text_of

COLUMNS = {"id": "id", "truth": "expected", "groups": []}


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project, second_share="1.000", needs_consent=True))


def dataset(project: Project, rows: int = 60, extra: tuple[dict[str, Any], ...] = (), **given: Any) -> Dataset:
    """Cases that participants wrote: every other one is to be declined."""
    written = [
        {"id": f"T-{n}", "need": f"Roof {n}", "income": 1000 + n, "expected": "declined" if n % 2 else "granted"}
        for n in range(rows)
    ]
    with store.staging() as staged:
        staged.write("\n".join(map(json.dumps, [*written, *extra])).encode())
        sha256 = staged.keep()
    with guard.open_for_action():
        return Dataset.objects.create(
            project=project, name="Cases", purpose="x", source="x", sha256=sha256,
            **{"kind": Dataset.Kind.SUITE, "columns": COLUMNS, **given},
        )  # fmt: skip


def made(
    office: Office, count: int = 40, wrong: float = 0.3, silent: float = 0.3, first: float = 0.0, **given: Any
) -> list[Case]:
    rows = given.pop("rows", None) or dataset(office.project)
    make_rehearsal(by(office.cast.lena), office.project, office.service, rows, count, wrong, silent, first)
    return list(Case.objects.filter(project=office.project, rehearsal=True).order_by("number"))


def kind(case: Case) -> str:
    proposal = case.told.proposal
    return "silent" if proposal is None else "right" if proposal == case.truth else "wrong"


def decide(office: Office, case: Case, outcome: str) -> Determination:
    flor = office.cast.flor
    if case.state == "open":
        case = claim_case(by(flor), office.project, case)
    open_evidence(by(flor), office.project, case, "/")
    return record_determination(by(flor), office.project, case, "", "The rules say so.", outcome)


def other(case: Case) -> str:
    return "granted" if case.truth == "declined" else "declined"


def test_the_stated_shares_are_met_exactly(office: Office) -> None:
    cases = made(office, 40, 0.3, 0.2, 0.5)
    kinds = [kind(case) for case in cases]
    assert [kinds.count(name) for name in ("wrong", "silent", "right")] == [12, 8, 20]
    assert sum(case.decide_first for case in cases) == 20


def test_the_same_round_comes_out_the_same(office: Office) -> None:
    rows = dataset(office.project)
    plan = practice.Plan(20, 0.4, 0.2, 0.5)
    now = rows.imported
    one, two = (practice.prepared(office.service, rows, plan, 7, 1, now).cases for _ in range(2))
    assert [(c.process, c.advice, c.decide_first) for c in one] == [(c.process, c.advice, c.decide_first) for c in two]
    third = practice.prepared(office.service, rows, plan, 8, 1, now).cases
    assert [c.process for c in third] != [c.process for c in one]


def test_neither_place_nor_sureness_nor_lot_tells_which_advice_is_wrong(office: Office) -> None:
    cases = made(office, 60, 0.5, 0.0, 0.5)
    wrong = [number for number, case in enumerate(cases) if kind(case) == "wrong"]
    assert max(wrong) > 40
    assert min(wrong) < 20
    for case in cases:
        assert set(case.advice["reasons"]) == set()
        assert practice.LEAST_SURE <= case.told.probability <= practice.MOST_SURE
    firsts = {kind(case) for case in cases if case.decide_first}
    assert firsts == {"wrong", "right"}


def test_a_row_that_does_not_fit_is_counted_and_left_out(office: Office) -> None:
    extra = ({"id": "x1", "need": "A", "expected": "postponed"}, {"id": "x2", "need": " ", "expected": "granted"})
    made(office, 10, rows=dataset(office.project, 8, extra))
    told = json.loads(Entry.objects.get(action="rehearsal.made").payload)
    assert (told["rows_in"], told["usable"], told["rejected"], told["made"]) == (10, 8, 2, 8)


def test_the_entry_follows_from_the_data(office: Office) -> None:
    rows = dataset(office.project)
    made(office, rows=rows)
    assert Edge.objects.filter(entry__action="rehearsal.made", cause_kind="dataset", cause_id=str(rows.pk)).exists()


@pytest.mark.parametrize("kind", [Dataset.Kind.TABLE, Dataset.Kind.OCDS])
def test_real_cases_are_never_used(office: Office, kind: str) -> None:
    with pytest.raises(Blocked, match="not made from these data"):
        made(office, rows=dataset(office.project, kind=kind))


def test_made_up_data_are(office: Office) -> None:
    real = dataset(office.project, kind=Dataset.Kind.TABLE)
    assert len(made(office, rows=dataset(office.project, kind=Dataset.Kind.TABLE, synthetic_from=real))) == 40


def test_data_without_right_answers_are_not_offered(office: Office) -> None:
    rows = dataset(office.project, columns={"id": "id", "truth": "", "groups": []})
    assert rows not in practice.datasets(office.project)


@pytest.mark.parametrize(
    ("given", "field"), [({"count": 0}, "count"), ({"wrong": 1.2}, "wrong"), ({"wrong": 0.8, "silent": 0.4}, "silent")]
)
def test_impossible_shares_are_refused(office: Office, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        made(office, **given)
    assert field in refused.value.fields


def test_who_decides_cases_does_not_make_them(office: Office) -> None:
    with pytest.raises(NotAllowed):
        make_rehearsal(by(office.cast.flor), office.project, office.service, dataset(office.project), 10, 0.3, 0.3, 0.0)


def test_advice_is_shown_whatever_the_stage_and_without_consent(office: Office) -> None:
    assert {withheld(case, None) for case in made(office)} == {None}
    assert withheld(made(office, first=1.0)[-1], None) == Withheld.FIRST


def test_nothing_follows_from_a_decision(office: Office) -> None:
    office.set(hook_url="https://hook.example.org/in")
    case = made(office)[0]
    decide(office, case, "declined")
    case.refresh_from_db()
    assert case.closed
    for rows in (Notice, SecondReading, Flag, Contact, Outbox):
        assert not rows.objects.exists(), rows


def test_it_enters_no_figure_of_the_service(office: Office) -> None:
    for case in made(office, 20):
        decide(office, case, case.truth)
    service, project = office.service, office.project
    assert in_time(service).of == 0
    assert waiting(service) == 0
    assert quality.overrule_share(project).of == 0
    assert quality.missed_share_of_control(project).of == 0
    assert sum(one.of for one in quality.adherence_by_group(service, "district")) == 0
    assert [one.of for one in quality.seconds(project)] == [0, 0]
    assert hearings.appeal_figures(project).decided == 0


def test_it_is_no_evidence_that_the_tool_is_used(office: Office) -> None:
    decide(office, made(office)[0], "declined")
    used = next(step for step in STEPS.values() if step.key == "use")
    needed = [one for one in evidence(office.project, used) if one.need.action == "determination.recorded"]
    assert [one.found for one in needed] == [0]


def test_it_stands_on_no_list_of_real_cases(office: Office, cast: Cast) -> None:
    case = made(office)[0]
    queue = reverse("deliver:desk", args=[office.project.slug])
    for query in ("", "?state=all", "?mine=1"):
        assert case.get_absolute_url() not in text_of(as_(cast.flor).get(queue + query))
    assert casework.capped_count(Case.objects.filter(project=office.project, rehearsal=False)) == 0


# What it measures


def test_commission_and_omission_are_counted_by_hand(office: Office) -> None:
    cases = made(office, 60, 0.4, 0.4)
    followed = missed = 0
    problems = [case for case in cases if kind(case) == "silent" and case.truth == "declined"]
    for number, case in enumerate(cases):
        if kind(case) == "wrong":
            follow = number % 3 == 0
            decide(office, case, case.told.proposal if follow else case.truth)
            followed += follow
        elif kind(case) == "silent":
            miss = number % 2 == 0
            decide(office, case, other(case) if miss else case.truth)
            missed += miss and case.truth == "declined"
        else:
            decide(office, case, case.truth)
    commission, omission = quality.commission_rate(office.project), quality.omission_rate(office.service)
    assert (commission.count, commission.of) == (followed, 24)
    assert (omission.count, omission.of) == (missed, len(problems))
    assert quality.right_followed(office.project).value == 1
    assert commission.low is not None
    assert commission.high is not None
    assert commission.low < followed / 24 < commission.high


def test_too_few_decisions_give_no_rate(office: Office) -> None:
    for case in made(office, 9, 1.0, 0.0):
        decide(office, case, case.truth)
    found = quality.commission_rate(office.project)
    assert (found.count, found.of, found.value) == (0, 9, None)


def test_what_was_decided_before_the_advice_followed_nothing(office: Office) -> None:
    for case in made(office, 10, 1.0, 0.0, 1.0):
        first = decide(office, case, case.told.proposal)
        case.refresh_from_db()
        assert first.before_advice
        revise_determination(by(office.cast.flor), office.project, case, "", "Still.", case.told.proposal)
    assert quality.commission_rate(office.project).of == 0
    assert len(quality.first_alone(office.project)) == 10


def test_who_cannot_tell_has_not_followed(office: Office) -> None:
    case = next(case for case in made(office, 10, 1.0, 0.0))
    claim_case(by(office.cast.flor), office.project, case)
    record_determination(by(office.cast.flor), office.project, case, "cannot_tell", "Unclear.")
    found = quality.commission_rate(office.project)
    assert (found.count, found.of) == (0, 1)


# Pages


def test_the_case_says_that_it_is_practice_and_hides_the_truth_until_decided(office: Office, cast: Cast) -> None:
    case = next(case for case in made(office, 20) if kind(case) == "wrong")
    flor = as_(cast.flor)
    claim_case(by(cast.flor), office.project, case)
    before = text_of(flor.get(case.get_absolute_url()))
    assert "Practice: affects nobody" in before
    assert "The right answer" not in before
    assert "checked" not in before.split("<main", 1)[1]
    decide(office, Case.objects.get(pk=case.pk), case.told.proposal)
    after = text_of(flor.get(case.get_absolute_url()))
    assert "Another answer was right" in after
    assert "wrong on purpose" in after
    assert office.service.outcome_words(case.truth) in after


def test_practice_is_done_with_forms_alone(office: Office, cast: Cast) -> None:
    lena, flor = as_(cast.lena), as_(cast.flor)
    rows = dataset(office.project)
    new = reverse("deliver:practice_new", args=[office.project.slug])
    assert "Cases" in text_of(lena.get(new))
    given = {"service": office.service.pk, "dataset": rows.pk, "count": 20, "wrong": 50, "silent": 20, "first": 0}
    assert lena.post(new, {**given, "count": 0}).status_code == 422
    assert "20 practice cases wait" in text_of(lena.post(new, given, follow=True))
    here = reverse("deliver:practice", args=[office.project.slug])
    listed = text_of(flor.get(here))
    assert "20 cases to practise on" in listed
    case = practice.cases_of(office.project)[0]
    flor.post(reverse("deliver:claim", args=[office.project.slug, case.number]), {"once": "a"})
    flor.get(reverse("deliver:source", args=[office.project.slug, case.number]))
    sent = flor.post(case.get_absolute_url(), {"outcome": case.truth, "reason": "Rule 3", "step": "first"}, follow=True)
    assert "Your answer was right" in text_of(sent)
    assert "Decided by you, with what was right" in text_of(flor.get(here))


def test_strangers_see_no_practice_case(office: Office) -> None:
    made(office)
    assert Client().get(reverse("deliver:practice", args=[office.project.slug])).status_code in {302, 403}


def test_the_form_says_what_is_missing(project: Project, cast: Cast) -> None:
    shown = text_of(as_(cast.lena).get(reverse("deliver:practice_new", args=[project.slug])))
    assert "Practice needs an open service" in shown
    assert not Service.objects.exists()


def test_silence_is_said_in_the_language_of_the_page(office: Office, cast: Cast) -> None:
    case = next(case for case in made(office, 20) if kind(case) == "silent")
    shown = as_(cast.flor)
    shown.cookies["django_language"] = "es"
    assert "La herramienta no encontró nada que señalar." in text_of(shown.get(case.get_absolute_url()))


def test_a_drawn_project_keeps_its_queue(desk: Desk) -> None:
    desk.in_use()
    case = desk.case()
    assert case.title in text_of(as_(desk.cast.flor).get(reverse("deliver:desk", args=[desk.project.slug])))


def test_a_desk_without_a_service_says_that_it_has_no_practice(desk: Desk) -> None:
    page = text_of(as_(desk.cast.flor).get(reverse("deliver:practice", args=[desk.project.slug])))
    assert "is there for services only" in page
    assert "Make practice cases" not in page
