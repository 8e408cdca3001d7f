"""What the person concerned, and the staff who hear or answer them, fill in about an appeal."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Appeal, Notice, Route, Service
from minga.projects.forms import AskForm
from minga.web.forms import DateField, HintedChoice

SENT_BY = [(Route.POST, _("by letter")), (Route.COUNTER, _("at the counter")), (Route.PHONE, _("by telephone"))]
REACHED = [
    (Route.PHONE, _("by telephone")),
    (Route.POST, _("by letter")),
    (Route.COUNTER, _("at the counter")),
    (Route.EMAIL, _("by e-mail")),
]


class Contest(AskForm):
    """From the notice, by the person concerned."""

    text = forms.CharField(
        label=_("What is wrong, in your own words?"),
        help_text=_("You can add what was not known before. Only the people who answer your appeal read this."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"), required=False, help_text=_("Only to tell you that there is an answer.")
    )


class EnterAppeal(AskForm):
    """What somebody said by telephone, by letter or at the counter, entered by staff."""

    text = forms.CharField(
        label=_("What does the person say?"),
        help_text=_("As far as you can, in their own words."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    route = forms.ChoiceField(label=_("How did it reach you?"), widget=forms.RadioSelect, choices=REACHED)
    received = DateField(label=_("When did it reach you?"), help_text=_("The time limit counts from this day."))
    email = forms.EmailField(label=_("Their e-mail, if they want an answer by e-mail"), required=False)

    def clean_received(self) -> Any:
        day = self.cleaned_data["received"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("This day is in the future."))
        return day


class SendNotice(AskForm):
    notice = forms.ModelChoiceField(Notice.objects.none(), widget=forms.HiddenInput)
    route = forms.ChoiceField(label=_("How was it sent or said?"), widget=forms.RadioSelect, choices=SENT_BY)


class AnswerAppeal(AskForm):
    """The decision on an appeal. Where the tool had advised what is wrong, its fields become a test case.

    The fields that the tool reads are shown for rewriting, named ``tool_<field>``; ``because`` says why it was wrong.
    """

    outcome = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect)
    new_outcome = forms.ChoiceField(
        label=_("If it is changed: what is decided now?"), widget=forms.RadioSelect, required=False
    )
    answer = forms.CharField(
        label=_("Your answer, in plain words"),
        help_text=_("The person reads this with your name. If the decision changes, it is the reason of the new one."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, appeal: Appeal, service: Service, told: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = appeal.determination.outcome
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (Appeal.Outcome.UPHELD, HintedChoice(_("The decision stands"), hint=_("You say why."))),
            (
                Appeal.Outcome.CHANGED,
                HintedChoice(_("The decision changes"), hint=_("The person gets a new notice.")),
            ),
        ]
        others = [(one["code"], one["words"]) for one in service.outcomes if one["code"] != before]
        self.fields["new_outcome"].choices = others  # type: ignore[attr-defined]
        self.told = told
        if told:
            self._ask_for_test(service)

    def _ask_for_test(self, service: Service) -> None:
        words = {field["name"]: str(field["words"]) for field in service.fields}
        self.fields["because"] = forms.CharField(
            label=_("If it is changed: why was the tool wrong?"),
            help_text=_("This becomes a case that the tool must get right from now on, so it is read by others."),
            widget=forms.Textarea(attrs={"rows": 3}),
            required=False,
        )
        for name, value in self.told.items():
            self.fields[f"tool_{name}"] = forms.CharField(
                label=words.get(name, name),
                initial=value,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["no_person"] = forms.BooleanField(
            label=_("I have taken out every name and everything else that could tell who this is"), required=False
        )
        self.fields["invented"] = forms.BooleanField(
            label=_("What still looks like a person’s data is made up"), required=False
        )

    @property
    def test_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("tool_")]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        changed = given.get("outcome") == Appeal.Outcome.CHANGED
        if changed and not given.get("new_outcome"):
            self.add_error("new_outcome", gettext("Choose what is decided now."))
        return given

    def source(self) -> dict[str, Any]:
        """The rewritten case; a field that was left as it was keeps its type."""
        found = {}
        for name, value in self.told.items():
            written = self.cleaned_data.get(f"tool_{name}", "")
            found[name] = value if written == ("" if value is None else str(value)) else written
        return found
