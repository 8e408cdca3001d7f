"""A release goes no further until the duties of the project's risk level are met."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.deliver import duties, queries
from minga.deliver.actions import assess_risk, change_stage, drill
from minga.deliver.duties import EVERY, HIGH, LIMITED, LOW
from minga.deliver.models import Drill, Service, Stage
from minga.design.models import Release
from minga.ledger import guard
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Membership, Project
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk, made_release
from tests.deliver.served import Office, opened_service
from tests.deliver.test_pages import as_


@pytest.fixture
def release(project: Project, cast: Cast) -> Release:
    with guard.open_for_action():
        return made_release(project, cast)


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


@pytest.fixture
def _registry() -> Iterator[None]:
    """What a test registers is gone after it."""
    kept = dict(duties.REGISTRY)
    yield
    duties.REGISTRY.clear()
    duties.REGISTRY.update(kept)


def move(project: Project, cast: Cast, release: Release, *stages: str) -> None:
    for stage in stages:
        change_stage(by(cast.lena), project, release, stage, "planned")


def level(project: Project, cast: Cast, name: str) -> None:
    assess_risk(by(cast.lena), project, name, "A grant depends on it.")


def missing(project: Project, release: Release | None, stage: Stage) -> set[str]:
    return {found.duty.code for found in duties.unmet(project, release, stage)}


def test_without_a_level_a_release_stops_at_one_per_cent(project: Project, cast: Cast, release: Release) -> None:
    move(project, cast, release, "shadow", "1")
    with pytest.raises(Blocked) as refused:
        move(project, cast, release, "10")
    assert any("risk level" in reason for reason in refused.value.reasons)
    level(project, cast, "low")
    move(project, cast, release, "10")
    assert queries.stage_of(release) == Stage.TEN


def test_without_a_level_that_is_the_only_duty(project: Project, release: Release) -> None:
    assert [one.code for one in duties.duties_of("")] == [duties.SET_LEVEL]
    assert missing(project, release, Stage.ONE) == set()


def test_going_back_needs_no_duty(project: Project, cast: Cast, release: Release) -> None:
    level(project, cast, "low")
    move(project, cast, release, "shadow", "1", "10")
    level(project, cast, "high")
    move(project, cast, release, "1")
    assert queries.stage_of(release) == Stage.ONE


def test_the_newest_level_counts_and_follows_from_the_one_before(project: Project, cast: Cast) -> None:
    level(project, cast, "low")
    first = duties.level_of(project)
    level(project, cast, "high")
    now = duties.level_of(project)
    assert first is not None
    assert now is not None
    assert now.level == "high"
    assert Edge.objects.filter(
        cause_kind="risk_level", cause_id=str(first.pk), entry__subject_id=str(now.pk), entry__action="risk.assessed"
    ).exists()


@pytest.mark.parametrize(("name", "reason", "field"), [("huge", "Why", "level"), ("low", " ", "reason")])
def test_a_level_is_one_of_the_list_and_has_a_reason(
    project: Project, cast: Cast, name: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        assess_risk(by(cast.lena), project, name, reason)
    assert field in refused.value.fields


def test_who_sells_the_tool_does_not_say_how_risky_it_is(project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        assess_risk(by(cast.paz), project, "low", "It is fine.")


def test_limited_needs_a_drill_from_ten_per_cent(office: Office, cast: Cast) -> None:
    project, release = office.project, office.release
    level(project, cast, "limited")
    assert "stop.drilled" not in missing(project, release, Stage.ONE)
    assert "stop.drilled" in missing(project, release, Stage.TEN)
    office.stage("shadow")
    drill(by(cast.lena), project, release)
    assert "stop.drilled" not in missing(project, release, Stage.TEN)


def test_an_old_or_a_failed_drill_does_not_count(office: Office, cast: Cast) -> None:
    level(office.project, cast, "limited")
    office.stage("1")
    made = drill(by(cast.lena), office.project, office.release)
    for changed in ({"at": timezone.now() - timedelta(days=181)}, {"at": timezone.now(), "looked_at": 2, "hidden": 1}):
        with guard.open_for_action():
            Drill.objects.filter(pk=made.pk).update(**changed)
        assert "stop.drilled" in missing(office.project, office.release, Stage.TEN)


def test_the_drill_of_an_earlier_release_of_the_tool_counts(office: Office, cast: Cast) -> None:
    level(office.project, cast, "limited")
    office.stage("1")
    drill(by(cast.lena), office.project, office.release)
    with guard.open_for_action():
        newer = made_release(office.project, cast)
    assert "stop.drilled" not in missing(office.project, newer, Stage.TEN)


def test_half_needs_a_drill_that_looked_at_advice_in_sight(office: Office, cast: Cast) -> None:
    """Before 10 % a drill with nothing in sight is enough, because a small service may show no advice at 1 %."""
    project, release = office.project, office.release
    level(project, cast, "limited")
    office.stage("shadow")
    drill(by(cast.lena), project, release)
    assert "stop.drilled" not in missing(project, release, Stage.TEN)
    assert "stop.seen" not in missing(project, release, Stage.TEN)
    office.stage("10")
    with pytest.raises(Blocked) as refused:
        change_stage(by(cast.lena), project, release, "50", "On.")
    assert any("advice was in sight" in reason for reason in refused.value.reasons)
    office.stage("100")
    office.case({}, advised="granted")
    office.stage("10")
    while not drill(by(cast.lena), project, release).looked_at:
        office.case({}, advised="granted")
    assert "stop.seen" not in missing(project, release, Stage.HALF)
    office.stage("shadow")
    drill(by(cast.lena), project, release)
    assert "stop.seen" not in missing(project, release, Stage.HALF)


def test_a_drill_in_sight_grows_old_and_a_failed_one_is_none(office: Office, cast: Cast) -> None:
    level(office.project, cast, "limited")
    office.stage("100")
    office.case({}, advised="granted")
    made = drill(by(cast.lena), office.project, office.release)
    assert made.looked_at
    for changed in ({"at": timezone.now() - timedelta(days=181)}, {"at": timezone.now(), "looked_at": 2, "hidden": 1}):
        with guard.open_for_action():
            Drill.objects.filter(pk=made.pk).update(**changed)
        assert "stop.seen" in missing(office.project, office.release, Stage.HALF)


def test_high_needs_an_overseer(project: Project, cast: Cast, release: Release) -> None:
    level(project, cast, "high")
    assert "overseer.appointed" not in missing(project, release, Stage.ONE)
    with guard.open_for_action():
        Membership.objects.filter(project=project, role="overseer").update(ended=timezone.now())
    assert "overseer.appointed" in missing(project, release, Stage.ONE)


def test_high_needs_second_readers_notices_and_known_practice(office: Office, cast: Cast) -> None:
    level(office.project, cast, "high")
    assert {"second.readers", "practice.done"} <= missing(office.project, office.release, Stage.HALF)
    assert "practice.done" not in missing(office.project, office.release, Stage.TEN)
    office.set(second_share="0.050", appeal_days=0)
    found = missing(office.project, office.release, Stage.TEN)
    assert "second.readers" not in found
    assert "notices.working" in found


def test_three_groups_must_have_taken_part(project: Project, cast: Cast, release: Release) -> None:
    level(project, cast, "limited")
    [found] = [one for one in duties.standing(project, release) if one.duty.code == "groups.three"]
    assert not found.met
    assert "so far" in found.missing


def test_a_service_without_another_route_is_named(office: Office, cast: Cast) -> None:
    level(office.project, cast, "limited")
    assert "route.other" not in missing(office.project, office.release, Stage.ONE)
    office.set(other_route=" ")
    [found] = [one for one in duties.unmet(office.project, office.release, Stage.ONE) if one.duty.code == "route.other"]
    assert "Grants for roofs" in found.words
    with guard.open_for_action():
        Service.objects.update(closed=timezone.now())
    assert "Grants for roofs" not in {one.missing for one in duties.standing(office.project, office.release)}


@pytest.mark.usefixtures("_registry")
def test_a_room_above_adds_its_own(project: Project, cast: Cast, release: Release) -> None:
    answers: list[bool | str] = [False, "last seen in May.", True]

    @duties.duty("test.own", "The review is current", (LIMITED, HIGH), Stage.SHADOW)
    def _current(_project: Project, _release: Release | None) -> bool | str:
        return answers[0]

    level(project, cast, "low")
    assert "test.own" not in missing(project, release, Stage.ALL)
    level(project, cast, "high")
    for words in ("The review is current", "The review is current: last seen in May."):
        with pytest.raises(Blocked) as refused:
            move(project, cast, release, "shadow")
        assert words in refused.value.reasons
        answers.pop(0)
    move(project, cast, release, "shadow")


def test_two_duties_of_one_name_are_refused() -> None:
    with pytest.raises(RuntimeError, match="Rename one"):
        duties.duty(duties.SET_LEVEL, "x", EVERY, Stage.ONE)(lambda _project, _release: True)


def test_each_duty_has_words_levels_and_a_page_that_exists(project: Project) -> None:
    for one in duties.REGISTRY.values():
        assert str(one.words)
        assert one.levels <= {LOW, LIMITED, HIGH}
        if one.page:
            assert project.slug in reverse(one.page, args=[project.slug])


def test_the_page_lists_each_duty_with_its_stage(office: Office, cast: Cast) -> None:
    page = reverse("deliver:duties", args=[office.project.slug])
    assert "The risk level is not set yet" in Client().get(page).content.decode()
    level(office.project, cast, "high")
    shown = as_(cast.lena).get(page).content.decode()
    for found in duties.standing(office.project, office.release):
        assert str(found.duty.words) in shown
        if found.href:
            assert f'href="{found.href}"' in shown


def test_the_lead_sets_the_level_on_a_page(project: Project, cast: Cast) -> None:
    page = reverse("deliver:risk", args=[project.slug])
    assert as_(cast.paz).get(page).status_code == 403
    assert as_(cast.lena).post(page, {"level": "high", "reason": ""}).status_code == 422
    assert as_(cast.lena).post(page, {"level": "high", "reason": "A grant."}).status_code == 302
    assert duties.level_of(project) is not None


def test_the_form_of_the_next_stage_says_which_duties_are_open(desk: Desk) -> None:
    desk.to("shadow")
    assess_risk(by(desk.cast.lena), desk.project, "high", "People lose contracts.")
    href = reverse("deliver:move", args=[desk.project.slug, desk.release.pk])
    sent = as_(desk.cast.lena).post(href, {"stage": "1", "reason": "On", "once": "x"})
    assert sent.status_code == 422
    assert "At least three groups took part" in sent.content.decode()


def test_what_is_open_waits_for_the_lead(office: Office, cast: Cast) -> None:
    office.stage("10")
    [(words, where)] = duties.waiting(office.project, cast.lena.actor)
    assert words == "Meet 1 duty"
    assert where == reverse("deliver:duties", args=[office.project.slug])
    assert duties.waiting(office.project, cast.flor.actor) == []
