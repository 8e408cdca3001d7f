"""What the page of a record tells beyond its figures: what changed because of people, who decided, how it reads."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.engage.models import Decision
from minga.people.models import Group
from minga.projects.models import DecisionRule, Project
from minga.projects.steps import STEPS
from minga.register import wording
from minga.register.days import day_of
from minga.register.document import Record
from minga.register.models import RecordVersion
from minga.register.reading import Reading, reading

# What a script element may not hold as it is, or the page would end there.
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
READ = (
    "summary",
    "description",
    "intended_purpose",
    "out_of_scope_uses",
    "benefits",
    "explanation_and_notice",
    "risks",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A contribution that changed something: from which group, what was decided, what followed, and its thread."""

    group: str
    outcome: str
    reason: str
    led_to: str
    href: str


def changed(record: Record, most: int = 4) -> list[Changed]:
    """What came of contributions, those first that led to a criterion or a version."""
    rows = record.participation_effect.value if record.participation_effect else []
    outcomes = dict(Decision.Outcome.choices)
    ordered = sorted(rows, key=lambda row: not row.led_to)[:most]
    return [
        Changed(
            group=str(Group(row.group).label),
            outcome=str(outcomes.get(row.outcome, row.outcome)),
            reason=row.reason,
            led_to=", ".join(row.led_to),
            href=reverse("portal:thread", args=["contribution", row.contribution]),
        )
        for row in ordered
    ]


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided at the end of a step: a rule that people agreed on, never a name."""

    step: int
    title: str
    rule: str
    passed: bool
    when: str
    reason: str
    dissent: str


def gates(record: Record) -> list[Decided]:
    rules = dict(DecisionRule.Rule.choices)
    rows = record.gates.value if record.gates else []
    return [
        Decided(
            row.step, str(STEPS[row.step].title), str(rules.get(row.rule, row.rule)), row.passed,
            row.decided, row.reason, row.dissent,
        )
        for row in rows
    ]  # fmt: skip


def readability(record: Record) -> Reading:
    """How easy the texts are that people wrote for the record, by the formula of the language of the installation."""
    known = [getattr(record, name) for name in READ]
    typed = [row.text.get("", "") for row in record.limits.value if row.kind == "typed"]
    texts = [*(str(one.value) for one in known if one), *typed]
    return reading("\n".join(texts), str(settings.LANGUAGE_CODE))


def linked(project: Project, record: Record, version: RecordVersion | None) -> SafeString:
    """The record as JSON-LD by schema.org: the tool, the service it belongs to, and the record as a dataset."""
    text = json.dumps(linked_data(project, record, version), ensure_ascii=False, indent=1)
    for letter, escaped in ESCAPED.items():
        text = text.replace(letter, escaped)
    return mark_safe(text)  # noqa: S308  every character that could end the element is escaped above


def linked_data(project: Project, record: Record, version: RecordVersion | None) -> dict[str, Any]:
    address = record.public_url.value
    site = address.partition("/projects/")[0]
    body = {"@type": "GovernmentOrganization", "name": record.deploying_org.value}
    tool = {
        "@type": "SoftwareApplication",
        "@id": f"{address}#tool",
        "name": record.name.value,
        "description": record.summary.value,
        "applicationCategory": "GovernmentApplication",
        "provider": body,
        **_if("softwareVersion", _version_in_use(record)),
        **_if("codeRepository", record.source_code_url.value if record.source_code_url else ""),
        **_if("disclaimer", " ".join(wording.limit(row) for row in record.limits.value)),
    }
    service = {
        "@type": "GovernmentService",
        "name": record.name.value,
        "serviceOperator": body,
        "url": record.service_process_url.value if record.service_process_url else address,
        **_if("areaServed", record.territory.value if record.territory else ""),
    }
    data = {
        "@type": "Dataset",
        "@id": address,
        "url": address,
        "name": _("Public record: %(title)s") % {"title": record.name.value},
        "description": record.summary.value,
        "inLanguage": (get_language() or "en")[:2],
        "creator": body,
        "license": settings.MINGA_DATA_LICENCE,
        "isAccessibleForFree": True,
        **_if("version", str(version.number) if version else ""),
        **_if("dateModified", day_of(version.published).isoformat() if version else ""),
        "about": {"@id": f"{address}#tool"},
        "distribution": [_download(site, project)],
    }
    return {"@context": "https://schema.org", "@graph": [tool, service, data]}


def _if(name: str, text: str) -> dict[str, str]:
    return {name: text} if text else {}


def _version_in_use(record: Record) -> str:
    rows = record.models.value if record.models else []
    return next((row.version for row in reversed(rows) if row.in_use), "")


def _download(site: str, project: Project) -> dict[str, str]:
    url = site + reverse("register:json", args=[project.slug])
    return {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": url}
