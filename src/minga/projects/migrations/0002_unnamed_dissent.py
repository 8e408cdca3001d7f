"""Dissent by position and group: names that were written into its text go."""

from typing import Any

from django.db import migrations, models


def rebuild(apps: Any, schema_editor: Any) -> None:
    """Each noted dissent again, from the positions that the board had given by then."""
    decisions = apps.get_model("projects", "GateDecision").objects
    positions = apps.get_model("projects", "Position").objects.select_related("person").order_by("pk")
    for gate in decisions.exclude(named=""):
        given = positions.filter(project=gate.project_id, step=gate.step, given__lte=gate.decided)
        last = {position.person_id: position for position in given}.values()
        gate.dissent = [{"position": p.pk, "group": p.person.group, "text": p.dissent} for p in last if p.dissent]
        gate.save(update_fields=["dissent"])


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("people", "0001_initial")]

    operations = [
        migrations.RenameField("gatedecision", "dissent", "named"),
        migrations.AddField("gatedecision", "dissent", models.JSONField(blank=True, default=list)),
        migrations.RunPython(rebuild, migrations.RunPython.noop),
        migrations.RemoveField("gatedecision", "named"),
    ]
