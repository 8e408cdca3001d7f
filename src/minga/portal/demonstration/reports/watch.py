"""The tool is watched month by month, an incident is mended, the overseer asks and gets an answer."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from minga.assess import actions as assess
from minga.assess import watching
from minga.assess.models import Alert
from minga.assess.reference import month_of
from minga.deliver.models import Appeal, Case, Determination
from minga.design.models import Release
from minga.ledger.refusals import Conflict
from minga.portal.demonstration.reports.service import LAMP_DECIDED, OPENS
from minga.portal.demonstration.reports.telling import LANGUAGES, LAST_DAY, NONE, Calendar, Story


class Watch:
    def __init__(self, story: Story, calendar: Calendar, release: Release) -> None:
        self.story, self.calendar, self.release, self.t = story, calendar, release, story.t

    def plan(self) -> None:
        month = month_of(self.t.start + timedelta(days=OPENS))
        while (day := self.story.day_of(month.end)) < LAST_DAY:
            self.calendar.add(day + 0.1, partial(self._measure, month.start))
            month = month_of(month.end)
        self.calendar.add(LAST_DAY - 0.2, partial(self._measure, month.start))
        reported = LAMP_DECIDED + 3
        self.calendar.add(reported, self._incident)
        self.calendar.add(reported + 10, self._demand)

    def _measure(self, moment: datetime) -> None:
        """As the clock does it each day: the figures of a month, and an alert for what went beyond its bound."""
        measured = watching.measure(self.release, moment)
        if measured is None:
            return
        kept = assess.keep_watching(self.t.by("system"), self.story.project, measured)
        for finding in measured.findings:
            with suppress(Conflict):
                alert = assess.raise_alert(self.t.by("system"), self.story.project, kept, finding)
                self.calendar.add(self.story.day_of(self.t.moment) + 1.3, partial(self._acknowledge, alert))

    def _acknowledge(self, alert: Alert) -> None:
        words = self.story.words["alert"]
        done = words.get(alert.metric, words["default"])
        assess.acknowledge_alert(self.t.by("dario"), self.story.project, alert, done)

    def _incident(self) -> None:
        words, t, project = self.story.words["incident"], self.t, self.story.project
        incident = assess.report_incident(t.by("visitor"), project, words["title"], words["text"])
        lamp = self.story.cases["lamp"]["said"]
        cases = [case.number for case in Case.objects.filter(project=project) if case.source.get("text") in lamp]

        def triage() -> None:
            assess.triage_incident(
                t.by("lena"), project, incident, "confirmed", words["reason"], "incident", "public_interest",
                affected=words["affected"], cases=cases,
            )  # fmt: skip

        def close() -> None:
            assess.close_incident(t.by("lena"), project, incident, words["done"], words["summary"])

        day = self.story.day_of(t.moment)
        self.calendar.add(day + 1, triage)
        self.calendar.add(day + 6, close)

    def _demand(self) -> None:
        words, t, project = self.story.words["demand"], self.t, self.story.project
        asked = assess.demand(t.by("olga"), project, words["question"], (t.moment + timedelta(days=5)).date())

        def answer() -> None:
            assess.answer_demand(t.by("lena"), project, asked, words["answer"].format(**self._closed()))

        self.calendar.add(self.story.day_of(t.moment) + 3, answer)

    def _closed(self) -> dict[str, int]:
        """How many reports were closed as not the town's, by language, and how many appeals came and were won."""
        made = Determination.objects.filter(case__project=self.story.project, case__rehearsal=False, revised_by=None)
        made = made.exclude(difference__has_key="appeal")
        found: dict[str, int] = {}
        for language in LANGUAGES:
            own = made.filter(case__source__language=language)
            found |= {language: own.filter(outcome=NONE).count(), f"{language}_all": own.count()}
        appeals = Appeal.objects.filter(determination__case__project=self.story.project)
        return found | {"appealed": appeals.count(), "won": appeals.filter(outcome="changed").count()}
