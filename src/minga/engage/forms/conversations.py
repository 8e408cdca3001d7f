"""Forms of those who hold a conversation, and of those who take part in it."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.contributions import OPEN_GROUPS, groups_for
from minga.engage.actions.statements import LONGEST_STATEMENT
from minga.engage.forms.contributions import LANGUAGES
from minga.engage.models import Conversation, PolicyArea
from minga.ledger.action import GROUPS, Actor
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.web.forms import DateField, HintedChoice

HINTS = {
    Conversation.Access.OPEN: _("No account needed; somebody could vote from two devices"),
    Conversation.Access.CODES: _("One person, one code; needed for a binding ballot"),
    Conversation.Access.SIGNED_IN: _("One seat per account"),
    Conversation.Access.VERIFIED: _("One seat per person whom an organisation knows"),
}


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day, here."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), timezone.get_current_timezone())


class OpenConversation(AskForm):
    title = forms.CharField(label=_("What is the question?"), max_length=200)
    introduction = forms.CharField(
        label=_("What should people know before they answer?"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Two or three sentences; link to more."),
    )
    seeds = forms.CharField(
        label=_("First statements, one per line"),
        widget=forms.Textarea,
        help_text=_("At least five that people can agree or disagree with, also some that you disagree with yourself."),
    )
    language = forms.ChoiceField(label=_("In which language are they?"), choices=list(LANGUAGES.items()))
    policy_area = forms.ChoiceField(
        label=_("Which area is it about?"), required=False, choices=[("", _("None of these")), *PolicyArea.choices]
    )
    access = forms.ChoiceField(
        label=_("Who can take part?"),
        widget=forms.RadioSelect,
        choices=[
            (value, HintedChoice(label, hint=HINTS[Conversation.Access(value)]))
            for value, label in Conversation.Access.choices
        ],
    )
    constituencies = forms.MultipleChoiceField(
        label=_("Which groups do you ask?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(group, Group(group).label) for group in GROUPS],
        initial=[str(group) for group in OPEN_GROUPS],
    )
    strict = forms.ChoiceField(
        label=_("When do people see a new statement?"),
        widget=forms.RadioSelect,
        initial="yes",
        choices=[("yes", _("After a moderator has read it")), ("no", _("At once; moderators look afterwards"))],
    )
    reply_days = forms.IntegerField(
        label=_("Within how many days does everybody who says something get an answer?"),
        initial=30,
        min_value=1,
        max_value=365,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    closes = DateField(label=_("Last day to vote"), required=False, help_text=_("Leave it empty to keep it open."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en")[:2]

    def clean_seeds(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["seeds"].splitlines() if line.strip()]

    def clean_strict(self) -> bool:
        return bool(self.cleaned_data["strict"] == "yes")

    def clean_closes(self) -> dt.datetime | None:
        day = self.cleaned_data["closes"]
        return end_of(day) if day else None


class Extend(AskForm):
    closes = DateField(label=_("New last day to vote"))

    def clean_closes(self) -> dt.datetime:
        return end_of(self.cleaned_data["closes"])


class Close(AskForm):
    reason = forms.CharField(
        label=_("Why does it end before the promised day?"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Everybody reads this. Leave it empty if no day was promised."),
    )


class Say(AskForm):
    text = forms.CharField(
        label=_("One statement that others can agree or disagree with"),
        widget=forms.Textarea,
        max_length=LONGEST_STATEMENT,
        help_text=_("One idea, at most 300 characters, without names of people."),
    )
    group = forms.ChoiceField(label=_("For whom do you speak?"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("In which language did you write?"), choices=list(LANGUAGES.items()))
    email = forms.EmailField(
        label=_("Your e-mail, if you want the answer sent to you"),
        required=False,
        help_text=_("Used for this answer only. Without it, a private link shows you the answer."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en")[:2]
        choices = [(group, Group(group).label) for group in groups_for(actor)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]


class OneOrNone(forms.ChoiceField):
    """One of several coarse values, or openly none of them, which gives the empty text."""

    NONE = "none"
    widget = forms.RadioSelect

    def __init__(self, *, nothing: Any, **kwargs: Any) -> None:
        self.nothing = nothing
        super().__init__(required=False, **kwargs)

    def offer(self, choices: list[Any]) -> None:
        self.choices = [*choices, (self.NONE, self.nothing)]

    def to_python(self, value: Any) -> str:
        return "" if value == self.NONE else str(super().to_python(value))


def offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    """Fill a ``OneOrNone`` of ``form``, or leave it out where there is nothing to choose."""
    field = form.fields[name]
    if choices and isinstance(field, OneOrNone):
        field.offer(choices)
    else:
        del form.fields[name]


class Code(AskForm):
    code = forms.CharField(
        label=_("Your invitation code"),
        max_length=40,
        help_text=_("It stands in your letter. Spaces and small letters do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class You(AskForm):
    """Voluntary: two coarse values, and each can be left out."""

    constituency = OneOrNone(label=_("Which of these are you, above all?"), nothing=_("I would rather not say"))
    stratum = OneOrNone(label=_("And which of these?"), nothing=_("I would rather not say"))

    def __init__(self, *args: Any, conversation: Conversation, strata: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "constituency", [(group, Group(group).label) for group in conversation.constituencies])
        offer(self, "stratum", [*strata.items()])
