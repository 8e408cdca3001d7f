"""Steps 1 to 4: the need, who is concerned, the data, and who can build it."""

from typing import Any

from minga.commission import actions as commission
from minga.commission.models import Stakeholder
from minga.design import actions as design
from minga.instruments.actions import answer
from minga.inventory import readers
from minga.inventory.actions import import_inventory
from minga.inventory.queries import search
from minga.ledger.action import BODY
from minga.portal.demonstration.cast import CAST
from minga.portal.demonstration.data import Data, parting_days
from minga.portal.demonstration.teller import HERE, LAW, Teller
from minga.projects import actions as projects

REGISTER = readers.Register("example", "Register of the example (invented)", "XX", "en")
SCORES = ("interest", "importance", "alignment", "capacity", "willingness")


def open_project(t: Teller) -> None:
    t.at(0)
    t.project = projects.open_project(
        t.by("lena"),
        BODY,
        **t.words["project"],
        demonstration=True,
        oecd_task="event-detection",
        oecd_function="oversight",
    )
    for part in CAST:
        person = t.people[part.username]
        if part.role == "overseer":
            projects.appoint_overseer(t.by("bea"), t.project, person=person)
        elif part.role not in (None, "lead"):
            projects.grant_role(t.by("lena"), t.project, person=person, role=part.role, on_board=part.on_board)


def problem(t: Teller) -> None:
    t.at(2)
    commission.state_need(t.by("lena"), t.project, **t.words["need"])
    for why in t.words["why"]:
        commission.answer_why(t.by(why["who"]), t.project, text=why["text"])
    t.at(5)
    import_inventory(t.by("bea"), BODY, readers.read(HERE / "systems.csv", register=REGISTER))
    found = search(t.words["priors"]["query"], most=3).systems
    commission.search_priors(t.by("dario"), t.project, **t.words["priors"], relevant=[one.pk for one in found])
    for option in t.words["option"]:
        told = {key: value for key, value in option.items() if key != "who"}
        commission.compare_option(t.by(option["who"]), t.project, **told, affected="Auditors, buyers and bidders")
    t.at(7)
    t.gate(1)


def stakeholders(t: Teller) -> None:
    t.at(10)
    known = {row["group"]: _stakeholder(t, row) for row in t.words["stakeholder"]}
    t.at(13)
    for row in t.words["beneficiary"]:
        commission.estimate_beneficiaries(
            t.by("fabia"),
            t.project,
            **{key: value for key, value in row.items() if key != "group"},
            source="register of suppliers and household survey (invented)",
            stakeholder=known[row["group"]],
        )
    t.at(16)
    _partnership(t)
    t.at(18)
    t.gate(2)


def _stakeholder(t: Teller, row: dict[str, Any]) -> Stakeholder:
    call = t.words["call"] if row["path"] == "open_call" else {}
    told = {key: row[key] for key in ("name", "group", "concern", "path")}
    made = commission.list_stakeholder(t.by("fabia"), t.project, **told, **call)
    scores = dict(zip(SCORES, row["scores"], strict=True))
    reasons = dict.fromkeys(SCORES, "Said so in the first meeting.")
    commission.assess_stakeholder(t.by("fabia"), t.project, made, scores=scores, reasons=reasons)
    return made


def _partnership(t: Teller) -> None:
    words = t.words["partnership"]
    rules = {int(step): rule for step, rule in words["rules"].items()}
    made = commission.propose_partnership(
        t.by("lena"), t.project, aims=words["aims"], parties=words["party"], rules=rules
    )
    for party in made.parties.all():
        commission.agree_partnership(t.by(t.words["signers"][party.group]), t.project, made, party)
    commission.start_partnership(t.by("lena"), t.project, made)


def data(t: Teller) -> Data:
    """Import the calls, part them into three by date, and answer the six questions."""
    t.at(21)
    words = t.words["data"]
    whole = design.import_dataset(
        t.by("dario"),
        t.project,
        t.material.path,
        name=words["name"],
        purpose=words["purpose"],
        steward=words["steward"],
        lawful_basis=LAW,
        labels=t.material.labels,
        background=False,
    )
    found = Data(whole, whole, whole)
    days = parting_days(whole)
    if days:
        names = words["parts"]
        earlier, rest = design.split_dataset(t.by("dario"), t.project, whole, days[0], (names[0], names[1]))
        later, newest = design.split_dataset(t.by("dario"), t.project, rest, days[1], (names[2], names[3]))
        found = Data(earlier, later, newest)
    t.at(26)
    design.assess_dataset(
        t.by("dario"),
        t.project,
        whole,
        steward=words["steward"],
        lawful_basis=LAW,
        recipients=[{"name": words["recipient"], "purpose": words["recipient_purpose"]}],
        answers={**t.answers["data"], "updated": t.moment.date().isoformat()},
    )
    t.at(32)
    t.gate(3)
    return found


def experts(t: Teller) -> None:
    t.at(38)
    answer(t.by("dario"), t.project, "experts", t.answers["experts"])
    t.at(43)
    t.gate(4)
