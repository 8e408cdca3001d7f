"""Reading everything as it was at one moment, while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def one_moment(database: BaseDatabaseWrapper = connection) -> Iterator[None]:
    """All reads inside show the database as it was at the first of them; nobody who writes has to wait.

    Inside a transaction that is open already it adds nothing. Nothing may be written inside, nor a transaction begun.
    """
    if database.in_atomic_block:
        yield
    elif database.vendor == "postgresql":
        with transaction.atomic(using=database.alias), database.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # By hand: Django's own transactions take the lock for writing at once (docs/decisions/0004).
        with database.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
