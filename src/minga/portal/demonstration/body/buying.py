"""An open call with a jury, one of whom has a conflict of interest; money in stages; a supplier that is looked at."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from minga.ledger.action import BODY
from minga.portal.demonstration.teller import Teller
from minga.procurement import actions
from minga.procurement.models import Offer, Procedure
from minga.projects.models import Project

JURY = ("dario", "flor")


def tell(t: Teller, project: Project) -> None:
    _supplier(t)
    t.at(120)
    call = _opened(t, project)
    t.at(136)
    offers = [_handed_in(t, project, call, row) for row in t.words["call"]["offer"]]
    actions.move(t.by("lena"), project, call, t.words["call"]["closed"])
    call.refresh_from_db()
    t.at(145)
    for offer, row in offers:
        _judged(t, project, call, offer, row)
    _decided(t, project, offers)


def _opened(t: Teller, project: Project) -> Procedure:
    words = t.words["call"]
    call = actions.open_procedure(
        t.by("lena"), project, kind="call", title=words["title"], text=words["text"], budget=Decimal(9000)
    )
    actions.set_criteria(t.by("lena"), project, call, words["criteria"])
    for name in JURY:
        actions.name_assessor(t.by("lena"), project, call, t.people[name])
    actions.move(t.by("lena"), project, call, words["open"])
    call.refresh_from_db()
    return call


def _handed_in(t: Teller, project: Project, call: Procedure, row: dict[str, Any]) -> tuple[Offer, dict[str, Any]]:
    given = {name: row[name] for name in ("name", "text", "unit")}
    return actions.receive_offer(t.by("visitor"), project, call, **given, price=Decimal(row["price"])), row


def _judged(t: Teller, project: Project, call: Procedure, offer: Offer, row: dict[str, Any]) -> None:
    criteria = list(call.criteria.values_list("pk", flat=True))
    for name in JURY:
        points = row["points"].get(name)
        if points is None:
            actions.declare(t.by(name), project, offer, conflict=True, text=row["conflict"])
            continue
        actions.declare(t.by(name), project, offer, conflict=False)
        said = dict.fromkeys(criteria, row["said"])
        actions.score(t.by(name), project, offer, dict(zip(criteria, points, strict=True)), said)


def _decided(t: Teller, project: Project, offers: list[tuple[Offer, dict[str, Any]]]) -> None:
    (chosen, first), *others = offers
    t.at(150)
    actions.select(t.by("lena"), project, chosen, first["answer"], Decimal(first["price"]))
    for offer, row in others:
        actions.decline(t.by("lena"), project, offer, row["answer"])
    actions.plan_funding(t.by("lena"), project, chosen, t.words["call"]["part"])
    t.at(200)
    paid = t.words["call"]["paid"]
    actions.release_funding(t.by("lena"), project, chosen.funding.get(number=1), paid["evidence"])


def _supplier(t: Teller) -> None:
    words = t.words["supplier"]
    t.at(70)
    shown = [{"kind": kind, "text": text, "url": "", "valid_until": None} for kind, text in words["evidence"].items()]
    found = actions.apply(
        t.by("visitor"), BODY, name=words["name"], offers_what=words["offers"], contact=words["contact"],
        email="public@telar.example", country="XX", evidence=shown,
    )  # fmt: skip
    t.at(80)
    for one in found.evidence.all():
        actions.check_evidence(t.by("fabia"), BODY, found, one, True)
    actions.qualify(t.by("fabia"), BODY, found, (t.moment + timedelta(days=720)).date(), words["reason"])
