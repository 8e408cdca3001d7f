"""The forms of the withdraw switch."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.ledger.action import BODY
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import HintedChoice

ALL, EVERYWHERE = "all", "body"


class WithdrawTool(AskForm):
    version = forms.ChoiceField(label=_("What is withdrawn?"), widget=forms.RadioSelect)
    place = forms.ChoiceField(label=_("Where?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why?"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Public. Say what happened and what has to change before it may be used again."),
    )  # fmt: skip

    def __init__(self, *args: Any, versions: Sequence[str], places: Sequence[Project | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {EVERYWHERE if place is None else str(place.pk): place for place in places}
        everything = HintedChoice(_("The whole tool"), hint=_("Every version, those to come too."))
        self.fields["version"].choices = [(ALL, everything), *((name, name) for name in versions)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [  # type: ignore[attr-defined]
            (key, _("In every project of the body") if place is None else place.title)
            for key, place in self.places.items()
        ]
        if len(self.places) == 1:
            self.fields["place"].initial = next(iter(self.places))

    def clean_version(self) -> str:
        return "" if self.cleaned_data["version"] == ALL else str(self.cleaned_data["version"])

    def clean_place(self) -> object:
        return self.places[self.cleaned_data["place"]] or BODY


class RestoreTool(AskForm):
    reason = forms.CharField(
        label=_("Why may it be used again?"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Public.")
    )
