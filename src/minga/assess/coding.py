"""How each variable of the codebook is coded, in the order of the dataset."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from minga.assess.codebook import VARIABLES, YES_NO, Level, Missing, Value, Variable, variable
from minga.assess.models import Incident, Kind, Review
from minga.deliver import queries as deliver
from minga.deliver.models import Stage
from minga.design.models import SignedException
from minga.engage.queries.contributions import median_days
from minga.ledger.action import GROUPS, PHASES
from minga.people.models import Group
from minga.projects.gates import PHASE_NAMES
from minga.tools.base import Figure

if TYPE_CHECKING:
    from minga.assess.observatory import Facts

STAGES = [stage.value for stage in Stage]


def _rounded(value: float) -> float:
    return round(value, 4)


def variables() -> tuple[Variable, ...]:
    """The whole codebook, in the order of the dataset; RuntimeError where two variables have one name."""
    if len({one.name for one in VARIABLES}) != len(VARIABLES):
        raise RuntimeError("Two variables of the codebook have one name. Rename one.")
    return tuple(VARIABLES)


# What it is


@variable("source", "identity", "text", _("“own”, or the register of another body that the row was taken from"))
def _source(facts: "Facts") -> Value:
    return "own"


@variable("project", "identity", "text", _("the project’s short name, or the register’s own number"))
def _project(facts: "Facts") -> Value:
    return facts.project.slug


@variable("title", "identity", "text", _("its title"))
def _title(facts: "Facts") -> Value:
    return facts.project.title


@variable("body", "identity", "text", _("the public body"))
def _body(facts: "Facts") -> Value:
    return str(settings.MINGA_BODY_NAME)


@variable("country", "identity", "text", _("its country, two letters, where the register says it"))
def _country(facts: "Facts") -> Value:
    return Missing.NOBODY


@variable("opened", "identity", "day", _("the day on which the project was opened"))
def _opened(facts: "Facts") -> Value:
    return facts.project.opened.date().isoformat()


@variable("example", "identity", "code", _("whether it is an invented example; statistics leave those out"), YES_NO)
def _example(facts: "Facts") -> Value:
    return int(facts.project.demonstration)


@variable("step", "identity", "whole", _("the step at which it stands, 1 to 8"))
def _step(facts: "Facts") -> Value:
    return facts.project.step


@variable("state", "identity", "text", _("open, no_ai (decided: no AI) or ended"))
def _state(facts: "Facts") -> Value:
    return str(facts.project.outcome)


@variable("task", "identity", "text", _("the task of the tool in the words of the OECD"))
def _task(facts: "Facts") -> Value:
    return facts.project.oecd_task or Missing.NOBODY


@variable("function", "identity", "text", _("the work of government that it serves, in the words of the OECD"))
def _function(facts: "Facts") -> Value:
    return facts.project.oecd_function or Missing.NOBODY


@variable(
    "stage",
    "identity",
    "text",
    _("the furthest stage at which a release stands now: off, shadow, 1, 10, 50 or 100; as published for other bodies"),
)
def _stage(facts: "Facts") -> Value:
    standing = [str(stage.value) for _release, stage in deliver.in_service(facts.project)]
    return max(standing, key=STAGES.index, default=str(Stage.OFF.value))


# Conditions: who took part in which phase, at which level, with what influence


def _took_part(group: str, phase: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        return int(facts.took_part[phase][group] > 0) if phase in facts.begun else Missing.NOT_YET

    return find


def _groups(phase: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        if phase not in facts.begun:
            return Missing.NOT_YET
        return sum(count > 0 for count in facts.took_part[phase].values())

    return find


def _level(phase: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        return int(facts.levels[phase]) if phase in facts.begun else Missing.NOT_YET

    return find


LEVELS: tuple[tuple[int, str | Promise], ...] = tuple((int(level), level.words) for level in Level)
for _phase in PHASES:
    _named = {"phase": PHASE_NAMES[_phase]}
    variable(
        f"groups_{_phase}", "condition", "whole",
        format_lazy(_("how many of the seven actor groups took part: {phase}"), **_named),
    )(_groups(_phase))  # fmt: skip
    variable(
        f"level_{_phase}", "condition", "code",
        format_lazy(_("how far residents and businesses could take part, the highest level shown by the ledger: {phase}"), **_named),  # noqa: E501
        LEVELS,
    )(_level(_phase))  # fmt: skip
    for _group in GROUPS:
        variable(
            f"part_{_phase}_{_group}", "condition", "code",
            format_lazy(_("whether the group took part: {group}, {phase}"), group=Group(_group).label, **_named),
            YES_NO,
        )(_took_part(_group, _phase))  # fmt: skip


@variable("residents_on_board", "condition", "code", _("whether a resident has a seat on the joint board"), YES_NO)
def _board(facts: "Facts") -> Value:
    seats = facts.project.memberships.filter(on_board=True, ended=None)
    return int(seats.filter(person__group=Group.RESIDENTS).exists())


@variable("contributions", "condition", "whole", _("public contributions that people gave, without seeds and imports"))
def _contributions(facts: "Facts") -> Value:
    return sum(facts.power.given.values())


@variable("changes", "condition", "whole", _("contributions that were adopted or adapted"))
def _changes(facts: "Facts") -> Value:
    return facts.power.changes


@variable("reply_days", "condition", "whole", _("median of days from a contribution to its answer"))
def _reply_days(facts: "Facts") -> Value:
    found = median_days(facts.project)
    return Missing.NOT_YET if found is None else found


@variable(
    "influence_residents",
    "condition",
    "decimal",
    _("residents’ share of the changes over their share of the people affected; 1 is in proportion"),
)
def _influence(facts: "Facts") -> Value:
    if facts.power.reference is None:
        return Missing.NOBODY
    found = next((one for one in facts.power.influences if one.group == Group.RESIDENTS), None)
    if found is None or not found.affected:
        return Missing.NOBODY
    return Missing.TOO_FEW if found.ratio.value is None else _rounded(found.ratio.value)


@variable(
    "representativeness",
    "condition",
    "decimal",
    _("1 − ½ Σ |share of those who took part − share of the affected| over groups, 0 to 1, where it can be judged"),
)
def _representativeness(facts: "Facts") -> Value:
    if facts.compared is None:
        return Missing.NOBODY
    figures = facts.compared.figures
    value = figures.representativeness.value if figures else None
    return Missing.TOO_FEW if value is None else _rounded(value)


@variable("ballots", "condition", "whole", _("ballots that decided a gate"))
def _ballots(facts: "Facts") -> Value:
    return facts.power.ballots


@variable("ballots_overridden", "condition", "whole", _("of those, how many were not followed"))
def _overridden(facts: "Facts") -> Value:
    return facts.power.overridden


# Outcomes: efficiency and legitimacy, never one without the other


def _stated(kind: Kind) -> Callable[["Facts"], Value]:
    return lambda facts: sum(line.benefit.kind == kind for line in facts.worth.lines)


def _measured(kind: Kind) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        return sum(line.benefit.kind == kind and line.reached is not None for line in facts.worth.lines)

    return find


def _reached(kind: Kind) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        if not facts.worth.lines:
            return Missing.NOBODY
        if facts.worth.missing:
            return Missing.ONE_SIDED
        found = [line.reached for line in facts.worth.lines if line.benefit.kind == kind and line.reached is not None]
        return _rounded(sum(found) / len(found)) if found else Missing.NOT_YET

    return find


for _kind, _name in ((Kind.EFFICIENCY, _("efficiency")), (Kind.LEGITIMACY, _("legitimacy"))):
    variable(
        f"{_kind.value}_stated", "outcome", "whole",
        format_lazy(_("expected benefits that were stated: {kind}"), kind=_name),
    )(_stated(_kind))  # fmt: skip
    variable(
        f"{_kind.value}_measured", "outcome", "whole",
        format_lazy(_("of those, how many were measured: {kind}"), kind=_name),
    )(_measured(_kind))  # fmt: skip
    variable(
        f"{_kind.value}_reached", "outcome", "decimal",
        format_lazy(_("share, 0 to 1, of the measured benefits that reached what was expected: {kind}"), kind=_name),
    )(_reached(_kind))  # fmt: skip


def _return(end: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        if not facts.worth.lines:
            return Missing.NOBODY
        if facts.worth.missing:
            return Missing.ONE_SIDED
        found = facts.worth.measured
        return Missing.NOT_YET if found is None else _rounded(getattr(found, end))

    return find


variable(
    "return_low",
    "outcome",
    "decimal",
    _("return with what was measured, (worth − costs) / costs over five years: 5 in 100 combinations lie below"),
)(_return("low"))
variable("return_high", "outcome", "decimal", _("the same: 5 in 100 combinations lie above"))(_return("high"))


# Outcomes: compliance


@variable("rules_met", "outcome", "decimal", _("share, 0 to 1, of the published rules of the seal that are met today"))
def _rules(facts: "Facts") -> Value:
    return _rounded(sum(rule.met for rule in facts.rules) / len(facts.rules))


@variable("exceptions", "outcome", "whole", _("exceptions to a binding criterion that were signed"))
def _exceptions(facts: "Facts") -> Value:
    found = SignedException.objects.filter(project=facts.project)
    return found.exclude(lead_signed=None).exclude(overseer_signed=None).count()


@variable("reviews_overdue", "outcome", "whole", _("six-month reviews that are open past their day"))
def _overdue(facts: "Facts") -> Value:
    return Review.objects.filter(project=facts.project, state=Review.State.OPEN, due__lt=facts.now).count()


@variable("incidents", "outcome", "whole", _("incidents that were confirmed, closed ones included"))
def _incidents(facts: "Facts") -> Value:
    confirmed = (Incident.State.CONFIRMED, Incident.State.CLOSED)
    return Incident.objects.filter(project=facts.project, state__in=confirmed).count()


@variable("appeals", "outcome", "whole", _("appeals against determinations"))
def _appeals(facts: "Facts") -> Value:
    return facts.appeals.received if facts.appeals.decided else Missing.NOT_YET


@variable("appeals_won", "outcome", "decimal", _("share, 0 to 1, of the answered appeals that changed the decision"))
def _won(facts: "Facts") -> Value:
    return _value(facts.appeals.won) if facts.appeals.decided else Missing.NOT_YET


# Outcomes: trust, only by whether the person won


def _value(figure: Figure | None) -> Value:
    return Missing.TOO_FEW if figure is None or figure.value is None else _rounded(figure.value)


def _said(question: str, won: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        part = facts.experience.part(won)
        return _value(part.figure(question) if part else None)

    return find


def _answers(won: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        part = facts.experience.part(won)
        return part.counted if part is not None and part.counted else Missing.TOO_FEW

    return find


def _ease(won: str) -> Callable[["Facts"], Value]:
    def find(facts: "Facts") -> Value:
        part = facts.experience.part(won)
        return Missing.TOO_FEW if part is None or part.ease is None else _rounded(part.ease.value)

    return find


for _key, _short, _ended in (("yes", "won", _("who won")), ("no", "lost", _("who lost"))):
    variable(
        f"answers_{_short}", "outcome", "whole",
        format_lazy(_("answers about how it went that are counted, in steps of ten, of those {ended}"), ended=_ended),
    )(_answers(_key))  # fmt: skip
    variable(
        f"trust_{_short}", "outcome", "decimal",
        format_lazy(_("share, 0 to 1, that would trust the office with another case, of those {ended}"), ended=_ended),
    )(_said("trust", _key))  # fmt: skip
    variable(
        f"fair_{_short}", "outcome", "decimal",
        format_lazy(_("share, 0 to 1, that found their case handled fairly, of those {ended}"), ended=_ended),
    )(_said("fair", _key))  # fmt: skip
    variable(
        f"ease_{_short}", "outcome", "decimal",
        format_lazy(_("mean ease in the form of UMUX-Lite, 0 to 100, of those {ended}"), ended=_ended),
    )(_ease(_key))  # fmt: skip
