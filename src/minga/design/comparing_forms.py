"""The form of a comparison: the options, the weights, the ceilings and the terms, all in sight."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.design import comparing, queries
from minga.design.outside_forms import LEVELS
from minga.design.outside_forms import PARTS as OPEN_PARTS
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import DecimalInput

NUMBER = DecimalInput()
WHOLE = forms.TextInput(attrs={"inputmode": "numeric"})
CEILINGS = ("cost_per_1000", "exit_cost", "energy_wh_per_1000", "maintenance_days")
TERMS = (
    "currency", "cases_per_year", "years", "day_rate", "price", "life_years", "cores", "usable_share",
    "watts_at_rest", "watts_per_busy_core", "price_per_kwh",
)  # fmt: skip


def _amount(label: Any, hint: Any = "", **given: Any) -> forms.DecimalField:
    told = {"required": False, "min_value": 0, "max_value": 10**9, **given}
    return forms.DecimalField(label=label, help_text=hint, widget=NUMBER, **told)


def _whole(label: Any, initial: int, most: int = 10**9) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most, initial=initial, widget=WHOLE)


class StartComparison(forms.Form):
    """Which options: registered versions, and others that are only offers so far."""

    versions = forms.MultipleChoiceField(
        label=_("Which registered versions?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("What checks measured is filled in for you."),
    )  # fmt: skip
    others = forms.IntegerField(
        label=_("How many other options?"), min_value=0, max_value=comparing.MOST, initial=1, widget=WHOLE,
        help_text=_("An offer, a service, or doing without."),
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registered = {str(one.pk): one for one in queries.versions(project)[:30]}
        self.fields["versions"].choices = [(key, str(one)) for key, one in self.registered.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        count = len(given.get("versions", [])) + (given.get("others") or 0)
        if not self.errors and not comparing.FEWEST <= count <= comparing.MOST:
            self.add_error("others", _("Choose two to four options in all."))
        return given


class CompareOption(AskForm):
    """One option. What nobody knows is left empty and counts as anything from the best to the worst."""

    name = forms.CharField(label=_("What is this option called?"), max_length=80)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    licence = forms.CharField(label=_("Its licence"), required=False, max_length=100)
    data_stays = forms.ChoiceField(
        label=_("Do the data stay in the house?"),
        choices=[("yes", _("yes")), ("no", _("no: they leave the house")), ("", _("not known"))], required=False,
    )  # fmt: skip
    metric = forms.CharField(label=_("What says how good it is?"), required=False, max_length=80)
    quality = _amount(_("That figure, in per cent"), max_value=100)
    low = _amount(_("Low end of its interval (95 %)"), max_value=100)
    high = _amount(_("High end of its interval (95 %)"), max_value=100)
    cost_per_1000 = _amount(_("Cost of 1,000 cases"))
    energy_wh_per_1000 = _amount(_("Energy for 1,000 cases, in watt-hours"))
    way = forms.ChoiceField(
        label=_("Where does it run?"),
        choices=[("own", _("on a machine of our own")), ("service", _("at a service that is paid by case"))],
    )
    cpu_seconds = _amount(_("Seconds of computing a case"), _("On a machine of your own, as measured."))
    subscription = _amount(_("Subscription a year"))
    setup_days = _amount(_("Days of work to set it up"))
    maintenance_days = _amount(_("Days of work a year to look after it"))
    exit_days = _amount(_("Days of work to leave it"), _("To take data and rules out and put another in its place."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in OPEN_PARTS.items():
            self.fields[f"open_{name}"] = forms.ChoiceField(label=label, choices=LEVELS, initial="closed")

    @property
    def openness_fields(self) -> list[forms.BoundField]:
        return [self[f"open_{name}"] for name in OPEN_PARTS]

    @property
    def amount_fields(self) -> list[forms.BoundField]:
        names = ("cost_per_1000", "energy_wh_per_1000", "cpu_seconds", "subscription", "setup_days", "maintenance_days",
                 "exit_days")  # fmt: skip
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        figure = [given.get(name) for name in ("low", "quality", "high")]
        known = [value for value in figure if value is not None]
        if known and len(known) < 3 and not self.errors:
            self.add_error("quality", _("Give the figure with both ends of its interval, or none of the three."))
        elif known != sorted(known):
            self.add_error("quality", _("The figure must lie between the two ends of its interval."))
        return given


class Compare(AskForm):
    """Everything but the options."""

    title = forms.CharField(label=_("What is compared?"), max_length=200)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3, initial="EUR")
    cases_per_year = _whole(_("Cases a year"), 10_000)
    years = _whole(_("Over how many years?"), 4, 30)
    day_rate = _amount(_("Cost of a day of work"), initial=400, required=True)
    price = _amount(_("Price of one machine"), initial=2000, required=True)
    life_years = _whole(_("Years until it is replaced"), 5, 30)
    cores = _whole(_("Its processor cores"), 8, 1024)
    usable_share = _amount(
        _("Share of its time that can be planned for work, 0 to 1"), initial="0.5", max_value=1, required=True
    )
    watts_at_rest = _amount(_("Watts at rest"), initial=40, required=True)
    watts_per_busy_core = _amount(_("Watts more for each busy core"), initial=5, required=True)
    price_per_kwh = _amount(_("Price of a kilowatt-hour"), initial="0.25", required=True)
    reason = forms.CharField(
        label=_("What follows from it?"), widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Public, with your name. Say which option you propose, and why."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in comparing.PARTS.items():
            self.fields[f"weight_{name}"] = _amount(
                label, initial=f"{comparing.WEIGHTS[name]:g}", required=True, max_value=100
            )
        for name, (label, initial) in _CEILINGS.items():
            self.fields[f"ceiling_{name}"] = _amount(label, initial=initial, required=True)

    @property
    def weight_fields(self) -> list[forms.BoundField]:
        return [self[f"weight_{name}"] for name in comparing.PARTS]

    @property
    def ceiling_fields(self) -> list[forms.BoundField]:
        return [self[f"ceiling_{name}"] for name in CEILINGS]

    @property
    def use_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in TERMS[:4]]

    @property
    def machine_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in TERMS[4:]]


_CEILINGS = {
    "cost_per_1000": (_("Cost of 1,000 cases"), 50),
    "exit_cost": (_("Cost of leaving it"), 20_000),
    "energy_wh_per_1000": (_("Energy for 1,000 cases, in watt-hours"), 1_000),
    "maintenance_days": (_("Days of work a year to look after it"), 60),
}


def parts_of(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What ``make_comparison`` takes besides title, options and reason."""
    return {
        "weights": {name: given[f"weight_{name}"] for name in comparing.PARTS},
        "ceilings": {name: given[f"ceiling_{name}"] for name in CEILINGS},
        "terms": {name: given[name] for name in TERMS},
    }


def as_initial(weights: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The form filled as it was for a comparison that was kept."""
    return {
        **{f"weight_{name}": value for name, value in weights.items()},
        **{f"ceiling_{name}": value for name, value in result["ceilings"].items()},
        **result["terms"],
    }
