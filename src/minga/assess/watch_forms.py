"""What a person fills in about an alert and its bound. Nothing is suggested."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.assess import bounds


class Acknowledge(forms.Form):
    done = forms.CharField(
        label=_("What did you find, and what did you do?"),
        widget=forms.Textarea,
        help_text=_("Those who run and oversee the tool read this. Write no personal data."),
        error_messages={"required": _("Say what you found and what you did.")},
    )


class WriteBound(forms.Form):
    """A PSI as it is; per cent and points for everything else."""

    bound = forms.CharField(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    reason = forms.CharField(
        label=_("Why this bound?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody reads this, with your name."),
        error_messages={"required": _("Write the reason.")},
    )

    def __init__(self, metric: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.metric, field = metric, self.fields["bound"]
        field.label = self._label()
        field.error_messages["required"] = field.help_text = bounds.range_words(metric)

    def _label(self) -> Any:
        if self.metric in bounds.COLUMNS:
            return _("From which PSI on?")
        return _("From how many per cent on?") if self.metric in bounds.SHARES else _("From how many points on?")

    def clean_bound(self) -> Decimal:
        """The bound as ``set_bound`` takes it: a PSI, or a share in 0..1. A decimal comma is read too."""
        given = self.cleaned_data["bound"].replace(",", ".").removesuffix("%")
        found = bounds.read_page(self.metric, given)
        if found is None:
            raise forms.ValidationError(bounds.range_words(self.metric))
        return found
