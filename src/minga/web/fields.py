"""Form fields as GOV.UK markup, from Django's bound fields."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from minga.web.errors import errors_of
from minga.web.forms import DateWidget, HintedChoice
from minga.web.svg.markup import EMPTY, join

NUMBER_WIDTH = 10
GROUPED = (forms.RadioSelect, forms.CheckboxSelectMultiple, DateWidget)


def first_id(bound: BoundField) -> str:
    """The id of the control that an error link should reach."""
    base = bound.auto_id or f"id_{bound.html_name}"
    return f"{base}_0" if isinstance(bound.field.widget, GROUPED) else base


def error_text(bound: BoundField) -> SafeString:
    if not bound.errors:
        return EMPTY
    words = format_html_join(mark_safe("<br>"), "{}", ((error,) for error in errors_of(bound)))
    return format_html(
        '<p class="govuk-error-message" id="{}-error"><span class="visually-hidden">{} </span>{}</p>',
        bound.auto_id,
        _("Error:"),
        words,
    )


def hint_text(bound: BoundField) -> SafeString:
    return (
        format_html('<div class="govuk-hint" id="{}-hint">{}</div>', bound.auto_id, bound.help_text)
        if bound.help_text
        else EMPTY
    )


def described_by(bound: BoundField) -> str:
    ids = [f"{bound.auto_id}-hint"] if bound.help_text else []
    return " ".join([*ids, *([f"{bound.auto_id}-error"] if bound.errors else [])])


def optional(bound: BoundField) -> str:
    return "" if bound.field.required or isinstance(bound.field.widget, forms.CheckboxInput) else " " + _("(optional)")


def choice(sub: dict[str, Any], kind: str, described: str = "") -> SafeString:
    """One radio button or checkbox with its label and hint."""
    identity = sub["attrs"]["id"]
    label = sub["label"]
    hint = label.hint if isinstance(label, HintedChoice) else ""
    ids = " ".join(filter(None, (f"{identity}-hint" if hint else "", described)))
    attributes = format_html(' aria-describedby="{}"', ids) if ids else EMPTY
    checked = mark_safe(" checked") if sub.get("selected") else EMPTY
    below = (
        format_html('<div class="govuk-hint govuk-{}__hint" id="{}-hint">{}</div>', kind, identity, hint)
        if hint
        else EMPTY
    )
    return format_html(
        '<div class="govuk-{0}__item">'
        '<input class="govuk-{0}__input" type="{1}" name="{2}" id="{3}" value="{4}"{5}{6}>'
        '<label class="govuk-label govuk-{0}__label" for="{3}">{7}</label>{8}</div>',
        kind,
        "radio" if kind == "radios" else "checkbox",
        sub["name"],
        identity,
        "on" if sub["value"] is None else sub["value"],
        attributes,
        checked,
        label,
        below,
    )


def choices(bound: BoundField, small: bool) -> SafeString:
    """A list of radios or checkboxes; nothing is ever selected by us."""
    kind = "checkboxes" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radios"
    options = [sub.data for sub in bound.subwidgets]
    items = join(
        choice(option, kind) for option in options if kind == "checkboxes" or option["value"] not in ("", None)
    )
    size = f" govuk-{kind}--small" if small else ""
    return format_html('<div class="govuk-{0}{1}" data-module="govuk-{0}">{2}</div>', kind, size, items)


def single_checkbox(bound: BoundField) -> SafeString:
    label = HintedChoice(bound.label, bound.help_text) if bound.help_text else bound.label
    error = f"{bound.auto_id}-error" if bound.errors else ""
    data = {
        "name": bound.html_name,
        "value": "on",
        "label": label,
        "selected": bool(bound.value()),
        "attrs": {"id": bound.auto_id},
    }
    return format_html(
        '<div class="govuk-checkboxes" data-module="govuk-checkboxes">{}</div>',
        choice(data, "checkboxes", error),
    )


def usual_width(bound: BoundField) -> int | None:
    """A number gets a short box, whatever Django's widget for it is."""
    widget = bound.field.widget
    number = isinstance(widget, forms.NumberInput) or widget.attrs.get("inputmode") in ("numeric", "decimal")
    return NUMBER_WIDTH if number else None


