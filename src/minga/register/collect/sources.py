"""Where values are known from: the last ledger entry of each action on a project's chain."""

from datetime import date, datetime

from django.db.models import Max

from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.days import day_of
from minga.register.models import RecordText
from minga.register.rows import Known, Source


class Ledger:
    """The last entry of each action on the chain of ``project``, read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        entries = Entry.objects.filter(chain=project.chain)
        last = entries.order_by().values("action").annotate(last=Max("seq")).values_list("last", flat=True)
        fields = ("action", "seq", "group", "happened", "history")
        self._last = {row[0]: row for row in entries.filter(seq__in=list(last)).values_list(*fields)}

    def sources(self, *actions: str) -> list[Source]:
        """Those of ``actions`` that have happened, each at its last entry."""
        return [
            Source(kind="ledger", action=action, seq=seq, group=group, happened=happened, history=history)
            for action, seq, group, happened, history in (self._last[a] for a in actions if a in self._last)
        ]

    def known[T](self, value: T, *actions: str) -> Known[T] | None:
        """``value`` as it follows from ``actions``; None where there is nothing to say."""
        if value in (None, "", [], {}):
            return None
        return Known(value, self.sources(*actions))

    def typed(self, text: RecordText) -> Source:
        entry = Entry.objects.filter(
            chain=self.project.chain, subject_kind="record_text", subject_id=str(text.pk)
        ).first()
        return Source(
            kind="typed",
            action="record.described",
            seq=entry.seq if entry else 0,
            group=text.group,
            happened=stamp(text.written),
            history=entry.history if entry else "",
        )


def setting(name: str) -> list[Source]:
    return [Source(kind="setting", name=name)]


def stamp(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def day(moment: datetime | date | None) -> str:
    return day_of(moment).isoformat() if moment else ""
