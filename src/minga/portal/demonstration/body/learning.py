"""People take courses, enter what they know, help each other, meet, and take tasks as volunteers."""

from datetime import timedelta

from minga.learning import actions, shelf
from minga.ledger.action import BODY
from minga.portal.demonstration.teller import Teller
from minga.projects.actions import finish_task, make_task, require_course, take_task
from minga.projects.models import Project

TOOK = 28
"""Visitors who took the public course."""


def tell(t: Teller, project: Project) -> None:
    _courses(t, project)
    _people(t, project)
    _event(t)
    _volunteer(t, project)


def _courses(t: Teller, project: Project) -> None:
    """Who took the public course knew about half before and most of it afterwards, each a little differently."""
    t.at(66)
    course = shelf.course("what_is_ai")
    asked = [one.question.id for one in course.questions] if course else []
    for person in range(TOOK):
        before = [id for place, id in enumerate(asked) if (place * 7 + person * 5) % 11 < 5]
        after = [id for place, id in enumerate(asked) if (place * 3 + person * 4) % 13 < 11]
        actions.give_understanding(t.by("visitor"), BODY, "what_is_ai", before, sorted({*before, *after}))
    t.at(75)
    for name, taken in (("lena", "deciding_on_ai"), ("ada", "deciding_on_ai"), ("flor", "working_with_advice")):
        found = shelf.course(taken)
        actions.pass_course(t.by(name), BODY, taken, [one.question.id for one in found.questions] if found else [])
    require_course(t.by("bea"), BODY, course="deciding_on_ai", only_high=True)


def _people(t: Teller, project: Project) -> None:
    t.at(85)
    for name, told in t.words["experts"].items():
        actions.enter_expert(t.by(name), BODY, listed=True, **told)
    for name, unit in t.words["champions"].items():
        actions.name_champion(t.by("bea"), BODY, person=t.people[name], unit=unit)
    t.at(126)
    actions.state_skill_need(t.by("lena"), project, skill="statistics", reason="To read what the checks say")
    actions.state_skill_need(t.by("lena"), project, skill="languages", reason="One report in eight is in Guaraní")
    asked = actions.ask_help(
        t.by("lena"), project, skills=["statistics", "communication"], text=t.words["help"]["text"], hours=6,
        until=(t.moment + timedelta(days=90)).date(),
    )  # fmt: skip
    t.at(128)
    actions.accept_request(t.by("dario"), project, asked)


def _event(t: Teller) -> None:
    words = t.words["event"]
    t.at(130)
    held = actions.announce_event(
        t.by("dario"), BODY, kind="hackathon", title=words["title"], where=words["place"], on=t.moment.date(),
        text=words["text"],
    )  # fmt: skip
    actions.join_event(t.by("flor"), BODY, held)
    t.at(132)
    actions.hold_event(t.by("dario"), BODY, held, came=17, learnt=words["learnt"])
    actions.record_output(t.by("flor"), BODY, held, title=words["output"], follow_up=words["follow_up"])


def _volunteer(t: Teller, project: Project) -> None:
    words = t.words["volunteer"]
    t.at(170)
    told = {name: words[name] for name in ("title", "wanted", "skills")}
    done = make_task(t.by("lena"), project, **told, open_to_all=True)
    take_task(t.by("raul"), project, done)
    t.at(175)
    finish_task(t.by("raul"), project, done, words["evidence"], credit=words["credit"])
    make_task(t.by("lena"), project, **told, open_to_all=True)
