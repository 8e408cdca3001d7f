"""The statement names who benefits, and says who earns money with the data; only a person says that nobody does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.assess import worth
from minga.assess.actions import end_data_use, state_data_use
from minga.assess.models import Benefit, DataUse
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

USE: dict[str, str] = {
    "which": "Letters of 2025", "use": "The provider improves its product.", "earner": "Taller Ltd",
}  # fmt: skip


@pytest.fixture
def use(project: Project, cast: Cast) -> DataUse:
    return state_data_use(by(cast.lena), project, **USE)


def _page(client: Client, project: Project) -> str:
    return client.get(f"/projects/{project.slug}/worth/").content.decode()


def _benefit(cast: Cast, **given: Any) -> dict[str, Any]:
    due = timezone.localdate() + timedelta(days=60)
    return {
        "kind": "legitimacy", "name": "Heard", "unit": "per cent", "baseline": "41", "baseline_source": "Survey",
        "expected_low": "50", "expected_high": "60", "owner": cast.flor.pk, "due_day": due.day,
        "due_month": due.month, "due_year": due.year, "beneficiaries": "People who write to the office", "once": "w1",
    } | given  # fmt: skip


def test_the_form_asks_who_benefits(project: Project, cast: Cast, client: Client) -> None:
    client.force_login(cast.lena)
    at = f"/projects/{project.slug}/worth/benefit/"
    refused = client.post(at, _benefit(cast, beneficiaries=""))
    assert refused.status_code == 422
    assert not Benefit.objects.exists()
    assert client.post(at, _benefit(cast)).status_code == 302
    assert Benefit.objects.get().beneficiaries == "People who write to the office"
    assert "Who benefits: People who write to the office" in _page(client, project)


@pytest.mark.parametrize(("language", "words"), [("en", "Choose a person"), ("es", "Elija una persona")])
def test_every_option_is_in_the_language_of_the_page(
    project: Project, cast: Cast, client: Client, language: str, words: str
) -> None:
    client.force_login(cast.lena)
    page = client.get(f"/projects/{project.slug}/worth/benefit/", headers={"Accept-Language": language})
    assert words in page.content.decode()
    assert "Select an option" not in page.content.decode()


def test_nothing_said_is_not_none(project: Project, client: Client) -> None:
    assert not worth.data_uses(project).said
    page = _page(client, project)
    assert "Silence is not a no" in page
    assert "No use of the data earns money" not in page


def test_a_person_says_that_there_is_none(project: Project, cast: Cast, client: Client) -> None:
    state_data_use(by(cast.lena), project, none=True)
    page = _page(client, project)
    assert "No use of the data earns money." in page
    assert f"{cast.lena.public_name} said so on" in page
    with pytest.raises(Conflict):
        state_data_use(by(cast.lena), project, none=True)


def test_a_use_is_public_before_any_benefit_is(project: Project, use: DataUse, client: Client) -> None:
    page = _page(client, project)
    assert "Taller Ltd" in page
    assert "The provider improves its product." in page
    assert "Letters of 2025" in page
    assert "Taller" not in Entry.objects.get(action="data_use.stated").payload


def test_a_use_takes_the_place_of_none(project: Project, cast: Cast) -> None:
    none = state_data_use(by(cast.lena), project, none=True)
    state_data_use(by(cast.dario), project, **USE)
    none.refresh_from_db()
    assert none.ended is not None
    found = worth.data_uses(project)
    assert ([one.earner for one in found.uses], found.none) == (["Taller Ltd"], None)


def test_none_is_refused_while_uses_are_listed(project: Project, cast: Cast, use: DataUse) -> None:
    with pytest.raises(Conflict):
        state_data_use(by(cast.lena), project, none=True)
    end_data_use(by(cast.lena), project, use, "The contract forbids it now.")
    state_data_use(by(cast.lena), project, none=True)
    with pytest.raises(Conflict):
        end_data_use(by(cast.lena), project, use, "Again.")


@pytest.mark.parametrize("field", ["which", "use", "earner"])
def test_a_use_says_which_data_how_and_who(project: Project, cast: Cast, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        state_data_use(by(cast.lena), project, **(USE | {field: " "}))
    assert field in refused.value.fields


def test_none_with_a_use_described_is_refused_and_nothing_is_dropped(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        state_data_use(by(cast.lena), project, none=True, use="Sold on.")
    assert "none" in refused.value.fields
    assert not DataUse.objects.exists()


@pytest.mark.parametrize("name", ["flor", "olga", "rosa", "paz", "nadie"])
def test_who_may_say_it(project: Project, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        state_data_use(by(getattr(cast, name)), project, none=True)


def test_the_forms_do_what_the_actions_do(project: Project, cast: Cast, client: Client) -> None:
    client.force_login(cast.lena)
    at = f"/projects/{project.slug}/worth/data/"
    for sent in ({"once": "d0"}, {"none": "no", "which": "Letters", "once": "d1"}):
        assert client.post(at, sent).status_code == 422
    assert not DataUse.objects.exists()
    assert client.post(at, USE | {"none": "no", "once": "d2"}).status_code == 302
    made = DataUse.objects.get()
    assert client.post(f"{at}{made.pk}/end/", {"reason": "It ended.", "once": "d3"}).status_code == 302
    assert client.post(at, {"none": "yes", "once": "d4"}).status_code == 302
    assert worth.data_uses(project).none is not None


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(project: Project, cast: Cast, use: DataUse, client: Client, language: str) -> None:
    client.force_login(cast.lena)
    for path in ("", "data/", f"data/{use.pk}/end/"):
        page = client.get(f"/projects/{project.slug}/worth/{path}", headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
