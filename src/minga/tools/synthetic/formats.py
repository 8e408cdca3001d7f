"""How dates and amounts are written, found from the values so that invented ones are written alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

ENOUGH = 0.99
DATES = (
    "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M", "%Y-%m", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M",
)  # fmt: skip
_SIGN = "[$€£¥₡₲₱₹]"
_NUMBER = re.compile(
    rf"(?P<before>(?:[A-Z]{{0,3}}{_SIGN}|[A-Z]{{3}}|S/)? ?)(?P<sign>[+-]?)(?P<body>\d(?:[\d.,' ]*\d)?)"
    rf"(?P<after> ?(?:{_SIGN}|[A-Z]{{3}}|%)?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """``before`` and ``after`` the digits ("€ ", " EUR"), separators of thousands and decimals, how many decimals."""

    before: str = ""
    after: str = ""
    thousands: str = ""
    point: str = "."
    decimals: int = 0

    def write(self, number: float) -> str:
        text = f"{abs(number):,.{self.decimals}f}".replace(",", "\0").replace(".", self.point)
        sign = "-" if number < 0 and float(f"{number:.{self.decimals}f}") != 0 else ""
        return f"{self.before}{sign}{text.replace(chr(0), self.thousands)}{self.after}"

    def read(self, text: str) -> float | None:
        """The number that ``text`` writes this way, or None."""
        found = _NUMBER.fullmatch(text.strip())
        if not found or found["before"] != self.before or found["after"] != self.after:
            return None
        body = found["body"]
        if self.thousands:
            if not _grouped(body.split(self.point)[0], self.thousands):
                return None
            body = body.replace(self.thousands, "")
        whole, point, rest = body.partition(self.point)
        if not whole.isdigit() or (point and not rest.isdigit()) or len(whole) + len(rest) > 300:
            return None
        return float(f"{found['sign']}{whole}.{rest or 0}")

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


def _grouped(whole: str, mark: str) -> bool:
    first, *rest = whole.split(mark)
    return (1 <= len(first) <= 3 or not rest) and first.isdigit() and all(len(g) == 3 and g.isdigit() for g in rest)


def amounts_of(values: Sequence[str]) -> Amounts | None:
    """How at least 99 % of the values write a number, or None. Leading zeros make it a code, not a number."""
    seen = [_NUMBER.fullmatch(value.strip()) for value in values]
    marks = Counter((found["before"], found["after"]) for found in seen if found)
    if not marks or marks.most_common(1)[0][1] < ENOUGH * len(values):
        return None
    before, after = marks.most_common(1)[0][0]
    bodies = [found["body"] for found in seen if found]
    if sum(body.startswith("0") and body[1:2].isdigit() for body in bodies) > (1 - ENOUGH) * len(bodies):
        return None
    for thousands, point in (("", "."), (",", "."), (".", ","), ("", ","), ("'", "."), (" ", ",")):
        trial = Amounts(before, after, thousands, point)
        if sum(trial.read(value) is not None for value in values) >= ENOUGH * len(values):
            decimals = Counter(len(body.partition(point)[2]) for body in bodies)
            most = max((d for d, count in decimals.items() if count >= (1 - ENOUGH) * len(bodies)), default=0)
            return Amounts(before, after, thousands, point, min(most, 6))
    return None


def date_format_of(values: Sequence[str]) -> str | None:
    """The first of ``DATES`` that reads most values, at least 99 %, or None."""
    counts = [(sum(read_date(value, form) is not None for value in values), form) for form in _possible(values)]
    most = max((count for count, _ in counts), default=0)
    if not most or most < ENOUGH * len(values):
        return None
    return next(form for count, form in counts if count == most)


def _possible(values: Sequence[str]) -> list[str]:
    return [form for form in DATES if any(read_date(value, form) for value in values[:20])]


def read_date(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=None)
    except ValueError:
        return None
