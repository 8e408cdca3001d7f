"""Form parts that Django does not have: choices with hints, the date of three boxes, field rendering."""

import datetime as dt
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from minga.web.svg.markup import join

Text = str | Promise


class QuickRenderer(DjangoTemplates):
    """Django's renderer for forms that stand on busy pages: a text area, as Django writes it, without its templates.

    Use it as ``default_renderer = QuickRenderer`` of a form.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        if template_name != forms.Textarea.template_name:
            return mark_safe(super().render(template_name, context, request))  # noqa: S308
        widget = context["widget"]
        given = ((name, value) for name, value in widget["attrs"].items() if value is not False)
        attributes = [format_html(" {}", n) if v is True else format_html(' {}="{}"', n, str(v)) for n, v in given]
        return format_html(
            '<textarea name="{}"{}>\n{}</textarea>', widget["name"], join(attributes), widget["value"] or ""
        )


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


class DecimalInput(forms.TextInput):
    """A number with decimals as text, written as people of the page's language write it: 12,5 in Spanish."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        given = super().value_from_datadict(data, files, name)
        comma = get_format("DECIMAL_SEPARATOR") == ","
        return given.replace(",", ".") if comma and isinstance(given, str) and given.count(",") == 1 else given


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
        fields = tuple(forms.CharField() for _part in DateWidget.parts)
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dt.date | None:
        if not any(data_list):
            return None
        if not all(data_list):
            raise forms.ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            return dt.datetime.strptime("-".join(data_list), "%d-%m-%Y").date()
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


__all__ = ["DateField", "DateWidget", "DecimalInput", "HintedChoice"]
