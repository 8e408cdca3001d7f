"""People say how it went: through a notice without an account, or at work with the tool. Nobody's name is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.assess import experience
from minga.assess.models import Experience
from minga.deliver.models import Notice
from minga.instruments.evaluate import problems, read
from minga.ledger.action import Act, Actor, By, action
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.people.models import Group
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of

AT_WORK = {Role.FRONTLINE, Role.BUSINESS, Role.DIGITAL, Role.LEAD}


def give_through_notice(by: By, notice: Notice, answers: Mapping[str, Any]) -> Experience:
    """Say how it went, once for each notice. Nothing kept leads from the answers back to the case."""
    given_by = "decided" if notice.determination_id else "waiting"
    whole = {**answers, "given_by": given_by}
    return record_experience(_nobody(by, Group.RESIDENTS), notice.project, whole, experience.lock_of(notice))


def give_at_work(by: By, project: Project, answers: Mapping[str, Any]) -> Experience:
    """Say how it is to work with the tool, once in each half-year, as one of those who do."""
    if not may_give_at_work(by.actor, project):
        raise NotAllowed(
            _("Only those who work with the tool are asked this."),
            do=_("If your case was decided here, answer through the address in your notice."),
        )
    whole = {**answers, "given_by": experience.STAFF}
    return record_experience(_nobody(by, by.actor.group), project, whole, lock_at_work(by.actor, project))


def may_give_at_work(actor: Actor, project: Project) -> bool:
    return actor.person_id is not None and not AT_WORK.isdisjoint(roles_of(actor, project))


def lock_at_work(actor: Actor, project: Project) -> str:
    today = timezone.localdate()
    return experience.lock(experience.STAFF, project.chain, actor.key, today.year, today.month > 6)


def _nobody(by: By, group: str) -> By:
    return replace(by, actor=Actor(key="", group=group, kind="visitor"))


@action("experience.given")
def record_experience(act: Act, answers: Mapping[str, Any], once: str) -> Experience:
    """Keep the answers without who gave them; ``once`` is what keeps a second answer out (``experience.lock``).

    Invalid names every question that is missing or wrong. The ledger holds a commitment, not the answers.
    """
    definition = experience.question_set()
    language = get_language() or "en"
    wrong = problems(definition, answers, complete=True)
    if wrong:
        raise Invalid(
            _("The answers are not complete, so none was kept."),
            do=_("Answer what is marked and send them again."),
            fields={problem.question: problem.text(language) for problem in reversed(wrong)},
        )
    if Experience.objects.filter(once=once).exists():
        raise Conflict(
            _("This was answered already, so nothing was added."), do=_("Nobody answers twice about the same thing.")
        )
    kept = read(definition, answers).answers
    act.because(act.place)
    act.note(set=definition.id, version=definition.version)
    act.commit_to("answers", repr(sorted(kept.items())))
    return Experience.objects.create(
        project=act.place, question_set=definition.id, set_version=definition.version, group=act.actor.group,
        answers=kept, ease=experience.ease(kept), won=kept.get("won", Experience.Won.OPEN), once=once, given=act.now,
    )  # fmt: skip
