"""The form that brings in a conversation held elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.engage.forms.contributions import LANGUAGES
from minga.projects.forms import AskForm

LARGEST = 50 << 20


class ImportConversation(AskForm):
    title = forms.CharField(label=_("What was the question?"), max_length=200)
    source = forms.CharField(
        label=_("Who held it, and under which licence is it shared?"),
        max_length=200,
        help_text=_("Everybody reads this beside the results."),
    )
    url = forms.URLField(label=_("Where was it published?"), required=False, assume_scheme="https")
    language = forms.ChoiceField(label=_("In which language are the statements?"), choices=list(LANGUAGES.items()))
    comments = forms.FileField(label=_("Statements (comments.csv)"), required=False)
    votes = forms.FileField(
        label=_("Votes (votes.csv)"),
        required=False,
        help_text=_("Also a plain CSV with the columns participant, statement, vote."),
    )
    matrix = forms.FileField(label=_("Votes by person (participants-votes.csv)"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        files = [given[name] for name in ("comments", "votes", "matrix") if given.get(name)]
        if not (given.get("votes") or given.get("matrix")):
            self.add_error("votes", _("Give the votes, in one of the two files."))
        if sum(file.size for file in files) > LARGEST:
            self.add_error("votes", _("The files are larger than 50 MB. Use the command “minga conversation import”."))
        return given
