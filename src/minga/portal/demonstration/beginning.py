"""Steps 1 to 4: the need, who is concerned, the data, and who can build it."""

from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from minga.commission import actions as commission
from minga.commission.models import Stakeholder
from minga.design import actions as design
from minga.design.models import Dataset
from minga.instruments.actions import answer
from minga.inventory import readers
from minga.inventory.actions import import_inventory
from minga.inventory.models import Source
from minga.inventory.queries import search
from minga.ledger.action import BODY
from minga.portal.demonstration.cast import CAST
from minga.portal.demonstration.data import DELIVERED, Data, parting_days
from minga.portal.demonstration.teller import HERE, LAW, Teller
from minga.projects import actions as projects

REGISTER = readers.Register("example", "Register of the example (invented)", "XX", "en")
# The lots of the desk hang on the chain: with one name the story is the same each time.
CHAIN = str(uuid5(NAMESPACE_URL, "minga/demonstration"))
SCORES = ("interest", "importance", "alignment", "capacity", "willingness")


def open_project(
    t: Teller, chain: str = CHAIN, oecd_task: str = "event-detection", oecd_function: str = "oversight"
) -> None:
    t.at(0)
    t.project = projects.open_project(
        t.by("lena"),
        BODY,
        **t.words["project"],
        demonstration=True,
        chain=chain,
        oecd_task=oecd_task,
        oecd_function=oecd_function,
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
    if not Source.objects.exists():
        import_inventory(t.by("bea"), BODY, readers.read(HERE / "systems.csv", register=REGISTER))
    found = search(t.words["priors"]["query"], most=3).systems
    words = {key: t.words["priors"][key] for key in ("query", "verdict", "note")}
    commission.search_priors(t.by("dario"), t.project, **words, relevant=[one.pk for one in found])
    for option in t.words["option"]:
        told = {key: value for key, value in option.items() if key != "who"}
        commission.compare_option(t.by(option["who"]), t.project, **told, affected=t.words["priors"]["affected"])
    answer(t.by("lena"), t.project, "prohibited", t.answers["prohibited"])
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
            source=t.words["counted"],
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


def deliver(t: Teller, number: int) -> Dataset:
    """Import delivery ``number``; the dates in the operator's own calls are not those of the story, which it says."""
    words, delivery = t.words["data"], t.material.deliveries[number]
    purpose = words["new_purpose"] if number else words["purpose"]
    return design.import_dataset(
        t.by("dario"),
        t.project,
        delivery.path,
        name=words["new"][number - 1] if number else words["name"],
        purpose=purpose if t.material.generated else f"{purpose}. {words['own_dates']}",
        steward=words["steward"],
        lawful_basis=LAW,
        labels=delivery.labels,
        background=False,
    )


def part(t: Teller, whole: Dataset) -> Data:
    """Earlier and later calls by date; of the operator's own also the newest, in two halves for two draws."""
    names = t.words["data"]["parts"]
    days = parting_days(whole, 2 if t.material.generated else 6)
    if not days:
        return Data(whole, whole, (whole,))
    split = partial(design.split_dataset, project=t.project)
    if t.material.generated:
        return Data(*split(t.by("dario"), dataset=whole, at=days[0], names=(names[0], names[1])))
    earlier, rest = split(t.by("dario"), dataset=whole, at=days[1], names=(names[0], names[2]))
    later, newest = split(t.by("dario"), dataset=rest, at=days[3], names=(names[1], names[3]))
    return Data(earlier, later, split(t.by("dario"), dataset=newest, at=days[4], names=(names[4], names[5])))


def data(t: Teller) -> Data:
    """Import the calls, part them by date, and answer the six questions."""
    t.at(DELIVERED[0])
    words = t.words["data"]
    whole = deliver(t, 0)
    found = part(t, whole)
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
