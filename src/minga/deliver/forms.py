"""What people fill in at the desk. Nothing is preselected and nothing is suggested."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from minga.deliver.models import STAGES, Contest, Determination, Stage
from minga.design.models import Dataset, Release
from minga.web.forms import HintedChoice

CHOOSE = {"required": _("Choose one of the answers.")}
WRITE = {"required": _("Write your reason in your own words.")}
Choice = Determination.Choice


def _words(label: Any, hint: Any = "", rows: int = 5, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}), **given)


class DecideCase(forms.Form):
    """The determination. ``needed`` and ``opened`` count pieces of evidence; ``kind`` names what is asked.

    ``kind``: "shown" (the advice is seen), "withheld" (it is not), "again" (it opened after an unaided decision),
    "unsigned" (the advice is seen and has no sign: the form then takes no flag for granted).
    """

    choice = forms.ChoiceField(label=_("What do you decide?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    reason = _words(
        _("Your reason, in your own words"), _("The buyer reads this if a flag comes of it."), error_messages=WRITE
    )

    def __init__(self, *args: Any, needed: int, opened: int, kind: str = "shown", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        evidence = _evidence_hint(needed, opened, kind)
        self.fields["choice"].choices = {  # type: ignore[attr-defined]
            "shown": _shown(evidence, _("Accept: the flag is right")),
            "withheld": _withheld(evidence),
            "unsigned": _unsigned(evidence),
            "again": _shown(evidence, _("Accept: a closer look is right")),
        }[kind]
        if kind == "withheld":
            self.fields["reason"].help_text = _("Write what you saw in the source. The buyer may read this.")


def _evidence_hint(needed: int, opened: int, kind: str) -> str:
    if kind == "withheld":
        return (
            gettext("Needs the source opened; it is open.")
            if opened
            else gettext("Needs the source opened; it is not yet.")
        )
    return ngettext(
        "Needs the %(needed)d piece of evidence opened; %(opened)d is open.",
        "Needs all %(needed)d pieces of evidence opened; %(opened)d are open.",
        needed,
    ) % {"needed": needed, "opened": opened}


def _shown(evidence: str, accept: Any) -> list[tuple[str, HintedChoice]]:
    edit = _("The difference is kept.") if not evidence else f"{evidence} {gettext('The difference is kept.')}"
    return [
        (Choice.ACCEPT.value, HintedChoice(accept, hint=evidence)),
        (Choice.EDIT.value, HintedChoice(_("Edit: right for another reason"), hint=edit)),
        (
            Choice.REJECT.value,
            HintedChoice(_("Reject: there is a good reason"), hint=_("The flag is closed as explained.")),
        ),
        (Choice.CANNOT_TELL.value, HintedChoice(_("I cannot tell"), hint=_("Goes to a second reader."))),
    ]


def _unsigned(evidence: str) -> list[tuple[str, HintedChoice]]:
    return [
        (Choice.ACCEPT.value, HintedChoice(_("There is a problem"), hint=evidence)),
        (Choice.REJECT.value, HintedChoice(_("Nothing to see"), hint=_("The case is closed."))),
        (Choice.CANNOT_TELL.value, HintedChoice(_("I cannot tell"), hint=_("Goes to a second reader."))),
    ]


def _withheld(evidence: str) -> list[tuple[str, HintedChoice]]:
    return [
        (Choice.ACCEPT.value, HintedChoice(_("A closer look is needed"), hint=evidence)),
        (Choice.REJECT.value, HintedChoice(_("Nothing here needs a closer look"), hint=_("The case is closed."))),
        (Choice.CANNOT_TELL.value, HintedChoice(_("I cannot tell"), hint=_("Goes to a second reader."))),
    ]


class MoveStage(forms.Form):
    """The next stage, or any earlier one."""

    stage = forms.ChoiceField(label=_("To which stage?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    reason = _words(_("Why?"), _("This is public."), rows=3, error_messages=WRITE)

    def __init__(self, *args: Any, here: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = STAGES.index(here)
        earlier = [(stage.value, HintedChoice(stage.label, hint=_("a step back"))) for stage in STAGES[:place]]
        ahead = [
            (stage.value, HintedChoice(stage.label, hint=_("the next stage")))
            for stage in STAGES[place + 1 : place + 2]
        ]
        self.fields["stage"].choices = [*ahead, *reversed(earlier)]  # type: ignore[attr-defined]


class Stop(forms.Form):
    reason = _words(_("Why does it stop?"), _("This is public."), rows=3, error_messages=WRITE)


class DrawCases(forms.Form):
    """Which release reads which dataset."""

    release = forms.ModelChoiceField(Release.objects.none(), label=_("Release"), empty_label=None)
    dataset = forms.ModelChoiceField(Dataset.objects.none(), label=_("Which data does it read?"), empty_label=None)

    def __init__(self, *args: Any, project: Any, releases: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = Release.objects.filter(pk__in=releases)  # type: ignore[attr-defined]
        ready = Dataset.objects.filter(project=project, state=Dataset.State.READY)
        self.fields["dataset"].queryset = ready  # type: ignore[attr-defined]


class Reply(forms.Form):
    """The party's own words."""

    text = _words(_("Your reply"), _("It stands beside the flag, word for word, once a moderator has read it."), rows=8)
    contest = forms.BooleanField(label=_("I also contest the flag: another person must look again"), required=False)


class ContestFlag(forms.Form):
    text = _words(
        _("What is wrong, and how do you know?"),
        _("Leave out what is private: your words are public once a moderator has read them."),
        rows=8,
    )
    email = forms.EmailField(
        label=_("Your e-mail"), required=False, help_text=_("Only to send you the answer. It is never shown.")
    )


class FindFlag(forms.Form):
    code = forms.CharField(label=_("Code of the flag"), help_text=_("It looks like F-0001."), max_length=12)

    def clean_code(self) -> str:
        digits = "".join(sign for sign in self.cleaned_data["code"] if sign.isdecimal())
        if not digits:
            raise forms.ValidationError(
                gettext("Write the code as it stands on the page or in your letter, like F-0001.")
            )
        return f"F-{int(digits):04d}"


class Answer(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What do you decide?"), widget=forms.RadioSelect, choices=Contest.Outcome.choices, error_messages=CHOOSE
    )
    answer = _words(
        _("Your answer"), _("Whoever contested it reads this, and it is public."), rows=8, error_messages=WRITE
    )


class Moderate(forms.Form):
    """Show it, or keep it back with a reason."""

    show = forms.ChoiceField(
        label=_("Can this be shown?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, word for word")), ("no", _("No"))],
        error_messages=CHOOSE,
    )
    reason = _words(_("If not, why?"), _("The author reads this."), rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("show") == "no" and not given.get("reason", "").strip():
            self.add_error("reason", gettext("Write why it is not shown."))
        return given
