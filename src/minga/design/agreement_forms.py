"""Forms from agreement to criterion, and of the body's charter."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minga.design.forms import NUMBER, ProposeCriterion
from minga.design.models import Criterion
from minga.engage.counting import FEWEST_OF_A_GROUP, SMALLEST_SHOWN
from minga.engage.forms.contributions import LANGUAGES
from minga.engage.models import Charter, Commitment, Conversation
from minga.engage.queries import charters_in_force
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import DateField, HintedChoice

QUORUM = "quorum_"


class DraftCriterion(ProposeCriterion):
    """A criterion and the terms of the ballot on it, in one form."""

    text = forms.CharField(
        label=_("The question"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        initial=_("Shall the tool be held to this?"),
    )
    closes = DateField(label=_("Last day to vote"))
    quorum = forms.IntegerField(
        label=_("How many people must vote for it to count?"),
        min_value=SMALLEST_SHOWN,
        initial=SMALLEST_SHOWN,
        widget=NUMBER,
    )
    threshold = forms.IntegerField(
        label=_("It passes when more than this share says yes, in per cent"),
        min_value=50, max_value=99, initial=50, widget=NUMBER,
    )  # fmt: skip

    def __init__(self, *args: Any, project: Project, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        for group in conversation.constituencies:
            self.fields[f"{QUORUM}{group}"] = forms.IntegerField(
                label=Group(group).label, required=False, min_value=FEWEST_OF_A_GROUP, widget=NUMBER
            )
        if not conversation.is_guarded:
            hint = _("Nobody vouches that each seat in this conversation is another person, so its ballot cannot bind.")
            self.fields["binding"].choices = [("no", HintedChoice(_("Advisory"), hint=hint))]  # type: ignore[attr-defined]
            self.fields["binding"].initial = "no"

    @property
    def quorum_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith(QUORUM)]

    def clean_closes(self) -> dt.datetime:
        """The end of that day, here."""
        return dt.datetime.combine(self.cleaned_data["closes"], dt.time(23, 59, 59), timezone.get_current_timezone())

    def clean(self) -> dict[str, Any]:
        """The quorums in one: constituency -> people."""
        given = super().clean() or {}
        asked = {name: given.pop(name) for name in list(given) if name.startswith(QUORUM)}
        given["quorums"] = {name.removeprefix(QUORUM): needed for name, needed in asked.items() if needed}
        return given


class DecideAgainst(AskForm):
    reason = forms.CharField(
        label=_("Why does the project decide otherwise?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Public, with your name."),
    )


class AdoptCharter(AskForm):
    title = forms.CharField(label=_("What is the charter called?"), max_length=200)
    introduction = forms.CharField(label=_("What it is for"), widget=forms.Textarea(attrs={"rows": 3}))
    made_by = forms.CharField(
        label=_("How did it come about?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who deliberated on it, and for how long."),
    )
    language = forms.ChoiceField(label=_("In which language is it written?"), choices=list(LANGUAGES.items()))
    adopted = DateField(label=_("When was it adopted?"))
    commitments = forms.CharField(
        label=_("The commitments, in their order"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One per line, as they were adopted."),
    )
    replaces = forms.ModelChoiceField(
        label=_("Which charter does it replace?"),
        queryset=Charter.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = charters_in_force()  # type: ignore[attr-defined]

    def clean_commitments(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["commitments"].splitlines() if line.strip()]


class LinkCommitment(AskForm):
    commitment = forms.ModelChoiceField(
        label=_("Which commitment does it hold the tool to?"),
        queryset=Commitment.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    why = forms.CharField(
        label=_("Why? One sentence."), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("It is public.")
    )

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = criterion.commitment_links.filter(ended=None).values("commitment")
        current = Commitment.objects.filter(charter__replaced_by=None).exclude(pk__in=linked)
        field = self.fields["commitment"]
        field.queryset = current.select_related("charter").order_by("-charter__adopted", "charter", "number")  # type: ignore[attr-defined]
        several = charters_in_force().count() > 1
        field.label_from_instance = lambda one: f"{one} ({one.charter})" if several else str(one)  # type: ignore[attr-defined]
