"""Cases from e-mail files: one message (.eml) or a mailbox (.mbox). Attachments are counted and named, not kept."""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver.incoming import Raw
from minga.deliver.models import Service

SUBJECT = ("subject", "about", "title")
BODY = ("body", "text", "message", "letter", "what_you_write_to_us", "description")
SENDER = ("from", "sender")
ATTACHMENTS = "attachments"
_START = re.compile(rb"^From [^\r\n]*\r?\n", re.MULTILINE)


def messages(service: Service, data: bytes) -> Iterator[Raw]:
    """Each message as cells of the service's fields; one that cannot be read, or says nothing, has failed."""
    for number, raw in enumerate(_split(data), start=1):
        try:
            message = BytesParser(policy=policy.default).parsebytes(raw)
            cells = _cells(service, message)
            # Without a number of its own it is known by its words, so that sent twice it is one.
            cells["id"] = cells["id"] or f"sha256:{hashlib.sha256(raw.strip()).hexdigest()}"
        except (MessageError, LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:
            yield number, None, _("not a message that can be read: %(error)s") % {"error": error}
            continue
        empty = not message.keys()
        yield number, None if empty else cells, _("not a message: it has no head") if empty else ""


def _split(data: bytes) -> list[bytes]:
    """The messages of a mailbox, or the one message. In a mailbox a line ">From " of a body stands for "From "."""
    if not data.startswith(b"From "):
        return [data]
    parts = _START.split(data)[1:]
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", part) for part in parts]


def _cells(service: Service, message: EmailMessage) -> dict[str, Any]:
    name, address = parseaddr(str(message.get("from", "")))
    text, names = _text(message), [part.get_filename() or "?" for part in message.iter_attachments()]
    cells: dict[str, Any] = {
        "id": str(message.get("message-id", "")).strip()[:200],
        "received": _when(message),
        "contact_name": name,
        "contact_email": address,
    }
    cells |= _placed(service, str(message.get("subject", "")), text, address)
    if any(field["name"] == ATTACHMENTS for field in service.fields):
        cells[ATTACHMENTS] = names
    elif names:
        told = ngettext(
            "[%(count)d attachment was not taken over: %(names)s]",
            "[%(count)d attachments were not taken over: %(names)s]",
            len(names),
        )
        cells[_body_field(service)] += "\n\n" + told % {"count": len(names), "names": ", ".join(names)}
    return cells


def _placed(service: Service, subject: str, text: str, address: str) -> dict[str, str]:
    """Subject, text and sender in the fields that are named for them; a subject without one opens the text."""
    fields = [field["name"] for field in service.fields]
    cells = {name: address for name in SENDER if name in fields}
    own = _subject_field(service)
    if own is not None:
        cells[own] = subject
    cells[_body_field(service)] = text if own is not None else f"{subject}\n\n{text}".strip()
    return cells


def _subject_field(service: Service) -> str | None:
    """The field named for it, else the first short one that every case needs."""
    body, fields = _body_field(service), [field["name"] for field in service.fields]
    short = [f["name"] for f in service.fields if f["needed"] and not f["personal"] and not f.get("long")]
    return next((name for name in (*SUBJECT, *short) if name in fields and name != body), None)


def _body_field(service: Service) -> str:
    names = [field["name"] for field in service.fields]
    long = [field["name"] for field in service.fields if field.get("long")]
    return next((name for name in (*BODY, *long) if name in names), names[0])


def _when(message: EmailMessage) -> str:
    try:
        found = parsedate_to_datetime(str(message.get("date", "")))
    except ValueError:
        return ""
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return _Words.of(content) if part.get_content_type() == "text/html" else content.strip()


class _Words(HTMLParser):
    """The words of an HTML message, one line a block; scripts and styles are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    @classmethod
    def of(cls, html: str) -> str:
        words = cls()
        words.feed(html)
        lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
        return "\n".join(line for line in lines if line)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        if tag in {"p", "br", "div", "li", "tr", "h1", "h2", "h3"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in {"script", "style"}))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)
