"""Which ledger entries shape a tool, which only administer a project, and which nobody in public has seen."""

import json
from collections.abc import Iterable

# Words, votes, terms, criteria and judgements; not the cases decided with the tool, nor its moderation or its stop.
SHAPING = frozenset(
    {
        "need.stated",
        "why.answered",
        "option.compared",
        "partnership.agreed",
        "contribution.submitted",
        "ballot.cast",
        "position.given",
        "criterion.proposed",
        "session.recorded",
        "recommendation.made",
        "review.answered",
        "instrument.answered",
        "test_case.proposed",
        "trial.judged",
    }
)
# Running a project, watching it and reading files is not taking part in it; what anybody may send proves nothing
# before a moderator has read it.
ADMINISTERING = frozenset(
    {
        "project.opened",
        "role.granted",
        "role.ended",
        "overseer.appointed",
        "absence.explained",
        "body_seat.given",
        "body_seat.ended",
        "task.made",
        "tasks.derived",
        "task.assigned",
        "task.taken",
        "task.done",
        "task.dropped",
        "contribution.moderated",
        "rejection.proposed",
        "rejection.seconded",
        "rejection.appealed",
        "appeal.answered",
        "conversation.extended",
        "conversation.closed",
        "invitations.made",
        "translation.added",
        "statement.derived",
        "commitment.linked",
        "commitment.unlinked",
        "panellist.replaced",
        "pool.closed",
        "pool.imported",
        "panel.drawn",
        "votes.tallied",
        "contest.moderated",
        "reply.moderated",
        "contest.submitted",
        "party.replied",
        "party.told",
        "case.claimed",
        "case.returned",
        "evidence.opened",
        "stage.stopped",
        "tool.withdrawn",
        "tool.restored",
        "trial.opened",
        "trial.tried",
        "trial.answered",
        "trial.ended",
        "service.opened",
        "service.changed",
        "service.closed",
        "case.received",
        "cases.imported",
        "cases.advised",
        "case.looked",
        "consent.withdrawn",
        "contact.erased",
        "route.counted",
        "rehearsal.made",
        "second.read",
        "second.asked",
        "risk.assessed",
        "stop.drilled",
        "notice.made",
        "notice.sent",
        "determination.appealed",
        "alert.acknowledged",
        "alert_bound.set",
        "incident.reported",
        "incident.triaged",
        "incident.closed",
        "demand.made",
        "demand.answered",
        "pack.taken",
        "experience.given",
        "dataset.synthesised",
    }
)
SUBMITTED = "contribution.submitted"
# What says whether a contribution is shown; those about something else name the contribution in their payload.
MODERATED = ("contribution.moderated", "rejection.seconded", "appeal.answered")


def unseen(told: Iterable[tuple[str, str, str]]) -> set[str]:
    """Ids of the contributions that are held or hidden, from (action, subject id, payload) in the ledger's order."""
    shown: dict[str, bool] = {}
    for action, subject, payload in told:
        if action == SUBMITTED:
            shown[subject] = json.loads(payload).get("status") != "held"
        elif action in MODERATED:
            told_of = json.loads(payload)
            shown[told_of.get("contribution", subject)] = bool(told_of["shown"])
    return {subject for subject, public in shown.items() if not public}
