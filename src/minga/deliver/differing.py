"""How a decision differs from the advice, or from the decision that it revises, kept with it as data."""

from difflib import unified_diff
from typing import Any

from minga.deliver.models import Case, Determination


def against_advice(case: Case, made: Determination, why: str | None) -> dict[str, Any]:
    """What the tool had proposed beside what the person chose.

    On a drawn case {advised: codes of its signs, chosen, agrees}. On a person's case {advised: the proposal or None,
    chosen: the outcome, agrees: None without a proposal, withheld: why it was not seen, text: unified difference}.
    """
    told = case.told
    if case.service is None:
        agrees = (made.choice == Determination.Choice.ACCEPT) == (case.drawn == Case.Drawn.FLAGGED)
        return {"advised": [sign.code for sign in told.reasons], "chosen": made.choice, "agrees": agrees}
    advised = case.service.outcome_advised(told.proposal) or told.proposal
    said = [] if advised is None else [case.service.outcome_words(advised), *(r.sentence for r in told.reasons)]
    return {
        "advised": advised,
        "chosen": made.outcome or made.choice,
        "agrees": None if told.proposal is None else made.choice == Determination.Choice.ACCEPT,
        "withheld": str(why or ""),
        "text": _text(said, [made.words, *made.reason.splitlines()]) if said else [],
    }


def between(first: Determination, second: Determination) -> dict[str, Any]:
    """{before, after, changed} of an unaided decision and what became of it; for outcomes, with the edited words."""
    before, after = first.outcome or first.choice, second.outcome or second.choice
    found: dict[str, Any] = {"before": before, "after": after, "changed": before != after}
    if first.reason != second.reason and second.outcome:
        found["edited"] = _text(first.reason.splitlines(), second.reason.splitlines())
    return found


def _text(before: list[str], after: list[str]) -> list[str]:
    """The lines of a unified difference without its header; empty where the texts are the same."""
    return list(unified_diff(before, after, lineterm="", n=0))[2:]
