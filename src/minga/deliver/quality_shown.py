"""The page on people and tool together: each figure with its words, a drawing where it is a share, and its limits."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from minga.deliver import quality
from minga.deliver.models import Service
from minga.projects.models import Project
from minga.tools.base import Figure
from minga.web.format import count_of, decimal, percent, signed, trimmed, whole
from minga.web.svg.types import Interval, ShareChart, ShareRow, Table


@dataclass(frozen=True, slots=True)
class Part:
    """One question of the page: its answer as the heading, what it means, and the figures that it rests on.

    ``few`` names what has too few events to be judged and is left out of the drawings.
    """

    key: str
    finding: str
    meaning: str
    charts: tuple[ShareChart, ...] = ()
    table: Table | None = None
    few: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page; ``finding`` answers its first question."""

    finding: str
    parts: tuple[Part, ...]

    @property
    def known(self) -> list[Part]:
        return [part for part in self.parts if part.charts or part.table]

    @property
    def unknown(self) -> list[Part]:
        """What has too few events so far: said in one place, so that it does not bury what is known."""
        return [part for part in self.parts if not (part.charts or part.table)]


def page_of(project: Project, staff: bool) -> Page:
    """Every part. Only staff see counts below the least number that is judged; nobody sees a share of so few."""
    practice = _practice(project, staff)
    parts = (
        practice,
        _alone_and_aided(project, staff),
        _overruled(project, staff),
        *_groups(project, staff),
        _missed(project, staff),
        _two_readers(project, staff),
        _time(project),
    )
    return Page(practice.finding, parts)


def _share(found: Figure) -> dict[str, str]:
    """ "7 of 20" and "35 %"; only for what can be judged."""
    return {"part": count_of(found.count, found.of), "value": percent(100 * (found.value or 0), 0)}


def _drawn(
    finding: str, rows: Sequence[tuple[str, Figure]], staff: bool
) -> tuple[tuple[ShareChart, ...], tuple[str, ...]]:
    """The figures as dots with their intervals, and in words those that cannot be judged; counts of these for staff."""
    shown = tuple(
        ShareRow(label, one.of, 100 * one.value, Interval(100 * one.low, 100 * one.high))
        for label, one in rows
        if one.value is not None and one.low is not None and one.high is not None
    )
    words = _("%(label)s (%(part)s)")
    few = tuple(
        words % {"label": label, "part": count_of(one.count, one.of)} if staff else label
        for label, one in rows
        if one.value is None
    )
    if not shown:
        return (), few
    chart = ShareChart(finding, shown, ticks=(0, 50, 100), after_label=_("Share"), group_label=_("What was counted"))
    return (chart,), few


def _practice(project: Project, staff: bool) -> Part:
    followed, heeded = quality.commission_rate(project), quality.right_followed(project)
    missed = quality.omission_rate(project)
    finding = _("Not known yet: too few practice cases were decided")
    if followed.value is not None:
        finding = _("In practice, wrong advice was followed in %(part)s cases (%(value)s)") % _share(followed)
    rows = (
        (_("Wrong advice that was followed"), followed),
        (_("Right advice that was followed"), heeded),
        (_("Problems missed where the tool said nothing"), missed),
    )
    meaning = _(
        "Practice cases are made up and affect nobody. In some of them the advice is wrong on purpose, and in some the "
        "tool says nothing although there is a problem. Whoever decides knows that it is practice, but not which "
        "advice is wrong."
    )
    charts, few = _drawn(finding, rows, staff)
    return Part("practice", finding, meaning, charts, few=few)


def _alone_and_aided(project: Project, staff: bool) -> Part:
    towards, away, alone, aided, advice = quality.both(project)
    finding = _("Too few cases were decided first alone and then with the advice")
    if alone.value is not None and aided.value is not None:
        words = _("Alone people are right in %(alone)s of cases, with the advice in %(aided)s")
        finding = words % {"alone": percent(100 * alone.value, 0), "aided": percent(100 * aided.value, 0)}
    rows = (
        (_("Right when deciding alone"), alone),
        (_("Right once the advice was seen"), aided),
        (_("The advice itself was right"), advice),
        (_("Changed from wrong to right by right advice"), towards),
        (_("Changed from right to wrong by wrong advice"), away),
    )
    meaning = _(
        "A lot picks cases that a person decides before the advice opens; then they keep or change their decision. "
        "Only cases whose right answer is known count: practice, and real cases that a lot gave to a blind second "
        "reader, whose answer is taken as right unless an appeal said otherwise."
    )
    charts, few = _drawn(finding, rows, staff)
    return Part("switches", finding, meaning, charts, few=few)


def _overruled(project: Project, staff: bool) -> Part:
    found = quality.overrule_share(project)
    finding = _("Too few decisions with advice in sight to say how often people decide otherwise")
    if found.value is not None:
        finding = _("People decided otherwise than the tool in %(part)s decisions (%(value)s)") % _share(found)
    meaning = _(
        "By itself this says little. A low share may mean that the tool is good, or that nobody contradicts it. "
        "Read it together with the figures above."
    )
    charts, few = _drawn(finding, ((_("Decided otherwise"), found),), staff)
    return Part("overruled", finding, meaning, charts, few=few)


