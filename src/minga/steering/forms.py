"""What people fill in about the body as a whole."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.assess import currencies
from minga.instruments import library
from minga.instruments.definition import say
from minga.people.models import Person
from minga.projects.forms import AskForm, find_person
from minga.projects.models import Project, Task
from minga.projects.roles import BodyRole
from minga.steering.models import Goal, Group, Instalment
from minga.web.forms import DateField, DecimalInput

PARTS = 4
FOLLOW_UPS = 3
WHO = _("The name with which this person signs in, or their e-mail.")


def line(label: Any, hint: Any = "", most: int = 200, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required)


def prose(label: Any, hint: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )  # fmt: skip


def money(label: Any, hint: Any = "", required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=hint, required=required, max_digits=16, decimal_places=2, widget=DecimalInput()
    )  # fmt: skip


def whole(label: Any, hint: Any = "", least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=hint, min_value=least, max_value=10**9)


class ProjectChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, label: Any, empty: Any, **given: Any) -> None:
        queryset = Project.objects.none()
        super().__init__(label=label, queryset=queryset, required=False, empty_label=empty, **given)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        made = super().__deepcopy__(memo)
        made.queryset = Project.objects.all()
        return made


class GiveOffice(AskForm):
    person = line(_("Who?"), WHO, 150)
    role = forms.ChoiceField(label=_("Which office?"), widget=forms.RadioSelect, choices=BodyRole.choices)

    def clean_person(self) -> Person:
        return find_person(self.cleaned_data["person"])


class Reason(AskForm):
    reason = prose(_("Why?"), _("Everybody can read it."))


class StateFunding(AskForm):
    """Up to PARTS parts; a part without an amount is left out. ``parts`` gives them as the action takes them."""

    name = line(_("What is the money for?"))
    giver = line(_("Who pays?"))
    project = ProjectChoice(_("For which project?"), _("For no single project"))
    shared_with = line(
        _("Which bodies buy together?"), _("Leave it empty where only this body pays."), 300, required=False
    )  # fmt: skip
    currency = line(_("In which currency?"), _("Three letters, such as EUR or PEN."), 3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currencies.default()
        for number in range(1, PARTS + 1):
            self.fields[f"amount_{number}"] = money(_("How much?"), required=False)
            self.fields[f"condition_{number}"] = forms.ChoiceField(
                label=_("What must the ledger hold before it is paid?"), choices=Instalment.Condition.choices,
                required=False,
            )  # fmt: skip
            self.fields[f"of_{number}"] = line(
                _("Which one?"), _("Gate: its number. Check: the criterion, such as C-01. Review: how many."), 40, False
            )

    def part_fields(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """For the template: each part's number and its three fields."""
        for number in range(1, PARTS + 1):
            yield number, [self[f"{name}_{number}"] for name in ("amount", "condition", "of")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        parts = [
            (amount, given.get(f"condition_{number}") or "none", given.get(f"of_{number}", ""))
            for number in range(1, PARTS + 1)
            if isinstance(amount := given.get(f"amount_{number}"), Decimal)
        ]
        for number in range(1, PARTS + 1):
            wanted = given.get(f"condition_{number}", "none") not in ("", "none") or given.get(f"of_{number}")
            if wanted and self[f"amount_{number}"].data in (None, ""):
                self.add_error(f"amount_{number}", _("Give an amount, or empty this part."))
        names = ("name", "giver", "project", "shared_with", "currency")
        return {name: given[name] for name in names if name in given} | {"parts": parts}


class PlanCoverage(AskForm):
    unit = line(_("What is to be reached?"), _("Example: cities, offices, courts, thousand residents."), 60)
    wanted = whole(_("How many are there in all?"), least=1)
    planned = whole(_("How many are planned?"))
    fixed = money(_("What is paid once, however many are reached?"))
    per_unit = money(_("What does each one more cost?"))
    currency = line(_("In which currency?"), _("Three letters, such as EUR or PEN."), 3)
    source = line(_("How do you know?"), most=300)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].initial = currencies.settled(project) or currencies.default()


class CountCoverage(AskForm):
    on = DateField(label=_("Until which day?"))
    units = whole(_("How many were really reached until then?"))
    spent = money(_("What had everything cost until then?"))
    source = line(_("How do you know?"), most=300)


