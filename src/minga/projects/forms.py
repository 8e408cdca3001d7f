"""Forms of this room; how every room's form meets its action stands in ``people.forming``."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.instruments import classification
from minga.people.forming import AskForm, Given, acted, find_person, show, show_refusal
from minga.people.models import Group, Person
from minga.projects.models import DecisionRule, Position, Project
from minga.projects.roles import GRANTED_BY_LEAD, Role
from minga.projects.steps import STEPS
from minga.web.forms import HintedChoice

__all__ = [
    "AgreeRule", "AppointOverseer", "AskForm", "DecideGate", "ExplainAbsence", "GivePosition", "Given", "GrantRole",
    "OpenProject", "acted", "find_person", "show", "show_refusal",
]  # fmt: skip


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
    task = forms.ChoiceField(label=_("Which is the main task of the tool?"), required=False)
    function = forms.ChoiceField(label=_("Which work of government does it serve most?"), required=False)
    impacts = forms.MultipleChoiceField(
        label=_("What should get better?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        for name, list_id in (("task", "task"), ("function", "function"), ("impacts", "impact")):
            blank = [] if name == "impacts" else [("", _("Not known yet"))]
            self.fields[name].choices = [*blank, *classification.choices(list_id, language)]  # type: ignore[attr-defined]


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
