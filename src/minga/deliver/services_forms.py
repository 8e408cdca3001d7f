"""What people fill in about a service, and the form that a service makes of its fields."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import Case, Route, Service
from minga.deliver.terms import read_fields, read_outcomes, write_fields, write_outcomes
from minga.design.models import ToolVersion
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import HintedChoice, QuickRenderer

FIELDS = _(
    "What is it about? | needed, tool, back\nWhat you write to us | needed, tool, long\nDate of birth | personal"
)
OUTCOMES = _("Granted\nRefused | against")


def _words(label: Any, hint: Any = "", rows: int = 3, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}), **given)


def _share(label: Any, hint: Any, initial: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        initial=Decimal(initial).normalize(),
        min_value=0,
        max_value=1,
        max_digits=4,
        decimal_places=3,
    )


def _days(label: Any, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, initial=initial, min_value=1, max_value=3650)


class ServiceTerms(AskForm):
    """All terms of a service, with defaults that are safe to leave as they are."""

    name = forms.CharField(label=_("What is the service called?"), max_length=120)
    purpose = _words(
        _("What do people hand in here, and what for?"), _("They read this before they do."), max_length=5000
    )
    lawful_basis = _words(_("On what legal basis are these data used?"), rows=2, max_length=5000)
    other_route = _words(
        _("How is the service had without a computer?"), _("Telephone, address, opening hours."), max_length=5000
    )
    tool = forms.ChoiceField(label=_("Which tool helps?"), required=False)
    fields_text = _words(
        _("What does a case hold? One line each"),
        _("After a bar: needed, tool (the tool is given it), personal, long, group (fairness is watched by it), "
          "back (goes back to your own system)."),
        rows=5,
        initial=FIELDS,
    )  # fmt: skip
    outcomes_text = _words(
        _("What can be decided? One line each"),
        _("After a bar: against, where it goes against the person. “code = Words” gives the name that a tool uses."),
        initial=OUTCOMES,
    )
    needs_consent = forms.BooleanField(
        label=_("The tool reads a case only with the person's consent"), required=False,
        help_text=_("Who says no is served as well, by a person alone."),
    )  # fmt: skip
    form_open = forms.BooleanField(
        label=_("Anybody may hand a case in online"), required=False, initial=True,
    )  # fmt: skip
    display = forms.ChoiceField(
        label=_("When is the advice shown?"), widget=forms.RadioSelect, choices=Service.Display.choices,
        initial=Service.Display.ON_REQUEST,
    )  # fmt: skip
    first_share = _share(
        _("Share that is decided before the advice is shown"),
        _("From 0 to 1. Without it nobody knows whether the tool helps."),
        "0.200",
    )  # fmt: skip
    second_share = _share(_("Share that a second person reads blind"), "", "0.050")
    control_share = _share(
        _("Share that keeps its place whatever the tool says"),
        _("It measures what the order of the tool misses."),
        "0.050",
    )
    decide_days = _days(_("Days in which a case is decided"), 10)
    appeal_days = _days(_("Days in which a person may appeal"), 42)
    answer_days = _days(_("Days in which an appeal is answered"), 28)
    hook_url = forms.CharField(
        label=_("Address of your own case system"), required=False, max_length=400,
        help_text=_("Each determination goes there, signed. Leave it empty to take them over as a file."),
    )  # fmt: skip
    hook_secret = forms.CharField(
        label=_("The operator's variable that holds the secret"), required=False, max_length=80,
        help_text=_("It looks like MINGA_HOOK_PERMITS."),
    )  # fmt: skip

    FIRST: tuple[str, ...] = (
        "name",
        "purpose",
        "lawful_basis",
        "other_route",
        "tool",
        "fields_text",
        "outcomes_text",
        "form_open",
    )
    MORE = ("needs_consent", "display", "first_share", "second_share", "control_share", "decide_days", "appeal_days",
            "answer_days", "hook_url", "hook_secret")  # fmt: skip

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tools = ToolVersion.objects.filter(project=project).order_by("tool").values_list("tool", flat=True).distinct()
        choices = [("", _("None yet")), *((name, name) for name in tools)]
        self.fields["tool"].choices = choices  # type: ignore[attr-defined]

    def clean_fields_text(self) -> list[dict[str, Any]]:
        try:
            fields, self.groups = read_fields(self.cleaned_data["fields_text"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        return fields

    def clean_outcomes_text(self) -> list[dict[str, Any]]:
        try:
            return read_outcomes(self.cleaned_data["outcomes_text"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    @property
    def terms(self) -> dict[str, Any]:
        """What the action is given."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "reason"}
        return given | {
            "fields": given.pop("fields_text"), "outcomes": given.pop("outcomes_text"), "groups": self.groups
        }  # fmt: skip


