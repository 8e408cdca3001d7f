"""Two-way rules for lists, for parts told in prose, and for fields that several places share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from minga.tools.registers import prose, texts
from minga.tools.registers.canonical import Canonical
from minga.tools.registers.codes import CodeMap
from minga.tools.registers.lens import Giving, Lens, stated_text
from minga.tools.registers.paths import Path
from minga.tools.registers.sides import Shape


@dataclass(frozen=True, slots=True)
class Strings:
    """Several texts or names in one text, between them ``between``; "" makes a list that splits again."""

    path: Path
    between: str = ""
    plain: bool = False
    array: bool = False
    address: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        return self.path.places

    def give(self, record: Canonical, to: Giving) -> Any:
        found = self.path.get(record)
        if not found or not any(found):
            return None
        told = [(each if self.plain else to.choose(self.path, each)) if each else "" for each in found]
        if self.array:
            return [each for each in told if each]
        if self.between:
            return self.between.join(filter(None, told)) or None
        return prose.join([(each, {}) for each in told], {})

    def take(self, record: Canonical, value: Any, language: str) -> None:
        if self.array:
            values = [each for each in value if stated_text(each)] if isinstance(value, list) else []
        elif stated_text(value) is None:
            return
        else:
            values = value.split(self.between) if self.between else [head for head, _ in prose.split(value, {})]
        if values and not (self.address and not all(map(texts.is_address, filter(None, values)))):
            told = [each or None for each in values]
            self.path.set(record, told if self.plain else [each and {language: each} for each in told])


@dataclass(frozen=True, slots=True)
class Prose:
    """A part, or a list of parts, as one text.

    ``apart``: sides that another field carries. An item that has the last of them, and nothing beyond them, is not
    told here.
    """

    path: Path
    shape: Shape
    many: bool
    apart: tuple[str, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        return (*(f"{self.path.schema}.{side}" for side in self.shape.sides), *self.path.places[1:])

    def give(self, record: Canonical, to: Giving) -> Any:
        found = self.path.get(record)
        items = found if self.many else [found]
        told = [self.shape.tell(each, self.path, to) for each in items or () if each is not None and self._here(each)]
        told = [(head, sides) for head, sides in told if head or sides]
        return prose.join(told, self.shape.labels(to.language)) if told else None

    def _here(self, item: Any) -> bool:
        if not self.apart or getattr(item, self.apart[-1]) is None:
            return True
        return any(
            getattr(item, side.partition(".")[0]) is not None for side in self.shape.sides if side not in self.apart
        )

    def take(self, record: Canonical, value: Any, language: str) -> None:
        text = stated_text(value)
        if text is None:
            return
        found = prose.split(text, self.shape.labels(language))
        if not self.many:
            self.shape.hear(self._one(record), *found[0], language)
            return
        items = self.path.get(record) or []
        self.path.set(record, items + [self.shape.hear(self.shape.of(), *each, language) for each in found])

    def _one(self, record: Canonical) -> Any:
        found = self.path.get(record)
        if found is None:
            if self.path.steps[-1].pick:
                self.path.set(record, None)  # a selector makes its own item
                return self.path.get(record)
            found = self.shape.of()
            self.path.set(record, found)
        return found


@dataclass(frozen=True, slots=True)
class Items:
    """A list of objects: ``sides`` maps their keys to sides of our parts; those in ``need`` cannot be empty.

    ``coded``: (side, map): the code that the value of the first key stands for.
    """

    path: Path
    of: type
    sides: Mapping[str, str]
    need: frozenset[str] = frozenset()
    coded: tuple[str, CodeMap] | None = None
    most: Mapping[str, int] = field(default_factory=dict)

    @property
    def reads(self) -> tuple[str, ...]:
        also = [self.coded[0]] if self.coded else []
        return tuple(f"{self.path.schema}.{side}" for side in [*self.sides.values(), *also])

    def give(self, record: Canonical, to: Giving) -> Any:
        found = [self._object(each, to) for each in self.path.get(record) or ()]
        return [each for each in found if each is not None] or None

    def _object(self, item: Any, to: Giving) -> dict[str, Any] | None:
        made: dict[str, str] = {}
        for number, (key, side) in enumerate(self.sides.items()):
            value = getattr(item, side)
            if value is None and number == 0 and self.coded and getattr(item, self.coded[0]):
                value = self.coded[1].write(getattr(item, self.coded[0]))
            if value is None and (key in self.need or number == 0):
                return None
            made[key] = self._fit(key, value or "", to)
        return made

    def _fit(self, key: str, value: str, to: Giving) -> str:
        most = self.most.get(key, 0)
        if not most or len(value) <= most:
            return value
        kept = texts.shorten(value, most)
        to.lose("shortened", self.path, had=len(value), kept=len(kept), most=most)
        return kept

    def take(self, record: Canonical, value: Any, language: str) -> None:
        rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
        made = []
        for row in rows:
            item = self.of()
            for key, side in self.sides.items():
                if stated_text(row.get(key)):
                    setattr(item, side, row[key])
            first = row.get(next(iter(self.sides)))
            if self.coded and isinstance(first, str):
                setattr(item, self.coded[0], self.coded[1].read(first))
            made.append(item)
        if made:
            self.path.set(record, (self.path.get(record) or []) + made)


@dataclass(frozen=True, slots=True)
class Joined:
    """Several places in one text, each with its label but the first that has none."""

    parts: tuple[tuple[str, Lens], ...]

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(place for _label, lens in self.parts for place in lens.reads)

    def give(self, record: Canonical, to: Giving) -> Any:
        told = [(label, lens.give(record, to)) for label, lens in self.parts]
        return prose.join_labelled([(label, text) for label, text in told if text]) or None

    def take(self, record: Canonical, value: Any, language: str) -> None:
        text = stated_text(value)
        found = prose.split_labelled(text, [label for label, _lens in self.parts]) if text else {}
        for label, lens in self.parts:
            if label in found:
                lens.take(record, found[label], language)


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same; ``path`` notes that it was read."""

    value: Any
    path: Path | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path.schema,) if self.path else ()

    def give(self, record: Canonical, to: Giving) -> Any:
        return self.value

    def take(self, record: Canonical, value: Any, language: str) -> None:
        if self.path and value == self.value:
            self.path.set(record, value)


@dataclass(frozen=True, slots=True)
class Template:
    """A text made of others, which are carried elsewhere: it is written and not read."""

    words: str
    lenses: Mapping[str, Lens]

    @property
    def reads(self) -> tuple[str, ...]:
        return ()

    def give(self, record: Canonical, to: Giving) -> Any:
        silent = Giving(to.language)
        found = {name: lens.give(record, silent) for name, lens in self.lenses.items()}
        return self.words.format(**found) if all(found.values()) else None

    def take(self, record: Canonical, value: Any, language: str) -> None:
        return
