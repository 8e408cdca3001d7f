"""The form that asks for made-up data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.design import synthetic
from minga.projects.forms import AskForm

NUMBER = forms.TextInput(attrs={"inputmode": "numeric"})


class MakeData(AskForm):
    name = forms.CharField(label=_("What are the made-up data called?"), max_length=120)
    count = forms.IntegerField(
        label=_("How many rows?"), min_value=1, max_value=synthetic.MOST_ROWS, initial=synthetic.ROWS, widget=NUMBER
    )
    seed = forms.IntegerField(
        label=_("Starting number of the lot"), min_value=0, max_value=2**31 - 1, initial=1, widget=NUMBER,
        help_text=_("The same number gives the same rows."),
    )  # fmt: skip
