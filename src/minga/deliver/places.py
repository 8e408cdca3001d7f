"""Which place a case has in the queue: the one that its tool gave it, or that of its waiting alone.

A tool's place counts only while its release shows advice, and to no smaller share than before. So a stop, a withdrawal
or a step back takes every place away that the tool gave, from the next request on, and nothing is rewritten for it.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case as When_
from django.db.models import Exists, F, OuterRef, Q, QuerySet, When

from minga.deliver.models import Case, Draw, Stage
from minga.deliver.prepared import Prepared
from minga.design.models import Release, ToolVersion
from minga.design.queries import withdrawals_of
from minga.projects.models import Project


def _releases(project: Any) -> QuerySet[Any, Any]:
    """Every release with each stage that it had, in order."""
    tool = ToolVersion(project_id=project, tool=OuterRef("version__tool"), version=OuterRef("version__version"))  # type: ignore[misc]
    moved = Case.objects.filter(placed_by=OuterRef("pk"), state=Case.State.OPEN)
    rows = Release.objects.filter(project=project).order_by("stage_changes__pk")
    found = rows.annotate(
        gone=Exists(withdrawals_of(tool)),
        moved=Exists(moved),
        drawn=Exists(Draw.objects.filter(release=OuterRef("pk"))),
    )
    return found.values_list("pk", "stage_changes__stage", "gone", "moved", "drawn")


_standing = Prepared(_releases)


@dataclass(frozen=True, slots=True)
class Places:
    """``halted``: releases whose places do not count now though cases wait that they moved; ``counting``: those whose
    places count. ``drawn`` is whether the project ever drew cases.
    """

    halted: tuple[int, ...]
    counting: tuple[int, ...]
    drawn: bool

    @property
    def mixed(self) -> bool:
        """Whether some tools order the queue while others no longer do."""
        return bool(self.halted and self.counting)

    @property
    def column(self) -> str:
        """What the queue is ordered by where it is not mixed."""
        return "wait_by" if self.halted else "read_by"

    def cut(self, cases: QuerySet[Case], part: slice) -> QuerySet[Case]:
        """A part of ``cases`` in the order of a mixed queue: each of the two orders is read no further than needed."""
        halted = Q(placed_by__in=self.halted)
        kept = cases.exclude(halted).order_by("read_by", "number").values("pk")[: part.stop]
        back = cases.filter(halted).order_by("wait_by", "number").values("pk")[: part.stop]
        place = When_(When(halted, then=F("wait_by")), default=F("read_by"))
        both = Case.objects.filter(Q(pk__in=kept) | Q(pk__in=back)).annotate(place=place)
        return both.order_by("place", "number")[part]


def of(project: Project) -> Places:
    """What counts in the queue of a project now; one query."""
    shares: dict[int, list[int]] = {}
    gone, moved, drawn = set[int](), set[int](), False
    for release, stage, withdrawn, has_moved, has_drawn in _standing(project.pk):
        shares.setdefault(release, []).append(Stage(stage).share if stage else 0)
        drawn |= bool(has_drawn)
        if withdrawn:
            gone.add(release)
        if has_moved:
            moved.add(release)
    counting = {one for one in moved - gone if shares[one][-1] and shares[one][-1] == max(shares[one])}
    return Places(tuple(sorted(moved - counting)), tuple(sorted(counting)), drawn)
