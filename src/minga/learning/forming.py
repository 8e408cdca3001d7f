"""How a form of this room meets its action. The rooms above have the same in ``projects.forms``, which lies above."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from minga.ledger.refusals import Blocked, Conflict, Invalid, Refused

Given = Mapping[str, Any]


def acted[R](request: HttpRequest, form: forms.Form, perform: Callable[[Given], R]) -> R | None:
    """What ``perform`` made of a posted, valid form; None where there is nothing to do or it was refused."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return perform(form.cleaned_data)
    except (Invalid, Conflict, Blocked) as refusal:
        _tell(form, refusal)
        return None


def _tell(form: forms.Form, refusal: Refused) -> None:
    at_fields = {name: text for name, text in refusal.fields.items() if name in form.fields}
    for name, text in at_fields.items():
        form.add_error(name, text)
    if not at_fields:
        form.add_error(None, " ".join(text for text in (refusal.what, refusal.cause, refusal.do) if text))
        for reason in (*refusal.reasons, *refusal.fields.values()):
            form.add_error(None, reason)


def show(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of a form; 422 where the form came back with errors."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


class AskForm(forms.Form):
    """A form that says in plain words what is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            plain_errors(field)


def plain_errors(field: forms.Field) -> None:
    """Say what is missing in plain words."""
    if isinstance(field, forms.MultipleChoiceField):
        field.error_messages["required"] = _("Choose at least one.")
    elif isinstance(field, forms.ChoiceField):
        field.error_messages["required"] = _("Choose one.")
    elif not isinstance(field, forms.MultiValueField):
        field.error_messages["required"] = _("Fill this in.")
