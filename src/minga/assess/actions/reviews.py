"""Reviews are opened, answered and closed."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.assess import queries
from minga.assess.actions.common import own
from minga.assess.models import Review, ReviewAnswer
from minga.assess.prefill import prefill
from minga.deliver import queries as deliver
from minga.deliver.actions import stop
from minga.deliver.models import Stage, StageChange
from minga.design.models import Release
from minga.instruments import library
from minga.instruments.evaluate import problems, read
from minga.ledger.action import SYSTEM, Act, By, action, may
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.people.models import Group

TIME_TO_ANSWER = timedelta(days=36)


@action("review.opened", level="group")
def open_review(act: Act, release: Release) -> Review:
    """Ask every group whether a release earns its place. The answers are due in 36 days."""
    own(act, release)
    if not StageChange.objects.filter(release=release).exists():
        raise Blocked(_("This release was never in use, so there is nothing to review."))
    if Review.objects.filter(release=release, state=Review.State.OPEN).exists():
        raise Conflict(_("A review of this release is open already."), do=_("Answer that one."))
    review = Review.objects.create(
        project=act.place,
        release=release,
        opened=act.now,
        due=act.now + TIME_TO_ANSWER,
        prefill=prefill(release, act.now),
    )
    act.because(release)
    act.note(due=review.due.date().isoformat())
    return review


@action("review.answered")
def answer_review(
    act: Act, review: Review, answers: Mapping[str, Any], evidence: Mapping[str, tuple[str, str]] | None = None
) -> ReviewAnswer:
    """Answer the question set "evaluation" for the actor's group; answering again replaces the earlier answer.

    ``evidence``: question id -> (where it is known from, address). Invalid names every question that is missing
    or wrong. The ledger holds a commitment, not the answers.
    """
    person = act.person_id
    review = _open(act, review)
    definition = library.load(queries.SET)
    language = get_language() or "en"
    wrong = problems(definition, answers, complete=True)
    if wrong:
        fields = {problem.question: problem.text(language) for problem in reversed(wrong)}
        raise Invalid(
            _("The answers are not complete, so none was saved."),
            do=_("Answer what is marked and send them again."),
            fields=fields,
        )
    kept = read(definition, answers).answers
    answer = ReviewAnswer.objects.create(
        review=review,
        group=act.actor.group,
        person_id=person,
        set_version=definition.version,
        answers=kept,
        evidence={id: list(pair) for id, pair in (evidence or {}).items() if id in kept and any(pair)},
        verdict=kept["verdict"],
        given=act.now,
    )
    act.because(review)
    act.note(set=definition.id, version=definition.version)
    act.commit_to("answers", json.dumps(kept, sort_keys=True))
    return answer


def _open(act: Act, review: Review) -> Review:
    found = Review.objects.select_for_update().filter(pk=review.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This review belongs to another project."), do=_("Open it from its own project."))
    if found.state != Review.State.OPEN:
        raise Conflict(_("This review is closed."), do=_("Read its outcome, and answer the next one."))
    return found


@action("review.closed", level="collective")
def close_review(act: Act, review: Review, outcome: str, reason: str, silence: str = "") -> Review:
    """Say in public what follows from the answers. Fewer than three groups: Blocked, or ``silence`` says why.

    "pause" and "stop" switch the release off in the same transaction.
    """
    review = _open(act, review)
    required(outcome=outcome, reason=reason)
    if outcome not in Review.Outcome.values:
        raise Invalid(_("There is no such outcome."), fields={"outcome": _("Choose one of the four.")})
    groups = queries.groups_answered(review)
    if len(groups) < queries.GROUPS_NEEDED and not silence.strip():
        raise Blocked(
            _("This review cannot be closed yet."),
            reasons=_why_not(groups),
            do=_("Ask the groups that are silent, or publish why the review closes without them."),
        )
    review.state, review.closed, review.closed_by_id = Review.State.CLOSED, act.now, act.person_id
    review.outcome, review.reason, review.silence = outcome, reason.strip(), silence.strip()
    review.save()
    act.because(*queries.latest_answers(review), review)
    act.note(outcome=outcome, groups=groups, closed_without=bool(review.silence))
    if outcome in Review.ENDS and deliver.stage_of(review.release) != Stage.OFF:
        words = _("Outcome of the review: %(reason)s") % {"reason": review.reason}
        stop(_carried_out(act, "stage.stopped"), act.place, review.release, words)
    return review


def _why_not(groups: list[str]) -> list[str]:
    silent = [str(label) for value, label in Group.choices if value not in groups]
    count = ngettext(
        "%(count)s group has answered; %(needed)s are needed.",
        "%(count)s groups have answered; %(needed)s are needed.",
        len(groups),
    ) % {"count": len(groups), "needed": queries.GROUPS_NEEDED}
    return [count, _("Silent so far: %(groups)s.") % {"groups": ", ".join(silent)}]


def _carried_out(act: Act, name: str) -> By:
    """The closing person's own request where their role includes ``name``, else the system's on their behalf."""
    follow = act.by.also(name)
    return follow if may(act.actor, act.place, name) else replace(follow, actor=SYSTEM)
