"""What the parts of a criterion must be so that they fit together: measure, data, groups, options and bound.

Options: ``positive`` (the answer that is looked for), ``gap`` ("difference" or "ratio" between groups),
``perturbations`` (the changes that robustness tries), ``minimum_events`` (fewer are not enough evidence).
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from minga.design.metrics import OCDS, Metric
from minga.design.models import Dataset
from minga.design.table_metrics import ALONE, PERTURBATIONS, UPWARDS

GAPS = ("difference", "ratio")
KNOWN = {"positive", "gap", "perturbations", "minimum_events"}
MOST = Decimal("99999")


def faults(metric: Metric, dataset: Dataset, group_by: str, options: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by field; {} where all of it fits."""
    wrong: dict[str, str] = {}
    if dataset.kind not in metric.kinds:
        kinds = ", ".join(str(Dataset.Kind(kind).label) for kind in sorted(metric.kinds))
        wrong["metric"] = _("This is measured on: %(kinds)s. Choose such data, or another measure.") % {"kinds": kinds}
    elif metric.kinds == OCDS:
        if group_by and group_by not in metric.groups:
            wrong["group_by"] = _("This measure cannot be judged by this group.")
        if options:
            wrong["metric"] = _("This measure takes no further settings.")
    else:
        wrong |= _table_faults(metric, dataset, group_by, options)
    return wrong


def _table_faults(metric: Metric, dataset: Dataset, group_by: str, options: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    groups, asked = dataset.columns.get("groups", []), [name for name in group_by.split(",") if name]
    known = ", ".join(groups) or _("none")
    if len(asked) > 2 or len(set(asked)) < len(asked) or not set(asked) <= set(groups):
        wrong["group_by"] = _("Name one or two of the groups that these data have: %(known)s.") % {"known": known}
    elif asked and metric.name in ALONE:
        wrong["group_by"] = _("This measure is taken of all cases together.")
    if "truth" in metric.needs and not dataset.columns.get("truth"):
        wrong["metric"] = _("These data do not say what is true, so this cannot be measured on them.")
    if "positive" in metric.needs and not options.get("positive"):
        wrong["positive"] = _("Say which answer is looked for.")
    gap = options.get("gap", "")
    if gap and (gap not in GAPS or not asked):
        wrong["gap"] = _("A gap lies between groups, so say between which.")
    elif gap == "ratio" and metric.range[0] < 0:
        wrong["gap"] = _("This measure can be below 0, so ask for the difference.")
    return wrong | _option_faults(options)


def _option_faults(options: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if unknown := set(options) - KNOWN:
        wrong["metric"] = _("These settings are not known: %(names)s.") % {"names": ", ".join(sorted(unknown))}
    if not set(options.get("perturbations", ())) <= set(PERTURBATIONS):
        wrong["perturbations"] = _("Choose from the list.")
    events = options.get("minimum_events", 1)
    if not isinstance(events, int) or events < 1:
        wrong["minimum_events"] = _("Use a whole number from 1 on.")
    return wrong


def bound_in(bound: Decimal | str, metric: Metric, gap: str = "") -> tuple[Decimal, str]:
    """The bound as a number in the metric's unit, and what is wrong with it, or ""."""
    try:
        number = Decimal(str(bound))
    except InvalidOperation:
        return Decimal(0), _("This is not a number.")
    low, high = UPWARDS if gap == "difference" and metric.range[0] < 0 else metric.range
    if not number.is_finite() or not low <= number <= high or abs(number) > MOST:
        if metric.unit == "share" and metric.range[0] == 0:
            # xgettext:no-python-format
            return number, _("A share lies between 0 and 1, that is 0 and 100 %.")
        return number, _("This measure cannot have that value.")
    if number != round(number, 4):
        if metric.unit == "share":
            return number, _("Use at most two decimals of a per cent.")
        return number, _("Use at most four decimals.")
    return number, ""
