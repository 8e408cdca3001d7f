"""Two-way rules: each puts one place of the record into one field of a standard, and back.

``give`` returns the standard's value, None where nothing is stated; ``take`` puts a value into the record and passes
over what it cannot read: the reader notices, because giving it back says something else, and keeps the original.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from minga.tools.registers import texts
from minga.tools.registers.canonical import Canonical
from minga.tools.registers.codes import CodeList, CodeMap
from minga.tools.registers.losses import Loss
from minga.tools.registers.parts import Text
from minga.tools.registers.paths import Path


@dataclass(slots=True)
class Giving:
    """In which language, for which field of the standard, and the losses met so far (None: nobody asks)."""

    language: str
    target: str = ""
    losses: list[Loss] | None = None
    persons: bool = True

    def lose(self, kind: str, where: Path, **figures: Any) -> None:
        if self.losses is not None:
            self.losses.append(Loss(kind, where.field, self.target, figures))

    def choose(self, where: Path, text: Text) -> str:
        """The text in the wanted language, else in another, which is a loss."""
        found, language = texts.choose(text, self.language)
        if found and language != self.language:
            self.lose("language", where, languages=list(text), wanted=self.language)
        return found


class Lens(Protocol):
    """``reads``: the places it carries, without selectors."""

    @property
    def reads(self) -> tuple[str, ...]: ...
    def give(self, record: Canonical, to: Giving) -> Any: ...
    def take(self, record: Canonical, value: Any, language: str) -> None: ...


def stated_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


@dataclass(frozen=True, slots=True)
class AText:
    """A text of some language, or a name that has none (``plain``); ``address`` accepts web addresses only."""

    path: Path
    plain: bool = False
    address: bool = False
    number: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        found = self.path.get(record)
        if found is None or self.number:
            return found
        return found if self.plain else to.choose(self.path, found) or None

    def take(self, record: Canonical, value: Any, language: str) -> None:
        if self.number:
            if isinstance(value, int) and not isinstance(value, bool):
                self.path.set(record, value)
            return
        text = stated_text(value)
        if text is None or (self.address and not texts.is_address(text)):
            return
        self.path.set(record, text if self.plain else {language: text})


@dataclass(frozen=True, slots=True)
class ADay:
    path: Path
    patterns: Sequence[str]

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        day = self.path.get(record)
        if day is None:
            return None
        value = texts.write_day(day, self.patterns)
        if value is not None and texts.loses_exactness(day, self.patterns):
            to.lose("precision", self.path, day=day, value=value)
        return value

    def take(self, record: Canonical, value: Any, language: str) -> None:
        day = texts.read_day(value, self.patterns) if isinstance(value, str) and value else None
        if day:
            self.path.set(record, day)


@dataclass(frozen=True, slots=True)
class ACode:
    """One code. A text without one says nothing here: that something is told about it is no yes."""

    path: Path
    codes: CodeMap
    of: str

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        code = self.path.get(record)
        return None if code is None else write_code(self, code, to)

    def take(self, record: Canonical, value: Any, language: str) -> None:
        code = self.codes.read(value) if isinstance(value, str) else None
        if code is not None:
            self.path.set(record, code)


@dataclass(frozen=True, slots=True)
class Worded:
    """One code in our own words, where the standard asks for prose."""

    path: Path
    codes: CodeList

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        code = self.path.get(record)
        return None if code is None else self.codes.say(code, to.language)

    def take(self, record: Canonical, value: Any, language: str) -> None:
        code = next((code for code in self.codes.words if self.codes.say(code, language) == value), None)
        if code is not None:
            self.path.set(record, code)


class _Coded(Protocol):
    @property
    def path(self) -> Path: ...
    @property
    def codes(self) -> CodeMap: ...
    @property
    def of(self) -> str: ...


def write_code(lens: _Coded, code: str, to: Giving) -> str | None:
    value = lens.codes.write(code)
    if value is None:
        to.lose("no_code", lens.path, code=code, list=lens.of)
    elif to.losses is not None and (back := lens.codes.coarser(code)) is not None:
        to.lose("coarser", lens.path, code=code, value=value, back=back, list=lens.of)
    return value


@dataclass(frozen=True, slots=True)
class Codes:
    """Several codes. ``wire``: one, array, python (a list as Python writes it) or the text between them."""

    path: Path
    codes: CodeMap
    of: str
    wire: str = "array"

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        found = self.path.get(record)
        if found is None:
            return None
        codes = [code for code in found if code]
        if self.wire == "one" and len(codes) > 1:
            to.lose("one_only", self.path, count=len(codes))
            codes = [next((code for code in codes if self.codes.coarser(code) is None), codes[0])]
        made = (write_code(self, code, to) for code in codes)
        values = list(dict.fromkeys(value for value in made if value is not None))
        if self.wire == "array":
            return values
        if self.wire == "python":
            return repr(values)
        if self.wire == "one":
            return values[0] if values else None
        return self.wire.join(values) or None

    def take(self, record: Canonical, value: Any, language: str) -> None:
        values = self.values(value)
        codes = [code for each in values or () if isinstance(each, str) and (code := self.codes.read(each))]
        if codes or (values == [] and self.wire != "python"):
            self.path.set(record, codes)

    def values(self, value: Any) -> list[Any] | None:
        if self.wire == "array":
            return value if isinstance(value, list) else None
        if not isinstance(value, str) or not value:
            return None
        if self.wire == "python":
            return python_list(value)
        return [value] if self.wire == "one" else value.split(self.wire)


def python_list(text: str) -> list[Any] | None:
    """A list written as Python writes it; None where it is none."""
    if len(text) > 100_000 or not text.startswith("["):
        return None
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found if isinstance(found, list) else None
