"""Our records leave as a signed list; partners are vouched for by a person; what comes is kept as it came."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from minga.ledger import checkpoints
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.steering import federation
from minga.steering.models import FetchedList, PartnerBody, SignedList, TheirRecord


@action("records.signed")
def keep_signed_list(
    act: Act, statement: Mapping[str, Any], records: Mapping[str, str], public_key: str, signature: str
) -> SignedList:  # fmt: skip
    """Serve a list that was signed, here or elsewhere. Refused where the signature or what it speaks of is not ours."""
    if not checkpoints.is_valid(dict(statement), public_key, signature):
        raise Invalid(
            _("The signature does not match the statement."),
            cause=_("The statement was changed, or another key signed it."),
            do=_("Print the list again, sign exactly that text, and load it with its public key."),
        )
    now, texts = federation.statement()
    free = {"made", "language", "records"}
    if set(statement) != set(now) or any(statement[name] != now[name] for name in set(now) - free):
        raise Conflict(_("This is not our next list."), do=_("Print the list again and sign that one."))
    if not federation.is_past(statement["made"]):
        raise Conflict(_("This list is not of a day that has come."), do=_("Print the list again and sign that one."))
    if dict(records) != texts or statement["records"] != now["records"]:
        raise Conflict(_("A record was published in the meantime."), do=_("Print the list again and sign that one."))
    act.note(number=now["number"], records=len(records), public_key=public_key, signature=signature)
    return SignedList.objects.create(
        number=now["number"], statement=dict(statement), records=dict(records), public_key=public_key,
        signature=signature, signed=act.now,
    )  # fmt: skip


@action("partner.added")
def add_partner(act: Act, *, name: str, address: str, fingerprint: str, how: str) -> PartnerBody:
    """Vouch for another Minga: its address, its key's fingerprint, and how that was compared with them."""
    required(name=name, address=address, fingerprint=fingerprint, how=how)
    where, digits = federation.address_of(address), federation.spelt(fingerprint)
    if PartnerBody.objects.filter(address=where, ended=None).exists():
        raise Conflict(_("This partner is here already."), do=_("End that one first if its key has changed."))
    act.note(address=where, fingerprint=digits)
    return PartnerBody.objects.create(
        name=name.strip(), address=where, fingerprint=digits, how=how.strip()[:300], vouched_by_id=act.person_id,
        added=act.now,
    )  # fmt: skip


@action("partner.ended")
def end_partner(act: Act, partner: PartnerBody, reason: str) -> PartnerBody:
    """Stop fetching from a partner. Its records stay readable, marked as no longer listed."""
    required(reason=reason)
    partner = PartnerBody.objects.select_for_update().get(pk=partner.pk)
    if partner.ended is not None:
        raise Conflict(_("This partner has ended already."))
    partner.ended, partner.trouble = act.now, ""
    partner.save(update_fields=["ended", "trouble"])
    partner.records.update(listed=False)
    act.note(reason=reason.strip())
    return partner


@action("partner.fetched")
def fetch(
    act: Act, partner: PartnerBody, received: federation.Received | None, trouble: str = ""
) -> FetchedList | PartnerBody:  # fmt: skip
    """Keep what ``federation.check`` let through, or why nothing came (``trouble``). Use ``refreshing.refresh``."""
    held = PartnerBody.objects.select_for_update().get(pk=partner.pk)
    if held.ended is not None:
        raise Conflict(_("This partner has ended already."))
    if received is None:
        held.trouble, held.troubled = trouble, act.now
        held.save(update_fields=["trouble", "troubled"])
        act.note(trouble=trouble)
        return held
    listed = received.listed
    if listed.number < held.number:
        raise Conflict(_("A newer list has come in the meantime."))
    added, changed, gone = _store(act, held, listed)
    held.public_key, held.number, held.made = listed.public_key, listed.number, received.made
    held.trouble, held.troubled = "", None
    held.save()
    act.because(held)
    act.note(number=listed.number, sha256=received.sha256, added=added, changed=changed, gone=gone)
    return FetchedList.objects.create(
        partner=held, number=listed.number, made=received.made, fetched=act.now, sha256=received.sha256,
        records=len(listed.records), added=added, changed=changed, gone=gone,
    )  # fmt: skip


def _store(act: Act, partner: PartnerBody, listed: federation.Listed) -> tuple[int, int, int]:
    """How many records are new, changed, and no longer listed."""
    known = {record.external_id: record for record in partner.records.all()}
    added = changed = 0
    for item in listed.records:
        record = known.pop(item.id, None)
        if record is None:
            added += 1
            record = TheirRecord(partner=partner, external_id=item.id)
        elif record.listed and (record.sha256, record.title, record.url) == (item.sha256, item.title, item.url):
            continue
        else:
            changed += 1
        record.title, record.url, record.text, record.sha256 = item.title, item.url, item.record, item.sha256
        record.came, record.listed = act.now, True
        record.save()
    gone = [record.pk for record in known.values() if record.listed]
    TheirRecord.objects.filter(pk__in=gone).update(listed=False)
    return added, changed, len(gone)
