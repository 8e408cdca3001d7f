"""The form that makes a batch of invitation codes."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.invitations import MOST_CODES
from minga.engage.forms.conversations import OneOrNone, end_of, offer
from minga.engage.models import Conversation
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.web.forms import DateField, HintedChoice


class MakeInvitations(AskForm):
    count = forms.IntegerField(
        label=_("How many codes?"),
        min_value=1,
        max_value=MOST_CODES,
        help_text=_("At most 2,000 at a time. Make some more than you have addresses."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
    )
    constituency = OneOrNone(
        label=_("For whom?"),
        nothing=_("No one group"),
        help_text=_("Each code carries this one group, so that the results can say who was heard."),
    )
    stratum = OneOrNone(label=_("And which of these?"), nothing=_("No one group"))
    expires = DateField(label=_("Last day on which a code can be used"))
    kind = forms.ChoiceField(
        label=_("How do you send them?"),
        widget=forms.RadioSelect,
        initial="pdf",
        choices=[
            ("pdf", HintedChoice(_("On paper: a PDF with slips to cut"), hint=_("Ten to a page, each with a QR code"))),
            ("csv", HintedChoice(_("In letters: a CSV for a mail merge"), hint=_("One row per code, with its link"))),
        ],
    )

    def __init__(self, *args: Any, conversation: Conversation, strata: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "constituency", [(group, Group(group).label) for group in conversation.constituencies])
        offer(self, "stratum", [*strata.items()])

    def clean_expires(self) -> dt.datetime:
        return end_of(self.cleaned_data["expires"])
