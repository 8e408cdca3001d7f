"""Pages count each case that people decided once, whatever came of the decision afterwards, and no practice."""

import pytest

from minga.deliver.models import Case, Determination
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.thread import Thread
from minga.portal import overview, sections
from minga.projects.models import Project
from tests.conftest import Cast
from tests.deliver.served import Office, opened_service
from tests.deliver.test_practice import decide, made


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


def _decided(office: Office, case: Case, choice: str, **difference: int) -> None:
    with guard.open_for_action():
        Determination.objects.create(
            case=case, person=office.cast.flor, choice=choice, outcome="declined", reason="-", before_advice=False,
            difference=difference,
        )  # fmt: skip


def _section(office: Office) -> sections.Section:
    release = ("release", str(office.release.pk))
    thread = Thread(release, {release: []})
    (found,) = [one for one in sections.sections(thread, SYSTEM) if one.template == "determination"]
    return found


def test_what_an_appeal_changed_is_not_a_second_case(office: Office) -> None:
    case = office.case(advised="declined")
    _decided(office, case, "accept")
    _decided(office, case, "reject", appeal=1)
    found = _section(office)
    assert found.title == "A person decided 1 case"
    assert [number for _label, number in found.told["counts"]] == [1]


def test_a_case_that_somebody_else_had_to_decide_is_one_case(office: Office) -> None:
    case = office.case(advised="declined")
    _decided(office, case, "cannot_tell")
    _decided(office, case, "accept")
    _decided(office, office.case(advised="declined"), "reject")
    found = _section(office)
    assert found.title == "People decided 2 cases"
    assert [number for _label, number in found.told["counts"]] == [1, 1, 1]


def _counted() -> int:
    (found,) = [knot.count for knot in overview.counts() if knot.link == "determination"]
    return found or 0


def test_practice_is_no_decision(office: Office) -> None:
    office.decided()
    assert _counted() == 1
    decide(office, made(office, count=10)[0], "declined")
    assert Determination.objects.count() == 2
    assert overview.line(office.project).decided == 1
    assert _counted() == 1


def test_before_anything_is_decided_practice_counts_nothing(office: Office) -> None:
    made(office, count=10)
    assert _counted() == 0
