"""Form parts that Django does not have: choices with hints, the date of three boxes, field rendering."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class HintedChoice(str):
    """The label of a choice that carries a hint: `("accept", HintedChoice(_("Accept"), _("Needs all")))`.

    `label` and `hint` may be lazy; the choice is translated when it is shown.
    """

    label: Text
    hint: Text

    def __new__(cls, label: Text, hint: Text = "") -> "HintedChoice":
        made = super().__new__(cls, label)
        made.label, made.hint = label, hint
        return made

    def __str__(self) -> str:
        return str(self.label)


class DateWidget(forms.MultiWidget):
    """Day, month and year as three short text inputs, as in GOV.UK Frontend."""

    template_name = "web/forms/date.html"
    use_fieldset = True
    parts = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in self.parts}, attrs)

    def decompress(self, value: dt.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        titles = (_("Day"), _("Month"), _("Year"))
        for title, size, part in zip(titles, (2, 2, 4), context["widget"]["subwidgets"], strict=True):
            part["title"], part["size"] = title, size
        return context


class DateField(forms.MultiValueField):
    """A date typed as three numbers; gives a `datetime.date`."""

    widget = DateWidget
    default_error_messages = {
        "required": _("Enter a date with day, month and year."),
        "incomplete": _("Enter day, month and year."),
        "invalid": _("This date does not exist. Enter it like 27 3 2026."),
    }

    def __init__(self, **kwargs: Any) -> None:
        limits = ((1, 31), (1, 12), (1, 9999))
        fields = tuple(forms.IntegerField(min_value=low, max_value=high) for low, high in limits)
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[int | None]) -> dt.date | None:
        if not any(data_list):
            return None
        if not all(data_list):
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        day, month, year = (int(part or 0) for part in data_list)
        try:
            return dt.date(year, month, day)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


__all__ = ["DateField", "DateWidget", "HintedChoice"]
