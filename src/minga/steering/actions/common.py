"""What all actions of the body share."""

from minga.ledger.refusals import Invalid


def refuse(fields: dict[str, str], what: str) -> None:
    """Raise Invalid where a field is wrong."""
    if fields:
        raise Invalid(what, fields=fields)
