"""What a project says it needs to know, and what its groups agree to teach each other."""

from datetime import date

from django.utils.translation import gettext as _

from minga.learning.actions.people import about, known_skills
from minga.learning.models import SkillNeed, TransferGoal
from minga.ledger.action import GROUPS, Act, action
from minga.ledger.refusals import Conflict, Invalid, required


@action("skill.needed", level="group")
def state_skill_need(act: Act, skill: str, reason: str = "") -> SkillNeed:
    """Say that the project needs somebody with a skill, and what for."""
    [known] = known_skills([skill])
    here = about(act.place)
    if SkillNeed.objects.filter(project_id=here["project_id"], skill=known, ended=None).exists():
        raise Conflict(_("This skill stands on the list already."), fields={"skill": _("Choose another.")})
    act.note(skill=known)
    return SkillNeed.objects.create(**here, skill=known, reason=reason.strip()[:300], stated=act.now)


@action("skill_need.ended", level="group")
def end_skill_need(act: Act, need: SkillNeed) -> SkillNeed:
    """Take a skill off the list: it is no longer needed."""
    if need.project_id != str(act.place.pk):
        raise Conflict(_("This belongs to another project."))
    if need.ended is not None:
        raise Conflict(_("This skill is off the list already."))
    need.ended = act.now
    need.save(update_fields=["ended"])
    act.note(skill=need.skill)
    return need


@action("transfer.agreed", level="group")
def agree_transfer(act: Act, giver: str, learner: str, what: str, shown_by: str, due: date) -> TransferGoal:
    """Agree that one group teaches another something by a day, and what will show that it did."""
    required(what=what, shown_by=shown_by, due=due)
    for name, group in (("giver", giver), ("learner", learner)):
        if group not in GROUPS:
            raise Invalid(_("There is no such group."), fields={name: _("Choose one.")})
    if giver == learner:
        raise Invalid(_("A group does not teach itself."), fields={"learner": _("Choose another group.")})
    act.note(giver=giver, learner=learner)
    return TransferGoal.objects.create(
        **about(act.place), giver=giver, learner=learner, what=what.strip()[:300], shown_by=shown_by.strip()[:300],
        due=due, agreed=act.now,
    )  # fmt: skip


@action("transfer.checked", level="group")
def check_transfer(act: Act, goal: TransferGoal, met: str, note: str) -> TransferGoal:
    """Say at a review whether what was to be learnt was learnt, and how one knows."""
    required(met=met, note=note)
    if goal.project_id != str(act.place.pk):
        raise Conflict(_("This belongs to another project."))
    if goal.met:
        raise Conflict(_("This has been checked already."))
    if met not in TransferGoal.Met.values:
        raise Invalid(_("There is no such answer."), fields={"met": _("Choose one.")})
    goal.met, goal.note, goal.checked = met, note.strip(), act.now
    goal.save(update_fields=["met", "note", "checked"])
    act.because(goal)
    act.note(met=met)
    return goal
