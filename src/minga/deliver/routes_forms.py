"""Counting people on the other routes, and taking in a published table of groups."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Route
from minga.projects.forms import AskForm

MONTHS = 12


def months_until(today: date) -> list[date]:
    """The first days of the last ``MONTHS`` months, this one first."""
    count = today.year * 12 + today.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS)]


class CountRoute(AskForm):
    """People who used a route in a month without leaving a case here."""

    month = forms.ChoiceField(label=_("In which month?"))
    route = forms.ChoiceField(label=_("By which route?"), widget=forms.RadioSelect, choices=Route.choices)
    people = forms.IntegerField(
        label=_("How many people?"),
        min_value=0,
        help_text=_("Only those without a case here: cases are counted by themselves."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = months_until(timezone.localdate())
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (month.isoformat(), date_format(month, "F Y")) for month in months
        ]


class ImportTable(AskForm):
    """A published table of groups."""

    name = forms.CharField(label=_("What is the table called?"), max_length=120)
    source = forms.CharField(
        label=_("Who published it, and when?"),
        help_text=_("With an address where it can be found. This is shown beside the figures."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    file = forms.FileField(
        label=_("The table"),
        help_text=_("CSV, also gzipped, with the columns population, group and n; or group and one per population."),
    )
