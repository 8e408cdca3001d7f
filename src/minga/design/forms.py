"""Forms of data, criteria, versions and exceptions."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from minga.design.metrics import METRICS, Metric, unit_of
from minga.design.models import Criterion, Dataset
from minga.design.offered import installed
from minga.design.queries import criteria, ready_datasets
from minga.design.table_metrics import PERTURBATIONS
from minga.ledger.action import GROUPS
from minga.people.models import Group
from minga.projects.models import Project
from minga.web.forms import DateField, DecimalInput, HintedChoice

NONE = "none"
EACH = "each"
OPTIONS = ("positive", "gap", "perturbations", "minimum_events")
GAPS = [
    (EACH, _("Each group must meet the bound")),
    ("difference", _("The difference between the highest and the lowest group must meet it")),
    ("ratio", _("The lowest group as a share of the highest must meet it")),
]
NUMBER = DecimalInput()


_OCDS_HINT = _("JSON, or JSON Lines with one release a line.")
_TABLE_HINT = _("CSV, or JSON Lines: one case a line, with what is true of it.")


class ImportData(forms.Form):
    name = forms.CharField(label=_("What is this dataset called?"), max_length=120)
    kind = forms.ChoiceField(
        label=_("What is in the file?"), required=False, widget=forms.RadioSelect, initial=Dataset.Kind.OCDS,
        choices=[
            (Dataset.Kind.OCDS, HintedChoice(_("Open contracting data (OCDS)"), hint=_OCDS_HINT)),
            (Dataset.Kind.TABLE, HintedChoice(_("A table of cases"), hint=_TABLE_HINT)),
        ],
    )  # fmt: skip
    file = forms.FileField(
        label=_("A file from your computer"),
        required=False,
        help_text=_("gzip is fine."),
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

    id_column = forms.CharField(
        label=_("Which column names each case?"), required=False, max_length=120,
        help_text=_("A number or name of its own in every row."),
    )  # fmt: skip
    truth_column = forms.CharField(
        label=_("Which column holds what is true?"), required=False, max_length=120,
        help_text=_("What the tool should say. The tool is never shown it. May be left empty where nobody knows."),
    )  # fmt: skip
    group_columns = forms.CharField(
        label=_("Which columns tell groups of people apart?"), required=False, max_length=400,
        help_text=_("With commas between them: district, language. Used to compare, and never shown to the tool."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == Dataset.Kind.TABLE:
            if not given.get("id_column"):
                self.add_error("id_column", _("Say which column names each case."))
            groups = [name.strip() for name in given.get("group_columns", "").split(",") if name.strip()]
            given["columns"] = {
                "id": given.get("id_column", ""), "truth": given.get("truth_column", ""), "groups": groups
            }  # fmt: skip
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


def _hinted(one: Metric) -> Any:
    return HintedChoice(one.title, hint=one.explanation) if one.explanation else one.title


def table_groups(datasets: Iterable[Dataset]) -> list[tuple[str, str]]:
    """The columns by which tables can be told apart, and each two of them together."""
    found: dict[str, str] = {}
    for one in datasets:
        names = one.columns.get("groups", [])
        found |= {name: name for name in names}
        found |= {",".join(pair): " + ".join(pair) for pair in combinations(names, 2)}
    return list(found.items())


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
    positive = forms.CharField(
        label=_("Which answer is looked for?"), required=False, max_length=60,
        help_text=_("For measures of one answer: “urgent”, “refer to a specialist”. Exactly as it stands in the data."),
    )  # fmt: skip
    gap = forms.ChoiceField(
        label=_("What about the groups must hold?"), required=False, widget=forms.RadioSelect, choices=GAPS
    )
    perturbations = forms.MultipleChoiceField(
        label=_("Which changes must not change the answer?"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(PERTURBATIONS.items()), help_text=_("For the measure of the same answer after a change."),
    )  # fmt: skip
    minimum_events = forms.IntegerField(
        label=_("Fewest events that can be judged"), required=False, min_value=1, widget=NUMBER,
        help_text=_("Cases of the answer that is looked for. With fewer there is “not enough evidence”. Usually 10."),
    )  # fmt: skip
    bound = forms.DecimalField(
        label=_("The bound: this many"), decimal_places=4, widget=NUMBER,
        help_text=_("Per cent for a share, milliseconds for time, money for cost; else the plain number."),
    )  # fmt: skip
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
        datasets = list(ready_datasets(project))
        kinds = {one.kind for one in datasets} or {Dataset.Kind.OCDS.value}
        fitting = {name: one for name, one in METRICS.items() if one.kinds & kinds}
        self.fields["metric"].choices = [(name, _hinted(one)) for name, one in fitting.items()]  # type: ignore[attr-defined]
        groups = {key: words for one in fitting.values() for key, words in one.groups.items()}
        none = (NONE, pgettext_lazy("group of a criterion", "None: the figure as a whole"))
        self.fields["group_by"].choices = [none, *groups.items(), *table_groups(datasets)]  # type: ignore[attr-defined]
        if kinds == {Dataset.Kind.OCDS}:
            for name in OPTIONS:
                del self.fields[name]

    def clean_group_by(self) -> str:
        return "" if self.cleaned_data["group_by"] == NONE else self.cleaned_data["group_by"]

    def clean(self) -> dict[str, Any]:
        """``bound`` as decimal text in the metric's unit, a share in 0..1; ``options`` with what was given."""
        given = super().clean() or {}
        options = {name: given.pop(name) for name in OPTIONS if given.get(name)}
        for name in OPTIONS:
            given.pop(name, None)
        if options.get("gap") == EACH:
            del options["gap"]
        if "bound" in given and given.get("metric") in METRICS:
            share = unit_of(given["metric"], options.get("gap", "")) == "share"
            given["bound"] = f"{(given['bound'] / Decimal(100 if share else 1)).normalize():f}"
        return {**given, **({"options": options} if options else {})}

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
    currency = forms.CharField(label=_("Currency of its prices"), required=False, max_length=3, initial="EUR")
    per_cpu_second = forms.DecimalField(
        label=_("Price of a second of computing"), required=False, min_value=0, widget=NUMBER,
        help_text=_("What the machine costs a second. The cost of 1,000 cases is computed from the time measured."),
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

    def clean(self) -> dict[str, Any]:
        """What ``register_version`` takes; a price makes a description of the tool."""
        given = super().clean() or {}
        prices = prices_of(given)
        given["spec"] = {"kind": "entry_point", "prices": prices} if prices else None
        return given


def prices_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The prices of a form as ``Spec.from_json`` reads them; {} where none is given."""
    names = ("per_cpu_second", "per_1000_tokens_in", "per_1000_tokens_out")
    told = {name: f"{given[name]:f}" for name in names if given.get(name) is not None}
    return {"currency": given.get("currency") or "EUR", **told} if told else {}


class SignException(forms.Form):
    reason = forms.CharField(
        label=_("Why may this version be used all the same?"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public, with your name."),
    )  # fmt: skip
    expires = DateField(label=_("Last day on which it holds"), help_text=_("At most 90 days from today."))
