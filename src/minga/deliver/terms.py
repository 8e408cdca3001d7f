"""The terms of a service: which there are, which values they take, and how a person writes fields and outcomes."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.deliver.models import Service
from minga.ledger.refusals import Invalid

Terms = Any
TEXTS = ("name", "purpose", "lawful_basis", "other_route", "tool", "hook_url", "hook_secret")
SWITCHES = ("needs_consent", "form_open")
SHARES = ("first_share", "second_share", "control_share")
DAYS = ("decide_days", "appeal_days", "answer_days")
LISTS = ("fields", "outcomes", "groups")
MARKS: dict[str, str | Promise] = {
    "needed": gettext_lazy("needed"),
    "shown_to_tool": gettext_lazy("tool"),
    "personal": gettext_lazy("personal"),
    "long": gettext_lazy("long"),
    "group": gettext_lazy("group"),
    "handed_over": gettext_lazy("back"),
}
ADVERSE = gettext_lazy("against")
MOST = 40
# A secret is the operator's to give; a service may name none that was not made for this.
SECRET = re.compile(r"MINGA_HOOK_[A-Z0-9_]{1,60}")
RESERVED = {"cannot_tell"}
# Names that a form or a table uses for who hands a case in.
TAKEN = ("id", "outside_id", "received", "consent", "contact_name", "email", "address", "once")


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as they are kept; Invalid names each that cannot be used, or that there is no such term."""
    wrong: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name, value in given.items():
        try:
            kept[name] = _kept(name, value)
        except ValueError as error:
            wrong[name] = str(error)
    names = {field["name"] for field in kept.get("fields", ())}
    if "fields" in kept and not set(kept.get("groups", ())) <= names:
        wrong["groups"] = _("Name fields of this service.")
    if bool(kept.get("hook_url")) != bool(kept.get("hook_secret")):
        wrong["hook_secret"] = _("An address and the name of its secret belong together.")
    if wrong:
        raise Invalid(_("The terms of the service cannot be used."), do=_("Mend what is marked."), fields=wrong)
    return kept


def _kept(name: str, value: Any) -> Any:
    if name in TEXTS:
        return _text(name, str(value).strip())
    if name in SWITCHES:
        return bool(value)
    if name in SHARES:
        return _share(value)
    if name in DAYS:
        return _days(value)
    if name == "display" and value in Service.Display.values:
        return value
    lists: dict[str, Callable[[Any], list[Any]]] = {"fields": _fields, "outcomes": _outcomes, "groups": list}
    if name not in lists:
        raise ValueError(_("There is no such term."))
    return lists[name](value)


def _text(name: str, value: str) -> str:
    limits = {"name": 120, "tool": 60, "hook_url": 400, "hook_secret": 80}
    if len(value) > limits.get(name, 5000):
        raise ValueError(_("Use at most %(most)d characters.") % {"most": limits.get(name, 5000)})
    if name == "hook_secret" and value and not SECRET.fullmatch(value):
        raise ValueError(_("The operator's variable begins with MINGA_HOOK_ and has capitals, figures and _ only."))
    if name == "hook_url" and value and urlsplit(value).scheme not in {"https", "http"}:
        raise ValueError(_("Write an address that begins with https://."))
    return value


def _share(value: Any) -> Decimal:
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise ValueError(_("Use a share between 0 and 1, such as 0.2."))
    return round(share, 3)


def _days(value: Any) -> int:
    if not str(value).isdecimal() or not 1 <= int(value) <= 3650:
        raise ValueError(_("Use whole days from 1 to 3650."))
    return int(value)


