"""Triggers: entries are never changed or deleted (an actor's key and salt may be erased), edges follow from them."""

from typing import Any

from django.db import migrations

SEALED = (
    "chain", "seq", "previous", "hash", "actor", '"group"', "phase", "level", "action", "subject_kind",
    "subject_id", "because", "happened", "recorded", "history", "payload",
)  # fmt: skip

SQLITE = (
    f"""CREATE TRIGGER ledger_entry_sealed BEFORE UPDATE OF {", ".join(SEALED)} ON ledger_entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: an entry is never changed'); END""",
    """CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: an entry is never deleted'); END""",
    """CREATE TRIGGER ledger_entry_edges AFTER INSERT ON ledger_entry WHEN NEW.because <> '[]'
        BEGIN INSERT INTO ledger_edge (entry_id, cause_kind, cause_id)
        SELECT NEW.id, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(NEW.because); END""",
)

POSTGRESQL = (
    """CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'the ledger is append-only: an entry is never changed or deleted'; END $$""",
    f"""CREATE TRIGGER ledger_entry_sealed BEFORE UPDATE OF {", ".join(SEALED)} ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
        FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE FUNCTION ledger_write_edges() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO ledger_edge (entry_id, cause_kind, cause_id)
        SELECT NEW.id, pair->>0, pair->>1 FROM jsonb_array_elements(NEW.because::jsonb) AS pair;
        RETURN NEW; END $$""",
    """CREATE TRIGGER ledger_entry_edges AFTER INSERT ON ledger_entry FOR EACH ROW
        WHEN (NEW.because <> '[]') EXECUTE FUNCTION ledger_write_edges()""",
)


def seal(apps: Any, schema_editor: Any) -> None:
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
