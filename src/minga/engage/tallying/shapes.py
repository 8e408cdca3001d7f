"""What a tally's ``document`` holds: everything that a results page shows, and nothing that leads to a person.

Statements are named by their primary key as text, opinion groups by letter (A is the largest), constituencies by the
key of the actor group. Counts are [agree, disagree, pass]. None in place of counts: fewer than ten people, or a
number that would tell one below ten.
"""

from typing import NotRequired, TypedDict

Counts = list[int]


class Telling(TypedDict):
    """A statement that tells a group apart: ``count`` of the ``of`` who voted in it, and of all others."""

    statement: str
    agree: bool
    count: int
    of: int
    others: int
    others_of: int


class Group(TypedDict):
    """``between``: people of the group who stay in it in fewer than 7 of 10 repetitions."""

    letter: str
    people: int
    between: int
    telling: list[Telling]


class Figures(TypedDict):
    """The votes on one statement. ``consensus``: agreement in all voices at once, the product of (A + 1) / (S + 2)."""

    all: Counts
    groups: dict[str, Counts | None]
    constituencies: dict[str, Counts | None]
    consensus: float
    judged: bool


class Point(TypedDict):
    """Where people stand on the map; in an order that tells nothing. ``people`` is more than 1 on large maps."""

    x: float
    y: float
    group: str
    sure: bool
    people: int


class Results(TypedDict):
    """The results of one set of votes.

    ``enough``: at least ten people voted; otherwise only ``people`` and ``votes`` are there. ``real``: whether there
    are opinion groups; ``code`` is the reason ("real", "one-cloud", "unstable", "too-few") and ``reason`` holds its
    figures. ``voices`` are what agreement is compared across: "groups", "constituencies" or "all". ``agreed``,
    ``rejected`` and ``divides`` list statements, best first; ``few``: votes below which a statement is not judged.
    """

    enough: bool
    people: int
    votes: int
    few: NotRequired[int]
    real: NotRequired[bool]
    code: NotRequired[str]
    reason: NotRequired[dict[str, float]]
    k: NotRequired[int]
    k_best: NotRequired[int]
    resamples: NotRequired[int]
    k_times: NotRequired[dict[str, int]]
    voices: NotRequired[str]
    groups: NotRequired[list[Group]]
    points: NotRequired[list[Point]]
    statements: NotRequired[dict[str, Figures]]
    agreed: NotRequired[list[str]]
    rejected: NotRequired[list[str]]
    divides: NotRequired[list[str]]


class Patterns(TypedDict):
    """Counts of people, never who: identical votes in ``identical_sets`` sets, and joined in a burst."""

    identical_people: int
    identical_sets: int
    in_burst: int


class Room(TypedDict):
    """Shows of hands on one statement in ``rooms`` meetings; they stand beside the votes and are in no group."""

    agree: int
    disagree: int
    passed: int
    rooms: int


class TookPart(TypedDict):
    """People who voted per constituency ("" is: did not say); None: fewer than ten or told by the others."""

    people: dict[str, int | None]


class Document(TypedDict):
    """``without``: the results without the people in ``patterns``, where there are any. ``priorities``: statement ->
    weight of the draw for what to show next. ``milliseconds``: how long it took, reading included."""

    results: Results
    without: Results | None
    patterns: Patterns
    priorities: dict[str, float]
    rooms: dict[str, Room]
    took_part: TookPart
    tallies: list[list[int]]
    milliseconds: int
