"""The process that runs typst: reads one request as JSON from standard input, writes the pages as JSON, and ends.

Typst keeps what it has laid out for the next fifteen documents of a process (230 MiB for a report of 900 statements);
a process of its own gives it back, for 20 ms of CPU. No network, no system fonts, no file written, no Django.
"""

import base64
import json
import re
import sys
from typing import Any

import typst

ATTEMPTS = 4
UNKNOWN_CHARACTER = re.compile(r'the text `"(.+?)"`|codepoint `?U\+([0-9a-fA-F]{4,6})', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def code_point(char: str) -> str:
    """How a character that cannot be printed is written: "[U+4E2D]"."""
    return f"[U+{ord(char):04X}]"


def fonts(folder: str | None) -> typst.Fonts:
    """The fonts of a folder and those inside typst; never those of the system, which differ from one to the next."""
    paths = [folder] if folder else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)


def unknown_characters(diagnostic: str) -> set[str]:
    """The characters beyond ASCII that typst says no font has."""
    found: set[str] = set()
    for shown, number in UNKNOWN_CHARACTER.findall(diagnostic):
        found.update(chr(int(number, 16)) if number else ESCAPED.sub(lambda m: chr(int(m.group(1), 16)), shown))
    return {char for char in found if ord(char) > 127}


def compiled(request: dict[str, Any]) -> list[bytes]:
    """One PDF of ``request`` (template, data, fonts, options), or a picture of each page where ``picture`` names
    options. Characters without a font become their number; raises typst.TypstError for whatever else is wrong."""
    given, text = request["options"] | {"font_paths": fonts(request["fonts"])}, request["data"]
    document, text = _printed(request["template"], text, given)
    if not request["picture"]:
        return [document]
    options = given | request["picture"]
    made = typst.compile(request["template"], sys_inputs={"data": text}, **options)
    return made if isinstance(made, list) else [made]


def _printed(template: str, text: str, options: dict[str, Any]) -> tuple[bytes, str]:
    """The PDF and the data it could print. Only as PDF/UA does typst say which characters no font has."""
    for _attempt in range(ATTEMPTS):
        try:
            return typst.compile(
                template, format="pdf", pdf_standards=["ua-1"], sys_inputs={"data": text}, **options
            ), text
        except typst.TypstError as error:
            unknown = unknown_characters(error.diagnostic)
            if not unknown:
                raise
            text = text.translate({ord(char): code_point(char) for char in unknown})
    return typst.compile(template, format="pdf", pdf_standards=["ua-1"], sys_inputs={"data": text}, **options), text


def main() -> int:
    try:
        made = compiled(json.load(sys.stdin.buffer))
    except typst.TypstError as error:
        json.dump({"error": error.message}, sys.stdout)
        return 1
    json.dump({"pages": [base64.b64encode(page).decode() for page in made]}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
