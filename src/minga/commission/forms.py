"""What a page asks before it calls an action. The rules themselves are in the actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from minga.commission.models import (
    Assessment,
    Beneficiaries,
    Evidence,
    Option,
    Partnership,
    Party,
    PriorSearch,
    Stakeholder,
)
from minga.ledger.refusals import Refused
from minga.people.models import Group
from minga.projects.models import DecisionRule
from minga.projects.steps import STEPS

EVIDENCE_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under a title. One that ``folds`` is closed until it holds something or is wrong."""

    title: Any
    fields: list[BoundField]
    folds: bool = False

    @property
    def is_open(self) -> bool:
        return any(bound.value() or bound.errors for bound in self.fields)


class ActionForm(forms.Form):
    """A form that can show why an action refused. ``aliases`` maps an action's field names to the form's."""

    aliases: dict[str, str] = {}

    def tell(self, refusal: Refused) -> None:
        """Put the refusal's texts at their fields, and what has no field here at the top."""
        placed = False
        for name, text in refusal.fields.items():
            field = self.aliases.get(name, name)
            if field in self.fields:
                self.add_error(field, text)
                placed = True
        if not placed:
            self.add_error(None, str(refusal))

    @property
    def sections(self) -> Iterable[Section]:
        """The fields in the order of the page."""
        return [Section("", list(self))]

    def some(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]


def area(label: Any, help_text: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea({"rows": rows}), max_length=5000
    )


def line(label: Any, help_text: Any = "", required: bool = True, most: int = 200) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=most)


def one_of(label: Any, choices: Any, help_text: Any = "", required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, required=required, widget=forms.RadioSelect
    )


def hidden() -> forms.CharField:
    """What the page showed, so that two tabs do not write over each other."""
    return forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)


def drop_down(label: Any, choices: Any, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("Choose")), *choices], required=required)


