"""Forms of the cases that a tool must get right."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.design.case_fields import CaseForm
from minga.projects.forms import AskForm


class ProposeTestCase(CaseForm):
    expected = forms.CharField(label=_("What must come out?"), max_length=200)
    because = forms.CharField(
        label=_("Why?"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In plain words. It is public, with the case."),
    )  # fmt: skip


class RetireTestCase(AskForm):
    reason = forms.CharField(
        label=_("Why is it no longer used?"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Public.")
    )
