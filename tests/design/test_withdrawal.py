"""The withdraw switch: in force at once for checks, advice and releases, and lifted where it was made."""

import pytest

from minga.design import queries, tasks, tools
from minga.design.actions import create_release, request_check, restore_tool, withdraw_tool
from minga.design.models import Criterion, ToolVersion
from minga.ledger.action import BODY
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

REASON = "It told residents of one district something false."


def test_nothing_runs_from_the_next_request_on(
    project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion
) -> None:
    waiting = request_check(by(cast.dario), project, criterion, mended)
    withdrawal = withdraw_tool(by(cast.olga), project, tool="shortcalls", reason=REASON)
    assert queries.withdrawn(mended) == withdrawal
    with pytest.raises(tools.WithdrawnTool, match=REASON):
        tools.advise(mended, [{"id": "1"}])
    assert tasks.run_check.call(waiting.pk) == "broken"
    with pytest.raises(Blocked, match="withdrawn"):
        request_check(by(cast.dario), project, criterion, mended)
    entry = Entry.objects.get(action="tool.withdrawn")
    assert ("version", str(mended.pk)) in Edge.objects.filter(entry=entry).values_list("cause_kind", "cause_id")


def test_a_passed_version_is_not_released(
    project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion
) -> None:
    check = request_check(by(cast.dario), project, criterion, mended)
    assert tasks.run_check.call(check.pk) == "passed"
    withdrawal = withdraw_tool(by(cast.lena), project, tool="shortcalls", version="0.2", reason=REASON)
    with pytest.raises(Blocked, match="It was withdrawn"):
        create_release(by(cast.lena), project, mended)
    restore_tool(by(cast.lena), project, withdrawal, reason="Mended and shown to the residents.")
    assert queries.withdrawn(mended) is None
    create_release(by(cast.lena), project, mended)


def test_one_version_or_all_here_or_everywhere(
    project: Project, cast: Cast, first: ToolVersion, mended: ToolVersion
) -> None:
    one = withdraw_tool(by(cast.lena), project, tool="shortcalls", version="0.1", reason=REASON)
    assert queries.withdrawn(first) == one
    assert queries.withdrawn(mended) is None
    everywhere = withdraw_tool(by(cast.bea), BODY, tool="shortcalls", reason=REASON)
    assert queries.withdrawn(mended) == everywhere
    with pytest.raises(Invalid, match="elsewhere"):
        restore_tool(by(cast.lena), project, everywhere, reason="x")
    restore_tool(by(cast.bea), BODY, everywhere, reason="x")
    assert queries.withdrawn(mended) is None
    with pytest.raises(Conflict):
        restore_tool(by(cast.bea), BODY, everywhere, reason="x")


def test_who_may_and_what_is_refused(project: Project, cast: Cast, first: ToolVersion) -> None:
    for person in (cast.dario, cast.paz, cast.rosa):
        with pytest.raises(NotAllowed):
            withdraw_tool(by(person), project, tool="shortcalls", reason=REASON)
    with pytest.raises(NotAllowed):
        withdraw_tool(by(cast.lena), BODY, tool="shortcalls", reason=REASON)
    with pytest.raises(Invalid, match="no such tool"):
        withdraw_tool(by(cast.lena), project, tool="unknown", reason=REASON)
    with pytest.raises(Invalid):
        withdraw_tool(by(cast.lena), project, tool="shortcalls", reason=" ")
    withdraw_tool(by(cast.lena), project, tool="shortcalls", reason=REASON)
    with pytest.raises(Conflict):
        withdraw_tool(by(cast.lena), project, tool="shortcalls", reason=REASON)
