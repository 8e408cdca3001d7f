"""Pieces that several documents share: statements, votes, the head of a document."""

import io
from collections.abc import Mapping
from typing import Any

import segno
from django.utils.translation import get_language

from minga.web.format import count_of, day, whole
from minga.web.pdf import words
from minga.web.pdf.shapes import Document, Quote, Votes, Words
from minga.web.pdf.text import date_parts, language_code, quoted


def head(data: Document, labels: Mapping[str, str]) -> dict[str, Any]:
    """What every document begins with; ``w`` are the words of its template."""
    return {
        "title": data["title"],
        "project": data["project"],
        "body": data["body"],
        "address": data["address"],
        "created": day(data["created"]),
        "date": date_parts(data["created"]),
        "w": words.page_words() | dict(labels),
    }


def own_words(text: str, language: str = "") -> dict[str, str]:
    """Someone's words in quotation marks, with the code of their language."""
    return {"text": quoted(text), "lang": language_code(language, (get_language() or "en")[:2])}


def said(found: Words | Quote) -> dict[str, Any]:
    """Words as they were said, and below them a translation where there is one, marked as such."""
    shown: dict[str, Any] = {"said": own_words(found["text"], found.get("language", ""))}
    translation = found.get("translation")
    if translation:
        label = words.translation_line(translation.get("by", ""))
        shown["translation"] = own_words(translation["text"], translation["language"]) | {"label": label}
    return shown


def statement(found: Words) -> dict[str, Any]:
    return said(found) | {"number": str(found["number"])}


def votes_row(votes: Votes) -> dict[str, Any]:
    """One group's bar: three counts to draw and the text of each; ``bar`` is None where they may not be shown."""
    agree, passed, disagree = votes["agree"], votes["passed"], votes["disagree"]
    if agree is None or passed is None or disagree is None:
        return {"label": votes["label"], "bar": None, "line": words.too_few()}
    total = agree + passed + disagree
    return {
        "label": votes["label"],
        "bar": [agree, passed, disagree],
        "total": total,
        "line": count_of(agree, total),
        "passed": whole(passed),
        "disagree": whole(disagree),
    }


def qr(address: str) -> str:
    """The address as a QR code, as SVG in ink; error correction M (15 %)."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", border=4, dark="#2a1f1a", light=None, xmldecl=False, nl=False)
    return drawn.getvalue().decode()
