"""The agreed cases of a project, put together as a dataset that a check can be repeated on."""

import hashlib
import json
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from minga.design import store, tables
from minga.design.models import Check, Dataset, TestCase, ToolVersion
from minga.design.reading import digest
from minga.ledger.action import SYSTEM, Act, By, action
from minga.ledger.refusals import Blocked
from minga.projects.models import Project

COLUMNS = {"id": "id", "truth": "expected", "groups": []}
METRIC = "exact_match"
MOST_TOLD = 200
MOST_VERSIONS = 3


def agreed(project: Project) -> models.QuerySet[TestCase]:
    return TestCase.objects.filter(project=project, state=TestCase.State.AGREED).order_by("pk")


def lines(project: Project) -> bytes:
    """The agreed cases as JSON Lines: what the tool is given, its name, and what must come out."""
    rows = ({**case.source, "id": case.code, "expected": case.expected} for case in agreed(project))
    return b"".join(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n" for row in rows)


def current_hash(project: Project) -> str:
    """The hash that the suite would have if it were frozen now."""
    return hashlib.sha256(lines(project)).hexdigest()


def frozen(by: By, project: Project) -> Dataset:
    """The agreed cases as a dataset: the one that holds exactly these, or a new one. Blocked where there is none.

    The system does it on behalf of whoever asked for the check: it decides nothing.
    """
    content = lines(project)
    if not content:
        raise Blocked(
            _("No case has been agreed yet, so there is nothing to check."),
            do=_("Write a case that the tool must get right, and agree on it."),
        )
    sha256 = hashlib.sha256(content).hexdigest()
    kept = Dataset.objects.filter(project=project, kind=Dataset.Kind.SUITE, sha256=sha256).first()
    return kept or freeze(By(SYSTEM, by.also(f"suite {sha256}").once, by.happened, by.history), project, content)


@action("suite.frozen", level="collective")
def freeze(act: Act, content: bytes) -> Dataset:
    """Keep the agreed cases as they are now."""
    cases = list(agreed(act.place))
    ids = array("Q", sorted(digest(case.code) for case in cases)).tobytes()
    number = Dataset.objects.filter(project=act.place, kind=Dataset.Kind.SUITE).count() + 1
    suite = Dataset.objects.create(
        project=act.place, kind=Dataset.Kind.SUITE, columns=COLUMNS, imported=act.now, sha256=_keep(content),
        source_sha256=_keep(content), ids_sha256=_keep(ids), size=len(content), rows_in=len(cases),
        rows_used=len(cases), source=_("written by participants"),
        name=_("Cases that must come out right, %(number)s") % {"number": number},
        purpose=_("What people said that the tool must get right."),
    )  # fmt: skip
    act.because(*cases)
    act.note(cases=[case.code for case in cases], sha256=suite.sha256)
    return suite


def _keep(content: bytes) -> str:
    with store.staging() as staged:
        staged.write(content)
        return staged.keep()


@dataclass(frozen=True, slots=True)
class Tried:
    """How the cases of a frozen suite came out on one version. ``wrong``: code -> what was given, None for nothing."""

    version: ToolVersion
    check: Check
    asked: frozenset[str]
    wrong: dict[str, str | None]
    complete: bool

    def verdict(self, code: str) -> str:
        """right, wrong, or "" where it was not asked or is not known."""
        if code in self.wrong:
            return "wrong"
        return "right" if code in self.asked and self.complete else ""


def tried(project: Project) -> list[Tried]:
    """The newest finished check of the suite on each of the last three versions tried, the newest version first."""
    checks = (
        Check.objects.filter(project=project, criterion__metric=METRIC, dataset__kind=Dataset.Kind.SUITE)
        .filter(state__in=[Check.State.PASSED, Check.State.FAILED])
        .select_related("version", "dataset", "project")
        .order_by("-version_id", "-pk")
    )
    newest: dict[int, Check] = {}
    for check in checks[:MOST_TOLD]:
        newest.setdefault(check.version_id, check)
    return [_tried(check) for check in list(newest.values())[:MOST_VERSIONS]]


def _tried(check: Check) -> Tried:
    told: Iterable[dict[str, Any]] = check.figures.get("wrong", [])
    wrong = {str(row["case"]): row["given"] for row in told}
    asked = frozenset(str(row["id"]) for row in tables.rows_of(check.dataset))
    return Tried(check.version, check, asked, wrong, len(wrong) < MOST_TOLD)
