"""Suppliers apply, show evidence, are looked at by a person, count as qualified for a time, and expire."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, mail_address, required
from minga.procurement.actions.common import refuse, too_long, web_address
from minga.procurement.models import Supplier, SupplierEvidence
from minga.web.format import day

LONGEST = timedelta(days=3 * 366)
MOST_EVIDENCE = 30
OF_EVERYBODY = (SupplierEvidence.Kind.REGISTRATION, SupplierEvidence.Kind.REFERENCE, SupplierEvidence.Kind.PRIVACY)
"""What no supplier is qualified without."""


@action("supplier.applied")
def apply(
    act: Act, name: str, offers_what: str, email: str, evidence: Iterable[Mapping[str, Any]], contact: str = "",
    country: str = "", url: str = "",
) -> Supplier:  # fmt: skip
    """A supplier asks to be looked at. ``evidence``: [{"kind", "text", "url", "valid_until"}]."""
    required(name=name, offers_what=offers_what, email=email)
    fields = too_long(name=(name, 200), contact=(contact, 120))
    land = country.strip().upper()
    if land and not (len(land) == 2 and land.isascii() and land.isalpha()):
        fields["country"] = _("Write the two letters of a country, such as PE, or leave it empty.")
    refuse(fields)
    rows = [_evidence(row) for row in evidence]
    if not 1 <= len(rows) <= MOST_EVIDENCE:
        refuse({"evidence": _("Show at least one thing, at most thirty.")})
    made = Supplier.objects.create(
        name=name.strip(), offers_what=offers_what.strip(), email=mail_address(email),
        contact=contact.strip(), country=land, url=web_address(url), applied=act.now,
    )  # fmt: skip
    SupplierEvidence.objects.bulk_create([SupplierEvidence(supplier=made, given=act.now, **row) for row in rows])
    act.effect(
        "email", to=made.email, subject=_("Your application as a supplier"),
        text=_("We have it. Follow it here, and add evidence: %(link)s") % {"link": private_link(made)},
    )  # fmt: skip
    return made


@action("supplier.shown")
def add_evidence(
    act: Act, supplier: Supplier, kind: str, text: str, url: str = "", valid_until: date | None = None
) -> Supplier:
    """More evidence, by the private link. Of a supplier that is not qualified it renews the application."""
    found = Supplier.objects.select_for_update().get(pk=supplier.pk)
    row = _evidence({"kind": kind, "text": text, "url": url, "valid_until": valid_until})
    if found.evidence.count() >= MOST_EVIDENCE:
        raise Blocked(_("There is as much evidence as we can look at."))
    SupplierEvidence.objects.create(supplier=found, given=act.now, **row)
    if found.state in (Supplier.State.DECLINED, Supplier.State.EXPIRED):
        found.state, found.applied = Supplier.State.APPLIED, act.now
        found.save(update_fields=["state", "applied"])
    act.note(kind=kind)
    return found


def _evidence(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["kind"] not in SupplierEvidence.Kind.values:
        raise Invalid(_("There is no such kind of evidence."), fields={"kind": _("Choose one from the list.")})
    required(text=row["text"])
    return {"kind": row["kind"], "text": str(row["text"]).strip(), "url": web_address(str(row.get("url", ""))),
            "valid_until": row.get("valid_until")}  # fmt: skip


@action("evidence.checked")
def check_evidence(act: Act, supplier: Supplier, evidence: SupplierEvidence, holds: bool) -> SupplierEvidence:
    """A person of the body has looked at it and says whether it holds.

    A supplier that loses what nobody is qualified without waits for an answer again.
    """
    found = supplier.evidence.select_for_update().get(pk=evidence.pk)
    found.checked, found.checked_by_id, found.holds = act.now, act.person_id, holds
    found.save(update_fields=["checked", "checked_by", "holds"])
    owner = Supplier.objects.select_for_update().get(pk=supplier.pk)
    kept = set(owner.evidence.filter(holds=True).values_list("kind", flat=True))
    if owner.state == Supplier.State.QUALIFIED and not kept.issuperset(OF_EVERYBODY):
        owner.state = Supplier.State.APPLIED
        owner.save(update_fields=["state"])
    act.because(supplier)
    act.note(kind=found.kind, holds=holds)
    return found


@action("supplier.qualified")
def qualify(act: Act, supplier: Supplier, until: date, reason: str = "") -> Supplier:
    """Count a supplier as qualified until a day, at most three years on and no longer than its evidence holds.

    One that is qualified is renewed by it, before its day has come.
    """
    found = _answerable(supplier)
    today = timezone.localdate(act.now)
    if not today < until <= today + LONGEST:
        refuse({"until": _("Give a day from tomorrow on, at most three years from now.")})
    if missing := lacking(found, until):
        raise Blocked(
            _("This supplier cannot be qualified yet."), reasons=missing, do=_("Look at the evidence, or ask for more.")
        )
    return _decide(act, found, Supplier.State.QUALIFIED, until, reason)


def lacking(supplier: Supplier, until: date) -> list[str]:
    """What stands in the way of qualifying a supplier until a day."""
    rows = list(supplier.evidence.all())
    good = [row for row in rows if row.holds]
    missing = [_("No evidence that holds: %(kind)s") % {"kind": SupplierEvidence.Kind(kind).label}
               for kind in OF_EVERYBODY if kind not in {row.kind for row in good}]  # fmt: skip
    unread = sum(row.checked is None for row in rows)
    if unread:
        missing.append(_("%(count)s pieces of evidence nobody has looked at") % {"count": unread})
    short = [row for row in good if row.kind in OF_EVERYBODY and row.valid_until and row.valid_until < until]
    for row in short:
        others = [one for one in good if one.kind == row.kind and not (one.valid_until and one.valid_until < until)]
        if not others:
            missing.append(_("%(kind)s holds only until %(day)s")
                           % {"kind": row.get_kind_display(), "day": day(row.valid_until)})  # fmt: skip
    return missing


@action("supplier.declined")
def decline_supplier(act: Act, supplier: Supplier, reason: str) -> Supplier:
    """Say no, or no longer, with a reason that the supplier gets and that is not public."""
    required(reason=reason)
    return _decide(act, _answerable(supplier), Supplier.State.DECLINED, None, reason)


def _answerable(supplier: Supplier) -> Supplier:
    found = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if found.state not in (Supplier.State.APPLIED, Supplier.State.QUALIFIED):
        raise Conflict(_("This application has been answered."))
    return found


def _decide(act: Act, supplier: Supplier, state: str, until: date | None, reason: str) -> Supplier:
    supplier.state, supplier.until, supplier.reason = state, until, reason.strip()
    supplier.decided, supplier.decided_by_id = act.now, act.person_id
    supplier.save(update_fields=["state", "until", "reason", "decided", "decided_by"])
    act.because(*supplier.evidence.all())
    act.note(qualified=state == Supplier.State.QUALIFIED, until=until.isoformat() if until else "")
    words = _("You count as qualified until %(day)s.") % {"day": day(until)} if until else _("You were not qualified.")
    act.effect("email", to=supplier.email, subject=_("Your application as a supplier"),
               text=f"{words}\n{reason.strip()}\n{private_link(supplier)}")  # fmt: skip
    return supplier


@action("supplier.expired")
def expire(act: Act, supplier: Supplier) -> Supplier:
    """The day has passed: it no longer counts as qualified, and is told how to renew."""
    found = Supplier.objects.select_for_update().get(pk=supplier.pk)
    if found.state != Supplier.State.QUALIFIED or found.until is None or found.until >= timezone.localdate(act.now):
        raise Conflict(_("It has not expired."))
    found.state = Supplier.State.EXPIRED
    found.save(update_fields=["state"])
    act.effect("email", to=found.email, subject=_("Your qualification has expired"),
               text=_("Add new evidence here to renew it: %(link)s") % {"link": private_link(found)})  # fmt: skip
    return found


def private_link(supplier: Supplier) -> str:
    return settings.MINGA_ADDRESS.rstrip("/") + reverse("procurement:own_supplier", args=[supplier.token])
