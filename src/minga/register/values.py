"""Any value of the record as lines of plain words, for the page that shows all of it and for lists of changes."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from minga.assess.models import Incident, Kind, Metric, Review
from minga.commission.models import Option, Party
from minga.deliver.models import Determination, Flag, Stage
from minga.design.metrics import METRICS
from minga.design.models import Check, Criterion
from minga.engage.models import Contribution, Decision
from minga.instruments import library
from minga.instruments.definition import choices, say
from minga.people.models import Group
from minga.projects.gates import PHASE_NAMES
from minga.projects.models import DecisionRule, Project
from minga.register import wording
from minga.register.rows import Share
from minga.tools.registers import lists
from minga.web.format import percent, whole

type Text = str | Promise

# Codes of a part's attribute in words, where the code is one that people chose from a list.
CODES: dict[str, Mapping[Any, Text]] = {
    "group": dict(Group.choices),
    "groups": dict(Group.choices),
    "from_contribution": dict(Group.choices),
    "phase": {**PHASE_NAMES, **wording.PHASES},
    "phases": PHASE_NAMES,
    "stage": dict(Stage.choices),
    "step_back_to": dict(Stage.choices),
    "rule": dict(DecisionRule.Rule.choices),
    "comparison": dict(Criterion.Comparison.choices),
    "pay": dict(Party.Pay.choices),
    "verdict": dict(Option.Verdict.choices),
    "metric": wording.METRICS,
    "choices": dict(Determination.Choice.choices),
    "flags": dict(Flag.State.choices),
    "outcome": {**dict(Review.Outcome.choices), **dict(Decision.Outcome.choices), **dict(Project.Outcome.choices)},
    "state": {
        **dict(Check.State.choices),
        **dict(Criterion.State.choices),
        **dict(Review.State.choices),
        "too_few": gettext_lazy("too few events to judge"),
        "within": gettext_lazy("within its bound"),
        "beyond": gettext_lazy("beyond its bound"),
        "resting": gettext_lazy("resting"),
    },
    "kind": {
        **dict(Option.Kind.choices),
        **dict(Contribution.Kind.choices),
        "direct": gettext_lazy("Direct: they will use it"),
        "indirect": gettext_lazy("Indirect: they gain from its use"),
    },
    "automation_level": {"decide_with_review": gettext_lazy("A named person decides each case")},
    "role_in_decision": {"advice_to_a_person": gettext_lazy("Advice to the person who decides")},
    "provided_information": {
        "proposal": gettext_lazy("a proposal, or an abstention with its cause"),
        "reasons": gettext_lazy("the reasons for it"),
        "measured": gettext_lazy("each sign with what was measured"),
        "evidence": gettext_lazy("the place in the source where it can be read"),
        "probability": gettext_lazy("how likely it is to be right"),
        "doubt": gettext_lazy("how often such advice was right"),
    },
    "uses": {
        "development": gettext_lazy("used while it was made"),
        "operational": gettext_lazy("read while it was in use"),
    },
    "approved_how": {"ballot": gettext_lazy("by ballot"), "signature": gettext_lazy("by signature")},
}
# The same code means something else in these fields: a criterion's metric is not what a stop rule watches.
IN_FIELD: dict[str, dict[str, Mapping[Any, Text]]] = {
    "criteria_and_checks": {
        "metric": {name: found.title for name, found in METRICS.items()},
        "group_by": {code: words for found in METRICS.values() for code, words in found.groups.items()},
    },
    "override_and_failsafe": {"metric": dict(Metric.choices)},
    "gains": {"kind": dict(Kind.choices)},
    "incidents": {
        "state": dict(Incident.State.choices),
        "severity": dict(Incident.Severity.choices),
        "harm": dict(Incident.Harm.choices),
    },
}
# Fields whose value, or whose parts, are codes of a list of the canonical record.
LISTS = {"development_origin": "origin", "method": "consultation"}
# Fields whose codes are options of a question of the OECD's set.
OECD = {"capability": "task", "function": "function"}
# Names of the parts of a value.
NAMES: dict[str, Text] = {
    "accept": pgettext_lazy("part of a value", "accepted"),
    "advised": gettext_lazy("with advice of the tool"),
    "against_ballot": gettext_lazy("against the ballot"),
    "aided": gettext_lazy("decisions with the advice in view"),
    "affected": gettext_lazy("affected"),
    "answered": gettext_lazy("answered"),
    "band": gettext_lazy("amount"),
    "baseline": gettext_lazy("before"),
    "beneficiaries": gettext_lazy("who benefits"),
    "binding": gettext_lazy("binding"),
    "bound": gettext_lazy("bound"),
    "brings": gettext_lazy("brings"),
    "cases": gettext_lazy("cases"),
    "checks": gettext_lazy("checks"),
    "choices": gettext_lazy("determinations"),
    "counts": gettext_lazy("on data that its settings were not chosen on"),
    "days": gettext_lazy("days"),
    "days_to_reply": gettext_lazy("days to reply before publication"),
    "decided": pgettext_lazy("part of a value", "decided"),
    "dissent": gettext_lazy("dissent"),
    "drawn": gettext_lazy("drawn"),
    "drill": gettext_lazy("stop switch tried"),
    "due": gettext_lazy("due"),
    "earner": gettext_lazy("earned by"),
    "entries": gettext_lazy("entries"),
    "events": gettext_lazy("events measured"),
    "expires": gettext_lazy("expires"),
    "failed": pgettext_lazy("part of a value", "failed"),
    "fired": gettext_lazy("times it fired"),
    "flagged": pgettext_lazy("part of a value", "flagged"),
    "flags": gettext_lazy("flags"),
    "group_by": gettext_lazy("judged by"),
    "hidden": gettext_lazy("cases without advice"),
    "high": gettext_lazy("at most"),
    "in_use": gettext_lazy("in use"),
    "input": gettext_lazy("input"),
    "last": gettext_lazy("last on"),
    "learns": gettext_lazy("learned from data"),
    "lawful_basis": gettext_lazy("lawful basis"),
    "led_to": gettext_lazy("led to"),
    "looked_at": gettext_lazy("cases looked at"),
    "low": gettext_lazy("at least"),
    "measured": gettext_lazy("measured"),
    "median_days": gettext_lazy("median days to an answer"),
    "minimum": gettext_lazy("from how many events on"),
    "none": gettext_lazy("nothing earns money with the data"),
    "not_drawn": gettext_lazy("not drawn"),
    "opened": gettext_lazy("opened"),
    "overdue": gettext_lazy("overdue"),
    "passed": pgettext_lazy("check", "passed"),
    "period_from": pgettext_lazy("part of a value", "from"),
    "period_to": gettext_lazy("to"),
    "persons": gettext_lazy("persons"),
    "purpose": gettext_lazy("purpose"),
    "read": gettext_lazy("read"),
    "reached": gettext_lazy("as expected"),
    "reason": gettext_lazy("reason"),
    "received": gettext_lazy("received"),
    "registered": gettext_lazy("registered"),
    "risk": gettext_lazy("risk"),
    "rows_failed": gettext_lazy("rows failed"),
    "rows_in": gettext_lazy("rows in"),
    "rows_rejected": gettext_lazy("rows rejected"),
    "rows_used": gettext_lazy("rows used"),
    "since": gettext_lazy("since"),
    "source": gettext_lazy("source"),
    "step": gettext_lazy("step"),
    "steward": gettext_lazy("published by"),
    "stopped": gettext_lazy("stopped at once"),
    "times": gettext_lazy("times"),
    "unaided": gettext_lazy("decisions before the advice was seen"),
    "version": gettext_lazy("version"),
    "waiting": gettext_lazy("waiting"),
    "withheld_share": gettext_lazy("share of cases decided before the advice is shown"),
    "won": gettext_lazy("won"),
    "worst": gettext_lazy("worst"),
}
# What a "no" is said as; elsewhere it goes without saying.
NOT: dict[str, Text] = {
    "passed": pgettext_lazy("check", "not passed"),
    "counts": gettext_lazy("no pass: its settings were chosen on the same data"),
}
SHARES = {"withheld_share"}
# Codes that say nothing without the part's name before them.
NAMED_CODES = {"group_by"}
YES_NO = {True: gettext_lazy("yes"), False: gettext_lazy("no")}
# Parts that say the same as another, or serve machines only.
LEFT_OUT = {"answers", "contribution", "content_hash", "summary", "path", "task", "took_part"}


def plain(field: str, value: Any) -> list[str]:
    """``value`` of ``field`` as lines of text: one per item of a list."""
    value = msgspec.to_builtins(value)
    if isinstance(value, list):
        return [_one(field, item, field) for item in value]
    return [_one(field, value, field)]


def _codes(name: str, field: str) -> Mapping[Any, Text]:
    """The words of the codes that the part ``name`` of ``field`` may hold."""
    if name in OECD:
        return _oecd(OECD[name])
    if name in LISTS:
        language = (get_language() or "en")[:2]
        return {code: lists()[LISTS[name]].say(code, language) for code in lists()[LISTS[name]].words}
    return IN_FIELD.get(field, {}).get(name) or CODES.get(name, {})


def _oecd(question: str) -> dict[str, str]:
    language = get_language() or "en"
    return {option.value: say(option.text, language) for option in choices(library.load("oecd").question(question))}


def _one(name: str, value: Any, field: str) -> str:
    if isinstance(value, dict):
        if {"count", "of", "value"} <= set(value):
            return wording.share(Share(**value))
        parts = (_part(key, found, field) for key, found in value.items() if key not in LEFT_OUT)
        return " · ".join(part for part in parts if part)
    if isinstance(value, list):
        return "; ".join(_one(name, item, field) for item in value)
    return _word(name, value, field)


def _word(name: str, value: Any, field: str) -> str:
    if isinstance(value, bool):
        return str(YES_NO[value])
    if name in SHARES:
        return percent(100 * value, 0)
    if isinstance(value, int):
        return whole(value)
    return str(_codes(name, field).get(value, value))


def _part(key: str, value: Any, field: str) -> str:
    if value is None:
        return _("%(name)s: fewer than ten") % {"name": NAMES[key]} if key in {"persons", "entries"} else ""
    if isinstance(value, bool):
        return str(NAMES[key] if value else NOT.get(key, ""))
    if value in ("", [], {}):
        return ""
    codes = _codes(key, field)
    if isinstance(value, dict) and codes:
        return f"{NAMES[key]}: " + ", ".join(f"{codes.get(k, k)} {whole(v)}" for k, v in value.items())
    if isinstance(value, str) and codes and key not in NAMED_CODES:
        return _one(key, value, field)
    said = _one(key, value, field)
    return f"{NAMES[key]}: {said}" if key in NAMES else said
