"""Several runs of one check: a seed that nobody chooses, and a lucky run that does not undo an unlucky one."""

import hashlib
import json
from collections.abc import Iterable

from django.db.models import QuerySet

from minga.design.models import Check, Criterion

MOST_SEED = (1 << 31) - 1
JUDGED = (Check.State.FAILED, Check.State.NOT_ENOUGH, Check.State.PASSED)
"""States that a run which came to its end can have, the worst first."""
MEASURED = ("metric", "group_by", "options", "minimum_group", "dataset")


def seed_of(criterion: Criterion) -> int:
    """The seed of every check of a criterion, 0..2^31 - 1.

    It follows from the project and from what is measured on which data, and from nothing that whoever asks for a check
    can choose: a version under another number, and the same criterion in other words, get the same. All versions are
    tried under the same one, so that what differs between them is the tool.
    """
    params = criterion.params
    told = [str(criterion.project.chain), {name: params.get(name) for name in MEASURED}]
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) & MOST_SEED


def deciding(runs: Iterable[Check]) -> Check | None:
    """Of the runs of one criterion on one version, the newest first, the one that counts.

    That is the newest, save where it came to a better end than an earlier run of the same tool on the same rows: then
    the earlier one counts, since trying again until a tool happens to pass is no evidence.
    """
    held = list(runs)
    if not held or held[0].state not in JUDGED:
        return held[0] if held else None
    same = [one for one in held if one.state in JUDGED and _is_same(one, held[0])]
    return min(same, key=lambda one: JUDGED.index(Check.State(one.state)))


def _is_same(one: Check, other: Check) -> bool:
    return (one.tool_hash, one.data_hash) == (other.tool_hash, other.data_hash)


def others(check: Check) -> QuerySet[Check]:
    """The other runs of this criterion on this version, the newest first."""
    runs = Check.objects.filter(criterion=check.criterion_id, version=check.version_id).exclude(pk=check.pk)
    return runs.select_related("project", "criterion", "version").order_by("-pk")


def overruled_by(check: Check) -> Check | None:
    """The worse run that counts instead of ``check``; None where it counts itself or a later one does."""
    runs = list(Check.objects.filter(criterion=check.criterion_id, version=check.version_id).order_by("-pk"))
    counts = deciding([run for run in runs if run.pk <= check.pk])
    return None if counts is None or counts.pk == check.pk else counts
