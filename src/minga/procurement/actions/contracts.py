"""What is agreed after the choice: the annex, changes in its clauses, money in stages, and what has to be watched."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minga.design.models import Check
from minga.ledger.action import Act, action
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.procurement import terms
from minga.procurement.actions.common import offer_of, own, project_of, refuse, web_address
from minga.procurement.clauses import clauses
from minga.procurement.clauses.reading import BLANK, LANGUAGES
from minga.procurement.clauses.writing import as_json
from minga.procurement.models import Annex, ClauseEdit, FundingStage, Offer, Procedure
from minga.procurement.models.procedures import priced
from minga.procurement.queries import decided
from minga.projects.actions import make_task

MOST_STAGES = 12


@action("clause.edited")
def edit_clause(
    act: Act, procedure: Procedure, clause: str, language: str, reason: str, out: bool = False, text: str = ""
) -> ClauseEdit:
    """Take a clause out, write it anew, or (neither) put Minga's own words back; the reason stands in the annex."""
    required(reason=reason)
    found = own(act, procedure)
    if clause not in {one.id for one in clauses().clauses} or language not in LANGUAGES:
        raise Invalid(_("There is no such clause."))
    known = {name for one in clauses().clauses for text_of in (one.text, one.high, one.other)
             for words in text_of.values() for name in BLANK.findall(words)}  # fmt: skip
    if unknown := sorted(set(BLANK.findall(text)) - known):
        words = _("There is no blank of this name: %(names)s") % {"names": ", ".join(unknown)}
        raise Invalid(words, fields={"text": words})
    act.note(clause=clause, out=out, own_words=bool(text.strip()), language=language)
    return ClauseEdit.objects.create(
        procedure=found, clause=clause, language=language, out=out, text=text.strip(), reason=reason.strip(),
        person_id=act.person_id, made=act.now,
    )  # fmt: skip


@action("annex.made", level="group")
def make_annex(act: Act, procedure: Procedure, language: str, open_ones: bool = False) -> Annex:
    """Freeze the annex as it stands now; with ``open_ones`` even while something in it is still blank."""
    found = own(act, procedure)
    if found.project is None or found.kind != Procedure.Kind.PURCHASE:
        raise Invalid(_("An annex is made for the purchase of a project."))
    if language not in LANGUAGES:
        raise Invalid(_("The clauses are not written in this language."))
    draft = terms.draft(found, language)
    if draft.missing and not open_ones:
        raise Blocked(
            _("Something is still open in this annex."),
            reasons=draft.still_open,
            do=_("Answer it, or make the annex with blanks to be filled in by hand."),
        )
    document = as_json(draft)
    digest = hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    last = found.annexes.order_by("-number").first()
    if last is not None and last.sha256 == digest:
        raise Conflict(_("Nothing has changed since version %(number)s.") % {"number": last.number})
    act.because(found, *found.clause_edits.all())
    act.note(language=language, high=draft.high, sha256=digest, open=len(draft.missing))
    return Annex.objects.create(
        procedure=found, number=last.number + 1 if last else 1, language=language, high=draft.high, document=document,
        sha256=digest, made=act.now,
    )  # fmt: skip


@action("instalments.planned", level="group")
def plan_funding(act: Act, offer: Offer, parts: Sequence[Mapping[str, Any]]) -> Offer:
    """Share the money of a selected offer out over stages: [{"name", "amount", "wanted", "needs"}].

    ``needs``: [{"action", "count"}] of the project's ledger. What has been paid stays as it is.
    """
    found = offer_of(act, offer)
    if found.state != Offer.State.SELECTED:
        raise Blocked(_("Money is planned for offers that were selected."))
    if found.funding.exclude(released=None).exists():
        raise Blocked(_("Money has been paid already."), do=_("Agree on a new procedure for more."))
    if not 1 <= len(parts) <= MOST_STAGES:
        refuse({"parts": _("Plan one to twelve stages.")})
    for row in parts:
        required(name=row["name"], wanted=row["wanted"])
    total = _total(found, parts)
    found.funding.all().delete()
    for number, row in enumerate(parts, 1):
        FundingStage.objects.create(
            offer=found, number=number, name=str(row["name"]).strip(), amount=row["amount"],
            wanted=str(row["wanted"]).strip(), needs=_needs(act, row.get("needs", [])),
        )  # fmt: skip
    act.because(found)
    act.note(stages=len(parts), total=f"{total:f}")
    return found


