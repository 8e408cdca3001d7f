"""The eight steps and what each gate needs, read from steps.toml. No step is code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import get_language


def in_language(words: Mapping[str, str]) -> str:
    """The entry of ``words`` for the language of this request, else English."""
    return words.get((get_language() or "en")[:2], words["en"])


@dataclass(frozen=True, slots=True)
class Need:
    """``count`` ledger entries of ``action`` by at least ``groups`` actor groups.

    ``set`` keeps only entries whose payload names that set, ``having`` those with these values in it; ``distinct``
    counts the values of that payload key, so that a second version of the same thing is not taken for another.
    """

    action: str
    count: int
    words: Mapping[str, str]
    groups: int = 1
    set: str = ""
    having: Mapping[str, Any] = field(default_factory=dict)
    distinct: str = ""

    @property
    def label(self) -> str:
        return in_language(self.words)


@dataclass(frozen=True, slots=True)
class Step:
    """``sets`` may be answered; ``screens`` must be, to the end, and may forbid going on.

    ``high_screens`` must be answered as well where other answers put the project among the high risks.
    """

    number: int
    key: str
    phase: str
    rule: str
    sets: tuple[str, ...]
    words: Mapping[str, str]
    evidence: tuple[Need, ...]
    screens: tuple[str, ...] = ()
    high_screens: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return in_language(self.words)

    @property
    def ends_phase(self) -> bool:
        following = STEPS.get(self.number + 1)
        return following is None or following.phase != self.phase


def _read(path: Path) -> dict[int, Step]:
    steps = {}
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["step"]:
        needs = tuple(Need(words=need.pop("label"), **need) for need in row.pop("evidence"))
        sets, screens = tuple(row.pop("sets")), tuple(row.pop("screens", ()))
        high, words = tuple(row.pop("high_screens", ())), row.pop("title")
        step = Step(words=words, sets=sets, screens=screens, high_screens=high, evidence=needs, **row)
        steps[step.number] = step
    return steps


STEPS = _read(Path(__file__).with_name("steps.toml"))
