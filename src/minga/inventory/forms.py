"""What the inventory's pages ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.inventory.models import Stage
from minga.inventory.registers import REGISTERS


class SearchForm(forms.Form):
    q = forms.CharField(label=_("What should the system do? A few words"), required=False, max_length=300)
    body = forms.CharField(label=_("Body, or a part of its name"), required=False, max_length=100)
    stage = forms.ChoiceField(
        required=False, choices=[("", _("Any")), *Stage.choices], widget=forms.HiddenInput, label=_("Stage")
    )


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("The file as it was published"), help_text=_("CSV, JSON or a table, at most 64 MiB.")
    )
    format = forms.ChoiceField(
        label=_("Which form does it have?"),
        required=False,
        choices=[("", _("Tell from the file")), *((key, f"{each.name} ({key})") for key, each in REGISTERS.items())],
    )
    whole = forms.ChoiceField(
        label=_("Does the file list every system of its register?"),
        help_text=_("If it does, systems that are not in it are kept and marked as no longer listed."),
        required=False,
        choices=[("", _("As usual for this form")), ("all", _("Yes, all of them")), ("some", _("No, only some"))],
    )
