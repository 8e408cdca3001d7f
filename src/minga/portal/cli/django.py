"""``minga django``: any command of Django itself."""

from minga.start import with_database


@with_database
def main(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["minga django", *argv])
    return 0
