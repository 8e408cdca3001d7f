"""Question sets beside those of the steps, and what residents ask about the public record."""

from datetime import timedelta

from minga.instruments.actions import answer, choose_set, comment_answer, share_questions
from minga.ledger.action import BODY
from minga.portal.demonstration.teller import Teller
from minga.projects.actions import finish_task
from minga.projects.models import Project, Task
from minga.projects.questions.following import follow
from minga.projects.questions.place import Here
from minga.register import actions as register


def tell(t: Teller, first: Project, second: Project) -> None:
    _sets(t, second)
    _record(t, first, second)


def _sets(t: Teller, project: Project) -> None:
    t.at(62)
    choose_set(t.by("lena"), project, "ai_act_tier")
    share_questions(t.by("lena"), project, "ai_act_tier", t.people["dario"], due=(t.moment + timedelta(days=14)).date())
    comment_answer(t.by("ada"), project, "ai_act_tier", "areas", t.words["tier"]["comment"])
    t.at(65)
    answer(t.by("dario"), project, "ai_act_tier", t.answers["ai_act_tier"])
    follow(t.by("dario"), Here(project, t.people["dario"].actor), "ai_act_tier")
    t.at(67)
    for task in Task.objects.filter(project=project, set="ai_act_tier", state=Task.State.OPEN):
        finish_task(t.by("lena"), project, task, t.words["tier"]["done"][task.duty])
    t.at(68)
    next_time = (t.moment + timedelta(days=365)).date().isoformat()
    answer(t.by("ada"), BODY, "readiness", {**t.answers["readiness"], "next_review": next_time})
    follow(t.by("ada"), Here(None, t.people["ada"].actor), "readiness")


def _record(t: Teller, first: Project, second: Project) -> None:
    """Two questions: one answered with a correction, one that is open since a few days."""
    answered, waiting = t.words["question"]
    t.at(230)
    asked = register.ask(t.by("visitor"), second, answered["field"], answered["text"])
    register.moderate_question(t.by("mora"), second, asked, show=True)
    t.at(236)
    register.answer_question(t.by("lena"), second, asked, answered["outcome"], answered["answer"])
    t.at(262)
    asked = register.ask(t.by("visitor"), first, waiting["field"], waiting["text"])
    register.moderate_question(t.by("mora"), first, asked, show=True)