class ChangeTerms(ServiceTerms):
    reason = _words(_("Why do the terms change?"), _("This is public."))

    FIRST: tuple[str, ...] = ("reason", *ServiceTerms.FIRST)

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        initial = {name: getattr(service, name) for name in self.base_fields if hasattr(service, name)}
        initial |= {"fields_text": write_fields(service), "outcomes_text": write_outcomes(service)}
        super().__init__(*args, project=service.project, initial=initial, **kwargs)
        kept = (service.tool, service.tool)
        if service.tool and kept not in self.fields["tool"].choices:  # type: ignore[attr-defined]
            self.fields["tool"].choices.append(kept)  # type: ignore[attr-defined]


class CloseService(AskForm):
    reason = _words(_("Why does the service close?"), _("This is public."))


class HandIn(AskForm):
    """The form that a service makes of its fields. Nothing is preselected; consent is asked, never assumed."""

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in service.fields:
            widget = forms.Textarea(attrs={"rows": 8}) if field.get("long") else forms.TextInput()
            self.fields[field["name"]] = forms.CharField(
                label=field["words"], widget=widget, required=field["needed"], max_length=20_000,
                error_messages={"required": _("Fill this in.")},
            )  # fmt: skip
        self.own = [field["name"] for field in service.fields]
        self.fields["contact_name"] = forms.CharField(label=_("Your name"), max_length=200, required=False)
        self.fields["email"] = forms.EmailField(
            label=_("Your e-mail"),
            required=False,
            help_text=_("To send you the decision. Without it you read it here."),
        )
        self.fields["address"] = _words(
            _("Your address"), _("If you want the decision by letter."), rows=3, required=False, max_length=1000
        )
        if service.needs_consent:
            self.fields["consent"] = forms.ChoiceField(
                label=_("May the tool read your case?"), widget=forms.RadioSelect,
                choices=[
                    ("yes", HintedChoice(_("Yes"), hint=_("You can withdraw this at any time."))),
                    ("no", HintedChoice(_("No"), hint=_("A person handles your case without the tool."))),
                ],
                error_messages={"required": _("Choose one of the answers.")},
            )  # fmt: skip

    @property
    def case_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own]


class UploadCases(AskForm):
    file = forms.FileField(
        label=_("A file"),
        help_text=_("A table (.csv), one object a line (.jsonl), or e-mails (.eml, .mbox). At most 10,000 rows."),
    )
    route = forms.ChoiceField(
        label=_("How did these people reach you?"), widget=forms.RadioSelect, choices=Route.choices
    )


class DecideService(forms.Form):
    """The determination on a person's case: the same list and the same steps whatever the tool says."""

    default_renderer = QuickRenderer
    outcome = forms.ChoiceField(
        label=_("What do you decide?"), widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )  # fmt: skip
    reason = _words(
        _("Your reason, in your own words"), _("The person concerned reads this."), rows=5,
        error_messages={"required": _("Write your reason in your own words.")},
    )  # fmt: skip

    def __init__(self, *args: Any, case: Case, evidence: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = case.service.outcomes if case.service else []
        choices = [(o["code"], HintedChoice(o["words"], hint=evidence if o["adverse"] else "")) for o in outcomes]
        unsure = ("cannot_tell", HintedChoice(_("I cannot tell"), hint=_("Goes to another person.")))
        self.fields["outcome"].choices = [*choices, unsure]  # type: ignore[attr-defined]

    @property
    def given(self) -> tuple[str, str, str]:
        """(choice, reason, outcome) as the actions take them."""
        return as_given(self.cleaned_data["outcome"], self.cleaned_data["reason"])


def as_given(outcome: str, reason: str) -> tuple[str, str, str]:
    """(choice, reason, outcome): that somebody cannot tell is a choice and no outcome of a service."""
    return ("cannot_tell", reason, "") if outcome == "cannot_tell" else ("", reason, outcome)
