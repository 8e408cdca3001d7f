"""Reads of the record: the published version or the draft of today, what is missing, what to do next."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.deliver import queries as deliver
from minga.deliver.models import Service, Stage, StageChange
from minga.ledger.action import Actor, may
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register import wording
from minga.register.changes import compare
from minga.register.collect import build
from minga.register.days import day_of, today
from minga.register.document import TYPED, Record, as_json, from_json
from minga.register.kept import kept
from minga.register.models import RecordQuestion, RecordText, RecordVersion
from minga.register.rows import Known
from minga.register.values import plain

# Without these nobody could ask the body about its tool, or know by what right it is used.
ASKED_FIRST = ("legal_basis", "public_contact", "responsible_owner", "explanation_and_notice")


def last_version(project: Project) -> RecordVersion | None:
    """Its document and its changes are read once they are asked for: most pages need the number only."""
    found = RecordVersion.objects.filter(project=project).defer("document", "changes")
    return found.order_by("-number").first()


def published(project: Project) -> Record | None:
    """The last published record."""
    version = last_version(project)
    return from_json(version.document) if version else None


def current(project: Project, last: RecordVersion | None) -> Record:
    """What version ``last`` says; where there is none, the draft of today."""
    return from_json(last.document) if last else kept("draft", project, None, lambda: build(project))


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
    rows = _questions_next(project, actor)
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


def _questions_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """Questions to read for a moderator, questions to answer for the lead and the digital team."""
    rows = []
    asked = RecordQuestion.objects.filter(project=project)
    waiting = asked.filter(state=RecordQuestion.State.WAITING).count()
    if waiting and may(actor, project, "question.moderated"):
        text = ngettext(
            "Read %(count)s question about the record", "Read %(count)s questions about the record", waiting
        )
        rows.append((text % {"count": waiting}, reverse("register:question_moderation", args=[project.slug])))
    still = asked.filter(state=RecordQuestion.State.OPEN)
    count, late = still.count(), still.filter(due__lt=today()).count()
    if count and may(actor, project, "question.answered"):
        text = ngettext(
            "Answer %(count)s question about the record", "Answer %(count)s questions about the record", count
        )
        if late:
            text += _(", %(late)s overdue")
        rows.append((text % {"count": count, "late": late}, reverse("register:questions", args=[project.slug])))
    return rows


def questions(project: Project) -> list[RecordQuestion]:
    """The public questions about a record: the open ones first, by the day on which the answer is due."""
    found = list(RecordQuestion.public(project))
    return sorted(found, key=lambda one: (one.answered is not None, one.due if one.answered is None else one.asked))


def questions_waiting(project: Project) -> list[RecordQuestion]:
    """Those that no moderator has read."""
    return list(RecordQuestion.objects.filter(project=project, state=RecordQuestion.State.WAITING))


def question_as_json(one: RecordQuestion) -> dict[str, Any]:
    """A public question; who asked is told by group only."""
    return {
        "field": one.field,
        "asked": day_of(one.asked).isoformat(),
        "days_open": one.days_open(),
        "overdue": one.is_overdue(),
        "state": one.state,
        "outcome": one.outcome,
        "group": one.group,
        "text": one.text,
        "answer": one.answer,
    }


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """``longest``: whole days that the oldest open one waits; ``median_days`` None while none is answered."""

    asked: int
    answered: int
    corrected: int
    waiting: int
    overdue: int
    longest: int
    median_days: float | None


def question_figures(project: Project) -> QuestionFigures:
    found = list(RecordQuestion.public(project))
    done = [one for one in found if one.answered is not None]
    still = [one for one in found if one.answered is None]
    return QuestionFigures(
        asked=len(found),
        answered=len(done),
        corrected=sum(one.outcome != RecordQuestion.Outcome.EXPLAINED for one in done),
        waiting=len(still),
        overdue=sum(one.is_overdue() for one in still),
        longest=max((one.days_open() for one in still), default=0),
        median_days=median(one.days_open() for one in done) if done else None,
    )


def says(field: str, known: Known[Any] | None) -> list[str]:
    """A field of the record in lines of plain words; empty where it is not known."""
    if known is None:
        return []
    return [wording.limit(row) for row in known.value] if field == "limits" else plain(field, known.value)


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
