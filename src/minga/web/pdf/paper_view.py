"""Any document of headings, paragraphs, lists and tables: a contract annex, a yearly report, a certificate."""

from typing import Any

from minga.web.pdf.parts import head, qr
from minga.web.pdf.shapes import Paper, Part


def paper_view(data: Paper) -> dict[str, Any]:
    return head(data, {}) | {
        "lead": data["lead"],
        "facts": [[key, value] for key, value in data["facts"]],
        "parts": [_part(part) for part in data["parts"]],
        "sign": list(data["sign"]),
        "qr": qr(data["address"]) if data["address"] else "",
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "level": part["level"],
        "number": part["number"],
        "title": part["title"],
        "text": list(part["text"]),
        "items": list(part["items"]),
        "table": dict(part["table"]) if part["table"] else None,
        "small": part["small"],
    }
