"""What a person fills in about an alert. Nothing is suggested."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Acknowledge(forms.Form):
    done = forms.CharField(
        label=_("What did you find, and what did you do?"),
        widget=forms.Textarea,
        help_text=_("Those who run and oversee the tool read this. Write no personal data."),
        error_messages={"required": _("Say what you found and what you did.")},
    )
