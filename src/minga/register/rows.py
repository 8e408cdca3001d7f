"""The parts of the public record: what its fields are made of. Shares lie in 0..1, days are ISO dates, "" unknown."""

import msgspec


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
    """Rows in = used + rejected + failed. ``sha256`` names the rows used.

    ``uses``: development (checks or settings were made on it), operational (cases were read from it while in use).
    """

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
    uses: list[str] = []


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


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """The last time that the stop switch was tried: ``hidden`` of ``looked_at`` cases showed no advice."""

    day: str
    hidden: int
    looked_at: int

    @property
    def passed(self) -> bool:
        return self.looked_at > 0 and self.hidden == self.looked_at


class Oversight(msgspec.Struct, frozen=True, kw_only=True):
    """How people decide with the tool. ``choices``: determinations by choice; ``unaided``: before the advice.

    ``drill`` None while nobody has tried the stop switch.
    """

    decided: int
    waiting: int
    unaided: int
    aided: int
    withheld_share: float
    choices: dict[str, int]
    flags: dict[str, int]
    drill: Tried | None = None


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


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """A way in which people were asked: ``method`` of the code list consultation, how often, and the last day."""

    method: str
    times: int
    last: str


class IncidentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An incident with a public summary; ``severity`` and ``harm`` as in ``assess.models.Incident``."""

    code: str
    summary: str
    happened: str
    severity: str
    harm: str
    affected: str
    action: str
    state: str
    path: str
