"""Step 2: who is concerned, who can and wants to work along, who gains, and on what terms people work together."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minga.commission.actions.common import choose, next_version, unchanged
from minga.commission.models import (
    HIGHEST,
    LOWEST,
    Agreement,
    Assessment,
    Beneficiaries,
    Partnership,
    Party,
    Stakeholder,
)
from minga.commission.queries import current_partnership, latest_assessment
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.people.models import Group
from minga.projects.actions import agree_rule
from minga.projects.models import DecisionRule
from minga.projects.steps import STEPS


@action("stakeholder.listed", level="group")
def list_stakeholder(
    act: Act,
    name: str,
    group: str,
    concern: str,
    path: str,
    call_text: str = "",
    call_where: str = "",
    call_answers: int | None = None,
    seen: str = "",
) -> Stakeholder:
    """List an organisation or group, or correct its row (same name). An open call keeps its text and place.

    ``seen``: the time of the row that the page showed (ISO), "0" where it showed none.
    """
    required(name=name, concern=concern)
    choose(Group, group=group)
    choose(Stakeholder.Path, path=path)
    if path == Stakeholder.Path.OPEN_CALL:
        required(call_text=call_text, call_where=call_where)
    if call_answers is not None and call_answers < 0:
        raise Invalid(_("A count cannot be negative."), fields={"call_answers": _("Give 0 or more.")})
    listed = Stakeholder.objects.filter(project=act.place, name=name.strip()[:200]).first()
    unchanged(seen, listed.at.isoformat() if listed else 0)
    stakeholder, made = Stakeholder.objects.update_or_create(
        project=act.place,
        name=name.strip()[:200],
        defaults={
            "person_id": act.actor.person_id,
            "at": act.now,
            "group": group,
            "concern": concern.strip(),
            "path": path,
            "call_text": call_text.strip(),
            "call_where": call_where.strip()[:300],
            "call_answers": call_answers,
        },
    )
    act.because(None if made else stakeholder)
    act.note(group=group, path=path, corrected=not made)
    return stakeholder


@action("stakeholder.assessed", level="group")
def assess_stakeholder(
    act: Act, stakeholder: Stakeholder, scores: Mapping[str, int], reasons: Mapping[str, str]
) -> Assessment:
    """Score interest, importance, alignment, capacity and willingness from 0 to 4, each with its reason.

    The earlier assessment is kept: the history shows what changed.
    """
    if stakeholder.project_id != act.place.pk:
        raise Invalid(_("This stakeholder belongs to another project."))
    wrong = {}
    for name in Assessment.SCORES:
        value = scores.get(name)
        if not isinstance(value, int) or not LOWEST <= value <= HIGHEST:
            wrong[name] = _("Give a whole number from 0 to 4.")
        if not str(reasons.get(name) or "").strip():
            wrong[f"{name}_reason"] = _("Say why.")
    if wrong:
        raise Invalid(_("Some scores lack a number or a reason."), do=_("Every score needs both."), fields=wrong)
    act.because(stakeholder, latest_assessment(stakeholder))
    told = {name: int(scores[name]) for name in Assessment.SCORES}
    act.note(**told)
    return Assessment.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        stakeholder=stakeholder,
        reasons={name: str(reasons[name]).strip() for name in Assessment.SCORES},
        **told,
    )


@action("beneficiary.estimated", level="group")
def estimate_beneficiaries(
    act: Act,
    who: str,
    kind: str,
    low: int,
    high: int,
    source: str,
    stakeholder: Stakeholder | None = None,
    share: Decimal | None = None,
) -> Beneficiaries:
    """Estimate how many people gain, as a range from ``low`` to ``high`` with its source.

    ``share`` is the per cent (0 to 100) that they are of all people affected. The same ``who`` again
    replaces what is shown; the ledger keeps both.
    """
    required(who=who, source=source)
    choose(Beneficiaries.Kind, kind=kind)
    if not 0 <= low <= high:
        raise Invalid(
            _("This range cannot be."),
            do=_("The lower number comes first, and neither is negative."),
            fields={"high": _("Give a number that is not below the lower one.")},
        )
    if share is not None and not 0 <= share <= 100:
        raise Invalid(_("A share lies between 0 and 100 per cent."), fields={"share": _("Give 0 to 100.")})
    made, _made = Beneficiaries.objects.update_or_create(
        project=act.place,
        who=who.strip()[:200],
        kind=kind,
        defaults={
            "person_id": act.actor.person_id,
            "at": act.now,
            "low": low,
            "high": high,
            "share": share,
            "source": source.strip(),
            "stakeholder": stakeholder,
        },
    )
    act.because(stakeholder)
    act.note(kind=kind, low=low, high=high)
    return made


@action("partnership.proposed", level="group")
def propose_partnership(
    act: Act,
    aims: str,
    parties: Sequence[Mapping[str, Any]],
    rules: Mapping[int, str],
    changes: str = "",
    seen: str = "",
) -> Partnership:
    """Propose the terms of working together; a second proposal is a new version that needs new signatures.

    ``parties``: mappings {"name", "group", "brings", "pay": "salary" | "paid" | "expenses" | "unpaid"} and, for
    "paid", {"low", "high", "currency", "per": "hour" | "day" | "project"}; at least two of different groups.
    ``rules``: step (1 to 8) to decision rule; they hold once ``start_partnership`` puts them into force.
    ``seen``: the version that the page showed, "0" for none.
    """
    required(aims=aims, parties=parties)
    checked = [_party(number, party) for number, party in enumerate(parties, start=1)]
    if len({party["group"] for party in checked}) < 2:
        raise Invalid(
            _("A partnership needs parties of at least two groups."),
            do=_("Add who else brings something."),
            fields={"parties": _("Add a party of another group.")},
        )
    if len({party["name"] for party in checked}) < len(checked):
        raise Invalid(_("Two parties have the same name."), fields={"parties": _("Name each party once.")})
    for step, rule in rules.items():
        if step not in STEPS:
            raise Invalid(_("There is no step %(step)s.") % {"step": step}, do=_("Steps go from 1 to 8."))
        choose(DecisionRule.Rule, **{f"rule_{step}": rule})
    earlier = current_partnership(act.place)
    unchanged(seen, earlier.version if earlier else 0)
    if earlier is not None:
        required(changes=changes)
    made = Partnership.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        version=next_version(Partnership, project=act.place),
        aims=aims.strip(),
        changes=changes.strip(),
        rules={str(step): rule for step, rule in rules.items()},
    )
    Party.objects.bulk_create(Party(partnership=made, **party) for party in checked)
    act.because(earlier)
    act.note(version=made.version, groups=sorted({party["group"] for party in checked}), rules=made.rules)
    return made


def _party(number: int, party: Mapping[str, Any]) -> dict[str, Any]:
    """One party, checked: a band only where the project pays, and then a whole one."""
    told = {name: str(party.get(name) or "").strip() for name in ("name", "group", "brings", "pay", "currency", "per")}
    required(**{f"party_{number}_{name}": told[name] for name in ("name", "group", "brings", "pay")})
    choose(Group, **{f"party_{number}_group": told["group"]})
    choose(Party.Pay, **{f"party_{number}_pay": told["pay"]})
    if told["pay"] != Party.Pay.PAID:
        return {**told, "currency": "", "per": "", "low": None, "high": None}
    low, high = party.get("low"), party.get("high")
    required(**{f"party_{number}_currency": told["currency"], f"party_{number}_per": told["per"]})
    choose(Party.Per, **{f"party_{number}_per": told["per"]})
    if not (isinstance(low, int) and isinstance(high, int) and 0 < low <= high):
        wrong = _("Give the lower and the higher amount, as whole numbers.")
        raise Invalid(
            _("The pay of “%(name)s” has no amount.") % {"name": told["name"]},
            do=wrong,
            fields={f"party_{number}_low": wrong},
        )
    return {**told, "currency": told["currency"].upper()[:3], "low": low, "high": high}


@action("partnership.agreed", level="collective")
def agree_partnership(act: Act, partnership: Partnership, party: Party) -> Agreement:
    """Sign one version for one party; the person who signs belongs to that party's actor group."""
    current = current_partnership(act.place)
    if partnership != current:
        raise Conflict(
            _("This is no longer the current version."),
            cause=_("The terms were changed after you opened the page."),
            do=_("Read the new version and sign that one."),
        )
    if party.partnership_id != partnership.pk:
        raise Invalid(_("This party does not belong to this agreement."))
    if party.group != act.actor.group:
        raise NotAllowed(
            _("You cannot sign for “%(party)s”.") % {"party": party.name},
            cause=_("Each party is signed for by somebody of its own group."),
            do=_("Ask a person of that group to sign."),
        )
    if Agreement.objects.filter(party=party).exists():
        raise Conflict(_("“%(party)s” has signed already.") % {"party": party.name})
    act.because(partnership)
    act.note(version=partnership.version, signed_for=party.group)
    return Agreement.objects.create(
        project=act.place,
        person_id=act.actor.person_id,
        at=act.now,
        partnership=partnership,
        party=party,
        group=act.actor.group,
    )


