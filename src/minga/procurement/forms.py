"""Forms of this room. Lists are typed one per line, so that they work without script."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minga.design.models import ToolVersion
from minga.people.models import Person
from minga.procurement.actions.suppliers import OF_EVERYBODY
from minga.procurement.models import AwardCriterion, Procedure, SupplierEvidence
from minga.projects.forms import AskForm
from minga.projects.models import Project
from minga.web.forms import DateField, DecimalInput, HintedChoice

LINES = forms.Textarea(attrs={"rows": 5})
LANGUAGES = [("en", "English"), ("es", "Español")]


def money(label: Any, **given: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=2, min_value=0, localize=True, widget=DecimalInput, **given
    )


class OpenProcedure(AskForm):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            ("purchase", HintedChoice(_("A purchase"), hint=_("Suppliers offer a tool; one is chosen."))),
            ("call", HintedChoice(_("An open call"), hint=_("Anybody proposes; a jury chooses one or several."))),
        ],
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label=_("What is it called?"), max_length=200)
    text = forms.CharField(
        label=_("What is wanted, and what happens with what is offered?"), widget=LINES, max_length=10_000
    )
    budget = money(_("How much money is there in all?"), required=False)
    currency = forms.CharField(
        label=_("In which currency?"),
        required=False,
        max_length=3,
        help_text=_("Three letters. Left empty: the currency of the project or body."),
    )
    opens = DateField(label=_("From which day may offers be handed in?"), required=False)
    closes = DateField(
        label=_("What is the last day?"),
        required=False,
        help_text=_("Left empty, offers come in until somebody closes it; its page says so."),
    )
    closes_at = forms.TimeField(
        label=_("Until what time on that day?"),
        required=False,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        help_text=_("Such as 14:00. Left empty: 23:59. From that minute on no offer is taken."),
        error_messages={"invalid": _("Write the time as hours and minutes, such as 14:00.")},
    )

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if project is None:
            kind = self.fields["kind"]
            kind.choices = kind.choices[1:]  # type: ignore[attr-defined]
            kind.initial = "call"

    def clean(self) -> dict[str, Any]:
        """``opens`` and ``closes`` as moments in the time of the body."""
        told: dict[str, Any] = super().clean() or {}
        at = told.pop("closes_at", None)
        if at and not told.get("closes") and "closes" not in self.errors:
            self.add_error("closes", _now("Give the day, too."))
        for name, time in (("opens", dt.time()), ("closes", at or dt.time(23, 59))):
            if told.get(name):
                told[name] = timezone.make_aware(dt.datetime.combine(told[name], time))
        return told


def read_lines(text: str, parts: int) -> list[list[str]]:
    """Lines of ``parts`` cells with | between; a ValidationError names the line that has another number of them."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if not 2 <= len(cells) <= parts or not cells[0]:
            words = _now("Line %(number)s cannot be read. It needs 2 to %(most)s parts with | between them.")
            raise forms.ValidationError(words % {"number": number, "most": parts})
        rows.append([*cells, *([""] * (parts - len(cells)))])
    return rows


