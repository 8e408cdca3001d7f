"""Before anything is built the project says that its use is not forbidden; a forbidden use stops it at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from minga.instruments import library
from minga.instruments.actions import answer
from minga.ledger.refusals import Blocked
from minga.projects import queries, screens
from minga.projects.actions import decide_gate
from minga.projects.models import Project
from minga.projects.steps import STEPS
from tests.conftest import Cast, by

PRACTICES = library.load("prohibited").sections[0].questions
NOTHING = {question.id: "no" for question in PRACTICES}


@pytest.fixture(autouse=True)
def _evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """All other evidence is there."""
    monkeypatch.setattr(queries, "evidence", lambda project, step: [])


def screened(project: Project, cast: Cast, **changed: str) -> None:
    answer(by(cast.lena), project, "prohibited", {**NOTHING, **changed})


def test_the_first_gate_waits_for_the_screen(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked) as refusal:
        decide_gate(by(cast.lena), project, 1, True, "Because.")
    assert list(refusal.value.reasons) == ["To be answered to the end: “Is this use forbidden?”"]
    screened(project, cast)
    assert decide_gate(by(cast.lena), project, 1, True, "Because.").passed


@pytest.mark.parametrize("said", ["yes", "unsure"])
@pytest.mark.parametrize("practice", [question.id for question in PRACTICES])
def test_each_forbidden_use_stops_the_project_with_its_article(
    project: Project, cast: Cast, practice: str, said: str
) -> None:
    screened(project, cast, **{practice: said})
    with pytest.raises(Blocked, match="cannot go on") as refusal:
        decide_gate(by(cast.lena), project, 1, True, "Because.")
    [reason] = refusal.value.reasons
    assert ("own rules" if practice == "own_ban" else "Article 5(1)(") in reason


def test_a_forbidden_use_can_be_sent_back_and_corrected(project: Project, cast: Cast) -> None:
    screened(project, cast, emotions="yes")
    assert not decide_gate(by(cast.lena), project, 1, False, "We change its purpose.").passed
    screened(project, cast, emotions="no")
    assert decide_gate(by(cast.lena), project, 1, True, "It reads texts only now.").passed


def test_an_exception_is_high_risk_and_has_to_be_founded(project: Project, cast: Cast) -> None:
    screened(project, cast, emotions="exception")
    assert screens.open_screens(project, STEPS[1]) == ["prohibited"]
    answer(by(cast.lena), project, "prohibited", {"exception_basis": "Confirmed by the court on 1 March."})
    assert (screens.open_screens(project, STEPS[1]), screens.forbidden(project)) == ([], [])
    assert screens.high_risk(project)


def test_later_answers_stop_a_project_that_has_begun(project: Project, cast: Cast) -> None:
    screened(project, cast)
    decide_gate(by(cast.lena), project, 1, True, "Because.")
    project.refresh_from_db()
    screened(project, cast, social_scoring="yes")
    with pytest.raises(Blocked, match="cannot go on"):
        decide_gate(by(cast.lena), project, 2, True, "Because.")


def test_the_page_of_the_step_leads_to_the_screen(project: Project, cast: Cast, client: Client) -> None:
    client.force_login(cast.lena)
    page = client.get(reverse("projects:step", args=[project.slug, 1])).content.decode()
    address = reverse("projects:questions", args=[project.slug, "prohibited"])
    assert f'href="{address}"' in page
    sent: dict[str, Any] = {"seen": "{}", "once": "k"}
    section = f"{address}sections/practices/"
    assert f'href="{section}"' in client.get(address).content.decode()
    assert client.post(section, sent).status_code == 422


def test_high_risk_needs_a_rights_assessment_before_it_is_tried_on_people(project: Project, cast: Cast) -> None:
    screened(project, cast)
    assert screens.open_screens(project, STEPS[5]) == []
    screened(project, cast, crime_prediction="exception", exception_basis="Facts only, confirmed by the court.")
    assert screens.open_screens(project, STEPS[4]) == []
    assert screens.open_screens(project, STEPS[5]) == ["rights_assessment"]


def test_whoever_opens_a_forbidden_project_sees_it_first(project: Project, cast: Cast, client: Client) -> None:
    screened(project, cast)
    words = "By these answers the project cannot go on"
    assert words not in client.get(project.get_absolute_url()).content.decode()
    screened(project, cast, social_scoring="yes")
    assert words in client.get(project.get_absolute_url()).content.decode()
    first, address = queries.what_next(project, cast.lena.actor)[0]
    assert "cannot go on" in first
    assert client.get(address).status_code == 200
    assert not [row for row, _ in queries.what_next(project, cast.nadie.actor) if "cannot go on" in row]
