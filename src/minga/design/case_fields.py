"""The fields of a case that somebody writes by hand: what this project's tools and data call them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minga.design import queries
from minga.design.models import Dataset, TestCase, ToolVersion
from minga.ledger.refusals import Invalid
from minga.projects.forms import AskForm
from minga.projects.models import Project

MOST = 30
LONG = ("text", "description", "body", "message", "reason")


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name in the case, what it is called on the page, and whether people write much in it."""

    name: str
    words: str
    long: bool = False


Offer = Callable[[Project, str], Iterable[Field]]
_offers: list[Offer] = []


def offer_fields(offer: Offer) -> None:
    """Let a room above say which fields the cases of a tool have: (project, name of the tool) -> fields."""
    if offer not in _offers:
        _offers.append(offer)


def fields_of(project: Project, version: ToolVersion | None = None) -> list[Field]:
    """What a case holds here: as the provider says, a service, the data that were imported, or the cases written."""
    version = version or queries.versions(project).first()
    if version is not None and (named := version.spec.get("fields")):
        return [_plain(name) for name in named][:MOST]
    for offer in _offers:
        if version is not None and (offered := list(offer(project, version.tool))):
            return offered[:MOST]
    return (_of_data(project) or _of_cases(project) or [Field("text", _("The text"), True)])[:MOST]


def _plain(name: str) -> Field:
    return Field(name, name, name.casefold() in LONG)


def _of_data(project: Project) -> list[Field]:
    tables = queries.ready_datasets(project).filter(kind=Dataset.Kind.TABLE, synthetic_from=None)
    latest = tables.order_by("-pk").first()
    if latest is None:
        return []
    columns = latest.columns
    hidden = {columns.get("id"), columns.get("truth"), *columns.get("groups", ())}
    names = [field["path"].removeprefix("/") for field in latest.profile.get("fields", [])]
    return [_plain(name) for name in names if "/" not in name and name not in hidden]


def _of_cases(project: Project) -> list[Field]:
    last = TestCase.objects.filter(project=project).order_by("-pk").first()
    return [_plain(name) for name in last.source] if last else []


class CaseForm(AskForm):
    """A case in its fields, and further ones as "name: value" lines. ``source()`` is what was written."""

    more = forms.CharField(
        label=gettext_lazy("Further fields"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: name, colon, value."),
    )  # fmt: skip
    invented = forms.BooleanField(
        label=gettext_lazy("What looks like a person’s data here is invented"), required=False,
        help_text=gettext_lazy("Only needed where the page asks for it."),
    )  # fmt: skip

    def __init__(self, *args: Any, case: list[Field], given: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, given = case, dict(given or {})
        for number, field in enumerate(case):
            widget = forms.Textarea(attrs={"rows": 4}) if field.long else forms.TextInput()
            self.fields[f"case_{number}"] = forms.CharField(
                label=field.words, required=False, widget=widget, initial=given.pop(field.name, "")
            )
        self.fields["more"].initial = "\n".join(f"{name}: {value}" for name, value in given.items())

    @property
    def case_fields(self) -> list[forms.BoundField]:
        return [self[f"case_{number}"] for number in range(len(self.case))]

    def clean_more(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["more"].splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip()):
                raise forms.ValidationError(_("Write each line as “name: value”. Not understood: %s") % line.strip())
            if line.strip():
                found[name.strip()] = value.strip()
        return found

    def source(self) -> dict[str, str]:
        """Field -> text, without the fields that were left empty."""
        values = ((field.name, self.cleaned_data[f"case_{number}"]) for number, field in enumerate(self.case))
        return {**{name: value for name, value in values if value}, **self.cleaned_data["more"]}

    @contextmanager
    def faults_at_first_field(self) -> Iterator[None]:
        """What is wrong with the case as a whole is shown at its first field."""
        try:
            yield
        except Invalid as refusal:
            refusal.fields = {"case_0" if name == "source" else name: text for name, text in refusal.fields.items()}
            raise
