"""Officers practise on what residents wrote for the tool, some of it with a wrong proposal on purpose."""

from functools import partial

from minga.deliver import actions as deliver
from minga.deliver.models import Case, Service
from minga.deliver.showing import needed_evidence, withheld
from minga.design import suites
from minga.portal.demonstration.reports.desk import OFFICERS, SECONDS
from minga.portal.demonstration.reports.telling import NONE, Calendar, Story, chance, one_of

ROUNDS = {99: 0, 206: 4}
"""Day -> how many cases of the round are left for whoever looks."""
COUNT, WRONG, SILENT, FIRST = 40, 0.3, 0.5, 0.2
ALONE, FOLLOWED = 0.88, 0.25
"""How often an officer is right alone, and follows a wrong proposal."""


class Practice:
    def __init__(self, story: Story, calendar: Calendar, service: Service) -> None:
        self.story, self.calendar, self.service, self.t = story, calendar, service, story.t

    def plan(self) -> None:
        for day, left in ROUNDS.items():
            self.calendar.add(day, partial(self._made, day, left))

    def _made(self, day: int, left: int) -> None:
        project = self.story.project
        known = set(Case.objects.filter(project=project, rehearsal=True).values_list("pk", flat=True))
        dataset = suites.frozen(self.t.by("lena"), project)
        deliver.make_rehearsal(self.t.by("lena"), project, self.service, dataset, COUNT, WRONG, SILENT, FIRST)
        rows = Case.objects.filter(project=project, rehearsal=True).exclude(pk__in=known).order_by("number")
        cases = list(rows)[: COUNT - left]
        for place, case in enumerate(cases):
            self.calendar.add(day + 1 + 4 * place / len(cases), partial(self._decide, case, OFFICERS[place % 2]))

    def _decide(self, case: Case, who: str) -> None:
        project, person = self.story.project, self.t.people[who]
        deliver.claim_case(self.t.by(who), project, case)
        for step in (deliver.record_determination, deliver.revise_determination):
            case.refresh_from_db()
            if case.closed:
                return
            for path in sorted(needed_evidence(case, person.pk)):
                deliver.open_evidence(self.t.by(who, 10 * SECONDS), project, case, path)
            shown = withheld(case, person.pk) is None
            outcome = self._judged(case, case.told.proposal if shown else None)
            reasons = next(desk["reasons"] for desk in self.story.cases["desk"] if desk["code"] == outcome)
            by = self.t.by(who, 60 * SECONDS)
            step(by, project, case, "", one_of(reasons, "practice reason", case.process), outcome)

    def _judged(self, case: Case, proposal: str | None) -> str:
        alone = case.truth
        if chance("practice", case.process) > ALONE:
            others = [desk["code"] for desk in self.story.cases["desk"] if desk["code"] not in {NONE, case.truth}]
            alone = one_of(others, "practice other", case.process)
        if proposal is None or proposal == alone:
            return alone
        if proposal == case.truth:
            return proposal
        return proposal if chance("followed", case.process) < FOLLOWED else alone
