"""Advice on texts: the first rule that holds, else the route with the best score, else a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minga.tools.base import Advice, Evidence, Phrase, Reason
from minga.tools.triage.features import Weighed
from minga.tools.triage.grams import batches
from minga.tools.triage.linear import Floats, Ints, Linear
from minga.tools.triage.model import Learned, Model
from minga.tools.triage.readable import common_words, tells_something
from minga.tools.triage.rules import Rule, Span, first_match
from minga.tools.triage.sentences import said, translations
from minga.tools.triage.settings import Settings

MOST_REASONS, LEAST_SHARE, MANY_UNKNOWN = 3, 0.05, 0.5
PRIORITY = "priority"

type Word = tuple[int, int, float]
"""Begin and end of a word in its text, and its share of all that speaks for the route."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch of n texts as the learned part sees them.

    ``best`` and ``second`` (n,) routes by score, ``chance`` (n,) that the best is right, ``chances`` (n, K) of the
    routes among themselves, ``known`` (n,) share of known stems.
    """

    best: Ints
    second: Ints
    chance: Floats
    chances: Floats
    known: Floats
    weighed: Weighed


def judge(learned: Learned, texts: Sequence[str]) -> Judged:
    """One batch; see ``minga.tools.triage.grams.batches``."""
    weighed = learned.linear.vocabulary.weigh(texts)
    scores = learned.linear.scores(weighed.matrix)
    best = scores.argmax(axis=1)
    others = scores.copy()
    others[np.arange(len(best)), best] = -np.inf
    chance = learned.confidence.right(scores, weighed.known)
    return Judged(best, others.argmax(axis=1), chance, learned.confidence.chances(scores), weighed.known[:, 0], weighed)


def speaking_words(linear: Linear, weighed: Weighed, route: Ints) -> list[list[Word]]:
    """For each text the words that add most to the score of its ``route`` (n,), the strongest first.

    What a gram adds (its value times its weight) goes to the word it lies in, of a pair half to each word, and is
    shared among the places where it stands.
    """
    grams, matrix = weighed.grams, weighed.matrix
    texts, features = matrix.shape
    row, word, other = (part[weighed.chosen] for part in (grams.row, grams.word, grams.other))
    cells = np.repeat(np.arange(texts), np.diff(matrix.indptr)) * features + matrix.indices
    place = np.searchsorted(cells, row * features + weighed.feature)
    adds = matrix.data[place] / weighed.times.data[place] * linear.weights[weighed.feature, route[row]]
    count = len(grams.start)
    sums = (np.bincount(word, adds, count) + np.bincount(other, adds, count)) / 2
    sums = np.maximum(sums, 0)
    total = np.bincount(grams.word_row, sums, texts)
    share = sums / np.where(total > 0, total, 1)[grams.word_row]
    return _strongest(grams.word_row, grams.start, grams.end, share, texts)


def _strongest(row: Ints, start: Ints, end: Ints, share: Floats, texts: int) -> list[list[Word]]:
    order = np.lexsort((start, -share, row))
    kept = order[share[order] >= LEAST_SHARE]
    found: list[list[Word]] = [[] for _ in range(texts)]
    for at, begin, stop, part in zip(
        row[kept].tolist(), start[kept].tolist(), end[kept].tolist(), share[kept].tolist(), strict=True
    ):
        found[at].append((begin, stop, part))
    return found


def advise(model: Model, cases: Sequence[str], texts: Sequence[str], column: str) -> Iterator[Advice]:
    """Advice on each of ``texts`` in their order; ``column`` names the text in pointers to the evidence."""
    for part in batches(texts):
        some, names = texts[part], cases[part]
        ruled = [first_match(model.settings.rules, text) for text in some]
        left = [place for place, found in enumerate(ruled) if found is None and some[place].strip()]
        told = iter(_learned(model, [some[n] for n in left], [names[n] for n in left], column))
        for name, text, found in zip(names, some, ruled, strict=True):
            if found is not None:
                yield _by_rule(model.settings, name, text, *found, column)
            elif not text.strip():
                yield abstention(name, said("abstained", "no_text"), {})
            else:
                yield next(told)


def abstention(case: str, cause: Phrase, tested: Mapping[str, Phrase]) -> Advice:
    words = translations([cause, *tested.values()])
    return Advice(case, abstained_because=cause["en"], tested=_english(tested), translations=words)


def _english(tested: Mapping[str, Phrase]) -> dict[str, str]:
    return {code: phrase["en"] for code, phrase in tested.items()}


def pointer(column: str, start: int, end: int) -> str:
    """Characters ``start`` to before ``end`` of a column, written as in RFC 5147."""
    return f"{column}#char={start},{end}"


def urgency(settings: Settings, route: str, rule: Rule | None = None) -> list[tuple[Reason, list[Phrase]]]:
    """The reason "priority" and its sentences, or none for a usual case.

    It measures the share of the usual wait that is cut, 1 - 2 ** -priority in 0..1, as each step of priority halves
    the wait allowed (see ``minga.tools.triage.queue``).
    """
    priority = settings.priority_of(route, rule)
    if not priority:
        return []
    by_rule = rule is not None and rule.priority is not None
    name = rule.name if rule is not None and by_rule else route
    sentence = said("reasons", "rule_priority" if by_rule else "priority", name=name, priority=f"{priority:g}",
        share=0.5**priority)  # fmt: skip
    unit = said("units", "urgency")
    figures = {"priority": priority, "set_by": name}
    return [
        (Reason(PRIORITY, sentence["en"], round(1 - 0.5**priority, 6), None, unit["en"], figures), [sentence, unit])
    ]


def _by_rule(settings: Settings, case: str, text: str, rule: Rule, spans: Sequence[Span], column: str) -> Advice:
    words = ", ".join(f"“{text[start:end]}”" for start, end in spans)
    sentence, read_as = said("reasons", "rule", name=rule.name, words=words), said("read_as", "rule")
    evidence = tuple(Evidence(pointer(column, *span), text[span[0] : span[1]], read_as["en"]) for span in spans)
    reason = Reason("rule", sentence["en"], figures={"rule": rule.name}, evidence=evidence)
    urgent = urgency(settings, rule.route, rule)
    phrases = [sentence, read_as, *(phrase for _, some in urgent for phrase in some)]
    reasons = (reason, *(more for more, _ in urgent))
    return Advice(case, proposal=rule.route, reasons=reasons, translations=translations(phrases))


def _learned(model: Model, texts: Sequence[str], cases: Sequence[str], column: str) -> Iterator[Advice]:
    if not texts:
        return
    count = len(model.settings.rules)
    rules = {"rules": said("tested", "rules", count=count)} if count else {}
    if model.learned is None:
        cause = said("abstained", "nothing_learned")
        yield from (abstention(case, cause, rules) for case in cases)
        return
    judged = judge(model.learned, texts)
    words = speaking_words(model.learned.linear, judged.weighed, judged.best)
    for place, (case, text) in enumerate(zip(cases, texts, strict=True)):
        chance = float(judged.chance[place])
        if chance < model.settings.threshold:
            cause = _why(chance, model.settings.threshold, float(judged.known[place]))
            yield abstention(case, cause, rules)
            continue
        route, second = (model.learned.routes[number[place]] for number in (judged.best, judged.second))
        urgent = urgency(model.settings, route)
        yield _proposed(case, text, route, second, chance, words[place], column, rules, urgent)


def _why(chance: float, bound: float, known: float) -> Phrase:
    return (
        said("abstained", "unknown")
        if known < MANY_UNKNOWN
        else said("abstained", "unsure", chance=chance, bound=bound)
    )


def _proposed(
    case: str,
    text: str,
    route: str,
    second: str,
    chance: float,
    words: Sequence[Word],
    column: str,
    rules: Mapping[str, Phrase],
    urgent: Sequence[tuple[Reason, list[Phrase]]],
) -> Advice:
    tested = {**rules, "second": said("tested", "second", route=second)}
    read_as, unit = said("read_as", "word"), said("units", "share")
    reasons: dict[str, Reason] = {}
    phrases = [*tested.values(), read_as, unit]
    common = common_words(text)
    for start, end, share in words:
        word = text[start:end]
        if len(reasons) < MOST_REASONS and word.lower() not in reasons and tells_something(word, common):
            sentence = said("reasons", "word", word=word, route=route)
            evidence = (Evidence(pointer(column, start, end), word, read_as["en"]),)
            reasons[word.lower()] = Reason("word", sentence["en"], round(share, 4), None, unit["en"], evidence=evidence)
            phrases.append(sentence)
    if not reasons:
        none = said("reasons", "no_word")
        reasons[""] = Reason("no_word", none["en"])
        phrases.append(none)
    phrases += [phrase for _, some in urgent for phrase in some]
    told = (*reasons.values(), *(reason for reason, _ in urgent))
    return Advice(
        case, proposal=route, probability=round(chance, 6), reasons=told, tested=_english(tested),
        translations=translations(phrases),
    )  # fmt: skip


def forced(model: Model, texts: Sequence[str]) -> tuple[list[str], Floats, Floats, NDArray[np.bool_]]:
    """(best route of each text, chance that it is right, (n, K) chances of the learned routes, whether a rule decided).

    A text that a rule decides has a chance of 1 and, where its route was learned too, all of the chances there.
    """
    routes = model.learned.routes if model.learned else ()
    best, ruled = [""] * len(texts), np.zeros(len(texts), bool)
    chance, chances = np.zeros(len(texts)), np.zeros((len(texts), len(routes)))
    for part in batches(texts):
        if model.learned is not None:
            judged = judge(model.learned, texts[part])
            best[part] = [routes[number] for number in judged.best]
            chance[part], chances[part] = judged.chance, judged.chances
        for place in range(part.start, part.stop):
            if found := first_match(model.settings.rules, texts[place]):
                best[place], chance[place], ruled[place] = found[0].route, 1.0, True
                chances[place] = [float(route == found[0].route) for route in routes]
    return best, chance, chances, ruled


def known_share(model: Model, texts: Sequence[str]) -> Any:
    """(n,) share of the stems of each text that were met in training; None where nothing was learned."""
    if model.learned is None:
        return None
    parts = [model.learned.linear.vocabulary.weigh(texts[part]).known[:, 0] for part in batches(texts)]
    return np.concatenate(parts or [np.zeros(0)])
