"""``minga restore``: put a backup into an empty place, verified against its ledger."""

import argparse
from pathlib import Path

from minga.start import with_database


@with_database
def main(argv: list[str]) -> int:
    from minga.portal.backup import restore

    parser = argparse.ArgumentParser(prog="minga restore", description="Put a backup into an empty MINGA_HOME.")
    parser.add_argument("source", type=Path)
    found = restore(parser.parse_args(argv).source)
    print(f"Restored and verified: {found.entries} ledger entries in {found.chains} chains, {found.files} files")
    return 0
