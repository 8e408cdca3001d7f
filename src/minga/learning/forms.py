"""What the pages of this room ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.learning import shelf
from minga.learning.models import Event, EventTeam, Expert, TransferGoal
from minga.learning.queries import course_title
from minga.learning.skills import SKILLS
from minga.people.forming import AskForm, find_person
from minga.people.models import Group, Person
from minga.web.forms import DateField, DecimalInput

CHOICES = list(SKILLS.items())


class AddCourse(AskForm):
    file = forms.FileField(
        label=_("The course as a file"), help_text=_("TOML, in UTF-8. The documentation shows what it holds.")
    )


class EnterExpert(AskForm):
    skills = forms.MultipleChoiceField(
        label=_("What do you know well enough to help others with it?"), widget=forms.CheckboxSelectMultiple,
        choices=CHOICES,
    )  # fmt: skip
    more = forms.CharField(
        label=_("More about it, in your own words"), required=False, widget=forms.Textarea, max_length=2000
    )
    languages = forms.CharField(label=_("Languages in which you can help"), required=False, max_length=120)
    body = forms.CharField(label=_("Where you work, if you want to say it"), required=False, max_length=200)
    availability = forms.ChoiceField(
        label=_("When can you help?"), widget=forms.RadioSelect, choices=Expert.Availability.choices
    )
    hours = forms.IntegerField(label=_("Hours a month, about"), required=False, min_value=0, max_value=200)
    listed = forms.BooleanField(
        label=_("Show me in the public directory"), required=False,
        help_text=_("Without it projects can ask you, and nobody else sees you. Residents are never shown by name."),
    )  # fmt: skip

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or 0


class AskHelp(AskForm):
    skills = forms.MultipleChoiceField(
        label=_("Which skills does it take?"), widget=forms.CheckboxSelectMultiple, choices=CHOICES
    )
    text = forms.CharField(
        label=_("What is to be done?"), widget=forms.Textarea, max_length=3000,
        help_text=_("Two or three sentences. It is public; name nobody."),
    )  # fmt: skip
    hours = forms.IntegerField(label=_("Hours, about"), required=False, min_value=0, max_value=2000)
    until = DateField(label=_("Until when?"), required=False)

    def clean_hours(self) -> int:
        return self.cleaned_data["hours"] or 0


class GiveHours(AskForm):
    hours = forms.DecimalField(
        label=_("How many hours was it?"), widget=DecimalInput, max_digits=5, decimal_places=1, min_value=0
    )


class CloseRequest(AskForm):
    outcome = forms.CharField(label=_("What came of it?"), widget=forms.Textarea, max_length=2000)


class NeedSkill(AskForm):
    skill = forms.ChoiceField(label=_("Which skill does the project need?"), choices=CHOICES)
    reason = forms.CharField(label=_("What for?"), required=False, max_length=300)


class AgreeTransfer(AskForm):
    giver = forms.ChoiceField(label=_("Who teaches?"), choices=Group.choices)
    learner = forms.ChoiceField(label=_("Who learns?"), choices=Group.choices)
    what = forms.CharField(label=_("What is to be learnt?"), max_length=300)
    shown_by = forms.CharField(
        label=_("What will show that it was learnt?"), max_length=300,
        help_text=_("Something that one can look at: “the team reruns the check without help”."),
    )  # fmt: skip
    due = DateField(label=_("By when?"))


class CheckTransfer(AskForm):
    met = forms.ChoiceField(label=_("Was it reached?"), widget=forms.RadioSelect, choices=TransferGoal.Met.choices)
    note = forms.CharField(label=_("How do you know?"), widget=forms.Textarea, max_length=2000)


class NameChampion(AskForm):
    person = forms.CharField(
        label=_("Who?"), max_length=150, help_text=_("The name with which this person signs in, or their e-mail.")
    )
    unit = forms.CharField(label=_("Of which unit?"), max_length=200)

    def clean_person(self) -> Person:
        return find_person(self.cleaned_data["person"])


class AnnounceEvent(AskForm):
    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect, choices=Event.Kind.choices)
    title = forms.CharField(label=_("What is it called?"), max_length=200)
    on = DateField(label=_("On which day?"))
    starts = forms.TimeField(
        label=_("When does it begin?"), required=False, help_text=_("For example 14:30"),
        error_messages={"invalid": _("Write the time as hours and minutes, such as 14:30.")},
    )  # fmt: skip
    where = forms.CharField(label=_("Where?"), max_length=200, help_text=_("A room, or an address to call."))
    course = forms.ChoiceField(label=_("On which course, if it is a training?"), required=False)
    text = forms.CharField(label=_("What happens there?"), required=False, widget=forms.Textarea, max_length=3000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = [("", _("None")), *((id, course_title(id)) for id in shelf.courses())]
        self.fields["course"].choices = courses  # type: ignore[attr-defined]


class FormTeam(AskForm):
    name = forms.CharField(label=_("Name of the team"), max_length=120)
    works_on = forms.CharField(label=_("What does it work on?"), max_length=300)


class HoldEvent(AskForm):
    came = forms.IntegerField(label=_("How many people came?"), min_value=0, max_value=100_000)
    learnt = forms.CharField(label=_("What was learnt there?"), widget=forms.Textarea, max_length=3000)


class RecordOutput(AskForm):
    title = forms.CharField(label=_("What came out?"), max_length=200)
    url = forms.CharField(label=_("Where can one see it?"), required=False, max_length=500)
    follow_up = forms.CharField(label=_("What has to follow?"), required=False, max_length=300)
    team = forms.TypedChoiceField(label=_("Which team made it?"), required=False, coerce=int, empty_value=None)

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = {team.pk: team for team in event.teams.all()}
        choices = [("", _("None in particular")), *((pk, team.name) for pk, team in self.teams.items())]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]

    def clean_team(self) -> EventTeam | None:
        return self.teams.get(self.cleaned_data["team"])


__all__ = [
    "AddCourse", "AgreeTransfer", "AnnounceEvent", "AskHelp", "CheckTransfer", "CloseRequest", "EnterExpert",
    "FormTeam", "GiveHours", "HoldEvent", "NameChampion", "NeedSkill", "RecordOutput",
]  # fmt: skip