def _groups(project: Project, staff: bool) -> list[Part]:
    parts = []
    for service in Service.objects.filter(project=project).order_by("name"):
        names = {field["name"]: str(field["words"]) for field in service.fields}
        for attribute in service.groups:
            label = names.get(attribute, attribute)
            parts.append(_by_group(service, attribute, label, staff))
    return parts


def _by_group(service: Service, attribute: str, label: str, staff: bool) -> Part:
    found = quality.adherence_by_group(service, attribute)
    gap = quality.gap_of(found)
    told = {"group": label, "service": service.name}
    finding = _("%(service)s, by %(group)s: too few to say whether groups are treated alike") % told
    if gap.value is not None and gap.low is not None and gap.high is not None:
        told |= {"gap": signed(100 * gap.value), "low": signed(100 * gap.low), "high": signed(100 * gap.high)}
        words = _("%(service)s, by %(group)s: a gap of %(gap)s points (interval %(low)s to %(high)s)")
        if gap.low <= 0:
            words = _("%(service)s, by %(group)s: no gap beyond chance (%(gap)s points, interval %(low)s to %(high)s)")
        finding = words % told
    meaning = _(
        "How often advice that goes against a person is followed, for each group. If it is followed more readily for "
        "one group, the people who decide add an injustice of their own to whatever the tool does."
    )
    shown = [(one.group or _("not known"), one) for one in found if staff or one.value is not None]
    charts, few = _drawn(finding, shown, staff)
    return Part(f"group-{service.pk}-{attribute}", finding, meaning, charts, few=few)


def _missed(project: Project, staff: bool) -> Part:
    found = quality.missed_share_of_control(project)
    finding = _("Too few control cases to say what the list misses")
    if found.value is not None:
        words = _("The list would have put last, or left out, %(part)s cases that mattered (%(value)s)")
        finding = words % _share(found)
    meaning = _(
        "A random control sample is read in the order in which it came, whatever the tool thinks of it. Here stand "
        "those of its cases that were decided against the person or in which a problem was found."
    )
    charts, few = _drawn(finding, ((_("Missed by the list"), found),), staff)
    return Part("missed", finding, meaning, charts, few=few)


def _two_readers(project: Project, staff: bool) -> Part:
    found = quality.kappas(project)
    whole_project = found[0]
    finding = _("Too few cases were read twice to say how well two people agree")
    if whole_project.value is not None:
        words = _("Two people who do not see each other’s answer agree in %(part)s cases (%(value)s)")
        agreed = whole_project.count / whole_project.of
        part = count_of(whole_project.count, whole_project.of)
        finding = words % {"part": part, "value": percent(100 * agreed, 0)}
    shown = [one for one in found if staff or one.value is not None]
    rows = tuple((one.group or _("The whole project"), *_kappa_cells(one, staff)) for one in shown)
    head = (_("Counted in"), _("Same answer"), _("Kappa"), _interval())
    meaning = _(
        "A random share of decided cases is read again by somebody who sees neither the advice nor the first decision. "
        "Kappa is the agreement beyond chance: 0 is chance, 1 is full agreement. Where two people do not agree, no "
        "tool can be right for both."
    )
    table = Table(head, rows, caption=_("Agreement of two readers"), numeric=(1, 2, 3)) if rows else None
    return Part("readers", finding, meaning, table=table)


def _kappa_cells(found: Figure, staff: bool) -> tuple[str, str, str]:
    if found.value is None or found.low is None or found.high is None:
        return (count_of(found.count, found.of) if staff else "–", _("too few to judge"), "–")
    ends = _("%(low)s to %(high)s") % {"low": decimal(found.low, 2), "high": decimal(found.high, 2)}
    return count_of(found.count, found.of), decimal(found.value, 2), ends


def _time(project: Project) -> Part:
    alone, aided = quality.seconds(project)
    finding = _("Too few decisions to compare the time that they take")
    if alone.value is not None and aided.value is not None:
        words = _("A case takes %(aided)s with the advice and %(alone)s without it")
        finding = words % {"aided": _minutes(aided.value), "alone": _minutes(alone.value)}
    rows = tuple(
        (
            label,
            whole(one.of),
            _minutes(one.value),
            _("%(low)s to %(high)s") % {"low": _minutes(one.low), "high": _minutes(one.high)},
        )
        for label, one in ((_("Without the advice"), alone), (_("With the advice"), aided))
        if one.value is not None and one.low is not None and one.high is not None
    )
    head = (_("How it was decided"), _("Decisions"), _("Median"), _interval())
    meaning = _(
        "From taking a case to deciding it, by the clock on the wall: breaks count too. Half of the decisions take "
        "less, half more. Time saved is worth nothing where the figures above get worse."
    )
    table = Table(head, rows, caption=_("Time for a decision"), numeric=(1, 2, 3)) if len(rows) > 1 else None
    return Part("time", finding, meaning, table=table)


def _interval() -> str:
    # xgettext:no-python-format
    return _("95 % interval")


def _minutes(seconds: float | None) -> str:
    return _("%(minutes)s min") % {"minutes": trimmed(round((seconds or 0) / 60, 1))}
