"""What an annex is built from: the answers of the question set, and what the project knows without being asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.assess import currencies
from minga.assess.models import StopRule, in_words
from minga.design.queries import binding
from minga.instruments import library
from minga.instruments.definition import say
from minga.instruments.queries import filled
from minga.procurement.clauses import Change, Draft, build, clauses
from minga.procurement.models import ClauseEdit, Offer, Procedure
from minga.procurement.queries import decided
from minga.projects.models import Project
from minga.projects.screens import high_risk

SET = "procurement_terms"


def draft(procedure: Procedure, language: str) -> Draft:
    """The annex of a procedure as it would be made now."""
    project = procedure.project
    facts = _facts(procedure)
    with override(language):
        lists = _lists(project) if project else {}
        elsewhere = _only_elsewhere(procedure, language)
    made = build(clauses(), facts, lists, high=is_high(facts, project), language=language,
                 changes=changes(procedure, language), words=_words(language))  # fmt: skip
    return replace(made, undecided=(*made.undecided, *elsewhere))


def is_high(facts: dict[str, Any], project: Project | None) -> bool:
    """The answer of the question set; high as well where any other answered set says so."""
    return facts.get("high_risk") == "yes" or (project is not None and high_risk(project))


def changes(procedure: Procedure, language: str) -> dict[str, Change]:
    """What people did to the clauses, the newest change of each; a new wording counts in its own language."""
    rows = {clause: by_language.get(language) or by_language.get("") for clause, by_language in _edits(procedure)}
    return {clause: Change(row.out, row.text, row.reason) for clause, row in rows.items() if row is not None}


def _edits(procedure: Procedure) -> Iterable[tuple[str, dict[str, ClauseEdit]]]:
    """Per clause what counts now: language -> its new wording, or "" -> that it was taken out."""
    found: dict[str, dict[str, ClauseEdit]] = {}
    for row in procedure.clause_edits.order_by("pk"):
        here = found.setdefault(row.clause, {})
        if row.out or not row.text:
            here.clear()
        if row.out:
            here[""] = row
        elif row.text:
            here.pop("", None)
            here[row.language] = row
    return found.items()


def _only_elsewhere(procedure: Procedure, language: str) -> list[str]:
    """Clauses whose new wording exists in another language only: this one would say something else."""
    titles = {one.id: say(one.title, language) for one in clauses().clauses}
    return [
        _("“%(clause)s” was written anew in another language only") % {"clause": titles[clause]}
        for clause, rows in _edits(procedure)
        if clause in titles and rows and not {"", language} & set(rows)
    ]


def _facts(procedure: Procedure) -> dict[str, Any]:
    project = procedure.project
    found: dict[str, Any] = dict(filled(project, SET).reading.answers) if project else {}
    currency = procedure.currency or (currencies.settled(project) if project else "") or currencies.default()
    known = {"body": str(settings.MINGA_BODY_NAME), "currency": currency}
    return found | known | _of_the_choice(procedure)


def _of_the_choice(procedure: Procedure) -> dict[str, Any]:
    """Who was chosen and at which price, once every offer is decided on: an annex is public."""
    chosen = procedure.offers.filter(state=Offer.State.SELECTED).first() if decided(procedure) else None
    if chosen is None:
        return {}
    told: dict[str, Any] = {"supplier_name": chosen.name}
    if chosen.price is not None:
        told |= {"price": chosen.price} | ({"price_unit": chosen.unit} if chosen.unit else {})
    return told


def _lists(project: Project) -> dict[str, list[str]]:
    rules = StopRule.objects.filter(project=project, active=True).order_by("pk")
    return {
        "criteria": [f"{one.code}: {one.sentence}" for one in binding(project)],
        "stop_rules": list(dict.fromkeys(_rule(rule) for rule in rules)),
    }


def _rule(rule: StopRule) -> str:
    return _("%(what)s goes beyond %(bound)s") % {
        "what": rule.get_metric_display(),
        "bound": in_words(rule.metric, float(rule.bound)),
    }


def _words(language: str) -> dict[str, str]:
    """How a reader is told what an annex still lacks: the question that asks for it."""
    asked = {id: say(question.ask, language) for id, question in library.load(SET).questions.items()}
    with override(language):
        return asked | {
            "criteria": _("Criteria that bind: the project has none yet"),
            "stop_rules": _("Rules that stop the tool: the project has none yet"),
        }
