"""Printable documents: results, sheets, codes, reports, letters and plain papers (tagged PDF/UA-1).

>>> pdf = render("sheets", data, "es")

Data are the TypedDicts of ``shapes``; the words come from ``words`` in the language asked for.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import override

from minga.web.pdf.check_view import check_view
from minga.web.pdf.engine import CannotPrint, compiled
from minga.web.pdf.notice_view import notice_view
from minga.web.pdf.paper_view import paper_view
from minga.web.pdf.report_view import report_view
from minga.web.pdf.room_view import codes_view, sheets_view, tally_view
from minga.web.pdf.session_view import session_view

__all__ = ["TEMPLATES", "CannotPrint", "pages", "render"]

TEMPLATES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "report": report_view,
    "sheets": sheets_view,
    "tally": tally_view,
    "codes": codes_view,
    "session": session_view,
    "check": check_view,
    "notice": notice_view,
    "paper": paper_view,
}


def render(template: str, data: Mapping[str, Any], language: str) -> bytes:
    """One PDF of ``data`` (see ``shapes``) in ``language`` ("en", "es"). Same data, same bytes. Raises CannotPrint."""
    view, created = _viewed(template, data, language)
    with override(language):
        return compiled(template, view, created)[0]


def pages(template: str, data: Mapping[str, Any], language: str, ppi: float = 72) -> list[bytes]:
    """The same document as one PNG a page, for a preview."""
    view, created = _viewed(template, data, language)
    with override(language):
        return compiled(template, view, created, format="png", ppi=ppi)


def _viewed(template: str, data: Mapping[str, Any], language: str) -> tuple[dict[str, Any], dt.date]:
    if template not in TEMPLATES:
        raise CannotPrint(f"There is no document {template!r}. Use one of: {', '.join(TEMPLATES)}.")
    known = [code for code, _name in settings.LANGUAGES]
    if language not in known:
        raise CannotPrint(f"Documents are not written in {language!r}. Use one of: {', '.join(known)}.")
    try:
        with override(language):
            return TEMPLATES[template](data) | {"lang": language.partition("-")[0]}, data["created"]
    except KeyError as missing:
        raise CannotPrint(f"The data for {template!r} lack {missing}. See minga/web/pdf/shapes.py.") from missing
