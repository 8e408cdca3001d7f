"""The published rules of the seal, and whether a project meets them today. Reads only.

A rule is a function from a project to evidence for it, or to what is missing. Whoever doubts a seal can ask the same
functions again: they read what anybody can read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.assess import queries, worth
from minga.assess.models import Demand, Incident, Review, Seal, StopRule
from minga.deliver import duties
from minga.deliver import queries as deliver
from minga.deliver.models import Appeal, Drill
from minga.design import queries as design
from minga.design.models import Criterion, Release
from minga.ledger.models import Entry
from minga.projects.models import Membership, Project
from minga.projects.queries import groups_taking_part
from minga.projects.roles import Role
from minga.web.format import day

VERSION = "2026-2"
HOLDS = timedelta(days=365)
HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Told:
    """``met`` with what shows it, or what is missing."""

    met: bool
    words: str


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    words: str | Promise
    page: str
    find: Callable[[Project, datetime], Told]


@dataclass(frozen=True, slots=True)
class Result:
    """A rule for one project: ``href`` is the page with the evidence."""

    rule: Rule
    met: bool
    words: str
    href: str

    def as_json(self) -> dict[str, object]:
        return {"rule": self.rule.code, "met": self.met, "evidence": self.href}


RULES: list[Rule] = []


def rule(code: str, words: str | Promise, page: str) -> Callable[[Callable[[Project, datetime], Told]], None]:
    """Add a rule to those of VERSION. A change of any rule needs a new version."""

    def add(find: Callable[[Project, datetime], Told]) -> None:
        RULES.append(Rule(code, words, page, find))

    return add


def results(project: Project, now: datetime | None = None) -> list[Result]:
    """Every rule with what was found today, in the order in which they are published."""
    found = []
    for one in RULES:
        told = one.find(project, now or timezone.now())
        found.append(Result(one, told.met, told.words, reverse(one.page, args=[project.slug])))
    return found


def current(project: Project) -> Seal | None:
    """The seal that holds today."""
    seal = Seal.objects.filter(project=project, ended=None).order_by("-pk").first()
    return seal if seal is not None and seal.holds() else None


def _in_service(project: Project) -> Release | None:
    return next((release for release, stage in deliver.in_service(project) if stage.share), None)


@rule("in-charge", gettext_lazy("A lead and an overseer are named."), "projects:people")
def _in_charge(project: Project, now: datetime) -> Told:
    roles = set(Membership.objects.filter(project=project, ended=None).values_list("role", flat=True))
    met = {Role.LEAD, Role.OVERSEER} <= roles
    return Told(met, _("Both are named.") if met else _("One of the two is missing."))


@rule("heard", gettext_lazy("At least three groups took part before it was used."), "commission:coproduction")
def _heard(project: Project, now: datetime) -> Told:
    phases = [groups_taking_part(project, phase) for phase in ("commission", "design")]
    count = len({group for acts in phases for group, number in acts.items() if number})
    return Told(count >= queries.GROUPS_NEEDED, _("%(count)s groups took part.") % {"count": count})


@rule("criteria", gettext_lazy("The release in service passes every binding criterion."), "design:releases")
def _criteria(project: Project, now: datetime) -> Told:
    release = _in_service(project)
    if release is None:
        return Told(False, _("No release shows its advice to anybody."))
    if not Criterion.objects.filter(project=project, state=Criterion.State.APPROVED, binding=True).exists():
        return Told(False, _("No criterion binds."))
    if release.exceptions.exists():
        return Told(False, _("It was released with an exception."))
    met = design.is_ready(release.version, now)
    return Told(met, str(release.version) if met else _("A binding criterion has no current pass."))


@rule(
    "stop",
    gettext_lazy("It can be stopped: a stop rule is set and the switch was tried this half-year."),
    "deliver:stages",
)
def _stop(project: Project, now: datetime) -> Told:
    if not StopRule.objects.filter(project=project, active=True).exists():
        return Told(False, _("No stop rule is set."))
    drill = Drill.objects.filter(project=project, at__gte=now - HALF_A_YEAR).order_by("-at").first()
    if drill is None or not drill.shows_it_works:
        return Told(False, _("The switch was not tried, or did not work."))
    return Told(True, _("Tried on %(day)s.") % {"day": day(drill.at)})


@rule("duties", gettext_lazy("It meets every duty that its risk level asks for."), "deliver:duties")
def _duties(project: Project, now: datetime) -> Told:
    """At the stage that each release in service has reached; duties of later stages do not count yet."""
    serving = [(release, stage) for release, stage in deliver.in_service(project) if stage.share]
    level = duties.level_of(project)
    if level is None:
        return Told(False, _("The risk level is not set."))
    if not serving:
        return Told(False, _("No release shows its advice to anybody."))
    unmet = {one.duty.code: one.words for release, stage in serving for one in duties.unmet(project, release, stage)}
    if unmet:
        return Told(False, _("Not met: %(duties)s.") % {"duties": "; ".join(unmet.values()).rstrip(".")})
    return Told(True, _("All are met that go with its level. It is %(level)s.") % {"level": level.get_level_display()})


@rule("contestable", gettext_lazy("Contests and appeals are answered in time."), "deliver:desk")
def _contestable(project: Project, now: datetime) -> Told:
    late = deliver.contest_figures(project, now).overdue
    appeals = Appeal.objects.filter(determination__case__project=project, state=Appeal.State.OPEN, due__lt=now)
    late += appeals.count()
    return Told(not late, _("%(count)s overdue.") % {"count": late} if late else _("None is overdue."))


@rule("reviewed", gettext_lazy("The groups reviewed it within seven months, and it goes on."), "assess:reviews")
def _reviewed(project: Project, now: datetime) -> Told:
    closed = Review.objects.filter(project=project, closed__gte=now - timedelta(days=213)).order_by("-closed").first()
    if closed is None:
        return Told(False, _("No review was closed in time."))
    met = closed.outcome not in Review.ENDS and not queries.overdue(project, now).exists()
    return Told(met, closed.get_outcome_display())


@rule("both", gettext_lazy("Efficiency and legitimacy were both measured."), "assess:worth")
def _both(project: Project, now: datetime) -> Told:
    unmeasured = worth.report(project).unmeasured
    words = _("Not measured: %(kinds)s.") % {"kinds": "; ".join(str(kind.label) for kind in unmeasured)}
    return Told(not unmeasured, words if unmeasured else _("Both were measured."))


@rule(
    "incidents",
    gettext_lazy("No serious incident is open, and no report waits too long."),
    "assess:oversight",
)
def _incidents(project: Project, now: datetime) -> Told:
    found = Incident.objects.filter(project=project)
    serious = found.filter(state=Incident.State.CONFIRMED, severity=Incident.Severity.SERIOUS).count()
    late = found.filter(state=Incident.State.REPORTED, due__lt=now).count()
    if serious or late:
        words = _("%(serious)s serious and open, %(late)s not looked into in time.")
        return Told(False, words % {"serious": serious, "late": late})
    return Told(True, _("None."))


@rule("oversight", gettext_lazy("Every demand of the overseer was answered in time."), "assess:oversight")
def _oversight(project: Project, now: datetime) -> Told:
    late = Demand.objects.filter(project=project, answered=None, due__lt=now).count()
    return Told(not late, _("%(count)s overdue.") % {"count": late} if late else _("None is overdue."))


@rule("record", gettext_lazy("The public record was published within half a year."), "register:record")
def _record(project: Project, now: datetime) -> Told:
    entries = Entry.objects.filter(chain=project.chain, action="record.published").order_by("-seq")
    last = entries.values_list("happened", flat=True).first()
    if last is None or datetime.fromisoformat(last) < now - HALF_A_YEAR:
        return Told(False, _("It is older, or was never published."))
    return Told(True, _("Published on %(day)s.") % {"day": day(datetime.fromisoformat(last))})
