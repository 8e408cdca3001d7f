"""What can happen to a person's record: it can be erased."""

from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.actions import forget
from minga.ledger.refusals import Conflict
from minga.people.models import Person, new_key


@action("person.erased")
def erase_person(act: Act, person: Person) -> Person:
    """Erase who somebody is: name, address, sign-in, and their key in the ledger. What they gave stays, unnamed."""
    if not person.is_active and not person.display_name:
        raise Conflict(_("This person has been erased already."))
    entries = forget(person.key)
    person.key = new_key()
    person.username = f"erased-{person.pk}"
    person.display_name = person.position = person.first_name = person.last_name = person.email = person.body_role = ""
    person.is_active = False
    person.set_unusable_password()
    person.save()
    for related in ("emailaddress_set", "socialaccount_set", "authenticator_set"):
        getattr(person, related).all().delete()
    act.note(entries=entries)
    return person
