"""Forms around question sets: asking somebody, saying something about an answer, adding a set, taking over a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.instruments.files import LARGEST
from minga.people.models import Person
from minga.projects.forms import AskForm
from minga.projects.questions.place import Here
from minga.web.forms import DateField

ALL = "*"


class ShareForm(AskForm):
    person = forms.ChoiceField(label=_("Who shall answer?"))
    section = forms.ChoiceField(label=_("What?"), widget=forms.RadioSelect, initial=ALL)
    due = DateField(
        label=_("Until when?"), help_text=_("They see it among what they can do next until it is answered.")
    )

    def __init__(self, *args: Any, here: Here, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in here.people()}
        self.fields["person"].choices = [("", "—"), *((key, _who(person)) for key, person in self.people.items())]  # type: ignore[attr-defined]
        self.fields["section"].choices = [(ALL, _("All of it")), *sections]  # type: ignore[attr-defined]

    def clean_person(self) -> Person:
        return self.people[self.cleaned_data["person"]]

    def clean_section(self) -> str:
        section = str(self.cleaned_data["section"])
        return "" if section == ALL else section

    def clean_due(self) -> Any:
        due = self.cleaned_data["due"]
        if due and due < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Choose one to come."))
        return due


def _who(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.position or str(person.get_group_display())) if part)


class CommentForm(AskForm):
    prefix = "comment"
    text = forms.CharField(
        label=_("What would you say about this answer?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A doubt, a question, something that is missing. Those who take part read it."),
    )


class EvidenceForm(AskForm):
    prefix = "evidence"
    evidence = forms.CharField(
        label=_("How do you know?"), required=False, help_text=_("A document, a figure, a meeting.")
    )
    url = forms.CharField(label=_("Web address of the source"), required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class DropForm(AskForm):
    reason = forms.CharField(
        label=_("Why is it no longer needed?"),
        required=False,
        max_length=500,
        help_text=_("Published. Tasks that follow from these answers and are still open are closed with it."),
    )


class Upload(forms.FileField):
    """A file that is looked at as a whole: one that is too large is refused by its size, before it is read."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found and found.size > LARGEST:
            words = _("This file has %(size)s megabytes; at most %(most)s are read. Check that it is the right one.")
            figures = {"size": found.size // 1_000_000, "most": LARGEST // 1_000_000}
            raise forms.ValidationError(words, params=figures)
        return found


class AddForm(AskForm):
    file = Upload(
        label=_("The file of the question set"),
        help_text=_("As it was published: a SurveyJS definition (.json), or a set in our own format (.toml)."),
    )
    set_id = forms.CharField(
        label=_("Short name"),
        required=False,
        max_length=80,
        help_text=_("Small letters, digits and hyphens: ca-aia. Leave blank if the file says it."),
    )
    version = forms.CharField(
        label=_("Version"), required=False, max_length=40, help_text=_("Leave blank if the file says it.")
    )
    url = forms.URLField(
        label=_("Where was it downloaded from?"),
        required=False,
        assume_scheme="https",
        help_text=_("Others are led there, because the file itself is not passed on."),
    )
    requirements = Upload(
        label=_("The publisher’s file of what each level asks for"),
        required=False,
        help_text=_("Where there is one: its items become duties with a task each."),
    )
    requirements_2 = Upload(label=_("The same in another language"), required=False)


class TakeOverForm(AskForm):
    file = Upload(label=_("The filled file"))
