"""The desk of the second story: officers decide, letters leave, colleagues read again, residents appeal and answer."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from minga.assess import actions as assess
from minga.deliver import actions as deliver
from minga.deliver.actions.appeals import ForTool, decide_appeal, submit_appeal
from minga.deliver.actions.notices import send_notice
from minga.deliver.models import Appeal, Case, Determination, Notice, SecondReading
from minga.deliver.showing import needed_evidence, withheld
from minga.design import actions as design
from minga.portal.demonstration.reports.telling import LAST_DAY, NONE, Calendar, Story, chance, one_of
from minga.portal.demonstration.reports.texts import LAMP, LATE, Report

OFFICERS = ("flor", "fidel")
SLIP, PRIVATE, MENDED, MISLED = 0.05, 0.14, 0.6, 0.2
"""How often an officer errs alone, takes a place for private ground, sees it by right advice, follows wrong advice."""
APPEALED = {True: 0.7, False: 0.25}
ANSWERED = {True: 0.55, False: 0.2}
"""How many answer how it went, of those closed as not the town's and of the others."""
EARLY = 3
LAST_READ = LAST_DAY - 21
"""What the lot draws later waits for a second reader among whoever looks."""
SECONDS = timedelta(seconds=1)


class Desk:
    """Two officers who read each other's reports a second time."""

    def __init__(self, story: Story, calendar: Calendar) -> None:
        self.story, self.calendar, self.t = story, calendar, story.t

    def plan(self, one: Report, case: Case, before: Callable[[], None]) -> None:
        wait = 1.2 + 2.6 * chance("wait", one.number)
        day = one.day + wait
        if one.kind == LAMP:
            day = 188.1 + one.number / 10_000
        self.calendar.add(day, partial(self.decide, one, case, before))

    # Deciding

    def decide(self, one: Report, case: Case, before: Callable[[], None]) -> None:
        """Claimed, read and decided; a case of the lot is decided before the advice opens, and again after."""
        case.refresh_from_db()
        if case.advised is None:
            before()
        who = "fidel" if one.kind == LAMP else OFFICERS[one.number % 2]
        deliver.claim_case(self.t.by(who), self.story.project, case)
        made = self._record(one, case, who, deliver.record_determination)
        case.refresh_from_db()
        if not case.closed:
            made = self._record(one, case, who, deliver.revise_determination)
        self._after(one, made, who)

    def _record(self, one: Report, case: Case, who: str, step: Callable[..., Determination]) -> Determination:
        case.refresh_from_db()
        person = self.t.people[who]
        for path in sorted(needed_evidence(case, person.pk)):
            deliver.open_evidence(self.t.by(who, 30 * SECONDS), self.story.project, case, path)
        shown = withheld(case, person.pk) is None
        outcome = self.judged(one, case.told.proposal if shown else None)
        pause = (70 if shown else 130) + int(200 * chance("pause", one.number))
        by = self.t.by(who, pause * SECONDS)
        return step(by, self.story.project, case, "", self.reason(one, outcome), outcome)

    def judged(self, one: Report, proposal: str | None) -> str:
        """What the officer decides, with or without a proposal in sight."""
        alone = self._alone(one)
        if proposal is None or one.kind:
            return alone
        if proposal == one.right:
            return one.right if chance("mended", one.number) < MENDED else alone
        return proposal if chance("misled", one.number) < MISLED else alone

    def _alone(self, one: Report) -> str:
        if one.kind or (one.right in {"roads", "lighting"} and chance("private", one.number) < PRIVATE):
            return NONE
        if chance("slip", one.number) < SLIP:
            others = [desk["code"] for desk in self.story.cases["desk"] if desk["code"] not in {NONE, one.right}]
            return one_of(others, "other", one.number)
        return one.right

    def reason(self, one: Report, outcome: str) -> str:
        words = self.story.cases
        if one.kind == LAMP:
            return str(words["lamp"]["reason"])
        if outcome == NONE and one.right != NONE:
            return one_of(words["private"]["reasons"], "reason", one.number)
        desk = next(desk for desk in words["desk"] if desk["code"] == outcome)
        return str(desk["reasons"][self._fitting(one, desk["said"]) % len(desk["reasons"])])

    def _fitting(self, one: Report, said: list[list[str]]) -> int:
        """The sentence of the desk that the report holds, as its place in the list; the last where it holds none."""
        stems = [[text.partition("{place}")[0] for text in texts] for texts in said]
        return next((n for n, both in enumerate(stems) if any(stem in one.text for stem in both)), len(said) - 1)

    # What follows

    def _after(self, one: Report, made: Determination, who: str) -> None:
        day = self.story.day_of(self.t.moment)
        self.t.moment += timedelta(hours=2)
        self._send(made.case, who)
        if day < LAST_READ and SecondReading.objects.filter(case=made.case, given=None).exists():
            later = day + 1 + 5 * chance("second", one.number)
            self.calendar.add(later, partial(self._read_again, one, made.case, who))
        closed = made.outcome == NONE
        if closed and self._appeals(one):
            self.calendar.add(day + EARLY + 5 * chance("appeal day", one.number), partial(self._appeal, one, made))
        if chance("answers", one.number) < ANSWERED[closed]:
            self.calendar.add(day + 1 + 4 * chance("answer day", one.number), partial(self._experience, one, made))

    def _send(self, case: Case, who: str) -> None:
        for notice in Notice.objects.filter(case=case, sent=None):
            send_notice(self.t.by(who), self.story.project, notice)

    def _appeals(self, one: Report) -> bool:
        if one.kind:
            return one.kind == LATE or one.number % 4 == 1
        return chance("appeals", one.number) < APPEALED[one.right != NONE]

    def _read_again(self, one: Report, case: Case, first: str) -> None:
        """The other officer decides the same report blind."""
        other = OFFICERS[1 - OFFICERS.index(first)]
        reading = SecondReading.objects.get(case=case)
        right = one.right if chance("second slip", one.number) >= 2 * SLIP else self._alone(one)
        deliver.read_second(self.t.by(other), self.story.project, reading, right, self.reason(one, right))

    def _appeal(self, one: Report, made: Determination) -> None:
        row = self._row_of(one)
        appeal = submit_appeal(self.t.by("visitor"), self.story.project, made, row["text"], token=made.notice.token)
        day = self.story.day_of(self.t.moment) + 4 + 5 * chance("answered", one.number)
        if one.kind != LATE:
            self.calendar.add(day, partial(self._answer, one, appeal, row))

    def _row_of(self, one: Report) -> dict[str, str]:
        """What this resident writes in their appeal, the answer to it and why it becomes a test."""
        if one.kind:
            return dict(self.story.cases[one.kind]["appeal"])
        fitting = [row for row in self.story.cases["appeal"] if row["won"] == (one.right != NONE)]
        return dict(one_of(fitting, "which appeal", one.number))

    def _answer(self, one: Report, appeal: Appeal, row: dict[str, str]) -> None:
        """By the deputy director, who has not touched the case; what the tool had said wrong becomes a test."""
        t, project = self.t, self.story.project
        if one.right == NONE:
            decide_appeal(t.by("ada"), project, appeal, "upheld", row["answer"])
            return
        test = ForTool({"text": one.text}, row["because"], invented=True)
        decide_appeal(t.by("ada"), project, appeal, "changed", row["answer"], one.right, test)
        self._send(appeal.determination.case, "lena")
        appeal.refresh_from_db()
        if appeal.test_case is not None:
            design.agree_test_case(t.by("lena"), project, appeal.test_case)

    def _experience(self, one: Report, made: Determination) -> None:
        """How it went, for whoever wants to say; who won is mostly more content."""
        won = "no" if made.outcome == NONE else "partly" if chance("partly", one.number) < 0.1 else "yes"
        middle = self.story.cases["experience"]["no" if won == "no" else "yes"]
        moved = [round(value + 3 * chance(f"answer {place}", one.number) - 1.5) for place, value in enumerate(middle)]
        seven = {name: str(min(7, max(1, value))) for name, value in zip(("capable", "easy"), moved, strict=False)}
        names = ("heard", "respect", "reasons", "fair", "trust")
        scales = {name: min(4, max(0, value)) for name, value in zip(names, moved[2:], strict=True)}
        assess.give_through_notice(self.t.by("visitor"), made.notice, {"won": won, **seven, **scales})
