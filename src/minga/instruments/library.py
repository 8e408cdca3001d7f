"""Reading question sets: from a TOML file, one of those that ship in ``sets/``, or one that the body added.

Sets that were added lie in the database; only what names them looks there.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from minga.instruments.checks import DefinitionError, check
from minga.instruments.definition import Definition
from minga.instruments.instrument import Instrument

SETS = Path(__file__).parent / "sets"
LARGEST = 5_000_000


def names() -> list[str]:
    """The ids of the sets that ship with Minga, in alphabetical order."""
    return list(_names())


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in SETS.glob("*.toml")))


@lru_cache(maxsize=256)
def shipped(set_id: str) -> Definition:
    """The set ``set_id`` that ships with Minga; raises DefinitionError, naming those there are, where there is none."""
    if set_id not in names():
        raise _unknown(set_id, names())
    return read(SETS / f"{set_id}.toml")


def load(set_id: str, version: str = "") -> Instrument:
    """The set ``set_id``, shipped or added, in ``version`` or its newest; DefinitionError names those there are."""
    if set_id in names():
        found = shipped(set_id)
        if version in ("", found.version):
            return found
        problem = f"version {version} is not here: Minga ships version {found.version}. Use that one."
        raise DefinitionError(set_id, [problem])
    from minga.instruments import added

    made = added.load(set_id, version)
    if made:
        return made
    if known := added.versions(set_id):
        problem = (
            f"version {version} of it was not added. There is: {', '.join(known)}. Add its file, or use one of these."
        )
        raise DefinitionError(set_id, [problem])
    raise _unknown(set_id, [*names(), *added.ids()])


def find(set_id: str, version: str = "") -> Instrument | None:
    """As ``load``; None where there is no such set or version."""
    try:
        return load(set_id, version)
    except DefinitionError:
        return None


def everything() -> list[Instrument]:
    """All shipped sets, then the newest version of each that was added."""
    from minga.instruments import added

    return [*(shipped(name) for name in names()), *(load(id) for id in added.ids())]


def versions(set_id: str) -> list[str]:
    """The versions there are of a set, newest first; none where there is no such set."""
    if set_id in names():
        return [shipped(set_id).version]
    from minga.instruments import added

    return added.versions(set_id)


def _unknown(set_id: str, known: list[str]) -> DefinitionError:
    return DefinitionError(set_id, [f"there is no question set of this name. Use one of: {', '.join(known)}."])


def read(path: Path) -> Definition:
    """The set in the TOML file ``path``, checked; raises DefinitionError with every problem found."""
    where = path.name
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DefinitionError(where, [f"it has {size:,} bytes; a question set has at most {LARGEST:,}."])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DefinitionError(where, [f"it cannot be opened ({error.strerror}). Check the path."]) from error
    except UnicodeDecodeError as error:
        problem = f"byte {error.start + 1} is not UTF-8. Save the file as UTF-8 and try again."
        raise DefinitionError(where, [problem]) from error
    return parse(text, where)


def parse(text: str, where: str) -> Definition:
    """The set written in ``text`` as TOML; ``where`` names it in messages."""
    try:
        raw = tomllib.loads(text)
    except RecursionError as error:
        raise DefinitionError(where, ["it is nested too deeply to be a question set. Check the file."]) from error
    except ValueError as error:  # not TOML, or a number of thousands of digits
        what = str(error).partition("; use sys.")[0]
        raise DefinitionError(where, [f"it is not valid TOML: {what}. Correct that place."]) from error
    _fill_lists(raw, where)
    try:
        definition = msgspec.convert(raw, Definition)
    except msgspec.ValidationError as error:
        raise DefinitionError(where, [_explain(str(error), raw)]) from error
    problems = check(definition)
    if problems:
        raise DefinitionError(where, problems)
    return definition


def _fill_lists(raw: dict[str, Any], where: str) -> None:
    """Put the shared option lists in place: ``options = "yes_no"`` means the list of that name."""
    lists = raw.get("lists", {})
    for question in _raw_questions(raw):
        for key in ("options", "columns", "rows"):
            wanted = question.get(key)
            if isinstance(wanted, str):
                if not isinstance(lists, dict) or wanted not in lists:
                    problem = f'question "{question.get("id", "?")}": add the list [[lists.{wanted}]] it uses.'
                    raise DefinitionError(where, [problem])
                question[key] = lists[wanted]


def _raw_questions(raw: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for holder in ("sections", "questions"):
        for part in raw.get(holder, []) if isinstance(raw.get(holder, []), list) else []:
            if isinstance(part, dict):
                found += [part] if holder == "questions" else []
                found += _raw_questions(part)
    return found


def _explain(message: str, raw: Any) -> str:
    """msgspec's message with the path into the file replaced by the ids along it."""
    what, _, path = message.partition(" - at `$")
    place: list[str] = []
    here = raw
    for key, index in re.findall(r"\.(\w+)|\[(\d+|\.\.\.)\]", path):
        try:
            here = here[key] if key else here[int(index)]
        except (KeyError, IndexError, TypeError, ValueError):
            break
        if index and isinstance(here, dict):
            place.append(f'"{here.get("id") or here.get("value") or index}"')
        elif key:
            place.append(key.removesuffix("s"))
    what = what.replace("Object contains unknown field", "unknown key").replace(
        "Object missing required field", "missing key"
    )
    what = what.replace("Invalid RFC3339 encoded date", "this is no day, such as 2026-03-12")
    hint = "Remove it or correct its spelling" if "unknown key" in what else "Correct it"
    return f"{' '.join(place) or 'the set'}: {what}. {hint}."
