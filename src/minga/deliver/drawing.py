"""Which processes of a dataset come to the desk: the tool reads all, a lot picks. Nothing is written here."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import orjson
from django.utils.translation import gettext as _

from minga.deliver import rules
from minga.deliver.facts import days_open, facts, look
from minga.deliver.lots import in_share, lot
from minga.deliver.models import Stage
from minga.design.models import Dataset, Release
from minga.design.offered import installed
from minga.ledger.refusals import Invalid
from minga.tools.base import Advice, ToolError
from minga.tools.intake.lines import iter_json_lines
from minga.tools.intake.sources import open_source

LONGEST_SPREAD = 60
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Frozen:
    """One case as it will be kept."""

    process: str
    source: Mapping[str, Any]
    advice: Mapping[str, Any]
    flagged: bool
    decide_first: bool


@dataclass(slots=True)
class Plan:
    """What a draw found: ``read`` = drawn + sum of ``left_out`` + ``failed``, in processes of the dataset."""

    seed: int
    stage: str
    read: int = 0
    flagged: int = 0
    cases: list[Frozen] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    failed: int = 0
    problems: list[str] = field(default_factory=list)
    spread: dict[str, list[int]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short and exact, because the idempotency digest of the draw is made from it."""
        chosen = "\n".join(case.process for case in self.cases)
        return f"Plan({self.seed}, {self.stage}, {self.read}, {hashlib.sha256(chosen.encode()).hexdigest()})"


def flags(advice: Advice) -> bool:
    """Whether the tool proposes a closer look: it did not abstain and gives at least one sign."""
    return advice.abstained_because is None and bool(advice.reasons)


def plan(release: Release, dataset: Dataset, stage: str, seed: int, known: Collection[str]) -> Plan:
    """Run the release over the dataset and choose the cases. ``known`` are processes drawn before.

    Raises Invalid where the tool is not installed, cannot read its settings or cannot read the data.
    """
    drawn = Plan(seed, stage)
    advice = _advise(release, dataset, drawn)
    chosen = _choose(advice, release.project.chain, drawn, known)
    sources = _sources(dataset, chosen, drawn)
    first = rules.first_share()
    for process in sorted(chosen, key=lambda name: lot(seed, "order", name)):
        if process not in sources:
            continue
        told = advice[process]
        drawn.cases.append(
            Frozen(process, sources[process], told.as_json(), flags(told), lot(seed, "first", process) < first)
        )
    return drawn


def _fail(drawn: Plan, problem: str, count: int = 1) -> None:
    drawn.failed += count
    if len(drawn.problems) < MOST_PROBLEMS:
        drawn.problems.append(problem)


def _advise(release: Release, dataset: Dataset, drawn: Plan) -> dict[str, Advice]:
    """The tool's advice by process. A process that it answers twice counts once, the rest as failed."""
    version = release.version
    tool = installed().get(version.tool)
    if tool is None:
        raise Invalid(
            _("The tool “%(tool)s” is not installed here.") % {"tool": version.tool},
            cause=_("The release was made where it was, or its package is missing."),
            do=_("Install the tool and draw again."),
        )
    try:
        model = tool.train(None, seed=0, settings=version.settings)
        answers: Sequence[Advice] = tool.advise_all(model, dataset.path)
    except ToolError as error:
        raise Invalid(_("The tool could not read this dataset."), cause=str(error)) from error
    advice: dict[str, Advice] = {}
    for answer in answers:
        drawn.read += 1
        if answer.case in advice:
            _fail(drawn, _("%(process)s: answered twice, the first answer counts") % {"process": answer.case})
        else:
            advice[answer.case] = answer
    drawn.flagged = sum(map(flags, advice.values()))
    return advice


def _choose(advice: Mapping[str, Advice], chain: str, drawn: Plan, known: Collection[str]) -> set[str]:
    """Flagged and unflagged processes by lot, up to the capacity of the desk; the rest is counted."""
    left: Counter[str] = Counter()
    share = Stage(drawn.stage).share
    flagged: list[str] = []
    unflagged: list[str] = []
    for process, told in advice.items():
        if process in known:
            left["known"] += 1
        elif share and not in_share(chain, process, share):
            left["outside_share"] += 1
        elif told.abstained_because is not None:
            left["abstained"] += 1
        else:
            (flagged if flags(told) else unflagged).append(process)
    for pool in (flagged, unflagged):
        pool.sort(key=lambda name: lot(drawn.seed, "draw", name))
    room, portion = rules.capacity(), rules.unflagged_share()
    at_random = min(len(unflagged), round(room * portion))
    taken = flagged[: room - at_random]
    if taken and portion < 1:
        at_random = min(at_random, ceil(len(taken) * portion / (1 - portion)))
    left["flagged_beyond_capacity"] = len(flagged) - len(taken)
    left["unflagged_not_in_lot"] = len(unflagged) - at_random
    drawn.left_out = {why: count for why, count in left.items() if count}
    return {*taken, *unflagged[:at_random]}


def _sources(dataset: Dataset, chosen: Collection[str], drawn: Plan) -> dict[str, dict[str, Any]]:
    """The source of each chosen process, and the days open per method of all; a missing one has failed."""
    found: dict[str, dict[str, Any]] = {}
    spread: dict[str, Counter[int]] = {}
    for source in _read(dataset):
        process = str(source.get("ocid", ""))
        if (days := days_open(source)) is not None:
            spread.setdefault(facts(source).method, Counter())[min(days, LONGEST_SPREAD)] += 1
        if process in chosen and process not in found:
            found[process] = source
    for process in sorted(set(chosen) - set(found)):
        _fail(drawn, _("%(process)s: its source could not be read, so it is no case") % {"process": process})
    drawn.spread = {
        method: [counts[day] for day in range(LONGEST_SPREAD + 1)] for method, counts in sorted(spread.items())
    }
    return found


def _read(dataset: Dataset) -> Iterator[dict[str, Any]]:
    """The contracting releases of the dataset that can be decoded; the others were rejected at import."""
    with open_source(dataset.path) as stream:
        for _line, row in iter_json_lines(stream, strict=False):
            try:
                source = orjson.loads(row)
            except orjson.JSONDecodeError:
                continue
            if isinstance(source, dict):
                compiled = look(source, "compiledRelease")
                yield compiled if isinstance(compiled, dict) else source
