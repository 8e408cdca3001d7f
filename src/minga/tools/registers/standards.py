"""Standards as data: one mapping file per standard and version in standards/, read into two-way rules."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as File
from typing import Any

from minga.tools.base import Phrase, ToolError
from minga.tools.registers import compound, texts
from minga.tools.registers import lens as rules
from minga.tools.registers.canonical import Canonical, fields
from minga.tools.registers.codes import code_map, lists
from minga.tools.registers.lens import Giving, Lens
from minga.tools.registers.parts import Code, Day, Part, Text, Url
from minga.tools.registers.paths import Path, hints, is_part, item_type, path
from minga.tools.registers.sides import shape

HERE = File(__file__).parent / "standards"
DAYS = ("%Y-%m-%d", "%Y-%m", "%Y")
WIRES = {"array", "python", "one"}


@dataclass(frozen=True)
class Line:
    """One field of a standard.

    ``required``: always, or where each field named first in ``required_if`` has one of the values after it.
    ``person``: "yes" names a person, so it is not read from files and only written where asked for; "address" may
    name one in files, where only web addresses are read.
    ``when``: only written, and only required, where the field named first has one of the values after it ("" is not
    stated). ``needs``: only written where the record has one of these values at this place. ``values``: those allowed;
    () for any.
    """

    name: str
    lens: Lens | None
    max: int = 0
    required: bool = False
    required_if: tuple[tuple[str, ...], ...] = ()
    html: bool = False
    person: str = ""
    when: tuple[str, ...] = ()
    needs: tuple[Path, tuple[str, ...]] | None = None
    values: tuple[str, ...] = ()
    array: bool = False
    attribute: str = ""
    title: str = ""

    def give(self, record: Canonical, to: Giving) -> Any:
        """The field's value, None where nothing is stated; shortened where it is too long."""
        if self.lens is None:
            return None
        if not self.met(record):
            return None
        to.target = self.name
        if self.person == "yes" and not to.persons:
            if to.losses is not None and self.lens.give(record, Giving(to.language)) is not None:
                to.lose("left_out", path(self.lens.reads[0].partition(".")[0]))
            return None
        value = self.lens.give(record, to)
        if isinstance(value, str):
            if self.max and len(value) > self.max:
                value = self._fit(value, to)
            if self.html and value:
                value = texts.to_html(value)
        return value

    def met(self, record: Canonical) -> bool:
        """Whether the record has what this field ``needs``."""
        return self.needs is None or self.needs[0].get(record) in self.needs[1]

    def applies(self, told: Mapping[str, Any]) -> bool:
        """Whether the field belongs into a document that says this in its other fields."""
        return not self.when or (told.get(self.when[0]) or "") in self.when[1:]

    def _fit(self, value: str, to: Giving) -> str | None:
        where = path(self.lens.reads[0]) if self.lens and self.lens.reads else path("name")
        if texts.is_address(value) or self.values:
            to.lose("too_long", where, had=len(value), most=self.max)
            return None
        kept = texts.shorten(value, self.max)
        to.lose("shortened", where, had=len(value), kept=len(kept), most=self.max)
        return kept

    def take(self, record: Canonical, value: Any, language: str, persons: bool = False) -> None:
        """Put a value of the field into the record; what may name a person only where ``persons``."""
        if self.lens is None or value is None or value == "":
            return
        if (
            self.person
            and not persons
            and not (self.person == "address" and isinstance(value, str) and texts.is_address(value))
        ):
            return
        self.lens.take(record, texts.from_html(value) if self.html and isinstance(value, str) else value, language)


@dataclass(frozen=True)
class Standard:
    """``kind``: json, csv, fields (reference, attribute, value), answers (AIA saved file) or canonical.

    ``empty``: what stands where nothing is stated (None: the field is left out). ``rest``: where answers without a
    line of their own go. ``guess``: names that only this standard has. ``source`` and ``date``: of the text used.
    """

    key: str
    title: Phrase
    version: str
    language: str
    kind: str
    source: str
    date: str
    draft: bool
    note: Phrase
    lines: tuple[Line, ...]
    guess: tuple[str, ...]
    empty: str | None = None
    name_field: str = ""
    wrap: str = ""
    encodings: tuple[str, ...] = ("utf-8-sig",)
    rest: Path | None = None
    sections: Mapping[str, str] | None = None

    @property
    def by_name(self) -> Mapping[str, Line]:
        return _by_name(self)

    @property
    def reads(self) -> frozenset[str]:
        """The places of the canonical record that some field carries, without selectors."""
        return _reads(self)

    def __hash__(self) -> int:
        return hash(self.key)


@cache
def _by_name(standard: Standard) -> Mapping[str, Line]:
    return {line.name: line for line in standard.lines}


@cache
def _reads(standard: Standard) -> frozenset[str]:
    found = {place for line in standard.lines if line.lens for place in line.lens.reads}
    return frozenset(found | ({standard.rest.schema} if standard.rest else set()))


@cache
def standards() -> dict[str, Standard]:
    """Every standard by its key, "nl" or "us_2024"."""
    return {file.stem: load(file) for file in sorted(HERE.glob("*.toml"))}


def standard(key: str) -> Standard:
    """The standard called ``key``. Raises ToolError naming those that there are."""
    found = standards().get(key)
    if found is None:
        raise ToolError(f"There is no standard called {key!r}. Use one of: {', '.join(standards())}.")
    return found


