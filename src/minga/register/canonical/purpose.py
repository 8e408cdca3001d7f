"""What it is for, whom it concerns, and how it is used in decisions."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.models import Metric
from minga.commission.models import Option
from minga.deliver.models import Stage
from minga.people.models import Group
from minga.register import wording
from minga.register.canonical.advice import given
from minga.register.canonical.texts import join, leading_code, lines, own, said, value
from minga.register.document import Record
from minga.register.rows import Affected, Appeals, Choice, Gain, Oversight, StopRow, Tried
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Text
from minga.web.format import percent, whole


def purpose(record: Record) -> dict[str, Any]:
    basis = value(record.legal_basis)
    return {
        "problem": own(value(record.problem)),
        "intended_purpose": own(value(record.intended_purpose)),
        "out_of_scope_uses": _limits(record),
        "benefits": _benefits(record),
        "baseline_indicators": _indicators(record),
        "previous_process": own(value(record.previous_process)),
        "alternatives": [_alternative(one) for one in value(record.alternatives) or ()] or None,
        "proportionality": own(value(record.proportionality)),
        "not_deploying": own(value(record.not_deploying)),
        "legal_basis": [p.Law(text=own(basis))] if basis else None,
        "service_process_url": value(record.service_process_url),
        "users": _users(record),
        "affected_groups": [_affected(one) for one in value(record.affected_groups) or ()] or None,
        "vulnerable_groups": lines(value(record.vulnerable_groups)) or None,
        "scale_of_use": _scale(value(record.scale_of_use)),
    }


def _limits(record: Record) -> Text:
    """What it is not meant for, and its limits: no standard has a field of their own for them."""
    typed = value(record.out_of_scope_uses)
    rows = [row for row in record.limits.value if row.reason != "note"]
    notes = len(record.limits.value) - len(rows)
    return said(lambda: join([typed, *map(wording.limit, rows), _notes(notes)]))


def _notes(count: int) -> str:
    """How many things the last check could not test; the record has the reason of each."""
    words = ngettext(
        "In the last check %(count)s thing could not be tested; the public record says why.",
        "In the last check %(count)s things could not be tested; the public record says why for each.",
        count,
    )
    return words % {"count": whole(count)} if count else ""


def _benefits(record: Record) -> list[Text] | None:
    found = [*lines(value(record.benefits)), *map(own, value(record.why_it_matters) or ())]
    return [told for told in found if told] or None


def _indicators(record: Record) -> list[p.Indicator] | None:
    typed = [p.Indicator(name=told) for told in lines(value(record.baseline_indicators))]
    return [*typed, *map(_indicator, value(record.gains) or ())] or None


def _indicator(gain: Gain) -> p.Indicator:
    measured = gain.measured

    def expected() -> str:
        words = _("%(low)s to %(high)s %(unit)s expected") % {"low": gain.low, "high": gain.high, "unit": gain.unit}
        found = _("%(measured)s %(unit)s measured") % {"measured": measured, "unit": gain.unit} if measured else ""
        return join([words, found], "; ")

    return p.Indicator(name=own(gain.name), value=own(f"{gain.baseline} {gain.unit}"), expected=said(expected))


def _alternative(one: Choice) -> p.Alternative:
    verdict = dict(Option.Verdict.choices).get(one.verdict, one.verdict)

    def reason() -> str:
        risk = _("Risk: %(risk)s") % {"risk": one.risk} if one.risk else ""
        return join([one.reason, risk], " · ")

    return p.Alternative(title=own(one.title), verdict=said(lambda: str(verdict)), text=said(reason))


def _users(record: Record) -> list[Text] | None:
    """Who works with it: as somebody wrote, else the groups of the body that took part while it was in service."""
    if typed := lines(value(record.users)):
        return typed
    groups = [one.group for one in value(record.participation_events) or () if "deliver" in one.phases]
    return [said(partial(_group, group)) for group in groups if group in {"frontline", "business"}] or None


def _group(group: str) -> str:
    return str(Group(group).label)


def _affected(one: Affected) -> p.Affected:
    def how() -> str:
        direct = {"direct": _("Direct: they will use it"), "indirect": _("Indirect: they gain from its use")}
        share = _("%(share)s of all affected") % {"share": percent(100 * one.share)} if one.share is not None else ""
        return join([direct.get(one.kind, one.kind), share, one.source], " · ")

    return p.Affected(group=own(one.who), how=said(how), low=one.low, high=one.high)


def _scale(found: dict[str, int] | None) -> p.Scale | None:
    if not found:
        return None

    def counts() -> str:
        numbers = {name: whole(count) for name, count in found.items()}
        drawn = came = ""
        if "read" in found:
            drawn = _("%(read)s processes read, %(flagged)s flagged, %(drawn)s brought to a person.") % numbers
        if "received" in found:
            came = _("%(received)s cases of people received, %(advised)s of them with advice of the tool.") % numbers
        return join([drawn, came])

    return p.Scale(text=said(counts), people=found.get("received"))


def decision(record: Record) -> dict[str, Any]:
    training, started = value(record.training_of_staff), record.role_in_decision is not None
    return {
        "decision_supported": own(value(record.decision_supported)),
        "role_in_decision": said(_role) if started else None,
        "output": given(record),
        "automation_level": "recommend" if record.automation_level else None,
        "human_oversight": _oversight(record),
        "training_of_staff": p.Stated(code=leading_code("answer", training), text=own(training)) if training else None,
        "override_and_failsafe": _failsafe(record),
        "explanation_and_notice": own(value(record.explanation_and_notice)),
        "appeal_route": _appeal(value(record.appeal_route), record.public_url.value),
    }


def _role() -> str:
    return _("It gives advice on one case; a named person decides each case.")


def _oversight(record: Record) -> Text | None:
    made = value(record.human_oversight)
    return said(lambda: _decided(made, value(record.overseers) or 0)) if made else None


def _decided(made: Oversight, overseers: int) -> str:
    counts = {"decided": whole(made.decided), "unaided": whole(made.unaided)}
    return join(
        [
            _("A named person decides each case."),
            _("People decided %(decided)s cases, and made %(unaided)s decisions before they saw the advice.") % counts,
            _stoppers(overseers),
        ]
    )


def _stoppers(overseers: int) -> str:
    words = ngettext("%(count)s overseer can stop it at once.", "%(count)s overseers can stop it at once.", overseers)
    return words % {"count": whole(overseers)} if overseers else ""


def _failsafe(record: Record) -> p.Stated | None:
    """Who can stop it while it is in service, what stops it by itself, and the last time that the switch was tried.

    A yes only where a rule stops it or the switch worked when it was tried; a switch that failed, or that nobody has
    tried, is none.
    """
    rules = value(record.override_and_failsafe) or []
    if not record.stage and not rules:
        return None
    made, overseers = value(record.human_oversight), value(record.overseers) or 0
    tried = made.drill if made else None

    def told() -> str:
        stop = _("The lead can stop it at once; whoever decides can decide otherwise.")
        return join([stop, _stoppers(overseers), _drill(tried), *map(_rule, rules)])

    failed = tried is not None and tried.looked_at > 0 and not tried.passed
    works = (tried is not None and tried.passed) or bool(rules and not failed)
    return p.Stated(code="yes" if works else None, text=said(told))


def _drill(tried: Tried | None) -> str:
    if tried is None:
        return _("Nobody has tried the stop switch yet.")
    if not tried.looked_at:
        return _("The stop switch was tried on %(day)s, with no case to look at.") % {"day": tried.day}
    words = _("The stop switch was tried on %(day)s: %(hidden)s of %(looked_at)s cases showed no advice.")
    return words % {"day": tried.day, "hidden": whole(tried.hidden), "looked_at": whole(tried.looked_at)}


def _rule(rule: StopRow) -> str:
    stage = dict(Stage.choices).get(rule.step_back_to, rule.step_back_to)
    words = _("It steps back to “%(stage)s” by itself when this goes beyond %(bound)s: %(metric)s.")
    return words % {"stage": stage, "bound": rule.bound, "metric": dict(Metric.choices).get(rule.metric, rule.metric)}


def _appeal(found: Appeals | None, address: str) -> p.Appeal | None:
    if found is None:
        return None

    def told() -> str:
        way = _("Anybody may contest a public flag without an account.")
        if not found.path:
            way = _("Each notice carries an address at which its decision can be appealed without an account.")
        rest = _(
            "Another person than the one who decided answers within %(days)s days. Received %(received)s, answered "
            "%(answered)s, won %(won)s."
        )
        counts = {"days": found.days, "received": found.received, "answered": found.answered, "won": found.won}
        return join([way, rest % counts])

    site = address.partition("/projects/")[0]
    url = f"{site}{found.path}" if found.path else None
    return p.Appeal(state="yes", text=said(told), url=url, deadline_days=found.days)
