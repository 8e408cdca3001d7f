"""JSON that comes in from outside: the strict reader, and releases out of lines and documents."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.tools.intake import (
    IntakeError,
    iter_json_lines,
    strict_json,
)

SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


# Strict JSON


@given(VALUES, st.booleans(), st.sampled_from([None, 2]))
def test_strict_json_agrees_with_the_standard_reader(value: object, ascii_only: bool, indent: int | None) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert strict_json(data) == json.loads(data)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused_but_never_crash(data: bytes) -> None:
    try:
        value = strict_json(data)
    except IntakeError:
        return
    assert value == json.loads(data.decode("utf-8-sig"))


@given(st.text(alphabet='{}[]",:0123456789.eE-+\\utrfalsn NI\n', max_size=60))
def test_near_json_never_crashes(text: str) -> None:
    with suppress(IntakeError):
        assert strict_json(text.encode()) == json.loads(text)


@given(TEXTS, VALUES, VALUES, st.dictionaries(TEXTS, SCALARS, max_size=3), st.integers(0, 3))
def test_a_repeated_key_is_always_refused(
    key: str, first: object, second: object, others: dict[str, object], depth: int
) -> None:
    members = [(key, first), *((k, v) for k, v in others.items() if k != key), (key, second)]
    text = "{" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in members) + "}"
    with pytest.raises(IntakeError, match="repeated"):
        strict_json(("[" * depth + text + "]" * depth).encode())


def test_a_repeated_key_is_named_with_its_place() -> None:
    with pytest.raises(IntakeError, match=r"Line 3, column 3: the key 'ocid' is repeated") as caught:
        strict_json(b'{"ocid": "a",\n "tender": {"id": 1, "value": {"id": 2}},\n  "\\u006fcid": "b"}')
    assert (caught.value.line, caught.value.column) == (3, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b'{"a": NaN}', "Line 1, column 7: NaN is not a JSON number"),
        (b"[1,\n -Infinity]", "Line 2, column 2: -Infinity"),
        (b"[1e999]", "too large"),
        (b"[" + b"9" * 5000 + b"]", "too large"),
        (b'{"a": 1,}', "Line 1, column [89]"),
        (b'{"a": [1, 2', "ends too early"),
        (b'{"a": "half', "ends too early"),
        (b'{"a": 1} x', "Line 1, column 10"),
        (b"'a'", "not JSON"),
        (b'["\\ud800"]', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        (b"[" * 65 + b"]" * 65, "Line 1, column 65: the nesting is deeper than 64"),
        (b"[" * 200_000, "nesting is deeper|ends too early"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nesting is deeper"),
        ("é".encode("latin-1").join([b'{"a": "', b'"}']), "offset 7.*ISO-8859-1"),
        ("“x”".encode("cp1252").join([b'["', b'"]']), "Windows-1252"),
        ('{"a": 1}'.encode("utf-16"), "UTF-16"),
        ('{"a": 1}'.encode("utf-16-le"), "UTF-16"),
        ('{"a": 1}'.encode("utf-32"), "UTF-32"),
    ],
)
def test_faults_are_refused_with_their_place_and_cause(data: bytes, message: str) -> None:
    with pytest.raises(IntakeError, match=message):
        strict_json(data)


def test_a_byte_order_mark_is_passed_over_and_a_surrogate_pair_read() -> None:
    assert strict_json(b'\xef\xbb\xbf{"a": "\\ud83d\\ude00"}') == {"a": "😀"}


def test_lines_of_the_file_are_counted_from_where_the_text_begins() -> None:
    with pytest.raises(IntakeError, match="Line 41, column 2"):
        strict_json(b"[\n x]", first_line=40)


# Lines


def rows(data: bytes, **options: object) -> list[tuple[int, bytes]]:
    return list(iter_json_lines(io.BytesIO(data), **options))  # type: ignore[arg-type]


def values(data: bytes, **options: object) -> list[object]:
    return [json.loads(row) for _, row in rows(data, **options)]


A, B = {"ocid": "a", "tender": {"id": 1}}, {"ocid": "b", "language": "señal"}


def test_json_lines_with_crlf_blank_lines_and_a_byte_order_mark() -> None:
    data = b'\xef\xbb\xbf\r\n{"ocid": "a"}\r\n\r\n  {"ocid": "b"}\n\n{"ocid": "c"}'
    assert rows(data) == [(2, b'{"ocid": "a"}'), (4, b'{"ocid": "b"}'), (6, b'{"ocid": "c"}')]


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize(
    "document",
    [
        [A, B],
        {"uri": "x", "releases": [A, B], "license": "y"},
        {
            "uri": "x",
            "records": [
                {"ocid": "a", "compiledRelease": A, "releases": [{"url": "z"}]},
                {"compiledRelease": B},
            ],
        },
        {"records": [{"ocid": "a", "releases": [A, B]}]},
    ],
)
def test_whole_documents_are_taken_apart(document: object, indent: int | None) -> None:
    data = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    assert values(data) == [A, B]
    assert values(data, strict=False) == [A, B]


@pytest.mark.parametrize("indent", [None, 2])
def test_one_release_alone_in_any_layout(indent: int | None) -> None:
    assert values(json.dumps(A, indent=indent).encode()) == [A]


def test_packages_line_by_line() -> None:
    data = b"\n".join(json.dumps({"releases": [one]}).encode() for one in (A, B))
    assert [number for number, _ in rows(data)] == [1, 2]
    assert values(data) == [A, B]


def test_releases_of_a_document_keep_their_line_and_their_bytes() -> None:
    data = b'{\n "releases": [\n  {"ocid": "a", "x": 1.50},\n\n  {"ocid":"b"}\n ]\n}\n'
    assert rows(data) == [(3, b'{"ocid": "a", "x": 1.50}'), (5, b'{"ocid":"b"}')]


def test_a_broken_first_line_does_not_turn_lines_into_a_document() -> None:
    data = b'{"ocid": "a", "tender": {"id\n{"ocid": "b"}\n{"ocid": "c"\n'
    assert rows(data, strict=False) == [
        (1, b'{"ocid": "a", "tender": {"id'),
        (2, b'{"ocid": "b"}'),
        (3, b'{"ocid": "c"'),
    ]
    with pytest.raises(IntakeError, match="Line 1, column 26"):
        rows(data)


def test_a_line_that_is_a_list_of_other_things_is_one_row() -> None:
    data = b'{"ocid": "a"}\n["b", 1]\n[]\n{"ocid": "c"}'
    assert [number for number, _ in rows(data, strict=False)] == [1, 2, 3, 4]


def test_strict_lines_name_the_line_of_a_repeated_key() -> None:
    with pytest.raises(IntakeError, match="Line 3, column 15: the key 'ocid' is repeated"):
        rows(b'{"ocid": "a"}\n\n{"ocid": "b", "ocid": "c"}\n')


def test_a_fault_in_a_package_is_placed_in_the_file() -> None:
    for data, where in (
        (b'{"releases": [{"ocid": "a"}, {"x": 1, "x": 2}]}', "Line 1, column 39:"),
        (b'{"releases": [\n{"ocid": "a"},\n  {"x": 1,\n "x": 2}]}', "Line 4, column 2:"),
    ):
        with pytest.raises(IntakeError, match=where):
            rows(data)


def test_a_repeated_key_of_a_package_is_refused() -> None:
    with pytest.raises(IntakeError, match="'releases' is repeated"):
        rows(b'{"releases": [{"ocid": "a"}], "releases": []}')


def test_a_line_of_50_mb_is_refused_or_cut_and_the_next_line_is_read() -> None:
    data = b'{"ocid": "a", "x": "' + b"x" * 50_000_000 + b'"}\n{"ocid": "b"}\n'
    with pytest.raises(IntakeError, match="Line 1 is longer than 16 MiB"):
        rows(data)
    found = rows(data, strict=False)
    assert [(number, len(row)) for number, row in found] == [(1, 16 * 1024 * 1024), (2, 13)]


def test_a_package_of_50_mb_on_one_line_is_taken_apart() -> None:
    release = b'{"ocid": "a", "x": "' + b"x" * 1_000_000 + b'"}'
    data = b'{"uri": "x", "releases": [' + b", ".join([release] * 50) + b"]}"
    assert [row for _, row in rows(data)] == [release] * 50
    with pytest.raises(IntakeError, match="Convert it to JSON Lines"):
        rows(data, max_document=40_000_000)


@pytest.mark.parametrize("data", [b"", b"\n \r\n"])
def test_a_source_without_rows_is_an_error(data: bytes) -> None:
    with pytest.raises(IntakeError, match="no JSON here"):
        rows(data)


def test_another_encoding_is_named() -> None:
    with pytest.raises(IntakeError, match="UTF-16"):
        rows('{"ocid": "a"}\n'.encode("utf-16"))
    with pytest.raises(IntakeError, match=r"Line 2, column 11 is not UTF-8.*ISO-8859-1"):
        rows(b'{"ocid": "a"}\n{"ocid": "\xe9"}\n')


def test_a_truncated_document_says_so() -> None:
    with pytest.raises(IntakeError, match="ends too early"):
        rows(b'{\n "releases": [\n  {"ocid": "a"},\n')


@given(st.binary(max_size=300))
def test_arbitrary_streams_never_crash(data: bytes) -> None:
    for strict in (True, False):
        with suppress(IntakeError):
            assert all(number > 0 and row for number, row in rows(data, strict=strict))


@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), min_size=1, max_size=5))
def test_every_object_of_lines_comes_out_once(objects: list[dict[str, object]]) -> None:
    objects = [{**one, "ocid": number} for number, one in enumerate(objects)]
    data = b"\n".join(json.dumps(one).encode() for one in objects)
    assert values(data) == objects
