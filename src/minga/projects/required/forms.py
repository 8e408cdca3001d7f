"""What one says to ask for a course."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.learning import queries, shelf
from minga.projects.forms import AskForm
from minga.projects.steps import STEPS


class RequireCourse(AskForm):
    course = forms.ChoiceField(label=_("Which course?"), widget=forms.RadioSelect)
    step = forms.TypedChoiceField(label=_("At which gate?"), coerce=int)
    only_high = forms.BooleanField(
        label=_("Only where the answers put the project among the high risks"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = [(id, queries.course_title(id)) for id in shelf.courses()]
        gates = [(0, _("At every gate")), *((number, f"{number}. {step.title}") for number, step in STEPS.items())]
        self.fields["course"].choices = courses  # type: ignore[attr-defined]
        self.fields["step"].choices = gates  # type: ignore[attr-defined]
