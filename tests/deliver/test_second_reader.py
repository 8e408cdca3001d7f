"""A second person reads a random share of decided cases blind; kappa says how well the two agree."""

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from sklearn.metrics import cohen_kappa_score

from minga.deliver import doubt, quality, readers
from minga.deliver.actions import ask_second, look, read_second
from minga.deliver.models import Access, Case, Determination, SecondReading
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.actions import grant_role
from minga.projects.models import Project
from minga.projects.roles import Role
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.deliver.served import Office, opened_service
from tests.deliver.test_pages import as_, text_of


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project, second_share="1.000"))


def reading_of(made: Determination) -> SecondReading:
    return SecondReading.objects.get(case=made.case)


def read(office: Office, made: Determination, answer: str = "granted", who: Person | None = None) -> SecondReading:
    reader = who or office.cast.fidel
    return read_second(by(reader), office.project, reading_of(made), answer, "The roof leaks.")


def test_a_closed_case_is_drawn_by_lot(office: Office) -> None:
    made = office.decided()
    assert reading_of(made).given is None
    office.set(second_share=0)
    assert not SecondReading.objects.filter(case=office.decided().case).exists()


def test_a_drawn_case_too_where_the_operator_sets_a_share(desk: Desk, settings: Any) -> None:
    desk.in_use()
    desk.decide("reject")
    assert not SecondReading.objects.exists()
    settings.MINGA_DESK_SECOND_SHARE = 1.0
    made = desk.decide("accept")
    read_second(by(desk.cast.fidel), desk.project, reading_of(made), "accept", "Too short.")
    assert quality.second_reader_pairs(desk.project) == [("problem", "problem")]


def test_a_reading_is_recorded_and_follows_from_the_case(office: Office) -> None:
    made = office.decided()
    found = read(office, made)
    assert (found.outcome, found.reader) == ("granted", office.cast.fidel)
    causes = Edge.objects.filter(entry__action="second.read").values_list("cause_kind", "cause_id")
    assert ("case", str(made.case.pk)) in causes
    assert Access.objects.filter(case=made.case, what=Access.What.SECOND, person=office.cast.fidel).exists()


def test_it_changes_nothing_for_the_person_concerned(office: Office) -> None:
    made = office.decided("declined")
    read(office, made, "granted")
    made.refresh_from_db()
    assert made.outcome == "declined"
    assert Determination.objects.count() == 1


def test_who_decided_does_not_read_it_again(office: Office) -> None:
    made = office.decided()
    assert readers.to_read(office.project, office.cast.flor.actor) == []
    with pytest.raises(Blocked, match="cannot read it blind"):
        read(office, made, who=office.cast.flor)


def test_nor_who_has_seen_what_was_decided(office: Office) -> None:
    made = office.decided()
    look(by(office.cast.fidel), office.project, [made.case], Access.What.CASE)
    assert readers.to_read(office.project, office.cast.fidel.actor) == []
    with pytest.raises(Blocked):
        read(office, made)


def test_nor_who_had_it_and_gave_it_back(office: Office) -> None:
    made = office.decided()
    with guard.open_for_action():
        Case.objects.filter(pk=made.case.pk).update(claimed_by=office.cast.fidel)
    with pytest.raises(Blocked):
        read(office, made)


def test_it_is_read_once(office: Office) -> None:
    made = office.decided()
    read(office, made)
    with pytest.raises(Conflict, match="already"):
        read(office, made, "declined", who=office.cast.fidel)


@pytest.mark.parametrize(("answer", "reason", "field"), [("maybe", "x", "answer"), ("granted", " ", "reason")])
def test_an_answer_is_one_of_the_service_s_and_has_a_reason(
    office: Office, answer: str, reason: str, field: str
) -> None:
    reading = reading_of(office.decided())
    with pytest.raises(Invalid) as refused:
        read_second(by(office.cast.fidel), office.project, reading, answer, reason)
    assert field in refused.value.fields


def test_only_frontline_reads(office: Office) -> None:
    with pytest.raises(NotAllowed):
        read(office, office.decided(), who=office.cast.lena)


def test_practice_is_never_read_twice(office: Office) -> None:
    with guard.open_for_action():
        case = office.case()
        Case.objects.filter(pk=case.pk).update(rehearsal=True, state="decided")
    ask_second(by(SYSTEM), office.project, case)
    with guard.open_for_action():
        SecondReading.objects.update(given=case.received, outcome="granted", reader=office.cast.fidel)
    assert quality.second_reader_pairs(office.project) == []


# Pages


@pytest.fixture
def page(office: Office) -> tuple[str, Determination]:
    made = office.decided("declined", advised="Grant declined")
    return reverse("deliver:second_read", args=[office.project.slug, reading_of(made).pk]), made


