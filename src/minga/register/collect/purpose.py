"""Why it exists, what else was considered, whom it concerns."""

from typing import Any

from minga.commission import queries as commission
from minga.commission.models import Party
from minga.people.models import Group
from minga.register.collect.sources import Ledger
from minga.register.rows import Affected, Choice, Provider


def collect(ledger: Ledger) -> dict[str, Any]:
    project = ledger.project
    need = commission.current_need(project)
    partnership = commission.current_partnership(project)
    parties = list(partnership.parties.all()) if partnership else []
    suppliers = [Provider(name=p.name, brings=p.brings) for p in parties if p.group == Group.PROVIDER]
    return {
        "problem": ledger.known(need.statement if need else "", "need.stated"),
        "why_it_matters": ledger.known([why.text for why in commission.current_whys(project)], "why.answered"),
        "alternatives": ledger.known(_alternatives(ledger), "option.compared", "priors.searched"),
        "affected_groups": ledger.known(_affected(ledger), "beneficiary.estimated"),
        "teams_involved": ledger.known([p.name for p in parties], "partnership.proposed", "partnership.agreed"),
        "provider": ledger.known(suppliers, "partnership.proposed"),
        "compensation": ledger.known([_paid(p) for p in parties], "partnership.proposed", "partnership.agreed"),
    }


def _alternatives(ledger: Ledger) -> list[Choice]:
    return [
        Choice(title=o.title, kind=o.kind, verdict=o.verdict, reason=o.reason, risk=o.risk)
        for o in commission.options(ledger.project)
    ]


def _affected(ledger: Ledger) -> list[Affected]:
    return [
        Affected(
            who=row.who,
            kind=row.kind,
            low=row.low,
            high=row.high,
            share=float(row.share) / 100 if row.share is not None else None,
            source=row.source,
        )
        for row in commission.beneficiaries(ledger.project)
    ]


def _paid(party: Party) -> dict[str, str]:
    """Bands, never what one person gets: a party is an organisation or a group."""
    band = f"{party.low}–{party.high} {party.currency} {party.per}".strip() if party.low is not None else ""
    return {"party": party.name, "group": party.group, "brings": party.brings, "pay": party.pay, "band": band}
