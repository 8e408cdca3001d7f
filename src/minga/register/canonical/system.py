"""How it works, how well it does, and the data."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.design.models import Check
from minga.register import wording
from minga.register.canonical.advice import explained, given
from minga.register.canonical.texts import codes_in, join, leading_code, lines, own, said, sides, value
from minga.register.document import Record
from minga.register.rows import CriterionRow, Data, Measure, Model, Share
from minga.tools.registers import lists
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Text
from minga.web.format import whole

IN_OPERATION = {"public_pilot", "in_use", "suspended", "retired"}
LEARNS = {True: "statistics", False: "rules"}


def system(record: Record) -> dict[str, Any]:
    learns = value(record.learns_in_use)
    return {
        "capability": [record.capability.value] if record.capability else None,
        "technique": _technique(record),
        "architecture": own(value(record.architecture)),
        "system_input": own(value(record.system_input)) or _input(record),
        "models": [_model(one, given(record)) for one in value(record.models) or ()] or None,
        # A tool that learned from data may go on learning; only one that never did is known not to.
        "learns_in_use": "no" if learns is False else None,
        "performance": _performance(record),
        "fairness": _fairness(record),
        "explainability": _explained(record),
        "source_code_url": _code(record),
        "maintenance_monitoring": _upkeep(value(record.maintenance_monitoring)),
    }


def _code(record: Record) -> p.SourceCode | None:
    """Its address; written for the body where the body itself made it or took part."""
    url, origin = value(record.source_code_url), leading_code("origin", value(record.development_origin))
    return p.SourceCode(custom="yes" if origin in {"in_house", "both"} else None, url=url) if url else None


def _upkeep(text: str | None) -> p.Monitoring | None:
    return p.Monitoring(state=leading_code("answer", text), plan=own(text)) if text else None


def _technique(record: Record) -> list[str] | None:
    codes, _others = codes_in("technique", value(record.technique))
    if codes or record.learns_in_use is None:
        return codes or None
    return [LEARNS[record.learns_in_use.value]]


def _input(record: Record) -> Text | None:
    found = [one for one in value(record.models) or () if one.in_use] or (value(record.models) or [])[-1:]
    return own("; ".join(dict.fromkeys(name for one in found for name in one.input)))


def _model(one: Model, output: Text | None) -> p.Model:
    """A version; ``output`` is what the advice on real cases held, which only those in service gave."""
    words = lists()["task"]

    def built() -> str:
        if one.learns is None:
            return ""
        return _("Learned from data.") if one.learns else _("Written rules and statistics; nothing is learned.")

    return p.Model(
        name=one.name,
        version=one.version,
        task=dict(words.words[one.task]) if one.task in words else None,
        input=own("; ".join(one.input)),
        output=output if one.in_use else None,
        architecture=None if one.learns is None else said(built),
        content_hash=one.content_hash,
    )


def _decimal(found: Share | None) -> str | None:
    return f"{found.value:.4f}".rstrip("0").rstrip(".") if found and found.value is not None else None


def _performance(record: Record) -> list[p.Performance] | None:
    measured = [_measured(one) for one in value(record.performance) or ()]
    tested = [_tested(one) for one in value(record.criteria_and_checks) or () if one.checks]
    return [*measured, *tested] or None


def _measured(one: Measure) -> p.Performance:
    return p.Performance(
        kind="figure",
        metric=said(lambda: str(wording.METRICS[one.metric])),
        value=_decimal(one.share),
        slice=own(one.slice),
        text=said(lambda: wording.share(one.share)),
    )


def _tested(one: CriterionRow) -> p.Performance:
    last = one.checks[-1]
    state = dict(Check.State.choices).get(last.state, last.state)

    def told() -> str:
        result = _("%(code)s: %(state)s on version %(version)s") % {
            "code": one.code, "state": state, "version": last.version,
        }  # fmt: skip
        chosen = "" if last.counts else _("no pass: its settings were chosen on the same data")
        return join([result, chosen], "; ")

    return p.Performance(
        kind="testing", state="yes", metric=own(one.sentence), value=_decimal(last.share), slice=own(last.worst),
        dataset=last.dataset, date=last.finished or None, text=said(told),
    )  # fmt: skip


def _fairness(record: Record) -> list[p.Fairness] | None:
    """What was typed, and the worst group of each criterion that is judged by groups."""
    typed = [p.Fairness(text=told) for told in lines(value(record.fairness))]
    judged = [one for one in value(record.criteria_and_checks) or () if one.group_by and one.checks]
    found = [
        p.Fairness(group=own(one.checks[-1].worst), metric=own(one.sentence), value=_decimal(one.checks[-1].share))
        for one in judged
    ]
    return [*typed, *found] or None


def _explained(record: Record) -> p.Stated | None:
    typed = value(record.explainability)
    if typed:
        return p.Stated(code=leading_code("answer", typed), text=own(typed))
    return explained(record)


def data(record: Record) -> dict[str, Any]:
    sets = value(record.datasets) or []
    cleaning, gathered = _cleaning(sets), _gathered(record, sets)
    kept = sides(value(record.sharing_storage_security), ("sharing", "storage", "security"), "storage")
    return {
        "datasets": [*map(_dataset, sets), *_cases(record)] or None,
        "data_stage": _stages(record, sets),
        "data_modality": own(value(record.data_modality)),
        "data_quantity": own(value(record.data_quantity)) or _quantity(sets),
        "personal_data": _personal(record, sets),
        "sensitive_attributes": _sensitive(value(record.sensitive_attributes)),
        "representativeness": _representative(record, sets),
        "collection_cleaning": p.Collection(collection=gathered, cleaning=cleaning) if gathered or cleaning else None,
        "sharing_storage_security": p.Handling(**kept) if kept else None,
    }


def _dataset(one: Data) -> p.Dataset:
    url = one.source if one.source.startswith(("https://", "http://")) else None
    counts = {"used": whole(one.rows_used), "rows": whole(one.rows_in)}
    return p.Dataset(
        name=one.name, description=own(one.source), purpose=own(one.purpose), owner=one.steward or None, url=url,
        from_date=one.period_from or None, to_date=one.period_to or None,
        stage=next((stage for stage in ("operational", "development") if stage in one.uses), None),
        quantity=said(lambda: _("%(used)s rows used of %(rows)s") % counts),
    )  # fmt: skip


def _cases(record: Record) -> list[p.Dataset]:
    """The cases of people that came in while it was in use: data that nobody imported."""
    received = (value(record.scale_of_use) or {}).get("received", 0)
    if not received:
        return []
    return [
        p.Dataset(
            name=record.name.value,
            description=said(lambda: _("The cases of people, as they came in while it was in use.")),
            stage="operational",
            quantity=said(lambda: _counted(received)),
        )
    ]


def _counted(received: int) -> str:
    words = ngettext("%(count)s case received", "%(count)s cases received", received)
    return words % {"count": whole(received)}


def _stages(record: Record, sets: list[Data]) -> list[str] | None:
    running = record.phase.value in IN_OPERATION or any("operational" in one.uses for one in sets)
    made = any("development" in one.uses for one in sets)
    return [*(["development"] if made else []), *(["operational"] if running else [])] or None


def _quantity(sets: list[Data]) -> Text | None:
    if not sets:
        return None
    total = {"sets": len(sets), "rows": whole(sum(one.rows_used for one in sets))}
    return said(lambda: _("%(rows)s rows used, in %(sets)s datasets") % total)


def _personal(record: Record, sets: list[Data]) -> p.Personal | None:
    typed = value(record.personal_data)
    text = join(
        [typed, *(f"{one.name}: {one.answers['personal']}" for one in sets if one.answers.get("personal"))], "\n"
    )
    return p.Personal(state=leading_code("answer", typed), text=own(text)) if text else None


def _sensitive(typed: str | None) -> list[p.Attribute] | None:
    if not typed:
        return None
    codes, others = codes_in("attribute", typed)
    whole_text = [p.Attribute(text=own(typed))] if others else []
    return [*(p.Attribute(which=code) for code in codes), *whole_text] or None


def _representative(record: Record, sets: list[Data]) -> p.Stated | None:
    typed = value(record.representativeness)
    answers = [one.answers[key] for one in sets for key in ("missing_groups", "missing_effect") if one.answers.get(key)]
    text = join([typed, *answers], "\n")
    return p.Stated(code=leading_code("answer", typed), text=own(text)) if text else None


def _gathered(record: Record, sets: list[Data]) -> Text | None:
    typed = value(record.collection_cleaning)
    stewards = [one for one in sets if one.steward]
    if not typed and not stewards:
        return None

    def told() -> str:
        words = _("%(name)s: published by %(steward)s.")
        return join([typed, *(words % {"name": one.name, "steward": one.steward} for one in stewards)])

    return said(told)


def _cleaning(sets: list[Data]) -> Text | None:
    if not sets:
        return None

    def told() -> str:
        words = _("%(name)s: %(rejected)s rows rejected with a reason, %(failed)s could not be read.")
        return join(
            words % {"name": one.name, "rejected": whole(one.rows_rejected), "failed": whole(one.rows_failed)}
            for one in sets
        )

    return said(told)
