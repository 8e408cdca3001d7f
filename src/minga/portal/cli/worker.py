"""``minga worker``: run background work, the outbox and the clock until stopped."""

import argparse

from minga.start import with_database


@with_database
def main(argv: list[str]) -> int:
    from minga.jobs import worker

    parser = argparse.ArgumentParser(prog="minga worker", description="Run background work until stopped.")
    parser.add_argument("--batch", action="store_true", help="stop once the queue is empty")
    worker.run(batch=parser.parse_args(argv).batch)
    return 0
