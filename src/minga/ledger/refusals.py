"""Why an action did not happen, in words for the person who tried: what, likely cause, what to do."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _


class Refused(Exception):
    """An action refused; nothing was written. ``status`` is the HTTP status of the answer."""

    status = 400

    def __init__(
        self,
        what: str,
        *,
        cause: str = "",
        do: str = "",
        fields: Mapping[str, str] | None = None,
        reasons: Sequence[str] = (),
    ) -> None:
        self.what, self.cause, self.do = str(what), str(cause), str(do)
        self.fields = {name: str(text) for name, text in (fields or {}).items()}
        self.reasons = tuple(str(reason) for reason in reasons)
        super().__init__(" ".join(part for part in (self.what, *self.reasons, self.cause, self.do) if part))


class NotAllowed(Refused):
    """The actor's roles here do not permit this action."""

    status = 403


class Invalid(Refused):
    """Something given cannot be used. ``fields`` maps a field's name to what is wrong with it."""

    status = 422


class Conflict(Refused):
    """The thing has changed since the actor saw it, or the key was used for another request."""

    status = 409


class Blocked(Refused):
    """A rule that people agreed on forbids this now; ``reasons`` lists what is missing."""

    status = 409


def required(**given: object) -> None:
    """Raise Invalid naming every argument that is empty."""
    empty = [name for name, value in given.items() if value in (None, "", [], ()) or not str(value).strip()]
    if empty:
        raise Invalid(
            _("Something is missing."),
            do=_("Fill in what is marked and send it again."),
            fields={name: _("Fill this in.") for name in empty},
        )


def mail_address(given: str, field: str = "email") -> str:
    """``given`` without blanks around it, "" where it is empty; Invalid, at ``field``, where it is no address."""
    text = given.strip()
    try:
        if text:
            validate_email(text)
    except ValidationError:
        raise Invalid(
            _("This e-mail address cannot be used."),
            do=_("Correct it, or leave it empty."),
            fields={field: _("Write an address such as name@example.org, or leave it empty.")},
        ) from None
    return text
