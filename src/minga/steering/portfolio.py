"""All projects on one page: how far, how risky, what they bring and cost, what is late. Reads only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess import queries as assess
from minga.assess import worth
from minga.deliver import queries as deliver
from minga.deliver.duties import binding_level
from minga.deliver.models import Appeal, Stage
from minga.ledger.action import PHASES
from minga.projects import screens
from minga.projects.models import Project, Task
from minga.projects.steps import STEPS
from minga.register.collect.system import kind
from minga.steering import money
from minga.steering.models import FundingLine

RISKS = ("forbidden", "high", "limited", "low", "unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """One project. ``share`` in use: per cent of cases, None: no release in service, 0: in shadow.

    ``risk``: one of RISKS, the worst of what the answers and the assessed level say. ``worth`` and ``costs``: money
    over five years as (low, high, currency), only where both kinds of benefit are stated; else None. ``late``: what is
    overdue. ``task`` and ``function``: as the public record says them, "" where nobody said.
    """

    project: Project
    task: str
    function: str
    share: int | None
    risk: str
    benefits: int
    measured: int
    worth: tuple[float, float, str] | None
    costs: tuple[float, float, str] | None
    lines: tuple[FundingLine, ...]
    reach: money.Reach | None
    reviews_late: int
    reviews_open: int
    late: tuple[str, ...]

    @property
    def phase(self) -> str:
        return self.project.phase


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters; "" or False: all. ``use``: "yes" in use, "no" not in use."""

    phase: str = ""
    risk: str = ""
    use: str = ""
    late: bool = False

    def lets(self, row: Row) -> bool:
        in_use = row.share is not None
        return (
            self.phase in ("", row.phase)
            and self.risk in ("", row.risk)
            and (self.use == "" or (self.use == "yes") is in_use)
            and (not self.late or bool(row.late))
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """Over the rows shown. ``money``: currency -> (set aside, released)."""

    projects: int
    in_use: int
    high: int
    late: int
    phases: dict[str, int]
    risks: dict[str, int]
    money: dict[str, tuple[Decimal, Decimal]]


def wanted(phase: str = "", risk: str = "", use: str = "", *, late: bool = False) -> Wanted:
    """The filters as they were typed into an address; what is no choice is passed over."""
    return Wanted(
        phase=phase if phase in PHASES else "",
        risk=risk if risk in RISKS else "",
        use=use if use in ("yes", "no") else "",
        late=late,
    )


def rows(chosen: Wanted | None = None) -> list[Row]:
    """The projects in the order of their opening, newest first."""
    lines = money.lines()
    found = [
        _row(project, [line for line in lines if line.project_id == project.pk]) for project in Project.objects.all()
    ]
    return [row for row in found if (chosen or Wanted()).lets(row)]


def row_of(project: Project) -> Row:
    """One project's row."""
    return _row(project, money.lines(project))


def _row(project: Project, lines: Iterable[FundingLine]) -> Row:
    report = worth.report(project)
    value = (report.measured or report.expected) if report.whole else None
    service = deliver.in_service(project)
    share = max((stage.share for _release, stage in service), default=None)
    task, function = kind(project)
    return Row(
        project=project,
        task=task,
        function=function,
        share=share,
        risk=risk_of(project),
        benefits=len(report.lines),
        measured=sum(1 for line in report.lines if line.measured),
        worth=(value.worth.low, value.worth.high, report.currency) if value else None,
        costs=(value.costs.low, value.costs.high, report.currency) if value else None,
        lines=tuple(lines),
        reach=money.reach(project),
        reviews_late=assess.overdue(project).count(),
        reviews_open=assess.open_reviews(project).count(),
        late=tuple(_late(project)),
    )


def risk_of(project: Project) -> str:
    """The worst of what the answered sets and the assessed level say; "unknown" where neither says anything."""
    if screens.forbidden(project):
        return "forbidden"
    return binding_level(project) or "unknown"


def _late(project: Project) -> list[str]:
    today, now = timezone.localdate(), timezone.now()
    appeals = Appeal.objects.filter(determination__case__project=project, determination__case__rehearsal=False)
    reviews = assess.overdue(project, now).count()
    waiting = appeals.filter(state=Appeal.State.OPEN, due__lt=now).count()
    contests = deliver.contest_figures(project, now).overdue
    tasks = Task.objects.filter(project=project, state=Task.State.OPEN, due__lt=today).count()
    told = (
        (reviews, ngettext("%(n)s review is overdue", "%(n)s reviews are overdue", reviews)),
        (waiting, ngettext("%(n)s appeal is overdue", "%(n)s appeals are overdue", waiting)),
        (contests, ngettext("%(n)s contest is overdue", "%(n)s contests are overdue", contests)),
        (tasks, ngettext("%(n)s task is overdue", "%(n)s tasks are overdue", tasks)),
    )
    return [words % {"n": count} for count, words in told if count]


def late_of_the_body() -> int:
    """Open tasks of the body itself, not of a project, whose day has passed."""
    return Task.objects.filter(project=None, state=Task.State.OPEN, due__lt=timezone.localdate()).count()


def totals(found: Iterable[Row], shared: Iterable[FundingLine] = ()) -> Totals:
    """``shared``: lines that belong to no project; they count in the money only."""
    shown = list(found)
    phases, risks = Counter(row.phase for row in shown), Counter(row.risk for row in shown)
    return Totals(
        projects=len(shown),
        in_use=sum(1 for row in shown if row.share is not None),
        high=risks["high"] + risks["forbidden"],
        late=sum(1 for row in shown if row.late),
        phases={phase: phases[phase] for phase in PHASES},
        risks={risk: risks[risk] for risk in RISKS},
        money=_money([line for row in shown for line in row.lines] + list(shared)),
    )


def _money(lines: Iterable[FundingLine]) -> dict[str, tuple[Decimal, Decimal]]:
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line in lines:
        set_aside, released = found.get(line.currency, (Decimal(), Decimal()))
        found[line.currency] = (set_aside + line.amount, released + line.released)
    return dict(sorted(found.items()))


HEAD = (
    "project", "title", "outcome", "phase", "step", "step_title", "in_use", "share_percent", "risk", "oecd_task",
    "oecd_function", "benefits_stated", "benefits_measured", "worth_low", "worth_high", "cost_low", "cost_high",
    "worth_currency", "funding_amount", "funding_released", "funding_currency", "coverage_unit", "coverage_planned",
    "coverage_reached", "cost_per_unit_planned", "cost_per_unit_real", "coverage_currency", "reviews_open",
    "reviews_overdue", "overdue",
)  # fmt: skip


def as_dict(row: Row) -> dict[str, Any]:
    """One row for CSV and JSON, in the order of HEAD; None where nothing is stated. Money as decimal text."""
    project, reach = row.project, row.reach
    funds = _money(row.lines)
    one = next(iter(funds.items())) if len(funds) == 1 else None
    values = (
        project.slug, project.title, project.outcome, project.phase, project.step, STEPS[project.step].title,
        row.share is not None, row.share, row.risk, row.task, row.function,
        row.benefits, row.measured, *(_whole(row.worth)), *(_whole(row.costs)), row.worth[2] if row.worth else None,
        str(one[1][0]) if one else None, str(one[1][1]) if one else None,
        one[0] if one else "; ".join(f"{code} {amounts[0]}" for code, amounts in funds.items()) or None,
        reach.coverage.unit if reach else None, reach.coverage.planned if reach else None,
        reach.last.units if reach and reach.last else None,
        _text(reach.each_planned if reach else None), _text(reach.each_real if reach else None),
        reach.coverage.currency if reach else None,
        row.reviews_open, row.reviews_late, "; ".join(row.late),
    )  # fmt: skip
    return dict(zip(HEAD, values, strict=True))


def _whole(span: tuple[float, float, str] | None) -> tuple[int | None, int | None]:
    return (round(span[0]), round(span[1])) if span else (None, None)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def stage_words(share: int | None) -> str:
    """The stage in use in words."""
    if share is None:
        return _("Not in use")
    return (
        _("In shadow: nobody sees its advice")
        if share == Stage.SHADOW.share
        else _("In use at %(n)s %%") % {"n": share}
    )


def risk_words(risk: str) -> str:
    return {
        "forbidden": _("Stopped by its own answers"),
        "high": _("High"),
        "limited": _("Limited"),
        "low": _("Low"),
        "unknown": _("Not judged yet"),
    }[risk]
