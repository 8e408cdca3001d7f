"""Why a file or a row cannot be used, in the language of the person who imports it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from minga.inventory.models import Source
from minga.inventory.readers import REASONS, read_bytes, reason
from minga.ledger.refusals import Invalid
from minga.tools.registers.unusable import FILE, ROW, UnusableFile
from tests.conftest import Cast
from tests.inventory.test_import import us


def refused(content: bytes, format: str = "") -> str:
    with translation.override("es"), pytest.raises(Invalid) as caught:
        read_bytes(content, "file", format)
    return f"{caught.value} {caught.value.cause}"


@pytest.mark.parametrize(
    ("content", "format", "said"),
    [
        (b" \n", "", "está vacío"),
        (b"a\0b", "", "bytes nulos"),
        ("título;año".encode("utf-16"), "", "bytes nulos"),
        (b"a,b\n1,2\n", "us", "le faltan las columnas"),
        (b"a,b\n1,2\n", "", "ningún estándar"),
        (b'{"algoritmes": 7}', "nl_listing", "lista de fichas"),
        (us().rstrip() + b'\n"open', "us", "se corta"),
        (us().rstrip() + b"\n\xff\xfe", "us", "otra codificación"),
        (b'{"name": "A",\n "name": "B"}', "nl", "línea 2, columna"),
        (b'{"name": "A', "nl", "línea 1, columna"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_spanish(content: bytes, format: str, said: str) -> None:
    assert said in refused(content, format)


@pytest.mark.parametrize("kind", FILE)
def test_every_sentence_says_the_same_in_both_languages(kind: str) -> None:
    told = {name: name for name in ("line", "encodings", "byte", "keys", "title", "columns", "error")}
    error = UnusableFile(kind, **told)
    assert str(error) == error.say("en") == error.say("xx") != error.say("es")
    assert [name for name in told if name in error.say("es")] >= [n for n in told if f"{{{n}}}" in FILE[kind]["en"]]


@pytest.mark.parametrize("kind", ROW)
def test_a_row_that_is_none_is_told_in_spanish(kind: str) -> None:
    english = reason(kind, "list")
    with translation.override("es"):
        assert reason(kind, "list") != english
    assert kind in REASONS


def test_the_page_refuses_in_spanish(cast: Cast, client: Client) -> None:
    client.force_login(cast.bea)
    file = SimpleUploadedFile("sistemas.csv", b"a,b\n1,2\n")
    page = client.post("/inventory/import/", {"file": file, "format": "us"}, headers={"accept-language": "es"})
    assert page.status_code == 422
    assert "le faltan las columnas" in page.content.decode()
    assert not Source.objects.exists()
