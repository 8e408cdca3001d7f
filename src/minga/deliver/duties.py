"""What must be done before a tool reaches people, by how much harm it can do.

A duty is a function of (project, release) that answers True where it is met, or with words that say what is missing
(False where there is nothing to add). Rooms above register theirs when they start:

    @duty("review.current", _("The six-monthly review is not overdue"), EVERY, Stage.ONE, "assess:reviews")
    def reviewed(project: Project, release: Release | None) -> bool | str: ...

``release`` is None on the page of a project that has released nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from minga.deliver import quality, queries, rules
from minga.deliver.models import STAGES, Drill, RiskLevel, Service, Stage
from minga.design.models import Release
from minga.ledger.action import PHASES, Actor, may
from minga.projects.models import Membership, Project, Task
from minga.projects.queries import groups_taking_part
from minga.projects.roles import Role
from minga.projects.screens import high_risk, open_screens, title_of
from minga.projects.steps import STEPS

LOW, LIMITED, HIGH = RiskLevel.Level.LOW, RiskLevel.Level.LIMITED, RiskLevel.Level.HIGH
EVERY = (LOW, LIMITED, HIGH)
SET_LEVEL = "risk.level"
DRILL_DAYS = 180
GROUPS = 3
Ask = Callable[[Project, Release | None], bool | str]


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty: ``levels`` at which it binds, ``stage`` from which on, ``page`` the name of the page to do it on."""

    code: str
    words: str | Promise
    levels: frozenset[str]
    stage: Stage
    page: str
    ask: Ask

    def needed_at(self, stage: Stage) -> bool:
        return STAGES.index(stage) >= STAGES.index(self.stage)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a duty is met now; ``missing`` says what is not, "" where there is nothing to add."""

    duty: Duty
    met: bool
    missing: str
    href: str

    @property
    def words(self) -> str:
        return f"{self.duty.words}: {self.missing}" if self.missing else str(self.duty.words)


REGISTRY: dict[str, Duty] = {}


def duty(
    code: str, words: str | Promise, levels: Collection[str], from_stage: Stage, page: str = ""
) -> Callable[[Ask], Ask]:
    """Register a function as the duty ``code``. ``page``: name of an address that takes the project's slug."""

    def register(ask: Ask) -> Ask:
        if code in REGISTRY:
            raise RuntimeError(f"Two functions call themselves the duty {code}. Rename one.")
        REGISTRY[code] = Duty(code, words, frozenset(levels), from_stage, page, ask)
        return ask

    return register


def level_of(project: Project) -> RiskLevel | None:
    """The risk level that counts: the newest."""
    return RiskLevel.objects.filter(project=project).select_related("person").order_by("-pk").first()


def binding_level(project: Project) -> str:
    """The level by which duties bind: high where answers about the project say so, else the one set; "" for none."""
    if high_risk(project):
        return HIGH
    level = level_of(project)
    return level.level if level else ""


def duties_of(level: str) -> list[Duty]:
    """The duties at a level, those needed first in front; without a level only that it be set."""
    found = [one for one in REGISTRY.values() if one.code == SET_LEVEL or (level and level in one.levels)]
    return sorted(found, key=lambda one: STAGES.index(one.stage))


def standing(project: Project, release: Release | None) -> list[Standing]:
    """Every duty of the project's level, met or not."""
    return [_stands(one, project, release) for one in duties_of(binding_level(project))]


def _stands(one: Duty, project: Project, release: Release | None) -> Standing:
    answer = one.ask(project, release)
    href = reverse(one.page, args=[project.slug]) if one.page else ""
    return Standing(one, answer is True, answer if isinstance(answer, str) else "", href)


def unmet(project: Project, release: Release | None, stage: Stage) -> list[Standing]:
    """The duties that hold a release back from a stage."""
    due = [one for one in duties_of(binding_level(project)) if one.needed_at(stage)]
    return [found for found in (_stands(one, project, release) for one in due) if not found.met]


