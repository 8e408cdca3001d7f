"""Forms of ballots."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.engage.models import BallotVote
from minga.ledger.action import GROUPS
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.projects.steps import STEPS
from minga.web.forms import DateField


class OpenBallot(AskForm):
    text = forms.CharField(
        label=_("What do people decide?"),
        widget=forms.Textarea,
        help_text=_("One question that can be answered with yes or no."),
    )
    about = forms.ChoiceField(label=_("What follows from it?"), widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(
        label=_("Who votes?"),
        initial=list(GROUPS),
        widget=forms.CheckboxSelectMultiple,
        choices=[(group, Group(group).label) for group in GROUPS],
    )
    closes = DateField(label=_("Last day to vote"))
    quorum = forms.IntegerField(
        label=_("How many people must vote for it to count?"),
        initial=5,
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    threshold = forms.IntegerField(
        label=_("It passes when more than this share says yes, in per cent"),
        initial=50,
        min_value=50,
        max_value=99,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gate = STEPS[project.step]
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("opinion", _("The project hears what people think")),
            (
                f"gate:{gate.number}",
                _("It decides gate %(step)s: %(title)s") % {"step": gate.number, "title": gate.title},
            ),
        ]

    def clean_about(self) -> str:
        about = str(self.cleaned_data["about"])
        return "" if about == "opinion" else about

    def clean_closes(self) -> dt.datetime:
        """The end of that day, here."""
        return dt.datetime.combine(self.cleaned_data["closes"], dt.time(23, 59, 59), timezone.get_current_timezone())


class Cast(forms.Form):
    """Two steps: choose, then confirm, because a vote cannot be changed."""

    choice = forms.ChoiceField(choices=BallotVote.Choice.choices)
    sure = forms.BooleanField(required=False)
