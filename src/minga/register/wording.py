"""The words for the record's fields and codes, in the language of the page or of an export."""

from collections.abc import Mapping

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from minga.register.days import day_in
from minga.register.happened import words
from minga.register.rows import Limit, Share, Source
from minga.tools.registers import Loss, fields
from minga.web.format import percent, whole

Text = str | Promise


def _canonical(name: str) -> str:
    words = fields()[name].label
    return words.get((get_language() or "en")[:2], words["en"])


canonical_label = lazy(_canonical, str)
# Fields that no page of ours had before the standards asked for them: they are called what the standards call them.
ASKED_BY_STANDARDS = (
    "incidents", "data_modality", "users", "vulnerable_groups", "proportionality", "decision_supported", "technique",
    "system_input", "explainability", "fairness", "data_quantity", "development_origin", "authority_to_operate",
    "publication_scope", "eu_risk_class", "us_high_impact", "impact_on_rights", "independent_review", "conformity",
    "baseline_indicators",
)  # fmt: skip

LABELS: dict[str, Text] = {
    "record_id": _("Identifier"),
    "name": _("Name"),
    "summary": _("In two sentences"),
    "languages": _("Languages of the record"),
    "phase": _("Phase"),
    "public_url": _("Address of this record"),
    "deploying_org": _("Public body"),
    "limits": _("What it cannot do"),
    "outcome": _("Outcome of the project"),
    "start_date": _("In use since"),
    "end_date": _("In use until"),
    "description": _("Description"),
    "policy_theme": _("Field of government"),
    "tags": _("Key words"),
    "territory": _("Territory"),
    "org_type": _("Kind of body"),
    "org_unit": _("Team in charge"),
    "responsible_owner": _("Who answers for it"),
    "public_contact": _("Contact"),
    "teams_involved": _("Who works together"),
    "provider": _("Suppliers"),
    "procurement": _("How the supplier was chosen"),
    "supplier_data_access": _("What data the supplier may see"),
    "problem": _("The problem"),
    "why_it_matters": _("Why it matters"),
    "intended_purpose": _("What it is meant for"),
    "out_of_scope_uses": _("What it is not meant for"),
    "benefits": _("What it should bring"),
    "previous_process": _("How it was done before"),
    "alternatives": _("What else was considered"),
    "not_deploying": _("Why it is not used"),
    "legal_basis": _("Legal basis"),
    "service_process_url": _("Address of the service"),
    "affected_groups": _("Whom it concerns"),
    "scale_of_use": _("How much it is used"),
    "role_in_decision": _("Its part in the decision"),
    "provided_information": _("What it shows to the person who decides"),
    "automation_level": _("Who decides"),
    "human_oversight": _("What people decided"),
    "override_and_failsafe": _("What stops it by itself"),
    "overseers": _("Overseers who can stop it"),
    "training_of_staff": _("Training of those who use it"),
    "explanation_and_notice": _("How people are told"),
    "appeal_route": _("How to contest"),
    "capability": _("Kind of task (OECD)"),
    "function": _("Function in government (OECD)"),
    "models": _("Versions of the tool"),
    "learns_in_use": _("Learned from data"),
    "architecture": _("How it is built"),
    "source_code_url": _("Source code"),
    "performance": _("How often it was right"),
    "criteria_and_checks": _("What it had to meet, and the checks"),
    "exceptions": _("Signed exceptions"),
    "maintenance_monitoring": _("How it is looked after"),
    "datasets": _("Data"),
    "personal_data": _("Personal data"),
    "sensitive_attributes": _("Sensitive attributes"),
    "representativeness": _("Whom the data leave out"),
    "collection_cleaning": _("How the data are gathered and cleaned"),
    "sharing_storage_security": _("How the data are shared and kept"),
    "risks": _("Risks, and what is done about them"),
    "assessments": _("Impact assessments"),
    "stage": _("Stage of the rollout"),
    "stage_history": _("Stages so far"),
    "participation_events": _("Who took part"),
    "participation_effect": _("What came of contributions"),
    "silent_groups": _("Groups that took no part, and why"),
    "compensation": _("Who is paid for their time"),
    "gates": _("How each step was decided"),
    "evaluations": _("Reviews"),
    "review_due": _("Next review"),
    "gains": _("What it brought: efficiency and legitimacy"),
    "data_uses": _("Uses of the data that earn money"),
    "consultations": _("How people were asked"),
    **{name: canonical_label(name) for name in ASKED_BY_STANDARDS},
}