class NeedForm(ActionForm):
    seen = hidden()
    statement = area(_("What is wrong today?"), _("Say it without naming a tool."))
    affected = area(_("Who is affected, and how?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, EVIDENCE_SLOTS + 1):
            self.fields[f"kind_{n}"] = drop_down(_("Kind of evidence"), Evidence.Kind.choices, required=n == 1)
            self.fields[f"content_{n}"] = area(_("The words, the address or the figure"), required=n == 1, rows=2)
            self.fields[f"source_{n}"] = line(_("Where it comes from"), required=False, most=300)

    @property
    def evidence(self) -> list[dict[str, str]]:
        """The slots that hold something; remembers which slot each piece came from."""
        pieces = []
        for n in range(1, EVIDENCE_SLOTS + 1):
            piece = {name: self.cleaned_data[f"{name}_{n}"] for name in ("kind", "content", "source")}
            if any(piece.values()):
                pieces.append(piece)
                self.aliases = {**self.aliases, f"evidence_{len(pieces)}": f"content_{n}"}
        return pieces

    @property
    def sections(self) -> Iterable[Section]:
        titles = (_("Evidence"), _("More evidence"), _("Still more evidence"))
        yield Section("", self.some("seen", "statement", "affected"))
        for n, title in enumerate(titles, start=1):
            yield Section(title, self.some(f"kind_{n}", f"content_{n}", f"source_{n}"), folds=n > 1)


class WhyForm(ActionForm):
    seen = hidden()
    text = area(_("Your answer"))
    position = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PriorForm(ActionForm):
    query = forms.CharField(widget=forms.HiddenInput, max_length=300)
    verdict = one_of(_("What does the search tell you?"), PriorSearch.Verdict.choices)
    note = area(_("Why? Name what fits and what does not"))

    def __init__(self, *args: Any, systems: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(system.pk, str(system)) for system in systems]
        self.fields["relevant"] = forms.TypedMultipleChoiceField(coerce=int, required=False, choices=known)


class OptionForm(ActionForm):
    seen = hidden()
    title = line(_("The option, in a few words"), _("The same title again gives a new version."))
    kind = one_of(_("What kind of option is it?"), Option.Kind.choices)
    cost = one_of(_("What does it cost?"), Option.Cost.choices)
    time = one_of(_("How long until it helps?"), Option.Time.choices)
    affected = area(_("Who is affected, and how?"), rows=3)
    risk = area(_("What can go wrong?"), rows=3)
    verdict = one_of(_("What do you make of it?"), Option.Verdict.choices)
    reason = area(_("Why?"), rows=3)


class WithoutAiForm(ActionForm):
    reason = area(_("Why is AI not the answer here?"), _("It stands on the public record."))


class StakeholderForm(ActionForm):
    seen = hidden()
    name = line(_("Name of the organisation or group"), _("No names of private persons: the list is public."))
    group = drop_down(_("Group"), Group.choices)
    concern = area(_("Who are they, and what have they to do with it?"), rows=3)
    path = one_of(_("How do you reach them?"), Stakeholder.Path.choices)
    call_text = area(_("What did the open call ask?"), _("Only for an open call."), required=False, rows=3)
    call_where = line(_("Where and until when was it published?"), required=False, most=300)
    call_answers = forms.IntegerField(label=_("How many answered?"), required=False, min_value=0)


class AssessForm(ActionForm):
    """The second and third of the three questions, then capacity and willingness: a score and a reason each."""

    SCALE = [(n, str(n)) for n in range(5)]
    ASKED = {
        "interest": (_("How interested are they?"), _("0 not at all, 4 they ask for it themselves")),
        "importance": (_("How important is it that they take part?"), _("0 not at all, 4 it fails without them")),
        "alignment": (_("How well do their aims fit the project’s?"), _("0 opposed, 4 the same aim")),
        "capacity": (
            _("What can they do?"),
            _("Understand and run a project, handle data, keep at it. 0 nothing of it, 4 all of it"),
        ),
        "willingness": (_("How much do they want a solution?"), _("Letters, people, time given. 0 not, 4 fully")),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (question, scale) in self.ASKED.items():
            self.fields[name] = forms.TypedChoiceField(
                label=question, help_text=scale, choices=self.SCALE, coerce=int, widget=forms.RadioSelect
            )
            self.fields[f"{name}_reason"] = area(_("How do you know?"), rows=2)

    @property
    def scores(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in Assessment.SCORES}

    @property
    def reasons(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"{name}_reason"] for name in Assessment.SCORES}

    @property
    def sections(self) -> Iterable[Section]:
        for name in self.ASKED:
            yield Section("", self.some(name, f"{name}_reason"))


class BeneficiaryForm(ActionForm):
    who = line(_("Who gains?"))
    kind = one_of(_("Do they use the tool, or gain from its use?"), Beneficiaries.Kind.choices)
    low = forms.IntegerField(label=_("At least how many people"), min_value=0)
    high = forms.IntegerField(label=_("At most how many people"), min_value=0)
    share = forms.DecimalField(
        label=_("Per cent of all people affected"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    source = area(_("How do you know?"), _("A count, a register, a survey; or say that it is a guess."), rows=2)


class PartnershipForm(ActionForm):
    """One slot per actor group: a slot without a name is left out. Then a decision rule per gate."""

    seen = hidden()
    aims = area(_("What do you want to reach together?"))
    changes = area(_("What changes against the earlier version?"), required=False, rows=2)
    PARTY = ("name", "brings", "pay", "low", "high", "currency", "per")

    def __init__(self, *args: Any, earlier: Partnership | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if earlier is None:
            del self.fields["changes"]
        for group in Group.values:
            self._add_party(group)
        for number, step in STEPS.items():
            self.fields[f"rule_{number}"] = forms.ChoiceField(
                label=f"{number}. {step.title}", choices=DecisionRule.Rule.choices
            )

    def _add_party(self, group: str) -> None:
        self.fields[f"{group}_name"] = line(_("Who"), required=False)
        self.fields[f"{group}_brings"] = area(_("What they bring"), required=False, rows=2)
        self.fields[f"{group}_pay"] = drop_down(_("Are they paid for their time?"), Party.Pay.choices, required=False)
        self.fields[f"{group}_low"] = forms.IntegerField(label=_("Amount from"), required=False, min_value=1)
        self.fields[f"{group}_high"] = forms.IntegerField(label=_("Amount to"), required=False, min_value=1)
        self.fields[f"{group}_currency"] = line(_("Currency, three letters"), required=False, most=3)
        self.fields[f"{group}_per"] = drop_down(_("The amount is for"), Party.Per.choices, required=False)

    @property
    def parties(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for group in Group.values:
            told = {name: self.cleaned_data[f"{group}_{name}"] for name in self.PARTY}
            if told["name"] or told["brings"]:
                found.append({**told, "group": group})
                names = {f"party_{len(found)}_{name}": f"{group}_{name}" for name in self.PARTY}
                self.aliases = {**self.aliases, **names}
        return found

    @property
    def rules(self) -> dict[int, str]:
        return {number: self.cleaned_data[f"rule_{number}"] for number in STEPS}

    @property
    def sections(self) -> Iterable[Section]:
        yield Section("", self.some(*(name for name in ("seen", "aims", "changes") if name in self.fields)))
        for group, label in Group.choices:
            yield Section(label, self.some(*(f"{group}_{name}" for name in self.PARTY)), folds=True)
        rules = self.some(*(f"rule_{number}" for number in STEPS))
        yield Section(_("Who decides at the end of each step"), rules)
