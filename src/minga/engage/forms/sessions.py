"""Forms of public-dialogue sessions. Rows are typed one per line, so that they work without script."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.contributions import LONGEST
from minga.engage.forms.contributions import LANGUAGES
from minga.engage.models import PolicyArea, Session
from minga.engage.queries import strata
from minga.engage.queries.sessions import Seats, recruitment
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import DateField

CONSENT = _(
    "May we write down what you say, in your words, and publish it with the group that you belong to, without your "
    "name? You can say no, or leave out single sentences, and still take part in everything."
)


class PlanSession(AskForm):
    title = forms.CharField(label=_("What is the session called?"), max_length=200)
    purpose = forms.CharField(label=_("What is it for, and what can change because of it?"), widget=forms.Textarea)
    venue = forms.CharField(label=_("Where?"), max_length=120, help_text=_("Building, street, town; or “online”."))
    held_on = DateField(label=_("On which day?"))
    starts = forms.TimeField(label=_("At what time does it begin?"), help_text=_("For example 10:00"))
    policy_area = forms.ChoiceField(
        label=_("Which policy area is it about?"),
        choices=[("", "–"), *PolicyArea.choices],
        help_text=_("The divisions of government that the United Nations use (COFOG). Sessions compare by them."),
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        widget=forms.Textarea,
        help_text=_("One part per line: minutes | what happens | how. “20 | What worries you? | Tables of six”."),
    )
    consent = forms.CharField(
        label=_("What you ask people before they speak"),
        widget=forms.Textarea,
        initial=CONSENT,
        help_text=_("Without a yes, only the subject and the number of people are kept, never the words."),
    )
    access_needs = forms.CharField(
        label=_("Access"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Step-free entry, sign language, child care, travel costs, payment for time."),
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.strata = strata(project)
        wanted = {f"wanted_{value}": str(label) for value, label in Group.choices}
        asked = {f"stratum_{key}": label for key, label in self.strata.items()}
        for name, label in (wanted | asked).items():
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=9999, initial=0)

    def of_groups(self) -> list[Any]:
        return [self[f"wanted_{value}"] for value in Group.values]

    def of_strata(self) -> list[Any]:
        return [self[f"stratum_{key}"] for key in self.strata]

    def clean_agenda(self) -> list[dict[str, Any]]:
        return list(_parts(self.cleaned_data["agenda"].splitlines()))

    def plan(self) -> dict[str, Any]:
        """What ``actions.plan_session`` takes."""
        given = dict(self.cleaned_data)
        wanted = {value: given.pop(f"wanted_{value}") for value in Group.values}
        strata = {key: given.pop(f"stratum_{key}") for key in self.strata}
        return given | {"wanted": wanted, "wanted_strata": strata}


def _parts(lines: Iterable[str]) -> Iterable[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        minutes, what, how = [*(part.strip() for part in line.split("|", 2)), "", ""][:3]
        if not minutes.isascii() or not minutes.isdigit() or not 0 < int(minutes) <= 720 or not what:
            words = _now("Line %(number)s is not like “20 | What happens | How”. Begin it with the minutes.")
            raise forms.ValidationError(words % {"number": number})
        yield {"minutes": int(minutes), "what": what, "how": how}


class CountPeople(AskForm):
    """A number for each row of the recruitment. ``field`` is "invited" or "came"."""

    def __init__(self, *args: Any, session: Session, field: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups, self.strata = (recruitment(session, margin=margin, exact=True) for margin in ("group", "stratum"))
        self.keys = {f"{field}_{row.pk}": row.pk for row in session.recruitment.all()}
        by_key = {
            row.group or row.stratum: (f"{field}_{row.pk}", getattr(row, field)) for row in session.recruitment.all()
        }
        for seats in (*self.groups, *self.strata):
            name, now = by_key[seats.key]
            self.fields[name] = forms.IntegerField(
                label=seats.label, min_value=0, max_value=99999, initial=now, help_text=_hint(seats, field)
            )
        self.by_key = {key: name for key, (name, _now_) in by_key.items()}

    def of_groups(self) -> list[Any]:
        return [self[self.by_key[seats.key]] for seats in self.groups]

    def of_strata(self) -> list[Any]:
        return [self[self.by_key[seats.key]] for seats in self.strata]

    def counts(self) -> dict[int, int]:
        return {pk: self.cleaned_data[name] for name, pk in self.keys.items()}


def _hint(seats: Seats, field: str) -> str:
    if field == "invited":
        return _now("%(wanted)s wanted") % {"wanted": seats.wanted}
    return _now("%(wanted)s wanted, %(invited)s invited") % {"wanted": seats.wanted, "invited": seats.invited}


class HoldSession(CountPeople):
    notes = forms.CharField(
        label=_("Your notes"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Read by the project’s people only, never published. Leave out names."),
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, session=session, field="came", **kwargs)


class RecordStatement(AskForm):
    about = forms.CharField(
        label=_("What was it about, in a few words?"),
        max_length=120,
        help_text=_("The same words for the same subject, also in other sessions: they are counted by them."),
    )
    held_by = forms.IntegerField(label=_("How many people said so, or agreed?"), min_value=1, initial=1)
    consented = forms.BooleanField(
        label=_("Those who said it agreed that their words are written down and published"), required=False
    )
    text = forms.CharField(
        label=_("The words, exactly"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea,
        help_text=_("Only with consent. They become a contribution, which the project must answer."),
    )
    group = forms.ChoiceField(
        label=_("For which group did they speak?"), required=False, widget=forms.RadioSelect, choices=Group.choices
    )
    language = forms.ChoiceField(
        label=_("In which language was it said?"), choices=list(LANGUAGES.items()), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en")[:2]


class ReportSession(AskForm):
    finding = forms.CharField(
        label=_("What did the session find, in one sentence?"),
        max_length=200,
        help_text=_("It becomes the heading: “People want a person to decide, and to know who”."),
    )
    findings = forms.CharField(
        label=_("The findings"),
        widget=forms.Textarea,
        help_text=_(
            "What was agreed, what was not, what surprised. Quotes, counts and answers are added by themselves."
        ),
    )
