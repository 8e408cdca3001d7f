"""What an action with its ledger entry costs against a bare insert; verifying 1M entries; four writers at once.

Bars: an action at most 2.2 times a one-row insert through the ORM; 1M entries verified in at most 5 CPU-s.
"""

import multiprocessing
import os
import statistics
import tempfile
import time

os.environ["MINGA_HOME"] = HOME = os.environ.get("MINGA_BENCH_HOME") or tempfile.mkdtemp(prefix="minga-bench-")
os.environ["MINGA_DATABASE"] = f"{HOME}/bench.sqlite3"

from minga.start import django

django()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from minga.ledger import chain, guard, queries  # noqa: E402
from minga.ledger.action import BODY, Act, By, action  # noqa: E402
from minga.people.models import Person  # noqa: E402
from minga.projects import roles  # noqa: E402
from minga.projects.actions import open_project  # noqa: E402
from minga.projects.models import DecisionRule, Project  # noqa: E402


@action("rule.benched")
def bench_rule(act: Act, step: int, rule: str) -> DecisionRule:
    """The smallest action: one row and its entry."""
    act.because(("ballot", "7"))
    act.note(step=step, rule=rule)
    return DecisionRule.objects.create(project=act.place, step=step, rule=rule, agreed=act.now)


roles.TABLE["rule.benched"] = (roles.Role.LEAD,)

ROUNDS, EACH, MANY, WRITERS = 7, 400, 1_000_000, 4


def cpu(function: object, times: int) -> float:
    """CPU microseconds for one call."""
    start = time.process_time()
    for number in range(times):
        function(number)  # type: ignore[operator]
    return (time.process_time() - start) / times * 1e6


def action_cost(project: Project, lead: Person) -> None:
    def bare(number: int) -> None:
        with transaction.atomic():
            DecisionRule.objects.create(project=project, step=3, rule="lead")

    def acted(number: int) -> None:
        bench_rule(By(lead.actor, once=f"{time.process_time_ns()}-{number}"), project, step=3, rule="lead")

    cpu(acted, 50)
    pairs = []
    for _ in range(ROUNDS):
        with guard.open_for_action():
            floor = cpu(bare, EACH)
        pairs.append((floor, cpu(acted, EACH)))
    floor, cost = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(high / low for low, high in pairs)
    print(f"bare one-row insert  {floor:6.0f} us CPU")
    print(f"action with entry    {cost:6.0f} us CPU   {ratio:.2f} times (bar 2.2)")


def verify_cost(project: Project) -> None:
    """Fill a chain with 1M entries by plain SQL and verify it."""
    rows, previous = [], chain.GENESIS
    payload = chain.canonical({"note": "x" * 300, "step": 3, "rule": "board_majority", "seats": 12})
    moment = "2026-01-01T00:00:00.000000Z"
    for seq in range(1, MANY + 1):
        row = (
            "rule.agreed", "0" * 64, '[["rule","1"]]', "bench", "agency", moment, "recorded", "group", payload,
            "design", previous, moment, seq, "rule", str(seq),
        )  # fmt: skip
        previous = chain.row_hash(row)
        rows.append((*row, previous))
    columns = ", ".join(chain.ROW).replace("group", '"group"')
    with connection.cursor() as cursor, guard.open_for_action(), transaction.atomic():
        cursor.execute("DROP TRIGGER ledger_entry_edges")
        cursor.executemany(
            f"INSERT INTO ledger_entry ({columns}, hash, actor_key, actor_salt, once_digest)"
            f" VALUES ({', '.join(['%s'] * 16)}, '', x'', '')",
            rows,
        )
    rows.clear()
    start = time.process_time()
    found = queries.verify()
    print(
        f"verify {found.entries:,} entries  {time.process_time() - start:.2f} CPU-s (bar 5), faults {len(found.faults)}"
    )


def writer(name: str, project_id: int, lead_id: int, out: "multiprocessing.Queue[tuple[int, float]]") -> None:
    connection.close()
    project, lead = Project.objects.get(pk=project_id), Person.objects.get(pk=lead_id)
    errors, worst = 0, 0.0
    for number in range(EACH):
        start = time.perf_counter()
        try:
            bench_rule(By(lead.actor, once=f"{name}-{number}"), project, step=3, rule="lead")
        except Exception as error:
            errors += 1
            print(type(error).__name__, error)
        worst = max(worst, time.perf_counter() - start)
    out.put((errors, worst))


def writers(project: Project, lead: Person) -> None:
    context = multiprocessing.get_context("fork")
    out: multiprocessing.Queue[tuple[int, float]] = context.Queue()
    connection.close()
    start = time.perf_counter()
    processes = [context.Process(target=writer, args=(f"p{n}", project.pk, lead.pk, out)) for n in range(WRITERS)]
    for process in processes:
        process.start()
    results = [out.get() for _ in processes]
    for process in processes:
        process.join()
    wall = time.perf_counter() - start
    faults = queries.verify(project.chain).faults
    print(
        f"{WRITERS} writers: {WRITERS * EACH / wall:,.0f} actions/s, worst wait {max(w for _, w in results):.2f} s, "
        f"{sum(e for e, _ in results)} errors, chain {'broken' if faults else 'intact'}"
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    lead = Person.objects.create(username="lead", group="agency")
    project = open_project(By(lead.actor), BODY, title="Bench", summary="A project to measure with.")
    action_cost(project, lead)
    writers(project, lead)
    verify_cost(project)
