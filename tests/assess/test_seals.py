"""The seal is awarded by published rules, by no favour, and it ends when a rule is broken or a year is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.assess import clock, seals
from minga.assess.actions import award_seal, demand, end_seal
from minga.assess.models import Demand, Seal
from minga.assess.seals import Told
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by


@pytest.fixture
def meets(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Every rule is met but those that are named; the rules that stay real are those of oversight."""

    def set_up(*broken: str) -> None:
        def told(code: str) -> Callable[[Project, datetime], Told]:
            return lambda project, now: Told(code not in broken, "Seen.")

        real = {"oversight", "in-charge"}
        rules = [r if r.code in real else seals.Rule(r.code, r.words, r.page, told(r.code)) for r in seals.RULES]
        monkeypatch.setattr(seals, "RULES", rules)

    return set_up


def test_a_new_project_meets_few_rules_and_each_says_what_is_missing(project: Project) -> None:
    found = {result.rule.code: result for result in seals.results(project)}
    assert found["in-charge"].met
    assert not found["criteria"].met
    assert not found["stop"].met
    assert not found["both"].met
    assert all(result.words for result in found.values())


def test_it_is_refused_with_every_rule_that_is_not_met(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked) as refusal:
        award_seal(by(cast.ada), project)
    assert len(refusal.value.reasons) == sum(not result.met for result in seals.results(project))
    assert not Seal.objects.exists()


def test_it_is_awarded_for_a_year_with_its_evidence(project: Project, cast: Cast, meets: Any) -> None:
    meets()
    made = award_seal(by(cast.olga), project)
    assert made.expires == timezone.localdate() + timedelta(days=365)
    assert [row["rule"] for row in made.results] == [rule.code for rule in seals.RULES]
    assert all(row["met"] for row in made.results)
    assert seals.current(project) == made
    with pytest.raises(Conflict):
        award_seal(by(cast.ada), project)


@pytest.mark.parametrize("name", ["lena", "dario", "paz", "rosa", "nadie"])
def test_nobody_awards_it_to_themselves(project: Project, cast: Cast, meets: Any, name: str) -> None:
    meets()
    with pytest.raises(NotAllowed):
        award_seal(by(getattr(cast, name)), project)


def test_it_ends_when_a_rule_is_broken(project: Project, cast: Cast, meets: Any) -> None:
    meets()
    made = award_seal(by(cast.ada), project)
    assert clock.keep_seals() == "0 ended"
    meets("contestable")
    assert clock.keep_seals() == "1 ended"
    made.refresh_from_db()
    assert "answered in time" in made.ended_reason
    assert seals.current(project) is None


def test_it_ends_when_the_overseer_gets_no_answer(project: Project, cast: Cast, meets: Any) -> None:
    meets()
    award_seal(by(cast.ada), project)
    asked = demand(by(cast.olga), project, "Why?", timezone.localdate() + timedelta(days=1))
    with guard.open_for_action():
        Demand.objects.filter(pk=asked.pk).update(due=timezone.now() - timedelta(days=1))
    assert clock.keep_seals() == "1 ended"


def test_it_expires(project: Project, cast: Cast, meets: Any) -> None:
    meets()
    made = award_seal(by(cast.ada), project)
    with guard.open_for_action():
        Seal.objects.filter(pk=made.pk).update(expires=timezone.localdate() - timedelta(days=1))
    assert seals.current(project) is None
    assert clock.keep_seals() == "1 ended"
    assert Entry.objects.filter(action="seal.ended").count() == 1


def test_it_is_taken_back_with_a_reason(project: Project, cast: Cast, meets: Any) -> None:
    meets()
    made = award_seal(by(cast.ada), project)
    end_seal(by(cast.olga), project, made, "The figures were wrong.")
    assert seals.current(project) is None
    with pytest.raises(Conflict):
        end_seal(by(cast.olga), project, made, "Again.")


def test_a_stop_switch_that_nobody_tried_breaks_it(project: Project) -> None:
    found = next(result for result in seals.results(project) if result.rule.code == "stop")
    assert not found.met


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(project: Project, cast: Cast, meets: Any, client: Client, language: str) -> None:
    meets()
    client.force_login(cast.ada)
    assert client.post(f"/projects/{project.slug}/seal/", {"once": "s1"}).status_code == 302
    for path in ("/seal/", f"/projects/{project.slug}/seal/", f"/projects/{project.slug}/seal/end/"):
        page = client.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()
    assert project.title in client.get("/seal/").content.decode()
    client.post(f"/projects/{project.slug}/seal/end/", {"once": "s2", "reason": "The figures were wrong."})
    assert "The figures were wrong." in client.get("/seal/").content.decode()
