"""Forms of contributions and decisions."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.contributions import LONGEST, groups_for
from minga.engage.models import Contribution, Decision
from minga.engage.queries import public_contributions
from minga.ledger.action import Actor
from minga.people.models import Group
from minga.projects.forms import AskForm
from minga.web.forms import HintedChoice

# People write in the language they think in, whether or not the pages exist in it. Names in the language itself.
LANGUAGES = {**dict(settings.LANGUAGES), "gn": "Avañe’ẽ", "ay": "Aymar aru", "qu": "Runa Simi", "pt": "Português"}


class Contribute(AskForm):
    text = forms.CharField(label=_("In your own words"), widget=forms.Textarea, max_length=LONGEST)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        choices=[
            (Contribution.Kind.STATEMENT, HintedChoice(_("A statement"), hint=_("What you think or know"))),
            (Contribution.Kind.OBJECTION, HintedChoice(_("An objection"), hint=_("What is wrong with this"))),
            (
                Contribution.Kind.TEST_CASE,
                HintedChoice(_("A test case"), hint=_("A case that the tool must get right")),
            ),
            (Contribution.Kind.QUESTION, HintedChoice(_("A question"), hint=_("What you want to know"))),
        ],
    )
    group = forms.ChoiceField(label=_("For whom do you speak?"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("In which language did you write?"), choices=list(LANGUAGES.items()))
    email = forms.EmailField(
        label=_("Your e-mail, if you want the answer sent to you"),
        required=False,
        help_text=_("Used for this answer only. Without it, a private link shows you the answer."),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en")[:2]
        choices = [(group, Group(group).label) for group in groups_for(actor)]
        self.fields["group"].choices = choices  # type: ignore[attr-defined]


class Moderate(AskForm):
    show = forms.ChoiceField(
        label=_("Shall everybody read it?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", HintedChoice(_("Show it"), hint=_("Also when it is rude, rare or you disagree"))),
            ("no", HintedChoice(_("Do not show it"), hint=_("Its author reads the reason and keeps the text"))),
        ],
    )
    reason = forms.ChoiceField(
        label=_("If not, why?"),
        required=False,
        widget=forms.RadioSelect,
        choices=Contribution.HiddenFor.choices,
        help_text=_("The reason is public, the text is not."),
    )
    duplicate_of = forms.ModelChoiceField(
        label=_("If it repeats another, which one?"),
        queryset=Contribution.objects.none(),
        required=False,
        empty_label="–",
    )

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["duplicate_of"]
        others = public_contributions(contribution.project).exclude(pk=contribution.pk)
        field.queryset = others  # type: ignore[attr-defined]
        field.label_from_instance = lambda other: f"{other.pk}: {other.text[:80]}"  # type: ignore[attr-defined]


class Decide(AskForm):
    outcome = forms.ChoiceField(
        label=_("What does the project do with it?"),
        widget=forms.RadioSelect,
        choices=[
            (Decision.Outcome.ADOPTED, HintedChoice(_("Adopt"), hint=_("It is done as it was said"))),
            (Decision.Outcome.ADAPTED, HintedChoice(_("Adapt"), hint=_("It is done differently; say how"))),
            (Decision.Outcome.DECLINED, HintedChoice(_("Decline"), hint=_("It is not done; say why"))),
        ],
    )
    reason = forms.CharField(label=_("Why? Everybody reads this."), widget=forms.Textarea)
    reply = forms.CharField(
        label=_("A few words to the author"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Only the author reads this. Leave it empty if the reason says it all."),
    )
