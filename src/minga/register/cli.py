"""``minga register``: the public record in the form of a standard, with what it loses."""

import argparse
import json
import sys
from pathlib import Path

from minga.start import tell, with_database


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="minga register", description="Export the public record of a project.")
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="write the last published record")
    export.add_argument("project", help="the project's slug")
    export.add_argument("--standard", default="minga", help="atrs or minga (default: minga)")
    export.add_argument("--version", type=int, help="an earlier version of the record (default: the last)")
    export.add_argument("--output", type=Path, help="a file (default: standard output)")
    return parser


@with_database
def main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    from minga.projects.models import Project
    from minga.register.document import from_json
    from minga.register.exports import standard
    from minga.register.models import RecordVersion

    chosen = standard(arguments.standard)
    project = Project.objects.filter(slug=arguments.project).first()
    if project is None:
        tell(
            f"There is no project {arguments.project!r}.", do="Give its slug: the part of its address after /projects/."
        )
        return 1
    versions = RecordVersion.objects.filter(project=project)
    found = (versions.filter(number=arguments.version) if arguments.version else versions).first()
    if found is None:
        tell("This record has not been published.", do="The lead publishes it on the page of the record.")
        return 1
    document, losses = chosen.export(from_json(found.document))
    text = json.dumps({"version": found.number, "document": document, "losses": [loss.as_json() for loss in losses]},
                      ensure_ascii=False, indent=2)  # fmt: skip
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    print(f'{len(losses)} losses: see "losses".' if losses else "Nothing is lost.", file=sys.stderr)
    return 0
