"""The second story: reports from the street reach the right desk, somebody appeals, and their case becomes a test."""

import csv
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from minga.assess import actions as assess
from minga.commission import actions as commission
from minga.deliver import actions as deliver
from minga.deliver import advising, casework
from minga.deliver.actions.appeals import ForTool, decide_appeal, submit_appeal
from minga.deliver.actions.notices import send_notice
from minga.deliver.models import Appeal, Case, Determination, Notice, Service
from minga.deliver.showing import needed_evidence
from minga.design import actions as design
from minga.design import evaluation
from minga.design.models import Criterion, Dataset, Release, ToolVersion
from minga.engage import actions as engage
from minga.engage.models import Contribution
from minga.ledger.action import BODY
from minga.portal.demonstration.cast import CAST
from minga.portal.demonstration.data import WEEKS
from minga.portal.demonstration.teller import Teller, read
from minga.projects import actions as projects
from minga.register import actions as register

CHAIN = str(uuid5(NAMESPACE_URL, "minga/demonstration/reports"))
SETTINGS = """[columns]
label = "desk"
case = "id"

[costs]
wrong_route = 2
reading = 1

[service]
out_of_scope_share = 0.02
"""
LANGUAGES = ("en", "es")
ROUTES = ("web", "web", "phone", "web", "counter", "email", "web", "post")
CASES = 24
LEFT_OPEN = 5
NONE = "none"


def tell(t: Teller) -> None:
    """From the need to an appeal that was won, in the last twelve weeks of the first story."""
    story = Story(t)
    story.open_project()
    story.agree()
    release = story.build()
    story.use(release)


