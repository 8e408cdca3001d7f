"""Forms of panels drawn by lot. Quotas are typed one per line, so that they work without script."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minga.engage.actions.contributions import LONGEST
from minga.engage.actions.panels import LARGEST
from minga.engage.forms.contributions import LANGUAGES
from minga.engage.models import Panel, Panellist, PolicyArea
from minga.engage.queries.panels import on_panel
from minga.projects.forms import AskForm
from minga.web.forms import DateField, HintedChoice

QUOTA_HINT = _("One per line: feature | value | lowest | highest. “Age | 16 to 34 | 5 | 7”.")
SEED_HINT = _("A public number that nobody can know before: “First draw of the national lottery of that day”.")


def read_quotas(text: str) -> dict[str, dict[str, list[int]]]:
    """Quotas from their lines; a ValidationError names the line that cannot be read."""
    found: dict[str, dict[str, list[int]]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        parts = [part.strip() for part in line.split("|")]
        if not line.strip():
            continue
        counts = parts[2:]
        if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in counts):
            words = _now("Line %(number)s is not like “Age | 16 to 34 | 5 | 7”.")
            raise forms.ValidationError(words % {"number": number})
        if parts[1] in found.setdefault(parts[0], {}):
            raise forms.ValidationError(_now("Line %(number)s repeats a value.") % {"number": number})
        found[parts[0]][parts[1]] = [int(part) for part in counts]
    return found


def written_quotas(panel: Panel) -> str:
    """Quotas as the lines that ``read_quotas`` reads."""
    rows = ((f, v, low, high) for f, values in panel.quotas.items() for v, (low, high) in values.items())
    return "\n".join(f"{feature} | {value} | {low} | {high}" for feature, value, low, high in rows)


class AnnouncePanel(AskForm):
    title = forms.CharField(label=_("What is the panel called?"), max_length=200)
    task = forms.CharField(
        label=_("What is its task, and what happens with what it recommends?"), widget=forms.Textarea
    )
    policy_area = forms.ChoiceField(label=_("Which policy area is it about?"), choices=[("", "–"), *PolicyArea.choices])
    size = forms.IntegerField(label=_("How many seats?"), min_value=2, max_value=LARGEST)
    quotas = forms.CharField(label=_("Quotas"), widget=forms.Textarea, help_text=QUOTA_HINT)
    seed_source = forms.CharField(
        label=_("Which public number will the lot be drawn with?"), max_length=200, help_text=SEED_HINT
    )
    seed_on = DateField(
        label=_("On which day is it published?"), help_text=_("The pool must be closed before that day.")
    )

    def clean_quotas(self) -> dict[str, dict[str, list[int]]]:
        return read_quotas(self.cleaned_data["quotas"])


class JoinPool(AskForm):
    """One question per feature, and an address for the invitation."""

    email = forms.EmailField(
        label=_("Your e-mail, if you want the invitation sent to you"),
        required=False,
        help_text=_("Kept apart from your answers and erased when you leave. Without it, look at your private page."),
    )

    def __init__(self, *args: Any, panel: Panel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panel = panel
        for place, (feature, values) in enumerate(panel.quotas.items()):
            field = forms.ChoiceField(label=feature, widget=forms.RadioSelect, choices=[(v, v) for v in values])
            field.error_messages["required"] = _("Choose one.")
            self.fields[f"feature_{place}"] = field

    def questions(self) -> list[Any]:
        return [self[f"feature_{place}"] for place in range(len(self.panel.quotas))]

    def features(self) -> dict[str, str]:
        return {feature: self.cleaned_data[f"feature_{place}"] for place, feature in enumerate(self.panel.quotas)}


class ImportPool(AskForm):
    file = forms.FileField(label=_("A CSV file"))


class ClosePool(AskForm):
    seed_source = forms.CharField(label=_("The public number that the lot will be drawn with"), max_length=200)
    seed_on = DateField(label=_("The day on which it is published"))
    quotas = forms.CharField(
        label=_("Quotas"),
        widget=forms.Textarea,
        help_text=_("As announced. Change them only where the pool cannot meet them; everybody can see the change."),
    )

    def clean_quotas(self) -> dict[str, dict[str, list[int]]]:
        return read_quotas(self.cleaned_data["quotas"])


class DrawPanel(AskForm):
    seed = forms.CharField(
        label=_("The number, exactly as it was published"),
        max_length=80,
        help_text=_("Anybody who types the same here gets the same panel."),
    )


class AnswerInvitation(AskForm):
    answer = forms.ChoiceField(
        label=_("Do you take part?"),
        widget=forms.RadioSelect,
        choices=[
            ("accept", HintedChoice(_("Yes, I take part"))),
            ("decline", HintedChoice(_("No"), hint=_("Somebody else is drawn. You need to give no reason."))),
        ],
    )


class HoldMeeting(AskForm):
    held_on = DateField(label=_("On which day did the panel meet?"))
    topic = forms.CharField(label=_("What about?"), max_length=200)
    present = forms.ModelMultipleChoiceField(
        label=_("Who was there?"),
        queryset=Panellist.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("By their numbers in the pool. Public is only how many."),
    )

    def __init__(self, *args: Any, panel: Panel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["present"]
        field.queryset = on_panel(panel)  # type: ignore[attr-defined]
        field.label_from_instance = seat_name  # type: ignore[attr-defined]


def seat_name(one: Panellist) -> str:
    """How the project's people know a panellist: the number, and the body's own letter number where it has one."""
    number = _now("Number %(number)s") % {"number": one.number}
    return f"{number} · {one.reference}" if one.reference else number


class Recommend(AskForm):
    text = forms.CharField(label=_("What does the panel recommend?"), widget=forms.Textarea, max_length=LONGEST)
    in_favour = forms.IntegerField(label=_("Votes for"), min_value=0, initial=0)
    against = forms.IntegerField(label=_("Votes against"), min_value=0, initial=0)
    abstained = forms.IntegerField(label=_("Abstentions"), min_value=0, initial=0)
    dissent = forms.CharField(
        label=_("What those against say"),
        required=False,
        widget=forms.Textarea,
        help_text=_("In their words, without names. It is published with the recommendation."),
    )
    language = forms.ChoiceField(label=_("In which language is it written?"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en")[:2]
