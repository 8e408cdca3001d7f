"""The annex as Word file, as PDF and as Markdown: the same headings, the same numbers, the same words."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.procurement.clauses.building import Built, Draft, Section
from minga.web.format import day
from minga.web.pdf import render

# What XML 1.0 cannot hold; python-docx would fail on it.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


class Head:
    """What stands above and below an annex: its title, the parties, its number and day, and where it is published."""

    def __init__(self, title: str, body: str, project: str, number: int, made: dt.date, address: str) -> None:
        self.title, self.body, self.project = title, body, project
        self.number, self.made, self.address = number, made, address

    def facts(self) -> list[tuple[str, str]]:
        return [(_("Annex"), _("Version %(number)s") % {"number": self.number}), (_("Made on"), day(self.made)),
                (_("Published at"), self.address)]  # fmt: skip


def as_json(draft: Draft) -> dict[str, Any]:
    """Plain JSON values, from which ``from_json`` gives the same draft."""
    return asdict(draft)


def from_json(data: dict[str, Any]) -> Draft:
    sections = tuple(
        Section(part["number"], part["title"], tuple(
            Built(**{**built, "items": tuple(built["items"]), "missing": tuple(built["missing"])})
            for built in part["clauses"]
        ))
        for part in data["sections"]
    )  # fmt: skip
    told = {
        "taken_out": tuple(tuple(pair) for pair in data["taken_out"]),
        "undecided": tuple(data.get("undecided", ())),
    }
    return Draft(**{**data, "sections": sections, **told})


def notes(draft: Draft) -> list[tuple[str, list[str]]]:
    """What a reader of the annex must know: (heading, lines), in the language of the draft. Empty ones are left out."""
    found = [
        (_("Still open"), draft.still_open),
        (_("Written anew"), [f"{built.number}: {built.changed}" for built in draft.changed]),
        (_("Taken out"), [f"{title}: {reason}" for title, reason in draft.taken_out]),
        (_("Where the clauses come from"), [draft.source, draft.law, _("This is no legal advice.")]),
    ]
    return [(title, lines) for title, lines in found if lines]


def lead(draft: Draft) -> str:
    if draft.high:
        return _("For a tool of high risk.")
    return _("For a tool that is not of high risk.")


def markdown(draft: Draft, head: Head) -> str:
    """The annex as Markdown; what people wrote cannot become markup of its own at the start of a line."""
    with override(draft.language):
        lines = [f"# {_plain(head.title)}", "", lead(draft), ""]
        lines += [f"- {key}: {_plain(value)}" for key, value in head.facts()] + [""]
        for part in draft.sections:
            lines += [f"## {part.number} {part.title}", ""]
            for built in part.clauses:
                lines += [f"### {built.number} {built.title}", "", _plain(built.text), ""]
                lines += [f"- {_plain(item)}" for item in built.items] + ([""] if built.items else [])
                lines += [f"*{built.law}*", ""] if built.law else []
        for title, found in notes(draft):
            lines += [f"## {title}", "", *(f"- {_plain(line)}" for line in found), ""]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return re.sub(r"^([#>*+|=-]|\d+[.)])", r"\\\1", re.sub(r"([<`\[\]])", r"\\\1", text))


def docx(draft: Draft, head: Head) -> bytes:
    """The annex as a Word file with real headings, its language and its properties set."""
    import docx as word

    document = word.Document()
    with override(draft.language):
        _properties(document, draft, head)
        document.add_heading(_clean(head.title), 0)
        document.add_paragraph(lead(draft))
        for key, value in head.facts():
            document.add_paragraph(f"{key}: {_clean(value)}")
        for part in draft.sections:
            document.add_heading(f"{part.number} {part.title}", 1)
            for built in part.clauses:
                _clause(document, built)
        for title, lines in notes(draft):
            document.add_heading(title, 1)
            for line in lines:
                document.add_paragraph(_clean(line), style="List Bullet")
        for who in signers():
            document.add_paragraph(f"\n\n____________________\n{who}")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _clause(document: Any, built: Built) -> None:
    document.add_heading(f"{built.number} {_clean(built.title)}", 2)
    document.add_paragraph(_clean(built.text))
    for item in built.items:
        document.add_paragraph(_clean(item), style="List Bullet")
    if built.law:
        document.add_paragraph().add_run(_clean(built.law)).italic = True


def _properties(document: Any, draft: Draft, head: Head) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    about = document.core_properties
    about.title, about.author, about.language = _clean(head.title)[:255], _clean(head.body)[:255], draft.language
    about.created = about.modified = dt.datetime.combine(head.made, dt.time())
    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), draft.language)
    properties.append(language)


def _clean(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def signers() -> list[str]:
    return [_("For the body"), _("For the supplier")]


def pdf(draft: Draft, head: Head) -> bytes:
    """The annex as a tagged PDF; raises ``minga.web.pdf.CannotPrint``."""
    with override(draft.language):
        parts: list[dict[str, Any]] = []
        for part in draft.sections:
            parts.append(_pdf_part(2, part.number, part.title))
            parts += [_pdf_part(3, built.number, built.title, [built.text], list(built.items), built.law)
                      for built in part.clauses]  # fmt: skip
        parts += [_pdf_part(2, "", title, [], lines) for title, lines in notes(draft)]
        data = {
            "title": head.title, "project": head.project, "body": head.body, "address": head.address,
            "created": head.made, "lead": lead(draft), "facts": head.facts()[:2], "parts": parts, "sign": signers(),
        }  # fmt: skip
    return render("paper", data, draft.language)


def _pdf_part(
    level: int, number: str, title: str, text: list[str] | None = None, items: list[str] | None = None, small: str = ""
) -> dict[str, Any]:
    return {"level": level, "number": number, "title": title, "text": text or [], "items": items or [],
            "table": None, "small": small}  # fmt: skip
