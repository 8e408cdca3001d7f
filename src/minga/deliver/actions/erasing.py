"""Forgetting the person behind a case. The case, what was decided and the figures stay."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from minga.deliver import notices
from minga.deliver.actions.intake import held_by
from minga.deliver.models import Case, Contact
from minga.jobs.models import Outbox
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.roles import Role, roles_of


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
    if contact.email:
        Outbox.objects.filter(kind="email", sent=None, content__to=contact.email).delete()


def _forget_words(case: Case) -> None:
    """Personal fields of the source, the watched attributes among them, and evidence that quotes them."""
    service = case.service
    names = {field["name"] for field in service.fields if field["personal"]} if service else set()
    case.source = {name: "" if name in names else value for name, value in case.source.items()}
    case.groups = {name: "" if name in names else value for name, value in case.groups.items()}
    case.advice = without(case.advice, names)
    case.save(update_fields=["source", "groups", "advice"])


def without(advice: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """A frozen advice without the values that its evidence quotes from the fields ``names``."""

    def cleaned(row: Mapping[str, Any]) -> dict[str, Any]:
        quotes = row["path"].strip("/").split("/")[0] in names
        return {**row, "value": "", "read_as": ""} if quotes else dict(row)

    if not advice:
        return {}
    reasons = [{**reason, "evidence": [cleaned(row) for row in reason["evidence"]]} for reason in advice["reasons"]]
    return {**advice, "reasons": reasons}
