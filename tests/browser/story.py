"""How a new project walks its eight steps, told as what each person does in their browser.

Each function is one stretch of the way; the numbers are those of the steps.
"""

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

from minga.design.profile import day_of
from minga.instruments import library
from minga.portal.demonstration.building import chosen
from minga.tools.redflags.generate import write
from tests.browser.conftest import Cast
from tests.browser.walker import Walker, day_parts

CALLS, SEED, DAYS, TARGET = 2400, 7, 500, 0.1
SCORES = ("interest", "importance", "alignment", "capacity", "willingness")
# name: (role, seat on the board)
ROLES = {
    "dario": ("digital_team", False),
    "flor": ("frontline", True),
    "fidel": ("frontline", False),
    "rosa": ("resident", True),
    "bruno": ("business_user", False),
    "paz": ("provider", False),
    "fabia": ("facilitator", False),
    "mora": ("moderator", False),
    "ada": ("approver", False),
}
VOTERS = ("lena", "dario", "flor", "fidel", "rosa", "bruno", "paz", "fabia")
PRACTICES = [question.id for question in library.load("prohibited").sections[0].questions]
OBJECTION = "A mark on every second call is a mark on none."


@dataclass
class Way:
    """The project on its way: who walks, where it lies, and a folder for the files that people upload."""

    people: Cast
    folder: Path
    home: str = ""

    def at(self, name: str, page: str) -> Walker:
        """``name`` opens a page of the project."""
        walker: Walker = getattr(self.people, name)
        walker.go(self.home + page)
        return walker

    def gate(self, number: int, agree: tuple[str, ...] = ()) -> None:
        """The board says where it stands, and the lead decides the gate."""
        for name in agree:
            walker = self.at(name, f"steps/{number}/position/")
            walker.fill(stand="agree")
            walker.send()
        walker = self.at("lena", f"steps/{number}/decide/")
        walker.fill(passed="yes", reason="What the step needs is there, and nobody objects.")
        walker.send()
        assert walker.path == f"{self.home}steps/{number + 1}/", walker.read()

    def explain_absences(self) -> None:
        """Publish why a group took no part, until none is silent."""
        walker = self.at("lena", "absences/")
        while (silent := walker.page.locator('main [name="group"]')).count():
            silent.first.check()
            walker.fill(reason="Asked twice without an answer; asked again in the next phase.")
            walker.send()

    @cached_property
    def calls(self) -> Path:
        """Invented calls with planted cases, and their labels beside them."""
        path = self.folder / "calls.jsonl"
        write(path, CALLS, SEED, start=self.first_day, days=DAYS)
        return path

    @cached_property
    def first_day(self) -> date:
        return date.today() - timedelta(days=DAYS)

    @property
    def parting_day(self) -> date:
        return self.first_day + timedelta(days=DAYS // 2)

    def limits(self) -> str:
        """Limits per method that keep every indicator rare on the earlier calls."""
        earlier = self.folder / "earlier.jsonl"
        with self.calls.open() as lines:
            kept = [line for line in lines if (day_of(json.loads(line)) or date.max) < self.parting_day]
        earlier.write_text("".join(kept))
        return chosen(SimpleNamespace(path=earlier), TARGET)  # type: ignore[arg-type]


def open_project(way: Way, title: str = "Second looks at short calls") -> None:
    lena = way.people.lena
    lena.go("/projects/new/")
    lena.fill(title=title, summary="Marks calls to read first. It excludes nobody.")
    lena.send()
    way.home = lena.path.split("steps/")[0]
    for name, (role, on_board) in ROLES.items():
        walker = way.at("lena", "people/grant/")
        walker.fill(person=name, role=role, **({"on_board": True} if on_board else {}))
        walker.send()
    bea = way.at("bea", "people/appoint/")
    bea.fill(person="olga")
    assert "Olga" in bea.send()


def state_the_problem(way: Way) -> None:
    """1: the need with its reasons, and the screen for forbidden uses."""
    show_the_need(way)
    answer_set(way, "lena", "prohibited", **dict.fromkeys(PRACTICES, "no"))
    way.gate(1)


def show_the_need(way: Way) -> None:
    """The need, three whys by three people, what others have, and two options without AI."""
    lena = way.at("lena", "need/state/")
    lena.fill(statement="Auditors open the files that somebody complains about.", affected="Everybody who bids.")
    lena.fill(kind_1="figure", content_1="300 of 12,000 calls opened", source_1="audit plan")
    lena.send()
    for name, words in (("lena", "They have no list."), ("flor", "Short calls pass."), ("rosa", "Prices rise.")):
        walker = way.at(name, "need/")
        walker.fill(text=words)
        assert words in walker.send(within="form#answer")
    dario = way.at("dario", "priors/?q=public+tenders")
    dario.fill(verdict="learn", note="Two bodies mark tenders by rule; neither says how often that is right.")
    dario.press("Record this search")
    for name, title, kind in (("flor", "A checklist", "non_ai"), ("rosa", "Go on as today", "nothing")):
        walker = way.at(name, "options/compare/")
        walker.fill(title=title, kind=kind, cost="none", time="weeks", verdict="combine")
        walker.fill(affected="Auditors and bidders", risk="It depends on who is there.", reason="It costs little.")
        walker.send()


def answer_set(way: Way, name: str, set_id: str, /, **answers: object) -> None:
    """``name`` fills in a question set of the project, section by section, until nothing is missing."""
    walker = way.at(name, f"questions/{set_id}/")
    while walker.page.get_by_role("link", name=re.compile("^(Begin|Go on: .*)$")).count():
        walker.leave(walker.page.get_by_role("link", name=re.compile("^(Begin|Go on: .*)$")).first.click)
        walker.fill(**{field: words for field, words in answers.items() if _asked(walker, field)})
        walker.press("Save and go back to the list")
        walker.go(f"{way.home}questions/{set_id}/")


def find_partners(way: Way) -> None:
    """2: stakeholders, one assessed, who gains, and an agreement that three groups sign."""
    listed = (("The procurement agency", "agency"), ("Auditors", "frontline"), ("A citizens’ group", "residents"))
    for name, group in listed:
        fabia = way.at("fabia", "stakeholders/add/")
        fabia.fill(name=name, group=group, concern="They live with what is bought.", path="existing")
        fabia.send()
    fabia.press("Auditors")
    fabia.go(fabia.path + "assess/")
    fabia.fill(**dict.fromkeys(SCORES, 3), **{f"{score}_reason": "They said so." for score in SCORES})
    fabia.send()
    fabia = way.at("fabia", "beneficiaries/estimate/")
    fabia.fill(who="Residents", kind="indirect", low=1000, high=2000, source="A guess from the census.")
    fabia.send()
    lena = way.at("lena", "partnership/propose/")
    lena.fill(aims="Few marks, each one read.")
    for name, group in listed:
        lena.fill(**{f"{group}_name": name, f"{group}_brings": "Time and knowledge", f"{group}_pay": "unpaid"})
    lena.send()
    for signer in ("ada", "flor", "rosa"):
        way.at(signer, "partnership/").send(within="main form.box")
    way.at("lena", "partnership/").press("Put the agreement into force")
    assert "in force" in lena.heading
    way.gate(2)


def look_at_the_data(way: Way) -> None:
    """3: a file is uploaded and read by the worker, parted by date, and the questions about it are answered."""
    dario = way.at("dario", "data/new/")
    dario.fill(name="Calls", purpose="Choose limits and check them", steward="Data desk", lawful_basis="Example")
    dario.fill(file=way.calls, labels=way.calls.with_name("labels.json"))
    dario.send()
    page = dario.path
    assert f"{CALLS:,} rows came in" in dario.until(page, "rows came in")
    dario.go(page + "split/")
    dario.fill(**day_parts("at", way.parting_day))
    dario.send()
    dario.go(page + "questions/")
    _answer_data_questions(dario)
    if not dario.path.endswith("/sheet/"):
        dario.fill(**{name: words for name, words in FOLLOWING.items() if _asked(dario, name)})
        dario.send()
    assert dario.path.endswith("/sheet/"), dario.read()
    way.gate(3, agree=("lena", "flor"))


FOLLOWING = {
    "standard_name": "OCDS 1.1",
    "missing_effect": "Calls without dates are not judged.",
    "protection": "No flag is public before a person decided.",
    "ml_reason": "Readable rules come first.",
}


def _asked(walker: Walker, name: str) -> bool:
    return walker.page.locator(f'main [name="{name}"]').count() > 0


def _answer_data_questions(dario: Walker) -> None:
    dario.fill(publisher="The agency", publisher_partner="yes", standard="full", missing=["fields"])
    dario.fill(need="Dates, method and bids.", personal="combined", harm="A mark can look like an accusation.")
    dario.fill(rhythm="daily", ml_use="inform", simpler=["rule"], effort=1, **day_parts("updated", date.today()))
    dario.fill(**{name: words for name, words in FOLLOWING.items() if _asked(dario, name)})
    dario.send()


def find_experts(way: Way) -> None:
    """4: who can build it; and why groups that were silent took no part in commissioning."""
    skills = ("work", "people", "data", "models", "software", "design", "law")
    answers = {f"skills__{skill}": "in_house" for skill in skills}
    answers |= {"body_learns": "To run the checks alone.", "partners_learn": "How an auditor reads a file."}
    answer_set(way, "dario", "experts", **answers, way=["none_lacking"], paid="all")
    way.explain_absences()
    way.gate(4)


def turn_a_sentence_into_criteria(way: Way) -> None:
    """5: objections, a decision, two criteria, a ballot in which everybody votes, an approval."""
    for name, group, words in (("rosa", "residents", OBJECTION), ("bruno", "business", "Hear us first.")):
        walker = way.at(name, "contributions/new/")
        walker.fill(text=words, kind="objection")
        if _asked(walker, "group"):
            walker.fill(group=group)
        walker.send()
    lena = way.at("lena", "contributions/")
    lena.follow(OBJECTION)
    sentence = lena.path
    lena.go(sentence + "decide/")
    lena.fill(outcome="adopted", reason="A mark on everything wastes the mark.")
    lena.send()
    number = sentence.rstrip("/").rpartition("/")[2]
    _propose(way, number, "No indicator fires on more than 20 % of any method.", "flag_share", "le", 20)
    _propose(way, number, "At least 5 % of the planted cases are found.", "planted_found", "ge", 5)
    fabia = way.at("fabia", "criteria/ballot/")
    fabia.fill(**day_parts("closes", date.today() + timedelta(days=7)), quorum=5)
    fabia.send()
    ballot = fabia.path
    for name in VOTERS:
        voter: Walker = getattr(way.people, name)
        voter.go(ballot + "vote/")
        voter.press("I abstain" if name == "bruno" else "Yes")
        voter.press("Cast this vote")
    fabia.go(ballot)
    fabia.press("Count the votes")
    assert "Passed with 7 yes to 0 no" in fabia.heading
    for code in ("C-01", "C-02"):
        ada = way.at("ada", f"criteria/{code}/")
        ada.send()


def _propose(way: Way, contribution: str, sentence: str, metric: str, comparison: str, bound: int) -> None:
    fabia = way.at("fabia", f"criteria/new/?contribution={contribution}")
    by_method = "procurement_method" if metric == "flag_share" else "none"
    fabia.fill(sentence=sentence, metric=metric, comparison=comparison, bound=bound, group_by=by_method)
    fabia.choose("dataset", ", from")
    fabia.fill(minimum_group=30, binding="yes")
    fabia.send()


def check_two_versions(way: Way) -> None:
    """5: the usual limits fail in the worker; the provider's version with limits per method passes."""
    dario = way.at("dario", "versions/new/")
    dario.fill(tool="redflags", version="0.1", chosen_on="none", change_note="The usual limits.")
    dario.send()
    dario.press("Run the checks that are missing")
    dario.until(dario.path, "criteria not met, 1 of 2")
    dario.press("The check of C-01")
    assert "ailed" in dario.until(dario.path, "Failed", "failed"), dario.read()
    paz = way.at("paz", "versions/new/")
    paz.choose("chosen_on", ", before")
    for box in paz.page.locator('main [name="because"]').all():
        box.check()
    paz.fill(version="0.2", settings=way.limits(), change_note="A limit for each method.")
    paz.send()
    paz.press("Run the checks that are missing")
    paz.until(paz.path, "can be released")
    way.gate(5, agree=("lena", "flor", "rosa"))


def release_it(way: Way) -> None:
    """6: released, because every binding criterion has passed."""
    lena = way.at("lena", "versions/")
    lena.leave(lena.page.locator(f'main a[href^="{way.home}versions/"]:has-text("0.2")').first.click)
    lena.press("Release this version")
    assert "/releases/" in lena.path
    way.explain_absences()
    way.gate(6)
