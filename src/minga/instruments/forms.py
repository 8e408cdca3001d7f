"""A question set as a form of one page. Works without script: save, and the questions that follow appear."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from minga.instruments import fields, queries
from minga.instruments.actions import answer
from minga.instruments.definition import File, Matrix, Question, Repeated, say
from minga.instruments.models import Answer
from minga.instruments.published import published
from minga.ledger.action import By
from minga.ledger.refusals import Blocked, Conflict, Invalid


class Beside(NamedTuple):
    """The page of one answer with its versions and comments, and how many comments are open there."""

    address: str
    comments: int


@dataclass(frozen=True, slots=True)
class Block:
    """One question as the template draws it: ``fields`` of its own, or ``entries`` of a repeated group."""

    question: Question
    name: str
    title: str
    hint: str
    fields: list[BoundField]
    table: bool = False
    entries: list[tuple[str, list[Block]]] = field(default_factory=list)
    evidence: list[BoundField] = field(default_factory=list)
    answered: Answer | None = None
    kept: str = ""
    beside: Beside | None = None
    published: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A section with the questions that are asked in it now."""

    id: str
    title: str
    help: str
    blocks: list[Block]


class SetForm(forms.Form):
    """The questions of a set that are asked now, about one thing; ``section`` keeps to one page.

    Nothing is required to save: what is missing is said by ``filled.completeness``. ``beside`` gives the page of a
    question's answer, where there are such pages; ``language`` is that of the questions, if not the page's.
    """

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        place: Any,
        set_id: str,
        data: Any = None,
        files: Any = None,
        *,
        about: queries.About = None,
        section: str = "",
        beside: Callable[[str], Beside] | None = None,
        language: str = "",
    ) -> None:
        super().__init__(data, files)
        self.place, self.about, self.section, self.beside = place, about, section, beside
        self.language = language or get_language() or "en"
        self.filled = queries.filled(place, set_id, about)
        self.definition = self.filled.definition
        self.posted = self._posted_versions()
        self.counts: dict[str, int] = {}
        for question in self.questions():
            self._add(question)
        self.initial["seen"] = json.dumps({q.id: self._version(q.id) for q in self.questions()})

    @property
    def title(self) -> str:
        return say(self.definition.title, self.language)

    @property
    def intro(self) -> str:
        return say(self.definition.intro, self.language)

    @property
    def draft_note(self) -> str:
        """Why the set is a draft; empty where it is none."""
        if not self.definition.draft:
            return ""
        return say(self.definition.draft_note, self.language) or _("Nobody has checked this question set yet.")

    @property
    def source(self) -> str:
        """Where the questions come from."""
        source = self.definition.source
        parts = (say(source.title, self.language), say(source.place, self.language), source.date)
        return " ".join(part for part in parts if part)

    def questions(self) -> list[Question]:
        """What this page asks: what was on it when it was sent, else what is asked now."""
        ids = (
            [id for id in self.definition.questions if id in self.posted]
            if self.is_bound
            else self.filled.reading.visible
        )
        return [self.definition.questions[id] for id in ids
                if self.section in ("", self.definition.section_of[id].id)]  # fmt: skip

    def full_clean(self) -> None:
        """Cleans with nothing required: a form may be saved half filled."""
        must = {name: made.required for name, made in self.fields.items()}
        for made in self.fields.values():
            made.required = False
        super().full_clean()
        for name, made in self.fields.items():
            made.required = must[name]

    def clean_seen(self) -> str:
        """Refuses a page of which the hidden field does not tell what it asked: its answers have no place."""
        if not self.posted or set(self.posted) - set(self.definition.questions):
            raise forms.ValidationError(
                _(
                    "This page did not arrive whole, or the questions have changed since it was opened, "
                    "so nothing was saved. Copy what you wrote, open the page again and enter it there."
                )
            )
        return str(self.cleaned_data["seen"])

    def save(self, by: By) -> bool:
        """Answers what was changed. False: not saved, and the form says why; show it again."""
        if not self.is_valid():
            for text in self.errors.pop("seen", []):
                self.add_error(None, text)
            return False
        given, proof = self._given(), self._evidence()
        try:
            answer(by, self.place, self.definition.id, given, about=self.about, seen=self.posted, evidence=proof)
        except (Invalid, Conflict, Blocked) as refusal:
            if not refusal.fields and isinstance(refusal, Invalid) and not refusal.reasons:
                return True
            self._tell(refusal)
            return False
        return True

    def pages(self) -> Iterator[Page]:
        """The sections with their questions, for the template."""
        shown = {question.id for question in self.questions()}
        for section in self.definition.sections:
            blocks = [self._block(question) for question in section.questions if question.id in shown]
            if blocks:
                yield Page(section.id, say(section.title, self.language), say(section.help, self.language), blocks)

    def next_section(self) -> str:
        """The section to show after a save: this one where it asks more now, else the next, or ""."""
        after = queries.filled(self.place, self.definition.id, self.about).reading.visible
        asked = [id for id in after if self.definition.section_of[id].id == self.section]
        if any(id not in self.posted for id in asked):
            return self.section
        order = [section.id for section in self.definition.sections]
        alive = {self.definition.section_of[id].id for id in after}
        here = order.index(self.section) if self.section else len(order)
        return next((id for id in order[here + 1 :] if id in alive), "")

    def _posted_versions(self) -> dict[str, int]:
        """What the page showed, from its hidden field: question id -> version."""
        try:
            sent = json.loads(self.data.get("seen", "{}")) if self.is_bound else {}
        except ValueError:
            sent = {}
        sent = sent if isinstance(sent, dict) else {}
        return {id: version for id, version in sent.items() if type(version) is int}

    def _version(self, id: str) -> int:
        found = self.filled.current.get(id)
        return found.version if found else 0

    def _add(self, question: Question) -> None:
        stored = self.filled.current.get(question.id)
        value = stored.value if stored else None
        if isinstance(question, Repeated):
            self.counts[question.id] = self._entries(question, value)
            self.fields[f"{question.id}__count"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self.initial[f"{question.id}__count"] = self.counts[question.id]
        self.fields.update(fields.build(question, question.id, self.language, self.counts.get(question.id, 0)))
        self.initial.update(fields.initial(question, question.id, value))
        if question.evidence:
            self.fields[f"{question.id}__evidence"] = forms.CharField(
                label=gettext_lazy("How do you know?"),
                help_text=gettext_lazy("A document, a figure, a meeting."),
                required=False,
            )
            self.fields[f"{question.id}__url"] = forms.CharField(
                label=gettext_lazy("Web address of the source"), required=False
            )
            self.initial[f"{question.id}__evidence"] = stored.evidence if stored else ""
            self.initial[f"{question.id}__url"] = stored.evidence_url if stored else ""
        for name in self._stored_files(question, value):
            self.fields[fields.removing(name)] = forms.BooleanField(
                label=gettext_lazy("Remove this file"), required=False
            )

    def _stored_files(self, question: Question, value: Any) -> dict[str, str]:
        """Field name -> name of the file that is kept for it."""
        if isinstance(question, File):
            return {question.id: str(value["name"])} if value else {}
        if not isinstance(question, Repeated):
            return {}
        return {
            f"{question.id}__{number}__{part.id}": str(entry[part.id]["name"])
            for number, entry in enumerate((value or [])[: self.counts[question.id]])
            for part in question.questions
            if isinstance(part, File) and entry.get(part.id)
        }

    def _entries(self, question: Repeated, value: Any) -> int:
        if self.is_bound:
            sent = str(self.data.get(f"{question.id}__count", "0"))
            return min(int(sent) if sent.isdecimal() and len(sent) < 5 else 0, question.most)
        return min(max(len(value or []) + 1, question.fewest, 1), question.most)

    def _given(self) -> dict[str, Any]:
        given = {}
        for question in self.questions():
            stored = self.filled.current.get(question.id)
            value = fields.collect(question, question.id, self.cleaned_data, self.counts.get(question.id, 0),
                                   stored.value if stored else None)  # fmt: skip
            given[question.id] = [entry for entry in value if entry] if isinstance(question, Repeated) else value
        return given

    def _evidence(self) -> dict[str, tuple[str, str]]:
        return {q.id: (self.cleaned_data[f"{q.id}__evidence"], self.cleaned_data[f"{q.id}__url"])
                for q in self.questions() if q.evidence}  # fmt: skip

    def _tell(self, refusal: Invalid | Conflict | Blocked) -> None:
        if not refusal.fields:
            self.add_error(None, str(refusal))
        for key, text in refusal.fields.items():
            self.add_error(self._field_of(key), text)
        if isinstance(refusal, Conflict):
            self._catch_up(refusal.fields)

    def _field_of(self, key: str) -> str | None:
        """The field an error about ``key`` belongs to; blank entries were left out when they were counted."""
        id, _separator, rest = key.partition("__")
        question = self.definition.questions.get(id)
        if isinstance(question, Repeated) and rest[:1].isdigit():
            number, _separator, part = rest.partition("__")
            everything = fields.collect(question, id, self.cleaned_data, self.counts[id], None)
            sent = [place for place, entry in enumerate(everything) if entry]
            key = f"{id}__{sent[int(number)]}__{part}" if int(number) < len(sent) else id
        if key in self.fields:
            return key
        return next(
            (name for name in self.fields if name.startswith(f"{key}__") and not name.endswith("__count")),
            None,
        )

    def _catch_up(self, conflicts: Mapping[str, str]) -> None:
        """After both texts were shown, the next save of these questions counts as having seen them."""
        now = queries.current(self.place, self.definition.id, self.about)
        versions = self.posted | {id: now[id].version for id in conflicts if id in now}
        data: Any = self.data
        data = data.copy()
        data["seen"] = json.dumps(versions)
        self.data = data

    def _block(self, question: Question) -> Block:
        stored = self.filled.current.get(question.id)
        kept = self._stored_files(question, stored.value if stored else None)
        made = self._entries_block(question, kept) if isinstance(question, Repeated) else None
        made = made or self._plain_block(question, question.id, kept)
        evidence = [self[f"{question.id}__evidence"], self[f"{question.id}__url"]] if question.evidence else []
        beside = self.beside(question.id) if self.beside else None
        public = self.about is None and question.id in published(self.definition.id)
        return replace(made, evidence=evidence, answered=stored, beside=beside, published=public)

    def _entries_block(self, question: Repeated, kept: Mapping[str, str]) -> Block:
        entry = say(question.entry, self.language)
        entries = []
        for number in range(self.counts[question.id]):
            prefix = f"{question.id}__{number}__"
            parts = [self._plain_block(part, prefix + part.id, kept) for part in question.questions]
            entries.append((f"{entry} {number + 1}", parts))
        ask, hint = say(question.ask, self.language), say(question.help, self.language)
        return Block(question, question.id, ask, hint, [self[f"{question.id}__count"]], entries=entries)

    def _plain_block(self, question: Question, name: str, kept: Mapping[str, str]) -> Block:
        table = isinstance(question, Matrix)
        names = [f"{name}__{row.value}" for row in question.rows] if isinstance(question, Matrix) else [name]
        if name in kept:
            names.append(fields.removing(name))
        ask, hint = say(question.ask, self.language), say(question.help, self.language)
        return Block(question, name, ask, hint, [self[n] for n in names], table, kept=kept.get(name, ""))
