"""The form that says who is affected: numbers per actor group, and a list typed, pasted or from a file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.affected import GROUP, Row, wrong_with
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.web.forms import DateField

LARGEST = 200_000
HEAD = ("margin", "key", "people", "name")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that cannot be used, by its number in the list, and why."""

    line: int
    why: str


class GiveReference(AskForm):
    source = forms.CharField(
        label=_("Where do the numbers come from?"),
        max_length=300,
        help_text=_("For example “Census 2022, table 4”. It stands beside every figure."),
    )
    url = forms.URLField(label=_("Web address of the source"), required=False, assume_scheme="https")
    as_of = DateField(label=_("Of which day are the numbers?"))
    table = forms.CharField(
        label=_("Further groups, one per line"),
        required=False,
        widget=forms.Textarea,
        help_text=_(
            "stratum, short name, people, name. For example “stratum, 16-29, 41200, 16 to 29 years”. These become the "
            "answers of the voluntary question who people are. They add up to the same people as the actor groups."
        ),
    )
    file = forms.FileField(
        label=_("Or a CSV file with the columns margin, key, people, name"),
        required=False,
        help_text=_("margin is “group” for an actor group or “stratum” for a self-description."),
    )
    leave_out = forms.BooleanField(label=_("Leave out the lines that cannot be used"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: list[Row] = []
        self.rejected: list[Rejected] = []
        for value, label in Group.choices:
            self.fields[f"size_{value}"] = forms.IntegerField(
                label=label, required=False, min_value=1, max_value=10**11 - 1
            )

    def of_groups(self) -> list[Any]:
        return [self[f"size_{value}"] for value in Group.values]

    @property
    def rows_in(self) -> int:
        return len(self.rows) + len(self.rejected)

    def clean_file(self) -> str:
        given = self.cleaned_data["file"]
        if not given:
            return ""
        if given.size > LARGEST:
            raise forms.ValidationError(_now("This file has more than 200,000 bytes. A list of groups is shorter."))
        try:
            return str(given.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _now("This file is not UTF-8 text. Save it as “CSV UTF-8” in your spreadsheet.")
            ) from None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.rows = [
            Row(GROUP, value, size) for value in Group.values if (size := given.get(f"size_{value}")) is not None
        ]
        for text in (given.get("table", ""), given.get("file", "")):
            self._read(text)
        if self.rejected and not given.get("leave_out"):
            words = _now("%(given)s rows in = %(used)s used + %(rejected)s not used: %(why)s") % {
                "given": self.rows_in,
                "used": len(self.rows),
                "rejected": len(self.rejected),
                "why": " ".join(f"{_line(each.line)} {each.why}" for each in self.rejected[:20]),
            }
            self.add_error("leave_out", words)
        return given

    def _read(self, text: str) -> None:
        seen = {(row.margin, row.key) for row in self.rows}
        for number, cells in _lines(text):
            row, why = _row(cells)
            if not why and row is not None and (row.margin, row.key) in seen:
                why = _now("“%(key)s” stands twice.") % {"key": row.key}
            if row is None or why:
                self.rejected.append(Rejected(number, why))
            else:
                seen.add((row.margin, row.key))
                self.rows.append(row)

    def reference(self) -> dict[str, Any]:
        """What ``actions.give_reference`` takes."""
        given = {name: self.cleaned_data[name] for name in ("source", "url", "as_of")}
        return given | {"rows": self.rows, "rejected": len(self.rejected)}


def _line(number: int) -> str:
    return _now("Line %(number)s:") % {"number": number}


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows of cells, head and empty lines left out; separated by comma, semicolon or tab."""
    first = text.strip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    for number, line in enumerate(text.strip().splitlines(), 1):
        cells = [cell.strip() for cell in next(csv.reader([line[:2000]], delimiter=separator), [""])]
        is_head = number == 1 and cells[0].casefold() == HEAD[0]
        if any(cells) and not is_head:
            yield number, cells


def _row(cells: list[str]) -> tuple[Row | None, str]:
    if len(cells) < 3 or len(cells) > 4:
        return None, _now("It has %(count)s cells. Write: margin, short name, people, name.") % {"count": len(cells)}
    margin, key, people, name = [*cells, ""][:4]
    if not (people.isascii() and people.isdecimal() and len(people) < 12):
        return None, _now("“%(text)s” is no whole number. Write it without dots or spaces.") % {"text": people}
    row = Row(margin.casefold(), key, int(people), name)
    return row, wrong_with(row)
