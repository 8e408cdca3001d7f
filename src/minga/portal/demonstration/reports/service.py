"""Step 7: the service opens, reports come in, and the tool goes from shadow to half of them."""

from datetime import timedelta
from functools import partial

from minga.assess import actions as assess
from minga.assess.reference import month_of
from minga.deliver import actions as deliver
from minga.deliver import advising, casework
from minga.deliver.models import Case, Service
from minga.design.models import Release
from minga.portal.demonstration.reports.desk import Desk
from minga.portal.demonstration.reports.telling import LAST_DAY, NONE, Calendar, Story, one_of
from minga.portal.demonstration.reports.texts import Report, late, of_one_lamp, report

OPENS = 71
BUSY_UNTIL, BUSY, QUIET, BUSY_AGAIN = 133, 1.9, 0.65, 238
"""At first everybody tries the form, and in autumn the evenings are dark: so many reports a day then, and between."""
STORM, STORM_DAYS, STORM_REPORTS = 168, 9, 46
LAMP_DAY, LAMP_DECIDED, LAMP_NUMBER, LATE_NUMBER = 186, 188, 901, 911
STAGES = {85: "1", 96: "10", 106: "50"}
DRILLS = {95: "1", 150: "50"}
ROUTES = ("web", "web", "phone", "web", "counter", "email", "web", "post")
LEFT_OPEN = 6
AT_ONCE = 5


def opened(story: Story, release: Release) -> Service:
    """The risk is said, a rule to stop by is set, the service opens, and the tool starts in shadow."""
    t, words, project = story.t, story.words, story.project
    story.at(70)
    deliver.assess_risk(t.by("lena"), project, "limited", words["risk"]["reason"])
    for metric, bound in (("overruled_share", "0.4"), ("failed_share", "0.1")):
        assess.set_stop_rule(t.by("lena"), project, release, metric, bound, minimum=20, step_back_to="shadow")
    story.at(OPENS)
    desks = [
        {"code": desk["code"], "words": desk["words"], "adverse": desk["code"] == NONE} for desk in story.cases["desk"]
    ]
    fields = [
        {"name": name, "words": said, "personal": False, "shown_to_tool": name == "text", "needed": name == "text"}
        for name, said in words["fields"].items()
    ]
    found = deliver.open_service(
        t.by("lena"), project, **words["service"], fields=fields, outcomes=desks, tool="triage", groups=["language"],
        form_open=True, first_share="0.2", second_share="0.2", control_share="0.2",
    )  # fmt: skip
    deliver.change_stage(t.by("lena"), project, release, "shadow", words["stages"]["shadow"])
    return found


class Counter:
    """Reports come to the service and the tool is asked about them."""

    def __init__(self, story: Story, calendar: Calendar, service: Service, desk: Desk) -> None:
        self.story, self.calendar, self.service, self.desk = story, calendar, service, desk
        self.waiting: list[Case] = []

    def plan(self) -> None:
        """Every report on its day; all but the last ones are decided."""
        coming = sorted(self._coming(), key=lambda one: one.day)
        for place, one in enumerate(coming):
            self.calendar.add(one.day, partial(self._receive, one, place < len(coming) - LEFT_OPEN))
        self.calendar.add(LAST_DAY - 0.1, self._ask)

    def _coming(self) -> list[Report]:
        words = self.story.cases
        days = [
            start + 0.3 + number / rate
            for start, end, rate in (
                (OPENS, BUSY_UNTIL, BUSY), (BUSY_UNTIL, BUSY_AGAIN, QUIET), (BUSY_AGAIN, LAST_DAY - 1, BUSY),
            )
            for number in range(int((end - start) * rate))
        ]  # fmt: skip
        found = [report(words, number, day, "share") for number, day in enumerate(days, start=1)]
        first = len(found) + 1
        storm = [self._storm() + number * STORM_DAYS / STORM_REPORTS for number in range(STORM_REPORTS)]
        found += [report(words, number, day, "after_storm") for number, day in enumerate(storm, start=first)]
        special = (*of_one_lamp(words, LAMP_NUMBER, LAMP_DAY + 0.2), late(words, LATE_NUMBER, LAST_DAY - 12.5))
        return [*found, *special]

    def _storm(self) -> float:
        """The storm lies within one calendar month, so that the figures of that month show it."""
        month = month_of(self.story.t.start + timedelta(days=STORM))
        return self.story.day_of(month.start) + 4

    def _receive(self, one: Report, decided: bool) -> None:
        """A report comes by one of the routes; the tool is asked about a few at a time."""
        name = one_of(self.story.cases["people"], "name", one.number)
        case = casework.receive(
            self.story.t.by("visitor"), self.service, {"text": one.text, "language": one.language}, origin="form",
            route=one_of(ROUTES, "route", one.number), outside_id=f"R-{one.number:04d}",
            contact={"name": name, "language": one.language},
        )  # fmt: skip
        case.refresh_from_db()
        if case.advised is None:
            self.waiting.append(case)
        if len(self.waiting) >= AT_ONCE:
            self._ask()
        if decided:
            self.desk.plan(one, case, before=self._ask)

    def _ask(self) -> None:
        if self.waiting:
            asked = advising.ask(self.service, self.waiting)
            deliver.keep_advice(self.story.t.by("system"), self.story.project, self.service, asked)
            self.waiting = []


def plan_stages(story: Story, calendar: Calendar, release: Release) -> None:
    """From stage to stage, and the stop switch is tried while there is advice in sight."""

    def forward(stage: str) -> None:
        reason = story.words["stages"][stage]
        deliver.change_stage(story.t.by("lena"), story.project, release, stage, reason)

    def tried(stage: str) -> None:
        deliver.drill(story.t.by("olga"), story.project, release, story.words["drill"][stage])

    for day, stage in STAGES.items():
        calendar.add(day, partial(forward, stage))
    for day, stage in DRILLS.items():
        calendar.add(day, partial(tried, stage))
