"""For subcommands that need the database: start Django, and tell refusals in words."""

import os
import sys
from collections.abc import Callable, Sequence

Main = Callable[[list[str]], int]


def django() -> None:
    """Set up Django once, under Minga's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minga.settings")
    import django as library

    library.setup()


def with_database(main: Main) -> Main:
    """Decorate a subcommand's ``main``: Django is ready, and a refused action ends with status 1."""

    def run(argv: list[str]) -> int:
        django()
        from django.db.utils import OperationalError

        from minga.ledger.refusals import Refused

        try:
            return main(argv)
        except Refused as refusal:
            tell(refusal.what, refusal.cause, refusal.do, [*refusal.reasons, *_fields(refusal)])
        except OperationalError as error:
            tell(
                f"The database did not answer: {error}.",
                "It may not have been created yet.",
                "Run: minga migrate",
            )
        return 1

    return run


def _fields(refusal: object) -> list[str]:
    return [f"{name}: {text}" for name, text in getattr(refusal, "fields", {}).items()]


def tell(what: str, cause: str = "", do: str = "", details: Sequence[str] = ()) -> None:
    """An error for the person at the terminal: what happened, the likely cause, what to do."""
    print(f"minga: {what}", file=sys.stderr)
    for detail in details:
        print(f"  - {detail}", file=sys.stderr)
    for part in (cause, do):
        if part:
            print(f"  {part}", file=sys.stderr)
