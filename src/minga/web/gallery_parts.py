"""The form and the grids of the gallery, with invented data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.web.forms import DateField, HintedChoice
from minga.web.svg.types import (
    CapacityMatrix,
    Cell,
    ParticipationRow,
    ParticipationTable,
    Party,
    RolloutBar,
    Stage,
    TypologyGrid,
)


class ExampleForm(forms.Form):
    """One field of each kind."""

    choice = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        help_text=_("You decide and your name is on it."),
        choices=[
            (
                "accept",
                HintedChoice(
                    _("Accept: the flag is right"),
                    hint=_("Needs all 4 pieces of evidence opened; 2 are open."),
                ),
            ),
            ("edit", HintedChoice(_("Edit: right for another reason"), hint=_("The difference is kept."))),
            (
                "reject",
                HintedChoice(_("Reject: there is a good reason"), hint=_("The flag is closed as explained.")),
            ),
            ("unclear", HintedChoice(_("I cannot tell"), hint=_("Goes to a second reader."))),
        ],
    )
    reason = forms.CharField(
        label=_("Your reason, in your own words"), widget=forms.Textarea, help_text=_("The buyer reads this.")
    )
    groups = forms.MultipleChoiceField(
        label=_("Which groups took part?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            ("residents", _("Residents")),
            ("frontline", _("Frontline officers")),
            ("bidders", _("Businesses that bid")),
        ],
    )
    method = forms.ChoiceField(
        label=_("Procurement method"),
        choices=[("", _("Choose a method")), ("open", _("Open procedure")), ("direct", _("Direct award"))],
    )
    when = DateField(label=_("When did it happen?"), help_text=_("For example 27 3 2026."))
    people = forms.IntegerField(label=_("How many people?"), required=False)
    source = forms.FileField(label=_("File with the releases"), required=False)
    agreed = forms.BooleanField(label=_("I read the evidence"))


def example_grids() -> dict[str, Any]:
    return {
        "participation": _participation(),
        "rollout": _rollout(),
        "matrix": _matrix(),
        "typology": _typology(),
    }


def _participation() -> ParticipationTable:
    groups = (
        (_("Agencies"), _("Agen­cies")),
        (_("Frontline officers"), _("Front­line")),
        (_("Businesses that bid"), _("Busi­nesses")),
        (_("Digital teams"), _("Digital teams")),
        (_("Technology providers"), _("Tech provid.")),
        (_("Residents"), _("Resi­dents")),
        (_("Overseers"), _("Over­seers")),
    )
    return ParticipationTable(
        caption=_("Contributions per step and group"),
        groups=groups,
        rows=(
            ParticipationRow(_("Identify the problem"), (6, 9, 4, 2, 0, 41, 1), "passed", _("Passed 9 March"), 1, "#"),
            ParticipationRow(
                _("Test a prototype"),
                (3, 22, 11, 8, 7, 118, 13),
                "passed",
                _("Failed once; passed 8 May"),
                5,
                "#",
            ),
            ParticipationRow(
                _("Use the tool"),
                (4, 61, 14, 5, None, 9, 6),
                "in_use",
                _("Open at 10 %"),
                7,
                "#",
                10,
            ),
            ParticipationRow(
                _("Ask everyone to judge it"),
                (1, 12, 3, 0, 0, 17, 1),
                "not_yet",
                _("Opens 8 December"),
                8,
                "#",
            ),
        ),
    )


def _rollout() -> RolloutBar:
    return RolloutBar(
        sentence=_("In use for one call in ten since 8 June."),
        stages=(
            Stage(_("off"), state="done"),
            Stage(_("shadow"), "12 May", "done"),
            Stage("1\u202f%", "25 May", "done"),
            Stage("10\u202f%", "8 Jun", "here"),
            Stage("50\u202f%"),
            Stage("100\u202f%"),
        ),
    )


def _matrix() -> CapacityMatrix:
    return CapacityMatrix(
        sentence=_("The audit office is willing and able; the ministry is able and not yet willing."),
        parties=(
            Party(_("Audit office"), 3, 4, _("Build together")),
            Party(_("Ministry"), 4, 1, _("Show the need, ask again in a month")),
            Party(_("Residents’ group"), 1, 4, _("Share resources and pay for time")),
            Party(_("Suppliers’ chamber"), 1, 1, _("Keep informed")),
        ),
    )


def _typology() -> TypologyGrid:
    return TypologyGrid(
        sentence=_("Most was done by groups in design; nothing collective in assessment yet."),
        cells=(
            Cell("individual", "commission", 41, _("residents, officers")),
            Cell("group", "design", 118, _("residents, digital team")),
            Cell("collective", "design", 12, _("joint board")),
            Cell("individual", "deliver", 96),
            Cell("group", "assess", 17),
        ),
    )
