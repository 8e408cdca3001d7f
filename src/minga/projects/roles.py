"""Who may do what: one table. A row is an action, its cells the roles that may do it."""

from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from minga.ledger.action import Actor


class Role(models.TextChoices):
    LEAD = "lead", _("Lead")
    DIGITAL = "digital_team", _("Digital team")
    FRONTLINE = "frontline", _("Frontline administrator")
    BUSINESS = "business_user", _("Business user")
    PROVIDER = "provider", _("Technology provider")
    RESIDENT = "resident", _("Resident")
    FACILITATOR = "facilitator", _("Facilitator")
    MODERATOR = "moderator", _("Moderator")
    APPROVER = "approver", _("Approver")
    OVERSEER = "overseer", _("Overseer")
    RESEARCHER = "researcher", _("Researcher")


class BodyRole(models.TextChoices):
    """Offices of the body itself, given by those who act for it."""

    CHIEF = "chief_ai_officer", _("Chief AI officer")
    BOARD = "ai_board", _("Member of the AI board")
    STAFF = "staff", _("Staff of the body")


# Not granted: what a person is by being here at all.
VISITOR, SIGNED_IN, APPOINTER, SYSTEM = "visitor", "signed_in", "appointer", "system"
# Overseers watch: they are appointed by the body and never by the project that they watch.
GRANTED_BY_LEAD = tuple(role for role in Role.values if role != Role.OVERSEER)

L, D, F, B, P, R = Role.LEAD, Role.DIGITAL, Role.FRONTLINE, Role.BUSINESS, Role.PROVIDER, Role.RESIDENT
FA, M, A, O = Role.FACILITATOR, Role.MODERATOR, Role.APPROVER, Role.OVERSEER  # noqa: E741
CHIEF, BOARD, STAFF = BodyRole.CHIEF, BodyRole.BOARD, BodyRole.STAFF
OF_BODY = ("appointer", CHIEF, BOARD, STAFF)
PARTICIPANTS = (L, D, F, B, P, R, FA)

