"""What happens at the desk in the story: cases are decided, parties are told and reply, somebody contests."""

from datetime import timedelta

from minga.deliver import actions as deliver
from minga.deliver.models import Case, Contest, Determination, Flag
from minga.deliver.showing import needed_evidence
from minga.design.models import Dataset, Release
from minga.portal.demonstration.teller import WEEKS, Teller

DRAWS = (128, 185)
FIRST_DAY, EVERY = 130, 2.4
LEFT_OPEN = 6


class Desk:
    """The desk of one release, worked through from day to day."""

    def __init__(self, t: Teller, release: Release) -> None:
        self.t, self.release, self.project, self.words = t, release, t.project, t.words["desk"]

    def work(self, dataset: Dataset) -> None:
        for day in DRAWS:
            self.t.at(day)
            deliver.draw_cases(self.t.by("system"), self.project, self.release, dataset, seed=day)
        cases = list(Case.objects.filter(project=self.project).order_by("number"))
        for place, case in enumerate(cases[: max(0, len(cases) - LEFT_OPEN)]):
            self.t.at(FIRST_DAY + min(place * EVERY, 140))
            self.decide(case, "flor" if place % 3 else "fidel", place)
        self.tell()
        self.contests()
        self.publish()

    def decide(self, case: Case, who: str, place: int) -> None:
        deliver.claim_case(self.t.by(who), self.project, case)
        case.refresh_from_db()
        choice, reason = self.judgement(case, place)
        for path in sorted(needed_evidence(case, self.t.people[who].pk)):
            deliver.open_evidence(self.t.by(who), self.project, case, path)
        deliver.record_determination(self.t.by(who), self.project, case, choice, reason)
        case.refresh_from_db()
        if case.state == Case.State.REVEALED:
            for path in sorted(needed_evidence(case, self.t.people[who].pk)):
                deliver.open_evidence(self.t.by(who), self.project, case, path)
            deliver.revise_determination(self.t.by(who), self.project, case, choice, reason)

    def judgement(self, case: Case, place: int) -> tuple[str, str]:
        """A planted case is confirmed; of the others the officers find that most have a good reason."""
        choices = Determination.Choice
        if case.process in self.t.material.labels:
            return choices.ACCEPT, self.words["wrong"][place % 2]
        if case.drawn == Case.Drawn.FLAGGED and place % 4 == 1:
            return choices.ACCEPT, self.words["wrong"][(place + 1) % 2]
        if case.drawn == Case.Drawn.FLAGGED and place % 11 == 3:
            return choices.EDIT, self.words["other"]
        if place % 13 == 6:
            return choices.CANNOT_TELL, self.words["incomplete"]
        return choices.REJECT, self.words["good_reasons"][place % 4]

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
        flags = [flag for flag in Flag.objects.filter(project=self.project).order_by("pk") if flag.publish_on]
        for flag, said in zip(flags, self.t.words["contest"], strict=False):
            assert flag.publish_on is not None  # noqa: S101
            self.t.moment = flag.publish_on + timedelta(hours=1)
            deliver.publish_flag(self.t.by("system"), self.project, flag)
            self.t.moment += timedelta(days=4)
            contest = deliver.submit_contest(self.t.by("visitor"), self.project, flag, said["text"])
            self.t.moment += timedelta(days=1)
            deliver.moderate_contest(self.t.by("mora"), self.project, contest, show=True)
            if said["outcome"]:
                self.answer(contest, said["outcome"], said["answer"])

    def answer(self, contest: Contest, outcome: str, answer: str) -> None:
        """By the auditor who has not touched the case."""
        decided = set(contest.flag.case.determinations.values_list("person__username", flat=True))
        other = next(name for name in ("fidel", "flor") if name not in decided)
        self.t.moment += timedelta(days=5)
        deliver.answer_contest(self.t.by(other), self.project, contest, outcome, answer)
