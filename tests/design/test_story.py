"""The story on the tool that ships: the usual limit fails, limits chosen on earlier calls pass on later ones."""

from datetime import date
from pathlib import Path

import pytest

from minga.design import evaluation, tasks
from minga.design.actions import (
    approve_criterion,
    create_release,
    import_dataset,
    propose_criterion,
    register_version,
    request_check,
    split_dataset,
)
from minga.design.models import Check, Criterion, ToolVersion
from minga.ledger.refusals import Blocked
from minga.projects.models import Project
from minga.tools.base import installed
from minga.tools.redflags import choose_limits
from minga.tools.redflags.generate import write
from tests.conftest import Cast, by


@pytest.fixture(autouse=True)
def _shipped(_tool: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "installed", installed)


def run(cast: Cast, criterion: Criterion, version: ToolVersion) -> Check:
    check = request_check(by(cast.dario), criterion.project, criterion, version)
    tasks.run_check.call(check.pk)
    return Check.objects.get(pk=check.pk)


def test_from_the_usual_limit_to_a_release(project: Project, cast: Cast, tmp_path: Path) -> None:
    written = write(tmp_path, 3000, seed=7, broken=0.02)
    data = import_dataset(
        by(cast.dario), project, source=written.data, name="Calls", purpose="Warnings", labels=written.labels
    )
    assert data.rows_in == written.rows == data.rows_used + data.rows_rejected + data.rows_failed
    assert data.rows_rejected + data.rows_failed > 0
    earlier, later = split_dataset(by(cast.dario), project, data, date(2024, 10, 1))

    def criterion(sentence: str, metric: str, comparison: str, bound: str, group_by: str = "") -> Criterion:
        proposed = propose_criterion(
            by(cast.rosa), project, sentence=sentence, metric=metric, comparison=comparison, bound=bound,
            dataset=later, group_by=group_by, minimum_group=100,
        )  # fmt: skip
        return approve_criterion(by(cast.ada), project, proposed)

    share = criterion("At most 20 % of any method.", "flag_share", "le", "0.2", "procurement_method")
    found = criterion("At least a quarter of the planted cases.", "planted_found", "ge", "0.25")
    usual = register_version(
        by(cast.paz), project, tool="redflags", version="0.1", settings="", change_note="Usual limits"
    )
    failed = run(cast, share, usual)
    assert failed.state == "failed"
    assert failed.worst.startswith("R003")
    assert failed.figures["baseline_sentence"]
    with pytest.raises(Blocked):
        create_release(by(cast.lena), project, usual)

    limits = choose_limits(earlier.path, 0.2).as_toml()
    mended = register_version(
        by(cast.paz), project, tool="redflags", version="0.2", settings=limits, change_note="One limit a method",
        chosen_on=earlier,
    )  # fmt: skip
    checks = [run(cast, criterion, mended) for criterion in (share, found)]
    assert [(check.state, check.counts) for check in checks] == [("passed", True), ("passed", True)]
    assert create_release(by(cast.lena), project, mended).checks.count() == 2

    silent = register_version(
        by(cast.paz), project, tool="redflags", version="0.3", settings="[R003]\nthreshold = 0\n", change_note="Mute"
    )
    assert run(cast, found, silent).state == "failed"