TABLE: dict[str, tuple[str, ...]] = {
    # the body
    "inventory.imported": (APPOINTER,),
    "charter.adopted": (APPOINTER,),
    "overseer.appointed": (APPOINTER,),
    "body_seat.given": (APPOINTER,),
    "body_seat.ended": (APPOINTER,),
    "person.erased": (APPOINTER,),
    "checkpoint.signed": (APPOINTER, O),
    # projects
    "project.opened": (SIGNED_IN,),
    "project.classified": (*PARTICIPANTS, A),
    "role.granted": (L,),
    "role.ended": (L,),
    "rule.agreed": (L,),
    "position.given": (L, D, F, B, P, R, FA, A),
    "gate.decided": (L, A),
    "absence.explained": (L,),
    "project.ended_without_ai": (L,),
    "instrument.answered": (*PARTICIPANTS, *OF_BODY, SYSTEM),
    # instruments
    "instrument.added": (APPOINTER, CHIEF, STAFF),
    "instrument.chosen": (L, D, A, FA, APPOINTER, CHIEF, STAFF),
    "instrument.dropped": (L, D, A, FA, APPOINTER, CHIEF, STAFF),
    "answers.migrated": (L, D, A, FA, APPOINTER, CHIEF, STAFF),
    "question.shared": (*PARTICIPANTS, *OF_BODY),
    "share.ended": (*PARTICIPANTS, *OF_BODY),
    "answer.commented": (*PARTICIPANTS, A, O, *OF_BODY),
    "comment.settled": (*PARTICIPANTS, A, O, *OF_BODY),
    "task.made": (L, D, F, FA, *OF_BODY),
    "tasks.derived": (*PARTICIPANTS, A, *OF_BODY),
    "task.assigned": (L, FA, APPOINTER, CHIEF),
    "task.taken": (SIGNED_IN,),
    "task.given_back": (SIGNED_IN,),
    "task.done": (SIGNED_IN,),
    "task.credited": (SIGNED_IN,),
    "task.dropped": (L, FA, APPOINTER, CHIEF),
    # learning
    "course.added": (APPOINTER, CHIEF, STAFF),
    "understanding.given": (VISITOR,),
    "understanding.counted": (SYSTEM,),
    "course.passed": (SIGNED_IN,),
    "course.failed": (SIGNED_IN,),
    "certificate.named": (SIGNED_IN,),
    "refresher.reminded": (SYSTEM,),
    "expert.entered": (SIGNED_IN,),
    "expert.ended": (SIGNED_IN,),
    "help.asked": (L, D, FA),
    "help.accepted": (SIGNED_IN,),
    "help.declined": (SIGNED_IN,),
    "help.given": (SIGNED_IN,),
    "help.closed": (L, D, FA),
    "skill.needed": PARTICIPANTS,
    "skill_need.ended": PARTICIPANTS,
    "transfer.agreed": PARTICIPANTS,
    "transfer.checked": PARTICIPANTS,
    "champion.named": (APPOINTER, CHIEF),
    "champion.ended": (APPOINTER, CHIEF),
    "event.announced": (SIGNED_IN,),
    "event.joined": (SIGNED_IN,),
    "event.team_formed": (SIGNED_IN,),
    "event.held": (SIGNED_IN,),
    "event.output_recorded": (SIGNED_IN,),
    "course.required": (L, APPOINTER, CHIEF),
    "course_requirement.ended": (L, APPOINTER, CHIEF),
    # commission
    "need.stated": (L, F, R, B),
    "why.answered": PARTICIPANTS,
    "priors.searched": PARTICIPANTS,
    "option.compared": PARTICIPANTS,
    "stakeholder.listed": (L, FA, D, F),
    "stakeholder.assessed": (L, FA, D, F),
    "beneficiary.estimated": (L, FA, D, F),
    "partnership.proposed": (L,),
    "partnership.agreed": (L, D, F, B, P, R, A),
    "partnership.started": (L,),
    # engage
    "contribution.submitted": (VISITOR,),
    "contribution.moderated": (M,),
    "contribution.decided": (L, FA),
    "ballot.opened": (L, FA),
    "ballot.cast": PARTICIPANTS,
    "ballot.cast_with_seat": (VISITOR,),
    "ballot.closed": (L, FA, SYSTEM),
    "conversation.opened": (L, FA),
    "conversation.imported": (L, FA),
    "conversation.closed": (L, FA, SYSTEM),
    "conversation.extended": (L, FA),
    "statement.seeded": (L, FA),
    "rejection.proposed": (M,),
    "rejection.seconded": (M, FA, A),
    "rejection.appealed": (VISITOR,),
    "appeal.answered": (M, FA, A),
    "statement.derived": (M, FA),
    "translation.added": (M, FA, D),
    "participant.joined": (VISITOR,),
    "participant.described": (VISITOR,),
    "vote.cast": (VISITOR,),
    "invitations.made": (L, FA),
    "room.recorded": (FA, L),
    "votes.tallied": (SYSTEM,),
    "session.planned": (L, FA),
    "session.invited": (L, FA),
    "session.held": (L, FA),
    "session.recorded": (L, FA),
    "session.reported": (L, FA),
    "panel.announced": (L, FA),
    "panel.joined": (VISITOR,),
    "pool.imported": (L, FA),
    "pool.closed": (L, FA),
    "panel.drawn": (L, FA),
    "panellist.answered": (VISITOR,),
    "panellist.replaced": (L, FA),
    "meeting.held": (L, FA),
    "recommendation.made": (L, FA),
    "reference.given": (L, FA),
    # design
    "dataset.received": (L, D),
    "dataset.imported": (L, D, SYSTEM),
    "dataset.refused": (SYSTEM,),
    "dataset.split": (L, D),
    "dataset.assessed": (L, D, F),
    "criterion.proposed": PARTICIPANTS,
    "criterion.approved": (L, A),
    "criterion.retired": (A,),
    "criterion.made": (L, A),
    "criterion.declined": (L, A),
    "commitment.linked": (L, FA),
    "commitment.unlinked": (L, FA),
    "version.registered": (D, P),
    "version.prepared": (SYSTEM,),
    "check.requested": (L, D, P, O, F, SYSTEM),
    "check.finished": (SYSTEM,),
    "exception.signed": (L, O),
    "release.created": (L, A),
    "tool.withdrawn": (APPOINTER, L, O),
    "tool.restored": (APPOINTER, L, O),
    "comparison.made": (L, D, B),
    "test_case.proposed": (*PARTICIPANTS, A),
    "test_case.agreed": (L, A),
    "test_case.retired": (L, A),
    "suite.frozen": (SYSTEM, L, D),
    "dataset.synthesised": (L, D, F),
    "trial.opened": (L, D, F),
    "trial.tried": (L, D, F),
    "trial.answered": (SYSTEM,),
    "trial.judged": (L, D, F),
    "trial.ended": (L, D, F, SYSTEM),
    # deliver
    "stage.changed": (L, SYSTEM),
    "stage.stopped": (L, O, SYSTEM),
    "cases.drawn": (SYSTEM, L, D),
    "case.claimed": (F,),
    "case.returned": (F, L),
    "evidence.opened": (F,),
    "determination.recorded": (F,),
    "determination.revised": (F,),
    "party.told": (F, L),
    "party.replied": (VISITOR,),
    "reply.moderated": (M,),
    "flag.published": (SYSTEM,),
    "contest.submitted": (VISITOR,),
    "contest.moderated": (M,),
    "contest.answered": (F, A),
    "service.opened": (L, D),
    "service.changed": (L,),
    "service.closed": (L,),
    "case.received": (VISITOR, SYSTEM),
    "cases.imported": (L, D, F),
    "cases.advised": (SYSTEM,),
    "case.looked": (F, L, O, A, SYSTEM),
    "consent.withdrawn": (VISITOR,),
    "contact.erased": (VISITOR, L),
    "accesses.noted": (SYSTEM,),
    "case.handed_over": (SYSTEM,),
    "route.counted": (F, L),
    "second.asked": (SYSTEM, F),
    "second.read": (F,),
    "rehearsal.made": (L, D),
    "risk.assessed": (L, D, O),
    "stop.drilled": (L, O),
    "notice.made": (SYSTEM, F, L, VISITOR),
    "notice.sent": (SYSTEM, F, L),
    "determination.appealed": (VISITOR, F, L),
    "appeal.decided": (F, A),
    "determination.changed": (F, A),
    # assess
    "review.opened": (SYSTEM, L, O),
    "review.answered": (L, D, F, B, P, R, O),
    "review.closed": (L, A),
    "stoprule.set": (L,),
    "stoprule.fired": (SYSTEM,),
    "watch.measured": (SYSTEM, L, O),
    "alert.raised": (SYSTEM,),
    "alert.acknowledged": (L, D),
    "alert_bound.set": (L,),
    "incident.reported": (VISITOR,),
    "incident.triaged": (L, O),
    "incident.closed": (L,),
    "demand.made": (O,),
    "demand.answered": (L,),
    "pack.taken": (O, L),
    "benefit.stated": (L, D, B),
    "benefit.measured": (L, D, B, F),
    "benefit.ended": (L,),
    "cost.stated": (L, D, B),
    "cost.ended": (L,),
    "data_use.stated": (L, D),
    "data_use.ended": (L,),
    "experience.given": (VISITOR,),
    "seal.awarded": (A, O),
    "seal.ended": (SYSTEM, A, O),
    # register
    "record.published": (L,),
    "record.described": (L, D),
    "record.questioned": (VISITOR,),
    "question.moderated": (M,),
    "question.answered": (L, D),
    "subscription.asked": (VISITOR,),
    "subscription.confirmed": (VISITOR,),
    "subscription.ended": (VISITOR, SYSTEM),
    # steering: the body as a whole
    "funding.stated": (APPOINTER, CHIEF),
    "funding.released": (APPOINTER, CHIEF),
    "funding.ended": (APPOINTER, CHIEF),
    "coverage.planned": (APPOINTER, CHIEF, STAFF),
    "coverage.counted": (APPOINTER, CHIEF, STAFF),
    "goal.set": (APPOINTER, CHIEF, BOARD),
    "goal.changed": (APPOINTER, CHIEF, BOARD),
    "working_group.opened": (APPOINTER, CHIEF),
    "working_group.closed": (APPOINTER, CHIEF),
    "group_member.added": (SIGNED_IN,),
    "group_member.left": (SIGNED_IN,),
    "group_meeting.called": (SIGNED_IN,),
    "group_meeting.minuted": (SIGNED_IN,),
    "group_decision.recorded": (SIGNED_IN,),
    "group_output.published": (SIGNED_IN,),
    "annual_report.published": (APPOINTER, CHIEF),
    "survey.opened": (APPOINTER, CHIEF, STAFF),
    "survey.invited": (APPOINTER, CHIEF, STAFF),
    "survey.reminded": (APPOINTER, CHIEF, STAFF),
    "survey.answered": (VISITOR,),
    "survey.closed": (APPOINTER, CHIEF, STAFF, SYSTEM),
    "partner.added": (APPOINTER, CHIEF),
    "partner.ended": (APPOINTER, CHIEF),
    "partner.fetched": (APPOINTER, CHIEF, STAFF, SYSTEM),
    "records.signed": (APPOINTER,),
    # procurement
    "procedure.opened": (L, APPOINTER, CHIEF, STAFF),
    "award_criteria.set": (L, APPOINTER, CHIEF, STAFF),
    "procedure.moved": (L, APPOINTER, CHIEF, STAFF),
    "procedure.ended": (L, APPOINTER, CHIEF),
    "assessor.named": (L, APPOINTER, CHIEF),
    "assessor.excused": (L, APPOINTER, CHIEF),
    "interest.declared": (SIGNED_IN,),
    "offer.received": (VISITOR,),
    "offer.withdrawn": (VISITOR,),
    "offer.linked": (L, D),
    "offer.scored": (SIGNED_IN,),
    "offer.selected": (L, APPOINTER, CHIEF),
    "offer.declined": (L, APPOINTER, CHIEF),
    "clause.edited": (L, A),
    "annex.made": (L,),
    "contract.watched": (L,),
    "instalments.planned": (L, APPOINTER, CHIEF),
    "instalment.paid": (L, APPOINTER, CHIEF),
    "supplier.applied": (VISITOR,),
    "supplier.shown": (VISITOR,),
    "evidence.checked": (APPOINTER, CHIEF, STAFF),
    "supplier.qualified": (APPOINTER, CHIEF, STAFF),
    "supplier.declined": (APPOINTER, CHIEF, STAFF),
    "supplier.expired": (SYSTEM,),
}


