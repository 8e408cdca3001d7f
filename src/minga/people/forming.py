"""How every room's form meets its action: what was refused comes back at the field that caused it."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from minga.ledger.refusals import Blocked, Conflict, Invalid, Refused
from minga.people.models import Person

Given = Mapping[str, Any]


def acted[R](request: HttpRequest, form: forms.Form, perform: Callable[[Given], R]) -> R | None:
    """What ``perform`` made of a posted, valid form; None where there is nothing to do or it was refused.

    A refusal becomes an error of the form, at its field where it names one.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return perform(form.cleaned_data)
    except (Invalid, Conflict, Blocked) as refusal:
        show_refusal(form, refusal)
        return None


def show_refusal(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal into the form that caused it."""
    at_fields = {name: text for name, text in refusal.fields.items() if name in form.fields}
    for name, text in at_fields.items():
        form.add_error(name, text)
    if not at_fields:
        form.add_error(None, " ".join(text for text in (refusal.what, refusal.cause, refusal.do) if text))
        for reason in (*refusal.reasons, *refusal.fields.values()):
            form.add_error(None, reason)


def show(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    """The page of a form; 422 where the form came back with errors."""
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


class AskForm(forms.Form):
    """A form that says what to do where something is missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            plain_errors(field)


def plain_errors(field: forms.Field) -> None:
    """Say in plain words what to do where this field is empty; for fields that a form adds after it was made."""
    if isinstance(field, forms.MultipleChoiceField):
        field.error_messages["required"] = _("Choose at least one.")
    elif isinstance(field, forms.ChoiceField):
        field.error_messages["required"] = _("Choose one.")
    elif not isinstance(field, forms.MultiValueField):
        field.error_messages["required"] = _("Fill this in.")


def find_person(name: str) -> Person:
    """The active person who signs in as ``name``, or whose e-mail it is; ValidationError where there is none."""
    people = Person.objects.filter(is_active=True)
    found = people.filter(username__iexact=name.strip()).first() or people.filter(email__iexact=name.strip()).first()
    if found is None:
        raise forms.ValidationError(
            _("Nobody with this name has an account. Check the spelling, or ask the person to sign up first.")
        )
    return found
