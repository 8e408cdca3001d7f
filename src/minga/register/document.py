"""The public record as one typed document. Its fields carry the canonical names that all exports start from.

Each known field holds a value and where it is known from. Texts are the project's own words; everything that can
be counted or chosen is kept as numbers and codes, so that pages and exports can say it in their own language.
Shares lie in 0..1. Groups of fewer than ten persons are never counted here (promise 7 of the design).
"""

from typing import Any

import msgspec

from minga.register.rows import (
    Affected,
    Appeals,
    Choice,
    Consultation,
    CriterionRow,
    Data,
    DataUse,
    Effect,
    Gain,
    Gate,
    Group,
    IncidentRow,
    Known,
    Limit,
    Measure,
    Model,
    Oversight,
    Provider,
    ReviewRow,
    StageRow,
    StopRow,
)

FORMAT = "minga-record-1"


class Record(msgspec.Struct, kw_only=True):
    """One project, told in full. None: not known, and the page says so."""

    record_id: Known[str]
    name: Known[str]
    summary: Known[str]
    languages: Known[list[str]]
    phase: Known[str]
    public_url: Known[str]
    deploying_org: Known[str]
    limits: Known[list[Limit]]
    outcome: Known[str] | None = None
    start_date: Known[str] | None = None
    end_date: Known[str] | None = None
    description: Known[str] | None = None
    policy_theme: Known[str] | None = None
    tags: Known[str] | None = None
    territory: Known[str] | None = None
    org_type: Known[str] | None = None
    org_unit: Known[str] | None = None
    responsible_owner: Known[str] | None = None
    public_contact: Known[str] | None = None
    teams_involved: Known[list[str]] | None = None
    provider: Known[list[Provider]] | None = None
    procurement: Known[str] | None = None
    supplier_data_access: Known[str] | None = None
    problem: Known[str] | None = None
    why_it_matters: Known[list[str]] | None = None
    intended_purpose: Known[str] | None = None
    out_of_scope_uses: Known[str] | None = None
    benefits: Known[str] | None = None
    previous_process: Known[str] | None = None
    alternatives: Known[list[Choice]] | None = None
    not_deploying: Known[str] | None = None
    legal_basis: Known[str] | None = None
    service_process_url: Known[str] | None = None
    affected_groups: Known[list[Affected]] | None = None
    scale_of_use: Known[dict[str, int]] | None = None
    role_in_decision: Known[str] | None = None
    provided_information: Known[list[str]] | None = None
    automation_level: Known[str] | None = None
    human_oversight: Known[Oversight] | None = None
    override_and_failsafe: Known[list[StopRow]] | None = None
    overseers: Known[int] | None = None
    training_of_staff: Known[str] | None = None
    explanation_and_notice: Known[str] | None = None
    appeal_route: Known[Appeals] | None = None
    capability: Known[str] | None = None
    function: Known[str] | None = None
    models: Known[list[Model]] | None = None
    learns_in_use: Known[bool] | None = None
    architecture: Known[str] | None = None
    source_code_url: Known[str] | None = None
    performance: Known[list[Measure]] | None = None
    criteria_and_checks: Known[list[CriterionRow]] | None = None
    exceptions: Known[list[dict[str, str]]] | None = None
    maintenance_monitoring: Known[str] | None = None
    datasets: Known[list[Data]] | None = None
    data_modality: Known[str] | None = None
    personal_data: Known[str] | None = None
    sensitive_attributes: Known[str] | None = None
    representativeness: Known[str] | None = None
    collection_cleaning: Known[str] | None = None
    sharing_storage_security: Known[str] | None = None
    risks: Known[str] | None = None
    assessments: Known[str] | None = None
    stage: Known[str] | None = None
    stage_history: Known[list[StageRow]] | None = None
    participation_events: Known[list[Group]] | None = None
    participation_effect: Known[list[Effect]] | None = None
    silent_groups: Known[list[dict[str, str]]] | None = None
    compensation: Known[list[dict[str, str]]] | None = None
    gates: Known[list[Gate]] | None = None
    evaluations: Known[list[ReviewRow]] | None = None
    review_due: Known[str] | None = None
    gains: Known[list[Gain]] | None = None
    data_uses: Known[list[DataUse]] | None = None
    consultations: Known[list[Consultation]] | None = None
    incidents: Known[list[IncidentRow]] | None = None
    users: Known[str] | None = None
    vulnerable_groups: Known[str] | None = None
    proportionality: Known[str] | None = None
    decision_supported: Known[str] | None = None
    technique: Known[str] | None = None
    system_input: Known[str] | None = None
    explainability: Known[str] | None = None
    fairness: Known[str] | None = None
    data_quantity: Known[str] | None = None
    development_origin: Known[str] | None = None
    authority_to_operate: Known[str] | None = None
    publication_scope: Known[str] | None = None
    eu_risk_class: Known[str] | None = None
    us_high_impact: Known[str] | None = None
    impact_on_rights: Known[str] | None = None
    independent_review: Known[str] | None = None
    conformity: Known[str] | None = None
    baseline_indicators: Known[str] | None = None
    format: str = FORMAT


# Only people know these: the record asks for them until somebody has written them.
TYPED = (
    "description", "public_contact", "responsible_owner", "org_type", "org_unit", "territory", "policy_theme",
    "legal_basis", "intended_purpose", "out_of_scope_uses", "benefits", "previous_process", "explanation_and_notice",
    "training_of_staff", "service_process_url", "procurement", "supplier_data_access", "architecture",
    "source_code_url", "maintenance_monitoring", "personal_data", "sensitive_attributes", "representativeness",
    "collection_cleaning", "sharing_storage_security", "risks", "assessments", "tags", "limits", "data_modality",
    "users", "vulnerable_groups", "proportionality", "decision_supported", "technique", "system_input",
    "explainability", "fairness", "data_quantity", "development_origin", "authority_to_operate",
    "publication_scope", "eu_risk_class", "us_high_impact", "impact_on_rights", "independent_review", "conformity",
    "baseline_indicators",
)  # fmt: skip
FIELDS = tuple(name for name in Record.__struct_fields__ if name != "format")


def as_json(record: Record) -> dict[str, Any]:
    """Plain JSON values, in the order of the fields."""
    found: dict[str, Any] = msgspec.to_builtins(record)
    return found


def from_json(data: dict[str, Any]) -> Record:
    """A frozen record read back; unknown keys of later formats are passed over."""
    return msgspec.convert(data, Record)


def read[S: msgspec.Struct](data: dict[str, Any], of: type[S]) -> S:
    """One part of a frozen record read back."""
    return msgspec.convert(data, of)
