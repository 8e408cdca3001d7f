"""A document of a standard of fields as a page of plain text (Markdown), for a body's own site."""

from minga.tools.registers.convert import Exported

NOT_STATED = {"en": "Not stated.", "es": "No consta."}


def page(made: Exported) -> str:
    """Sections and fields in the standard's language; required fields that are empty say so.

    A draft opens with its note. Values are written as text: what looks like HTML in them stays text.
    """
    standard = made.standard
    language = standard.language
    lines = [f"# {_plain(made.fields.get(_name_field(made), standard.title.get(language, standard.title['en'])))}", ""]
    if standard.draft and standard.note:
        lines += [f"> {standard.note.get(language, standard.note['en'])}", ""]
    section = ""
    for line in standard.lines:
        value = made.fields.get(line.name)
        if value in (None, "") and not line.required:
            continue
        found = next((key for key in standard.sections or () if line.name.startswith(key)), "")
        if found != section and standard.sections:
            section = found
            lines += [f"## {standard.sections[section]}", ""]
        told = _plain(value) if value not in (None, "") else NOT_STATED.get(language, NOT_STATED["en"])
        lines += [f"### {line.title or line.attribute}", "", told, ""]
    return "\n".join(lines)


def _name_field(made: Exported) -> str:
    """The field that carries the name and nothing else."""
    return next((line.name for line in made.standard.lines if line.lens and line.lens.reads == ("name",)), "")


def _plain(value: object) -> str:
    return str(value).replace("<", "&lt;").replace("[", "\\[")