class GoalForm(AskForm):
    title = line(_("What is to be reached?"))
    reason = prose(_("Why?"), rows=3)
    measure = line(
        _("How can anybody tell that it is reached?"), _("A number and where it stands, if there is one."), 300
    )
    owner = line(_("Who answers for it?"), WHO, 150)
    year = whole(_("In which year?"), least=2000)
    quarter = forms.TypedChoiceField(
        label=_("By the end of which quarter?"), choices=[(1, "1"), (2, "2"), (3, "3"), (4, "4")], coerce=int
    )
    projects = forms.ModelMultipleChoiceField(
        label=_("Which projects serve it?"), queryset=Project.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    tasks = forms.ModelMultipleChoiceField(
        label=_("Which tasks of the body serve it?"), queryset=Task.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["projects"].queryset = Project.objects.all()  # type: ignore[attr-defined]
        self.fields["tasks"].queryset = _open_tasks()  # type: ignore[attr-defined]
        self.fields["year"].initial = timezone.localdate().year

    def clean_owner(self) -> Person:
        return find_person(self.cleaned_data["owner"])


def _open_tasks() -> QuerySet[Task]:
    return Task.objects.filter(project=None, state=Task.State.OPEN)


class ChangeGoal(GoalForm):
    """The goal's form with its state, and the reason for the change in place of the goal's own."""

    state = forms.ChoiceField(label=_("How does it stand?"), choices=Goal.State.choices, widget=forms.RadioSelect)
    field_order = ("state", "title", "measure", "owner", "year", "quarter", "projects", "tasks", "reason")

    def __init__(self, goal: Goal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "measure", "year", "quarter", "state"):
            self.fields[name].initial = getattr(goal, name)
        self.fields["owner"].initial = goal.owner.username
        self.fields["projects"].initial = goal.projects.all()
        self.fields["tasks"].initial = goal.tasks.all()
        self.fields["tasks"].queryset = (_open_tasks() | goal.tasks.all()).distinct()  # type: ignore[attr-defined]
        self.fields["reason"].label = _("Why does it change?")


class OpenGroup(AskForm):
    name = line(_("What is the group called?"))
    purpose = prose(_("What is it to bring about?"))
    kind = forms.ChoiceField(
        label=_("What kind of group?"), choices=Group.Kind.choices, widget=forms.RadioSelect, initial="working"
    )
    open_to_all = forms.BooleanField(label=_("Anybody with an account may join"), required=False)
    until = DateField(label=_("Until which day does it work?"), help_text=_("May be left empty."), required=False)


class AddMember(AskForm):
    person = line(_("Who?"), WHO, 150)
    chairs = forms.BooleanField(label=_("Chairs the group"), required=False)

    def clean_person(self) -> Person:
        return find_person(self.cleaned_data["person"])


class CallMeeting(AskForm):
    on = DateField(label=_("On which day?"))
    agenda = prose(_("What is on the agenda?"), _("One point a line. Everybody can read it; do not name residents."))


class WriteMinutes(AskForm):
    """Minutes with up to FOLLOW_UPS things to do, for those who may give tasks away."""

    minutes = prose(_("What was said?"), _("Everybody can read it. Name positions, never residents."), rows=8)
    present = whole(_("How many were there?"), least=1)

    def __init__(self, with_tasks: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = range(1, FOLLOW_UPS + 1) if with_tasks else range(0)
        for number in self.numbers:
            self.fields[f"task_{number}"] = line(_("What is to be done?"), required=False)
            self.fields[f"owner_{number}"] = line(_("Who does it?"), WHO, 150, required=False)
            self.fields[f"due_{number}"] = DateField(label=_("By when?"), required=False)

    def task_fields(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        for number in self.numbers:
            yield number, [self[f"{name}_{number}"] for name in ("task", "owner", "due")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        found = []
        for number in self.numbers:
            title, name = given.get(f"task_{number}"), given.get(f"owner_{number}")
            due = given.get(f"due_{number}")
            if title:
                found.append((title, self._owner(number, name), due))
            elif name or due:
                self.add_error(f"task_{number}", _("Say what is to be done, or empty this part."))
        rest = {name: given[name] for name in ("minutes", "present") if name in given}
        return rest | {"follow_ups": found}

    def _owner(self, number: int, name: str | None) -> Person | None:
        try:
            return find_person(name) if name else None
        except forms.ValidationError as error:
            self.add_error(f"owner_{number}", error)
            return None


class Decide(AskForm):
    text = prose(_("What was decided?"), _("One sentence that anybody understands."), rows=3)
    votes_for = whole(_("Votes for it"))
    votes_against = whole(_("Votes against it"))
    abstained = whole(_("Abstained"))
    dissent = prose(_("What did those say who were against it?"), _("Without names."), required=False, rows=3)
    project = ProjectChoice(_("Which project is it about?"), _("No project"))

    def __init__(self, board: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not board:
            del self.fields["project"]


class PublishOutput(AskForm):
    title = line(_("What is it called?"))
    text = prose(_("What is it for?"), required=False, rows=3)
    url = forms.URLField(label=_("Web address"), required=False, max_length=500, assume_scheme="https")
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("At most 20 MiB."))


class PublishReport(AskForm):
    note = line(_("What has changed since the last version?"), _("Empty for the first one."), 300, required=False)


class OpenSurvey(AskForm):
    set_id = forms.ChoiceField(label=_("Which questions?"))
    title = line(_("What is the survey called?"))
    purpose = prose(_("Why do you ask, and what happens with the answers?"), _("Those who are asked read it first."))
    closes = DateField(label=_("Until which day?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        definitions = [one for one in library.everything() if one.about == "body"]
        definitions.sort(key=lambda one: one.id != "body_survey")
        choices = [(one.id, say(one.title, language)) for one in definitions]
        self.fields["set_id"].choices = choices  # type: ignore[attr-defined]


class Invite(AskForm):
    """``bodies``: one a line, its mail address behind a semicolon where it has one; names may hold commas."""

    bodies = prose(
        _("Which bodies do you ask?"),
        _("One a line: its name, a semicolon, its e-mail. Without e-mail you pass on the link."), rows=8,
    )  # fmt: skip

    def clean_bodies(self) -> list[tuple[str, str]]:
        lines = [one.strip() for one in self.cleaned_data["bodies"].splitlines() if one.strip()]
        return [(name.strip(), email.strip()) for name, _mark, email in (one.partition(";") for one in lines)]


class AddPartner(AskForm):
    name = line(_("Whose records are they?"))
    address = line(_("At which address is their Minga?"), _("Example: https://ai.city.example"), 500)
    fingerprint = line(
        _("Which fingerprint has their key?"), _("32 digits and letters, as they read them out to you."), 60
    )
    how = line(_("How did you compare it with them?"), _("By telephone or in person; not from the page itself."), 300)
