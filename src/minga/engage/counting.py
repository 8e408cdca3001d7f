"""Counting a ballot. Plain functions over (group, choice) pairs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

SMALLEST_SHOWN = 10
FEWEST_OF_A_GROUP = 3
CHOICES = ("yes", "no", "abstain")


def outcome(
    votes: Sequence[tuple[str, str]],
    groups: Sequence[str],
    quorum: int,
    threshold: int,
    quorums: Mapping[str, int] | None = None,
    fewest: int = 0,
) -> dict[str, Any]:
    """The result as it is published: totals, whether it passed, and a row per group.

    ``votes`` holds (group, choice). Abstentions count for the quorums, not for the share of yes. ``quorums`` says how
    many of a group must vote. With fewer votes than ``fewest`` no number is published, not even the totals.
    Returns {passed, enough, votes, yes, no, abstain, groups: [{group, votes, yes, no, abstain, hidden}],
    quorums: [{group, needed, reached}]}; a hidden row holds no numbers; {few: True} stands for withheld totals.

    What a quorum discloses: "reached" says that at least ``needed`` of the group voted, "missed" that fewer did, and
    nothing about any choice, because hidden groups stay together with others that voted (``too_small``). It may bound
    the turnout of a group under ten; so that it never says that nobody or only one person of a group voted, a quorum
    is at least FEWEST_OF_A_GROUP. Where a group has no more members than its quorum, "reached" says that all of them
    voted: whoever opens the ballot is told to ask for fewer than were invited.

    What no suppression hides: a group that votes as one tells how each of its voters voted, however large it is.
    """
    totals = Counter(choice for _group, choice in votes)
    sizes = Counter(group for group, _choice in votes)
    told = [
        {"group": group, "needed": needed, "reached": sizes[group] >= needed}
        for group, needed in (quorums or {}).items()
    ]
    enough = len(votes) >= quorum and all(row["reached"] for row in told)
    few = len(votes) < fewest
    hidden = set(groups) if few else too_small(sizes)
    figures = {"few": True} if few else {"votes": len(votes), **{choice: totals[choice] for choice in CHOICES}}
    return {
        "passed": enough and totals["yes"] * 100 > threshold * (totals["yes"] + totals["no"]),
        "enough": len(votes) >= quorum,
        **figures,
        "groups": [_row(group, votes, group in hidden or not sizes[group]) for group in groups],
        "quorums": told,
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
