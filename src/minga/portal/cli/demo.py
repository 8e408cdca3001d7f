"""``minga demo``: load the example story, and serve it."""

import argparse
import hashlib
import os
from pathlib import Path

from minga.start import with_database


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="minga demo", description="Load the example story, and serve it.")
    parser.add_argument("--data", default="", help="your own OCDS data: a file or an address")
    parser.add_argument("--serve", action="store_true", help="start web server and worker afterwards")
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args(argv)
    name = f"demo-{hashlib.sha256(arguments.data.encode()).hexdigest()[:8]}" if arguments.data else "demo"
    os.environ.setdefault("MINGA_HOME", str(Path("var") / name))
    os.environ["MINGA_DEMONSTRATION"] = "1"
    os.environ.setdefault("MINGA_ADDRESS", f"http://localhost:{arguments.port}")
    if arguments.data:
        os.environ.setdefault("MINGA_EXAMPLE_NOTE", NOTE.format(source=Path(arguments.data).name))
    status = prepare([arguments.data])
    if status or not arguments.serve:
        return status
    from minga.portal.cli.run import main as run

    return run(["--port", str(arguments.port)])


@with_database
def prepare(argv: list[str]) -> int:
    """Create the database and load the story, unless it is there already."""
    from django.conf import settings

    from minga.portal.cli.migrate import main as migrate
    from minga.portal.demonstration.cast import PASSWORD
    from minga.portal.demonstration.load import load
    from minga.projects.models import Project

    migrate([])
    if not Project.objects.exists():
        print("Telling the example story (about a minute) ...", flush=True)
        load(argv[0])
    print(WELCOME.format(address=settings.MINGA_ADDRESS, password=PASSWORD), flush=True)
    return 0


NOTE = (
    "The body, the people and their words are made up. Figures on calls are computed from {source}, whose names "
    "were left out; some calls are planted copies."
)
WELCOME = """
  Minga is at {address}

  Look around without an account, or sign in with the password {password} as
    lena   the lead                       flor   an auditor at the desk
    rosa   a resident                     olga   the overseer, who can stop the tool
    dario  the digital team               mora   the moderator
    bruno  a business that bids           paz    the technology provider
    ada    who signs gates                bea    who appoints overseers

  People, words and data are made up. Ctrl-C stops it.
"""
