"""What happens at the desk in the story: cases are decided, parties are told and reply, somebody contests."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from minga.deliver import actions as deliver
from minga.deliver.models import Case, Contest, Determination, Flag
from minga.deliver.showing import needed_evidence
from minga.design.models import Release
from minga.portal.demonstration import beginning
from minga.portal.demonstration.data import DELIVERED, WEEKS, Data
from minga.portal.demonstration.teller import Teller

# Each draw is the day after its delivery; its cases are decided before the next draw, the last ones before day 270.
DRAWS = tuple(day + 1 for day in DELIVERED[1:])
ENDS = (*DRAWS[1:], 270)
LEFT_OPEN = 6
STILL_OPEN_SINCE = 9


class Desk:
    """The desk of one release, worked through from day to day."""

    def __init__(self, t: Teller, release: Release) -> None:
        self.t, self.release, self.project, self.words = t, release, t.project, t.words["desk"]

    def work(self, data: Data) -> None:
        drawn = [self.draw(data, number, day) for number, day in enumerate(DRAWS[: len(data.newest) or None])]
        left = {case.pk for case in left_open(drawn)}
        place = 0
        for cases, day, end in zip(drawn, DRAWS, ENDS, strict=False):
            waiting = sorted((case for case in cases if case.pk not in left), key=_flagged_last)
            for number, case in enumerate(waiting):
                self.t.at(day + 1 + (end - day - 2) * number // max(1, len(waiting) - 1))
                self.decide(case, "flor" if place % 3 else "fidel", place, confirmed=number == len(waiting) - 1)
                place += 1
        self.tell()
        self.contests()
        self.publish()

    def draw(self, data: Data, number: int, day: int) -> list[Case]:
        """Cases from the calls that came since the last draw."""
        self.t.at(day - 1)
        dataset = data.newest[number] if data.newest else beginning.deliver(self.t, number + 1)
        self.t.at(day)
        draw = deliver.draw_cases(self.t.by("system"), self.project, self.release, dataset, seed=day)
        return list(draw.cases.order_by("number"))

    def decide(self, case: Case, who: str, place: int, confirmed: bool) -> None:
        deliver.claim_case(self.t.by(who), self.project, case)
        case.refresh_from_db()
        choice, reason = self.judgement(case, place, confirmed)
        for path in sorted(needed_evidence(case, self.t.people[who].pk)):
            deliver.open_evidence(self.t.by(who), self.project, case, path)
        deliver.record_determination(self.t.by(who), self.project, case, choice, reason)
        case.refresh_from_db()
        if case.state == Case.State.REVEALED:
            for path in sorted(needed_evidence(case, self.t.people[who].pk)):
                deliver.open_evidence(self.t.by(who), self.project, case, path)
            deliver.revise_determination(self.t.by(who), self.project, case, choice, reason)

    def judgement(self, case: Case, place: int, confirmed: bool = False) -> tuple[str, str]:
        """A planted case is confirmed, and the last of a draw, whose party can still reply; most have a good reason."""
        choices = Determination.Choice
        words = self.words[self.family(case)]
        flagged = case.drawn == Case.Drawn.FLAGGED
        if case.process in self.t.material.labels or (flagged and (confirmed or place % 4 == 1)):
            return choices.ACCEPT, words["confirm"][place % len(words["confirm"])]
        if flagged and place % 11 == 3:
            return choices.EDIT, words["other"]
        if place % 13 == 6:
            return choices.CANNOT_TELL, self.words["incomplete"]
        return choices.REJECT, words["good"][place % len(words["good"])]

    def family(self, case: Case) -> str:
        """The kind of sign that the tool gave first, as the words have it; "none" where it gave no sign."""
        code = next((reason.code for reason in case.told.reasons), "")
        return next(
            (name for name, kind in self.words.items() if name != "incomplete" and code in kind["codes"]), "none"
        )

    def tell(self) -> None:
        """Letters to the parties that have no known address, two days after each determination."""
        for flag in Flag.objects.filter(project=self.project, told=None).order_by("raised"):
            self.t.moment = flag.raised + timedelta(days=1)
            deliver.tell_party(self.t.by("flor"), self.project, flag)

    def publish(self) -> None:
        """Those whose days to reply are over by now; the last ones still wait."""
        end = self.t.start + timedelta(weeks=WEEKS - 1)
        for flag in Flag.objects.filter(project=self.project, published=None).exclude(publish_on=None):
            if flag.publish_on is not None and flag.publish_on < end:
                self.t.moment = flag.publish_on + timedelta(hours=1)
                deliver.publish_flag(self.t.by("system"), self.project, flag)

    def contests(self) -> None:
        """Two were answered a while ago; the third came a few days ago and waits."""
        latest = self.t.start + timedelta(weeks=WEEKS, days=-STILL_OPEN_SINCE)
        flags = [flag for flag in Flag.objects.filter(project=self.project).order_by("pk") if flag.publish_on]
        flags = [flag for flag in flags if flag.publish_on and flag.publish_on + timedelta(days=1) < latest]
        for contest in self.t.words["contest"]:
            found = next(self._fitting(flags, contest["said"]), None)
            if found is None:
                return
            flag, said = found
            flags.remove(flag)
            self.contest(flag, said, contest["outcome"])

    def _fitting(self, flags: list[Flag], wordings: list[dict[str, str]]) -> Iterator[tuple[Flag, dict[str, str]]]:
        """Flags with the wording of their own sign, the better wordings first."""
        for said in wordings:
            yield from ((flag, said) for flag in flags if said["sign"] in ("", self.family(flag.case)))

    def contest(self, flag: Flag, said: dict[str, Any], outcome: str) -> None:
        assert flag.publish_on is not None  # noqa: S101
        self.t.moment = flag.publish_on + timedelta(hours=1)
        deliver.publish_flag(self.t.by("system"), self.project, flag)
        if outcome:
            self.t.moment += timedelta(days=4)
        else:
            self.t.at(WEEKS * 7 - STILL_OPEN_SINCE)
        contest = deliver.submit_contest(self.t.by("visitor"), self.project, flag, said["text"])
        self.t.moment += timedelta(days=1)
        deliver.moderate_contest(self.t.by("mora"), self.project, contest, show=True)
        if outcome:
            self.answer(contest, outcome, said["answer"])

    def answer(self, contest: Contest, outcome: str, answer: str) -> None:
        """By the auditor who has not touched the case."""
        decided = set(contest.flag.case.determinations.values_list("person__username", flat=True))
        other = next(name for name in ("fidel", "flor") if name not in decided)
        self.t.moment += timedelta(days=5)
        deliver.answer_contest(self.t.by(other), self.project, contest, outcome, answer)


def left_open(drawn: list[list[Case]]) -> list[Case]:
    """Cases for whoever looks: of the latest a flagged and a random one to decide unaided first, then ordinary ones."""
    latest = [case for cases in reversed(drawn) for case in reversed(cases)]
    ordinary = [case for case in latest if not case.decide_first]
    chosen = [
        case
        for kind in (Case.Drawn.FLAGGED, Case.Drawn.RANDOM)
        for case in [case for case in latest if case.decide_first and case.drawn == kind][:1]
    ]
    return chosen + ordinary[: LEFT_OPEN - len(chosen)]


def _flagged_last(case: Case) -> bool:
    """So that a draw ends with a flag; the order is otherwise that of the draw."""
    return case.drawn == Case.Drawn.FLAGGED and not case.decide_first
