"""Forms of paper and room mode: how many sheets to print, and what came back from a meeting."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.rooms import MOST_PEOPLE
from minga.engage.forms.conversations import OneOrNone, offer
from minga.engage.models import Conversation
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.web.forms import DateField

MOST_PRINTED = 100
NUMERIC = {"inputmode": "numeric", "class": "govuk-input--width-5"}
TYPED = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class PrintSheets(forms.Form):
    count = forms.IntegerField(
        label=_("How many sheets?"),
        min_value=1,
        max_value=MOST_PRINTED,
        initial=1,
        help_text=_("At most 100 at a time. They are all the same but for their number, so one can be copied."),
        widget=forms.TextInput(attrs=NUMERIC),
    )


class Meeting(AskForm):
    """What is asked about any meeting; ``Sheets`` and ``Hands`` add what was typed there."""

    where = forms.CharField(label=_("Where was it?"), max_length=120, help_text=_("A hall or a village, not a home."))
    held = DateField(label=_("On which day?"))
    people = forms.IntegerField(
        label=_("How many people were there?"),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput(attrs=NUMERIC),
    )
    constituency = OneOrNone(
        label=_("Whose meeting was it?"),
        nothing=_("No one group"),
        help_text=_("If they were of several groups, record each group by itself or choose the last."),
    )

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, initial={"held": timezone.localdate()}, **kwargs)
        offer(self, "constituency", [(group, Group(group).label) for group in conversation.constituencies])


class Sheets(Meeting):
    sheets = forms.CharField(
        label=_("The sheets, one per line"),
        widget=forms.Textarea(attrs=TYPED),
        help_text=_("The number of each statement with a letter: a agree, d disagree, p pass, u I don’t understand."),
    )


class Hands(Meeting):
    hands = forms.CharField(
        label=_("The hands, one statement per line"),
        widget=forms.Textarea(attrs=TYPED),
        help_text=_("Its number, then each count with a letter: a agree, d disagree, p pass, u I don’t understand."),
    )
