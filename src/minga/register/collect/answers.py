"""Fields that the answers of question sets fill, by the table ``register/from_answers.toml``."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from minga.instruments import library
from minga.instruments.definition import say
from minga.instruments.evaluate import case
from minga.instruments.models import Answer
from minga.instruments.queries import Filled, filled, values
from minga.register.collect.sources import Ledger
from minga.register.rows import Known
from minga.tools.registers import lists

TABLE = Path(__file__).parents[1] / "from_answers.toml"


class Take(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of the table; see its head."""

    field: str
    set: str
    text: list[str] = []
    row: str = ""
    sides: list[str] = []
    only: dict[str, str] = {}
    choice: str = ""
    case: str = ""
    list: str = ""
    codes: dict[str, str] = {}
    title: str = ""


@cache
def table() -> tuple[Take, ...]:
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(msgspec.convert(row, Take) for row in data["take"])


@cache
def questions_taken() -> dict[str, frozenset[str]]:
    """Set -> the questions of which the record takes the answers themselves, not only what they come to."""
    found: dict[str, frozenset[str]] = {}
    for take in table():
        asked = {*take.text, take.row, take.choice} - {""}
        found[take.set] = found.get(take.set, frozenset()) | asked
    return found


def collect(ledger: Ledger) -> dict[str, Any]:
    """Field -> what was answered, in the language of the installation; only sets that the project has answered."""
    project = ledger.project
    answered = Answer.objects.filter(chain=project.chain, about_kind="project", about_id=str(project.pk))
    sets = set(answered.values_list("set", flat=True).distinct()) & set(library.names())
    read = {name: filled(project, name) for name in {take.set for take in table()} & sets}
    found: dict[str, list[str]] = {}
    for take in table():
        if take.set in read and (text := _told(take, read[take.set])):
            found.setdefault(take.field, []).append(text)
    sources = ledger.sources("instrument.answered")
    return {field: Known("\n".join(texts), sources) for field, texts in found.items()}


def _told(take: Take, found: Filled) -> str:
    """What one entry makes of a filled set; "" where it was not answered."""
    given = values(found.current)
    if take.row:
        return "\n".join(_rows(take, given.get(take.row)))
    texts = [str(given[name]).strip() for name in take.text if isinstance(given.get(name), str)]
    head = _head(take, found, given)
    if (take.case or take.choice) and not head:
        return ""
    return " ".join(_ended(part) for part in (head, *texts) if part)


def _ended(part: str) -> str:
    return part if part[-1] in ".!?…" else f"{part}."


def _rows(take: Take, rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        if all(row.get(name) == value for name, value in take.only.items()):
            told = [str(row[side]).strip() for side in take.sides if row.get(side)]
            if told:
                yield ": ".join(told).replace("\n", " ")


def _head(take: Take, found: Filled, given: Mapping[str, Any]) -> str:
    """The words of the code, or of the case after the name of the assessment and whether it is done."""
    language = str(settings.LANGUAGE_CODE)[:2]
    value = found.reading.computed.get(take.case) if take.case else given.get(take.choice)
    if take.list:
        code = take.codes.get(str(value), "")
        return lists()[take.list].say(code, language) if code else ""
    taken = case(found.definition, found.reading, take.case) if take.case else None
    if taken is None:
        return ""
    done = lists()["answer"].say(take.codes.get(str(value), "yes"), language).lower()
    return f"{lists()['assessment'].say(take.title, language)}: {done}. {say(taken.text, language)}"
