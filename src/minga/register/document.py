"""The public record as one typed document. Its fields carry the canonical names that all exports start from.

Each known field holds a value and where it is known from. Texts are the project's own words; everything that can
be counted or chosen is kept as numbers and codes, so that pages and exports can say it in their own language.
Shares lie in 0..1. Groups of fewer than ten persons are never counted here (promise 7 of the design).
"""

from typing import Any

import msgspec

FORMAT = "minga-record-1"


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a value is known from.

    ``kind``: ledger (entry ``seq`` with its action, group and when it is said to have happened), typed (a text that
    ``group`` wrote for the record), card (the tool's card), setting (of this installation).
    """

    kind: str
    action: str = ""
    seq: int = 0
    group: str = ""
    happened: str = ""
    history: str = ""
    name: str = ""


class Known[T](msgspec.Struct, frozen=True):
    """A value with its provenance."""

    value: T
    known_from: list[Source]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """``count`` of ``of`` with a 95 % interval; ``value`` None: too few to judge."""

    count: int
    of: int
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Limit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the tool cannot do. ``kind``: not_a_finding, not_computed, missed, untested, failure, typed.

    ``text``: language -> sentence, where the tool's card or a person wrote it. ``count`` of ``of`` for what was
    not computed, with its ``reason``.
    """

    kind: str
    text: dict[str, str] = {}
    share: Share | None = None
    count: int = 0
    of: int = 0
    reason: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One way to meet the need that was compared with others."""

    title: str
    kind: str
    verdict: str
    reason: str
    risk: str


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    brings: str


class Affected(msgspec.Struct, frozen=True, kw_only=True):
    """People who gain or are concerned: how many, at least and at most; ``share`` in 0..1 of all affected."""

    who: str
    kind: str
    low: int
    high: int
    share: float | None
    source: str


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A tool version. ``task``, ``input``, ``summary`` come from the tool's card."""

    name: str
    version: str
    task: str
    input: list[str]
    summary: dict[str, str]
    learns: bool | None
    content_hash: str
    change_note: str
    registered: str
    in_use: bool


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """Rows in = used + rejected + failed. ``sha256`` names the rows used."""

    name: str
    purpose: str
    source: str
    sha256: str
    rows_in: int
    rows_used: int
    rows_rejected: int
    rows_failed: int
    period_from: str
    period_to: str
    steward: str
    lawful_basis: str
    answers: dict[str, str]


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """``counts``: false where the settings were chosen on the same data, so that it is never a pass."""

    version: str
    state: str
    counts: bool
    worst: str
    share: Share | None
    dataset: str
    finished: str


class CriterionRow(msgspec.Struct, frozen=True, kw_only=True):
    """``approved_how``: ballot or signature. ``from_contribution``: the group whose contribution it comes from."""

    code: str
    sentence: str
    metric: str
    group_by: str
    comparison: str
    bound: str
    binding: bool
    state: str
    approved_how: str
    against_ballot: bool
    from_contribution: str
    checks: list[CheckRow]


class Oversight(msgspec.Struct, frozen=True, kw_only=True):
    """How people decide with the tool. ``choices``: determinations by choice; ``unaided``: before the advice."""

    decided: int
    waiting: int
    unaided: int
    aided: int
    withheld_share: float
    choices: dict[str, int]
    flags: dict[str, int]


class Appeals(msgspec.Struct, frozen=True, kw_only=True):
    """``days``: the time limit for an answer. ``median_days`` None while none is answered.

    ``path``: where flags are contested; "" where people appeal with the address of their own notice, and
    ``days_to_reply`` is None then.
    """

    path: str
    days: int
    days_to_reply: int | None
    received: int
    answered: int
    won: int
    waiting: int
    overdue: int
    median_days: float | None


class StageRow(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    stage: str
    since: str
    reason: str
    stopped: bool


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """``took_part``: whether the ledger has an entry. Counts are None for fewer than ten persons."""

    group: str
    took_part: bool
    persons: int | None
    entries: int | None
    phases: list[str]


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """A contribution with what came of it. ``led_to``: codes of criteria and versions."""

    contribution: int
    kind: str
    group: str
    outcome: str
    reason: str
    days: int
    led_to: list[str]


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    step: int
    passed: bool
    rule: str
    reason: str
    dissent: str
    against_ballot: bool
    decided: str


class ReviewRow(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    opened: str
    due: str
    state: str
    overdue: bool
    outcome: str
    reason: str
    groups: list[str]


class StopRow(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    metric: str
    bound: str
    minimum: int
    step_back_to: str
    state: str
    fired: int


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of how the tool does in use. ``slice``: the indicator, or "" for all."""

    metric: str
    slice: str
    share: Share


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """A benefit: ``kind`` efficiency or legitimacy; numbers are decimal text, ``measured`` "" until somebody did.

    ``beneficiaries`` says in words who benefits; "" while nobody has said so.
    """

    kind: str
    name: str
    unit: str
    baseline: str
    low: str
    high: str
    measured: str
    events: int
    reached: bool
    beneficiaries: str = ""


class DataUse(msgspec.Struct, frozen=True, kw_only=True):
    """A use of the data that earns money, and for whom; ``none``: a person said that there is no such use."""

    none: bool
    data: str
    use: str
    earner: str


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
    format: str = FORMAT


# Only people know these: the record asks for them until somebody has written them.
TYPED = (
    "description", "public_contact", "responsible_owner", "org_type", "org_unit", "territory", "policy_theme",
    "legal_basis", "intended_purpose", "out_of_scope_uses", "benefits", "previous_process", "explanation_and_notice",
    "training_of_staff", "service_process_url", "procurement", "supplier_data_access", "architecture",
    "source_code_url", "maintenance_monitoring", "personal_data", "sensitive_attributes", "representativeness",
    "collection_cleaning", "sharing_storage_security", "risks", "assessments", "tags", "limits",
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