def _total(offer: Offer, parts: Sequence[Mapping[str, Any]]) -> Decimal:
    """What the stages come to; refused where that is not what was granted, or more than there is."""
    amounts = [Decimal(row["amount"]) for row in parts]
    if any(not 0 <= amount < Decimal("1e12") for amount in amounts):
        refuse({"parts": _("Each stage needs an amount from 0.")})
    total, currency = sum(amounts, Decimal(0)), offer.procedure.currency
    told = {"total": priced(total, currency), "amount": offer.granted}
    if offer.amount is not None and total != offer.amount:
        refuse({"parts": _("The stages come to %(total)s and not to %(amount)s.") % told})
    budget = offer.procedure.budget
    if budget is not None and total > budget:
        told["amount"] = priced(budget, currency)
        refuse({"parts": _("The stages come to %(total)s. There are %(amount)s in all.") % told})
    return total


def _needs(act: Act, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    from minga.projects.roles import TABLE

    if given and project_of(act) is None:
        refuse({"parts": _("Without a project there is no ledger to look at: say in words what must be shown.")})
    for row in given:
        if row["action"] not in TABLE:
            words = _("The ledger records nothing called “%(name)s”. Write for instance “1 check.finished”.")
            refuse({"parts": words % {"name": str(row["action"])[:60]}})
        if type(row["count"]) is not int or not 1 <= row["count"] <= 1_000_000:
            refuse({"parts": _("Say how often it must have happened: a whole number from 1.")})
    return [{"action": str(row["action"]), "count": int(row["count"])} for row in given]


@action("instalment.paid", level="group")
def release_funding(act: Act, stage: FundingStage, evidence: str, evidence_url: str = "") -> FundingStage:
    """Pay a stage once what it asks for has been shown; stages are paid in their order."""
    required(evidence=evidence)
    offer = offer_of(act, stage.offer)
    if offer.state != Offer.State.SELECTED or not decided(offer.procedure):
        raise Blocked(_("Money is paid to offers that were selected, once every offer has its answer."))
    found = FundingStage.objects.select_for_update().get(pk=stage.pk)
    if found.released is not None:
        raise Conflict(_("This stage has been paid."))
    if FundingStage.objects.filter(offer=found.offer, number__lt=found.number, released=None).exists():
        raise Blocked(_("An earlier stage has not been paid yet."))
    if missing := lacking_for(found):
        raise Blocked(_("What this stage asks for has not been shown yet."), reasons=missing)
    found.evidence, found.evidence_url = evidence.strip(), web_address(evidence_url, "evidence_url")
    found.released, found.released_by_id = act.now, act.person_id
    found.save(update_fields=["evidence", "evidence_url", "released", "released_by"])
    act.because(found.offer)
    act.note(amount=f"{found.amount:f}", number=found.number)
    return found


def lacking_for(stage: FundingStage) -> list[str]:
    """What the ledger of the project does not hold yet since the offer was selected.

    A check counts where it was passed and, once the offer's tool is known, where it was a check of that tool.
    """
    project, since = stage.offer.procedure.project, stage.offer.decided
    if project is None or since is None:
        return []
    entries = Entry.objects.filter(chain=project.chain, happened__gte=_as_in_the_ledger(since))
    counted = [(need, _shown(entries.filter(action=need["action"]), need["action"], stage.offer))
               for need in stage.needs]  # fmt: skip
    return [_("%(action)s: %(found)s of %(count)s") % {"action": need["action"], "found": found, "count": need["count"]}
            for need, found in counted if found < need["count"]]  # fmt: skip


def _as_in_the_ledger(when: datetime) -> str:
    """The ledger keeps moments as text: another way of writing them would not compare."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _shown(entries: QuerySet[Entry], action: str, offer: Offer) -> int:
    if action != "check.finished":
        return entries.count()
    passed = Check.objects.filter(pk__in=map(int, entries.values_list("subject_id", flat=True)), state="passed")
    return (passed.filter(version__tool=offer.version.tool) if offer.version else passed).count()


WATCHED = (("audit_days", 365), ("training_hours", 30), ("exit_format", 180))
"""Terms from which something to do follows, and after how many days."""


@action("contract.watched", level="group")
def watch_contract(act: Act, procedure: Procedure) -> Procedure:
    """Put what the contract asks the body to look after on the board of tasks."""
    found = own(act, procedure)
    annex = found.annexes.order_by("-number").first()
    if annex is None or found.project is None:
        raise Blocked(_("There is no annex yet."), do=_("Make the annex first."))
    if Entry.objects.filter(subject_kind="procedure", subject_id=str(found.pk), action="contract.watched").exists():
        raise Conflict(_("This is on the board of tasks already."))
    titles = {
        "audit_days": _("Audit the supplier's work once"),
        "training_hours": _("Check that the staff were trained, with cases in which the advice was wrong"),
        "exit_format": _("Try the way out: get data, settings and logs, and read them without the supplier"),
    }
    for name, days in WATCHED:
        make_task(
            act.by.also(f"{found.pk}-{name}"), act.place, titles[name], due=(act.now + timedelta(days=days)).date(),
            wanted=_("A note of what was found, with its date"), because=[annex],
        )  # fmt: skip
    act.because(annex)
    return found