def whole(text: str, number: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise forms.ValidationError(_now("Line %(number)s needs a whole number in second place.") % {"number": number})
    return int(text)


class Criteria(AskForm):
    criteria = forms.CharField(
        label=_("What are offers judged by?"),
        widget=LINES,
        help_text=_("One per line: name | weight | what is looked at. “Quality | 50 | How well it meets our tests”."),
    )

    def clean_criteria(self) -> list[dict[str, Any]]:
        rows = read_lines(self.cleaned_data["criteria"], 3)
        return [
            {"name": name, "weight": whole(weight, number), "text": text}
            for number, (name, weight, text) in enumerate(rows, 1)
        ]


class NameAssessor(AskForm):
    person = forms.ModelChoiceField(label=_("Who judges?"), queryset=Person.objects.none(), empty_label=None)

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = procedure.assessors.values("person")
        people = Person.objects.filter(is_active=True).exclude(pk__in=seated).order_by("display_name", "username")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class Reason(AskForm):
    reason = forms.CharField(label=_("Why?"), widget=LINES, max_length=3000, help_text=_("Public."))


class Excuse(AskForm):
    reason = forms.CharField(
        label=_("Why?"),
        widget=LINES,
        max_length=1000,
        help_text=_("Public. Do not write about anybody's health or family."),
    )


class HandIn(AskForm):
    name = forms.CharField(
        label=_("Who offers it?"),
        max_length=200,
        help_text=_("A firm, an association, a group. Public once it is decided on."),
    )
    text = forms.CharField(label=_("What do you offer?"), widget=LINES, max_length=20_000)
    price = money(_("At which price?"), required=False)
    unit = forms.CharField(
        label=_("For what is that the price?"),
        required=False,
        max_length=80,
        help_text=_("1,000 cases, a month, all of it."),
    )
    email = forms.EmailField(
        label=_("E-mail address for the answer"),
        required=False,
        help_text=_("Not public. Without it, keep the private link you get."),
    )


class LinkVersion(AskForm):
    version = forms.ModelChoiceField(
        label=_("Which version of a tool is offered?"), queryset=ToolVersion.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = ToolVersion.objects.filter(project=procedure.project).order_by("tool", "pk")
        self.fields["version"].queryset = found  # type: ignore[attr-defined]


class Declare(AskForm):
    conflict = forms.ChoiceField(
        label=_("Do you have anything to do with who made this offer?"),
        choices=[
            ("no", _("No")),
            ("little", HintedChoice(_("Something, and it does not bind me"), hint=_("Say what; you judge it."))),
            ("yes", HintedChoice(_("Yes, a conflict of interest"), hint=_("Say what; you do not judge it."))),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(label=_("What?"), required=False, widget=LINES, max_length=2000)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("conflict") in ("little", "yes") and not told.get("text", "").strip():
            self.add_error("text", _now("Say what."))
        return told


class Judge(AskForm):
    """Points and a reason for each criterion: fields points_<id> and reason_<id>."""

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (_("0: does not meet it"), _("1: poor"), _("2: fair"), _("3: good"), _("4: fully"))
        self.pairs: list[tuple[AwardCriterion, str, str]] = []
        for criterion in procedure.criteria.all():
            points, reason = f"points_{criterion.pk}", f"reason_{criterion.pk}"
            self.fields[points] = forms.ChoiceField(
                label=criterion.name,
                help_text=criterion.text,
                choices=list(enumerate(levels)),
                widget=forms.RadioSelect,
            )
            self.fields[reason] = forms.CharField(
                label=_("Why?"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000
            )
            self.pairs.append((criterion, points, reason))

    def rows(self) -> list[Any]:
        return [(self[points], self[reason]) for _criterion, points, reason in self.pairs]

    def given(self) -> tuple[dict[int, int], dict[int, str]]:
        told = self.cleaned_data
        return (
            {one.pk: int(told[points]) for one, points, _reason in self.pairs},
            {one.pk: told[reason] for one, _points, reason in self.pairs},
        )


class Decide(AskForm):
    chosen = forms.ChoiceField(
        label=_("Is it chosen?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )
    amount = money(_("How much money does it get?"), required=False)
    reason = forms.CharField(
        label=_("Why?"), widget=LINES, max_length=3000, help_text=_("Public, and sent to who made the offer.")
    )


class EditClause(AskForm):
    what = forms.ChoiceField(
        label=_("What shall happen with this clause?"),
        choices=[("text", _("Write it anew")), ("out", _("Take it out")), ("back", _("Put Minga's own words back"))],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("The clause in your words"),
        required=False,
        widget=LINES,
        max_length=10_000,
        help_text=_("Names in curly brackets are filled in from the answers."),
    )
    reason = forms.CharField(label=_("Why?"), widget=LINES, max_length=2000, help_text=_("Stands in the annex."))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("what") == "text" and not told.get("text", "").strip():
            self.add_error("text", _now("Write the clause."))
        return told


class MakeAnnex(AskForm):
    language = forms.ChoiceField(label=_("In which language?"), choices=LANGUAGES, widget=forms.RadioSelect)
    open_ones = forms.BooleanField(label=_("Leave blank what is still open, to be filled in by hand"), required=False)


class PlanFunding(AskForm):
    parts = forms.CharField(
        label=_("Stages in which the money is paid"),
        widget=LINES,
        help_text=_(
            "One per line: name | amount | what must be shown | how many of what the ledger records, if any. "
            "“Prototype | 4000 | It passes the first check | 1 check.finished”: checks count once they are passed."
        ),
    )

    def clean_parts(self) -> list[dict[str, Any]]:
        rows = read_lines(self.cleaned_data["parts"], 4)
        return [_part(number, *cells) for number, cells in enumerate(rows, 1)]


def _part(number: int, name: str, amount: str, wanted: str, need: str) -> dict[str, Any]:
    count, _blank, action = need.partition(" ")
    if need and not (count.isascii() and count.isdigit() and len(count) < 7 and action.strip()):
        words = _now("Line %(number)s: write how often and what in fourth place, such as “1 check.finished”.")
        raise forms.ValidationError(words % {"number": number})
    if not wanted:
        raise forms.ValidationError(_now("Line %(number)s does not say what must be shown.") % {"number": number})
    if len(name) > 200:
        raise forms.ValidationError(_now("The name in line %(number)s is too long.") % {"number": number})
    needs = [{"action": action.strip(), "count": int(count)}] if need else []
    return {"name": name, "amount": _amount(amount, number), "wanted": wanted, "needs": needs}


def _amount(text: str, number: int) -> Decimal:
    """An amount as the page's language writes it, with at most two decimals."""
    plain = text.replace(",", ".") if get_format("DECIMAL_SEPARATOR") == "," else text
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", plain):
        words = _now(
            "Line %(number)s needs an amount in second place, without marks between thousands: 4000 or %(cents)s."
        )
        cents = number_format(Decimal("4000.50"), decimal_pos=2, use_l10n=True, force_grouping=False)
        raise forms.ValidationError(words % {"number": number, "cents": cents})
    return Decimal(plain)


class Pay(AskForm):
    evidence = forms.CharField(label=_("What was shown?"), widget=LINES, max_length=3000, help_text=_("Public."))
    evidence_url = forms.CharField(label=_("Web address of it"), required=False, max_length=500)


class EvidenceForm(AskForm):
    kind = forms.ChoiceField(label=_("What kind of evidence is it?"), choices=SupplierEvidence.Kind.choices)
    text = forms.CharField(label=_("What does it show?"), widget=LINES, max_length=3000)
    url = forms.CharField(label=_("Web address of it"), required=False, max_length=500)
    valid_until = DateField(label=_("Until when is it valid?"), required=False)


class Apply(AskForm):
    name = forms.CharField(label=_("Name of the firm or body"), max_length=200)
    country = forms.CharField(label=_("Country"), required=False, max_length=2, help_text=_("Two letters, such as PY."))
    url = forms.CharField(label=_("Web address"), required=False, max_length=500)
    offers_what = forms.CharField(label=_("What do you offer?"), widget=LINES, max_length=3000)
    contact = forms.CharField(
        label=_("Whom may one ask?"),
        required=False,
        max_length=120,
        help_text=_("A function, such as “sales”. No person's name."),
    )
    email = forms.EmailField(label=_("E-mail address"), help_text=_("Not public."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in OF_EVERYBODY:
            self.fields[kind.value] = forms.CharField(
                label=kind.label, widget=forms.Textarea(attrs={"rows": 2}), max_length=3000, required=False,
                help_text=_("What shows it. You can add more, and files by their address, afterwards."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The three kinds as the rows of evidence that the action takes."""
        told: dict[str, Any] = super().clean() or {}
        shown = [(kind.value, told.pop(kind.value, "")) for kind in OF_EVERYBODY]
        rows = [{"kind": kind, "text": text, "url": "", "valid_until": None} for kind, text in shown if text.strip()]
        if not rows:
            self.add_error(OF_EVERYBODY[0].value, _now("Show at least one of the three."))
        return {**told, "evidence": rows}


class DecideSupplier(AskForm):
    decision = forms.ChoiceField(
        label=_("Does it count as qualified?"), choices=[("yes", _("Yes")), ("no", _("No"))], widget=forms.RadioSelect
    )
    until = DateField(label=_("Until when?"), required=False)
    reason = forms.CharField(
        label=_("What shall the supplier be told?"),
        required=False,
        widget=LINES,
        max_length=3000,
        help_text=_("Not public."),
    )

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("decision") == "yes" and not told.get("until") and "until" not in self.errors:
            self.add_error("until", _now("Give a day."))
        return told
