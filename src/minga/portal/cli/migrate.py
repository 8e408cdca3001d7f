"""``minga migrate``: create or update the database, and lay out the static files."""

from minga.start import with_database


@with_database
def main(argv: list[str]) -> int:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    print("The database is up to date.")
    return 0
