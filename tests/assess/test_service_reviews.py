"""A review of a tool that serves people opens with their cases, appeals and the time of staff, not with flags."""

import pytest
from django.test import Client
from django.utils import translation

from minga.assess.actions import open_review
from minga.assess.prefill import of_services
from minga.assess.showing import figures
from minga.deliver import rules
from minga.projects.models import Project
from tests.conftest import by
from tests.deliver.served import Office
from tests.deliver.test_appeals import answer, appeal, office

__all__ = ["office"]


def test_a_project_without_a_service_says_nothing_of_one(project: Project) -> None:
    assert of_services(project) == {}


def test_what_happened_to_people_is_filled_in(office: Office) -> None:
    office.stage("100")
    answer(office, appeal(office, office.decided(advised="granted")), "changed", new_outcome="granted")
    office.decided(outcome="declined", advised="declined")
    office.case({}, problem="It gave no answer in time.")
    office.case({}, rehearsal=True)
    kept = open_review(by(office.cast.lena), office.project, office.release).prefill["services"]
    assert (kept["received"], kept["advised"], kept["failed"]) == (3, 2, 1)
    assert (kept["overruled"]["count"], kept["overruled"]["of"]) == (1, 2)
    assert {name: kept["appeals"][name] for name in ("received", "answered", "won", "waiting", "overdue")} == {
        "received": 1, "answered": 1, "won": 1, "waiting": 0, "overdue": 0,
    }  # fmt: skip
    assert kept["aided"]["of"] == 2


def test_an_answer_to_an_appeal_is_no_decision_with_the_advice_in_view(office: Office) -> None:
    office.stage("100")
    answer(office, appeal(office, office.decided(advised="granted")), "changed", new_outcome="granted")
    kept = open_review(by(office.cast.lena), office.project, office.release).prefill
    assert kept["usage"]["aided"] == 1
    assert {choice: n for choice, n in kept["choices"].items() if n} == {"reject": 1}


@pytest.mark.parametrize(("language", "said"), [("en", "went another way"), ("es", "fueron en otro sentido")])
def test_the_page_tells_it(office: Office, client: Client, language: str, said: str) -> None:
    office.stage("100")
    office.decided(advised="granted")
    review = open_review(by(office.cast.lena), office.project, office.release)
    client.cookies["django_language"] = language
    page = client.get(review.get_absolute_url()).content.decode()
    assert said in page
    assert "flags confirmed" not in page


def test_minutes_stand_beside_each_other_from_enough_decisions_on(office: Office) -> None:
    office.stage("100")
    for _number in range(rules.enough()):
        office.decided(advised="granted")
    with translation.override("en"):
        last = figures(open_review(by(office.cast.lena), office.project, office.release))[-1]
    assert str(last.text).startswith("minutes a case with the advice in view")
    assert str(last.text).endswith("without it too few")
    assert last.value != "Too few"
