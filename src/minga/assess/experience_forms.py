"""The questions on how it went, as a form: only those that are asked of whoever answers. Nothing is preselected."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.assess import experience
from minga.instruments import fields
from minga.instruments.definition import Question, say
from minga.instruments.evaluate import read


class GiveExperience(forms.Form):
    """``given_by``: "decided", "waiting" or "staff"; what they are not asked is not on the page."""

    def __init__(self, given_by: str, data: Any = None) -> None:
        self.definition = experience.question_set()
        self.language = get_language() or "en"
        visible = read(self.definition, {"given_by": given_by}).visible
        self.asked: list[Question] = [self.definition.questions[id] for id in visible if id != "given_by"]
        super().__init__(data)
        for question in self.asked:
            self.fields.update(fields.build(question, question.id, self.language, 0))
        for field in self.fields.values():
            field.error_messages["required"] = _("Answer this question.")

    @property
    def given(self) -> dict[str, Any]:
        """Question id -> answer, of those that were answered; what is missing is said by the action."""
        found = {q.id: fields.collect(q, q.id, self.cleaned_data, 0, None) for q in self.asked}
        return {id: value for id, value in found.items() if value not in (None, "", [], {})}

    def sections(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """(title, help, fields) of each section with questions on this page."""
        names = {question.id for question in self.asked}
        for section in self.definition.sections:
            shown = [self[question.id] for question in section.questions if question.id in names]
            if shown:
                yield say(section.title, self.language), say(section.help, self.language), shown

    @property
    def title(self) -> str:
        return say(self.definition.title, self.language)

    @property
    def intro(self) -> str:
        return say(self.definition.intro, self.language)

    @property
    def source(self) -> str:
        return say(self.definition.source.title, self.language)
