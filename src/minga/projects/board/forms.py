"""Forms of the task board."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minga.people.models import Person
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import DateField


def people_of(project: Project | None) -> Any:
    """Who may be given a task: those with a role in the project, or with an office of the body."""
    has_part = Q(memberships__project=project, memberships__ended=None) if project else Q(offices__ended=None)
    part = has_part if project else has_part & Q(offices__isnull=False) | Q(body_role="appointer")
    return Person.objects.filter(part, is_active=True).order_by("display_name", "username").distinct()


class NewTask(AskForm):
    title = forms.CharField(label=_("What is to be done?"), max_length=300)
    text = forms.CharField(label=_("What should somebody know who does it?"), widget=forms.Textarea, required=False,
                           max_length=5000)  # fmt: skip
    wanted = forms.CharField(label=_("What will show that it was done?"), required=False, max_length=500,
                             help_text=_("A document, a figure, a link."))  # fmt: skip
    owner = forms.ModelChoiceField(label=_("Who does it?"), queryset=Person.objects.none(), required=False,
                                   empty_label=_("Nobody yet"))  # fmt: skip
    due = DateField(label=_("Until when?"), required=False)
    open_to_all = forms.BooleanField(label=_("Volunteers may take it: show it to everybody who is signed in"),
                                     required=False)  # fmt: skip
    skills = forms.CharField(label=_("Skills that help"), required=False, max_length=300,
                             help_text=_("With commas between: statistics, Guaraní, plain writing."))  # fmt: skip

    def __init__(self, *args: Any, project: Project | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(project)  # type: ignore[attr-defined]


class Assign(AskForm):
    owner = forms.ModelChoiceField(label=_("Who does it?"), queryset=Person.objects.none(), required=False,
                                   empty_label=_("Nobody yet"))  # fmt: skip
    due = DateField(label=_("Until when?"), required=False)

    def __init__(self, *args: Any, project: Project | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(project)  # type: ignore[attr-defined]


class Done(AskForm):
    """``own``: whoever sends it did the task, and may be thanked for it."""

    evidence = forms.CharField(label=_("What shows that it was done?"), widget=forms.Textarea, max_length=3000,
                               help_text=_("Public. Name no private persons."))  # fmt: skip
    evidence_url = forms.CharField(label=_("Web address of it"), required=False, max_length=500)
    credit = forms.CharField(label=_("Your name, if you want to be thanked by name"), required=False, max_length=120,
                             help_text=_("Shown beside this task. Leave it empty to stay unnamed."))  # fmt: skip

    def __init__(self, *args: Any, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            del self.fields["credit"]


class Credit(AskForm):
    credit = forms.CharField(label=_("Your name, if you want to be thanked by name"), required=False, max_length=120,
                             help_text=_("Shown beside this task. Leave it empty to stay unnamed."))  # fmt: skip


class Drop(AskForm):
    reason = forms.CharField(label=_("Why will it not be done?"), widget=forms.Textarea, max_length=2000,
                             help_text=_("Public."))  # fmt: skip