PHASES: dict[str, Text] = {
    "idea": _("Idea"),
    "design": _("In design"),
    "prototype": _("Prototype"),
    "private_pilot": _("In shadow: it runs, nobody sees its advice"),
    "public_pilot": _("On trial"),
    "in_use": _("In use"),
    "suspended": _("Switched off"),
    "retired": _("Ended"),
}
METRICS: dict[str, Text] = {
    "precision": _("decided flags that a person confirmed"),
    "missed": _("unflagged cases, drawn at random, in which a person saw a problem"),
    "withdrawn": _("flags withdrawn or explained"),
    "kept": _("unaided decisions kept once the advice was seen"),
    "overruled": _("decisions with the advice in view that went another way"),
    "control_missed": _("cases drawn past the list and decided against a person that the list would have put last"),
    "appeals_won": _("answered appeals that the person won"),
}
CHOICES: dict[str, Text] = {
    "accept": _("Accepted"),
    "edit": _("Right for another reason"),
    "reject": _("Rejected: there is a good reason"),
    "cannot_tell": _("Could not tell"),
}


def label(field: str) -> str:
    return str(LABELS.get(field, field))


def named(loss: Loss, language: str) -> str:
    """What a loss is about, by the name that the page of the record gives the field."""
    with override(language):
        return label(loss.field) if loss.field in LABELS else loss.name(language)


def in_language(text: Mapping[str, str]) -> str:
    """The sentence in the language of the page, else in English, else the first there is."""
    language = (get_language() or "en")[:2]
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def share(found: Share) -> str:
    """ "43 % (41 of 96, interval 33 to 53 %)", or the count and that there are too few."""
    count = {"count": whole(found.count), "of": whole(found.of)}
    if found.value is None or found.low is None or found.high is None:
        return gettext("%(count)s of %(of)s, too few to judge") % count
    return gettext("%(share)s (%(count)s of %(of)s, interval %(low)s to %(high)s)") % {
        **count,
        "share": percent(100 * found.value, 0),
        "low": percent(100 * found.low, 0),
        "high": percent(100 * found.high, 0),
    }


def limit(found: Limit) -> str:
    """One sentence of what the tool cannot do."""
    if found.text:
        return in_language(found.text)
    if found.kind == "missed" and found.share and found.share.value is None:
        return gettext(
            "What it misses is measured on a random sample of unflagged cases. A person saw a problem in %(count)s of "
            "the %(of)s decided so far: too few to judge."
        ) % {"count": whole(found.share.count), "of": whole(found.share.of)}
    if found.kind == "not_a_finding" and found.share and found.share.value is None:
        return gettext(
            "A flag is not a finding of wrongdoing. People confirmed %(count)s of the %(of)s decided flags: too few to "
            "judge."
        ) % {"count": whole(found.share.count), "of": whole(found.share.of)}
    return _counted_limit(found)


def _counted_limit(found: Limit) -> str:
    """One sentence of what its figures show, where there are enough of them."""
    counts = {"count": whole(found.count), "of": whole(found.of)}
    if found.kind == "not_a_finding" and found.share:
        return gettext("A flag is not a finding of wrongdoing. Of the decided flags, people confirmed %(share)s.") % {
            "share": share(found.share)
        }
    if found.kind == "missed" and found.share:
        return gettext(
            "What it misses is measured on a random sample: a person saw a problem in %(share)s of unflagged cases."
        ) % {"share": share(found.share)}
    if found.kind == "untested":
        return gettext("What it misses is not known yet: no unflagged case has been decided.")
    if found.reason == "groups":
        return (
            ngettext(
                "It says nothing reliable about %(count)s of %(of)s group: too few cases.",
                "It says nothing reliable about %(count)s of %(of)s groups: too few cases.",
                found.of,
            )
            % counts
        )
    return gettext("It says nothing about %(count)s of %(of)s rows of the data, which could not be used.") % counts


def source(found: Source) -> str:
    """Where a value is known from, in words."""
    if found.kind == "card":
        return gettext("the card of the tool %(name)s") % {"name": found.name}
    if found.kind == "setting":
        return gettext("a setting of this installation")
    if found.kind == "typed":
        return gettext("written for this record on %(day)s (ledger entry %(seq)s)") % {
            "day": day_in(found.happened),
            "seq": found.seq,
        }
    return gettext("ledger entry %(seq)s: %(what)s, %(day)s") % {
        "seq": found.seq,
        "what": words(found.action).lower(),
        "day": day_in(found.happened),
    }
