"""What people write for the record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.deliver.forms import Moderate
from minga.projects.forms import AskForm
from minga.register.document import FIELDS
from minga.register.models import RecordQuestion
from minga.register.wording import label


class Describe(forms.Form):
    text = forms.CharField(
        label=_("What should the record say?"),
        widget=forms.Textarea,
        required=False,
        max_length=5000,
        help_text=_("Plain text for anybody. Leave it empty to take it back."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)


class Publish(forms.Form):
    note = forms.CharField(
        label=_("What changed, in one line"),
        required=False,
        max_length=300,
        help_text=_("For readers. The list of changed fields is made by itself."),
    )


class AskQuestion(AskForm):
    field = forms.ChoiceField(label=_("What is it about?"), required=False)
    text = forms.CharField(
        label=_("What do you ask, or what is wrong?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=3000,
        help_text=_("It becomes public word for word. Name no private person."),
    )
    email = forms.EmailField(
        label=_("E-mail, if you want to be told"),
        required=False,
        help_text=_("Only for the answer. You can also keep the address of the next page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((name, label(name)) for name in FIELDS), key=lambda pair: pair[1])
        self.fields["field"].choices = [("", _("The whole record")), *known]  # type: ignore[attr-defined]


class ModerateQuestion(Moderate):
    """The same two choices as for a contest."""


class AnswerQuestion(AskForm):
    outcome = forms.ChoiceField(
        label=_("What follows?"), widget=forms.RadioSelect, choices=RecordQuestion.Outcome.choices
    )
    answer = forms.CharField(
        label=_("The answer"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Public, in plain words, with your name as the one who answered."),
    )


class Follow(AskForm):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Used for nothing else, and erased when you leave."),
        max_length=254,
    )
