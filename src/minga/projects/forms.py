"""Forms of this room, and how every room's form meets its action."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from minga.ledger.refusals import Blocked, Conflict, Invalid, Refused
from minga.people.models import Group, Person
from minga.projects.models import DecisionRule, Position, Project
from minga.projects.roles import GRANTED_BY_LEAD, Role
from minga.projects.steps import STEPS
from minga.web.forms import HintedChoice

Given = Mapping[str, Any]


def acted[R](request: HttpRequest, form: forms.Form, perform: Callable[[Given], R]) -> R | None:
    """What ``perform`` made of a posted, valid form; None where there is nothing to do or it was refused.

    A refusal becomes an error of the form, at its field where it names one.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return perform(form.cleaned_data)
    except (Invalid, Conflict, Blocked) as refusal:
        show_refusal(form, refusal)
        return None


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal into the form that caused it."""
    at_fields = {name: text for name, text in refusal.fields.items() if name in form.fields}
    for name, text in at_fields.items():
        form.add_error(name, text)
    if not at_fields:
        form.add_error(None, " ".join(t for t in (refusal.what, refusal.cause, refusal.do) if t))
        for reason in (*refusal.reasons, *refusal.fields.values()):
            form.add_error(None, reason)


def show(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of a form; 422 where the form came back with errors."""
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


class AskForm(forms.Form):
    """A form that says what to do where something is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.MultipleChoiceField):
                field.error_messages["required"] = _("Choose at least one.")
            elif isinstance(field, forms.ChoiceField):
                field.error_messages["required"] = _("Choose one.")
            elif not isinstance(field, forms.MultiValueField):
                field.error_messages["required"] = _("Fill this in.")


class OpenProject(AskForm):
    title = forms.CharField(
        label=_("What is the project called?"),
        max_length=120,
        help_text=_("Name the task, not the technology: “Early warnings on public tenders”."),
    )
    summary = forms.CharField(
        label=_("What will the tool do, and what will it not do?"),
        widget=forms.Textarea,
        help_text=_("Two sentences that anybody understands."),
    )


class GrantRole(AskForm):
    person = forms.CharField(
        label=_("Who?"), max_length=150, help_text=_("The name with which this person signs in, or their e-mail.")
    )
    role = forms.ChoiceField(label=_("Which role?"), widget=forms.RadioSelect)
    on_board = forms.BooleanField(
        label=_("Has a seat on the joint board"),
        required=False,
        help_text=_("The board decides gates together, by majority or by consent."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, Role(role).label) for role in GRANTED_BY_LEAD]  # type: ignore[attr-defined]

    def clean_person(self) -> Person:
        return find_person(self.cleaned_data["person"])


class AppointOverseer(AskForm):
    person = forms.CharField(
        label=_("Who watches this project?"),
        max_length=150,
        help_text=_("The name with which this person signs in, or their e-mail. They take no other part in it."),
    )

    def clean_person(self) -> Person:
        return find_person(self.cleaned_data["person"])


def find_person(name: str) -> Person:
    """The active person who signs in as ``name``, or whose e-mail it is."""
    people = Person.objects.filter(is_active=True)
    found = people.filter(username__iexact=name.strip()).first() or people.filter(email__iexact=name.strip()).first()
    if found is None:
        raise forms.ValidationError(
            _("Nobody with this name has an account. Check the spelling, or ask the person to sign up first.")
        )
    return found


class GivePosition(AskForm):
    stand = forms.ChoiceField(
        label=_("Shall this gate pass?"),
        widget=forms.RadioSelect,
        choices=[
            (Position.Stand.AGREE, HintedChoice(_("Agree"))),
            (Position.Stand.OBJECT, HintedChoice(_("Object"), hint=_("Say why below. It is published."))),
            (Position.Stand.ABSTAIN, HintedChoice(_("Abstain"))),
        ],
    )
    dissent = forms.CharField(label=_("Your objection or doubt"), required=False, widget=forms.Textarea)


class DecideGate(AskForm):
    passed = forms.ChoiceField(
        label=_("What is decided?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", HintedChoice(_("The gate is passed"), hint=_("The project moves to the next step."))),
            ("no", HintedChoice(_("Not yet"), hint=_("The step goes on. The reason says what is missing."))),
        ],
    )
    reason = forms.CharField(
        label=_("Why?"), widget=forms.Textarea, help_text=_("Published with the decision and with every objection.")
    )


class AgreeRule(AskForm):
    step = forms.TypedChoiceField(label=_("Which gate?"), coerce=int)
    rule = forms.ChoiceField(label=_("Who decides it?"), widget=forms.RadioSelect, choices=DecisionRule.Rule.choices)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ahead = [(number, f"{number}. {step.title}") for number, step in STEPS.items() if number >= project.step]
        self.fields["step"].choices = ahead  # type: ignore[attr-defined]


class ExplainAbsence(AskForm):
    group = forms.ChoiceField(label=_("Which group took no part?"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why not, and what was tried?"), widget=forms.Textarea, help_text=_("This is published.")
    )

    def __init__(self, *args: Any, groups: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [(group, Group(group).label) for group in groups]  # type: ignore[attr-defined]
