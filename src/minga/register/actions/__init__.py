"""The verbs of the record: describe and publish it, ask and answer about it, follow it, take a pack for auditors."""

from minga.register.actions.questions import answer_question, ask, moderate_question
from minga.register.actions.records import describe, publish, take_pack
from minga.register.actions.subscriptions import confirm, follow, leave

__all__ = [
    "answer_question",
    "ask",
    "confirm",
    "describe",
    "follow",
    "leave",
    "moderate_question",
    "publish",
    "take_pack",
]
