"""What happens to question sets and answers."""

from minga.instruments.actions.adding import add_set
from minga.instruments.actions.answering import Evidence, answer
from minga.instruments.actions.choosing import choose_set, drop_set
from minga.instruments.actions.migrating import migrate
from minga.instruments.actions.sharing import comment_answer, end_share, settle_comment, share_questions

__all__ = [
    "Evidence",
    "add_set",
    "answer",
    "choose_set",
    "comment_answer",
    "drop_set",
    "end_share",
    "migrate",
    "settle_comment",
    "share_questions",
]
