"""Who took part against who is affected, as everybody may read it.

Every figure that is computed here is computed from counts that are published: groups of one to nine people, and the
groups that would tell them by subtraction, are first put together (``Comparison.together``). So an index, an effective
number or a weight gives nothing away that the counts beside it do not. Counts of people are published per phase, per
conversation, per session and per panel, and never summed over those: nothing links their people, and no difference
of two pages is a group of fewer than ten.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from minga.commission.models import Beneficiaries
from minga.engage.models import AffectedGroup, Conversation, Reference, Session
from minga.engage.queries import people, sessions
from minga.ledger.action import PHASES
from minga.people.models import Group
from minga.projects.gates import PHASE_NAMES
from minga.projects.models import Project
from minga.tools.representation import TOTAL, Coverage, Weights, coverage, rake, suppress_list
from minga.tools.representation import Reference as Sizes
from minga.tools.representation import weights as limits

FEWEST = 10
TOGETHER = "together"
GROUP, STRATUM = AffectedGroup.Margin.GROUP, AffectedGroup.Margin.STRATUM


@dataclass(frozen=True)
class Affected:
    """The reference in use. ``sizes``: {"group" or "stratum": {key: people, or shares}}. ``estimated``: from the
    project's own estimate of its beneficiaries, because nobody has given a published count.
    """

    sizes: Mapping[str, Mapping[str, float]]
    names: Mapping[str, str]
    source: str
    url: str = ""
    as_of: date | None = None
    estimated: bool = False

    def label(self, key: str) -> str:
        if key in Group.values:
            return str(Group(key).label)
        if not key:
            return _("did not say")
        return self.names.get(key, key)

    def shares(self, margin: str) -> dict[str, float]:
        """Share of each group among the affected, in 0..1, the largest first."""
        sizes = self.sizes.get(margin, {})
        total = sum(sizes.values())
        return {key: size / total for key, size in sorted(sizes.items(), key=lambda pair: -pair[1])} if total else {}


def affected(project: Project) -> Affected | None:
    """The newest reference of a project, else its estimate of beneficiaries by actor group, else None."""
    given = Reference.objects.filter(project=project).prefetch_related("groups").first()
    if given is None:
        return _estimated(project)
    sizes: dict[str, dict[str, float]] = {}
    for row in given.groups.all():
        sizes.setdefault(row.margin, {})[row.key] = row.size
    names = {row.key: row.label for row in given.groups.all()}
    return Affected(sizes, names, given.source, given.url, given.as_of)


def _estimated(project: Project) -> Affected | None:
    found = Beneficiaries.objects.filter(project=project, share__gt=0).select_related("stakeholder")
    shares: dict[str, float] = {}
    for record in found:
        if record.stakeholder and record.share is not None:
            group = record.stakeholder.group
            shares[group] = shares.get(group, 0.0) + float(record.share)
    if not shares:
        return None
    words = _("the project’s own estimate of its beneficiaries")
    return Affected({GROUP: shares}, {}, words, estimated=True)


@dataclass(frozen=True)
class Line:
    """One group: its share of the affected and of those who took part, in 0..1, with its 95 % Wilson interval.

    ``people`` is None where it is not shown; share, ``gap`` (points) and ``ratio`` (share over share) are None too.
    """

    key: str
    label: str
    affected: float
    people: int | None
    share: float | None = None
    low: float | None = None
    high: float | None = None
    gap: float | None = None
    ratio: float | None = None
    differs: bool = False


@dataclass(frozen=True)
class Weighting:
    """What it takes to weigh those who took part like the affected. ``used`` people count like ``effective``."""

    used: int
    effective: int
    design_effect: float
    largest: float
    missing: tuple[str, ...]
    converged: bool = True

    @property
    def explodes(self) -> bool:
        return bool(self.warnings)

    @cached_property
    def warnings(self) -> list[str]:
        """Why weighted figures must not be trusted, in words; empty where they may be used with care."""
        found = []
        if self.largest > limits.LARGE_RATIO:
            found.append(_("One person’s weight is %(times).1f times the usual one: a few speak for many."))
        if self.design_effect > limits.LARGE_DEFF or self.effective < limits.SMALL_N:
            found.append(_("%(used)s people count like %(effective)s: weighted figures say little."))
        if self.missing:
            found.append(_("Nobody came from: %(missing)s. No weight can speak for them."))
        if not self.converged:
            found.append(_("No weights meet both the groups and the self-descriptions. Merge rare answers."))
        told = {"times": self.largest, "used": self.used, "effective": self.effective}
        return [text % (told | {"missing": ", ".join(self.missing)}) for text in found]


@dataclass(frozen=True)
class Comparison:
    """Those who took part in one thing, by one margin, against the affected.

    ``people``: all who took part, None where they were fewer than ten; ``said``: those of them who said their group.
    ``together``: the groups that are not shown one by one, as one line; it has people and a share. ``begun``: at least
    one person took part. ``unsaid_hidden``: those who did not say are among ``together``, and ``said`` counts them.
    """

    kind: str
    title: str
    href: str
    margin: str
    people: int | None
    said: int | None
    lines: tuple[Line, ...] = ()
    together: Line | None = None
    figures: Coverage | None = field(default=None, repr=False)
    weighting: Weighting | None = None
    begun: bool = True
    unsaid_hidden: bool = False

    @property
    def not_said(self) -> int | None:
        unknown = self.people is None or self.said is None or self.unsaid_hidden
        return None if unknown else (self.people or 0) - (self.said or 0)

    @property
    def worst(self) -> Line | None:
        """The group that is furthest below its share, where the interval leaves no doubt that it is below."""
        below = [line for line in self.lines if line.gap is not None and line.differs and line.gap < 0]
        return min(below, key=lambda line: line.gap or 0, default=None)

    @property
    def finding(self) -> str:
        """One sentence: who is under-heard and by how much, or why nobody can say."""
        if not self.lines:
            return _("Too few people took part so far to compare the groups in public")
        if self.worst is not None:
            gap = round(abs(self.worst.gap or 0))
            return _("%(group)s are under-heard by %(gap)s points") % {"group": self.worst.label, "gap": gap}
        if any(line.people is None for line in self.lines):
            return _("No group that may be shown is clearly under-heard")
        return _("No group is clearly under-heard")


def compare(
    reference: Affected, counts: Mapping[str, int], *, margin: str = GROUP, unknown: int = 0, exact: bool = False,
    kind: str = "", title: str = "", href: str = "", weighting: Weighting | None = None,
) -> Comparison:  # fmt: skip
    """The published comparison of ``counts`` people per group with the reference.

    Groups that are not among the affected stand in it with a share of 0: suppliers and staff take part too. How many
    did not say their group (``unknown``) is told: it is no group. ``exact`` hides nothing, for the project's people.
    """
    shares = reference.shares(margin)
    counts = {key: counts.get(key, 0) for key in (*shares, *(key for key, n in counts.items() if n))}
    said = sum(counts.values())
    total = said + unknown
    empty = Comparison(kind, title, href, margin, total if exact or total >= FEWEST else None, None, begun=total > 0)
    if not shares or not said:
        return empty
    shown: Mapping[str, int | None] = counts
    if not exact:
        table = suppress_list(counts, FEWEST)
        if said < FEWEST or table.cells[TOTAL, TOTAL] is None:
            return empty
        shown = {key: table.cells[key, TOTAL] for key in counts}
        if all(count is None for count in shown.values()):  # all of them together are everybody: nothing to compare
            return empty
    lines, together, figures = _lines(reference, shown, shares, said, kind + title)
    return Comparison(kind, title, href, margin, total, said, lines, together, figures, weighting)


def _lines(
    reference: Affected, shown: Mapping[str, int | None], shares: Mapping[str, float], said: int, seed: str
) -> tuple[tuple[Line, ...], Line | None, Coverage]:
    known = {key: count for key, count in shown.items() if count is not None}
    hidden = [key for key in shown if key not in known]
    sizes = {key: shares.get(key, 0.0) for key in known}
    if hidden:
        known[TOGETHER] = said - sum(known.values())
        sizes[TOGETHER] = sum(shares.get(key, 0.0) for key in hidden)
    figures = coverage(known, Sizes(sizes, source=reference.source), seed=seed)
    found = {group.group: group for group in figures.groups}
    names = _("Together: %(groups)s") % {"groups": ", ".join(reference.label(key) for key in hidden)}
    lines = {
        key: Line(
            key,
            names if key == TOGETHER else reference.label(key),
            group.reference,
            group.count,
            group.share.value,
            group.share.low,
            group.share.high,
            group.gap.value,
            group.coverage.value,
            group.differs,
        )
        for key, group in found.items()
    }
    rows = [lines.get(key) or Line(key, reference.label(key), shares.get(key, 0.0), None) for key in shown]
    rows.sort(key=lambda line: -line.affected)
    return tuple(rows), lines.get(TOGETHER), figures


def by_phase(project: Project, reference: Affected, *, exact: bool = False) -> list[Comparison]:
    """One comparison per phase, from what is in the ledger under a person's or visitor's key."""
    counted = people.by_phase(project)
    return [
        compare(reference, counted[phase], kind=phase, title=str(PHASE_NAMES[phase]), exact=exact) for phase in PHASES
    ]


def so_far(project: Project, *, exact: bool = False) -> Comparison | None:
    """The comparison that stands for the project: of the latest phase in which ten people or more said their group,
    else of the newest conversation, session or panel that can be judged, else of the latest phase begun."""
    reference = affected(project)
    if reference is None:
        return None
    begun = [one for one in reversed(by_phase(project, reference, exact=exact)) if one.begun]
    many = (one for one in begun if one.lines and (one.said or 0) >= FEWEST)
    beside = (one for one in comparisons(project, reference) if one.lines)
    return next((one for found in (many, beside, (one for one in begun if one.lines), begun) for one in found), None)


def of_conversation(conversation: Conversation, reference: Affected, margin: str = GROUP) -> Comparison:
    """Everybody who voted in a conversation, by what they said of themselves or their invitation did.

    By actor group these are the counts of its results page, as of the newest tally.
    """
    rows, title, href = people.voters(conversation), conversation.title, conversation.get_absolute_url()
    if margin == STRATUM:
        strata = [stratum for _group, stratum in rows]
        counts = Counter(value for value in strata if value)
        unknown = strata.count(people.NOT_SAID)
        return compare(reference, counts, margin=margin, unknown=unknown, kind="conversation", title=title, href=href)
    shown, total = people.published(conversation)
    shares = reference.shares(margin)
    silent = shown.get(people.NOT_SAID, 0)
    if not shares or not any(shown.values()) or total == silent:
        return Comparison(
            "conversation", title, href, margin, total if total >= FEWEST else None, None, begun=bool(total)
        )
    said = total - silent if silent is not None else total
    cells = {key: shown.get(key, 0) for key in (*shares, *shown) if key or silent is None}
    lines, together, figures = _lines(reference, cells, shares, said, f"conversation {conversation.pk}")
    found = Comparison("conversation", title, href, margin, total, said, lines, together, figures)
    return replace(found, unsaid_hidden=silent is None, weighting=_weighted(found, rows, reference))


def _weighted(found: Comparison, rows: list[tuple[str, str]], reference: Affected) -> Weighting | None:
    """With the weights in sum: raked to both margins where enough people told both, else to the groups alone."""
    margins = {GROUP: found}
    strata = compare(reference, Counter(stratum for _group, stratum in rows if stratum), margin=STRATUM)
    both = sum(bool(group and stratum) for group, stratum in rows)
    if strata.lines and 2 * both >= len(rows) and both >= FEWEST:
        margins[STRATUM] = strata
    merged = {margin: _merged(one) for margin, one in margins.items()}
    told = [{str(m): merged[m].get(row[0 if m == GROUP else 1], "") for m in margins} for row in rows]
    sizes = {str(margin): _sizes(one) for margin, one in margins.items()}
    if not any(all(sizes[m].get(value, 0) > 0 for m, value in row.items()) for row in told):
        return None
    return weighting_of(rake(told, sizes), {**_labels(found), **_labels(strata)})


def _merged(one: Comparison) -> dict[str, str]:
    """What each answer counts as: itself, or one with the others that are not shown."""
    return {line.key: line.key if line.people is not None else TOGETHER for line in one.lines if line.key}


def _sizes(one: Comparison) -> dict[str, float]:
    sizes = {line.key: line.affected for line in one.lines if line.people is not None}
    return sizes | ({TOGETHER: one.together.affected} if one.together else {})


def _labels(one: Comparison) -> dict[str, str]:
    return {line.key: line.label for line in one.lines}


def weighting_of(made: Weights, labels: Mapping[str, str]) -> Weighting:
    """What the weights ``made`` cost, with the groups that nobody came from by their labels."""
    missing = tuple(labels.get(value, value) for _margin, value in made.missing)
    return Weighting(
        used=made.used,
        effective=round(made.effective_n),
        design_effect=round(made.design_effect, 1),
        largest=round(made.largest_over_median, 1),
        missing=missing,
        converged=made.converged,
    )


def of_session(session: Session, reference: Affected, margin: str = GROUP) -> Comparison:
    """Everybody who came to a session, with the very counts that its own page shows."""
    came = {
        row.group or row.stratum: row.came for row in session.recruitment.all() if bool(row.group) == (margin == GROUP)
    }
    shown = {seats.key: seats.came for seats in sessions.recruitment(session, margin=margin, exact=False)}
    said, shares = sum(came.values()), reference.shares(margin)
    total = max(said, sessions.came(session))
    title, href = session.title, session.get_absolute_url()
    left = [count for key, count in came.items() if shown[key] is None]
    if not shares or said < FEWEST or (left and (len(left) < 2 or sum(left) < FEWEST)):
        return Comparison("session", title, href, margin, total if total >= FEWEST else None, None)
    keys = dict.fromkeys((*shares, *(key for key, count in shown.items() if count != 0)))
    counts = {key: shown.get(key, 0) for key in keys}
    lines, together, figures = _lines(reference, counts, shares, said, f"session {session.pk}")
    return Comparison("session", title, href, margin, total, said, lines, together, figures)


def comparisons(project: Project, reference: Affected) -> list[Comparison]:
    """Every conversation, session and panel of a project, by group and then by self-description, newest first."""
    found: list[Comparison] = []
    margins = [margin for margin in (GROUP, STRATUM) if reference.sizes.get(margin)]
    for conversation in project.conversations.exclude(state=Conversation.State.DRAFT):
        found += [of_conversation(conversation, reference, margin) for margin in margins]
    for session in project.sessions.filter(state__in=sessions.HEARD).prefetch_related("recruitment"):
        found += [of_session(session, reference, margin) for margin in margins]
    for panel in project.panels.all():
        for margin in margins:
            counts = people.of_panel(panel, reference.sizes[margin])
            if counts:
                unknown = counts.pop(people.NOT_SAID, 0)
                found.append(
                    compare(
                        reference, counts, margin=margin, unknown=unknown, kind="panel", title=panel.title,
                        href=panel.get_absolute_url(),
                    )
                )  # fmt: skip
    return found
