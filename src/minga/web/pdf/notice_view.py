"""The letter to one person about their case: that a tool helps, or what was decided and how to contest it."""

from typing import Any

from minga.web.format import day
from minga.web.pdf import words
from minga.web.pdf.parts import head, own_words, qr
from minga.web.pdf.shapes import Notice, NoticeSection


def notice_view(data: Notice) -> dict[str, Any]:
    until = data.get("until")
    return head(data, words.notice_words()) | {
        "recipient": list(data["recipient"]),
        "service": data["service"],
        "case": data["case"],
        "lead": data["lead"],
        "sections": [_section(found) for found in data["sections"]],
        "until": day(until),
        "qr": qr(data["address"]),
    }


def _section(found: NoticeSection) -> dict[str, Any]:
    return {
        "title": found["title"],
        "text": list(found["text"]),
        "quote": own_words(found["quote"]) if found["quote"] else None,
        "items": list(found["items"]),
    }
