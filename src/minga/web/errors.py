"""What is wrong with a field, in plain words: Django's own sentences speak of values and whether they are valid."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from minga.web.format import whole

Words = Callable[[forms.Field, dict[str, Any]], str]
CHOSEN = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.Select)


def _required(field: forms.Field, _given: dict[str, Any]) -> str:
    if isinstance(field.widget, CHOSEN):
        return _("Choose one.")
    if isinstance(field.widget, forms.FileInput):
        return _("Choose a file.")
    return _("Tick this to go on.") if isinstance(field.widget, forms.CheckboxInput) else _("Fill this in.")


def _too_long(_field: forms.Field, given: dict[str, Any]) -> str:
    lengths = {"most": whole(given["limit_value"]), "now": whole(given["show_value"])}
    return _("Use at most %(most)s characters. These are %(now)s.") % lengths


def _too_much(_field: forms.Field, given: dict[str, Any]) -> str:
    return _("Write %(most)s or less.") % {"most": _number(given["limit_value"])}


def _too_little(_field: forms.Field, given: dict[str, Any]) -> str:
    return _("Write %(least)s or more.") % {"least": _number(given["limit_value"])}


def _number(limit: Any) -> str:
    return whole(limit) if isinstance(limit, int) else str(limit)


def _digits(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("Write a number with fewer digits.")


def _whole_number(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("Write a whole number, such as 12.")


def _any_number(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("Write a number, such as 12 or 12.5.")


def _address(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("Write an e-mail address, such as name@example.org.")


def _web_address(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("Write a web address, such as https://example.org/data.")


def _unkept(_field: forms.Field, _given: dict[str, Any]) -> str:
    return _("There is a character here that cannot be kept. Write the text anew.")


# By the identity of Django's sentence: where a form gives its own words, these stay.
PLAIN: tuple[tuple[Any, Words], ...] = (
    (forms.Field.default_error_messages["required"], _required),
    (forms.IntegerField.default_error_messages["invalid"], _whole_number),
    (forms.DecimalField.default_error_messages["invalid"], _any_number),
    (forms.FloatField.default_error_messages["invalid"], _any_number),
    (validators.MaxLengthValidator.message, _too_long),
    (validators.MaxValueValidator.message, _too_much),
    (validators.MinValueValidator.message, _too_little),
    *((validators.DecimalValidator.messages[name], _digits) for name in ("max_digits", "max_whole_digits")),
    (validators.EmailValidator.message, _address),
    (validators.URLValidator.message, _web_address),
    (forms.URLField.default_error_messages["invalid"], _web_address),
    (validators.ProhibitNullCharactersValidator.message, _unkept),
)


def plain(field: forms.Field, error: ValidationError) -> str:
    """One error of ``field`` in our words where Django's would stand, otherwise as it was given."""
    found = next((words for message, words in PLAIN if error.message is message), None)
    return found(field, error.params or {}) if found else str(error.messages[0])


def errors_of(bound: BoundField) -> list[str]:
    """What is wrong with the field, each thing once."""
    return list(dict.fromkeys(plain(bound.field, error) for error in bound.errors.as_data()))
