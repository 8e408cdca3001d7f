"""The table of permissions, walked: every role against every action."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps

from minga.ledger.action import BODY, REGISTRY, SYSTEM, Actor, may
from minga.ledger.models import Entry
from minga.ledger.refusals import NotAllowed
from minga.people.models import Person
from minga.projects import roles
from minga.projects.actions import end_office
from minga.projects.models import BodySeat, Membership, Project
from minga.projects.roles import TABLE, BodyRole, Role
from tests.conftest import CAST, OFFICERS, Cast, by

for app in apps.get_app_configs():
    if app.name.startswith("minga.") and find_spec(f"{app.name}.actions"):
        import_module(f"{app.name}.actions")

# What happens outside projects is asked of the body.
OF_THE_BODY = {
    "instrument.added",
    "inventory.imported",
    "person.erased",
    "project.opened",
    "body_seat.given",
    "body_seat.ended",
    "course.added",
    "course.passed",
    "champion.named",
    "champion.ended",
    "event.announced",
    "funding.stated",
    "funding.released",
    "funding.ended",
    "coverage.planned",
    "coverage.counted",
    "goal.set",
    "goal.changed",
    "working_group.opened",
    "working_group.closed",
    "group_member.added",
    "group_member.left",
    "group_meeting.called",
    "group_meeting.minuted",
    "group_decision.recorded",
    "group_output.published",
    "annual_report.published",
    "survey.opened",
    "survey.invited",
    "survey.reminded",
    "survey.answered",
    "survey.closed",
    "partner.added",
    "partner.ended",
    "partner.fetched",
    "records.signed",
}
VISITOR = Actor(key="visitor-1", group="residents", kind="visitor")


def everybody(cast: Cast) -> dict[str, Actor]:
    """One actor for each role of the table, granted or not."""
    named = {role.value: getattr(cast, name).actor for name, (role, _group) in CAST.items() if name != "fidel"}
    return {
        **named,
        **{role: getattr(cast, name).actor for role, name in zip(BodyRole.values, OFFICERS, strict=True)},
        roles.VISITOR: VISITOR,
        roles.SIGNED_IN: cast.nadie.actor,
        roles.APPOINTER: cast.bea.actor,
        roles.SYSTEM: SYSTEM,
    }


def implied(role: str) -> set[str]:
    """The roles that whoever has ``role`` has as well."""
    if role == roles.SYSTEM:
        return {role}
    return {role, roles.VISITOR} | ({roles.SIGNED_IN} if role != roles.VISITOR else set())


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    assert set(TABLE) == set(REGISTRY)


def test_rows_name_known_roles() -> None:
    known = {*Role.values, *BodyRole.values, roles.VISITOR, roles.SIGNED_IN, roles.APPOINTER, roles.SYSTEM}
    assert all(row and set(row) <= known for row in TABLE.values())


def listed(name: str, role: str, place: object) -> bool:
    """Whether the row of ``name`` names ``role``; granted roles count in their project only, offices at the body."""
    if (place is BODY and role in Role.values) or (place is not BODY and role in BodyRole.values):
        return bool({roles.VISITOR, roles.SIGNED_IN} & set(TABLE[name]))
    return bool(implied(role) & set(TABLE[name]))


@pytest.mark.usefixtures("offices")
def test_each_role_may_do_what_the_table_says_and_nothing_else(project: Project, cast: Cast) -> None:
    before = Entry.objects.count()
    refused = 0
    for name, act in sorted(REGISTRY.items()):
        place = BODY if name in OF_THE_BODY else project
        for role, actor in everybody(cast).items():
            assert may(actor, place, name) is listed(name, role, place), f"{role} and {name}"
            if not listed(name, role, place):
                with pytest.raises(NotAllowed):
                    act.call(by(actor), place)
                refused += 1
    assert refused > 300
    assert Entry.objects.count() == before


def test_a_role_counts_in_its_own_project_only(project: Project, cast: Cast) -> None:
    from minga.projects.actions import open_project

    other = open_project(by(cast.dario), BODY, title="Another", summary="Another tool.")
    assert may(cast.lena.actor, project, "role.granted")
    assert not may(cast.lena.actor, other, "role.granted")
    assert not may(cast.olga.actor, other, "stage.stopped")


def test_an_ended_role_gives_nothing(project: Project, cast: Cast) -> None:
    from minga.projects.actions import end_role

    seat = Membership.objects.get(project=project, person=cast.dario)
    end_role(by(cast.lena), project, seat)
    assert not may(cast.dario.actor, project, "dataset.imported")


def test_an_unknown_action_is_nobody_s(project: Project, cast: Cast) -> None:
    assert not any(may(actor, project, "case.deleted") for actor in everybody(cast).values())


def test_nobody_but_the_body_appoints_an_overseer(project: Project, cast: Cast) -> None:
    from minga.projects.actions import appoint_overseer, grant_role

    with pytest.raises(NotAllowed):
        grant_role(by(cast.lena), project, person=cast.nadie, role="overseer")
    with pytest.raises(NotAllowed):
        appoint_overseer(by(cast.lena), project, person=cast.nadie)
    assert appoint_overseer(by(cast.bea), project, person=cast.nadie).role == "overseer"


def test_an_office_counts_at_the_body_only_and_ends(offices: dict[str, Person], project: Project, cast: Cast) -> None:
    assert may(cast.chela.actor, BODY, "task.assigned")
    assert not may(cast.chela.actor, project, "task.assigned")
    end_office(by(cast.bea), BODY, BodySeat.objects.get(person=cast.chela))
    assert not may(cast.chela.actor, BODY, "task.assigned")
