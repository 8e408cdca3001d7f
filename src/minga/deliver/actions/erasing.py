"""Forgetting the person behind a case. The case, what was decided and the figures stay."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from minga.deliver import notices
from minga.deliver.actions.intake import held_by
from minga.deliver.models import Appeal, Case, Contact, Determination, Notice
from minga.jobs.models import Outbox
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.roles import Role, roles_of

CODES = {"case", "code", "path", "proposal", "advised", "chosen", "before", "after", "withheld", "language"}


@action("contact.erased")
def erase_contact(act: Act, case: Case, token: str = "") -> Case:
    """Erase who a case is about: contact, personal fields, what quotes them, letters that wait.

    By whoever holds the private link (``token``), or by the lead. The link itself goes on working.
    """
    if token:
        case = held_by(act, case, token)
    elif Role.LEAD in roles_of(act.actor, act.place):
        case = _in_project(act, case)
    else:
        raise NotAllowed(
            _("Only the person concerned or the lead erases these data."), do=_("Use the private link of the case.")
        )
    contact = Contact.objects.select_for_update().get(case=case)
    if contact.erased is not None:
        raise Conflict(_("These data have been erased already."))
    _forget_letters(contact)
    contact.name = contact.email = contact.address = ""
    contact.erased = act.now
    contact.save(update_fields=["name", "email", "address", "erased"])
    _forget_words(case)
    notices.forget(case)
    act.because(case)
    return case


def _in_project(act: Act, case: Case) -> Case:
    rows = Case.objects.select_for_update(of=("self",)).select_related("service")
    found = rows.filter(pk=case.pk, project=act.place, contact__isnull=False).first()
    if found is None:
        raise Invalid(_("There is nobody behind this case whose data could be erased."))
    return found


def _forget_letters(contact: Contact) -> None:
    """Mails about this case that have not left; those about another case of the same address are not its own."""
    case = contact.case
    appeals = list(Appeal.objects.filter(determination__case=case).values_list("email", "token"))
    told = Notice.objects.filter(case=case).values_list("token", flat=True)
    tokens = {contact.token, *told, *(token for _email, token in appeals)}
    addresses = {contact.email, *(email for email, _token in appeals)} - {""}
    waiting = Outbox.objects.filter(kind="email", sent=None, content__to__in=addresses)
    gone = [mail.pk for mail in waiting if any(token in mail.content.get("text", "") for token in tokens)]
    Outbox.objects.filter(pk__in=gone).delete()


def _forget_words(case: Case) -> None:
    """Personal fields of the source, the watched attributes among them, and whatever quotes them."""
    service = case.service
    names = {field["name"] for field in service.fields if field["personal"]} if service else set()
    passages = (row for reason in case.told.reasons for row in reason.evidence if notices.field_of(row.path) in names)
    quoted = quotes_of([*(case.source.get(name) for name in names), *(row.value for row in passages)])
    case.source = {name: "" if name in names else value for name, value in case.source.items()}
    case.groups = {name: "" if name in names else value for name, value in case.groups.items()}
    case.advice = struck(without(case.advice, names), quoted)
    case.save(update_fields=["source", "groups", "advice"])
    for made in Determination.objects.filter(case=case).exclude(difference={}):
        Determination.objects.filter(pk=made.pk).update(difference=struck(made.difference, quoted))
    for notice in Notice.objects.filter(case=case):
        Notice.objects.filter(pk=notice.pk).update(content=struck(notice.content, quoted))


def without(advice: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A frozen advice without the values that its evidence quotes from the fields ``names``, or from all of them."""

    def cleaned(row: Mapping[str, Any]) -> dict[str, Any]:
        quotes = notices.field_of(row["path"]) in {*names, ""}
        return {**row, "value": "", "read_as": ""} if quotes else dict(row)

    if not advice:
        return {}
    reasons = [{**reason, "evidence": [cleaned(row) for row in reason["evidence"]]} for reason in advice["reasons"]]
    return {**advice, "reasons": reasons}


def quotes_of(found: Iterable[Any]) -> re.Pattern[str] | None:
    """What finds the values ``found`` in a sentence; None where there is nothing to find.

    Words of one or two letters and figures are left: they would strike out what says nothing of anybody.
    """
    values = {str(value or "").strip() for value in found}
    long = sorted((value for value in values if len(value) > 2), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, long))})(?!\w)", re.IGNORECASE) if long else None


def struck(value: Any, quoted: re.Pattern[str] | None) -> Any:
    """``value`` with all that ``quoted`` finds struck out of its texts; names and codes stay."""
    if quoted is None:
        return value
    if isinstance(value, str):
        return quoted.sub("…", value)
    if isinstance(value, Mapping):
        return {
            # Translations have the sentence that they translate as their key.
            struck(key, quoted) if " " in key else key: inner if key in CODES else struck(inner, quoted)
            for key, inner in value.items()
        }
    return [struck(inner, quoted) for inner in value] if isinstance(value, list) else value
