"""The full-text index, of the kind that the database has. Plain SQL: Django knows neither of them."""

from typing import Any

from django.db import migrations

SQLITE = (
    'CREATE VIRTUAL TABLE inventory_index USING fts5(name, body, purpose, tokenize = "unicode61 remove_diacritics 2")',
)
POSTGRESQL = (
    "CREATE TABLE inventory_index (system_id bigint PRIMARY KEY REFERENCES inventory_system (id) ON DELETE CASCADE, "
    "stems tsvector NOT NULL)",
    "CREATE INDEX inventory_index_stems ON inventory_index USING gin (stems)",
)


def create(apps: Any, schema_editor: Any) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE inventory_index", params=None)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
