"""200,000 cases at the desk: what the queue and a case page ask of the database, and what they cost.

Bars: at most 10 queries each (the statements of their transactions counted too), and at most 2.5 times the CPU of an
empty page: the frame of the site for the same person, signed in, with nothing in it. Beside it stands what the desk of
a project without a case costs. On SQLite, in one process; each page in turn with an empty one, medians of the rounds.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent)]
CASES, ROUNDS, EACH = 200_000, 9, 20
MOST_QUERIES, MOST_TIMES = 10, 2.5


def cases(project: Any, service: Any, release: Any) -> Iterator[Any]:
    """Nine in ten wait, the others are decided; each has a letter and advice with evidence."""
    from django.utils import timezone

    from minga.deliver.models import Case
    from minga.tools.base import Advice, Evidence, Reason

    reason = Reason("income", "the income decides", 1200, 2000, evidence=(Evidence("/income", "1200", "limit 2000"),))
    advice, now = Advice("x", "granted", probability=0.8, reasons=(reason,)).as_json(), timezone.now()
    for number in range(1, CASES + 1):
        received = now - timedelta(minutes=CASES - number)
        yield Case(
            project=project, service=service, release=release, number=number, process=f"grants:{number}",
            title=f"Roof of house {number}", advice=advice, advised=now, drawn="listed", received=received,
            source={"need": f"Roof of house {number}", "income": "1200", "letter": "The rain comes in. " * 30},
            read_by=received + timedelta(days=10), state="decided" if number % 10 == 0 else "open",
        )  # fmt: skip


def fill() -> tuple[Any, Any, str]:
    """The project with its queue, the person at the desk, and the address of a case that they hold."""
    from minga.deliver.actions import claim_case, open_service
    from minga.deliver.models import Case, StageChange
    from minga.design.models import Release, ToolVersion
    from minga.ledger import guard
    from minga.ledger.action import BODY, By
    from minga.people.models import Person
    from minga.projects.actions import grant_role, open_project

    lena = Person.objects.create(username="lena", display_name="Lena", group="agency")
    flor = Person.objects.create(username="flor", display_name="Flor", group="frontline")
    project = open_project(By(lena.actor), BODY, title="Load", summary="Many cases.")
    grant_role(By(lena.actor), project, person=flor, role="frontline", on_board=False)
    fields = [{"name": name, "words": name, "shown_to_tool": True} for name in ("need", "income", "letter")]
    outcomes = [{"code": "granted", "words": "Granted"}, {"code": "refused", "words": "Refused", "adverse": True}]
    service = open_service(
        By(lena.actor), project, name="Grants", purpose="Roofs", lawful_basis="Statute", other_route="Call",
        fields=fields, outcomes=outcomes, tool="incomes", display="shown",
    )  # fmt: skip
    with guard.open_for_action():
        version = ToolVersion.objects.create(project=project, tool="incomes", version="1", content_hash="x")
        release = Release.objects.create(project=project, version=version, created_by=lena)
        StageChange.objects.create(project=project, release=release, stage="100", reason="load")
        Case.objects.bulk_create(cases(project, service, release), batch_size=1000)
    case = claim_case(By(flor.actor), project, Case.objects.get(project=project, number=CASES // 2 + 1))
    idle = open_project(By(lena.actor), BODY, title="Idle", summary="No case.")
    grant_role(By(lena.actor), idle, person=flor, role="frontline", on_board=False)
    open_service(
        By(lena.actor), idle, name="Grants", purpose="Roofs", lawful_basis="Statute", other_route="Call",
        fields=fields, outcomes=outcomes, display="shown",
    )  # fmt: skip
    return project, flor, case.get_absolute_url()


def cpu(ask: Callable[[], Any]) -> float:
    """CPU milliseconds of one request."""
    start = time.process_time()
    for _ in range(EACH):
        assert ask().status_code == 200
    return (time.process_time() - start) / EACH * 1000


def queries_of(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def measure(client: Any, pages: dict[str, str]) -> bool:
    """Print queries and CPU of each page; whether all bars hold."""
    asks = {name: (lambda address=address: client.get(address)) for name, address in pages.items()}
    empty, desk = asks.pop("empty page"), asks["empty desk"]
    for ask in (empty, *asks.values()):
        cpu(ask)
    print(f"  empty page: {queries_of(empty)} queries, {cpu(empty):.1f} CPU-ms")
    good = True
    for name, ask in asks.items():
        rounds = [(cpu(ask), cpu(empty), cpu(desk)) for _ in range(ROUNDS)]
        asked = queries_of(ask)
        taken = statistics.median(own for own, _frame, _desk in rounds)
        times = statistics.median(own / frame for own, frame, _desk in rounds)
        beside = statistics.median(own / idle for own, _frame, idle in rounds)
        held = f"{times:.2f} times an empty page, {beside:.2f} times an empty desk"
        print(f"  {name}: {asked} queries, {taken:.1f} CPU-ms, {held}")
        good &= asked <= MOST_QUERIES and times <= MOST_TIMES
    return good


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="minga-bench-") as folder:
        os.environ["MINGA_HOME"], os.environ["MINGA_HOSTS"] = folder, "testserver"
        from minga.start import django

        django()
        from django.conf import settings

        settings.ROOT_URLCONF = "parts.empty"
        from django.test import Client

        from minga.portal.cli.migrate import main as migrate

        migrate([])
        start = time.monotonic()
        project, flor, case = fill()
        print(f"{CASES:,} cases written in {time.monotonic() - start:.0f} s")
        client = Client(headers={"accept-language": "en"})
        client.force_login(flor, settings.AUTHENTICATION_BACKENDS[0])
        desk = f"/projects/{project.slug}/desk/"
        pages = {
            "empty page": "/empty/", "empty desk": "/projects/idle/desk/", "queue": desk,
            "page 400 of the queue": f"{desk}?page=400", "decided": f"{desk}?state=decided",
            "a case that one holds": case, "a case that waits": case.replace(str(CASES // 2 + 1), "7"),
        }  # fmt: skip
        good = measure(client, pages)
    print(f"  bars: {MOST_QUERIES} queries, {MOST_TIMES} times: {'held' if good else 'NOT HELD'}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
