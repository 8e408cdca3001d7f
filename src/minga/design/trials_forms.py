"""Forms of trials: open one, try a case, judge an answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.design import queries, trials
from minga.design.case_fields import CaseForm
from minga.design.models import Dataset, ToolVersion, TrialCase
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import HintedChoice

NUMBER = forms.TextInput(attrs={"inputmode": "numeric"})


class OpenTrial(AskForm):
    question = forms.CharField(
        label=_("What do you want to find out?"), max_length=300,
        help_text=_("“Does it understand how people here write about street lamps?”"),
    )  # fmt: skip
    version = forms.ChoiceField(label=_("Which version?"), widget=forms.RadioSelect)
    days = forms.IntegerField(
        label=_("For how many days?"), min_value=1, max_value=trials.LONGEST_DAYS, initial=trials.DAYS, widget=NUMBER,
        help_text=_("Then it ends by itself."),
    )  # fmt: skip
    most_cases = forms.IntegerField(
        label=_("How many cases at most?"), min_value=1, max_value=trials.MOST_EVER, initial=trials.MOST_CASES,
        widget=NUMBER,
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = queries.versions(project).filter(state=ToolVersion.State.READY)
        self.versions = {str(one.pk): one for one in ready[:20]}
        self.fields["version"].choices = [  # type: ignore[attr-defined]
            (key, HintedChoice(str(one), hint=one.change_note[:120])) for key, one in self.versions.items()
        ]
        if self.versions:
            self.fields["version"].initial = next(iter(self.versions))

    def clean_version(self) -> ToolVersion:
        return self.versions[self.cleaned_data["version"]]


class TryCase(CaseForm):
    """A made-up case in its fields."""


class ChooseData(forms.Form):
    dataset = forms.ChoiceField(label=_("Rows of which made-up data?"))

    def __init__(self, *args: Any, datasets: list[Dataset], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].choices = [(str(one.pk), one.name) for one in datasets]  # type: ignore[attr-defined]


class JudgeCase(AskForm):
    verdict = forms.ChoiceField(
        label=_("What do you make of it?"), widget=forms.RadioSelect, choices=TrialCase.Verdict.choices
    )
    note = forms.CharField(
        label=_("What did you notice?"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=1000,
        help_text=_("May be left empty. Those who take part in the project read it."),
    )  # fmt: skip
