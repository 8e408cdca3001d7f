"""Forms of data, criteria, versions and exceptions."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design.metrics import METRICS
from minga.design.models import Criterion, Dataset
from minga.design.queries import criteria, ready_datasets
from minga.ledger.action import GROUPS
from minga.people.models import Group
from minga.projects.models import Project
from minga.tools.base import installed
from minga.web.forms import DateField, HintedChoice

NONE = "none"
NUMBER = forms.TextInput(attrs={"inputmode": "decimal"})


class ImportData(forms.Form):
    name = forms.CharField(label=_("What is this dataset called?"), max_length=120)
    file = forms.FileField(
        label=_("A file from your computer"),
        required=False,
        help_text=_("OCDS contracting data: JSON, or JSON Lines with one release a line; gzip is fine."),
    )
    address = forms.URLField(
        label=_("Or its web address"), required=False, assume_scheme="https", max_length=400,
        help_text=_("Public addresses only. The file is copied, so that checks can be repeated."),
    )  # fmt: skip
    purpose = forms.CharField(label=_("What is it for?"), widget=forms.Textarea(attrs={"rows": 3}))
    steward = forms.CharField(
        label=_("Who answers for these data?"), required=False, max_length=200, help_text=_("An office and a role.")
    )
    lawful_basis = forms.CharField(
        label=_("What allows their use?"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The provision of law or the licence, as the body confirms it."),
    )  # fmt: skip
    labels = forms.FileField(
        label=_("Known cases"), required=False,
        help_text=_("A JSON file that maps the ocid of each known or planted case to its kind."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("file")) == bool(given.get("address")) and not self.errors:
            self.add_error("file", _("Give a file or an address, one of the two."))
        return given


class SplitData(forms.Form):
    at = DateField(label=_("First day of the later part"))


class AssessData(forms.Form):
    """Beside the question set: who answers for the data, and who receives them."""

    steward = forms.CharField(
        label=_("Who answers for these data?"), required=False, max_length=200, help_text=_("An office and a role.")
    )
    lawful_basis = forms.CharField(
        label=_("What allows their use?"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The provision of law or the licence, as the body confirms it."),
    )  # fmt: skip
    recipients = forms.CharField(
        label=_("Who else receives them, and for what?"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: name, colon, purpose. “University: research”. Data are never for sale."),
    )

    def clean_recipients(self) -> list[dict[str, str]]:
        rows = []
        for line in self.cleaned_data["recipients"].splitlines():
            name, colon, purpose = line.partition(":")
            if line.strip() and not (colon and name.strip() and purpose.strip()):
                raise forms.ValidationError(_("Write each line as “name: purpose”. Not understood: %s") % line.strip())
            if line.strip():
                rows.append({"name": name.strip(), "purpose": purpose.strip()})
        return rows


class ProposeCriterion(forms.Form):
    sentence = forms.CharField(
        label=_("What must the tool do? One sentence."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        # xgettext:no-python-format
        help_text=_("“No indicator fires on more than 20 % of the processes of any procurement method.”"),
    )
    metric = forms.ChoiceField(label=_("What is measured?"), widget=forms.RadioSelect)
    group_by = forms.ChoiceField(label=_("For each of which group?"), widget=forms.RadioSelect, initial=NONE)
    comparison = forms.ChoiceField(
        label=_("The figure must be"), widget=forms.RadioSelect, choices=Criterion.Comparison.choices
    )
    bound = forms.DecimalField(
        label=_("this many per cent"), min_value=0, max_value=100, decimal_places=2, widget=NUMBER
    )
    minimum_group = forms.IntegerField(
        label=_("Smallest group that can be judged"), min_value=1, initial=30, widget=NUMBER,
        help_text=_("Smaller groups are shown as “too few to judge”."),
    )  # fmt: skip
    dataset = forms.ModelChoiceField(
        label=_("Checked on which data?"), queryset=Dataset.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    binding = forms.ChoiceField(
        label=_("Does it bind?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", HintedChoice(_("Binding"), hint=_("No version is released without a pass."))),
            ("no", HintedChoice(_("Advisory"), hint=_("The result is shown; it blocks nothing."))),
        ],
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dataset"].queryset = ready_datasets(project)  # type: ignore[attr-defined]
        self.fields["metric"].choices = [(name, one.title) for name, one in METRICS.items()]  # type: ignore[attr-defined]
        groups = {key: words for one in METRICS.values() for key, words in one.groups.items()}
        none = (NONE, pgettext_lazy("group of a criterion", "None: the figure as a whole"))
        self.fields["group_by"].choices = [none, *groups.items()]  # type: ignore[attr-defined]

    def clean_group_by(self) -> str:
        return "" if self.cleaned_data["group_by"] == NONE else self.cleaned_data["group_by"]

    def clean_bound(self) -> str:
        """As a share in 0..1, decimal text."""
        return f"{(self.cleaned_data['bound'] / Decimal(100)).normalize():f}"

    def clean_binding(self) -> bool:
        return bool(self.cleaned_data["binding"] == "yes")


class HoldBallot(forms.Form):
    """Put proposed criteria to people as they stand."""

    chosen = forms.ModelMultipleChoiceField(
        label=_("Which criteria?"), queryset=Criterion.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(label=_("The question"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)
    groups = forms.MultipleChoiceField(
        label=_("Who votes?"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(group, Group(group).label) for group in GROUPS],
        initial=list(GROUPS),
    )
    closes = DateField(label=_("Last day to vote"))
    quorum = forms.IntegerField(
        label=_("How many people must vote for it to count?"), min_value=1, initial=5, widget=NUMBER
    )
    threshold = forms.IntegerField(
        label=_("It passes when more than this share says yes, in per cent"),
        min_value=50, max_value=99, initial=50, widget=NUMBER,
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        proposed = criteria(project).filter(state=Criterion.State.PROPOSED)
        self.fields["chosen"].queryset = proposed  # type: ignore[attr-defined]
        self.fields["chosen"].initial = [one.pk for one in proposed]

    def clean_closes(self) -> dt.datetime:
        """The end of that day, here."""
        return dt.datetime.combine(self.cleaned_data["closes"], dt.time(23, 59, 59), timezone.get_current_timezone())


class ApproveCriterion(forms.Form):
    reason = forms.CharField(
        label=_("Why is it approved?"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where a ballot said no. It is public."),
    )  # fmt: skip


class RegisterVersion(forms.Form):
    tool = forms.ChoiceField(label=_("Which tool?"), widget=forms.RadioSelect)
    version = forms.CharField(label=_("Version number"), max_length=20, help_text=_("Such as 0.2"))
    settings = forms.CharField(
        label=_("Its settings"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "class": "value", "spellcheck": "false"}),
        help_text=_("In the tool’s own format, TOML or INI. Left empty, the usual settings hold."),
    )  # fmt: skip
    chosen_on = forms.ChoiceField(
        label=_("On which data were these settings chosen?"), widget=forms.RadioSelect,
        help_text=_("A check on these data will not count as a pass."),
    )  # fmt: skip
    change_note = forms.CharField(label=_("What has changed, and why?"), widget=forms.Textarea(attrs={"rows": 3}))
    because = forms.ModelMultipleChoiceField(
        label=_("Which contributions asked for it?"), queryset=Dataset.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].choices = [(name, name) for name in sorted(installed())]  # type: ignore[attr-defined]
        self.datasets = {str(one.pk): one for one in ready_datasets(project)}
        none = (NONE, _("On none: they come from a rule or from elsewhere"))
        names = [(key, one.name) for key, one in self.datasets.items()]
        self.fields["chosen_on"].choices = [none, *names]  # type: ignore[attr-defined]
        adopted = project.contributions.filter(decision__outcome__in=("adopted", "adapted")).distinct()
        field = self.fields["because"]
        field.queryset = adopted  # type: ignore[attr-defined]
        field.label_from_instance = lambda given: given.text[:160]  # type: ignore[attr-defined]

    def clean_chosen_on(self) -> Dataset | None:
        return self.datasets.get(self.cleaned_data["chosen_on"])


class SignException(forms.Form):
    reason = forms.CharField(
        label=_("Why may this version be used all the same?"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public, with your name."),
    )  # fmt: skip
    expires = DateField(label=_("Last day on which it holds"), help_text=_("At most 90 days from today."))
