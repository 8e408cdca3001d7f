"""Risks and assessments, who took part, and what happened since."""

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.assess.models import Incident, Review
from minga.engage.models import Decision
from minga.people.models import Group
from minga.register import rows, wording
from minga.register.canonical.texts import join, leading_code, lines, own, said, value
from minga.register.document import Record
from minga.tools.registers import parts as p
from minga.tools.registers.parts import Text
from minga.web.format import whole


def risk(record: Record) -> dict[str, Any]:
    eu, us, review = value(record.eu_risk_class), value(record.us_high_impact), value(record.independent_review)
    rights, conformity, found = value(record.impact_on_rights), value(record.conformity), value(record.assessments)
    return {
        "eu_risk_class": _eu(eu) if eu else None,
        "us_high_impact": p.Stated(code=leading_code("us_impact", us), text=own(us)) if us else None,
        "impact_on_rights": p.Impacts(text=own(rights)) if rights else None,
        "risks": [*(p.Risk(risk=told) for told in lines(value(record.risks))), *_failures(record)] or None,
        "assessments": [_assessment(line) for line in (found or "").splitlines() if line.strip()] or None,
        "independent_review": p.Review(code=leading_code("review", review), findings=own(review)) if review else None,
        "conformity": p.Conformity(text=own(conformity)) if conformity else None,
    }


def _eu(text: str) -> p.EuRisk:
    """The class that the text begins with, and the ground of Article 6(3) that a line of it begins with."""
    grounds = (leading_code("eu_ground", line) for line in text.splitlines())
    ground = next((code for code in grounds if code), None)
    return p.EuRisk(risk_class=leading_code("eu_risk", text), art6_3_ground=ground, text=own(text))


def _failures(record: Record) -> list[p.Risk]:
    """The failures that are known of the tool: what its card says, and what people add to its limits."""
    known = [one for one in record.limits.value if one.kind in {"failure", "typed"}]
    return [p.Risk(risk=said(partial(wording.limit, one))) for one in known]


def _assessment(line: str) -> p.Assessment:
    """One line per assessment ("Security: yes, in May"): its kind where the line begins with the name of one, and
    whether it was done where a yes, a no or the like follows the colon."""
    state = leading_code("answer", line.partition(":")[2])
    return p.Assessment(kind=leading_code("assessment", line), state=state, summary=own(line))


def participation(record: Record) -> dict[str, Any]:
    ways = [_way(one) for one in value(record.consultations) or ()]
    groups = [_group(one) for one in value(record.participation_events) or () if one.took_part]
    dissent = [one for one in value(record.gates) or () if one.dissent]
    return {
        "participation_events": [*ways, *groups] or None,
        "participation_effect": [_effect(one) for one in value(record.participation_effect) or ()] or None,
        "open_concerns": [_concern(one) for one in dissent] or None,
    }


def _way(one: rows.Consultation) -> p.Event:
    def told() -> str:
        return ngettext("%(times)s time", "%(times)s times", one.times) % {"times": whole(one.times)}

    return p.Event(method=one.method, when=one.last or None, text=said(told))


def _group(one: rows.Group) -> p.Event:
    return p.Event(who=said(lambda: str(Group(one.group).label)), how_many=one.persons)


def _effect(one: rows.Effect) -> p.Effect:
    outcome = dict(Decision.Outcome.choices).get(one.outcome, one.outcome)

    def given() -> str:
        words = _("Contribution %(number)s, from %(group)s")
        return words % {"number": one.contribution, "group": Group(one.group).label}

    return p.Effect(
        input=said(given),
        response=own(one.reason),
        change=own(", ".join(one.led_to)),
        decided_by=said(lambda: str(outcome)),
    )


def _concern(one: rows.Gate) -> p.Concern:
    def status() -> str:
        words = _("Step %(step)s was passed all the same.") if one.passed else _("Step %(step)s was not passed.")
        return words % {"step": one.step}

    return p.Concern(concern=own(one.dissent), status=said(status))


def life(record: Record) -> dict[str, Any]:
    return {
        "evaluations": _evaluations(record),
        "incidents": [_incident(one, record.public_url.value) for one in value(record.incidents) or ()] or None,
        "evidence_links": _evidence(record),
    }


def _evaluations(record: Record) -> list[p.Evaluation] | None:
    found = [_evaluation(one) for one in value(record.evaluations) or ()]
    following = value(record.review_due)
    return [*found, *([p.Evaluation(due=following)] if following else [])] or None


def _evaluation(one: rows.ReviewRow) -> p.Evaluation:
    outcome = {**dict(Review.Outcome.choices), **dict(Review.State.choices)}.get(one.outcome or one.state, one.state)
    done = one.state == Review.State.CLOSED

    def told() -> str:
        return join([f"{one.version}: {outcome}", one.reason], ". ")

    return p.Evaluation(due=one.due[:10] or None, result=said(told) if done else None)


def _incident(one: rows.IncidentRow, address: str) -> p.Incident:
    site = address.partition("/projects/")[0]
    severity = dict(Incident.Severity.choices).get(one.severity, one.severity)

    def harm() -> str:
        kind = dict(Incident.Harm.choices).get(one.harm, one.harm)
        return join([one.summary, str(severity), str(kind)], " · ")

    groups: list[Text] = [told] if (told := own(one.affected)) else []
    return p.Incident(
        harm=said(harm), date=one.happened or None, groups=groups or None, fix=own(one.action),
        public_url=f"{site}{one.path}",
    )  # fmt: skip


def _evidence(record: Record) -> list[p.EvidenceLink] | None:
    """The ledger behind each field: where its last action stands among the entries of its kind."""
    site, _sep, rest = record.public_url.value.partition("/projects/")
    slug = rest.partition("/")[0]
    found = []
    for name in Record.__struct_fields__:
        known = getattr(record, name)
        sources = (
            [one for one in known.known_from if one.kind in {"ledger", "typed"}] if name != "format" and known else []
        )
        if sources:
            url = f"{site}/projects/{slug}/ledger/?action={sources[0].action}"
            found.append(p.EvidenceLink(field=name, source="log", url=url))
    return found or None
