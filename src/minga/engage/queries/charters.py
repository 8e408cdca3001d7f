"""Reads of charters."""

from django.db.models import QuerySet

from minga.engage.models import Charter, Commitment


def charters_in_force() -> QuerySet[Charter]:
    """The charters that no other has replaced, newest first: a body's own, and those that it has signed up to."""
    return Charter.objects.filter(replaced_by=None)


def same_promise(commitment: Commitment) -> list[Commitment]:
    """A commitment and, where a charter was renewed without a change of these words, the earlier ones like it."""
    found, charter = [commitment], commitment.charter.replaces
    words = commitment.text.strip()
    while charter is not None:
        found += [one for one in charter.commitments.all() if one.text.strip() == words]
        charter = charter.replaces
    return found


def changes(charter: Charter) -> tuple[list[str], list[str]]:
    """(promises that are new against the charter before, promises that it gave up), in their order."""
    if charter.replaces is None:
        return [], []
    now = [one.text.strip() for one in charter.commitments.all()]
    before = [one.text.strip() for one in charter.replaces.commitments.all()]
    return [text for text in now if text not in before], [text for text in before if text not in now]
