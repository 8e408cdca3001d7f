"""What people fill in about benefits and costs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.assess import currencies
from minga.assess.models import Cost, Kind
from minga.people.models import Person
from minga.projects.models import Membership, Project
from minga.web.forms import DateField


def number(label: Any, hint: Any = "", required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=required,
        max_digits=16,
        decimal_places=4,
        error_messages={"required": _("Give a number."), "invalid": _("Write a number, such as 12 or 12.5.")},
    )


def line(label: Any, hint: Any = "", most: int = 300) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, error_messages={"required": _("Fill this in.")}
    )


def _money() -> forms.CharField:
    return forms.CharField(
        label=_("In which currency?"), required=False, max_length=3, widget=forms.TextInput(attrs={"size": 3}),
        help_text=_("Three letters, such as EUR or PEN. All amounts of a project are in one currency."),
    )  # fmt: skip


def _why() -> forms.CharField:
    return forms.CharField(
        label=_("Why?"), widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Write the reason.")}
    )


class StateBenefit(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of benefit?"), widget=forms.RadioSelect, choices=Kind.choices)
    name = line(_("What gets better?"), _("Example: days until a letter is answered."), 200)
    beneficiaries = line(
        _("Who benefits?"),
        _("Name them: the people who apply, the staff of the desk, the body, the provider. Say who does not."),
    )
    unit = line(_("Measured in what?"), _("Example: days, per cent of people, hours of staff a month."), 60)
    baseline = number(_("How much is it now, without the tool?"))
    baseline_source = line(_("How do you know?"))
    expected_low = number(_("How much will it be, at the least?"))
    expected_high = number(_("And at the most?"))
    due = DateField(label=_("By when?"))
    owner = forms.ModelChoiceField(
        label=_("Who answers for it?"), queryset=Person.objects.none(), empty_label=_("Choose a person")
    )
    worth_low = number(
        _("Money per unit and year, at the least"), _("Leave both empty where it has no price."), required=False
    )
    worth_high = number(_("Money per unit and year, at the most"), required=False)
    currency = _money()

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currencies.settled(project) or currencies.default()
        members = Membership.objects.filter(project=project, ended=None).values("person")
        self.fields["owner"].queryset = Person.objects.filter(pk__in=members)  # type: ignore[attr-defined]


class MeasureBenefit(forms.Form):
    value = number(_("What was measured?"))
    low = number(_("At the least, if there is a range"), required=False)
    high = number(_("At the most"), required=False)
    events = forms.IntegerField(label=_("From how many observations?"), min_value=1)
    on = DateField(label=_("On which day?"))
    how = forms.CharField(
        label=_("How was it measured?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Count the time that people spend on checking the tool too."),
        error_messages={"required": _("Write a sentence.")},
    )


class StateCost(forms.Form):
    kind = forms.ChoiceField(label=_("What kind of cost?"), widget=forms.RadioSelect, choices=Cost.Kind.choices)
    name = line(_("What costs?"), _("Example: reading what the tool proposes."), 200)
    unit = line(_("Measured in what?"), _("Example: hours, euros, kWh."), 40)
    low = number(_("How much, at the least?"))
    high = number(_("And at the most?"))
    yearly = forms.TypedChoiceField(
        label=_("How often?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("every year")), ("no", _("once"))],
        coerce=lambda given: given == "yes",
    )
    measured = forms.TypedChoiceField(
        label=_("Where is it known from?"),
        widget=forms.RadioSelect,
        choices=[("no", _("estimated beforehand")), ("yes", _("measured in service"))],
        coerce=lambda given: given == "yes",
    )
    source = line(_("How do you know?"))
    price_low = number(_("Money per unit, at the least"), _("Leave both empty where it has no price."), required=False)
    price_high = number(_("Money per unit, at the most"), required=False)
    currency = _money()

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currencies.settled(project) or currencies.default()


class StateDataUse(forms.Form):
    none = forms.TypedChoiceField(
        label=_("Does anybody earn money with the project's data?"),
        widget=forms.RadioSelect,
        choices=[("no", _("Yes: describe one use")), ("yes", _("No: no use of the data earns money"))],
        coerce=lambda given: given == "yes",
        help_text=_("The data that the tool learned from, that it is given, and that it makes. Everybody reads this."),
        error_messages={"required": _("Choose one of the two.")},
    )
    which = forms.CharField(
        label=_("Which data?"), max_length=300, required=False,
        help_text=_("A use needs all three answers below. Leave them empty where nobody earns money."),
    )  # fmt: skip
    use = forms.CharField(
        label=_("What is done with them that earns money?"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    earner = forms.CharField(
        label=_("Who earns it?"), max_length=200, required=False, help_text=_("A body or a company, no private person.")
    )


class End(forms.Form):
    reason = _why()
