"""An action writes once, in one transaction, with one entry; a refused one writes nothing."""

import pytest

from minga.ledger.guard import WroteOutsideAction
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, NotAllowed
from minga.projects.actions import agree_rule, explain_absence
from minga.projects.models import Absence, DecisionRule, Project
from tests.conftest import Cast, by


def test_an_action_appends_one_entry(project: Project, cast: Cast) -> None:
    before = Entry.objects.filter(chain=project.chain).count()
    rule = agree_rule(by(cast.lena), project, step=1, rule="lead")
    entry = Entry.objects.filter(chain=project.chain).last()
    assert Entry.objects.filter(chain=project.chain).count() == before + 1
    assert (entry.action, entry.subject_id, entry.group) == ("rule.agreed", str(rule.pk), "agency")


def test_the_same_key_returns_the_first_result(project: Project, cast: Cast) -> None:
    request = by(cast.lena)
    first = agree_rule(request, project, step=1, rule="lead")
    assert agree_rule(request, project, step=1, rule="lead") == first
    assert DecisionRule.objects.count() == 1


def test_the_same_key_with_other_content_is_a_conflict(project: Project, cast: Cast) -> None:
    request = by(cast.lena)
    agree_rule(request, project, step=1, rule="lead")
    with pytest.raises(Conflict):
        agree_rule(request, project, step=1, rule="ballot")
    assert DecisionRule.objects.get().rule == "lead"


def test_a_forbidden_action_writes_nothing(project: Project, cast: Cast) -> None:
    before = Entry.objects.count()
    with pytest.raises(NotAllowed):
        explain_absence(by(cast.rosa), project, phase="design", group="provider", reason="x")
    assert (Entry.objects.count(), Absence.objects.count()) == (before, 0)


def test_nothing_writes_outside_an_action(project: Project) -> None:
    project.title = "Changed behind the ledger's back"
    with pytest.raises(WroteOutsideAction, match="projects_project"):
        project.save()


def test_an_entry_cannot_be_changed(project: Project) -> None:
    from django.db import DatabaseError

    from minga.ledger import guard

    with guard.open_for_action(), pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.filter(chain=project.chain).update(payload="{}")
