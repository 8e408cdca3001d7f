"""UK Algorithmic Transparency Recording Standard, version 3.0: 65 fields by reference.

Two fields are called "phase" (0.13 and 2.4.1.2), so the document is keyed by reference. What version 4.0 changes
stands in CHANGED_IN_4. The standard has no place for ranges, provenance or history: its fields are prose in English.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from minga.register.document import FIELDS, Record
from minga.register.exports import Loss, Standard
from minga.register.exports import atrs_words as say

Make = Callable[[Record], str]


@dataclass(frozen=True, slots=True)
class Place:
    """One field of the standard. ``uses``: the canonical fields that it is made from."""

    ref: str
    attribute: str
    required: bool
    uses: tuple[str, ...] = ()
    make: Make | None = None


def _plain(field: str) -> Make:
    def make(record: Record) -> str:
        known = getattr(record, field)
        return str(known.value) if known else ""

    return make


def _field(ref: str, attribute: str, *uses: str, required: bool = True, make: Make | None = None) -> Place:
    return Place(ref, attribute, required, uses, make or (_plain(uses[0]) if uses else None))


PLACES: tuple[Place, ...] = (
    _field("0.1", "id", "record_id"),
    _field("0.2", "standard_version", make=lambda record: "3.0"),
    _field("0.3", "organisation_type", "org_type"),
    _field("0.4", "function", "policy_theme"),
    _field("0.5", "capability", "capability", make=say.capability),
    _field("0.6", "task", "capability"),
    _field("0.7", "tags", "tags"),
    _field("0.8", "date_of_completion", make=say.updated),
    _field("0.9", "date_updated", make=say.updated),
    _field("0.10", "date_archived", "end_date", make=say.archived),
    _field("0.11", "title", "deploying_org", "name", make=say.title),
    _field("0.12", "organisation_name", "deploying_org"),
    _field("0.13", "phase", "phase", make=say.phase),
    _field("0.14", "region", "territory"),
    _field("0.15", "one_sentence_description", "summary", make=say.one_sentence),
    _field("1.1", "name", "name"),
    _field("1.2", "description", "summary", "description", make=say.description),
    _field("1.3", "website_url", "public_url", "service_process_url", make=say.website),
    _field("1.4", "contact_email", "public_contact"),
    _field("2.1.1", "organisation_or_department", "deploying_org"),
    _field("2.1.2", "team", "org_unit"),
    _field("2.1.3", "senior_responsible_owner", "responsible_owner"),
    _field("2.1.4", "external_supplier_involvement", "provider", make=say.supplier_involved),
    _field("2.1.4.1", "external_supplier", "provider", required=False, make=say.suppliers),
    _field("2.1.4.2", "companies_house_number", required=False),
    _field("2.1.4.3", "external_supplier_role", "provider", required=False, make=say.supplier_roles),
    _field("2.1.4.4", "procurement_procedure_type", "procurement", required=False),
    _field("2.1.4.5", "data_access_terms", "supplier_data_access", required=False),
    _field("2.2.1", "detailed_description", "models", "problem", required=False, make=say.detailed),
    _field("2.2.2", "scope", "intended_purpose", "problem", "out_of_scope_uses", "limits", make=say.scope),
    _field("2.2.3", "benefit", "benefits", "why_it_matters", "gains", make=say.benefit),
    _field("2.2.4", "previous_process", "previous_process", required=False),
    _field("2.2.5", "alternatives_considered", "alternatives", "not_deploying", required=False, make=say.alternatives),
    _field("2.3.1", "process_integration", "role_in_decision", "automation_level", "stage", "legal_basis",
           "affected_groups", make=say.integration),
    _field("2.3.2", "provided_information", "provided_information", make=say.information),
    _field("2.3.3", "frequency_and_scale_of_usage", "scale_of_use", make=say.scale),
    _field("2.3.4", "human_decisions_and_review", "human_oversight", "automation_level", "override_and_failsafe",
           "overseers", make=say.human_review),
    _field("2.3.5", "required_training", "training_of_staff"),
    _field("2.3.6", "appeals_and_review", "appeal_route", required=False, make=say.appeals),
    _field("2.4.1.1", "system_architecture", "architecture", "source_code_url", "public_url", make=say.architecture),
    _field("2.4.1.2", "phase", "phase", make=say.phase),
    _field("2.4.1.3", "maintenance", "maintenance_monitoring", "evaluations", "review_due", "learns_in_use",
           make=say.maintenance),
    _field("2.4.1.4", "models", "models", make=say.models),
    _field("2.4.2.1", "model_name", "models", make=say.model_name),
    _field("2.4.2.2", "model_version", "models", make=say.model_version),
    _field("2.4.2.3", "model_task", "models", make=say.model_task),
    _field("2.4.2.4", "model_input", "models", make=say.model_input),
    _field("2.4.2.5", "model_output", "provided_information", make=say.information),
    _field("2.4.2.6", "model_architecture", "learns_in_use", "models", make=say.model_architecture),
    _field("2.4.2.7", "model_performance", "performance", "criteria_and_checks", make=say.performance),
    _field("2.4.2.8", "datasets", "datasets", make=say.dataset_names),
    _field("2.4.2.9", "dataset_purposes", "datasets", make=say.dataset_purposes),
    _field("2.4.3.1", "source_data_name", "datasets", make=say.dataset_names),
    _field("2.4.3.2", "data_modality", "data_modality"),
    _field("2.4.3.3", "data_description", "datasets", make=say.dataset_descriptions),
    _field("2.4.3.4", "data_quantities", "datasets", make=say.dataset_quantities),
    _field("2.4.3.5", "sensitive_attributes", "sensitive_attributes", "personal_data", make=say.sensitive),
    _field("2.4.3.6", "data_completeness_and_representativeness", "representativeness", "datasets",
           make=say.completeness),
    _field("2.4.3.7", "source_data_url", "datasets", make=say.dataset_addresses),
    _field("2.4.3.8", "data_collection", "collection_cleaning", "datasets", make=say.collection),
    _field("2.4.3.9", "data_cleaning", "datasets", required=False, make=say.cleaning),
    _field("2.4.3.10", "data_sharing_agreements", "sharing_storage_security"),
    _field("2.4.3.11", "data_access_and_storage", "sharing_storage_security"),
    _field("2.5.1", "impact_assessment", "assessments"),
    _field("2.5.2", "risks_and_mitigations", "risks", "limits", make=say.risks),
)  # fmt: skip

# What version 4.0 does with a field of 3.0, by reference.
CHANGED_IN_4: dict[str, str] = {
    **{f"0.{n}": "no longer in the template" for n in range(1, 11)},
    "0.13": "the pilot value is split into private and public beta",
    "0.14": "gains a value for tools used abroad",
    "2.1.4": "suppliers are called third parties",
    "2.2.2": "merged into 2.2.1",
    "2.3.2": "merged with 2.3.1",
    "2.3.4": "renamed human review",
    "2.4.1.2": "removed; the number passes to the input of the system, and 2.4.1.3 to its output",
    "2.4.2.9": "merged with 2.4.2.8",
    **{f"2.4.3.{n}": "split into data for development (2.4.3) and in operation (2.4.4)" for n in range(1, 12)},
}

REDUCED: dict[str, str | Promise] = {
    "affected_groups": _("numbers and their sources become prose"),
    "alternatives": _("verdict and risk of each option become prose"),
    "appeal_route": _("time limits and counts become prose; how many contests were won has no field"),
    "automation_level": _("a code becomes prose and cannot be read back"),
    "criteria_and_checks": _(
        "only the last check of each criterion; earlier failures, intervals and approval are lost"
    ),
    "datasets": _("content hashes, rows rejected and failed, and each set's own lawful basis are lost"),
    "evaluations": _("due dates and what each group said are lost"),
    "data_uses": _("no field asks who earns money with the data"),
    "gains": _("baseline, range and measured value become prose; whether it was as expected has no field"),
    "human_oversight": _("counts become prose; unaided decisions have no field"),
    "models": _("one version only; earlier versions and content hashes are lost"),
    "override_and_failsafe": _("bounds of stop rules become prose"),
    "performance": _("intervals and group sizes become prose"),
    "phase": _("eight phases become four; switched off counts as retired"),
    "legal_basis": _("no field of its own: part of the prose of 2.3.1"),
    "languages": _("English only"),
}


def export(record: Record) -> tuple[dict[str, Any], list[Loss]]:
    """({"standard", "canonical_url", "fields": [{ref, attribute, value}]}, losses). Empty fields are left out."""
    with translation.override("en"):
        rows = [(place, place.make(record).strip() if place.make else "") for place in PLACES]
    filled = [(place, value) for place, value in rows if value]
    document = {
        "standard": "UK ATRS 3.0",
        "canonical_url": record.public_url.value,
        "fields": [{"ref": place.ref, "attribute": place.attribute, "value": value} for place, value in filled],
    }
    missing = [
        Loss("missing", place.ref, gettext("%(name)s is required and not known") % {"name": place.attribute})
        for place, value in rows
        if place.required and not value
    ]
    return document, [*_losses(record, [place for place, _value in filled]), *missing]


def _losses(record: Record, filled: list[Place]) -> list[Loss]:
    """Every known canonical field that the filled fields do not carry, or carry only in part."""
    carried = {name for place in filled for name in place.uses}
    found = [
        Loss("no_place", "known_from", gettext("where each value is known from; kept at the address of the record"))
    ]
    for name in FIELDS:
        if getattr(record, name) is None:
            continue
        if name in REDUCED:
            found.append(Loss("reduced", name, str(REDUCED[name])))
        elif name not in carried:
            found.append(Loss("no_place", name, gettext("the standard has no field for it")))
    return found


STANDARD = Standard("atrs", _("UK ATRS, version 3.0"), len(PLACES), export)
