"""A large file is worked off by the worker: every row ends somewhere, a kill costs nothing, no case comes twice."""

import os
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from minga.deliver import casefiles, clock, incoming, spool, tasks
from minga.deliver.actions import close_service, intake
from minga.deliver.casefiles import begin, go_on
from minga.deliver.models import Case, CaseFile
from minga.ledger.models import Entry
from minga.ledger.refusals import NotAllowed
from minga.projects.actions import end_role
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of

ROWS = 30


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten rows a part, so that thirty rows are a large file."""
    monkeypatch.setattr(incoming.parts, "__defaults__", (0, 10))


def table(rows: int = ROWS) -> bytes:
    """Every seventh row lacks what is needed, every eleventh has a cell too few; row 1 is the header."""
    lines = ["id,need,income"]
    for row in range(2, rows + 2):
        lines.append(f"{row},,1000" if row % 7 == 0 else f"{row},A roof" if row % 11 == 0 else f"{row},A roof,1000")
    return "\n".join(lines).encode()


def begun(counter: Counter, data: bytes | None = None) -> CaseFile:
    kept = spool.put(data or table(), "csv")
    return begin(by(counter.cast.flor), counter.service, kept, "cases.csv", "post")


def finish(counter: Counter, file: CaseFile) -> CaseFile:
    tasks.take_over.call(file.pk, counter.cast.flor.pk)
    return CaseFile.objects.get(pk=file.pk)


def test_a_small_file_is_done_within_the_request(counter: Counter) -> None:
    file = begun(counter, table(8))
    assert (file.rows_in, file.taken, file.rejected, file.failed, file.left) == (8, 7, 1, 0, 0)
    assert file.finished
    assert spool.get(file.kept) is None


def test_of_a_large_file_the_request_takes_the_first_part_only(counter: Counter) -> None:
    file = begun(counter)
    assert (file.rows_in, file.done, file.left) == (ROWS, 10, 20)
    assert Case.objects.count() == file.taken == 8
    assert spool.get(file.kept) is not None


def test_every_row_ends_somewhere_with_its_number_and_reason(counter: Counter) -> None:
    file = finish(counter, begun(counter))
    assert (file.done, file.left) == (ROWS, 0)
    assert file.taken + file.rejected + file.failed == file.rows_in == ROWS
    assert file.taken == Case.objects.count() == 24
    rejected = [row for row, kind, _why in file.problems if kind == "rejected"]
    failed = [row for row, kind, _why in file.problems if kind == "failed"]
    assert rejected == [7, 14, 21, 28]
    assert failed == [11, 22]
    assert all(why for _row, _kind, why in file.problems)
    assert spool.get(file.kept) is None
    noted = Entry.objects.filter(action="cases.imported")
    assert noted.count() == 3
    assert {entry.actor_key for entry in noted} == {counter.cast.flor.key}


def test_a_kill_costs_nothing_and_doubles_nothing(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    file, made = begun(counter), intake._keep_person
    calls: list[int] = []

    def killed(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 12:  # in the middle of the third part
            raise KeyboardInterrupt
        made(*given)

    monkeypatch.setattr(intake, "_keep_person", killed)
    with pytest.raises(KeyboardInterrupt):
        finish(counter, file)
    half = CaseFile.objects.get(pk=file.pk)
    assert half.done == 20
    assert Case.objects.count() == half.taken
    done = finish(counter, file)
    assert done.taken + done.rejected + done.failed == ROWS
    assert Case.objects.count() == done.taken == 24
    assert len(set(Case.objects.values_list("process", flat=True))) == 24
    assert finish(counter, file).taken == 24


def test_rows_without_an_id_are_not_doubled_either(counter: Counter) -> None:
    file = begun(counter, b"need\n" + b"A roof\n" * ROWS)
    stale = CaseFile.objects.select_related("service__project").get(pk=file.pk)
    finish(counter, file)
    with pytest.raises(Exception, match="taken over already"):
        go_on(counter.cast.lena.actor, stale_with_file(stale))
    assert Case.objects.count() == ROWS


def stale_with_file(file: CaseFile) -> CaseFile:
    """As another worker holds it that began at the same time: its file still there, its place an old one."""
    file.kept = spool.put(b"need\n" + b"A roof\n" * ROWS, "csv")
    return file


def test_what_came_before_is_rejected_by_its_row(counter: Counter) -> None:
    finish(counter, begun(counter))
    again = finish(counter, begun(counter))
    assert (again.taken, again.rejected, again.failed) == (0, 28, 2)
    assert [2, "rejected", "this case is here already"] in again.problems
    assert Case.objects.count() == 24


def test_a_service_closed_meanwhile_takes_no_more_and_says_so(counter: Counter) -> None:
    file = begun(counter)
    close_service(by(counter.cast.lena), counter.project, counter.service, "The budget is spent.")
    done = finish(counter, file)
    assert done.taken == Case.objects.count() == 8
    assert done.taken + done.rejected + done.failed == ROWS
    assert [30, "rejected", "the service was closed before this row was reached"] in done.problems


def test_whoever_lost_the_role_leaves_the_rest_to_another(counter: Counter) -> None:
    file = begun(counter)
    end_role(by(counter.cast.lena), counter.project, counter.project.memberships.get(person=counter.cast.flor))
    assert finish(counter, file).left == 20
    tasks.take_over.call(file.pk, counter.cast.dario.pk)
    assert CaseFile.objects.get(pk=file.pk).left == 0


def test_a_begun_file_outlives_the_day_and_then_goes(counter: Counter) -> None:
    file = begun(counter)
    path, other = spool._folder() / file.kept, spool._folder() / spool.put(b"need\n", "csv")
    for days, kept in ((2, True), (31, False)):
        for each in (path, other):
            if each.exists():
                os.utime(each, (time.time() - days * spool.DAY,) * 2)
        clock.ask_tools()
        assert (path.exists(), other.exists()) == (kept, False)
    page = text_of(as_(counter.cast.flor).get(file.get_absolute_url()))
    assert "The file is no longer here" in page
    assert "Go on with this file" not in page
    assert finish(counter, file).left == 20


def test_only_staff_begin_or_see_it(counter: Counter) -> None:
    file = begun(counter)
    with pytest.raises(NotAllowed):
        begin(by(counter.cast.olga), counter.service, spool.put(table(), "csv"), "x.csv", "post")
    for who in (None, counter.cast.rosa, counter.cast.olga):
        assert as_(who).get(file.get_absolute_url()).status_code == 403


def test_the_page_says_how_far_it_is_and_goes_on(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    address, flor = (
        reverse("deliver:cases_import", args=[counter.project.slug, counter.service.slug]),
        as_(counter.cast.flor),
    )
    asked: list[tuple[str, int, int]] = []
    monkeypatch.setattr(type(tasks.take_over), "enqueue", lambda task, *given: asked.append((task.name, *given)))
    upload = {"file": SimpleUploadedFile("cases.csv", table()), "route": "post"}
    token = text_of(flor.post(address, upload)).split('name="file_name" value="')[1].split('"')[0]
    page = flor.post(address, {"once": "1", "file_name": token, "shown": "cases.csv", "route": "post"}, follow=True)
    shown, file = text_of(page), CaseFile.objects.get()
    assert "20 of 30 rows are still to be taken over" in shown
    assert "Rows 30 = taken over 8 + rejected 1 + failed 1 + not reached yet 20" in shown
    told = ("take_over", file.pk, counter.cast.flor.pk)
    assert asked.count(told) == 1
    flor.post(file.get_absolute_url(), {"once": "2"})
    assert asked.count(told) == 2
    finish(counter, file)
    shown = text_of(flor.get(file.get_absolute_url()))
    assert "24 of 30 rows became cases" in shown
    assert "fill this in" in shown.lower()
    assert "cases.csv" in text_of(flor.get(address))
    again = flor.post(address, {"once": "3", "file_name": token, "shown": "cases.csv", "route": "post"})
    assert again.headers["Location"] == file.get_absolute_url()
    assert Case.objects.count() == 24


def test_a_file_without_rows_is_finished_at_once(counter: Counter) -> None:
    file = begun(counter, b"id,need\n")
    assert (file.rows_in, file.left) == (0, 0)
    assert file.finished
    assert casefiles.in_work(file) is False
