"""Everything that can happen to the inventory: a register is imported."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from minga.inventory import index
from minga.inventory.models import Source, System
from minga.inventory.readers import Reading, Row
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid

BATCH = 500
_FIELDS = ("name", "body", "unit", "country", "language", "purpose", "stage", "url", "raw", "canonical", "left_out",
           "facets", "digest", "listed", "updated")  # fmt: skip


@action("inventory.imported", level="group")
def import_inventory(act: Act, reading: Reading) -> Source:
    """Bring a register up to date with a reading of it (``minga.inventory.readers.read``). Place: ``BODY``.

    Known systems are updated, new ones added, and those that the register no longer has are kept and
    marked as no longer listed. Rows in = used + rejected + failed, with a reason for each row not used.
    """
    if not reading.rows:
        raise Invalid(
            _("No row of this file can be used, so nothing was imported."),
            cause="; ".join(f"{p.line}: {p.reason}" for p in reading.problems[:3]),
            do=_("Check that it is the right file and format."),
            fields={"file": _("No row of this file can be used.")},
        )
    source = _source(act, reading)
    source.added, source.changed, source.gone = _store(act, source, reading)
    source.save()
    act.note(
        source=source.key,
        standard=source.standard,
        file_sha256=reading.sha256,
        rows_in=source.rows_in,
        used=source.used,
        rejected=source.rejected,
        failed=source.failed,
        added=source.added,
        changed=source.changed,
        gone=source.gone,
    )
    return source


def _source(act: Act, reading: Reading) -> Source:
    register = reading.register
    kinds = [problem.kind for problem in reading.problems]
    problems = [{"line": p.line, "kind": p.kind, "why": p.why, "what": p.what} for p in reading.problems]
    source, _made = Source.objects.update_or_create(
        key=register.key,
        defaults={
            "name": register.name,
            "country": register.country,
            "language": register.language,
            "standard": reading.standard,
            "file_name": reading.file_name,
            "sha256": reading.sha256,
            "imported": act.now,
            "rows_in": reading.rows_in,
            "used": len(reading.rows),
            "rejected": kinds.count("rejected"),
            "failed": kinds.count("failed"),
            "problems": problems,
            "losses": [list(loss) for loss in reading.losses],
        },
    )
    return source


def _store(act: Act, source: Source, reading: Reading) -> tuple[int, int, int]:
    """Write what differs; returns how many systems are new, changed, and no longer listed."""
    rows = source.systems.values_list("external_id", "pk", "digest", "country", "language", "listed")
    known = {each[0]: each[1:] for each in rows}
    added, changed = [], []
    for row in reading.rows:
        system = _system(act, source, row)
        before = known.pop(row.external_id, None)
        if before is None:
            added.append(system)
        elif before[1:] != (system.digest, system.country, system.language, True):
            system.pk = before[0]
            changed.append(system)
    _write([*added, *changed])
    gone = [pk for pk, *_rest, listed in known.values() if listed] if reading.register.whole else []
    for start in range(0, len(gone), BATCH):
        System.objects.filter(pk__in=gone[start : start + BATCH]).update(listed=False, updated=act.now)
    return len(added), len(changed), len(gone)


def _write(systems: Iterable[System]) -> None:
    """One statement for a batch of new and changed systems: an update of each by itself takes many times as long."""
    written = System.objects.bulk_create(
        systems, batch_size=BATCH, update_conflicts=True, unique_fields=["source", "external_id"], update_fields=_FIELDS
    )
    index.put(written)


def _system(act: Act, source: Source, row: Row) -> System:
    return System(
        source=source,
        external_id=row.external_id,
        name=row.name,
        body=row.body,
        unit=row.unit,
        country=source.country,
        language=source.language,
        purpose=row.purpose,
        stage=row.stage,
        url=row.url,
        raw=dict(row.raw),
        canonical=dict(row.canonical),
        left_out=list(row.left_out),
        facets=dict(row.facets),
        digest=row.digest,
        updated=act.now,
    )
