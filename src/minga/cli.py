"""The command line. Each subcommand's module is imported only when it is called."""

import sys
from importlib import import_module

COMMANDS = {
    "run": ("minga.portal.cli.run", "start web server and worker together"),
    "worker": ("minga.portal.cli.worker", "run background work and the clock"),
    "migrate": ("minga.portal.cli.migrate", "create or update the database"),
    "demo": ("minga.portal.cli.demo", "load the demonstration"),
    "person": ("minga.portal.cli.person", "add a person with an account"),
    "backup": ("minga.portal.cli.backup", "copy database and files while all runs"),
    "restore": ("minga.portal.cli.restore", "put a backup into an empty place"),
    "django": ("minga.portal.cli.django", "run a command of Django itself"),
    "ledger": ("minga.ledger.cli", "verify, export and sign the ledger"),
    "inventory": ("minga.inventory.cli", "import what other bodies have published"),
    "conversation": ("minga.engage.cli", "import a conversation that was held elsewhere"),
    "instruments": ("minga.instruments.cli", "list, check and score question sets"),
    "federation": ("minga.steering.cli", "sign our list of public records, fetch those of partners"),
    "register": ("minga.register.cli", "export the public record"),
    "panel": ("minga.tools.panel.cli", "select a citizens' panel by quotas"),
    "redflags": ("minga.tools.redflags.cli", "flags on open contracting data"),
    "opinion": ("minga.tools.opinion.cli", "map where people agree"),
    "triage": ("minga.tools.triage.cli", "route letters, mail and cases"),
    "measure": ("minga.tools.measure.cli", "measure any tool's answers"),
    "drift": ("minga.tools.drift.cli", "compare a month of advice with the reference"),
    "synthetic": ("minga.tools.synthetic.cli", "made-up data from a profile"),
    "provider": ("minga.tools.providers.cli", "try a supplier's tool on a table"),
}

USAGE = "usage: minga COMMAND [...]\n\nGovernments and the people they serve build AI tools together.\n\ncommands:\n"


def usage() -> str:
    return USAGE + "".join(f"  {name:12} {what}\n" for name, (_, what) in COMMANDS.items())


def main(argv: list[str] | None = None) -> int:
    """Run ``minga COMMAND ...``; returns the exit status."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage(), end="")
        return 0
    if arguments[0] in ("-V", "--version"):
        from minga import __version__

        print(f"minga {__version__}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"minga: there is no command {name!r}. 'minga --help' lists them.", file=sys.stderr)
        return 2
    try:
        return int(import_module(COMMANDS[name][0]).main(rest) or 0)
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
