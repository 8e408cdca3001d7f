"""Every verb of this room: reviews are opened, answered and closed; stop rules are set and fire."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.assess import queries
from minga.assess.models import Firing, Metric, Review, ReviewAnswer, StopRule, as_json
from minga.assess.prefill import prefill
from minga.assess.stoprules import standing
from minga.deliver import queries as deliver
from minga.deliver.actions import change_stage, stop
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
    _own(act, release)
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


def _own(act: Act, thing: Any) -> None:
    if thing.project_id != act.place.pk:
        raise Invalid(_("This belongs to another project."), do=_("Open it from its own project."))


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


@action("stoprule.set")
def set_stop_rule(act: Act, release: Release, metric: str, bound: object, minimum: int, step_back_to: str) -> StopRule:
    """Agree that a release steps back by itself. ``bound`` is a share in 0..1; it takes the old rule's place."""
    _own(act, release)
    rule = StopRule(
        project=act.place,
        release=release,
        metric=_one_of("metric", metric, Metric.values),
        bound=_share(bound),
        minimum=minimum,
        step_back_to=_one_of("step_back_to", step_back_to, [s.value for s in StopRule.STEPS_BACK]),
        since=act.now,
    )
    if minimum < 1:
        raise Invalid(
            _("The rule was not set."),
            fields={"minimum": _("At least one event, better thirty: few events say little.")},
        )
    old = StopRule.objects.filter(release=release, metric=metric, active=True)
    act.because(release, *old)
    old.update(active=False)
    rule.save()
    act.note(metric=metric, bound=str(rule.bound), minimum=minimum, step_back_to=step_back_to)
    return rule


def _one_of(name: str, given: str, known: list[str]) -> str:
    if given not in known:
        raise Invalid(_("The rule was not set."), fields={name: _("Choose one from the list.")})
    return given


def _share(given: object) -> Decimal:
    try:
        bound = Decimal(str(given))
    except InvalidOperation:
        bound = Decimal(-1)
    if not 0 < bound < 1:
        raise Invalid(_("The rule was not set."), fields={"bound": _("Give a share between 0 and 100 per cent.")})
    return round(bound, 4)


@action("stoprule.fired")
def fire_stop_rule(act: Act, rule: StopRule) -> Firing:
    """Move the release back as the rule says; Conflict where the rule is not exceeded (any more)."""
    rule = StopRule.objects.select_for_update().select_related("release__version").get(pk=rule.pk, project=act.place)
    found = standing(rule, act.now)
    if not rule.active or found.state != "beyond":
        raise Conflict(_("The rule has not been exceeded, so nothing was changed."), cause=found.sentence)
    before = deliver.stage_of(rule.release)
    reason = _("Stop rule: %(what)s") % {"what": found.sentence}
    follow = act.by.also("stage")
    if rule.step_back_to == Stage.OFF:
        stop(follow, act.place, rule.release, reason)
    else:
        change_stage(follow, act.place, rule.release, rule.step_back_to, reason)
    act.because(rule, rule.release)
    act.note(metric=rule.metric, count=found.figure.count, of=found.figure.of, bound=str(rule.bound))
    act.note(before=before.value, after=rule.step_back_to)
    return Firing.objects.create(
        project=act.place,
        rule=rule,
        at=act.now,
        figure=as_json(found.figure),
        before=before,
        after=rule.step_back_to,
    )
