"""What residents write, by template: old reports for the tool, and those that come while it is in service."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from minga.portal.demonstration.reports.telling import LANGUAGES, by_share, chance, one_of

Words = dict[str, Any]
UNCLEAR_SHARE = 0.08
LAMP, LATE = "lamp", "late"


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a resident and the desk that can mend it ("none": it is not the town's)."""

    number: int
    day: float
    text: str
    language: str
    right: str
    kind: str = ""


def old(words: Words) -> list[dict[str, Any]]:
    """Every sentence of every desk at every place, in both languages. ``fold`` 0 is kept from learning."""
    rows = []
    for desk in words["desk"]:
        for number, (pattern, place) in enumerate(product(desk["said"], desk["places"])):
            for which, language in enumerate(LANGUAGES):
                rows.append(
                    {
                        "id": f"{desk['code']}-{number}-{language}",
                        "text": pattern[which].format(place=place[which]),
                        "desk": desk["code"],
                        "language": language,
                        "fold": number % 2,
                    }
                )
    return rows


def report(words: Words, number: int, day: float, share: str) -> Report:
    """A report that comes in on ``day``; ``share`` names how likely each desk is then."""
    which = int(chance("language", number) * 2)
    if share == "share" and chance("unclear", number) < UNCLEAR_SHARE:
        odd = one_of(words["unclear"], "which", number)
        return Report(number, day, _whole(words, number, which, odd["said"][which]), LANGUAGES[which], odd["desk"])
    desk = by_share(words["desk"], share, "desk", number)
    place = one_of(desk["places"], "place", number)[which]
    said = one_of(desk["said"], "said", number)[which].format(place=place)
    return Report(number, day, _whole(words, number, which, said), LANGUAGES[which], desk["code"])


def _whole(words: Words, number: int, which: int, said: str) -> str:
    parts = (one_of(words["opening"], "opening", number), [said, said], one_of(words["closing"], "closing", number))
    return " ".join(part[which] for part in parts if part[which])


def of_one_lamp(words: Words, number: int, day: float) -> Iterator[Report]:
    """Four reports of one lamp, which were closed together."""
    for place, text in enumerate(words["lamp"]["said"]):
        language = "es" if text.startswith("La ") else "en"
        yield Report(number + place, day + place * 0.2, text, language, "lighting", LAMP)


def late(words: Words, number: int, day: float) -> Report:
    """A report that was closed wrongly and whose appeal still waits."""
    return Report(number, day, words["late"]["said"], "en", "lighting", LATE)


def for_suite(words: Words, most: int) -> list[Report]:
    """What residents and officers want the tool to get right, worded as at the counter; every second is nobody's."""
    found = []
    for number in range(most):
        which = number % 2
        desks = [desk for desk in words["desk"] if (desk["code"] == "none") == (number % 4 < 2)]
        desk = desks[number // 4 % len(desks)]
        opening = words["test"]["opening"][number // 2 % 2][which]
        place = desk["places"][number // 3 % len(desk["places"])][which]
        said = desk["said"][number // 4 % len(desk["said"])][which].format(place=place)
        found.append(Report(number, 0, f"{opening} {said}", LANGUAGES[which], desk["code"]))
    return found
