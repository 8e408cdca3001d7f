"""Stop rules move a release back by themselves, and do nothing on too few events."""

from typing import Any

import pytest
from django.utils import timezone

from minga.assess import clock
from minga.assess.actions import fire_stop_rule, set_stop_rule
from minga.assess.models import Firing, StopRule
from minga.assess.stoprules import standing
from minga.deliver.actions import assess_risk, change_stage
from minga.deliver.models import Draw
from minga.deliver.queries import stage_of
from minga.design.models import Dataset, Release
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.projects.roles import TABLE, Role
from tests.conftest import Cast, by
from tests.deliver.conftest import made_release


@pytest.fixture
def release(project: Project, cast: Cast) -> Release:
    with guard.open_for_action():
        made = made_release(project, cast)
    assess_risk(by(cast.lena), project, "low", "Nobody is worse off.")
    for stage in ("shadow", "1", "10"):
        change_stage(by(cast.lena), project, made, stage, "planned")
    return made


def draw(release: Release, read: int, flagged: int) -> None:
    with guard.open_for_action():
        dataset = Dataset.objects.create(project=release.project, name="Calls", purpose="to read", source="calls.jsonl")
        Draw.objects.create(
            project=release.project, release=release, dataset=dataset, stage="10", seed=1, read=read, drawn=0,
            not_drawn=read, failed=0, flagged=flagged,
        )  # fmt: skip


def rule(cast: Cast, release: Release, **given: Any) -> StopRule:
    whole = {"metric": "flag_share", "bound": "0.20", "minimum": 30, "step_back_to": "off", **given}
    return set_stop_rule(by(cast.lena), release.project, release, **whole)


def test_too_few_events_do_nothing_and_say_so(project: Project, cast: Cast, release: Release) -> None:
    made = rule(cast, release)
    draw(release, 29, 29)
    assert clock.stop_rules() == "1 too few events to judge"
    assert stage_of(release) == "10"
    assert "29 events" in standing(made, timezone.now()).sentence


def test_exactly_at_the_bound_is_within(project: Project, cast: Cast, release: Release) -> None:
    rule(cast, release)
    draw(release, 100, 20)
    assert clock.stop_rules() == "1 within bounds"


def test_beyond_the_bound_the_release_stops_once(project: Project, cast: Cast, release: Release) -> None:
    made = rule(cast, release)
    draw(release, 100, 21)
    assert clock.stop_rules() == "1 fired"
    assert stage_of(release) == "off"
    assert clock.stop_rules() == "1 resting"
    firing = Firing.objects.get(rule=made)
    assert (firing.before, firing.after, firing.figure["count"]) == ("10", "off", 21)
    fired, stopped = Entry.objects.get(action="stoprule.fired"), Entry.objects.get(action="stage.stopped")
    assert {fired.actor_key, stopped.actor_key} == {SYSTEM.key}


def test_it_can_step_back_instead(project: Project, cast: Cast, release: Release) -> None:
    rule(cast, release, step_back_to="shadow")
    draw(release, 100, 60)
    assert clock.stop_rules() == "1 fired"
    assert stage_of(release) == "shadow"


def test_one_that_cannot_be_carried_out_writes_nothing_and_spares_the_others(
    project: Project, cast: Cast, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TABLE, "stage.stopped", (Role.LEAD,))
    rule(cast, release)
    rule(cast, release, metric="withdrawn_share")
    draw(release, 100, 60)
    assert clock.stop_rules() == "1 too few events to judge, 1 could not be carried out"
    assert not Firing.objects.exists()
    assert stage_of(release) == "10"


def test_a_new_rule_takes_the_old_ones_place(project: Project, cast: Cast, release: Release) -> None:
    old = rule(cast, release)
    new = rule(cast, release, bound="0.3")
    old.refresh_from_db()
    assert (old.active, new.active) == (False, True)
    draw(release, 100, 25)
    assert clock.stop_rules() == "1 within bounds"


@pytest.mark.parametrize(
    ("field", "value"),
    [("metric", "mood"), ("bound", "1.5"), ("bound", "many"), ("minimum", 0), ("step_back_to", "100")],
)
def test_wrong_rules_are_refused_at_the_field(cast: Cast, release: Release, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        rule(cast, release, **{field: value})
    assert field in refused.value.fields


def test_only_the_lead_sets_and_only_the_system_fires(project: Project, cast: Cast, release: Release) -> None:
    with pytest.raises(NotAllowed):
        set_stop_rule(by(cast.flor), project, release, "flag_share", "0.2", 30, "off")
    made = rule(cast, release)
    with pytest.raises(NotAllowed):
        fire_stop_rule(by(cast.lena), project, made)
    with pytest.raises(Conflict):
        fire_stop_rule(by(SYSTEM), project, made)


def test_the_page_sets_a_rule_in_per_cent(project: Project, cast: Cast, release: Release, client: Any) -> None:
    client.force_login(cast.lena)
    sent = {
        "release": release.pk,
        "metric": "flag_share",
        "bound": "20",
        "minimum": "30",
        "step_back_to": "off",
        "once": "r1",
    }
    assert client.post(f"/projects/{project.slug}/stop-rules/", sent).status_code == 302
    assert str(StopRule.objects.get().bound) == "0.2000"
    page = client.get(f"/projects/{project.slug}/stop-rules/").content.decode()
    assert "too few to judge" in page
