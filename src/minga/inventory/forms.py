"""What the inventory's pages ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.inventory.models import Stage
from minga.inventory.queries import countries
from minga.inventory.readers import FORMATS


class SearchForm(forms.Form):
    q = forms.CharField(label=_("What should the system do? A few words"), required=False, max_length=300)
    body = forms.CharField(label=_("Body, or a part of its name"), required=False, max_length=100)
    country = forms.ChoiceField(label=_("Country"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("Any")), *Stage.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", _("Any")), *((code, code) for code in countries())]
        self.fields["country"] = forms.ChoiceField(label=_("Country"), required=False, choices=known)


class ImportForm(forms.Form):
    file = forms.FileField(label=_("The file as it was published"), help_text=_("CSV or JSON, at most 64 MiB."))
    format = forms.ChoiceField(
        label=_("Which register is it?"),
        required=False,
        choices=[("", _("Tell from the file")), *((key, kind.register.name) for key, kind in FORMATS.items())],
    )
