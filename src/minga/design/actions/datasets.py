"""Data come in, are parted by date, and are looked at."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from minga.design import assessment, reading, store, tables
from minga.design.models import DataAssessment, Dataset
from minga.design.reading import Reading
from minga.design.store import Upload
from minga.engage.queries import person_of
from minga.instruments.actions import answer
from minga.ledger.action import Act, By, action, may
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.projects.models import Project
from minga.tools.base import ToolError

LARGE = 16 * 1024 * 1024
"""Files with more bytes than this are read by the worker; of gzip each counts as eight."""


def import_dataset(
    by: By,
    project: Project,
    source: str | Path | Upload,
    name: str,
    purpose: str,
    steward: str = "",
    lawful_basis: str = "",
    labels: Path | Mapping[str, str] | Upload | None = None,
    background: bool | None = None,
    columns: Mapping[str, Any] | None = None,
) -> Dataset:
    """Take in OCDS data from a path, an http(s) address or an upload; labels map a case (ocid) to its kind.

    With ``columns`` (as in ``Dataset``) the file is a table of cases, CSV or JSON Lines, that holds its own truth.
    Small files are read at once, large ones by the worker (``background`` decides it otherwise). Raises Invalid
    with what is wrong with the file, and then nothing is kept.
    """
    _may_import(by, project)
    required(name=name, purpose=purpose)
    about: dict[str, Any] = {"name": name, "purpose": purpose, "steward": steward, "lawful_basis": lawful_basis}
    try:
        if columns is not None:
            about |= {"kind": Dataset.Kind.TABLE, "columns": tables.checked_columns(columns)}
        shown, source_sha256, size, labels_sha256 = reading.receive(source, labels)
        kept = store.path_of(source_sha256)
        if background is None:
            background = size * (8 if store.is_gzip(kept) else 1) > LARGE
        if background:
            return receive_dataset(by, project, shown, source_sha256, size, labels_sha256, about)
        found = tables.read_any(kept, shown, Dataset(**about), labels_sha256)
    except ToolError as error:
        raise Invalid(
            _("This file could not be imported. Nothing was kept."), cause=str(error), fields={"file": str(error)}
        ) from None
    return keep_dataset(by, project, found, about)


def _may_import(by: By, project: Project) -> None:
    """Asked before a file is read, because reading is the expensive part."""
    if not may(by.actor, project, "dataset.imported"):
        raise NotAllowed(
            _("You may not import data here."), do=_("Ask the project's lead or its digital team to import them.")
        )


@action("dataset.received")
def receive_dataset(
    act: Act, shown: str, source_sha256: str, size: int, labels_sha256: str, about: Mapping[str, Any]
) -> Dataset:
    """A large file has arrived; the worker reads it. ``about``: name, purpose, steward, lawful_basis."""
    from minga.design.tasks import read_dataset

    dataset = Dataset.objects.create(
        project=act.place, state=Dataset.State.READING, source=shown[:400], source_sha256=source_sha256,
        size=size, labels_sha256=labels_sha256, imported=act.now, **about,
    )  # fmt: skip
    act.note(name=dataset.name, source_sha256=source_sha256, size=size)
    read_dataset.enqueue(dataset.pk)
    return dataset


def _fill(dataset: Dataset, found: Reading) -> Dataset:
    dataset.state = Dataset.State.READY
    dataset.source = found.name[:400]
    for name in (
        "source_sha256", "sha256", "ids_sha256", "problems_sha256", "labels_sha256", "size",
        "rows_in", "rows_used", "rows_rejected", "rows_failed", "period_from", "period_to",
    ):  # fmt: skip
        setattr(dataset, name, getattr(found, name))
    dataset.notices, dataset.profile = dict(found.notices), dict(found.profile)
    dataset.save()
    return dataset


def _note_rows(act: Act, dataset: Dataset) -> None:
    act.note(
        name=dataset.name,
        sha256=dataset.sha256,
        source_sha256=dataset.source_sha256,
        rows_in=dataset.rows_in,
        rows_used=dataset.rows_used,
        rows_rejected=dataset.rows_rejected,
        rows_failed=dataset.rows_failed,
    )


@action("dataset.imported")
def keep_dataset(
    act: Act, found: Reading, about: Mapping[str, Any] | None = None, dataset: Dataset | None = None
) -> Dataset:
    """Keep what a reading found, with ``about`` (as above), as a new dataset or in one that was received."""
    if dataset is None:
        dataset = Dataset(project=act.place, imported=act.now, **(about or {}))
    else:
        dataset = Dataset.objects.get(pk=dataset.pk)
        if dataset.state != Dataset.State.READING:
            raise Conflict(_("This file has been read already."))
        for name, value in (about or {}).items():
            setattr(dataset, name, value)
    _fill(dataset, found)
    _note_rows(act, dataset)
    return dataset


@action("dataset.refused")
def refuse_dataset(act: Act, dataset: Dataset, problem: str) -> Dataset:
    """A received file cannot be used; the reason stays with it."""
    dataset = Dataset.objects.get(pk=dataset.pk)
    if dataset.state != Dataset.State.READING:
        raise Conflict(_("This file has been read already."))
    dataset.state, dataset.refusal = Dataset.State.REFUSED, problem
    dataset.save(update_fields=["state", "refusal"])
    act.note(name=dataset.name)
    return dataset


def split_dataset(
    by: By, project: Project, dataset: Dataset, at: date, names: tuple[str, str] | None = None
) -> tuple[Dataset, Dataset]:
    """Part a dataset by the day a call opened: (before ``at``, from ``at`` on).

    So limits can be chosen on earlier calls and checked on later ones. Rows without a date stay with the earlier.
    """
    _may_import(by, project)
    if dataset.state != Dataset.State.READY:
        raise Blocked(_("This dataset has not been read yet."), do=_("Wait until it is."))
    if dataset.kind != Dataset.Kind.OCDS:
        raise Blocked(_("Only contracting data are parted by date here."), do=_("Import the two parts as two tables."))
    try:
        parts = reading.split(dataset.path, dataset.source, at, dataset.labels())
    except ToolError as error:
        raise Invalid(
            _("The data cannot be parted at this day."), cause=str(error), fields={"at": str(error)}
        ) from None
    default = (_("%(name)s, before %(day)s"), _("%(name)s, from %(day)s on"))
    given = names or tuple(words % {"name": dataset.name, "day": at.isoformat()} for words in default)
    earlier = keep_part(by.also("earlier"), project, parts[0], dataset, at, given[0])
    later = keep_part(by.also("later"), project, parts[1], dataset, at, given[1])
    return earlier, later


@action("dataset.split")
def keep_part(act: Act, found: Reading, dataset: Dataset, at: date, name: str) -> Dataset:
    """One part of a dataset, as a dataset of its own."""
    part = Dataset(
        project=act.place,
        name=name[:120],
        purpose=dataset.purpose,
        steward=dataset.steward,
        lawful_basis=dataset.lawful_basis,
        split_from=dataset,
        split_at=at,
        imported=act.now,
    )
    _fill(part, found)
    part.source = dataset.source
    part.save(update_fields=["source"])
    act.because(dataset)
    _note_rows(act, part)
    act.note(at=at.isoformat())
    return part


@action("dataset.assessed")
def assess_dataset(
    act: Act,
    dataset: Dataset,
    steward: str,
    lawful_basis: str,
    recipients: Sequence[Mapping[str, str]] = (),
    answers: Mapping[str, Any] | None = None,
) -> DataAssessment:
    """The six data questions about one dataset, all answered; recipients are [{"name": ..., "purpose": ...}].

    ``answers`` are saved first; without them those already saved count. Data are not for sale: a recipient
    with the purpose "sale" refuses the assessment.
    """
    required(steward=steward, lawful_basis=lawful_basis)
    _refuse_sale(recipients)
    if answers:
        answer(act.by.also("answers"), act.place, assessment.SET, answers, about=dataset)
    filled = assessment.filled(dataset)
    if filled.completeness.missing:
        raise Invalid(
            _("The data questions are not all answered yet."),
            reasons=assessment.titles(filled.completeness.missing),
            do=_("Answer these questions; what was saved before is kept."),
        )
    dataset.steward, dataset.lawful_basis = steward, lawful_basis
    dataset.save(update_fields=["steward", "lawful_basis"])
    kept = dict(filled.reading.answers)
    suggested = assessment.prefill(dataset)
    act.because(dataset)
    act.note(set=assessment.SET, set_version=filled.definition.version, recipients=len(recipients))
    return DataAssessment.objects.create(
        project=act.place,
        dataset=dataset,
        set_version=filled.definition.version,
        answers=kept,
        prefilled=sorted(key for key, value in suggested.items() if kept.get(key) == value),
        recipients=[{"name": one["name"], "purpose": one["purpose"]} for one in recipients],
        person_id=person_of(act.actor),
        assessed=act.now,
    )


SALE = "sale"


def _refuse_sale(recipients: Sequence[Mapping[str, str]]) -> None:
    for one in recipients:
        required(recipient_name=one.get("name"), recipient_purpose=one.get("purpose"))
        if one["purpose"].strip().lower() == SALE:
            raise Blocked(
                _("This assessment cannot be accepted."),
                reasons=[_("“%(name)s” would receive the data for sale.") % {"name": one["name"]}],
                cause=_("Public data about people and firms are shared for a public purpose, never sold."),
                do=_("Remove this recipient, or state and agree on another purpose."),
            )