@action("partnership.started", level="collective")
def start_partnership(act: Act, partnership: Partnership) -> Partnership:
    """Put a version that every party has signed into force: its decision rules hold from now on.

    A rule of a gate that has been passed stays as it was used.
    """
    if partnership != current_partnership(act.place):
        raise Conflict(_("This is no longer the current version."), do=_("Open the page again."))
    if partnership.in_force:
        raise Conflict(_("This version is in force already."))
    waiting = [party.name for party in partnership.parties.filter(agreement=None)]
    if waiting:
        raise Blocked(
            _("Not every party has signed."),
            reasons=[_("“%(party)s” has not signed.") % {"party": name} for name in waiting],
            do=_("Ask them to sign, or propose other terms."),
        )
    passed = set(act.place.gates.filter(passed=True).values_list("step", flat=True))
    open_rules = {int(step): rule for step, rule in partnership.rules.items() if int(step) not in passed}
    for step, rule in sorted(open_rules.items()):
        agree_rule(act.by.also(f"rule {step}"), act.place, step=step, rule=rule)
    partnership.in_force = act.now
    partnership.save(update_fields=["in_force"])
    act.because(partnership, *partnership.agreements.all())
    act.note(version=partnership.version, rules={str(step): rule for step, rule in open_rules.items()})
    return partnership
