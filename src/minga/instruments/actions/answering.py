"""Answering: one page of answers at a time, or a whole file of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.instruments import queries
from minga.instruments.conditions import is_empty
from minga.instruments.evaluate import Problem
from minga.instruments.instrument import Instrument
from minga.instruments.models import Answer
from minga.instruments.show import shown
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid

type Evidence = Mapping[str, tuple[str, str]]
"""Question id -> (where it is known from, address)."""
LONGEST = 200


@action("instrument.answered")
def answer(
    act: Act,
    set_id: str,
    answers: Mapping[str, Any],
    about: queries.About = None,
    seen: Mapping[str, int] | None = None,
    evidence: Evidence | None = None,
    because: Iterable[Any] = (),
    keep: bool = False,
) -> Answer:
    """Write those of ``answers`` that differ from what was seen; the entry is about the first of them.

    ``answers``: question id -> value, None takes an answer back. ``seen``: question id -> the version that
    the page showed (0 for none); without it the newest counts as seen. Invalid names every question with
    a wrong value, under the key ``question`` or ``question__entry__part``. Conflict names every question
    that somebody else changed since, with both texts. Answers that are not asked any more are left out, unless
    ``keep`` says that a whole file comes in: then they are written too, and so are answers without a question in
    this version, which ``reading.unknown`` lists from then on. Requests that this fulfils end with it.
    """
    definition = queries.instrument_at(act.place, set_id, about)
    found = queries.current(act.place, set_id, about)
    proof = {id: (text.strip(), url.strip()) for id, (text, url) in (evidence or {}).items()}
    _refuse_wrong(definition, queries.values(found), answers, proof, keep)
    changed = _changed(act, definition, found, answers, about, seen, proof, keep)
    if not changed:
        raise Invalid(_("Nothing was changed, so there is nothing to save."), do=_("Change an answer first."))
    written = _write(act, definition, found, changed, about, proof)
    kind, identifier = queries.about_of(act.place, about)
    act.because(*because)
    if about is not None:
        act.because((kind, identifier))
    act.note(
        set=set_id,
        version=definition.version,
        about=[kind, identifier],
        questions=[a.question for a in written],
    )
    _end_fulfilled(act, set_id, about)
    act.commit_to("answers", json.dumps({a.question: a.value for a in written}, sort_keys=True))
    return written[0]


def _refuse_wrong(
    definition: Instrument, before: Mapping[str, Any], answers: Mapping[str, Any], proof: Evidence, keep: bool
) -> None:
    language = get_language() or "en"
    found = [p for p in definition.problems({**before, **answers}) if p.question in answers]
    if keep:
        found = [p for p in found if p.code != "unknown_question"] + _too_long(definition, answers)
    fields = {_key(problem): problem.text(language) for problem in reversed(found)}
    for id, (_text, url) in proof.items():
        if len(url) > 500 or (url and not url.startswith(("https://", "http://"))):
            fields[f"{id}__url"] = _("This is no web address. Write it from https:// on, at most 500 characters.")
    if fields:
        unknown = [problem.text(language) for problem in found if problem.code == "unknown_question"]
        raise Invalid(
            _("Some answers cannot be saved, so none was."),
            reasons=unknown,
            do=_("Correct what is marked and save again."),
            fields=fields,
        )


def _too_long(definition: Instrument, answers: Mapping[str, Any]) -> list[Problem]:
    """Ids that nothing can be kept under; named as questions that are not there."""
    which = {"set": definition.id, "version": definition.version}
    return [Problem(id, "unknown_question", {"id": f"{id[:40]}…", **which}, {}) for id in answers if len(id) > LONGEST]


def _key(problem: Problem) -> str:
    return problem.question if problem.entry is None else f"{problem.question}__{problem.entry}__{problem.part}"


def _changed(
    act: Act,
    definition: Instrument,
    found: Mapping[str, Answer],
    answers: Mapping[str, Any],
    about: queries.About,
    seen: Mapping[str, int] | None,
    proof: Evidence,
    keep: bool,
) -> dict[str, Any]:
    """What this person changed, in the set's order; Conflict where somebody else did so too."""
    asked = definition.read({**queries.values(found), **answers}).visible
    order = [*asked, *(id for id in answers if id not in asked)] if keep else asked
    changed: dict[str, Any] = {}
    conflicts: dict[str, str] = {}
    for id in (id for id in order if id in answers or id in proof):
        now = found.get(id)
        value = answers.get(id, now.value if now else None)
        mine = _state(value, proof.get(id, _proof(now)))
        version = now.version if now else 0
        known = seen.get(id, 0) if seen is not None else version
        before = now if known == version else _version(act, definition, id, about, known)
        if mine in (_state_of(before), _state_of(now)):
            continue
        if known != version and now is not None:
            conflicts[id] = _both_texts(definition, id, now, value)
        changed[id] = value
    if conflicts:
        raise Conflict(
            _("Somebody else changed the same answer while you were writing. Nothing was saved."),
            cause=_("The page was open in two places at once."),
            do=_("Read both texts at the marked questions, put them together, and save again."),
            fields=conflicts,
        )
    return changed


def _state(value: Any, proof: tuple[str, str]) -> tuple[Any, str, str]:
    return (None if is_empty(value) else value, *proof)


def _state_of(answer: Answer | None) -> tuple[Any, str, str]:
    return _state(answer.value if answer else None, _proof(answer))


def _proof(answer: Answer | None) -> tuple[str, str]:
    return (answer.evidence, answer.evidence_url) if answer else ("", "")


def _version(act: Act, definition: Instrument, id: str, about: queries.About, version: int) -> Answer | None:
    rows = queries.history(act.place, definition.id, id, about)
    return next((answer for answer in rows if answer.version == version), None)


def _both_texts(definition: Instrument, id: str, theirs: Answer, mine: Any) -> str:
    language = get_language() or "en"
    question = definition.questions.get(id)
    return _("%(who)s answered on %(when)s: “%(theirs)s”. You wrote: “%(mine)s”.") % {
        "who": theirs.author.public_name if theirs.author else _("Somebody"),
        "when": date_format(theirs.created, "DATETIME_FORMAT"),
        "theirs": (shown(question, theirs.value, language) if question else str(theirs.value)) or _("no answer"),
        "mine": (shown(question, mine, language) if question else str(mine)) or _("no answer"),
    }


def _write(
    act: Act,
    definition: Instrument,
    found: Mapping[str, Answer],
    changed: Mapping[str, Any],
    about: queries.About,
    proof: Evidence,
) -> list[Answer]:
    place = queries.at(act.place, definition.id, about)
    rows = []
    for id, value in changed.items():
        before = found.get(id)
        text, url = proof.get(id, _proof(before))
        row = Answer(
            **place, set_version=definition.version, question=id, version=before.version + 1 if before else 1,
            value=None if is_empty(value) else value, evidence=text, evidence_url=url,
            author_id=act.actor.person_id, group=act.actor.group, created=act.now,
        )  # fmt: skip
        rows.append(row)
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("Somebody else saved the same answer at this very moment. Nothing of yours was saved."),
            do=_("Save again; you will see both texts."),
        ) from error
    return rows


def _end_fulfilled(act: Act, set_id: str, about: queries.About) -> None:
    """Requests of which everything required is answered now end by themselves."""
    open_shares = list(queries.shares(act.place, set_id, about))
    if not open_shares:
        return
    found = queries.filled(act.place, set_id, about)
    done = [share for share in open_shares if queries.is_done(share, found)]
    for share in done:
        share.ended = act.now
        share.save(update_fields=["ended"])
    if done:
        act.note(requests_fulfilled=len(done))
