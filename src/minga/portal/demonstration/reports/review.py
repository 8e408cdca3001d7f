"""Step 8: what the tool brought is measured; after half a year five groups judge it, and it goes on with a seal."""

from datetime import timedelta
from functools import partial

from minga.assess import actions as assess
from minga.deliver.doubt import middle
from minga.deliver.models import Case
from minga.design.models import Release
from minga.portal.demonstration import worth
from minga.portal.demonstration.reports.telling import LAST_DAY, NONE, Calendar, Story
from minga.portal.demonstration.worth import Value
from minga.register import actions as register

STATED, FIRST_RECORD, GATE, MEASURED, OPENED = 72, 121, 215, 250, 254


def plan(story: Story, calendar: Calendar, release: Release) -> None:
    calendar.add(STATED, partial(worth.state, story.t))
    calendar.add(FIRST_RECORD, partial(_record, story))
    calendar.add(GATE, partial(story.t.gate, 7))
    calendar.add(MEASURED, partial(_measure, story))
    calendar.add(OPENED, partial(_review, story, calendar, release))
    calendar.add(LAST_DAY - 5, partial(_sealed, story))


def _record(story: Story) -> None:
    for field, text in story.words["record"].items():
        register.describe(story.t.by("lena"), story.project, field, text)
    register.publish(story.t.by("lena"), story.project)


def _measure(story: Story) -> None:
    """Both benefits, counted from the reports of the service."""
    cases = Case.objects.filter(project=story.project, rehearsal=False).exclude(closed_at=None)
    took = [end - start for end, start in cases.values_list("closed_at", "received") if end]
    tenths = middle([round(one / timedelta(hours=2.4)) for one in took])
    closed = cases.filter(determinations__outcome=NONE).distinct()
    found = {}
    if tenths is not None:
        value, low, high = tenths
        found["efficiency"] = Value(value / 10, low / 10, high / 10, len(took))
    if of := closed.count():
        found["legitimacy"] = Value.per_cent(closed.filter(determinations__reason="").count(), of)
    worth.measure(story.t, found)


def _review(story: Story, calendar: Calendar, release: Release) -> None:
    t, words = story.t, story.words["review"]
    held = assess.open_review(t.by("olga"), story.project, release)

    def answer(name: str) -> None:
        assess.answer_review(t.by(name), story.project, held, t.answers["evaluation"][name])

    def close() -> None:
        assess.close_review(t.by("lena"), story.project, held, words["outcome"], words["reason"])
        t.gate(8)

    for place, name in enumerate(t.answers["evaluation"], start=1):
        calendar.add(OPENED + 1.2 * place, partial(answer, name))
    calendar.add(OPENED + 8, close)


def _sealed(story: Story) -> None:
    register.publish(story.t.by("lena"), story.project)
    assess.award_seal(story.t.by("ada"), story.project)
