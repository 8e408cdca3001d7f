"""Which columns of a table hold the text, the route, the name of the case and the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minga.tools.base import ToolError

TEXTS = ("text", "body", "message", "content")
LABELS = ("label", "category", "route", "queue", "class")
CASES = ("case", "id", "case_id")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns; an empty name means: the first of the usual names that is there.

    Without a column of case names, a case is named by its row. ``groups`` are the attributes by which figures are
    split. A text in several columns is named with a plus between them ("title+text"): one is read below the other.
    """

    text: str = ""
    label: str = ""
    case: str = ""
    groups: tuple[str, ...] = ()

    def found_in(self, header: Sequence[str], labelled: bool) -> Columns:
        """The same with the names that ``header`` has; ToolError where one is missing or stands twice."""
        joined = "+" in self.text and self.text not in header
        for part in self.text.split("+") if joined else ():
            _one(part, (), header, "text", needed=True)
        text = self.text if joined else _one(self.text, TEXTS, header, "text", needed=True)
        wanted = labelled or self.label in header
        label = _one(self.label, LABELS, header, "label", needed=labelled) if wanted or not self.label else ""
        case = _one(self.case, CASES, header, "case", needed=False)
        for group in self.groups:
            _one(group, (), header, "group", needed=True)
        return Columns(text, label, case, self.groups)

    def as_data(self) -> dict[str, object]:
        return {"text": self.text, "label": self.label, "case": self.case, "groups": list(self.groups)}


def _one(wanted: str, usual: Sequence[str], header: Sequence[str], what: str, needed: bool) -> str:
    for name in [wanted] if wanted else usual:
        if list(header).count(name) > 1:
            raise ToolError(f"The column {name!r} stands twice in the header. Rename one of the two.")
        if name in header:
            return name
    if not wanted and not needed:
        return ""
    sought = repr(wanted) if wanted else " or ".join(map(repr, usual))
    raise ToolError(
        f"There is no column {sought} for the {what}. The file has: {', '.join(header[:30]) or 'no columns'}. "
        f"Say which one it is with --{what} NAME, or in the settings under [columns]."
    )


def text_of(record: Mapping[str, object], name: str) -> str:
    """The text exactly as it stands, so that places in it hold for the source."""
    if name in record or "+" not in name:
        return written(record.get(name), name)
    return "\n".join(written(record.get(part), part) for part in name.split("+"))


def cell(record: Mapping[str, object], name: str) -> str:
    """The value as text without blanks around it; "" where there is none."""
    return written(record.get(name), name).strip() if name else ""


def written(value: object, name: str) -> str:
    """The value as text, "" for none; TypeError where it is a list or an object."""
    if value is None:
        return ""
    if isinstance(value, str | bool | int | float):
        return str(value)
    raise TypeError(f"{name} is a list or an object, not a text")