def test_the_page_shows_neither_advice_nor_decision_nor_who(office: Office, page: tuple[str, Determination]) -> None:
    href, made = page
    shown = text_of(as_(office.cast.fidel).get(href))
    assert "A new roof" in shown
    for trace in (made.reason, "above the limit", "Flor", "INCOME", "0.8", "rejected", "accepted", "agrees"):
        assert trace not in shown.split("<main", 1)[1].split("</main", 1)[0], trace
    assert "checked" not in shown


def test_a_case_is_read_with_forms_alone(office: Office, page: tuple[str, Determination]) -> None:
    href, made = page
    fidel = as_(office.cast.fidel)
    listed = text_of(fidel.get(reverse("deliver:second", args=[office.project.slug])))
    assert href in listed
    assert "1 case waits for a second reader" in listed
    fidel.get(href)
    assert fidel.post(href, {"answer": "granted", "reason": ""}).status_code == 422
    assert fidel.post(href, {"answer": "granted", "reason": "The roof leaks."}).status_code == 302
    assert reading_of(made).outcome == "granted"
    assert "has its second reader" in text_of(fidel.get(href))


def test_who_knows_the_case_is_shown_nothing_of_it(office: Office, page: tuple[str, Determination]) -> None:
    shown = text_of(as_(office.cast.flor).get(page[0]))
    assert "You know this case already" in shown
    assert "Income" not in shown


def test_the_list_costs_the_same_for_many(office: Office) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            as_(office.cast.fidel).get(reverse("deliver:second", args=[office.project.slug]))
        return len(found)

    office.decided()
    queries()
    few = queries()
    for _ in range(6):
        office.decided()
    assert queries() == few


# Kappa


def many(office: Office, pairs: list[tuple[str, str]]) -> None:
    for first, second in pairs:
        made = office.quick(first, "North")
        with guard.open_for_action():
            SecondReading.objects.create(
                case=made.case, reader=office.cast.fidel, outcome=second, reason="-", given=made.recorded
            )


def test_kappa_is_that_of_scikit_learn(office: Office) -> None:
    lots = random.Random(3)
    pairs = [(lots.choice(["granted", "granted", "declined"]),) for _ in range(40)]
    both = [(one, one if lots.random() < 0.7 else lots.choice(["granted", "declined"])) for (one,) in pairs]
    many(office, both)
    found = quality.second_reader_kappa(office.project)
    assert found.value == pytest.approx(cohen_kappa_score(*zip(*both, strict=True)))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert (found.count, found.of) == (sum(one == other for one, other in both), 40)


def test_too_few_pairs_give_no_kappa(office: Office) -> None:
    many(office, [("granted", "granted"), ("declined", "declined")] * 4)
    found = quality.second_reader_kappa(office.project)
    assert (found.count, found.of, found.value) == (8, 8, None)


def test_where_all_answers_are_the_same_there_is_no_kappa(office: Office) -> None:
    many(office, [("granted", "granted")] * 12)
    assert quality.second_reader_kappa(office.service).value is None


def test_kappa_by_service_and_release(office: Office) -> None:
    many(office, [("granted", "granted"), ("declined", "granted"), ("declined", "declined")] * 5)
    with guard.open_for_action():
        Case.objects.filter(service=office.service).update(release=office.release)
    whole, service, release = quality.kappas(office.project)
    assert service.group == "Grants for roofs"
    assert release.group == office.release.ledger_title
    assert whole.value == service.value == release.value


def test_full_agreement_of_few_is_not_certain(office: Office) -> None:
    many(office, [("granted", "granted"), ("declined", "declined")] * 6)
    found = quality.second_reader_kappa(office.service)
    assert (found.value, found.high) == (1, 1)
    assert found.low is not None
    assert 0.4 < found.low < 0.6


def test_a_second_reader_who_cannot_tell_is_an_answer_of_its_own(office: Office) -> None:
    many(office, [("granted", "cannot_tell")])
    assert quality.second_reader_pairs(office.project) == [("granted", "")]


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Two readers who are right with .9 on two equally frequent answers: kappa is (.82 - .5) / .5 = .64."""
    lots, hits = random.Random(1), 0
    for _ in range(100):
        pairs = []
        for _ in range(150):
            truth = lots.random() < 0.5
            pairs.append(tuple("yes" if truth == (lots.random() < 0.9) else "no" for _ in range(2)))
        found = doubt.kappa(pairs)
        assert found is not None
        hits += found[1] <= 0.64 <= found[2]
    assert 88 <= hits <= 100


def test_second_readers_wait_in_what_comes_next(office: Office, cast: Cast) -> None:
    office.decided()
    [(words, _where)] = readers.waiting(office.project, cast.fidel.actor)
    assert words == "Read 1 case blind"
    assert readers.waiting(office.project, cast.flor.actor) == []
    assert readers.waiting(office.project, cast.lena.actor) == []
    grant_role(by(cast.lena), office.project, person=cast.lena, role=Role.FRONTLINE, on_board=False)
    assert len(readers.waiting(office.project, cast.lena.actor)) == 1
