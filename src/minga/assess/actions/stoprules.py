"""Stop rules are set, and fire."""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from minga.assess.actions.common import own
from minga.assess.models import Firing, Metric, StopRule, as_json
from minga.assess.stoprules import Standing, standing
from minga.assess.telling import tell
from minga.deliver import queries as deliver
from minga.deliver.actions import change_stage, stop
from minga.deliver.models import Stage
from minga.design.models import Release
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid
from minga.projects.roles import Role

LONGEST_WINDOW = 366


@action("stoprule.set")
def set_stop_rule(
    act: Act, release: Release, metric: str, bound: object, minimum: int, step_back_to: str, window_days: int = 0
) -> StopRule:
    """Agree that a release steps back by itself; the rule takes the place of the old one on the same metric.

    ``bound`` is a share in 0..1, or whole days where the metric counts days. Events of the last ``window_days`` count,
    all of them where it is 0.
    """
    own(act, release)
    rule = StopRule(
        project=act.place,
        release=release,
        metric=_one_of("metric", metric, Metric.values),
        bound=_days(bound) if metric == Metric.ALERT_DAYS else _share(bound),
        minimum=minimum,
        window_days=window_days,
        step_back_to=_one_of("step_back_to", step_back_to, [s.value for s in StopRule.STEPS_BACK]),
        since=act.now,
    )
    fields = {}
    if minimum < 1:
        fields["minimum"] = _("At least one event, better thirty: few events say little.")
    if not 0 <= window_days <= LONGEST_WINDOW:
        fields["window_days"] = _("Give whole days from 1 to 366, or nothing.")
    if fields:
        raise Invalid(_("The rule was not set."), fields=fields)
    Release.objects.select_for_update().get(pk=release.pk)
    old = StopRule.objects.filter(release=release, metric=metric, active=True)
    act.because(release, *old)
    old.update(active=False)
    rule.save()
    act.note(metric=metric, bound=str(rule.bound), minimum=minimum, step_back_to=step_back_to)
    if window_days:
        act.note(window_days=window_days)
    return rule


def _one_of(name: str, given: str, known: list[str]) -> str:
    if given not in known:
        raise Invalid(_("The rule was not set."), fields={name: _("Choose one from the list.")})
    return given


def _share(given: object) -> Decimal:
    try:
        bound = Decimal(str(given))
    except InvalidOperation:
        bound = Decimal(-1)
    if not 0 < bound < 1:
        raise Invalid(_("The rule was not set."), fields={"bound": _("Give a share between 0 and 100 per cent.")})
    return round(bound, 4)


def _days(given: object) -> Decimal:
    text = str(given).removesuffix(".0")
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_WINDOW:
        raise Invalid(_("The rule was not set."), fields={"bound": _("Give whole days from 1 to 366.")})
    return Decimal(text)


@action("stoprule.fired")
def fire_stop_rule(act: Act, rule: StopRule) -> Firing:
    """Move the release back as the rule says, and tell the lead and the overseer.

    Conflict where the rule is not exceeded (any more).
    """
    rule = StopRule.objects.select_for_update().select_related("release__version").get(pk=rule.pk, project=act.place)
    found = standing(rule, act.now)
    if not rule.active or found.state != "beyond":
        raise Conflict(_("The rule has not been exceeded, so nothing was changed."), cause=found.sentence)
    before = deliver.stage_of(rule.release)
    reason = _("Stop rule: %(what)s") % {"what": found.sentence}
    follow = act.by.also("stage")
    if rule.step_back_to == Stage.OFF:
        stop(follow, act.place, rule.release, reason)
    else:
        change_stage(follow, act.place, rule.release, rule.step_back_to, reason)
    act.because(rule, rule.release)
    act.note(metric=rule.metric, count=found.figure.count, of=found.figure.of, bound=str(rule.bound))
    act.note(before=before.value, after=rule.step_back_to)
    _tell_those_in_charge(act, found, before)
    return Firing.objects.create(
        project=act.place,
        rule=rule,
        at=act.now,
        figure={**as_json(found.figure), "group": found.figure.group},
        before=before,
        after=rule.step_back_to,
    )


def _tell_those_in_charge(act: Act, found: Standing, before: Stage) -> None:
    rule = found.rule
    subject = _("A stop rule moved “%(project)s” back") % {"project": act.place.title}
    text = _("%(release)s went by itself from “%(before)s” to “%(after)s”. %(rule)s. %(sentence)s")
    words = text % {
        "release": rule.release.ledger_title,
        "before": before.label,
        "after": rule.get_step_back_to_display(),
        "rule": rule.ledger_title,
        "sentence": found.sentence,
    }
    tell(act, [Role.LEAD, Role.OVERSEER], subject, words, rule.get_absolute_url())
