"""A template and a dict become a document, in a short-lived process of its own (see ``compiler``)."""

import base64
import calendar
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from minga.web.pdf.text import all_printable

HERE = Path(__file__).parent
FONTS = HERE / "fonts"  # what `npm run build` copies; without it the fonts inside typst serve
NO_PACKAGES = HERE / "packages"  # is never there: a template that asked for a package would find none
SECONDS = 120


class CannotPrint(ValueError):
    """A document cannot be made from these data; the message says why and what to do."""


def compiled(template: str, view: Mapping[str, Any], created: dt.date, **picture: Any) -> list[bytes]:
    """One PDF, or one picture a page where ``picture`` names a format of typst and its options."""
    request = {
        "template": str(HERE / f"{template}.typ"),
        "data": json.dumps(all_printable(dict(view)), ensure_ascii=False, separators=(",", ":")),
        "fonts": str(FONTS) if FONTS.is_dir() else None,
        "options": {
            "root": str(HERE),
            "package_path": str(NO_PACKAGES),
            "package_cache_path": str(NO_PACKAGES),
            "timestamp": calendar.timegm(created.timetuple()),
        },
        "picture": picture,
    }
    answer = _ask(json.dumps(request).encode())
    return [base64.b64decode(page) for page in answer["pages"]]


def _ask(request: bytes) -> dict[str, Any]:
    command = [sys.executable, "-P", str(HERE / "compiler.py")]
    try:
        done = subprocess.run(command, input=request, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        text = _("The document was not made within %(seconds)s seconds. Print fewer statements or codes at a time.")
        raise CannotPrint(text % {"seconds": SECONDS}) from error
    answer = json.loads(done.stdout) if done.stdout else {"error": done.stderr.decode(errors="replace")[-500:]}
    if "error" in answer:
        raise CannotPrint(_("The document was not made: %(cause)s") % {"cause": answer["error"]})
    return dict(answer)
