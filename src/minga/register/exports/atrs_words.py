"""The prose that UK ATRS asks for, written from the record. Called with English switched on."""

from collections.abc import Iterable

from minga.register.document import Data, Gain, Known, Model, Record
from minga.register.wording import METRICS, in_language, limit, share

# Capability of the OECD tasks in the standard's own list; its other values have no counterpart here.
_CAPABILITY = {"forecasting": "Forecasting", "content-generation": "Creation", "event-detection": "Discovery",
               "goal-driven-optimisation": "Planning", "recognition": "Analysis"}  # fmt: skip
_PHASE = {"idea": "Pre-deployment", "design": "Pre-deployment", "prototype": "Pre-deployment",
          "private_pilot": "Beta/Pilot", "public_pilot": "Beta/Pilot", "in_use": "Production",
          "suspended": "Retired", "retired": "Retired"}  # fmt: skip


def _join(parts: Iterable[str], between: str = " ") -> str:
    return between.join(part.strip() for part in parts if part and part.strip())


def _value[T](known: Known[T] | None, empty: T) -> T:
    return known.value if known else empty


def capability(record: Record) -> str:
    return _CAPABILITY.get(record.capability.value, "Other") if record.capability else ""


def updated(record: Record) -> str:
    """The day of the newest ledger entry that the record was written from."""
    return max(_days(record), default="")


def _days(record: Record) -> list[str]:
    fields = (getattr(record, name) for name in record.__struct_fields__ if name != "format")
    return [source.happened[:10] for known in fields if known for source in known.known_from if source.happened]


def archived(record: Record) -> str:
    return _value(record.end_date, "")


def title(record: Record) -> str:
    return f"{record.deploying_org.value}: {record.name.value}"


def phase(record: Record) -> str:
    return _PHASE[record.phase.value]


def one_sentence(record: Record) -> str:
    """Up to the first full stop that ends a sentence."""
    head, dot, _rest = record.summary.value.partition(". ")
    return head + "." if dot else head


def description(record: Record) -> str:
    return _join([record.summary.value, _value(record.description, "")])


def website(record: Record) -> str:
    return _join([record.public_url.value, _value(record.service_process_url, "")])


def supplier_involved(record: Record) -> str:
    if record.provider:
        return "Yes"
    return "No" if record.teams_involved else ""


def suppliers(record: Record) -> str:
    return _join((p.name for p in _value(record.provider, [])), "; ")


def supplier_roles(record: Record) -> str:
    return _join((f"{p.name}: {p.brings}" for p in _value(record.provider, [])), "; ")


def detailed(record: Record) -> str:
    model = _current(record)
    return _join([_value(record.problem, ""), in_language(model.summary) if model else ""])


def scope(record: Record) -> str:
    purpose = _value(record.intended_purpose, "") or _value(record.problem, "")
    outside = _value(record.out_of_scope_uses, "")
    return _join([purpose, f"Not meant for: {outside}" if outside else "", _limits(record)])


def _limits(record: Record) -> str:
    found = [limit(row) for row in record.limits.value]
    return _join(["Limits:", *found]) if found else ""


def benefit(record: Record) -> str:
    found = [_gain(row) for row in _value(record.gains, [])]
    return _join([_value(record.benefits, ""), *_value(record.why_it_matters, []), *found])


def _gain(found: Gain) -> str:
    measured = f", {found.measured} measured" if found.measured else ""
    return f"{found.name}: from {found.baseline} to {found.low}–{found.high} {found.unit} expected{measured}."


def alternatives(record: Record) -> str:
    rows = (f"{o.title} ({o.verdict}): {o.reason}" for o in _value(record.alternatives, []))
    return _join([*rows, _value(record.not_deploying, "")])


def integration(record: Record) -> str:
    if record.role_in_decision is None:
        return ""
    affected = (f"{a.who}: {a.low} to {a.high}." for a in _value(record.affected_groups, []))
    basis = f"Legal basis: {record.legal_basis.value}" if record.legal_basis else ""
    stage = f"Stage of the rollout: {record.stage.value}." if record.stage else ""
    return _join(["It gives advice on one case; a named person decides each case.", stage, basis, *affected])


def information(record: Record) -> str:
    if record.provided_information is None:
        return ""
    return (
        "A proposal or an abstention with its cause, each sign behind it with the value measured, "
        "and the place in the source where it can be read."
    )


def scale(record: Record) -> str:
    found = _value(record.scale_of_use, {})
    if not found:
        return ""
    drawn = came = ""
    if "read" in found:
        drawn = f"{found['read']} processes read, {found['flagged']} flagged, {found['drawn']} brought to a person."
    if "received" in found:
        came = f"{found['received']} cases of people received, {found['advised']} of them with advice of the tool."
    return _join([drawn, came])


