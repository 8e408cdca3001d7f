"""The form of a tool from outside: how it is reached, what it may see, how open it is and what it costs."""

import shlex
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.design.forms import NONE, NUMBER, RegisterVersion, prices_of
from minga.projects.models import Project
from minga.tools.providers.spec import NETWORK_KINDS
from minga.web.forms import HintedChoice

KIND_CHOICES = [
    ("command", HintedChoice(_("A program"), hint=_("It runs in the sandbox here: no network, no secrets."))),
    ("gguf", HintedChoice(_("A language model in a file (GGUF)"), hint=_("It runs in the sandbox here."))),
    ("http", HintedChoice(_("A service"), hint=_("Cases leave the house: only what you list below is sent."))),
    ("openai", HintedChoice(_("A language model behind a service"), hint=_("Cases leave the house, as above."))),
]
LEVELS = [
    ("open", _("open to everybody")),
    ("restricted", _("open on conditions")),
    ("closed", _("closed")),
    ("none", _("there is no such part")),
]
PARTS = {
    "weights": _("Its weights: what it has learned"),
    "code": _("Its code"),
    "data": _("The data it was made from"),
    "documentation": _("Its documentation"),
}
TEXT = forms.Textarea(attrs={"rows": 4})


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", ",").split(",") if word.strip()]


class RegisterOutside(RegisterVersion):
    """Everything of a version, and the description that ``minga.tools.providers.Spec`` is made of."""

    kind = forms.ChoiceField(label=_("How is the tool reached?"), widget=forms.RadioSelect, choices=KIND_CHOICES)
    program = forms.FileField(
        label=_("The program’s folder, as zip or tar"), required=False,
        help_text=_("Or the GGUF file. What its provider.toml says need not be said again below."),
    )  # fmt: skip
    command = forms.CharField(
        label=_("How is the program started?"), required=False, max_length=400,
        help_text=_("Its folder is seen as /program, such as: python3 -I /program/tool.py"),
    )  # fmt: skip
    address = forms.CharField(
        label=_("The address of the service"), required=False, max_length=400,
        help_text=_("The operator must have named its host in MINGA_TOOL_HOSTS."),
    )  # fmt: skip
    model = forms.CharField(label=_("The name of the model at the service"), required=False, max_length=120)
    template = forms.CharField(
        label=_("The question to the language model"), required=False, widget=TEXT,
        help_text=_("Names of fields as ${title}. The rules for the answer are added."),
    )  # fmt: skip
    fields_seen = forms.CharField(
        label=_("Which fields of a case may it see?"), required=False, max_length=600,
        help_text=_("With commas between them: title, text. A service is sent nothing else."),
    )  # fmt: skip
    labels = forms.CharField(
        label=_("Which answers may it give?"), required=False, widget=TEXT,
        help_text=_("With commas between them. Left empty, any answer is taken."),
    )  # fmt: skip
    licence = forms.CharField(label=_("Its licence"), required=False, max_length=100, help_text=_("Such as EUPL-1.2"))
    per_1000_tokens_in = forms.DecimalField(
        label=_("Price of 1,000 tokens sent"), required=False, min_value=0, widget=NUMBER
    )
    per_1000_tokens_out = forms.DecimalField(
        label=_("Price of 1,000 tokens received"), required=False, min_value=0, widget=NUMBER
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        self.fields["tool"] = forms.CharField(
            label=_("What is the tool called?"), max_length=60, help_text=_("Small letters, digits and hyphens.")
        )
        self.fields["settings"].help_text = _("Given to the tool as it stands. May be left empty.")
        self.fields["chosen_on"].initial = NONE
        for name, label in PARTS.items():
            self.fields[f"open_{name}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", _("not said")), *LEVELS]
            )

    @property
    def openness_fields(self) -> list[forms.BoundField]:
        return [self[f"open_{name}"] for name in PARTS]

    def clean(self) -> dict[str, Any]:
        """What ``register_version`` takes: the description goes into ``spec``."""
        given = super().clean() or {}
        try:
            command = shlex.split(given.get("command", ""))
        except ValueError:
            command = []
            self.add_error("command", _("A quotation mark is opened and not closed."))
        if given.get("kind") in NETWORK_KINDS and not given.get("address"):
            self.add_error("address", _("Give the address of the service."))
        settings = {
            "command": command, "url": given.get("address"), "model": given.get("model"),
            "template": given.get("template"),
        }  # fmt: skip
        wanted = _SETTINGS.get(given.get("kind", ""), ())
        given["spec"] = {
            "kind": given.get("kind", ""),
            "licence": given.get("licence", ""),
            "fields": _words(given.get("fields_seen", "")),
            "labels": _words(given.get("labels", "")),
            "settings": {name: value for name, value in settings.items() if value and name in wanted},
            "openness": self._openness(given),
            "prices": prices_of(given),
        }
        return given

    def _openness(self, given: Mapping[str, Any]) -> dict[str, str]:
        """All four levels, or {} where none is said: then the program's own description may say them."""
        levels = {name: given.get(f"open_{name}", "") for name in PARTS}
        if not any(levels.values()):
            return {}
        for name, level in levels.items():
            if not level:
                self.add_error(f"open_{name}", _("Choose one."))
        return levels


_SETTINGS = {
    "command": ("command",),
    "gguf": ("template",),
    "http": ("url",),
    "openai": ("url", "model", "template"),
}
