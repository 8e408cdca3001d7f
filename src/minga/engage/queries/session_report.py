"""The report of a session as data for its PDF (see ``minga.web.pdf.shapes.Session``)."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.engage.models import Contribution, PolicyArea, Recorded, Session
from minga.engage.queries import sessions as queries
from minga.web.context import current_site
from minga.web.pdf import shapes


def session_report(session: Session) -> shapes.Session:
    """What the PDF prints: the public parts only, counts under ten left out."""
    said = queries.quoted(session)
    return {
        "title": session.title,
        "project": session.project.title,
        "body": str(current_site().name),
        "address": f"{settings.MINGA_ADDRESS}{session.get_absolute_url()}",
        "created": timezone.localdate(session.reported or timezone.now()),
        "held": session.held_on,
        "place": session.place,
        "finding": session.finding,
        "purpose": "\n\n".join([session.purpose, session.findings]),
        "agenda": _agenda(session),
        "attendance": _attendance(session),
        "recorded": session.recorded.count(),
        "consented": len(said),
        "quotes": [_quote(one, one.contribution) for one in said if one.contribution],
        "tags": [_area(session)],
        "recommendations": [],
        "limits": [*queries.limits(session), *_unquoted(session), _answers(said)],
    }


def _agenda(session: Session) -> list[shapes.AgendaItem]:
    return [
        {
            "starts": str(row["starts"]),
            "minutes": int(row["minutes"]),
            "title": str(row["what"]),
            "method": str(row["how"]),
        }
        for row in queries.timetable(session)
    ]


def _attendance(session: Session) -> list[shapes.Attendance]:
    rows = (
        seats for margin in ("group", "stratum") for seats in queries.recruitment(session, margin=margin, exact=False)
    )
    return [{"label": seats.label, "invited": seats.invited, "came": seats.came} for seats in rows]


def _quote(one: Recorded, given: Contribution) -> shapes.Quote:
    return {
        "text": given.text,
        "language": given.language,
        "speaker": given.get_group_display(),
        "alike": one.held_by,
        "tags": [one.about, outcome(given)],
    }


def _area(session: Session) -> shapes.Tag:
    """The policy area with its code in COFOG, whose divisions are numbered from 01."""
    number = PolicyArea.values.index(session.policy_area) + 1
    label = str(session.get_policy_area_display())
    return {"code": f"{number:02}", "label": label, "count": session.recorded.count()}


def _unquoted(session: Session) -> list[str]:
    words = _("Also raised, without consent to quote: %(about)s (%(count)s)")
    return [words % {"about": one.about, "count": one.held_by} for one in queries.unquoted(session)]


def _answers(said: list[Recorded]) -> str:
    so_far = queries.answered(said)
    words = _("%(answered)s of %(total)s quoted statements have an answer of the project so far.")
    return words % {"answered": so_far.answered, "total": so_far.total}


def outcome(given: Contribution) -> str:
    decision = given.answer if given.status == Contribution.Status.DECIDED else None
    return str(decision.get_outcome_display()) if decision else _("no answer yet")
