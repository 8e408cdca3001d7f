"""The public pages of records: what each asks of the database, and its CPU beside an empty page.

The example story as it is, signed out. Bars: the page of a record at most 3 times an empty page (the frame of the site
for the same visitor, with nothing in it), and no page more than MOST_QUERIES queries. The first reading of a page after
something happened is told apart: what it works out is then kept. On SQLite, in one process; each page in turn with an
empty one, medians of the rounds.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent)]
ROUNDS, EACH = 9, 10
MOST_QUERIES, MOST_TIMES = 12, 3.0
HOME = "/projects/early-warnings-on-public-tenders/record/"
PAGES = {
    "record": HOME,
    "record of services": "/projects/street-reports-to-the-right-desk/record/",
    "one field": f"{HOME}fields/human_oversight/",
    "list": "/records/",
    "list with a search": "/records/?q=tenders",
    "list of one task": "/records/?task=event-detection",
    "questions": f"{HOME}questions/",
    "asking": f"{HOME}ask/",
    "feed": f"{HOME}feed/",
    "feed of all": "/records/feed/",
    "record as data": HOME.removesuffix("/") + ".json",
}
# A form that offers every field of the record; and a frozen record that is read whole for one of its fields.
WITHOUT_BAR = {"asking", "one field"}


def cpu(ask: Callable[[], Any], times: int = EACH) -> float:
    """CPU milliseconds of one request."""
    start = time.process_time()
    for _ in range(times):
        answer = ask()
        assert answer.status_code == 200, answer.status_code
    return (time.process_time() - start) / times * 1000


def queries_of(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def measure(client: Any) -> bool:
    """Print queries and CPU of each page; whether all bars hold."""
    from django.core.cache import cache

    def asking(address: str) -> Callable[[], Any]:
        return lambda: client.get(address)

    empty, good = asking("/empty/"), True
    cpu(empty)
    print(f"  empty page: {queries_of(empty)} queries, {cpu(empty):.1f} CPU-ms")
    for name, address in PAGES.items():
        ask = asking(address)
        cpu(ask, 2)
        cache.clear()
        first = cpu(ask, 1)
        rounds = [(cpu(ask), cpu(empty)) for _ in range(ROUNDS)]
        asked, taken = queries_of(ask), statistics.median(own for own, _frame in rounds)
        times = statistics.median(own / frame for own, frame in rounds)
        told = f"{asked} queries, {taken:.1f} CPU-ms, {times:.2f} times an empty page"
        print(f"  {name}: {told}; {first:.0f} CPU-ms when nothing is kept")
        good &= asked <= MOST_QUERIES and (times <= MOST_TIMES or name in WITHOUT_BAR)
    return good


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="minga-bench-") as folder:
        os.environ |= {"MINGA_HOME": folder, "MINGA_HOSTS": "testserver", "MINGA_DEMONSTRATION": "1"}
        from minga.start import django

        django()
        from django.conf import settings

        settings.ROOT_URLCONF = "parts.empty"
        from django.test import Client

        from minga.portal.cli.demo import main as demo

        with redirect_stdout(io.StringIO()):
            demo([])
        good = measure(Client(headers={"accept-language": "en"}))
    print(f"  bars: {MOST_QUERIES} queries, {MOST_TIMES} times: {'held' if good else 'NOT HELD'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
