"""The body's figures in words, tables and charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.ledger.action import PHASES
from minga.ledger.queries import SMALLEST_GROUP
from minga.projects.gates import PHASE_NAMES
from minga.projects.models import Project
from minga.projects.steps import STEPS
from minga.steering import money, portfolio
from minga.steering.counting import Cell, Counted, Counts
from minga.steering.models import AnnualReport, Goal, GoalChange, Group, Survey, TheirRecord
from minga.steering.whodoes import Office
from minga.web.format import percent, whole
from minga.web.svg.marks import state
from minga.web.svg.types import Bar, BarList, Figure, Interval, ShareChart, ShareRow, StateKind, Table

RISK_MARKS: dict[str, StateKind] = {
    "forbidden": "failed", "high": "watch", "limited": "passed", "low": "passed", "unknown": "not_yet",
}  # fmt: skip
GOAL_MARKS: dict[str, StateKind] = {
    "planned": "not_yet", "under_way": "watch", "reached": "passed", "missed": "failed", "dropped": "no_ai",
}  # fmt: skip


def cash(amount: Decimal | float, currency: str) -> str:
    """An amount with its currency, cents only where there are any."""
    exact = Decimal(str(amount))
    places = 0 if exact == exact.to_integral_value() else 2
    return f"{number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True)}\u00a0{currency}"


# The body


@dataclass(frozen=True, slots=True)
class Room:
    """A page of the body, with what stands there now."""

    title: str
    href: str
    words: str


def rooms() -> list[Room]:
    """The way to everything of the body."""
    reports = AnnualReport.objects.order_by("-year").values_list("year", flat=True).first()
    return [
        Room(_("Portfolio and money"), reverse("steering:portfolio"), how_many(Project.objects.count(), "project")),
        Room(_("Roadmap"), reverse("steering:roadmap"), how_many(Goal.objects.count(), "goal")),
        Room(_("Who does what"), reverse("steering:roles"), _("which role acts at which step, and where nobody can")),
        Room(_("Working groups and the board"), reverse("steering:groups"),
             how_many(Group.objects.filter(closed=None).count(), "group")),
        Room(_("Yearly reports"), reverse("steering:reports"),
             _("published up to %(year)s") % {"year": reports} if reports else _("none published yet")),
        Room(_("Surveys of other bodies"), reverse("steering:surveys"), how_many(Survey.objects.count(), "survey")),
        Room(_("Records of other bodies"), reverse("steering:federation"),
             how_many(TheirRecord.objects.filter(listed=True).count(), "record")),
    ]  # fmt: skip


def how_many(number: int, thing: str) -> str:
    words = {
        "project": ngettext("%(n)s project", "%(n)s projects", number),
        "goal": ngettext("%(n)s goal", "%(n)s goals", number),
        "group": ngettext("%(n)s open group", "%(n)s open groups", number),
        "survey": ngettext("%(n)s survey", "%(n)s surveys", number),
        "record": ngettext("%(n)s record", "%(n)s records", number),
    }
    return words[thing] % {"n": whole(number)}


def offices_finding(offices: Sequence[Office]) -> str:
    empty = [office.label for office in offices if not office.seats]
    if not empty:
        return _("Every office of this body is held")
    return _("Nobody holds: %(offices)s") % {"offices": ", ".join(empty)}


# Portfolio


def portfolio_finding(totals: portfolio.Totals) -> str:
    if not totals.projects:
        return _("No project fits")
    words = ngettext(
        "%(use)s of %(n)s project is in use, %(high)s with high risk",
        "%(use)s of %(n)s projects are in use, %(high)s with high risk",
        totals.projects,
    )
    return words % {"use": totals.in_use, "n": totals.projects, "high": totals.high}


def late_words(tasks: int) -> str:
    """How many tasks of the body itself are overdue; "" for none."""
    words = ngettext("%(n)s task of the body is overdue", "%(n)s tasks of the body are overdue", tasks)
    return words % {"n": whole(tasks)} if tasks else ""


def totals(found: portfolio.Totals) -> list[Figure]:
    shown = [Figure(whole(found.late), ngettext("project with something overdue", "projects with something overdue",
                                                found.late))]  # fmt: skip
    for code, (set_aside, released) in found.money.items():
        shown += [Figure(cash(set_aside, code), _("set aside")), Figure(cash(released, code), _("of it released"))]
    return shown


@dataclass(frozen=True, slots=True)
class Shown:
    """A project of the portfolio in words."""

    project: Project
    step: str
    use: SafeString
    risk: SafeString
    worth: str
    funding: list[tuple[str, str, str]]
    reach: str
    review: str
    late: tuple[str, ...]


def row(found: portfolio.Row) -> Shown:
    project = found.project
    step = _("Step %(n)s of 8: %(title)s") % {"n": project.step, "title": STEPS[project.step].title}
    return Shown(
        project=project,
        step=step if project.outcome == Project.Outcome.OPEN else str(project.get_outcome_display()),
        use=_use(found.share),
        risk=state(RISK_MARKS[found.risk], _("Risk: %(level)s") % {"level": portfolio.risk_words(found.risk)}),
        worth=_worth(found),
        funding=[(line.name, line.get_absolute_url(), _paid(line)) for line in found.lines],
        reach=_reach_short(found.reach),
        review=_review(found),
        late=found.late,
    )


def _use(share: int | None) -> SafeString:
    words = portfolio.stage_words(share)
    return state("in_use", words, share) if share else state("not_yet" if share is None else "watch", words)


def _worth(found: portfolio.Row) -> str:
    if found.worth and found.costs:
        told = {"worth": _span(found.worth), "costs": _span(found.costs)}
        return _("Brings %(worth)s, costs %(costs)s in five years") % told
    if not found.benefits:
        return _("No benefit has been stated")
    words = ngettext("%(n)s benefit stated, %(m)s measured", "%(n)s benefits stated, %(m)s measured", found.benefits)
    return words % {"n": found.benefits, "m": found.measured}


def _span(amount: tuple[float, float, str]) -> str:
    low, high = (number_format(round(one), use_l10n=True, force_grouping=True) for one in amount[:2])
    return f"{low}–{high}\u00a0{amount[2]}" if low != high else f"{low}\u00a0{amount[2]}"


def _paid(line: Any) -> str:
    told = {"released": cash(line.released, line.currency), "amount": cash(line.amount, line.currency)}
    return _("%(released)s of %(amount)s released") % told


def _review(found: portfolio.Row) -> str:
    if found.reviews_late:
        return ngettext("%(n)s review overdue", "%(n)s reviews overdue", found.reviews_late) % {"n": found.reviews_late}
    if found.reviews_open:
        return ngettext("%(n)s review open", "%(n)s reviews open", found.reviews_open) % {"n": found.reviews_open}
    return _("No review is open")


def _reach_short(found: money.Reach | None) -> str:
    if found is None:
        return ""
    units = found.last.units if found.last else 0
    told = {"units": whole(units), "planned": whole(found.coverage.planned), "unit": found.coverage.unit}
    return _("Reaches %(units)s of %(planned)s planned (%(unit)s)") % told


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of the filter form: its value, its words, and whether it is chosen."""

    value: str
    words: str
    chosen: bool


