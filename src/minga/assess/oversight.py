"""An auditor's questions about a project, and where each is answered. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from minga.ledger.models import Entry
from minga.projects.models import Project


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the ledger actions that are evidence for it, and the page that shows them."""

    ask: str | Promise
    actions: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True)
class Found:
    """``entries`` of the ledger speak to the question, the last on ``last``; none: nothing here yet."""

    ask: str
    entries: int
    last: datetime | None
    href: str


QUESTIONS: dict[str | Promise, tuple[Asked, ...]] = {
    _("Why, and with whom"): (
        Asked(_("Why is a tool needed, and who said so?"), ("need.stated", "why.answered"), "commission:need"),
        Asked(
            _("Were other ways compared, one without AI among them?"),
            ("option.compared", "priors.searched"),
            "commission:options",
        ),
        Asked(
            _("Who is affected, and were they asked?"),
            ("stakeholder.listed", "beneficiary.estimated"),
            "commission:stakeholders",
        ),
        Asked(_("Which persons answer for it?"), ("role.granted", "overseer.appointed"), "projects:people"),
    ),
    _("What it is made of"): (
        Asked(_("Which data, and are they fit for this?"), ("dataset.imported", "dataset.assessed"), "design:datasets"),
        Asked(_("What must it do, and who said so?"), ("criterion.approved", "criterion.made"), "design:criteria"),
        Asked(_("What was tested, and what failed?"), ("check.finished",), "design:checks"),
        Asked(_("Which code is in use, in which version?"), ("version.registered",), "design:versions"),
        Asked(_("How was it chosen over other offers?"), ("comparison.made",), "design:comparisons"),
    ),
    _("How it is used"): (
        Asked(_("How much harm can it do, and which duties follow?"), ("risk.assessed",), "deliver:duties"),
        Asked(_("How far is it in service, and who moved it?"), ("stage.changed", "stage.stopped"), "deliver:stages"),
        Asked(_("Was the stop switch tried?"), ("stop.drilled",), "deliver:stages"),
        Asked(
            _("Does a named person decide each case?"),
            ("determination.recorded", "determination.revised"),
            "deliver:quality",
        ),
        Asked(
            _("Do people follow it when it is wrong?"), ("rehearsal.made", "second.read"), "deliver:quality"
        ),
        Asked(_("Were people told, and could they appeal?"), ("notice.made", "appeal.decided"), "deliver:appeals"),
    ),
    _("What came of it"): (
        Asked(
            _("Is it watched, and who looks at the alerts?"), ("watch.measured", "alert.acknowledged"), "assess:watch"
        ),
        Asked(_("What went wrong?"), ("incident.reported", "incident.closed"), "assess:incidents"),
        Asked(_("What did it bring, and what did it cost?"), ("benefit.measured", "cost.stated"), "assess:worth"),
        Asked(_("What do the groups say who live with it?"), ("review.answered", "review.closed"), "assess:reviews"),
        Asked(_("Is the public record up to date?"), ("record.published",), "register:record"),
    ),
}  # fmt: skip
WITHOUT_PROJECT = {"assess:incidents"}


def questions(project: Project) -> list[tuple[str, list[Found]]]:
    """The questions by part, each with its evidence. One query, whatever the length of the ledger."""
    rows = Entry.objects.filter(chain=project.chain).values("action").annotate(n=Count("pk"), last=Max("happened"))
    told = {row["action"]: (row["n"], row["last"]) for row in rows}
    return [(str(title), [_found(project, asked, told) for asked in part]) for title, part in QUESTIONS.items()]


def _found(project: Project, asked: Asked, told: dict[str, tuple[int, str]]) -> Found:
    spoken = [told[action] for action in asked.actions if action in told]
    last = max((datetime.fromisoformat(happened) for _count, happened in spoken), default=None)
    href = reverse(asked.page, args=[] if asked.page in WITHOUT_PROJECT else [project.slug])
    return Found(str(asked.ask), sum(count for count, _happened in spoken), last, href)
