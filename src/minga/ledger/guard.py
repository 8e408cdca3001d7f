"""The runtime guard: outside an action nothing writes, save migrations, accounts, sessions, queue and cache."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections

# Tables of libraries that keep accounts, sessions, the queue, and of Django's own bookkeeping.
EXEMPT = (
    "account_",
    "auth_",
    "cache_",
    "django_",
    "jobs_",
    "mfa_",
    "people_person",
    "socialaccount_",
    "sqlite_",
)
_WRITE = re.compile(
    r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+[\"`]?(\w+)",
    re.IGNORECASE,
)
_writing: ContextVar[bool] = ContextVar("minga_writing", default=False)
_resting: set[str] = set()


class WroteOutsideAction(RuntimeError):
    """Code tried to change a table outside an action."""


@contextmanager
def open_for_action() -> Iterator[None]:
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def _check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if not (_resting or _writing.get()):
        found = _WRITE.match(sql)
        if found and not found[1].startswith(EXEMPT):
            raise WroteOutsideAction(
                f"Something wrote to the table {found[1]} outside an action, so nothing was written. "
                "Every change of state must go through a function in a room's actions.py, "
                "so that the ledger knows of it."
            )
    return execute(sql, params, many, context)


def watch(connection: Any, **kwargs: Any) -> None:
    """Install the guard on a new database connection."""
    if _check not in connection.execute_wrappers:
        connection.execute_wrappers.append(_check)


def rest(using: str = "default", **kwargs: Any) -> None:
    """Migrations may write: the guard rests from the first app's migration to the last one's."""
    _resting.add(using)


def resume(using: str = "default", **kwargs: Any) -> None:
    _resting.discard(using)
    watch(connections[using])
