"""How a charter stands: each commitment with the criteria that hold tools to it, and the checks of them that count."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minga.design.models import Check, CommitmentLink, Criterion, Release, ToolVersion
from minga.design.runs import deciding
from minga.engage.models import Charter, Commitment
from minga.engage.queries import same_promise
from minga.ledger.models import Edge
from minga.projects.models import Project

MOVES = ("stage.changed", "stage.stopped")


@dataclass(frozen=True, slots=True)
class Held:
    """One criterion behind a commitment. ``version`` is the one in use, None where no tool is in use.

    ``kind`` is a state of the web ("passed", "failed", "not_yet"); ``words`` say it.
    """

    link: CommitmentLink
    criterion: Criterion
    version: ToolVersion | None
    check: Check | None
    kind: str
    words: str

    @property
    def project(self) -> Project:
        return self.criterion.project


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment with the criteria in force that hold tools to it; ``proposed`` wait for a decision."""

    commitment: Commitment
    held: tuple[Held, ...]
    proposed: tuple[Criterion, ...]


def standing(charter: Charter) -> list[Standing]:
    """Every commitment of a charter, in its order."""
    used: dict[int, ToolVersion | None] = {}
    return [_standing(commitment, used) for commitment in charter.commitments.select_related("contribution")]


def _standing(commitment: Commitment, used: dict[int, ToolVersion | None]) -> Standing:
    links = CommitmentLink.objects.filter(commitment__in=same_promise(commitment), ended=None)
    links = links.select_related("criterion__project", "criterion__dataset", "commitment__charter")
    by_criterion = {link.criterion: link for link in links}
    held = [(link, one) for one, link in by_criterion.items() if one.state == Criterion.State.APPROVED]
    proposed = tuple(one for one in by_criterion if one.state == Criterion.State.PROPOSED)
    return Standing(commitment, tuple(_held(link, one, used) for link, one in held), proposed)


def _held(link: CommitmentLink, criterion: Criterion, used: dict[int, ToolVersion | None]) -> Held:
    if criterion.project_id not in used:
        used[criterion.project_id] = version_in_use(criterion.project)
    version = used[criterion.project_id]
    if version is None:
        return Held(link, criterion, None, None, "not_yet", _("No version is in use"))
    check = deciding(Check.objects.filter(criterion=criterion, version=version).order_by("-pk"))
    told = {"version": version.version}
    if check is not None and check.is_pass:
        return Held(link, criterion, version, check, "passed", _("Version %(version)s, in use, passed") % told)
    if check is not None and check.state == Check.State.FAILED:
        return Held(link, criterion, version, check, "failed", _("Version %(version)s, in use, failed") % told)
    return Held(link, criterion, version, check, "not_yet", _("Version %(version)s, in use, is not checked") % told)


def version_in_use(project: Project) -> ToolVersion | None:
    """The version of the newest release that is at a stage above off, as the ledger tells it; None where none is."""
    for release in Release.objects.filter(project=project).select_related("version").order_by("-created", "-pk"):
        moves = Edge.objects.filter(cause_kind="release", cause_id=str(release.pk), entry__action__in=MOVES)
        newest = moves.order_by("-entry").values_list("entry__payload", flat=True).first()
        if newest is not None and json.loads(newest)["stage"] != "off":
            return release.version
    return None
