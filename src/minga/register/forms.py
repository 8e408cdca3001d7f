"""What people write for the record."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Describe(forms.Form):
    text = forms.CharField(
        label=_("What should the record say?"),
        widget=forms.Textarea,
        required=False,
        max_length=5000,
        help_text=_("Plain text for anybody. Leave it empty to take it back."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)


class Publish(forms.Form):
    note = forms.CharField(
        label=_("What changed, in one line"),
        required=False,
        max_length=300,
        help_text=_("For readers. The list of changed fields is made by itself."),
    )
