"""Reads of panels: what of a pool may be public, seats, replies."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage import drawing
from minga.engage.models import Panel, Panellist, Recommendation
from minga.engage.queries.sessions import FEWEST, shown_counts
from minga.ledger.action import Actor, may
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of
from minga.web.format import day

S = Panellist.State
FAIRNESS = ("lowest", "highest", "equal", "gini")
GONE = (S.DECLINED, S.SILENT, S.LEFT)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One value of a feature: its quota, and how many of the pool have it (None: not shown)."""

    feature: str
    value: str
    low: int
    high: int
    in_pool: int | None


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats of a drawn panel: taken, waiting for an answer, empty."""

    size: int
    taken: int
    waiting: int

    @property
    def empty(self) -> int:
        return self.size - self.taken - self.waiting


def seats(panel: Panel) -> Seats:
    states = Counter(panel.panellists.values_list("state", flat=True))
    return Seats(panel.size, states[S.ACCEPTED], states[S.INVITED])


def pool(panel: Panel) -> QuerySet[Panellist]:
    """Whoever is in the pool; after closing, whoever was."""
    people = panel.panellists.all()
    return people.exclude(state=S.LEFT) if panel.state == Panel.State.OPEN else people.exclude(number=None)


def pool_size(panel: Panel) -> int:
    return pool(panel).count()


Mix = tuple[tuple[tuple[str, ...], bool], int]


def mixes(panel: Panel) -> tuple[Mix, ...]:
    """The pool by what its people have in common: ((values in the order of the features, shares a home), people)."""
    return _mixes(panel.pk, panel.pool_digest) if panel.pool_digest else _count_mixes(panel)


@lru_cache(maxsize=256)
def _mixes(pk: int, digest: str) -> tuple[Mix, ...]:
    """Of a closed pool, which never changes: ``digest`` is part of what the result is kept by."""
    return _count_mixes(Panel.objects.get(pk=pk))


def _count_mixes(panel: Panel) -> tuple[Mix, ...]:
    people = pool(panel).values_list("features", "household")
    counted = Counter((tuple(features[name] for name in panel.quotas), bool(home)) for features, home in people)
    return tuple(counted.items())


def quota_rows(panel: Panel, *, exact: bool) -> list[QuotaRow]:
    """Quotas with the pool's counts. In public, counts under ten, and those that tell them, are left out."""
    found = mixes(panel)
    rows = []
    for place, (feature, values) in enumerate(panel.quotas.items()):
        counts = [sum(people for (has, _home), people in found if has[place] == value) for value in values]
        shown: list[int | None] = list(counts) if exact else shown_counts(counts)[0]
        for (value, (low, high)), count in zip(values.items(), shown, strict=True):
            rows.append(QuotaRow(feature, value, low, high, count))
    return rows


def is_open_pool(panel: Panel) -> bool:
    """Whether the pool's file may be public: nobody shares all their values with fewer than nine others.

    A file with households is never public: who lives with whom tells more than the values.
    """
    found = mixes(panel)
    return bool(found) and all(people >= FEWEST and not home for (_has, home), people in found)


def may_read_pool(panel: Panel, actor: Actor) -> bool:
    """The pool's file is for those who check the draw; for everybody only where it can point at nobody."""
    if panel.state == Panel.State.OPEN:
        return False
    checks = {str(Role.LEAD), str(Role.FACILITATOR), str(Role.OVERSEER)}
    return bool(checks & roles_of(actor, panel.project)) or is_open_pool(panel)


def on_panel(panel: Panel) -> QuerySet[Panellist]:
    return panel.panellists.filter(state=S.ACCEPTED)


def asked(panel: Panel) -> QuerySet[Panellist]:
    """Everybody who was ever drawn, in the order of their numbers."""
    return panel.panellists.exclude(answer_by=None)


def unreplaced(panel: Panel) -> list[Panellist]:
    """Whoever holds a seat by lot but will not take it: declined, silent, or gone."""
    names = set(drawing.drawn(panel, panel.seed).members)
    for step in panel.rounds:
        names = names - set(step["dropped"]) | set(step["added"])
    people = panel.panellists.filter(state__in=GONE).exclude(number=None)
    return [one for one in people if drawing.name_of(one) in names]


def recommendations(panel: Panel) -> list[Recommendation]:
    """With the body's replies, in the order of their numbers; those taken down are left out."""
    found = panel.recommendations.filter(contribution__status__in=("shown", "decided"))
    return list(found.select_related("contribution__decision", "contribution__project"))


def answered(found: list[Recommendation]) -> int:
    return sum(one.contribution.status == "decided" for one in found)


def late(panel: Panel, now: datetime | None = None) -> int:
    """How many invitations are past their day without an answer."""
    return panel.panellists.filter(state=S.INVITED, answer_by__lt=now or timezone.now()).count()


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do for the panels of a project now: (sentence, address)."""
    rows = []
    for panel in project.panels.defer("lottery"):
        here = [project.slug, panel.pk]
        if panel.state == Panel.State.OPEN:
            rows.append((_("Put your name into the pool: %(title)s"), "panel.joined", "engage:join_pool", here, panel))
            words = _("Close the pool before %(day)s: %(title)s")
            rows.append((words, "pool.closed", "engage:close_pool", here, panel))
        elif panel.state == Panel.State.CLOSED and panel.seed_on <= timezone.localdate():
            rows.append((_("Draw the panel: %(title)s"), "panel.drawn", "engage:draw_panel", here, panel))
        elif panel.state == Panel.State.DRAWN and (late(panel) or unreplaced(panel)):
            words = _("Draw replacements: %(title)s")
            rows.append((words, "panellist.replaced", "engage:panel_members", here, panel))
    return [
        (words % {"title": panel.title, "day": day(panel.seed_on)}, reverse(name, args=here))
        for words, verb, name, here, panel in rows
        if may(actor, project, verb)
    ]
