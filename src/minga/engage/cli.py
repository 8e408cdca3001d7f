"""``minga conversation``: import a conversation that was held elsewhere."""

import argparse
from pathlib import Path

from minga.start import tell, with_database


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga conversation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    load = commands.add_parser("import", help="keep a Polis export, or a CSV of participant, statement, vote")
    load.add_argument("path", type=Path, metavar="PATH", help="the folder of the export, or the CSV file")
    load.add_argument("--project", required=True, metavar="SLUG", help="the project that uses it")
    load.add_argument("--source", required=True, help="who held it, and under which licence it is shared")
    load.add_argument("--title", default="", help="default: the topic that the export names")
    load.add_argument("--language", default="en", help="language of the statements (default: en)")
    load.add_argument("--url", default="", help="where it was published")
    load.add_argument("--as", dest="person", required=True, metavar="USERNAME", help="lead or facilitator who imports")
    return parser


@with_database
def main(argv: list[str]) -> int:
    from minga.engage.actions import import_conversation, over_time
    from minga.ledger.action import By
    from minga.people.models import Person
    from minga.projects.models import Project
    from minga.tools.base import ToolError
    from minga.tools.opinion.reading import read

    arguments = _parser().parse_args(argv)
    project = Project.objects.filter(slug=arguments.project).first()
    person = Person.objects.filter(username=arguments.person, is_active=True).first()
    if project is None or person is None:
        missing = f"project {arguments.project!r}" if project is None else f"person {arguments.person!r}"
        tell(f"There is no {missing}.", "It is misspelt, or another database is open.", "Check MINGA_HOME.")
        return 2
    try:
        reading = read(arguments.path)
    except ToolError as error:
        tell(str(error))
        return 2
    title = arguments.title or reading.summary.get("topic") or arguments.path.name
    made = import_conversation(
        By(person.actor), project, reading, title, arguments.source, arguments.language, arguments.url,
        over_time(reading),
    )  # fmt: skip
    for file in reading.report.files:
        print(
            f"{file.name}: {file.rows_in:,} {file.unit} = {file.used:,} used + {file.rejected:,} rejected"
            f" + {file.failed:,} failed"
        )
        for reason, count in file.reasons.items():
            print(f"  {count:,} {reason}")
    for note in reading.report.notes:
        print(f"  {note}")
    print(f"Imported as {made.get_absolute_url()}results/; the worker draws its map within a minute.")
    return 0
