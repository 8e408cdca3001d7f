"""From one version of a set to another: what changed, where each answer goes, what it comes to before and after."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from minga.instruments import actions, changes, library, queries
from minga.instruments.changes import Report, Standing
from minga.instruments.definition import say
from minga.instruments.instrument import Instrument
from minga.instruments.outcomes import figure
from minga.instruments.show import shown
from minga.people.middleware import by
from minga.projects.questions import showing
from minga.projects.questions.following import follow
from minga.projects.questions.place import Here, here_of


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens to one answer: ``what`` in words, its text before, and after where it differs."""

    question: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A score in both versions, with the levels that are possible; "" where a version does not have it."""

    title: str
    before: str
    after: str
    differs: bool


def migrate(request: HttpRequest, set_id: str, slug: str = "") -> HttpResponse:
    """What a move would do, before anything moves; then the move itself."""
    here = here_of(request, slug)
    here.must("answers.migrated")
    chosen = queries.choice(here.place, set_id)
    others = [version for version in library.versions(set_id) if chosen and version != chosen.version]
    if chosen is None or not others:
        raise Http404(_("There is no other version of this set to move to."))
    target = request.POST.get("to") or request.GET.get("to") or others[0]
    old, new = library.find(set_id, chosen.version), library.find(set_id, target)
    if old is None or new is None or target not in others:
        raise Http404(_("There is no such version of this set."))
    if request.method == "POST":
        actions.migrate(by(request), here.place, chosen, target)
        follow(by(request), here, set_id)
        messages.success(request, _("Moved to version %(version)s. The old answers stay.") % {"version": target})
        return redirect(here.url("questions", set_id))
    report = changes.report(old, new, queries.values(queries.current(here.place, set_id)))
    return render(request, "projects/questions/migrate.html", _context(here, old, new, report, others))


def _context(here: Here, old: Instrument, new: Instrument, report: Report, others: list[str]) -> dict[str, object]:
    return {
        "here": here,
        "old": old,
        "new": new,
        "others": others,
        "report": report,
        "changes": report.changes,
        "words_only": sum(1 for change in report.changes.changed if change.words_only),
        "scores": compared(old, new, report),
        "moved": moved(old, new, report),
        "dropped": dropped(old, new, report),
        "to_ask": [title(new, id) for id in report.moved.to_ask],
        **showing.heading(here, old),
    }


def title(instrument: Instrument, id: str) -> str:
    question = instrument.questions.get(id)
    return say(question.ask, showing.language()) if question else id


def compared(old: Instrument, new: Instrument, report: Report) -> list[Compared]:
    """Every score of either version, side by side."""
    names = {score.id: say(score.title, showing.language()) for score in (*old.scores, *new.scores)}
    rows = []
    for id, name in names.items():
        before, after = _stands(old, report.before, id), _stands(new, report.after, id)
        rows.append(Compared(name, before, after, before != after))
    return rows


def _stands(instrument: Instrument, standing: Standing, id: str) -> str:
    result = standing.results.get(id)
    if result is None:
        return ""
    levels = {level.id: say(level.text, showing.language()) for score in instrument.scores for level in score.levels}
    span = figure(result.low) if result.settled else f"{figure(result.low)}–{figure(result.high)}"
    worth = _("%(span)s of %(maximum)s") % {"span": span, "maximum": figure(result.maximum)}
    return f"{worth}: {' · '.join(levels[level] for level in result.levels)}" if result.levels else worth


def moved(old: Instrument, new: Instrument, report: Report) -> list[Fate]:
    """The answers that are not simply kept: under another question, or with another choice."""
    was = {id: former for former, id in report.moved.renamed.items()}
    rows = []
    for id in dict.fromkeys((*was, *report.moved.converted)):
        former = was.get(id, id)
        what = _("Under another question") if id in was else _("The choice has another name")
        before = shown(old.questions[former], report.before.reading.answers.get(former), showing.language())
        after = shown(new.questions[id], report.moved.answers.get(id), showing.language())
        rows.append(Fate(title(new, id), what, before, after))
    return rows


def dropped(old: Instrument, new: Instrument, report: Report) -> list[Fate]:
    """The answers that find no place, each with the reason."""
    kept = {report.moved.renamed.get(id, id) for id in old.questions} & set(new.questions)
    rows = []
    for one in report.moved.dropped:
        question = old.questions.get(one.question)
        before = shown(question, one.value, showing.language()) if question else str(one.value)
        id = report.moved.renamed.get(one.question, one.question).partition("[")[0]
        why = _("It no longer fits its question.") if id in kept else _("Version %(new)s does not ask this.")
        rows.append(Fate(title(old, one.question), why % {"new": new.version}, before, ""))
    return rows
