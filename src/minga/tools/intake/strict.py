"""Strict JSON (RFC 8259, UTF-8): what other readers pass over in silence is refused with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from minga.tools.intake.errors import IntakeError

MAX_DEPTH = 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|-?[0-9][0-9eE+.\-]*|NaN|-?Infinity', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Start(NamedTuple):
    """Where in a file a text begins, both from 1."""

    line: int = 1
    column: int = 1


class _Refused(Exception):
    """Raised inside the parser; the place is found afterwards, so that good input pays nothing for it."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused
    return found


def _no_constant(name: str) -> NoReturn:
    raise _Refused(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused(text)
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite)


def strict_json(data: bytes, *, max_depth: int = MAX_DEPTH, first_line: int = 1, first_column: int = 1) -> object:
    """The value of one JSON text in UTF-8 (a leading byte order mark is passed over).

    Refuses, with line and column: repeated keys, NaN and infinities, numbers beyond a float, nesting deeper
    than ``max_depth``, half surrogates, syntax errors; with the byte offset: other encodings; empty input.
    ``first_line`` and ``first_column`` say where in the file ``data`` begins.
    """
    start = Start(first_line, first_column)
    text = _decode(data, start)
    if not text.strip(" \t\r\n"):
        raise IntakeError(
            "There is no JSON here: the input is empty. The export probably failed. Make it again.",
            line=first_line,
            column=first_column,
        )
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise syntax_fault(text, error, start) from None
    except (_Refused, RecursionError, ValueError):
        raise _explain(text, max_depth, start) from None
    if _deeper_than(value, max_depth) or (_ESCAPED_SURROGATE.search(text) and not _encodable(value)):
        raise _explain(text, max_depth, start)
    return value


def _decode(data: bytes, start: Start) -> str:
    for mark, name in BOMS:
        if data.startswith(mark):
            raise encoding_fault(data, 0, name, start)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        raise encoding_fault(data, offset, _likely_encoding(data, offset), start) from None
    if "\0" in text:
        raise encoding_fault(data, data.index(0), _likely_encoding(data, data.index(0)), start)
    return text


def _likely_encoding(data: bytes, offset: int) -> str:
    sample = data[:4000]
    if sample.count(0) * 4 > len(sample):
        return "UTF-16"
    if data[offset] == 0:
        return "UTF-8 with binary content"
    return "Windows-1252" if any(0x80 <= byte <= 0x9F for byte in data[offset : offset + 4000]) else "ISO-8859-1"


def encoding_fault(data: bytes, offset: int, likely: str, start: Start) -> IntakeError:
    before = data[:offset].decode("utf-8", "replace")
    line, column = place(before, len(before), start)
    return IntakeError(
        f"Line {line}, column {column} is not UTF-8: byte {data[offset]:#04x} at offset {offset} of the text that "
        f"begins on line {start.line}. The file is probably {likely}. Save or export it again as UTF-8.",
        line=line,
        column=column,
        offset=offset,
    )


def _deeper_than(value: object, most: int) -> bool:
    level: list[Any] = [value] if isinstance(value, dict | list) else []
    depth = 0
    while level:
        depth += 1
        if depth > most:
            return True
        level = [
            child
            for container in level
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
    return False


def _encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def place(text: str, position: int, start: Start) -> tuple[int, int]:
    """Line and column (both from 1) of a character position."""
    breaks = text.count("\n", 0, position)
    column = position - text.rfind("\n", 0, position)
    return start.line + breaks, column if breaks else column + start.column - 1


def fault_at(what: str, advice: str, text: str, position: int, start: Start) -> IntakeError:
    line, column = place(text, position, start)
    return IntakeError(f"Line {line}, column {column}: {what} {advice}", line=line, column=column)


def syntax_fault(text: str, error: json.JSONDecodeError, start: Start) -> IntakeError:
    at_end = not text[error.pos :].strip() or error.msg.startswith("Unterminated string")
    cause = (
        "The JSON ends too early: the file or line was probably cut off."
        if at_end
        else "This is not JSON. It was probably edited by hand or is another format."
    )
    what = f"{error.msg[0].lower()}{error.msg[1:]}."
    return fault_at(what, f"{cause} Export it again.", text, error.pos, start)


def _explain(text: str, max_depth: int, start: Start) -> IntakeError:
    """Why the parser refused, at the first place in the text where it can be said."""
    for what, advice, position in _faults(text, max_depth):
        return fault_at(what, advice, text, position, start)
    return IntakeError(
        f"Line {start.line}: a number or nesting in this JSON cannot be represented. Export it again.",
        line=start.line,
        column=start.column,
    )


def _faults(text: str, max_depth: int) -> Iterator[tuple[str, str, int]]:
    stack: list[set[str] | None] = []
    key_next = False
    for match in _TOKEN.finditer(text):
        part, position = match.group(), match.start()
        if part[0] == '"':
            yield from _string_faults(part, position, stack[-1] if key_next and stack else None)
            key_next = False
        elif part in "{[":
            stack.append(set() if part == "{" else None)
            key_next = part == "{"
            if len(stack) > max_depth:
                yield (
                    f"the nesting is deeper than {max_depth} levels.",
                    "Real data is not; the file may be an attack or wrongly exported. Flatten it.",
                    position,
                )
                return
        elif part in "}]":
            if stack:
                stack.pop()
            key_next = False
        elif part == ",":
            key_next = bool(stack) and stack[-1] is not None
        elif part != ":":
            yield from _number_faults(part, position)


def _string_faults(token: str, position: int, keys: set[str] | None) -> Iterator[tuple[str, str, int]]:
    try:
        decoded = json.loads(token)
        decoded.encode("utf-8")
    except UnicodeEncodeError:
        yield ("half of a surrogate pair.", "The text was cut inside a character. Export it again.", position)
        return
    except ValueError:
        return
    if keys is not None:
        if decoded in keys:
            yield (
                f"the key {decoded!r} is repeated in the same object.",
                "One of the two values would be lost. Remove or rename one of them.",
                position,
            )
        keys.add(decoded)


def _number_faults(token: str, position: int) -> Iterator[tuple[str, str, int]]:
    if token[-1] in "Nyn":
        yield (f"{token} is not a JSON number.", "Use null where a value is missing.", position)
        return
    try:
        too_large = len(token) > 4000 or abs(float(token)) == float("inf")
    except ValueError:
        return
    if too_large:
        yield (
            f"the number {token[:30]} is too large.",
            "It is probably a typing error. Correct it.",
            position,
        )
