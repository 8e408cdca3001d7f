"""The story from end to end, told through the same actions as everything else."""

from minga.assess import actions as assess
from minga.deliver import actions as deliver
from minga.deliver.models import Determination
from minga.deliver.queries import precision
from minga.design.models import Release
from minga.portal.demonstration import beginning, body, building, dialogue, reports, worth
from minga.portal.demonstration.cast import make_people
from minga.portal.demonstration.data import WEEKS, Data, Material
from minga.portal.demonstration.desk import Desk
from minga.portal.demonstration.teller import Teller
from minga.projects.models import Project
from minga.register import actions as register

TODAY = WEEKS * 7
# All signs together flag about three calls in ten; a stop at less would contradict the release on its first day.
STOP_AT = "0.4"


def tell(material: Material) -> Project:
    """All eight steps. Where no version passes on later calls, the release stays blocked and the story ends there."""
    t = Teller(material, make_people())
    beginning.open_project(t)
    beginning.problem(t)
    beginning.stakeholders(t)
    data = beginning.data(t)
    held = dialogue.converse(t)
    beginning.experts(t)
    dialogue.answer(t, held)
    version = building.prototype(t, data)
    dialogue.charter(t)
    if version is not None:
        release = building.build(t, version)
        use(t, release, data)
        evaluate(t, release)
    t.at(TODAY - 2)
    register.publish(t.by("lena"), t.project)
    body.tell(t, t.project, reports.tell(t))
    return t.project


def use(t: Teller, release: Release, data: Data) -> None:
    t.at(103)
    worth.state(t)
    t.at(104)
    deliver.assess_risk(t.by("lena"), t.project, "limited", t.words["risk"]["reason"])
    assess.set_stop_rule(
        t.by("lena"), t.project, release, "flag_share", STOP_AT, minimum=building.SMALLEST, step_back_to="shadow"
    )
    for day, stage in ((105, "shadow"), (119, "1"), (126, "10")):
        t.at(day)
        if stage == "10":
            deliver.drill(t.by("olga"), t.project, release, t.words["risk"]["drill"])
        deliver.change_stage(t.by("lena"), t.project, release, stage, t.words["stages"][stage])
    for field, text in t.words["record"].items():
        register.describe(t.by("lena"), t.project, field, text)
    register.publish(t.by("lena"), t.project)
    Desk(t, release).work(data)
    t.at(TODAY - 8)
    t.gate(7)


def evaluate(t: Teller, release: Release) -> None:
    """What it brought is counted and the review opens; two groups have answered, the third is for whoever looks."""
    t.at(TODAY - 7)
    worth.measure(t, measured(t.project))
    t.at(TODAY - 5)
    review = assess.open_review(t.by("system"), t.project, release)
    t.at(TODAY - 3)
    for name, answers in t.answers["evaluation"].items():
        assess.answer_review(t.by(name), t.project, review, answers)


def measured(project: Project) -> dict[str, worth.Value]:
    """Per cent of the flagged files in which something was wrong, and of the decisions that carry a reason."""
    found = {}
    wrong = precision(project)
    if wrong.value is not None:
        found["efficiency"] = worth.Value.per_cent(wrong.count, wrong.of)
    made = Determination.objects.filter(case__project=project)
    if of := made.count():
        found["legitimacy"] = worth.Value.per_cent(made.exclude(reason="").count(), of)
    return found
