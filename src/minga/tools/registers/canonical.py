"""The canonical record: 86 fields that every register's form is made from, and read back into.

``canonical.toml`` names them with their group, type, code list and words; ``parts.py`` has the structured ones.
None means that nothing is stated. ``foreign`` keeps, per standard, what a file said and the record cannot hold.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from minga.tools.base import Phrase
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Code, Day, Kept, Text, Url

FORMAT = "minga-canonical-1"
HERE = Path(__file__).parent


class Canonical(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One system as told to the public. Shares lie in 0..1, days are ISO dates as exact as known."""

    record_id: dict[str, str] | None = None
    name: Text | None = None
    summary: Text | None = None
    description: Text | None = None
    languages: list[str] | None = None
    phase: Code | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    policy_theme: list[Code] | None = None
    tags: list[str] | None = None
    territory: list[str] | None = None
    public_url: list[p.Link] | None = None
    standard_versions: dict[str, str] | None = None
    publication_scope: p.Scope | None = None

    deploying_org: p.Body | None = None
    org_type: Code | None = None
    org_unit: str | None = None
    responsible_owner: Text | None = None
    public_contact: str | None = None
    record_author: p.Author | None = None
    teams_involved: list[Text] | None = None
    provider: list[p.Provider] | None = None
    development_origin: Code | None = None
    procurement: p.Procurement | None = None
    supplier_data_access: Text | None = None
    authority_to_operate: p.Authority | None = None

    problem: Text | None = None
    intended_purpose: Text | None = None
    out_of_scope_uses: Text | None = None
    benefits: list[Text] | None = None
    baseline_indicators: list[p.Indicator] | None = None
    previous_process: Text | None = None
    alternatives: list[p.Alternative] | None = None
    proportionality: Text | None = None
    not_deploying: Text | None = None
    legal_basis: list[p.Law] | None = None
    service_process_url: Url | None = None
    users: list[Text] | None = None
    affected_groups: list[p.Affected] | None = None
    vulnerable_groups: list[Text] | None = None
    scale_of_use: p.Scale | None = None

    decision_supported: Text | None = None
    role_in_decision: Text | None = None
    output: Text | None = None
    automation_level: Code | None = None
    human_oversight: Text | None = None
    training_of_staff: p.Stated | None = None
    override_and_failsafe: p.Stated | None = None
    explanation_and_notice: Text | None = None
    appeal_route: p.Appeal | None = None

    capability: list[Code] | None = None
    technique: list[Code] | None = None
    architecture: Text | None = None
    system_input: Text | None = None
    models: list[p.Model] | None = None
    learns_in_use: Code | None = None
    performance: list[p.Performance] | None = None
    fairness: list[p.Fairness] | None = None
    explainability: p.Stated | None = None
    source_code_url: p.SourceCode | None = None
    maintenance_monitoring: p.Monitoring | None = None

    datasets: list[p.Dataset] | None = None
    data_stage: list[Code] | None = None
    data_modality: Text | None = None
    data_quantity: Text | None = None
    personal_data: p.Personal | None = None
    sensitive_attributes: list[p.Attribute] | None = None
    representativeness: p.Stated | None = None
    collection_cleaning: p.Collection | None = None
    sharing_storage_security: p.Handling | None = None

    eu_risk_class: p.EuRisk | None = None
    us_high_impact: p.Stated | None = None
    ca_impact: p.CaImpact | None = None
    impact_on_rights: p.Impacts | None = None
    risks: list[p.Risk] | None = None
    assessments: list[p.Assessment] | None = None
    independent_review: p.Review | None = None
    conformity: p.Conformity | None = None

    participation_events: list[p.Event] | None = None
    participation_effect: list[p.Effect] | None = None
    open_concerns: list[p.Concern] | None = None
    record_feedback: list[p.Feedback] | None = None

    evaluations: list[p.Evaluation] | None = None
    incidents: list[p.Incident] | None = None
    change_log: list[p.Change] | None = None
    evidence_links: list[p.EvidenceLink] | None = None

    foreign: dict[str, dict[str, Kept]] = {}
    format: str = FORMAT


NAMES: tuple[str, ...] = tuple(name for name in Canonical.__struct_fields__ if name not in {"foreign", "format"})


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A canonical field in words. ``codes``: the code list of the field, or of its parts by name."""

    name: str
    group: str
    type: str
    label: dict[str, str]
    about: dict[str, str]
    codes: dict[str, str] = {}
    internal: bool = False


@cache
def fields() -> dict[str, Field]:
    """The 86 fields by name, in their order."""
    data = tomllib.loads((HERE / "canonical.toml").read_text(encoding="utf-8"))
    return {name: msgspec.convert({"name": name, **row}, Field) for name, row in data["field"].items()}


@cache
def part_words() -> dict[str, dict[str, str]]:
    """The names of the sides of a part ("likelihood") by language."""
    data: dict[str, dict[str, str]] = tomllib.loads((HERE / "canonical.toml").read_text(encoding="utf-8"))["part"]
    return data


@cache
def groups() -> dict[str, Phrase]:
    """The groups of fields, in their order, in words."""
    data: dict[str, Phrase] = tomllib.loads((HERE / "canonical.toml").read_text(encoding="utf-8"))["group"]
    return data


def as_json(record: Canonical) -> dict[str, Any]:
    """Plain JSON values; what is not stated is left out."""
    found: dict[str, Any] = msgspec.to_builtins(record)
    return {"format": FORMAT, **found}


def from_json(data: dict[str, Any]) -> Canonical:
    """A record read back. Raises ``msgspec.ValidationError`` where a value has another type."""
    return msgspec.convert(data, Canonical)


def stated(record: Canonical) -> list[str]:
    """The canonical fields that are stated, in their order; an empty list counts, it says that there are none."""
    return [name for name in NAMES if getattr(record, name) is not None]
