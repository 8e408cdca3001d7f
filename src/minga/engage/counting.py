"""Counting a ballot. Plain functions over (group, choice) pairs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

SMALLEST_SHOWN = 10
CHOICES = ("yes", "no", "abstain")


def outcome(votes: Sequence[tuple[str, str]], groups: Sequence[str], quorum: int, threshold: int) -> dict[str, Any]:
    """The result as it is published: totals, whether it passed, and a row per group.

    ``votes`` holds (group, choice). Abstentions count for the quorum, not for the share of yes.
    Returns {passed, votes, yes, no, abstain, groups: [{group, votes, yes, no, abstain, hidden}]};
    a hidden row holds no numbers.
    """
    totals = Counter(choice for _group, choice in votes)
    passed = len(votes) >= quorum and totals["yes"] * 100 > threshold * (totals["yes"] + totals["no"])
    sizes = Counter(group for group, _choice in votes)
    hidden = too_small(sizes)
    return {
        "passed": passed,
        "votes": len(votes),
        **{choice: totals[choice] for choice in CHOICES},
        "groups": [_row(group, votes, group in hidden or not sizes[group]) for group in groups],
    }


def too_small(sizes: Counter[str]) -> set[str]:
    """Groups whose figures stay hidden: under ten, and the next larger until the hidden are ten together.

    Without the second part the totals less the shown groups would give the hidden one away.
    """
    by_size = sorted((size, group) for group, size in sizes.items() if size)
    hidden = {group for size, group in by_size if size < SMALLEST_SHOWN}
    for _size, group in by_size:
        together = sum(sizes[name] for name in hidden)
        if not hidden or (together >= SMALLEST_SHOWN and len(hidden) > 1):
            break
        hidden.add(group)
    return hidden


def _row(group: str, votes: Sequence[tuple[str, str]], hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"group": group, "hidden": True}
    counts = Counter(choice for name, choice in votes if name == group)
    return {"group": group, "hidden": False, "votes": sum(counts.values()), **{c: counts[c] for c in CHOICES}}