def roles_of(actor: Actor, place: Any) -> set[str]:
    """All roles that ``actor`` has at ``place``, a project or the body."""
    if actor.kind == "system":
        return {SYSTEM}
    roles = {VISITOR}
    if actor.person_id is not None:
        roles |= {SIGNED_IN, actor.body_role} - {""}
        roles |= _granted(actor.person_id, getattr(place, "pk", None))
    return roles


# Raw SQL: this is asked before every action, and the ORM would double what an action costs (make bench).
_GRANTED = "SELECT role FROM projects_membership WHERE person_id = %s AND project_id = %s AND ended IS NULL"
_OFFICES = "SELECT role FROM projects_bodyseat WHERE person_id = %s AND ended IS NULL"


def _granted(person_id: int, project_id: int | None) -> set[str]:
    with connection.cursor() as cursor:
        if project_id is None:
            cursor.execute(_OFFICES, [person_id])
        else:
            cursor.execute(_GRANTED, [person_id, project_id])
        return {row[0] for row in cursor.fetchall()}


def permits(actor: Actor, place: Any, action: str) -> bool:
    """Whether the table lets ``actor`` do ``action`` at ``place``; an action without a row is nobody's."""
    return not roles_of(actor, place).isdisjoint(TABLE.get(action, ()))
