"""What people fill in about an incident or a demand. Nothing is preselected."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.assess.models import Incident
from minga.design.models import ToolVersion
from minga.projects.models import Project
from minga.web.forms import DateField


def _area(label: Any, hint: Any = "", missing: Any = "", rows: int = 5, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing or _("Write a sentence or two.")},
    )


class Report(forms.Form):
    title = forms.CharField(
        label=_("What went wrong, in a few words?"),
        max_length=200,
        error_messages={"required": _("Write a few words.")},
    )
    text = _area(
        _("What happened, and to whom?"),
        _("Only the people who look into it read this. Write no more about others than is needed."),
    )
    happened = DateField(label=_("When did it happen?"), required=False, help_text=_("Leave it empty if unknown."))
    email = forms.CharField(
        label=_("Your e-mail address, if you want to hear from us"),
        required=False,
        help_text=_("It is never published. Without it, keep the address of the next page."),
    )


class Triage(forms.Form):
    state = forms.ChoiceField(
        label=_("Is it an incident?"),
        widget=forms.RadioSelect,
        choices=[
            (Incident.State.CONFIRMED, _("Yes: somebody was or could have been harmed")),
            (Incident.State.DISMISSED, _("No: the tool had no part in it, or nothing happened")),
        ],
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = _area(_("How do you know?"), _("Whoever reported it reads this."), rows=3)
    severity = forms.ChoiceField(
        label=_("How bad was it?"), widget=forms.RadioSelect, choices=Incident.Severity.choices, required=False
    )
    harm = forms.ChoiceField(
        label=_("What was harmed?"), widget=forms.RadioSelect, choices=Incident.Harm.choices, required=False
    )
    affected = forms.CharField(
        label=_("Who was harmed, as a group?"), max_length=200, required=False, help_text=_("Never a person's name.")
    )
    version = forms.ModelChoiceField(
        label=_("Which version of the tool?"),
        queryset=ToolVersion.objects.none(),
        required=False,
        empty_label=_("I do not know"),
    )
    cases = forms.CharField(
        label=_("Which cases?"), required=False, help_text=_("Their numbers, with commas. Example: 12, 40.")
    )

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = ToolVersion.objects.filter(project=project)  # type: ignore[attr-defined]

    def clean_cases(self) -> list[int]:
        parts = [part for part in re.split(r"[\s,;]+", self.cleaned_data["cases"]) if part]
        if not all(part.isdecimal() and len(part) < 9 for part in parts):
            raise forms.ValidationError(_("Write numbers with commas, such as 12, 40."))
        return sorted({int(part) for part in parts})


class Close(forms.Form):
    done = _area(_("What was done so that it does not happen again?"), rows=3)
    summary = _area(
        _("What everybody may read about it"), _("It is published with the code of the incident. Name nobody.")
    )


class Ask(forms.Form):
    question = _area(
        _("What must the body answer?"), _("Question and answer are public."), missing=_("Write your question.")
    )
    due = DateField(label=_("By when?"), error_messages={"required": _("Give a day after today.")})


class Reply(forms.Form):
    answer = _area(_("Your answer"), _("It is public, and it stands as it is sent."))
