"""What people fill in about a review or a stop rule. Nothing is preselected."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minga.assess.actions import answer_review
from minga.assess.models import Metric, Review, StopRule
from minga.assess.queries import SET
from minga.design.models import Release
from minga.instruments import fields
from minga.instruments.definition import Question
from minga.instruments.evaluate import read
from minga.instruments.forms import SetForm
from minga.ledger.action import By
from minga.ledger.refusals import Blocked, Conflict, Invalid


class AnswerReview(SetForm):
    """The question set "evaluation" for one review. Questions that follow from the answers appear after sending."""

    def __init__(self, review: Review, given: Mapping[str, Any], data: Any = None) -> None:
        self.review, self.given = review, given
        super().__init__(review.project, SET, data, about=("review_answer", "new"))
        for question in self.questions():
            self.initial.update(fields.initial(question, question.id, given.get(question.id)))

    def questions(self) -> list[Question]:
        asked = self.posted if self.is_bound else read(self.definition, self.given).visible
        return [question for id, question in self.definition.questions.items() if id in asked]

    def save(self, by: By) -> bool:
        """Send the answers. False: the form says what is missing, with the questions that follow; show it again."""
        if not self.is_valid():
            for text in self.errors.pop("seen", []):
                self.add_error(None, text)
            return False
        given, proof = (
            {id: value for id, value in self._given().items() if value not in (None, "", [], {})},
            self._evidence(),
        )
        self._ask_what_follows(given)
        try:
            answer_review(by, self.review.project, self.review, given, proof)
        except (Invalid, Conflict, Blocked) as refusal:
            self._tell(refusal)
            return False
        return True

    def _ask_what_follows(self, given: Mapping[str, Any]) -> None:
        wanted = read(self.definition, given).visible
        for id in (id for id in wanted if id not in self.posted):
            self.posted[id] = 0
            self._add(self.definition.questions[id])
        data: Any = self.data
        data = data.copy()
        data["seen"] = json.dumps(self.posted)
        self.data = data


class OpenReview(forms.Form):
    release = forms.ModelChoiceField(
        label=_("Which release?"), queryset=Release.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, releases: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["release"]
        field.queryset = Release.objects.filter(pk__in=releases).select_related("version")  # type: ignore[attr-defined]


class CloseReview(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What follows from the answers?"),
        widget=forms.RadioSelect,
        choices=Review.Outcome.choices,
        help_text=_("To pause or to stop switches the release off at once."),
        error_messages={"required": _("Choose one of the four.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        widget=forms.Textarea,
        help_text=_("Everybody reads this. Say what weighed more where the groups differ."),
        error_messages={"required": _("Write the reason.")},
    )
    silence = forms.CharField(
        label=_("Why does it close with fewer than three groups?"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Leave it empty where three groups have answered. What you write is published."),
    )


class SetStopRule(forms.Form):
    release = forms.ModelChoiceField(
        label=_("For which release?"), queryset=Release.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    metric = forms.ChoiceField(label=_("What is watched?"), widget=forms.RadioSelect, choices=Metric.choices)
    bound = forms.DecimalField(
        label=_("At most how many per cent, points or days?"),
        max_digits=4,
        decimal_places=1,
        min_value=Decimal("0.1"),
        max_value=Decimal("366"),
        help_text=_("Per cent for a share, points for a gap between groups, days for an alert that waits."),
    )
    minimum = forms.IntegerField(
        label=_("Judge only from how many events on?"),
        min_value=1,
        help_text=_("Fewer events say little: with fewer the rule does nothing and says so."),
    )
    window_days = forms.IntegerField(
        label=_("Count the events of how many days?"),
        required=False,
        min_value=1,
        max_value=366,
        help_text=_("Leave it empty to count all since the release came into service; of flags, those of this month."),
    )
    step_back_to = forms.ChoiceField(
        label=_("Where does the release go when the rule is exceeded?"),
        widget=forms.RadioSelect,
        choices=[(stage.value, stage.label) for stage in StopRule.STEPS_BACK],
    )

    def __init__(self, *args: Any, releases: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["release"]
        field.queryset = Release.objects.filter(pk__in=releases).select_related("version")  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """What was filled in, as ``set_stop_rule`` takes it: shares in 0..1."""
        kept = dict(self.cleaned_data)
        if kept["metric"] != Metric.ALERT_DAYS:
            kept["bound"] /= 100
        return kept | {"window_days": kept["window_days"] or 0}
