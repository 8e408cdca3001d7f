"""A check on a table of cases: the tool is asked about each, without the truth, and measured against it."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import batched, count
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.design import evaluation, table_doubts, table_metrics, tables
from minga.design.metrics import METRICS, TABLES, Measured, as_json, exactly, judge, unit_of
from minga.design.models import Check, Criterion, Dataset
from minga.design.table_doubts import without_case
from minga.tools.base import Advice, ToolError, merged
from minga.tools.providers import Answer, Prices, cost_per_1000
from minga.tools.spent import Clock

if TYPE_CHECKING:
    from minga.design.tools import Ask
    from minga.tools.measure import Answers

BATCH = 1000
MOST_WRONG = 200
MOST_FAILURES = 5


@dataclass(slots=True)
class Asked:
    """What came back, column by column; a failure stands as no proposal, for a person got no help from it."""

    cases: list[str] = field(default_factory=list)
    truth: list[str | None] = field(default_factory=list)
    proposal: list[str | None] = field(default_factory=list)
    probability: list[float | None] = field(default_factory=list)
    seconds: list[float | None] = field(default_factory=list)
    cost: list[float | None] = field(default_factory=list)
    groups: dict[str, list[str | None]] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    tokens: int = 0
    currency: str = ""
    costs: list[Decimal | None] = field(default_factory=list)
    private: bool = True

    def add(self, row: tables.Row, columns: Mapping[str, Any], answer: Answer, prices: Prices) -> None:
        if answer.failure:
            self.failed.add(len(self.cases))
            self.failures[without_case(answer.failure) if self.private else answer.failure] += 1
        cost = cost_per_1000([answer], prices)
        self.cases.append(tables.text_of(row[columns["id"]]) or "")
        self.truth.append(tables.text_of(row.get(columns.get("truth", ""))))
        self.proposal.append(answer.advice.proposal if answer.advice else None)
        self.probability.append(answer.advice.probability if answer.advice else None)
        self.seconds.append(answer.wall_seconds)
        self.cost.append(None if cost is None else float(cost) / 1000)
        self.costs.append(cost)
        self.cpu_seconds += answer.cpu_seconds
        self.tokens += answer.tokens_in + answer.tokens_out
        for name in columns.get("groups", ()):
            self.groups.setdefault(name, []).append(tables.text_of(row.get(name)))

    @property
    def cost_per_1000(self) -> Decimal | None:
        """The mean over all cases; None where any case has no known cost, for the sum would be too low."""
        known = [cost for cost in self.costs if cost is not None]
        return sum(known, Decimal(0)) / len(known) if known and len(known) == len(self.costs) else None

    def answers(self) -> "Answers":
        from minga.tools.measure import Answers

        return Answers.from_columns(
            truth=self.truth, proposal=self.proposal, cases=self.cases, probability=self.probability,
            seconds=self.seconds, cost=self.cost, groups=self.groups,
        )  # fmt: skip

    def lacking(self, needs: Iterable[str]) -> int:
        """Cases that the tool answered and that still lack what a metric needs."""
        by_need: dict[str, Sequence[Any]] = {"truth": self.truth, "probability": self.probability, "cost": self.cost}
        columns = [by_need[need] for need in needs if need in by_need]
        places = (place for place in range(len(self.cases)) if place not in self.failed)
        return sum(any(column[place] is None for column in columns) for place in places)


def run(check: Check, progress: evaluation.Progress) -> evaluation.Result:
    """Run the check; raises ToolError where it cannot be done, and where the tool failed on every case."""
    clock = Clock()
    criterion, version, dataset = check.criterion, check.version, check.dataset
    if not METRICS[criterion.metric].kinds & TABLES:
        words = _("“%(metric)s” is measured on contracting data, and “%(data)s” is a table. Propose another criterion.")
        raise ToolError(words % {"metric": METRICS[criterion.metric].title, "data": dataset.name})
    data_hash = evaluation.same_file(dataset)
    overlap = evaluation.overlap_of(version, dataset)
    asked, measured = _asked(check, progress)
    progress(80)
    answers = asked.answers()
    if criterion.metric != "robustness":
        measured = table_metrics.found(criterion, answers, check.seed)
    judged = judge(criterion, measured)
    notes = table_doubts.notes(check, asked.proposal, asked.probability)
    if judged.state == "passed" and table_doubts.hollow(criterion, asked.proposal, asked.probability):
        judged = judge(criterion, [replace(one, value=None) for one in measured])
    progress(90)
    baseline = _baseline(criterion, answers, check.seed)
    spent = clock.read()
    figures = {
        **_account(check, asked),
        **baseline,
        "groups": [as_json(criterion, one, verdict) for one, verdict in judged.rows],
        "notes": list(notes),
        "translations": merged(baseline["translations"], {"es": notes}),
        "wrong": _wrong(asked) if criterion.metric == "exact_match" and not asked.private else [],
        "overlap": overlap,
        "seconds": spent["seconds"],
        "peak_memory_mib": round(spent["peak_memory_mib"]),
    }
    worst = judged.worst
    return evaluation.Result(
        state=judged.state, counts=overlap == 0, same_data=overlap > 0, figures=figures,
        worst=(worst.label or str(METRICS[criterion.metric].title))[:200] if worst else "",
        worst_value=round(exactly(worst), 6) if worst else None,
        tool_hash=version.content_hash, data_hash=data_hash,
        duration_ms=round(spent["seconds"] * 1000), cpu_ms=round(asked.cpu_seconds * 1000),
        cost_per_1000=asked.cost_per_1000,
    )  # fmt: skip


def _asked(check: Check, progress: evaluation.Progress) -> tuple[Asked, list[Measured]]:
    """Every case asked once; for robustness the changed ones besides, and what that found."""
    from minga.design import tools

    columns = check.dataset.columns
    asked = Asked(private=check.dataset.kind != Dataset.Kind.SUITE)
    prices = tools.spec_of(check.version).prices
    asked.currency = prices.currency
    with tools.opened(check.version) as opened:
        ask = unnamed(check, opened)
        for batch in batched(tables.shuffled(check.dataset, check.seed), BATCH):
            answers = ask([tables.case_of(row, columns) for row in batch])
            for row, answer in zip(batch, answers, strict=True):
                asked.add(row, columns, answer, prices)
            progress(5 + 65 * len(asked.cases) // max(1, check.dataset.rows_used))
        if len(asked.failed) == len(asked.cases):
            first = asked.failures.most_common(1)
            words = _("The tool could not answer a single case. The most frequent reason: %(reason)s")
            raise ToolError(words % {"reason": first[0][0] if first else _("there is no case")})
        found = _robustness(check, ask) if check.criterion.metric == "robustness" else []
    return asked, found


def unnamed(check: Check, ask: "Ask") -> "Ask":
    """Ask under numbers that never come twice: a name may hold the answer, or bring back what was said before.

    A tool that is meant to see the names, because its description lists "id", is given them.
    """
    from minga.design import tools

    if "id" in tools.spec_of(check.version).fields:
        return ask
    numbers = count(1)
    return lambda cases: ask([{**case, "id": str(next(numbers))} for case in cases])


def _robustness(check: Check, ask: "Ask") -> list[Measured]:
    from minga.tools.measure import Setting, robustness

    order = random.Random(check.seed)  # noqa: S311  an order that can be repeated, no secret

    def advise_all(cases: Sequence[dict[str, Any]]) -> list[Advice]:
        mixed = order.sample(cases, len(cases))
        answers = zip(mixed, ask(mixed), strict=True)
        return [replace(answer.advice, case=str(case["id"])) for case, answer in answers if answer.advice]

    cases = [tables.case_of(row, check.dataset.columns) for row in tables.rows_of(check.dataset)]
    kinds = table_metrics.kinds_asked(check.criterion)
    told = robustness(
        advise_all, cases, kinds, check.seed, setting=Setting(), minimum_group=check.criterion.minimum_group
    )
    return [table_metrics.as_measured(one.row, sign=one.kind, group="") for one in told]


def _account(check: Check, asked: Asked) -> dict[str, Any]:
    """What became of every row, and what the tool could not do."""
    total, failed = len(asked.cases), len(asked.failed)
    rejected = asked.lacking(METRICS[check.criterion.metric].needs)
    return {
        "rows": {"in": total, "used": total - rejected - failed, "rejected": rejected, "failed": failed},
        "failures": [[reason, count] for reason, count in asked.failures.most_common(MOST_FAILURES)],
        "metric": check.criterion.metric,
        "unit": unit_of(check.criterion.metric, check.criterion.options.get("gap", "")),
        "options": check.criterion.options,
        "seed": check.seed,
        "tokens": asked.tokens,
        "currency": asked.currency,
    }


def _baseline(criterion: Criterion, answers: "Answers", seed: int) -> dict[str, Any]:
    """What always giving the most frequent truth reaches on the same cases: every report opens with it."""
    other = table_metrics.simplest(answers)
    if other is None or criterion.metric in {"cost_per_1000", "latency_p50", "latency_p95", "robustness"}:
        return {"baseline": [], "baseline_sentence": "", "translations": {}}
    plain = criterion.metric in table_metrics.ALONE
    options = {} if plain else {name: value for name, value in criterion.options.items() if name != "gap"}
    like = Criterion(
        metric="accuracy" if plain else criterion.metric, group_by="" if plain else criterion.group_by,
        minimum_group=criterion.minimum_group, options=options,
        comparison=criterion.comparison, bound=criterion.bound,
    )  # fmt: skip
    rows = [
        {"metric": like.metric, "sign": one.sign, "group": one.group, "count": one.count, "of": one.of,
         "value": one.value, "low": one.low, "high": one.high}
        for one in table_metrics.found(like, other, seed)
    ]  # fmt: skip
    english, translations = _sentence(answers, other)
    return {"baseline": rows, "baseline_sentence": english, "translations": translations}


def _sentence(answers: "Answers", other: "Answers") -> tuple[str, dict[str, dict[str, str]]]:
    label = next((text for text in other.proposal_texts.tolist() if text is not None), "")
    known = answers.truth >= 0
    told = {
        "label": label,
        "all": int(known.sum()),
        "simple": int((other.proposal[known] == other.truth[known]).sum()),
        "tool": int((answers.proposal[known] == answers.truth[known]).sum()),
    }
    said = {}
    for language in ("en", "es"):
        with override(language):
            words = _(
                "Always answering “%(label)s” needs no learning: it is right in %(simple)s of %(all)s cases, "
                "the tool in %(tool)s."
            )
            said[language] = words % told
    return said["en"], {"es": {said["en"]: said["es"]}}


def _wrong(asked: Asked) -> list[dict[str, str | None]]:
    """The cases that did not come out as people wrote, the first 200."""
    rows = zip(asked.cases, asked.truth, asked.proposal, strict=True)
    found = [{"case": case, "expected": truth, "given": given} for case, truth, given in rows if truth != given]
    return found[:MOST_WRONG]