def filters(chosen: portfolio.Wanted) -> dict[str, list[Filter]]:
    """Field -> its choices, the first for all."""
    phases = [(phase, str(PHASE_NAMES[phase])) for phase in PHASES]
    risks = [(risk, portfolio.risk_words(risk)) for risk in portfolio.RISKS]
    use = [("yes", _("In use")), ("no", _("Not in use"))]
    return {
        "phase": _filter(chosen.phase, _("All phases"), phases),
        "risk": _filter(chosen.risk, _("All risks"), risks),
        "use": _filter(chosen.use, _("In use or not"), use),
        "late": _filter("yes" if chosen.late else "", _("On time or not"), [("yes", _("Something is overdue"))]),
    }


def _filter(chosen: str, every: str, choices: Iterable[tuple[str, str]]) -> list[Filter]:
    return [Filter("", every, not chosen), *(Filter(value, words, value == chosen) for value, words in choices)]


def phases(found: portfolio.Totals) -> BarList:
    bars = tuple(Bar(str(PHASE_NAMES[phase]), count) for phase, count in found.phases.items())
    return BarList(_("Projects by phase"), bars, caption=_("Projects by phase"), head=_("Phase"))


def risks(found: portfolio.Totals) -> BarList:
    bars = tuple(
        Bar(portfolio.risk_words(risk), count, "hollow" if risk == "unknown" else "solid")
        for risk, count in found.risks.items()
    )
    return BarList(_("Projects by risk"), bars, caption=_("Projects by risk"), head=_("Risk"))


@dataclass(frozen=True, slots=True)
class ReachShown:
    """Coverage in words: the finding, and rows of what was planned beside what happened."""

    finding: str
    rows: Table
    funded: str


def reach(found: money.Reach) -> ReachShown:
    plan, last, code = found.coverage, found.last, found.coverage.currency
    dash = _("not counted yet")
    rows = (
        (_("Reached (%(unit)s)") % {"unit": plan.unit}, whole(plan.planned), whole(last.units) if last else dash),
        (_("Costs in all"), cash(found.cost, code), cash(last.spent, code) if last else dash),
        (_("Costs for each one"), cash(found.each_planned, code) if found.each_planned is not None else "–",
         cash(found.each_real, code) if found.each_real is not None else dash),
    )  # fmt: skip
    return ReachShown(
        _reach_finding(found), Table((_("What"), _("Planned"), _("Really")), rows, numeric=(1, 2)), _funded(found)
    )


