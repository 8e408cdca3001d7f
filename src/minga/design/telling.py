"""A frozen criterion in plain words, for the people who vote on it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.design.charts import bound_text, group_text, measure_text
from minga.design.metrics import METRICS
from minga.design.models import Criterion, Dataset
from minga.engage.frozen import Part
from minga.projects.models import Project
from minga.web.format import day, whole


def tell(project: Project, row: Mapping[str, Any]) -> list[Part]:
    """What a row of a ballot's parameters says: measure, group, bound, data with their hash, whether it binds."""
    metric = METRICS.get(str(row.get("metric")))
    if metric is None:
        return []
    asked = Criterion(
        metric=metric.name, group_by=row["group_by"], comparison=row["comparison"], bound=Decimal(row["bound"]),
        options=row.get("options", {}),
    )  # fmt: skip
    parts = [Part(_("What is measured"), measure_text(asked))]
    if asked.group_by:
        parts.append(Part(_("For each"), group_text(asked)))
    parts.append(Part(_("The figure must be"), bound_text(asked)))
    parts.append(Part(_("Smallest group judged"), whole(row["minimum_group"])))
    parts.append(_data(project, str(row["dataset"] or "")))
    stands = _("It binds: no version is released without a pass.") if row["binding"] else ""
    parts.append(Part(_("What it does"), stands or _("It is advisory: the result is shown and blocks nothing.")))
    return parts


def _data(project: Project, sha256: str) -> Part:
    dataset = Dataset.objects.filter(project=project, sha256=sha256).first() if sha256 else None
    if dataset is None:
        return Part(_("Checked on"), _("data that are not here"), value=sha256)
    words = _("%(name)s, %(rows)s rows, brought in on %(day)s")
    told = {"name": dataset.name, "rows": whole(dataset.rows_used), "day": day(dataset.imported)}
    return Part(_("Checked on"), words % told, href=dataset.get_absolute_url(), value=f"SHA-256 {sha256}")
