"""What people fill in about second readings, practice, the risk level and drills. Nothing is preselected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.deliver.actions.second import answers_of
from minga.deliver.models import Case, Determination, RiskLevel, Service
from minga.deliver.practice import MOST, datasets
from minga.design.models import Dataset
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import HintedChoice

Choice = Determination.Choice


class ReadBlind(AskForm):
    """What a second reader decides, without the advice and without the first decision."""

    answer = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Your reason, in your own words"),
        help_text=_("Kept for the people who compare both readings. The person concerned is not told."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            Choice.ACCEPT.value: _("A closer look is needed"),
            Choice.REJECT.value: _("Nothing here needs a closer look"),
            Choice.CANNOT_TELL.value: _("I cannot tell"),
        }
        named = case.service.outcome_words if case.service else str
        choices = [(code, words.get(code) or named(code)) for code in answers_of(case)]
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]


class MakePractice(AskForm):
    """A round of practice. The shares are in per cent."""

    service = forms.ModelChoiceField(Service.objects.none(), label=_("For which service?"), empty_label=None)
    dataset = forms.ModelChoiceField(
        Dataset.objects.none(), label=_("Made from which data?"), empty_label=None,
        help_text=_("Only made-up data and cases that participants wrote are offered. Real cases never are."),
    )  # fmt: skip
    count = forms.IntegerField(label=_("How many cases?"), min_value=1, max_value=MOST, initial=30)
    wrong = forms.IntegerField(
        label=_("How many per cent carry wrong advice?"), min_value=0, max_value=100, initial=30,
        help_text=_("Ten decided cases with wrong advice are needed before a share is shown."),
    )  # fmt: skip
    silent = forms.IntegerField(
        label=_("In how many per cent does the tool say nothing?"), min_value=0, max_value=100, initial=30
    )
    first = forms.IntegerField(
        label=_("How many per cent are decided before the advice opens?"), min_value=0, max_value=100, initial=30
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = Service.objects.filter(project=project, closed=None).order_by("name")
        self.fields["service"].queryset = services  # type: ignore[attr-defined]
        self.fields["dataset"].queryset = datasets(project)  # type: ignore[attr-defined]

    @property
    def shares(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] / 100 for name in ("wrong", "silent", "first")}


class SetRisk(AskForm):
    level = forms.ChoiceField(
        label=_("How much harm can a wrong answer do?"), widget=forms.RadioSelect,
        choices=[
            (RiskLevel.Level.LOW.value, HintedChoice(_("Low"), hint=_("People are informed; little can go wrong."))),
            (RiskLevel.Level.LIMITED.value, HintedChoice(_("Limited"), hint=_("A wrong answer costs somebody time."))),
            (
                RiskLevel.Level.HIGH.value,
                HintedChoice(_("High"), hint=_("Rights, money, safety or a benefit depend on it.")),
            ),
        ],
    )  # fmt: skip
    reason = forms.CharField(label=_("Why?"), help_text=_("This is public."), widget=forms.Textarea(attrs={"rows": 4}))


class TryStop(AskForm):
    note = forms.CharField(
        label=_("What do you want to remember of this drill?"), required=False, max_length=1000,
        help_text=_("You can leave this empty. It is public."), widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