def control_class(bound: BoundField, width: int | None) -> str:
    widget, width = bound.field.widget, width or usual_width(bound)
    base = "govuk-input"
    if isinstance(widget, forms.Textarea):
        base = "govuk-textarea"
    elif isinstance(widget, forms.Select):
        base = "govuk-select"
    elif isinstance(widget, forms.FileInput):
        base = "govuk-file-upload"
    error = f" {base}--error" if bound.errors else ""
    sized = f" govuk-input--width-{width}" if width and base == "govuk-input" else ""
    return f"{base}{error}{sized}"


def control(bound: BoundField, width: int | None, rows: int | None) -> SafeString:
    attributes: dict[str, Any] = {"class": control_class(bound, width)}
    if described := described_by(bound):
        attributes["aria-describedby"] = described
    if rows and isinstance(bound.field.widget, forms.Textarea):
        attributes["rows"] = rows
    return bound.as_widget(attrs=attributes)


def group(bound: BoundField, content: object) -> SafeString:
    error = mark_safe(" govuk-form-group--error") if bound.errors else EMPTY
    return format_html('<div class="govuk-form-group{}">{}</div>', error, content)


def fieldset(bound: BoundField, content: object, legend: str) -> SafeString:
    described = described_by(bound)
    title = format_html("{}{}", bound.label, optional(bound))
    if legend in ("h1", "h2", "h3"):
        title = format_html('<{0} class="govuk-fieldset__heading">{1}</{0}>', legend, title)
    return format_html(
        '<fieldset class="govuk-fieldset"{}>'
        '<legend class="govuk-fieldset__legend govuk-fieldset__legend--{}">{}</legend>{}{}{}</fieldset>',
        format_html(' aria-describedby="{}"', described) if described else EMPTY,
        {"h1": "l", "h2": "m"}.get(legend, "s"),
        title,
        hint_text(bound),
        error_text(bound),
        content,
    )


def field(
    bound: BoundField,
    legend: str = "",
    width: int | None = None,
    rows: int | None = None,
    small: bool = False,
) -> SafeString:
    """Label, hint, error and control of a bound field; hidden fields come bare."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    if isinstance(widget, DateWidget):
        return group(bound, fieldset(bound, bound.as_widget(attrs={"error": bool(bound.errors)}), legend))
    if isinstance(widget, GROUPED):
        return group(bound, fieldset(bound, choices(bound, small), legend))
    if isinstance(widget, forms.CheckboxInput):
        return group(bound, join((error_text(bound), single_checkbox(bound))))
    label = format_html(
        '<label class="govuk-label govuk-label--s" for="{}">{}{}</label>',
        bound.auto_id,
        bound.label,
        optional(bound),
    )
    return group(bound, join((label, hint_text(bound), error_text(bound), control(bound, width, rows))))


def form_fields(form: forms.BaseForm) -> SafeString:
    return join(field(bound) for bound in form)


def named_error(bound: BoundField, error: object) -> str:
    """An error away from its field says which field it means."""
    label = str(bound.label or bound.name)
    return f"{label} {error}" if label.endswith(("?", ".", ":")) else f"{label}: {error}"


def error_summary(form: forms.BaseForm) -> SafeString:
    """All errors with links to their fields. It takes the focus, with or without script."""
    if not form.errors:
        return EMPTY
    general = format_html_join("", "<li>{}</li>", ((error,) for error in form.non_field_errors()))
    linked = format_html_join(
        "",
        '<li><a href="#{}">{}</a></li>',
        ((first_id(bound), named_error(bound, error)) for bound in form for error in errors_of(bound)),
    )
    return format_html(
        '<div class="govuk-error-summary" data-module="govuk-error-summary" tabindex="-1" autofocus>'
        '<div role="alert">'
        '<h2 class="govuk-error-summary__title">{}</h2><div class="govuk-error-summary__body">'
        '<ul class="govuk-list govuk-error-summary__list">{}{}</ul></div></div></div>',
        _("There is a problem"),
        general,
        linked,
    )
