"""What people understood as figures and charts of a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments.definition import say
from minga.learning.understanding import QuestionShare, Share, Understood
from minga.web.format import percent, signed
from minga.web.svg.types import Interval, ShareChart, ShareRow


@dataclass(frozen=True, slots=True)
class Figures:
    """A sentence that says the finding, and a chart where there are enough people."""

    sentence: str
    chart: ShareChart | None
    note: str


def of_course(found: Understood) -> Figures:
    """One course: the finding, and each question before and after."""
    if found.people is None or found.before is None or found.after is None or found.change is None:
        return Figures(_few(found), None, _alone(found))
    rows = [_row(_short(_ask(found, question)), found.people, question.before, question.after)
            for question in found.questions]  # fmt: skip
    sentence = _finding(found.people, found.before, found.after, found.change)
    return Figures(sentence, _chart(sentence, tuple(rows), _("Question")), _alone(found))


def of_all(every: list[Understood]) -> Figures:
    """All courses with enough people: the share of questions right before and after each; the others named below."""
    language = get_language() or "en"
    enough = [found for found in every if found.people and found.change is not None]
    few = [say(found.course.title, language) for found in every if found not in enough]
    if not enough:
        return Figures(_("No course has been finished by ten people yet, so nothing is shown."), None, "")
    rows = [_row(say(found.course.title, language), found.people or 0, found.before, found.after) for found in enough]
    sentence = _("Of the questions, this share was answered rightly before and after each course.")
    note = _("Too few to judge so far: %(courses)s.") % {"courses": ", ".join(few)} if few else ""
    return Figures(sentence, _chart(sentence, tuple(rows), _("Course")), note)


def _finding(people: int, before: Share, after: Share, change: Share) -> str:
    return _(
        "%(people)s people had %(before)s of the questions right before the course and %(after)s after it: "
        "%(change)s points (95 %% interval %(low)s to %(high)s)."
    ) % {
        "people": people, "before": percent(before.value, 0), "after": percent(after.value, 0),
        "change": signed(change.value), "low": signed(change.low), "high": signed(change.high),
    }  # fmt: skip


def _few(found: Understood) -> str:
    if found.people == 0:
        return _("Nobody has answered the questions before and after this course yet.")
    return _("Fewer than ten people have answered before and after this course: too few to show.")


def _alone(found: Understood) -> str:
    if not found.only_after:
        return ""
    return _("%(runs)s more left out the questions before it and are not counted here.") % {"runs": found.only_after}


def _ask(found: Understood, question: QuestionShare) -> str:
    ask = next(asked.question.ask for asked in found.course.questions if asked.question.id == question.id)
    return say(ask, get_language() or "en")


def _short(text: str, longest: int = 90) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rsplit(' ', 1)[0]}…"


def _row(label: str, people: int, before: Share | None, after: Share | None) -> ShareRow:
    if before is None or after is None:
        return ShareRow(label=label, n=people, after=None, too_few=True)
    return ShareRow(
        label=label, n=people, after=after.value, after_interval=Interval(after.low, after.high), before=before.value,
        before_interval=Interval(before.low, before.high),
    )  # fmt: skip


def _chart(sentence: str, rows: tuple[ShareRow, ...], group: str) -> ShareChart:
    return ShareChart(
        sentence=sentence, rows=rows, maximum=100, ticks=(0, 25, 50, 75, 100), before_label=_("before"),
        after_label=_("after"), group_label=group,
    )  # fmt: skip
