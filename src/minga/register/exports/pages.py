"""A document of a standard of fields as one HTML file that needs nothing else: to download, to publish, to print.

It walks the lines and sections of the standard as they are; which field of the record stands where is told there alone.
"""

from collections.abc import Iterator
from html import escape

from minga.register.exports.making import Made
from minga.tools.registers.page import NOT_STATED, page

WORDS = {
    "en": {"made": "Written from the public record", "version": "version", "draft": "Draft: not published yet"},
    "es": {"made": "Escrito a partir de la ficha pública", "version": "versión", "draft": "Borrador: aún no publicado"},
}
STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.5 system-ui,sans-serif;color:#2a1f1a}"
    "h1,h2{line-height:1.2}h2{border-top:2px solid;padding-top:.6rem;margin-top:2.2rem}"
    "dt{font-weight:700;margin-top:1rem}dd{margin:0;white-space:pre-line;overflow-wrap:anywhere}"
    "aside{border-left:4px solid;padding-left:1rem}a{color:#1c4b74}"
)


def content(made: Made, form: str) -> bytes:
    """The bytes of ``form``: file (what the register takes in), md or html (a page, for a standard of fields)."""
    if form == "file":
        return made.file()
    return (document(made) if form == "html" else markdown(made)).encode()


def markdown(made: Made) -> str:
    """The page as plain text, with the address of the record at its end."""
    return f"{page(made.exported)}\n{made.address}\n"


def document(made: Made) -> str:
    """The whole page in the language of the standard; required fields that are empty say so."""
    language = made.standard.language
    words = WORDS.get(language, WORDS["en"])
    name, note = escape(made.record.name.value), made.standard.of.note
    lines = [
        "<!doctype html>",
        f'<html lang="{escape(language)}">',
        f'<head><meta charset="utf-8"><title>{name}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>',
        f"<body><main><h1>{name}</h1>",
    ]
    if made.standard.draft and note:
        lines.append(f"<aside><p>{escape(note.get(language, note['en']))}</p></aside>")
    lines += _sections(made, NOT_STATED.get(language, NOT_STATED["en"]))
    stand = f"{words['version']} {made.version}" if made.version else words["draft"]
    lines.append(f"<footer><p>{words['made']}: {_linked(made.address)} ({stand}).</p></footer></main></body></html>")
    return "\n".join(lines) + "\n"


def _sections(made: Made, not_stated: str) -> Iterator[str]:
    """Each section of the standard with its fields as a list of terms."""
    titles, section, open_list = made.standard.of.sections or {}, None, False
    for line in made.standard.of.lines:
        value = _text(made.exported.fields.get(line.name))
        if not value and not line.required:
            continue
        here = next((key for key in titles if line.name.startswith(key)), "")
        if here != section:
            yield "</dl>" if open_list else ""
            yield f"<h2>{escape(titles[here])}</h2>" if here else ""
            yield "<dl>"
            section, open_list = here, True
        told = _linked(value) if value else f"<em>{escape(not_stated)}</em>"
        yield f"<dt>{escape(line.title or line.attribute)}</dt><dd>{told}</dd>"
    yield "</dl>" if open_list else ""


def _text(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _linked(text: str) -> str:
    """A text that is one web address as a link; any other as it is, with nothing in it read as markup."""
    if text.startswith(("https://", "http://")) and len(text.split()) == 1:
        return f'<a href="{escape(text)}" rel="nofollow">{escape(text)}</a>'
    return escape(text)
