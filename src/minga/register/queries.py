"""Reads of the record: the published version or the draft of today, what is missing, what to do next."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.deliver import queries as deliver
from minga.deliver.models import Service, Stage, StageChange
from minga.ledger.action import Actor, may
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.changes import compare
from minga.register.collect import build
from minga.register.document import TYPED, Record, as_json, from_json
from minga.register.models import RecordText, RecordVersion

# Without these nobody could ask the body about its tool, or know by what right it is used.
ASKED_FIRST = ("legal_basis", "public_contact", "responsible_owner", "explanation_and_notice")


def last_version(project: Project) -> RecordVersion | None:
    return RecordVersion.objects.filter(project=project).order_by("-number").first()


def published(project: Project) -> Record | None:
    """The last published record."""
    version = last_version(project)
    return from_json(version.document) if version else None


def unknown(record: Record) -> list[str]:
    """Fields that only people know and that nobody has written."""
    return [name for name in TYPED if getattr(record, name) is None]


def last_text(project: Project, field: str) -> RecordText | None:
    return RecordText.objects.filter(project=project, field=field).order_by("-pk").first()


def text_of(project: Project, field: str) -> str:
    last = last_text(project, field)
    return last.text if last else ""


def _asked(project: Project) -> list[str]:
    """Those of ASKED_FIRST that nobody has written; cheap, because it stands on every project page."""
    known = {"public_contact"} if settings.MINGA_CONTACT else set()
    if Service.objects.filter(project=project, closed=None).exists():
        known |= {"legal_basis", "explanation_and_notice"}
    return [name for name in ASKED_FIRST if name not in known and not text_of(project, name)]


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do for the record now: (sentence, address)."""
    rows: list[tuple[str, str]] = []
    if project.step < 5 and project.outcome == Project.Outcome.OPEN:
        return rows
    if may(actor, project, "record.described") and _asked(project):
        rows.append((_("Say what the public record does not know yet"), reverse("register:texts", args=[project.slug])))
    if may(actor, project, "record.published"):
        address, last = reverse("register:publish", args=[project.slug]), last_version(project)
        if last is None:
            rows.append((_("Publish the public record"), address))
        elif is_behind(project, last):
            rows.append((_("Publish a new version of the public record"), address))
    return rows


def is_behind(project: Project, last: RecordVersion) -> bool:
    """Whether the record says something else today; the ledger is asked first, because that is cheap."""
    since = Entry.objects.filter(chain=project.chain, seq__gt=last.head).exclude(action="record.published")
    return since.exists() and bool(compare(last.document, as_json(build(project))))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the tool stands today. ``change``: the change that brought it there."""

    stage: Stage
    change: StageChange


def standing(project: Project) -> Standing | None:
    """The stage of the newest release in service, else off; None where no release was ever in service."""
    made = StageChange.objects.filter(project=project).select_related("release__version")
    changes = deliver.lasting(made).order_by("-pk")
    service = deliver.in_service(project)
    change = (changes.filter(release=service[0][0]) if service else changes).first()
    return Standing(service[0][1] if service else Stage.OFF, change) if change else None
