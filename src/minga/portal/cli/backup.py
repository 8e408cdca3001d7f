"""``minga backup``: one archive of database and files, made while all runs."""

import argparse
from pathlib import Path

from minga.start import with_database


@with_database
def main(argv: list[str]) -> int:
    from minga.portal.backup import backup

    parser = argparse.ArgumentParser(
        prog="minga backup",
        description="Copy database and files into one archive. The secret key is not in it: keep that apart.",
    )
    parser.add_argument("target", type=Path, help="a new file, such as minga-2026-11-21.tar.gz")
    target = parser.parse_args(argv).target
    made = backup(target)
    print(f"{target}: {made.entries} ledger entries in {made.chains} chains, {made.files} files")
    return 0
