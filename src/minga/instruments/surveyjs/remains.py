"""What is dropped though it is shown: answers that are no choice (now), and texts beside an "other" not chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minga.instruments.surveyjs import choices, js
from minga.instruments.surveyjs.compare import equal, is_empty
from minga.instruments.surveyjs.form import Question
from minga.instruments.surveyjs.index import COMMENT, has_comment
from minga.instruments.surveyjs.js import UNDEFINED

if TYPE_CHECKING:
    from minga.instruments.surveyjs.session import Session


def clear_unknown(session: Session, question: Question) -> None:
    """Drops answers that are no choice."""
    if question not in session.filtered and question not in session.dropped and _all_known(session, question):
        return
    value = session.question_value(question)
    if question.keeps_unknown or len(session.index.by_key[question.key]) > 1:
        return
    if is_empty(value) and not session.dropped.get(question):
        return
    available = session.filtered.get(question, question.choices)
    kept = choices.without_unknown(question, value, available) if not is_empty(value) else UNDEFINED
    kept = _restored(session, question, value, kept, available)
    if kept is UNDEFINED:
        session.clear(question, keep_comment=True)
    elif kept is not value:
        session.set_question(question, kept)


def _all_known(session: Session, question: Question) -> bool:
    """The usual case, quickly: no answer, or nothing but texts that are choices."""
    value, known = session.values.get(question.key), session.index.known[question]
    if value is None or isinstance(value, str):
        return value is None or (value in known and not question.takes_several)
    return isinstance(value, list) and question.takes_several and all(
        isinstance(item, str) and item in known for item in value
    )  # fmt: skip


def clear_columns(session: Session, question: Question) -> None:
    value = session.question_value(question)
    kept = choices.matrix_without_unknown(question, value)
    if not equal(kept, value):
        session.set_question(question, kept)


def _restored(session: Session, question: Question, value: Any, kept: Any, available: Any) -> Any:
    """Answers that fell away with their choices come back with them, for questions with several choices."""
    if not question.takes_several:
        return kept
    held = kept if isinstance(kept, list) else []
    gone = session.dropped.setdefault(question, [])
    back = [item for item in gone if choices.find(available, item) and item not in held]
    lost = [item for item in value if item not in held] if isinstance(value, list) and kept is not value else []
    session.dropped[question] = [item for item in gone if item not in back] + lost
    return [*held, *back] or UNDEFINED if back else kept


def drop_unused_comment(session: Session, question: Question) -> None:
    """The text of "other" goes where other is not chosen, unless the question has a comment area of its own."""
    comment = question.key + COMMENT
    if question.comment_area or comment not in session.values or not has_comment(question):
        return
    value = session.question_value(question)
    chosen = value == choices.OTHER or (isinstance(value, list) and choices.OTHER in value)
    if not chosen and js.truthy(session.values[comment]):
        del session.values[comment]
