"""Rows of the tables that pages show."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minga.commission.models import Assessment, Partnership, Party
from minga.commission.queries import Placed
from minga.projects.steps import STEPS
from minga.web.format import day, whole
from minga.web.svg.marks import state
from minga.web.svg.types import Table


def score_history(history: list[Assessment]) -> Table:
    """All assessments of one stakeholder, last one first."""
    head = (
        _("When"),
        _("Interest"),
        _("Importance"),
        _("Alignment"),
        _("Capacity"),
        _("Willingness"),
        _("Working together"),
    )
    rows = tuple(
        (
            day(assessment.at),
            *(getattr(assessment, name) for name in Assessment.SCORES),
            Placed(assessment.stakeholder, assessment).likelihood,
        )
        for assessment in history
    )
    return Table(head, rows, caption=_("How the assessment changed"), numeric=(1, 2, 3, 4, 5))


def pay_words(party: Party) -> str:
    """ "Paid by the project: 20 to 30 EUR an hour"."""
    if party.low is None or party.high is None:
        return str(party.get_pay_display())
    band = _("%(pay)s: %(low)s to %(high)s %(currency)s %(per)s")
    return band % {
        "pay": party.get_pay_display(),
        "low": whole(party.low),
        "high": whole(party.high),
        "currency": party.currency,
        "per": party.get_per_display(),
    }


def signatures(parties: list[Party]) -> list[tuple[Party, SafeString]]:
    """Each party with the state of its signature."""
    return [(party, _signature(party)) for party in parties]


def _signature(party: Party) -> SafeString:
    if not hasattr(party, "agreement"):
        return state("not_yet", _("Not signed yet"))
    agreement = party.agreement
    return state("passed", _("Signed %(day)s by %(person)s") % {"day": day(agreement.at), "person": agreement.author})


def rules_table(partnership: Partnership) -> Table:
    rows = tuple((f"{step}. {STEPS[step].title}", rule) for step, rule in partnership.rule_words if step in STEPS)
    return Table((_("Step"), _("Who decides at its end")), rows, caption=_("Decision rules"))
