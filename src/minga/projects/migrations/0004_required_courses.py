import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_tasks_and_offices")]

    operations = [
        migrations.CreateModel(
            name="RequiredCourse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.PositiveSmallIntegerField(default=0)),
                ("course", models.CharField(max_length=80)),
                ("only_high", models.BooleanField(default=False)),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended", models.DateTimeField(null=True)),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="required_courses",
                        to="projects.project",
                    ),
                ),
            ],
            options={
                "ordering": ["step", "course", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None), ("project__isnull", False)),
                        fields=("project", "step", "course"),
                        name="one_current_requirement",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended", None), ("project__isnull", True)),
                        fields=("step", "course"),
                        name="one_current_body_requirement",
                    ),
                ],
            },
        ),
    ]
