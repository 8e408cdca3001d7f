"""Everything that can happen to the inventory: a register is imported."""

from django.utils.translation import gettext as _

from minga.inventory import index
from minga.inventory.models import Source, System
from minga.inventory.readers import Reading, Row
from minga.ledger.action import Act, action
from minga.ledger.refusals import Invalid

BATCH = 500
_FIELDS = ("name", "body", "country", "language", "purpose", "stage", "url", "raw", "listed")


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
    source.added, source.changed, source.gone = _store(act, source, reading.rows)
    source.save()
    act.note(
        source=source.key,
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
            "file_name": reading.file_name,
            "sha256": reading.sha256,
            "imported": act.now,
            "rows_in": reading.rows_in,
            "used": len(reading.rows),
            "rejected": kinds.count("rejected"),
            "failed": kinds.count("failed"),
            "problems": problems,
        },
    )
    return source


def _store(act: Act, source: Source, rows: tuple[Row, ...]) -> tuple[int, int, int]:
    """Write what differs; returns how many systems are new, changed, and no longer listed."""
    known = {system.external_id: system for system in source.systems.all()}
    added, changed = [], []
    for row in rows:
        told = _told(source, row)
        system = known.pop(row.external_id, None)
        if system is None:
            added.append(System(source=source, external_id=row.external_id, updated=act.now, **told))
        elif any(getattr(system, name) != told[name] for name in _FIELDS):
            for name in _FIELDS:
                setattr(system, name, told[name])
            system.updated = act.now
            changed.append(system)
    System.objects.bulk_create(added, batch_size=BATCH)
    System.objects.bulk_update(changed, [*_FIELDS, "updated"], batch_size=BATCH)
    index.put([*added, *changed])
    gone = [system.pk for system in known.values() if system.listed]
    for start in range(0, len(gone), BATCH):
        System.objects.filter(pk__in=gone[start : start + BATCH]).update(listed=False, updated=act.now)
    return len(added), len(changed), len(gone)


def _told(source: Source, row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "body": row.body,
        "country": source.country,
        "language": source.language,
        "purpose": row.purpose,
        "stage": str(row.stage),
        "url": row.url,
        "raw": dict(row.raw),
        "listed": True,
    }
