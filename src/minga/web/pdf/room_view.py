"""Paper and room mode: voting sheets, the facilitator's tally, invitation codes."""

from itertools import batched
from typing import Any

from minga.web.format import day
from minga.web.pdf import words
from minga.web.pdf.parts import head, qr, statement
from minga.web.pdf.shapes import Code, Codes, Sheets
from minga.web.pdf.text import in_fours

SLIPS_ON_A_PAGE = 10


def sheets_view(data: Sheets) -> dict[str, Any]:
    return _room_head(data) | {
        "sheets": list(data.get("sheets") or ["1"]),
        "happens": data.get("happens") or words.happens_text(data["body"]),
        "qr": qr(data["address"]),
    }


def tally_view(data: Sheets) -> dict[str, Any]:
    return _room_head(data)


def _room_head(data: Sheets) -> dict[str, Any]:
    return head(data, words.room_words()) | {
        "short_address": data["short_address"],
        "statements": [statement(found) for found in data["statements"]],
    }


def codes_view(data: Codes) -> dict[str, Any]:
    slips = [_slip(code) for code in data["codes"]]
    return head(data, words.room_words()) | {
        "short_address": data["short_address"],
        "batch": data["batch"],
        "pages": [list(page) for page in batched(slips, SLIPS_ON_A_PAGE)],
    }


def _slip(code: Code) -> dict[str, str]:
    return {
        "code": in_fours(code["code"]),
        "link": code["link"],
        "qr": qr(code["link"]),
        "constituency": code["constituency"],
        "expires": words.expires_line(day(code["expires"])),
    }
