"""Forms of the moderators of a conversation, and of an author who appeals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.statements import LONGEST_STATEMENT
from minga.engage.forms.contributions import LANGUAGES
from minga.engage.models import Contribution, Conversation, Statement, Translation
from minga.engage.queries import votable
from minga.projects.forms import AskForm
from minga.web.forms import HintedChoice


class Look(AskForm):
    """Show a statement, or propose that it is not shown."""

    show = forms.ChoiceField(
        label=_("Shall people vote on it?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("Yes, show it")),
            ("no", HintedChoice(_("No"), hint=_("A second person must agree, and the author may appeal"))),
        ],
    )
    reason = forms.ChoiceField(
        label=_("If not: why? Only these four reasons count."),
        required=False,
        widget=forms.RadioSelect,
        choices=Contribution.HiddenFor.choices,
    )
    duplicate_of = forms.ModelChoiceField(
        label=_("Which statement does it repeat?"), required=False, queryset=Statement.objects.none(), empty_label="–"
    )

    def __init__(self, *args: Any, statement: Statement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = votable(statement.conversation).exclude(pk=statement.pk)
        self.fields["duplicate_of"].queryset = others  # type: ignore[attr-defined]


class Second(AskForm):
    agree = forms.ChoiceField(
        label=_("Do you agree?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, it is not shown")), ("no", _("No, people vote on it"))],
    )


class AnswerAppeal(AskForm):
    show = forms.ChoiceField(
        label=_("What do you find?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("The author is right: people vote on it")), ("no", _("It stays as it is"))],
    )
    answer = forms.CharField(
        label=_("Why? Everybody reads this."),
        widget=forms.Textarea,
        help_text=_("Do not repeat what was personal or unlawful in it."),
    )


class Appeal(AskForm):
    text = forms.CharField(
        label=_("Why should people vote on it?"),
        widget=forms.Textarea,
        help_text=_("A person who has not decided on it yet reads this. It is not published."),
    )


class Reword(AskForm):
    texts = forms.CharField(
        label=_("The new words"),
        widget=forms.Textarea,
        help_text=_("One line: it is reworded. Several lines: it is split, one statement per line."),
    )
    reason = forms.CharField(label=_("Why? Everybody reads this."), max_length=300)

    def clean_texts(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["texts"].splitlines() if line.strip()]


class Merge(AskForm):
    statements = forms.ModelMultipleChoiceField(
        label=_("Which statements say the same?"),
        queryset=Statement.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(label=_("The one statement instead"), widget=forms.Textarea, max_length=LONGEST_STATEMENT)
    reason = forms.CharField(label=_("Why? Everybody reads this."), max_length=300)

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statements"].queryset = votable(conversation)  # type: ignore[attr-defined]


class Translate(AskForm):
    language = forms.ChoiceField(label=_("Into which language?"), choices=list(LANGUAGES.items()))
    text = forms.CharField(label=_("The translation"), widget=forms.Textarea, max_length=2 * LONGEST_STATEMENT)
    source = forms.ChoiceField(label=_("Who translated it?"), widget=forms.RadioSelect, choices=Translation.Source)