def _fields(value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each field with all its marks; "group" stands in the service's ``groups``, not here."""
    marks = [mark for mark in MARKS if mark != "group"]
    fields = [
        {"name": str(row["name"]), "words": str(row["words"]).strip()} | {mark: bool(row.get(mark)) for mark in marks}
        for row in value
    ]
    names = [str(field["name"]) for field in fields]
    clash = len(set(names)) != len(names) or not set(names).isdisjoint(TAKEN)
    if clash or not 1 <= len(fields) <= MOST or not all(map(str.isidentifier, names)):
        raise ValueError(_("Name 1 to %(most)d fields, each once.") % {"most": MOST})
    return fields


def _outcomes(value: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    outcomes = [
        {"code": str(row["code"]), "words": str(row["words"]).strip(), "adverse": bool(row.get("adverse"))}
        for row in value
    ]
    codes = [str(outcome["code"]) for outcome in outcomes]
    if not 2 <= len(outcomes) <= MOST or len(set(codes)) != len(codes) or "" in codes or RESERVED & set(codes):
        raise ValueError(_("Name 2 to %(most)d outcomes, each once.") % {"most": MOST})
    return outcomes


# As a person writes them, one a line


def read_fields(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """(fields, names of the fields by which fairness is watched) of lines "Words | mark, mark", or "name = Words".

    Raises ValueError naming the line whose mark is unknown.
    """
    fields: list[dict[str, Any]] = []
    groups: list[str] = []
    known = {str(word).casefold(): mark for mark, word in MARKS.items()} | {mark: mark for mark in MARKS}
    for number, line in _lines(text):
        words, _bar, written = line.partition("|")
        marks = [mark.strip().casefold() for mark in written.split(",") if mark.strip()]
        unknown = [mark for mark in marks if mark not in known]
        if unknown:
            raise ValueError(_("Line %(line)d: “%(mark)s” is no mark.") % {"line": number, "mark": unknown[0]})
        name, words = _named(words, [*TAKEN, *(f["name"] for f in fields)])
        field = {"name": name, "words": words}
        fields.append(field | {known[mark]: True for mark in marks if known[mark] != "group"})
        if "group" in {known[mark] for mark in marks}:
            groups.append(field["name"])
    return fields, groups


def read_outcomes(text: str) -> list[dict[str, Any]]:
    """Outcomes of lines "Words" or "code = Words", with "| against" where one goes against the person."""
    outcomes: list[dict[str, Any]] = []
    for number, line in _lines(text):
        told, bar, written = line.partition("|")
        if bar and written.strip().casefold() not in {str(ADVERSE).casefold(), "against"}:
            raise ValueError(_("Line %(line)d: “%(mark)s” is no mark.") % {"line": number, "mark": written.strip()})
        code, words = _named(told, [outcome["code"] for outcome in outcomes])
        outcomes.append({"code": code[:60], "words": words, "adverse": bool(bar)})
    return outcomes


def _named(told: str, taken: Sequence[str]) -> tuple[str, str]:
    """(short name, words) of "name = Words", or of words alone, from which the name is made."""
    name, equals, words = told.partition("=")
    return (name.strip(), words.strip()) if equals else (code_of(told, taken), told.strip())


def _lines(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def code_of(words: str, taken: Sequence[str]) -> str:
    """A short name made of words, unlike those ``taken``: "Your date of birth" -> "your_date_of_birth"."""
    code = slugify(words).replace("-", "_")[:50] or "field"
    code = code if code.isidentifier() else f"f_{code}"
    return next(each for each in (code, *(f"{code}_{n}" for n in range(2, len(taken) + 3))) if each not in taken)


def write_fields(service: Service) -> str:
    """The fields of a service as the lines that a person edits."""
    lines = []
    for field in service.fields:
        marks = [str(word) for mark, word in MARKS.items() if field.get(mark)]
        marks += [str(MARKS["group"])] if field["name"] in service.groups else []
        lines.append(" | ".join(filter(None, (f"{field['name']} = {field['words']}", ", ".join(marks)))))
    return "\n".join(lines)


def write_outcomes(service: Service) -> str:
    """The outcomes of a service as the lines that a person edits."""
    return "\n".join(
        f"{outcome['code']} = {outcome['words']}" + (f" | {ADVERSE}" if outcome["adverse"] else "")
        for outcome in service.outcomes
    )