def load(file: File) -> Standard:
    """A mapping file. ``extends`` takes the lines of another one, less ``drop``; lines of one name replace each other.

    Raises ToolError where a line names a place, a code map or a rule that does not exist.
    """
    data = _read(file)
    labels = data.get("labels", {})
    return Standard(
        key=file.stem,
        title=data["title"],
        version=data["version"],
        language=data["language"],
        kind=data["kind"],
        source=data["source"],
        date=data["date"],
        draft=data.get("draft", False),
        note=data.get("note", {}),
        lines=tuple(_line(row, labels) for row in data["lines"]),
        guess=tuple(data.get("guess", ())),
        empty=data.get("empty"),
        name_field=data.get("name_field", ""),
        wrap=data.get("wrap", ""),
        encodings=tuple(data.get("encodings", ("utf-8-sig",))),
        rest=path(data["rest"]) if "rest" in data else None,
        sections=data.get("sections"),
    )


def _read(file: File) -> dict[str, Any]:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    if "extends" not in data:
        return data
    base = _read(file.parent / f"{data['extends']}.toml")
    dropped = set(data.get("drop", ()))
    rows = {row["f"]: row for row in base["lines"] if row["f"] not in dropped}
    return {**base, **data, "lines": list((rows | {row["f"]: row for row in data["lines"]}).values())}


def _line(row: Mapping[str, Any], labels: Mapping[str, str]) -> Line:
    codes = code_map(row["codes"]) if "codes" in row else None
    values = tuple(row.get("values", codes.values if codes else ()))
    if "const" in row:
        values = (row["const"],)
    needs = row.get("needs")
    return Line(
        name=row["f"],
        lens=_lens(row, labels),
        max=row.get("max", 0),
        required=row.get("required", False),
        required_if=_conditions(row.get("required_if", ())),
        html=row.get("html", False),
        person=row.get("person", ""),
        when=tuple(row.get("when", ())),
        needs=(path(needs[0]), tuple(needs[1:])) if needs else None,
        values=values,
        array=row.get("wire") == "array" or "items" in row,
        attribute=row.get("attribute", ""),
        title=row.get("title", ""),
    )


def _conditions(given: Sequence[Any]) -> tuple[tuple[str, ...], ...]:
    rows = [given] if given and isinstance(given[0], str) else given
    return tuple(tuple(row) for row in rows)


def _lens(row: Mapping[str, Any], labels: Mapping[str, str]) -> Lens | None:
    to = row.get("to")
    if "const" in row:
        return compound.Constant(row["const"], path(to) if to else None)
    if "template" in row:
        return compound.Template(
            row["template"], {name: _place({"to": at}, labels) for name, at in row["uses"].items()}
        )
    if to is None:
        return None
    if isinstance(to, list):
        parts = ((each.get("label", ""), _place({**row, **each}, labels)) for each in to)
        return compound.Joined(tuple(parts))
    return _place(row, labels)


def _place(row: Mapping[str, Any], labels: Mapping[str, str]) -> Lens:
    """The rule for one place, from the type that the record has there."""
    at = path(row["to"])
    inner = item_type(at.leaf)
    if "codes" in row:
        return _coded(row, at, several=at.every or inner is not None)
    if "items" in row:
        return _items(row, at, inner)
    if at.every or inner in {Text, str, Code}:
        plain = (at.leaf if at.every else inner) is not Text
        return compound.Strings(at, row.get("join", ""), plain, row.get("wire") == "array", at.leaf is Url)
    if is_part(inner) or is_part(at.leaf):
        of: type[Part] = inner or at.leaf
        told = shape(of, at, labels, tuple(row.get("sides", ())), row.get("head", ""))
        return compound.Prose(at, told, many=inner is not None, apart=tuple(row.get("apart", ())))
    return _single(row, at)


def _single(row: Mapping[str, Any], at: Path) -> Lens:
    if at.leaf is Day:
        return rules.ADay(at, tuple(row.get("days", DAYS)))
    codes = fields()[at.field].codes if at.leaf is Code else {}
    name = codes.get(at.steps[-1].name) or codes.get("")
    if name:
        return rules.Worded(at, lists()[name])
    return rules.AText(at, plain=at.leaf is not Text, address=at.leaf is Url, number=at.leaf is int)


def _coded(row: Mapping[str, Any], at: Path, several: bool) -> Lens:
    name = row["codes"]
    codes, of = code_map(name), name.partition(".")[0]
    if several:
        wire = row.get("wire", "one")
        return rules.Codes(at, codes, of, wire if wire in WIRES else row.get("join", "; "))
    return rules.ACode(at, codes, of)


def _items(row: Mapping[str, Any], at: Path, of: Any) -> Lens:
    sides: Mapping[str, str] = row["items"]
    wrong = [side for side in sides.values() if side not in hints(of)]
    if wrong:
        raise ToolError(f"A mapping file names {', '.join(wrong)}, but {at.text} has no such side.")
    coded: Sequence[str] = row.get("coded", ())
    return compound.Items(
        at,
        of,
        sides,
        frozenset(row.get("need", ())),
        (coded[0], code_map(coded[1])) if coded else None,
        row.get("max_in", {}),
    )