def waiting(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """For the lead: the duties that a release in service does not meet, as (words, where)."""
    if not may(actor, project, "stage.changed"):
        return []
    standing_now = queries.in_service(project)
    codes = {found.duty.code for release, stage in standing_now for found in unmet(project, release, stage)}
    words = ngettext("Meet %(count)d duty", "Meet %(count)d duties", len(codes)) % {"count": len(codes)}
    return [(words, reverse("deliver:duties", args=[project.slug]))] if codes else []


# The duties of this room


@duty(SET_LEVEL, _("The risk level is set"), EVERY, Stage.TEN, "deliver:risk")
def _level_set(project: Project, release: Release | None) -> bool | str:
    return level_of(project) is not None or gettext("say how much harm a wrong answer can do.")


@duty("screens.answered", _("The assessments that a high risk asks for are complete"), (HIGH,), Stage.ONE,
      "projects:question_sets")  # fmt: skip
def _screens_answered(project: Project, release: Release | None) -> bool | str:
    """Also where the gates were passed before the answers said that the risk is high."""
    missing = open_screens(project, STEPS[max(STEPS)])
    return not missing or ", ".join(title_of(name) for name in missing)


@duty("tasks.done", _("What its question sets ask to be done is done"), EVERY, Stage.ONE, "projects:tasks")
def _tasks_done(project: Project, release: Release | None) -> bool | str:
    """A task with a day ahead may wait for it; one without a day, or late, may not."""
    rows = Task.objects.filter(project=project, state=Task.State.OPEN).exclude(duty="")
    left = rows.exclude(due__gte=timezone.localdate()).count()
    return not left or ngettext("%(n)d task is open.", "%(n)d tasks are open.", left) % {"n": left}


def _open(project: Project) -> list[Service]:
    return list(Service.objects.filter(project=project, closed=None).order_by("name"))


@duty("route.other", _("Purpose and a way without a computer are stated"), (LIMITED, HIGH), Stage.ONE, "deliver:desk")
def _other_route(project: Project, release: Release | None) -> bool | str:
    services = _open(project)
    if not services:
        said = project.summary.strip() and (settings.MINGA_CONTACT or settings.MINGA_DEMONSTRATION)
        return bool(said) or gettext("the operator names a contact (MINGA_CONTACT).")
    without = [one.name for one in services if not one.other_route.strip() or not one.purpose.strip()]
    return not without or ", ".join(without)


@duty("groups.three", _("At least three groups took part"), (LIMITED, HIGH), Stage.ONE, "portal:project")
def _three_groups(project: Project, release: Release | None) -> bool | str:
    taking = {group for phase in PHASES for group, acts in groups_taking_part(project, phase).items() if acts}
    return len(taking) >= GROUPS or gettext("%(found)d so far.") % {"found": len(taking)}


@duty("overseer.appointed", _("An overseer is appointed"), (HIGH,), Stage.ONE, "projects:people")
def _overseer(project: Project, release: Release | None) -> bool | str:
    return Membership.objects.filter(project=project, role=Role.OVERSEER, ended=None).exists()


def _drills(project: Project, release: Release | None) -> QuerySet[Drill]:
    """The drills of the tool up to this release, the newest first."""
    drills = Drill.objects.filter(project=project)
    if release is not None:
        drills = drills.filter(release__version__tool=release.version.tool, release__lte=release.pk)
    return drills.order_by("-at", "-pk")


TRIED = _("The stop switch was tried, though perhaps with no advice in sight yet, and did not fail")
SEEN = _("The stop switch was tried while advice was in sight, and hid it")


@duty("stop.drilled", TRIED, (LIMITED, HIGH), Stage.TEN, "deliver:stages")
def _drilled(project: Project, release: Release | None) -> bool | str:
    """A small service may show no advice at 1 %, so that it was tried is enough here; see ``stop.seen``."""
    last = _drills(project, release).first()
    if last is None:
        return gettext("it was never tried.")
    if not last.passed:
        return gettext("the last drill failed.")
    old = last.at < timezone.now() - timedelta(days=DRILL_DAYS)
    return not old or gettext("the last drill is over %(days)d days old.") % {"days": DRILL_DAYS}


@duty("stop.seen", SEEN, (LIMITED, HIGH), Stage.HALF, "deliver:stages")
def _drilled_in_sight(project: Project, release: Release | None) -> bool | str:
    since = timezone.now() - timedelta(days=DRILL_DAYS)
    last = _drills(project, release).filter(looked_at__gt=0).first()
    if last is None or last.at < since:
        words = gettext("no drill of the last %(days)d days looked at a case whose advice was in sight.")
        return words % {"days": DRILL_DAYS}
    return last.passed or gettext("the last drill failed.")


@duty("second.readers", _("A random share of cases is read by a second person"), (HIGH,), Stage.TEN, "deliver:desk")
def _second_readers(project: Project, release: Release | None) -> bool | str:
    services = _open(project)
    if not services:
        return rules.second_share() > 0 or gettext("the operator sets a share (MINGA_DESK_SECOND_SHARE).")
    without = [one.name for one in services if one.second_share <= 0]
    return not without or ", ".join(without)


@duty("notices.working", _("People are told and can contest"), (LIMITED, HIGH), Stage.TEN, "deliver:appeals")
def _notices(project: Project, release: Release | None) -> bool | str:
    """A drawn case raises a flag, whose party is told and may contest it; a service says within how many days."""
    without = [one.name for one in _open(project) if not one.appeal_days or not one.answer_days]
    return not without or ", ".join(without)


@duty("practice.done", _("It is known whether people follow wrong advice"), (HIGH,), Stage.HALF, "deliver:practice")
def _practised(project: Project, release: Release | None) -> bool | str:
    if not Service.objects.filter(project=project).exists():
        return True  # Practice is made for services; drawn cases are decided first in a random share.
    found = quality.commission_rate(project)
    few = gettext("%(of)d practice decisions on wrong advice so far; %(enough)d are needed.")
    return found.value is not None or few % {"of": found.of, "enough": rules.enough()}
