"""The rows of the queue as markup. Written in Python: as templates, 25 rows cost more than the rest of the page."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from html import escape

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from minga.deliver.models import Case
from minga.deliver.waiting import Row
from minga.projects.models import Project
from minga.web.format import day
from minga.web.svg.marks import state

State = Case.State
ENDED = {State.DECIDED.value, State.UNDECIDED.value}
_CASE = '<div><a href="{}{}/"><strong>{}</strong></a>\n<p class="meta">{} · {}</p>\n<p class="meta">{}</p></div>'
_TAKE = (
    '<form method="post" action="{}{}/claim/">{}<input type="hidden" name="once" value="{}">'
    '<button type="submit" class="govuk-button govuk-button--secondary" data-prevent-double-click="true">'
    '{}<span class="visually-hidden"> {}</span></button></form>'
)


class QueueRows:
    """Draws rows for one page: words, marks and dates are worked out once and used in every row.

    ``services``: name by number; ``may_claim``: whether the reader takes cases here; ``in_service``: whether a case
    of no service can be decided now.
    """

    def __init__(
        self, request: HttpRequest, project: Project, services: Mapping[int, str], may_claim: bool, in_service: bool
    ) -> None:
        self.request, self.services, self.may_claim, self.in_service = request, services, may_claim, in_service
        self.desk = escape(reverse("deliver:desk", args=[project.slug]))
        self.case, self.came, self.due = escape(_("Case %(number)s")), escape(_("came %(when)s")), _("due %(due)s")
        self.now = timezone.now()
        self.days: dict[tuple[datetime, bool], str] = {}

    def held(self, rows: Iterable[Row]) -> SafeString:
        return mark_safe("\n".join(f"<li>{self._case(row)}</li>" for row in rows))  # noqa: S308

    def listed(self, rows: Iterable[Row]) -> SafeString:
        return mark_safe("\n".join(f"<li>{self._case(row)}{self._take(row)}</li>" for row in rows))  # noqa: S308

    # Each part below gives markup in which every word from outside has been escaped.

    def _case(self, row: Row) -> str:
        number = self.case % {"number": row.label}
        return _CASE.format(self.desk, row.number, escape(row.title), number, self._about(row), self._state(row))

    def _about(self, row: Row) -> str:
        if row.service is None:
            return escape(f"{row.buyer or '–'} · {row.method or '–'}")
        return f"{self._names[row.service]} · {self.came % {'when': self._day(row.received, short=True)}}"

    def _state(self, row: Row) -> str:
        if row.state == State.OPEN:
            return self._waits
        if row.state == State.DECIDED:
            return self._decided
        words = [str(State(row.state).label), *([row.holder] if row.claimed_by else [])]
        late = ""
        if row.due:
            words.append(self.due % {"due": self._day(row.due)})
            late = self._late if row.due < self.now and row.state not in ENDED else ""
        return escape(" · ".join(words)) + late

    def _take(self, row: Row) -> str:
        if not self.may_claim or row.state != State.OPEN:
            return ""
        if row.seen:
            return self._seen
        if not self.in_service and row.service is None:
            return ""
        return _TAKE.format(self.desk, row.number, self._token, uuid.uuid4(), self._take_words, row.label)

    def _day(self, when: datetime, short: bool = False) -> str:
        """A queue has many cases of few days."""
        key = (when.replace(second=0, microsecond=0, minute=when.minute // 15 * 15), short)
        if key not in self.days:
            self.days[key] = day(when, short)
        return self.days[key]

    @cached_property
    def _token(self) -> SafeString:
        return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(self.request))

    @cached_property
    def _names(self) -> dict[int, str]:
        return {pk: escape(name) for pk, name in self.services.items()}

    @cached_property
    def _take_words(self) -> str:
        return escape(_("Take this case"))

    @cached_property
    def _seen(self) -> SafeString:
        return format_html('<p class="meta">{}</p>', _("You gave your word on it, so somebody else must read it."))

    @cached_property
    def _waits(self) -> SafeString:
        return state("not_yet", _("Waits"))

    @cached_property
    def _decided(self) -> SafeString:
        return state("passed", _("Decided"))

    @cached_property
    def _late(self) -> SafeString:
        return format_html(" {}", state("watch", _("Overdue")))
