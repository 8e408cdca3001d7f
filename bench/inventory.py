"""The three published inventories into the database and its index, and searches over them.

    .venv/bin/python bench/inventory.py [FOLDER]

FOLDER holds the files as their bodies publish them (by default ../shared/data/registers beside the checkout). CPU is
user and system time of this process, on SQLite. Bars: all three files in at most 20 CPU-seconds, reading, database and
index together, every row used, rejected or failed; the 95th percentile of searches with words, filters and counts at
most 3 times that of an empty page, both through the test client, in turn, for somebody signed in and for a visitor. The
empty page is that of bench/casework.py: the frame of the site for the same person, with nothing in it.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FILES = {
    "nl-register/algoritmes_listing_2026-08.json": 1530,
    "us-inventory/2025_individually_reported_AI_use_cases.csv": 3611,
    "us-inventory/2024_consolidated_ai_inventory_raw_v2.csv": 2133,
}
IMPORT_BAR, SEARCH_BAR, ROUNDS = 20.0, 3.0, 8
REPOSITORY = Path(__file__).resolve().parent.parent
EMPTY = "/empty/"
sys.path[:0] = [str(Path(__file__).parent)]
SEARCHES = (
    "/inventory/?q=fraude+en+licitaciones",
    "/inventory/?q=chatbot",
    "/inventory/?q=data+analysis",
    "/inventory/?q=vergunning&country=NL",
    "/inventory/?q=inundaci%C3%B3n",
    "/inventory/?q=health&phase=in_use&country=US",
    "/inventory/?task=recognition&function=oversight",
    "/inventory/?q=permis+de+construire",
    "/inventory/?q=street+light+reports",
    "/inventory/?q=benefit+eligibility&impact=productivity",
    "/inventory/?q=tr%C3%A1nsito&page=2",
    "/inventory/",
)


def load(folder: Path) -> tuple[float, bool]:
    """CPU seconds of the three imports, and whether every row is accounted for."""
    from minga.inventory.actions import import_inventory
    from minga.inventory.readers import read
    from minga.ledger.action import BODY, By
    from minga.people.models import Person

    bea = Person.objects.create(username="bea", group="agency", body_role="appointer")
    total, whole = 0.0, True
    for name, rows in FILES.items():
        start = time.process_time()
        source = import_inventory(By(bea.actor), BODY, reading=read(folder / name))
        seconds = time.process_time() - start
        again = time.process_time()
        import_inventory(By(bea.actor), BODY, reading=read(folder / name))
        again = time.process_time() - again
        total += seconds
        whole &= rows == source.rows_in == source.used + source.rejected + source.failed
        print(f"{name[:60]:60} {rows:5} rows, {source.used:5} used  {seconds:6.2f} s  the same again {again:6.2f} s")
    return total, whole


def searches(signed_in: bool) -> tuple[list[float], list[float]]:
    """CPU seconds of each search page and of the empty pages between them."""
    from django.test import Client

    from minga.people.models import Person

    client = Client()
    if signed_in:
        client.force_login(Person.objects.get(username="bea"))
    asked: list[float] = []
    empty: list[float] = []
    for round_ in range(ROUNDS + 1):
        for path in SEARCHES:
            told = (_page(client, path), _page(client, EMPTY))
            if round_:
                asked.append(told[0])
                empty.append(told[1])
    return asked, empty


def _page(client: Any, path: str) -> float:
    start = time.process_time()
    response = client.get(path)
    seconds = time.process_time() - start
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}.")
    return seconds


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY.parent / "shared/data/registers"
    if not all((folder / name).exists() for name in FILES):
        print(f"The registers are not in {folder}: get them from their bodies, or name their folder.")
        return 0
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"MINGA_HOME": home, "MINGA_DATABASE": f"{home}/minga.sqlite3", "MINGA_HOSTS": "testserver"}
        from minga.start import django

        django()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from django.conf import settings

        settings.ROOT_URLCONF = "parts.empty"
        total, whole = load(folder)
        print(f"import: {total:.2f} CPU-s (bar {IMPORT_BAR:.0f}), every row accounted for: {whole}")
        official = told("signed in", *searches(signed_in=True))
        visitor = told("a visitor", *searches(signed_in=False))
    met = total <= IMPORT_BAR and whole and max(official, visitor) <= SEARCH_BAR
    print(f"search: {official:.2f} and {visitor:.2f} times an empty page (bar {SEARCH_BAR:.0f}); met: {met}")
    return 0 if met else 1


def told(who: str, asked: list[float], empty: list[float]) -> float:
    """Prints the figures of both kinds of pages in CPU-ms; returns how many times the one costs the other (p95)."""
    (ours, theirs), medians = (
        [statistics.quantiles(each, n=20)[-1] for each in (asked, empty)],
        [1000 * statistics.median(each) for each in (asked, empty)],
    )
    print(
        f"{who:10} search: median {medians[0]:5.1f}, p95 {1000 * ours:5.1f} ms; empty page: median {medians[1]:4.1f}, "
        f"p95 {1000 * theirs:4.1f} ms; {ours / theirs:.2f} times, medians {medians[0] / medians[1]:.2f} times"
    )
    return ours / theirs


if __name__ == "__main__":
    sys.exit(main())