def _reach_finding(found: money.Reach) -> str:
    plan, last = found.coverage, found.last
    if last is None:
        told = {"planned": whole(plan.planned), "wanted": whole(plan.wanted), "unit": plan.unit}
        return _("Planned for %(planned)s of %(wanted)s (%(unit)s); nothing is counted yet") % told
    told = {"units": whole(last.units), "planned": whole(plan.planned), "unit": plan.unit}
    over = found.over or Decimal()
    if over > 0:
        told["money"] = cash(over, plan.currency)
        return _("Reaches %(units)s of %(planned)s (%(unit)s), and that cost %(money)s more than planned") % told
    if over < 0:
        told["money"] = cash(-over, plan.currency)
        return _("Reaches %(units)s of %(planned)s (%(unit)s), and that cost %(money)s less than planned") % told
    return _("Reaches %(units)s of %(planned)s (%(unit)s), at the planned cost") % told


def _funded(found: money.Reach) -> str:
    if found.funded is None or found.affordable is None:
        return _("No money in this currency is set aside for it yet.")
    told = {
        "money": cash(found.funded, found.coverage.currency), "n": whole(found.affordable),
        "wanted": whole(found.coverage.wanted), "unit": found.coverage.unit,
    }  # fmt: skip
    return _("%(money)s is set aside. By the plan that reaches %(n)s of %(wanted)s (%(unit)s).") % told


# Roadmap


def roadmap_finding(goals: Sequence[Goal]) -> str:
    if not goals:
        return _("No goal has been set")
    states = [goal.state for goal in goals]
    told = {"n": len(goals), "reached": states.count("reached"), "open": sum(1 for goal in goals if goal.is_open)}
    words = ngettext(
        "%(n)s goal: %(reached)s reached, %(open)s open", "%(n)s goals: %(reached)s reached, %(open)s open", len(goals)
    )
    return words % told


def goal_state(goal: Goal) -> SafeString:
    return state(GOAL_MARKS[goal.state], str(goal.get_state_display()))


def goal_changes(change: GoalChange) -> list[tuple[str, str, str]]:
    """(what, before, after) of one change, in the reader's language."""
    names = {
        "title": _("Goal"), "measure": _("Measure"), "owner": _("Who answers for it"), "year": _("Year"),
        "quarter": _("Quarter"), "state": _("State"), "projects": _("Projects"), "tasks": _("Tasks"),
    }  # fmt: skip
    return [
        (names[one["field"]], _said(one["field"], one["old"]), _said(one["field"], one["new"]))
        for one in change.changes
    ]


def _said(field: str, value: str) -> str:
    if field == "state":
        return str(dict(Goal.State.choices).get(value, value))
    return value or _("nothing")


def groups_finding(groups: Sequence[Group]) -> str:
    at_work = sum(1 for group in groups if group.closed is None)
    made = sum(len(group.outputs.all()) for group in groups)
    if not groups:
        return _("No working group has been opened")
    told = {"groups": ngettext("%(n)s group at work", "%(n)s groups at work", at_work) % {"n": at_work}, "n": made}
    return ngettext("%(groups)s, %(n)s thing published", "%(groups)s, %(n)s things published", made) % told


# Surveys


def response(found: Counts) -> str:
    if found.rate is None:
        return _("Nobody has been asked yet")
    told = {
        "answered": whole(found.answered), "asked": whole(found.asked), "rate": percent(found.rate * 100),
    }  # fmt: skip
    if found.asked < SMALLEST_GROUP:  # a share of so few says more than is known
        return _("%(answered)s of %(asked)s bodies answered") % told
    return _("%(answered)s of %(asked)s bodies answered (%(rate)s)") % told


@dataclass(frozen=True, slots=True)
class CountedShown:
    chart: ShareChart | None
    withheld: int
    mean: str


def counted(found: Counted) -> CountedShown:
    """A question's choices as shares of those who answered it, with their intervals."""
    shown = [cell for cell in found.cells if cell.count is not None and cell.share is not None]
    if not found.grid:
        shown.sort(key=lambda cell: -(cell.count or 0))
    rows = tuple(_share(cell, found.answered or 0) for cell in shown)
    share, answer = _("Share of those who answered"), _("Answer")
    chart = ShareChart(found.title, rows, maximum=103, after_label=share, group_label=answer) if rows else None
    mean = "" if found.mean is None else number_format(round(found.mean, 1), use_l10n=True)
    return CountedShown(chart, sum(1 for cell in found.cells if cell.count is None), mean)


def _share(cell: Cell, of: int) -> ShareRow:
    interval = Interval(100 * (cell.low or 0), 100 * (cell.high or 0))
    note = _("%(count)s of %(of)s") % {"count": cell.count, "of": of}
    return ShareRow(cell.label, of, 100 * (cell.share or 0), interval, note=note)