def human_review(record: Record) -> str:
    found = record.human_oversight
    if found is None:
        return ""
    made = found.value
    rules = [
        f"It steps back to “{r.step_back_to}” by itself when {r.metric} exceeds {r.bound}."
        for r in _value(record.override_and_failsafe, [])
    ]
    return _join(
        [
            f"People decided {made.decided} cases, and made {made.unaided} decisions before they saw the advice.",
            f"{record.overseers.value} overseers can stop it at once." if record.overseers else "",
            *rules,
        ]
    )


def appeals(record: Record) -> str:
    found = record.appeal_route
    if found is None:
        return ""
    a = found.value
    way = f"Anybody may contest a public flag without an account, at {a.path}."
    if not a.path:
        way = "Each notice carries an address at which its decision can be appealed without an account."
    return (
        f"{way} Another person than the one who decided answers within {a.days} days. "
        f"Received {a.received}, answered {a.answered}."
    )


def architecture(record: Record) -> str:
    found = [_value(record.architecture, ""), _value(record.source_code_url, "")]
    return _join([*found, f"Record: {record.public_url.value}"]) if any(found) else ""


def maintenance(record: Record) -> str:
    due = f"The next review opens on {record.review_due.value}." if record.review_due else ""
    made = [f"Review of {r.version}: {r.outcome or r.state}." for r in _value(record.evaluations, [])]
    return _join([_value(record.maintenance_monitoring, ""), *made, due])


def _current(record: Record) -> Model | None:
    found = _value(record.models, [])
    return next((m for m in reversed(found) if m.in_use), found[-1] if found else None)


def models(record: Record) -> str:
    return _join((f"{m.name} {m.version}" for m in _value(record.models, [])), "; ")


def model_name(record: Record) -> str:
    found = _current(record)
    return found.name if found else ""


def model_version(record: Record) -> str:
    found = _current(record)
    return found.version if found else ""


def model_task(record: Record) -> str:
    found = _current(record)
    return found.task if found else ""


def model_input(record: Record) -> str:
    found = _current(record)
    return _join(found.input, "; ") if found else ""


def model_architecture(record: Record) -> str:
    found = _current(record)
    if found is None or found.learns is None:
        return ""
    return "Learned from data." if found.learns else "Written rules and statistics; nothing is learned from data."


def performance(record: Record) -> str:
    measured = [
        f"{str(METRICS[m.metric]).capitalize()}{f' ({m.slice})' if m.slice else ''}: {share(m.share)}."
        for m in _value(record.performance, [])
    ]
    checks = [
        f"{c.code} “{c.sentence}”: {c.checks[-1].state} on version {c.checks[-1].version}."
        for c in _value(record.criteria_and_checks, [])
        if c.checks
    ]
    return _join([*measured, *checks])


def _data(record: Record) -> list[Data]:
    return _value(record.datasets, [])


def dataset_names(record: Record) -> str:
    return _join((d.name for d in _data(record)), "; ")


def dataset_purposes(record: Record) -> str:
    return _join((f"{d.name}: {d.purpose}" for d in _data(record)), "; ")


def dataset_descriptions(record: Record) -> str:
    return _join(f"{d.name}: {d.purpose}, {d.period_from} to {d.period_to}." for d in _data(record) if d.period_from)


def dataset_quantities(record: Record) -> str:
    return _join(f"{d.name}: {d.rows_used} rows used of {d.rows_in}." for d in _data(record))


def dataset_addresses(record: Record) -> str:
    return _join((d.source for d in _data(record) if d.source.startswith(("https://", "http://"))), " ")


def sensitive(record: Record) -> str:
    answers = [f"{d.name}: {d.answers['personal']}." for d in _data(record) if d.answers.get("personal")]
    return _join([_value(record.sensitive_attributes, ""), _value(record.personal_data, ""), *answers])


def completeness(record: Record) -> str:
    keys = ("missing_groups", "missing_effect")
    answers = [d.answers[key] for d in _data(record) for key in keys if d.answers.get(key)]
    return _join([_value(record.representativeness, ""), *answers])


def collection(record: Record) -> str:
    stewards = [f"{d.name}: published by {d.steward}." for d in _data(record) if d.steward]
    return _join([_value(record.collection_cleaning, ""), *stewards])


def cleaning(record: Record) -> str:
    return _join(
        f"{d.name}: {d.rows_rejected} rows rejected with a reason, {d.rows_failed} could not be read."
        for d in _data(record)
    )


def risks(record: Record) -> str:
    return _join([_value(record.risks, ""), _limits(record)])