class Story:
    """A project of its own, told by the same people."""

    def __init__(self, t: Teller) -> None:
        self.t, self.words = t, read("reports.toml")
        self.start = WEEKS * 7 - 84

    def at(self, day: float) -> None:
        self.t.at(self.start + day)

    def open_project(self) -> None:
        self.at(0)
        self.project = projects.open_project(
            self.t.by("lena"), BODY, **self.words["project"], demonstration=True, chain=CHAIN,
            oecd_task="reasoning-with-knowledge-structures", oecd_function="service-delivery",
        )  # fmt: skip
        for part in CAST:
            person = self.t.people[part.username]
            if part.role == "overseer":
                projects.appoint_overseer(self.t.by("bea"), self.project, person=person)
            elif part.role not in (None, "lead"):
                projects.grant_role(
                    self.t.by("lena"), self.project, person=person, role=part.role, on_board=part.on_board
                )
        need = self.words["need"]
        evidence = [{"kind": "text", "content": need["evidence"]}]
        commission.state_need(self.t.by("flor"), self.project, need["statement"], evidence)

    def agree(self) -> None:
        """What a resident said becomes a criterion."""
        self.at(5)
        words = self.words["contribution"]
        self.said: Contribution = engage.submit(self.t.by("raul"), self.project, words["text"], kind="statement")
        engage.moderate(self.t.by("mora"), self.project, self.said, show=True)
        self.at(9)
        engage.decide(self.t.by("lena"), self.project, self.said, "adopted", words["decided"])
        self.at(12)
        self.english, self.both, self.fresh = self._datasets()
        self.criterion: Criterion = design.propose_criterion(
            self.t.by("fabia"), self.project, self.words["criterion"]["sentence"], "accuracy", "ge", "0.8",
            self.fresh, group_by="language", minimum_group=20, contribution=self.said,
        )  # fmt: skip
        self.at(15)
        design.approve_criterion(self.t.by("ada"), self.project, self.criterion, reason=words["decided"])

    def _datasets(self) -> tuple[Dataset, Dataset, Dataset]:
        """What the first version learns from, what the second does, and reports that neither has seen."""
        rows = reports(self.words["desk"])
        learned, unseen = [row for row in rows if row["fold"] != 0], [row for row in rows if row["fold"] == 0]
        names = self.words["datasets"]
        return (
            self._import(names["english"], [row for row in learned if row["language"] == "en"]),
            self._import(names["both"], learned),
            self._import(names["fresh"], unseen),
        )

    def _import(self, name: str, rows: list[dict[str, Any]]) -> Dataset:
        columns = {"id": "id", "truth": "desk", "groups": ["language"]}
        words = self.words["datasets"]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "reports.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.DictWriter(file, ["id", "text", "desk", "language"], extrasaction="ignore")
                out.writeheader()
                out.writerows(rows)
            return design.import_dataset(
                self.t.by("dario"), self.project, path, name=name, purpose=words["purpose"], steward=words["steward"],
                lawful_basis=self.words["service"]["lawful_basis"], background=False, columns=columns,
            )  # fmt: skip

    def build(self) -> Release:
        """The first version fails in Spanish, the second passes."""
        self.at(20)
        self._checked("1.0", self.english, self.words["versions"]["first"], [self.said])
        self.at(26)
        version = self._checked("1.1", self.both, self.words["versions"]["second"], [self.said])
        self.at(30)
        return design.create_release(self.t.by("ada"), self.project, version)

    def _checked(self, number: str, data: Dataset, note: str, because: list[Contribution]) -> ToolVersion:
        version = design.register_version(
            self.t.by("dario"), self.project, "triage", number, SETTINGS, note, chosen_on=data, because=because
        )
        asked = design.request_check(self.t.by("dario"), self.project, self.criterion, version)
        design.finish_check(self.t.by("system"), self.project, asked, evaluation.run(asked))
        return version

    def use(self, release: Release) -> None:
        self._prepare(release)
        self.service = self._service()
        self.right: dict[int, str] = {}
        days = [58 + number * 0.7 for number in range(CASES)]
        events: list[tuple[float, Callable[[], None]]] = [(62.1, partial(self._drill, release))]
        for number, day in enumerate(days):
            events.append((day, partial(self._receive, number)))
            if number < CASES - LEFT_OPEN:
                events.append((max(65 + number / 20, day + 2.6), partial(self._decide, number)))
        for day, happens in sorted(events, key=lambda event: event[0]):
            self.at(day)
            happens()
        self._appeals()
        self._worth()
        self._watch()
        self.at(81)
        register.publish(self.t.by("lena"), self.project)

    def _prepare(self, release: Release) -> None:
        self.at(32)
        deliver.assess_risk(self.t.by("lena"), self.project, "limited", self.words["risk"]["reason"])
        assess.set_stop_rule(
            self.t.by("lena"), self.project, release, "overruled_share", "0.3", minimum=20, step_back_to="shadow"
        )
        for day, stage in ((33, "shadow"), (46, "1")):
            self.at(day)
            deliver.change_stage(self.t.by("lena"), self.project, release, stage, self.words["stages"][stage])

    def _service(self) -> Service:
        desks = [{"code": desk["code"], "words": desk["words"], "adverse": False} for desk in self.words["desk"]]
        nothing = {"code": NONE, "words": self.words["outcome"][NONE], "adverse": True}
        fields = [
            {"name": name, "words": words, "personal": False, "shown_to_tool": name == "text", "needed": name == "text"}
            for name, words in self.words["fields"].items()
        ]
        self.at(47)
        return deliver.open_service(
            self.t.by("lena"), self.project, **self.words["service"], fields=fields, outcomes=[*desks, nothing],
            tool="triage", groups=["language"], form_open=True, first_share="0.2", second_share="0.2",
        )  # fmt: skip

    def _receive(self, number: int) -> None:
        """A case comes by one of the routes, and the tool is asked."""
        rows = [row for row in reports(self.words["desk"]) if row["fold"] == 0]
        row = rows[(number * 7) % len(rows)]
        contact = {"name": self.words["people"][number % len(self.words["people"])], "language": row["language"]}
        case = casework.receive(
            self.t.by("visitor"), self.service, {"text": row["text"], "language": row["language"]},
            origin="form", route=ROUTES[number % len(ROUTES)], contact=contact,
        )  # fmt: skip
        self.right[case.pk] = row["desk"]
        deliver.keep_advice(self.t.by("system"), self.project, self.service, advising.ask(self.service, [case]))

    def _drill(self, release: Release) -> None:
        deliver.drill(self.t.by("olga"), self.project, release, self.words["drill"]["note"])
        for day, stage in ((63, "10"), (64, "50")):
            self.at(day)
            deliver.change_stage(self.t.by("lena"), self.project, release, stage, self.words["stages"][stage])

    def _decide(self, number: int) -> None:
        case = Case.objects.filter(service=self.service).order_by("number")[number]
        who = ("flor", "fidel")[number % 2]
        refused = number % 7 == 3
        outcome = NONE if refused else self.right[case.pk]
        self._decide_one(case, who, outcome, self.words["reasons"]["refuse" if refused else "follow"])
        self.t.moment += timedelta(hours=2)
        for notice in Notice.objects.filter(case=case, sent=None):
            send_notice(self.t.by(who), self.project, notice)

    def _decide_one(self, case: Case, who: str, outcome: str, reason: str) -> None:
        """Claimed, read and decided; a case of the lot is decided before the advice opens, and again after."""
        deliver.claim_case(self.t.by(who), self.project, case)
        for step in (deliver.record_determination, deliver.revise_determination):
            case.refresh_from_db()
            if case.closed:
                return
            for path in sorted(needed_evidence(case, self.t.people[who].pk)):
                deliver.open_evidence(self.t.by(who), self.project, case, path)
            self.t.moment += timedelta(minutes=2)
            step(self.t.by(who), self.project, case, "", reason, outcome)

    def _appeals(self) -> None:
        """One was won, and what the tool had said wrong became a test case; the other waits."""
        words = self.words["appeal"]
        refused = Determination.objects.filter(case__service=self.service, outcome=NONE).order_by("pk")
        latest = {made.case_id: made for made in refused if hasattr(made, "notice")}
        first, *rest = latest.values()
        self.at(74)
        appeal = self._appeal(first, words["text"])
        self.at(78)
        other = "fidel" if first.person.username == "flor" else "flor"
        right = self.right[first.case_id]
        for_tool = ForTool({"text": words["test_text"]}, words["test_because"], invented=True)
        decide_appeal(self.t.by(other), self.project, appeal, "changed", words["answer"], right, for_tool)
        appeal.refresh_from_db()
        if appeal.test_case is not None:
            design.agree_test_case(self.t.by("lena"), self.project, appeal.test_case)
        if rest:
            self.at(80)
            self._appeal(rest[0], words["open_text"])

    def _appeal(self, made: Determination, text: str) -> Appeal:
        return submit_appeal(self.t.by("visitor"), self.project, made, text, token=made.notice.token)

    def _worth(self) -> None:
        self.at(66)
        for row in self.words["benefit"]:
            due = (self.t.moment + timedelta(days=200)).date()
            given = {key: value for key, value in row.items() if key not in {"owner", "measured"}}
            benefit = assess.state_benefit(
                self.t.by("lena"), self.project, **given, owner=self.t.people[row["owner"]], due=due
            )
            if "measured" in row:
                assess.measure_benefit(
                    self.t.by("flor"), self.project, benefit, **row["measured"], on=self.t.moment.date()
                )
        for row in self.words["cost"]:
            assess.state_cost(self.t.by("dario"), self.project, **row)

    def _watch(self) -> None:
        """An incident is reported, mended and told; the overseer demands an answer and gets it."""
        words = self.words["incident"]
        self.at(70)
        incident = assess.report_incident(self.t.by("visitor"), self.project, words["title"], words["text"])
        self.at(71)
        assess.triage_incident(
            self.t.by("lena"), self.project, incident, "confirmed", words["reason"], "incident", "public_interest",
            affected=words["affected"],
        )  # fmt: skip
        self.at(75)
        assess.close_incident(self.t.by("lena"), self.project, incident, words["done"], words["summary"])
        self.at(76)
        due = (self.t.moment + timedelta(days=5)).date()
        asked = assess.demand(self.t.by("olga"), self.project, self.words["demand"]["question"], due)
        self.at(79)
        assess.answer_demand(self.t.by("lena"), self.project, asked, self.words["demand"]["answer"])


def reports(desks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every sentence of every desk at every place, in both languages. ``fold`` 0 is kept from learning."""
    rows = []
    for desk in desks:
        for number, (pattern, place) in enumerate(product(desk["said"], desk["places"])):
            for which, language in enumerate(LANGUAGES):
                rows.append(
                    {
                        "id": f"{desk['code']}-{number}-{language}",
                        "text": pattern[which].format(place=place[which]),
                        "desk": desk["code"],
                        "language": language,
                        "fold": number % 2,
                    }
                )
    return rows
