"""Once a tool is stopped, nothing of it remains in the queue: cases wait in the order in which they came."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minga.deliver import places, waiting
from minga.deliver.actions import change_stage, drill, stop, withdraw_consent
from minga.deliver.actions.stages import StageChange
from minga.deliver.models import Case
from minga.design.actions import restore_tool, withdraw_tool
from minga.design.models import Release, ToolVersion
from minga.ledger import guard
from tests.conftest import by
from tests.deliver.counter import Counter, as_, queue, text_of

SAYS = "wait in the order in which they came"


@pytest.fixture
def moved(counter: Counter) -> list[int]:
    """Three cases, of which the tool moved the last one to the front."""
    counter.stage("100")
    cases = [counter.advised(days_ago=3), counter.advised(days_ago=2), counter.advised(letter="urgent", days_ago=1)]
    assert queue(counter.project) == [cases[2].number, cases[0].number, cases[1].number]
    return [case.number for case in cases]


def desk(counter: Counter) -> str:
    return text_of(as_(counter.cast.flor).get(f"/projects/{counter.project.slug}/desk/"))


def test_a_stop_counts_from_the_next_request(counter: Counter, moved: list[int]) -> None:
    assert SAYS not in desk(counter)
    stop(by(counter.cast.olga), counter.project, counter.release, "It is wrong.")
    assert queue(counter.project) == moved
    page = desk(counter)
    assert SAYS in page
    assert "what is urgent sooner" not in page
    found = [page.index(f"/desk/{number}/") for number in moved]
    assert found == sorted(found)


def test_nothing_is_rewritten_so_a_drill_gives_the_places_back(counter: Counter, moved: list[int]) -> None:
    drill(by(counter.cast.olga), counter.project, counter.release)
    assert queue(counter.project) == [moved[2], moved[0], moved[1]]


def test_a_withdrawal_counts_too_and_is_undone_with_it(counter: Counter, moved: list[int]) -> None:
    made = withdraw_tool(by(counter.cast.olga), counter.project, "incomes", "It is wrong.", "1.0")
    assert queue(counter.project) == moved
    restore_tool(by(counter.cast.olga), counter.project, made, "Mended.")
    assert queue(counter.project) == [moved[2], moved[0], moved[1]]


def test_after_a_step_back_places_count_again_at_the_old_share_only(counter: Counter, moved: list[int]) -> None:
    for stage, counts in (("50", False), ("off", False), ("shadow", False), ("50", False), ("100", True)):
        counter.stage(stage)
        assert (queue(counter.project) != moved) == counts, stage


def test_without_consent_a_case_goes_back_to_its_own_place(counter: Counter) -> None:
    counter.set(needs_consent=True)
    counter.stage("100")
    early = counter.advised(days_ago=3, consent=True)
    late = counter.advised(letter="urgent", consent=True)
    assert queue(counter.project) == [late.number, early.number]
    withdraw_consent(by(None), counter.project, late, late.contact.token)
    assert queue(counter.project) == [early.number, late.number]
    assert counter.now(late).placed_by is None


def _second_tool(counter: Counter) -> Release:
    with guard.open_for_action():
        version = ToolVersion.objects.create(project=counter.project, tool="other", version="1", content_hash="o")
        release = Release.objects.create(project=counter.project, version=version, created_by=counter.cast.lena)
        StageChange.objects.create(project=counter.project, release=release, stage="100", reason="test")
    return release


def _case(counter: Counter, release: Release | None, hours: int, sooner: int) -> Case:
    """A case that came so many hours ago and that its tool moved by so many."""
    number, wait_by = Case.objects.count() + 1, timezone.now() - timedelta(hours=hours)
    with guard.open_for_action():
        return Case.objects.create(
            project=counter.project, service=counter.service, release=release, number=number, process=f"x:{number}",
            title="x", source={}, advice={}, drawn="listed", wait_by=wait_by,
            read_by=wait_by - timedelta(hours=sooner), placed_by=release if sooner else None,
        )  # fmt: skip


def test_the_stop_of_one_tool_leaves_the_places_of_another(counter: Counter) -> None:
    counter.stage("100")
    other = _second_tool(counter)
    plain = _case(counter, None, 9, 0)
    stopped = _case(counter, counter.release, 1, 100)
    kept = _case(counter, other, 2, 50)
    unmoved = _case(counter, counter.release, 8, 0)
    assert queue(counter.project) == [case.number for case in (stopped, kept, plain, unmoved)]
    stop(by(counter.cast.olga), counter.project, counter.release, "It is wrong.")
    assert places.of(counter.project).mixed
    assert queue(counter.project) == [case.number for case in (kept, plain, unmoved, stopped)]
    assert queue(counter.project, state="all") == [1, 2, 3, 4]


def test_pages_of_a_mixed_queue_hold_every_case_once(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PAGE", 4)
    counter.stage("100")
    other = _second_tool(counter)
    cases = [_case(counter, (None, counter.release, other)[n % 3], 100 - 7 * n % 50, n * 13 % 40) for n in range(22)]
    stop(by(counter.cast.olga), counter.project, counter.release, "It is wrong.")
    found = [number for page in range(1, 7) for number in queue(counter.project, page)]
    wanted = sorted(
        cases, key=lambda case: (case.wait_by if case.placed_by_id == counter.release.pk else case.read_by, case.number)
    )
    assert found == [case.number for case in wanted]


def test_a_replaced_release_no_longer_orders_what_it_moved(counter: Counter, moved: list[int]) -> None:
    with guard.open_for_action():
        version = ToolVersion.objects.create(project=counter.project, tool="incomes", version="2", content_hash="y")
        newer = Release.objects.create(project=counter.project, version=version, created_by=counter.cast.lena)
    change_stage(by(counter.cast.lena), counter.project, newer, "shadow", "planned")
    assert queue(counter.project) != moved
    change_stage(by(counter.cast.lena), counter.project, newer, "1", "planned")
    assert queue(counter.project) == moved


def test_where_no_case_was_moved_nothing_is_said(counter: Counter) -> None:
    counter.stage("100")
    counter.advised()
    stop(by(counter.cast.olga), counter.project, counter.release, "It is wrong.")
    assert SAYS not in desk(counter)
