"""The parts of a canonical record: what registers say as one text, and we know in pieces.

Every part can be told in one text (its first field of the type Text), so that imported prose has a place without
being taken apart: ``Risk(risk={"nl": "..."})``. None is "not stated"; "no" is the code ``no``, and an empty list
says that there are none.
"""

from typing import Any

import msgspec

type Text = dict[str, str]
"""The same text by language (two letters)."""
type Code = str
"""A value of one of the lists in codes/."""
type Day = str
"""YYYY-MM-DD, YYYY-MM or YYYY: as much as is known."""
type Url = str


class Part(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Something with several sides, each of which may be unknown (None)."""


class Kept(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A field of a standard that the record cannot hold as it was written.

    ``over``: fingerprint of what the record alone would say there when it was read; once the record says something
    else, the kept value is out of date. ``absent``: the field was not there at all.
    """

    value: Any = None
    over: str = ""
    absent: bool = False


class Link(Part):
    """``kind``: page (of the body), record (this record elsewhere), developer."""

    url: Url | None = None
    kind: str | None = None


class Scope(Part):
    """How much of the record is for the public, and why not all of it."""

    code: Code | None = None
    reason: Text | None = None


class Body(Part):
    name: str | None = None
    identifier: str | None = None
    address: str | None = None
    contact: str | None = None


class Author(Part):
    name: str | None = None
    role: str | None = None
    contact: str | None = None


class Provider(Part):
    """``capacity``: a value of the list capacity; None for a supplier of whatever kind."""

    name: str | None = None
    identifier: str | None = None
    address: str | None = None
    contact: str | None = None
    capacity: Code | None = None
    role: Text | None = None
    url: Url | None = None


class Procurement(Part):
    procedure: Text | None = None
    reference: str | None = None
    contract_url: Url | None = None
    clauses: Text | None = None


class Authority(Part):
    """A permission to run the system, or a certificate of it."""

    held: Code | None = None
    reference: str | None = None
    date: Day | None = None
    expiry: Day | None = None
    url: Url | None = None
    text: Text | None = None


class Indicator(Part):
    name: Text | None = None
    value: Text | None = None
    expected: Text | None = None
    date: Day | None = None


class Alternative(Part):
    text: Text | None = None
    title: Text | None = None
    verdict: Text | None = None


class Law(Part):
    text: Text | None = None
    act: str | None = None
    article: str | None = None
    url: Url | None = None


class Affected(Part):
    """``low`` to ``high``: how many persons at least and at most."""

    group: Text | None = None
    how: Text | None = None
    low: int | None = None
    high: int | None = None


class Scale(Part):
    text: Text | None = None
    per_period: Text | None = None
    people: int | None = None
    money: Text | None = None
    share: Code | None = None


class Stated(Part):
    """A code, such as yes or in_progress, and what is said about it."""

    code: Code | None = None
    text: Text | None = None


class Appeal(Part):
    """``deadline_days``: the time within which an appeal is answered."""

    state: Code | None = None
    text: Text | None = None
    url: Url | None = None
    deadline_days: int | None = None


class Model(Part):
    name: str | None = None
    version: str | None = None
    task: Text | None = None
    input: Text | None = None
    output: Text | None = None
    architecture: Text | None = None
    content_hash: str | None = None


class Performance(Part):
    """``value`` as decimal text. ``kind``: testing (before use) or figure; ``state`` answers whether it was done."""

    text: Text | None = None
    kind: str | None = None
    state: Code | None = None
    metric: Text | None = None
    value: str | None = None
    slice: Text | None = None
    dataset: str | None = None
    date: Day | None = None


class Fairness(Part):
    text: Text | None = None
    group: Text | None = None
    metric: Text | None = None
    value: str | None = None


class SourceCode(Part):
    custom: Code | None = None
    url: Url | None = None
    licence: str | None = None


class Monitoring(Part):
    plan: Text | None = None
    state: Code | None = None
    frequency: Text | None = None


class Dataset(Part):
    """``stage``: development or operational."""

    name: str | None = None
    description: Text | None = None
    purpose: Text | None = None
    owner: str | None = None
    url: Url | None = None
    from_date: Day | None = None
    to_date: Day | None = None
    quantity: Text | None = None
    stage: Code | None = None


class Personal(Part):
    state: Code | None = None
    text: Text | None = None


class Attribute(Part):
    """A characteristic of persons that is used: a value of the list attribute, or a text."""

    which: Code | None = None
    text: Text | None = None


class Collection(Part):
    collection: Text | None = None
    cleaning: Text | None = None


class Handling(Part):
    sharing: Text | None = None
    storage: Text | None = None
    security: Text | None = None


class EuRisk(Part):
    """``annex_iii_point``: "5" or "5(b)"; ``answers`` are those that the class was computed from."""

    risk_class: Code | None = None
    annex_iii_point: str | None = None
    art6_3_ground: Code | None = None
    text: Text | None = None
    answers: dict[str, Any] | None = None


class CaImpact(Part):
    """Scores change with the version of the questionnaire, so the answers stay with them.

    ``answers``: those that no other field holds; an export to ca has all.
    """

    raw: int | None = None
    mitigation: int | None = None
    current: int | None = None
    level: int | None = None
    questionnaire_version: str | None = None
    answers: dict[str, Any] | None = None


class Impact(Part):
    level: Code | None = None
    why: Text | None = None


class Impacts(Part):
    """Effects on people by what they touch; ``text`` where they are told in one piece."""

    text: Text | None = None
    rights: Impact | None = None
    equality: Impact | None = None
    health: Impact | None = None
    economic: Impact | None = None
    environment: Impact | None = None
    wrongly_treated: Impact | None = None
    reversible: Code | None = None
    duration: Code | None = None
    why: Text | None = None


class Risk(Part):
    risk: Text | None = None
    likelihood: Text | None = None
    severity: Text | None = None
    mitigation: Text | None = None
    owner: Text | None = None
    status: Text | None = None


class Assessment(Part):
    """``kind``: a value of the list assessment; ``state`` whether it was done; ``title`` its own name."""

    summary: Text | None = None
    kind: Code | None = None
    state: Code | None = None
    title: str | None = None
    date: Day | None = None
    url: Url | None = None
    level: str | None = None


class Review(Part):
    """``code``: who made it, or how far it is (list review)."""

    code: Code | None = None
    findings: Text | None = None
    who: Text | None = None
    date: Day | None = None
    url: Url | None = None


class Conformity(Part):
    """What shows that a product meets its law: a certificate, a declaration, instructions, its entry elsewhere."""

    text: Text | None = None
    certificate: str | None = None
    certificate_url: Url | None = None
    expiry: Day | None = None
    declaration_url: Url | None = None
    instructions_url: Url | None = None
    entry_url: Url | None = None


class Event(Part):
    """``how_many`` persons; ``method``: a value of the list consultation."""

    text: Text | None = None
    method: Code | None = None
    stage: str | None = None
    when: Day | None = None
    who: Text | None = None
    how_many: int | None = None
    minutes_url: Url | None = None


class Effect(Part):
    change: Text | None = None
    input: Text | None = None
    response: Text | None = None
    decided_by: Text | None = None


class Concern(Part):
    concern: Text | None = None
    raised_by: Text | None = None
    status: Text | None = None


class Feedback(Part):
    question: Text | None = None
    kind: str | None = None
    date: Day | None = None
    answer: Text | None = None
    days_open: int | None = None


class Evaluation(Part):
    result: Text | None = None
    due: Day | None = None
    done: Day | None = None
    url: Url | None = None


class Incident(Part):
    harm: Text | None = None
    date: Day | None = None
    groups: list[Text] | None = None
    fix: Text | None = None
    public_url: Url | None = None


class Change(Part):
    """``kind``: published, updated or changed; ``field`` with ``old`` and ``new`` where it was one field."""

    why: Text | None = None
    kind: str | None = None
    date: Day | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    by: str | None = None


class EvidenceLink(Part):
    """``source``: log, test, minutes or contract; ``sha256`` names its content."""

    field: str | None = None
    source: str | None = None
    sha256: str | None = None
    checked: Day | None = None
    url: Url | None = None
