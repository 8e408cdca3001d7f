"""What can happen to a person's record: it can be erased."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.translation import gettext as _

from minga.jobs.models import Outbox
from minga.ledger.action import Act, action
from minga.ledger.actions import forget
from minga.ledger.models import Opening
from minga.ledger.refusals import Conflict
from minga.people.models import Person, new_key

_also: list[Callable[[str], None]] = []


def on_erasing(forget_key: Callable[[str], None]) -> None:
    """``forget_key`` is called with the key of a person who is being erased, inside the action."""
    _also.append(forget_key)


@action("person.erased")
def erase_person(act: Act, person: Person) -> Person:
    """Erase who somebody is: name, address, sign-in, and their key in the ledger. What they gave stays, unnamed."""
    if not person.is_active and not person.display_name:
        raise Conflict(_("This person has been erased already."))
    _forget_letters(person)
    entries = forget(person.key)
    for forget_key in _also:
        forget_key(person.key)
    _end_sessions(person)
    own = person.key == act.actor.key
    person.key = new_key()
    if own:
        # The entry of this very action would bring the old key back.
        act.actor = replace(act.actor, key=person.key)
        act.by = replace(act.by, actor=act.actor, once=None)
    person.username = f"erased-{person.pk}"
    person.display_name = person.position = person.first_name = person.last_name = person.email = person.body_role = ""
    person.is_active, person.last_login = False, None
    person.set_unusable_password()
    person.save()
    for related in ("emailaddress_set", "socialaccount_set", "authenticator_set"):
        getattr(person, related).all().delete()
    act.note(entries=entries)
    transaction.on_commit(_empty_journal)
    return person


def _forget_letters(person: Person) -> None:
    """What the outbox keeps of letters to them, sent or not."""
    of_account = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    given = Opening.objects.filter(person_key=person.key, field="email").values_list("value", flat=True)
    addresses = sorted({person.email, *of_account, *given} - {""})
    Outbox.objects.filter(kind="email", content__to__in=addresses).delete()


def _end_sessions(person: Person) -> None:
    """Sessions hold the name that somebody signed in with; whose one is can only be read in each."""
    for session in Session.objects.all():
        if str(person.pk) in _whose(session.get_decoded()):
            session.delete()


def _whose(content: dict[str, Any]) -> set[Any]:
    """Ids of persons in a session: signed in, or between password and second step."""
    halfway = content.get("account_login") or {}
    named = ("_auth_user_id", "account_authentication_methods_user")
    return {halfway.get("user_pk"), *(content.get(name) for name in named)}


def _empty_journal() -> None:
    """SQLite keeps old bytes in the slack of its pages and in its journal: write one anew, empty the other."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
