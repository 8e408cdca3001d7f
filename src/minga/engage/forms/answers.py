"""One reply to several contributions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.engage.forms.contributions import Decide
from minga.engage.models import Contribution
from minga.engage.queries.answers import Waiting


class AnswerTogether(Decide):
    """``waiting`` is the list that can be ticked; whoever was merged into a ticked one is answered with it."""

    def __init__(self, *args: Any, waiting: Sequence[Waiting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = {str(row.given.pk): row for row in waiting}
        self.fields["contributions"] = forms.MultipleChoiceField(
            label=_("Which contributions does this answer?"),
            choices=[(pk, row.given.text) for pk, row in self.waiting.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": _("Tick at least one contribution."),
                "invalid_choice": _("One of those that you ticked has been answered in the meantime. Tick again."),
            },
        )

    def ticked(self) -> set[str]:
        return set(self.data.getlist("contributions")) if hasattr(self.data, "getlist") else set()

    def rows(self) -> list[tuple[Waiting, bool]]:
        """The list with what was ticked, for the page."""
        ticked = self.ticked()
        return [(row, pk in ticked) for pk, row in self.waiting.items()]

    def chosen(self) -> list[Contribution]:
        return [self.waiting[pk].given for pk in self.cleaned_data["contributions"]]


class Find(forms.Form):
    """What the list of contributions to answer is cut down to."""

    q = forms.CharField(label=_("Words in them"), required=False, max_length=100)
    group = forms.ChoiceField(label=_("From whom?"), required=False)
    conversation = forms.ChoiceField(label=_("From which conversation?"), required=False)

    def __init__(self, *args: Any, groups: Sequence[tuple[str, Any]], conversations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", _("All")), *groups]  # type: ignore[attr-defined]
        known = [("", _("All")), *((str(one.pk), one.title) for one in conversations)]
        self.fields["conversation"].choices = known  # type: ignore[attr-defined]
