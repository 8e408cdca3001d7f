"""The second story: reports from the street reach the right desk, are watched, appealed and judged."""

from minga.design.models import Release
from minga.portal.demonstration import beginning
from minga.portal.demonstration.reports import review
from minga.portal.demonstration.reports.building import build, prototype
from minga.portal.demonstration.reports.data import data
from minga.portal.demonstration.reports.desk import Desk
from minga.portal.demonstration.reports.practice import Practice
from minga.portal.demonstration.reports.service import Counter, opened, plan_stages
from minga.portal.demonstration.reports.telling import CHAIN, FIRST_DAY, Calendar, Story
from minga.portal.demonstration.reports.watch import Watch
from minga.portal.demonstration.teller import Teller
from minga.projects.models import Project


def tell(t: Teller) -> Project:
    """All eight steps in thirty-eight weeks, by the cast of the first story and beside it."""
    second = Teller(None, t.people, told="reports_", first_day=FIRST_DAY)
    beginning.open_project(second, CHAIN, "recognition", "internal-operations")
    beginning.problem(second)
    beginning.stakeholders(second)
    story = Story(second)
    found = data(story)
    beginning.experts(second)
    version = prototype(story, found)
    use(story, build(story, version))
    return second.project


def use(story: Story, release: Release) -> None:
    """Everything from the opening of the service to the seal, each on its day."""
    calendar, service = Calendar(story), opened(story, release)
    Counter(story, calendar, service, Desk(story, calendar)).plan()
    plan_stages(story, calendar, release)
    Practice(story, calendar, service).plan()
    Watch(story, calendar, release).plan()
    review.plan(story, calendar, release)
    calendar.run()
