"""The seal asks for the duties of the risk level, and is kept by the rules by which it was awarded."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from minga.assess import clock, seals
from minga.assess.actions import award_seal, set_stop_rule
from minga.assess.models import Seal
from minga.assess.seals import Told
from minga.deliver import duties
from minga.deliver.actions import assess_risk
from minga.deliver.models import Stage
from minga.ledger import guard
from minga.projects.models import Project
from tests.conftest import by
from tests.deliver.counter import Counter


def found(project: Project) -> seals.Result:
    return next(result for result in seals.results(project) if result.rule.code == "duties")


def level(counter: Counter, name: str) -> None:
    assess_risk(by(counter.cast.lena), counter.project, name, "A grant depends on it.")


def test_it_is_published_with_the_others(counter: Counter, client: Client) -> None:
    assert "It meets every duty that its risk level asks for." in client.get("/seal/").content.decode()
    assert found(counter.project).href == f"/projects/{counter.project.slug}/duties/"


def test_without_a_level_it_is_not_met(counter: Counter) -> None:
    counter.stage("10")
    assert (found(counter.project).met, found(counter.project).words) == (False, "The risk level is not set.")


@pytest.mark.parametrize("stage", [None, "shadow"])
def test_nor_while_nobody_sees_any_advice(counter: Counter, stage: str | None) -> None:
    level(counter, "low")
    if stage:
        counter.stage(stage)
    assert "No release shows its advice" in found(counter.project).words


def test_what_is_missing_is_named(counter: Counter) -> None:
    level(counter, "high")
    counter.stage("10")
    missing = duties.unmet(counter.project, counter.release, Stage.TEN)
    assert {"stoprule.written", "stop.drilled"} <= {one.duty.code for one in missing}
    words = found(counter.project).words
    assert not found(counter.project).met
    assert all(str(one.duty.words) in words for one in missing)


def test_a_duty_of_a_later_stage_does_not_count_yet(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    level(counter, "limited")
    counter.stage("1")
    set_stop_rule(by(counter.cast.lena), counter.project, counter.release, "overruled_share", "0.3", 30, "off")
    met = duties.REGISTRY["groups.three"]
    three = duties.Duty(met.code, met.words, met.levels, met.stage, met.page, lambda project, release: True)
    monkeypatch.setitem(duties.REGISTRY, "groups.three", three)
    assert found(counter.project).met
    assert "It is limited" in found(counter.project).words
    counter.stage("10")
    assert not found(counter.project).met


def _met(code: str) -> Any:
    def told(project: Project, now: datetime) -> Told:
        return Told(code != "duties", "Seen.")

    return told


def test_a_seal_of_older_rules_is_kept_by_those(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [seals.Rule(one.code, one.words, one.page, _met(one.code)) for one in seals.RULES]
    older = [one for one in now if one.code != "duties"]
    monkeypatch.setattr(seals, "RULES", older)
    award_seal(by(counter.cast.ada), counter.project)
    monkeypatch.setattr(seals, "RULES", now)
    assert clock.keep_seals() == "0 ended"
    with guard.open_for_action():
        Seal.objects.update(results=[{"rule": one.code, "met": True, "evidence": ""} for one in now])
    assert clock.keep_seals() == "1 ended"
    assert Seal.objects.get().ended is not None
    assert timezone.now() >= Seal.objects.get().ended  # type: ignore[operator]
