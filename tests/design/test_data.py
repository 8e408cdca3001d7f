"""Every row that comes in is used, rejected or failed, with its line; a file that cannot be read leaves nothing."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from minga.design import reading, store
from minga.design.actions import assess_dataset, import_dataset, split_dataset
from minga.design.models import DataAssessment, Dataset
from minga.design.tasks import read_dataset
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.conftest import calls, lines, release
from tests.shared import shared

ABOUT = {"name": "Calls", "purpose": "Early warnings"}
GOOD = release(1, "Open call", date(2026, 1, 5), 20)
Write = Callable[..., Path]


def problems(dataset: Dataset) -> list[dict[str, object]]:
    assert dataset.problems_path
    return [json.loads(line) for line in dataset.problems_path.read_text(encoding="utf-8").splitlines()]


def test_rows_add_up_and_the_profile_counts(dataset: Dataset) -> None:
    assert (dataset.rows_in, dataset.rows_used, dataset.rows_rejected, dataset.rows_failed) == (406, 406, 0, 0)
    fields = {field["path"]: field for field in dataset.profile["fields"]}
    assert fields["/tender/tenderPeriod/endDate"]["missing"] == 1
    assert fields["/tender/procurementMethodDetails"]["distinct"] == 3
    assert dataset.profile["methods"] == [["Open call", 201], ["Small purchase", 200], ["Rare kind", 5]]
    assert dataset.profile["buyers"] == [["Roads office", 406]]
    assert (dataset.period_from, dataset.period_to) == (date(2026, 1, 1), date(2026, 4, 10))


def test_bad_rows_are_named_and_the_rest_is_used(project: Project, cast: Cast, write: Write) -> None:
    twice = json.dumps(GOOD).replace('"id": "1"', '"id": "1", "id": "2"').encode()
    deep = b'{"ocid": "x", "a": ' + b"[" * 200 + b"]" * 200 + b"}"
    rows = [json.dumps(GOOD).encode(), b"not json", twice, b'["ocid"]', b'{"id": "3"}', deep,
            json.dumps(GOOD).encode()[:-20], "{\"ocid\": \"señal\"}".encode("latin-1")]  # fmt: skip
    dataset = import_dataset(by(cast.dario), project, source=write(b"\n".join(rows)), **ABOUT)
    counted = (dataset.rows_in, dataset.rows_used, dataset.rows_rejected, dataset.rows_failed)
    assert counted == (8, 1, 2, 5)
    lines_named = [row["line"] for row in problems(dataset) if row["state"] != "notice"]
    assert lines_named == [2, 3, 4, 5, 6, 7, 8]
    assert "'id' is repeated" in str(problems(dataset)[1]["reason"])
    assert dataset.path.read_bytes() == rows[0] + b"\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n \n", "blank lines only"),
        (gzip.compress(lines(calls()))[:-40], "cut off"),
        (gzip.compress(b" " * 40_000_000), "gzip bomb"),
        (lines([GOOD]).decode().encode("utf-16"), "UTF-16"),
        (b'{"ocid": "' + b"x" * 50_000_000 + b'"}', "longer than 16 MiB"),
        (b"PK\x03\x04whatever", "zip archive"),
        (b"ocid;title\n1;x\n", "No row"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "No row|UTF-16|UTF-8"),
    ],
    ids=["empty", "blank", "cut gzip", "bomb", "UTF-16", "one long line", "zip", "CSV", "picture"],
)
def test_a_file_that_cannot_be_used_leaves_nothing(
    project: Project, cast: Cast, write: Write, content: bytes, says: str
) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid, match=says) as refusal:
        import_dataset(by(cast.dario), project, source=write(content), background=False, **ABOUT)
    assert refusal.value.fields["file"]
    assert (Dataset.objects.count(), Entry.objects.count()) == (0, before)
    assert not list((store.root() / "staging").iterdir())
    assert str(store.root()) not in str(refusal.value)


def test_gzip_and_packages_are_read(project: Project, cast: Cast, write: Write) -> None:
    package = json.dumps({"uri": "x", "releases": [GOOD, {**GOOD, "ocid": "ocds-ex4mpl-2"}]}, indent=1).encode()
    dataset = import_dataset(by(cast.dario), project, source=write(gzip.compress(package)), **ABOUT)
    assert dataset.rows_used == 2
    assert dataset.path.read_bytes().count(b"\n") == 2


def test_a_private_address_is_refused(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid, match=r"127\.0\.0\.1|private|local"):
        import_dataset(by(cast.dario), project, source="http://127.0.0.1:9/data.json", **ABOUT)


def test_residents_do_not_import(project: Project, cast: Cast, write: Write) -> None:
    with pytest.raises(NotAllowed):
        import_dataset(by(cast.rosa), project, source=write([GOOD]), **ABOUT)


def test_a_large_file_is_read_by_the_worker(project: Project, cast: Cast, write: Write) -> None:
    dataset = import_dataset(by(cast.dario), project, source=write(calls()), background=True, **ABOUT)
    assert dataset.state == Dataset.State.READING
    assert read_dataset.call(dataset.pk) == "ready"
    assert read_dataset.call(dataset.pk) == "ready"
    dataset.refresh_from_db()
    assert dataset.rows_used == 406
    actions = Entry.objects.filter(subject_kind="dataset").values_list("action", flat=True)
    assert list(actions) == ["dataset.received", "dataset.imported"]


def test_the_worker_says_why_a_file_cannot_be_used(project: Project, cast: Cast, write: Write) -> None:
    dataset = import_dataset(by(cast.dario), project, source=write(b"a;b\n"), background=True, **ABOUT)
    assert read_dataset.call(dataset.pk) == "refused"
    dataset.refresh_from_db()
    assert "No row of calls.jsonl can be used" in dataset.refusal


def test_splitting_by_date_loses_nothing(project: Project, cast: Cast, dataset: Dataset) -> None:
    earlier, later = split_dataset(by(cast.dario), project, dataset, date(2026, 2, 15))
    assert earlier.rows_used + later.rows_used == dataset.rows_used
    assert earlier.period_to
    assert earlier.period_to < date(2026, 2, 15) == later.period_from
    assert not reading.ids_of(earlier.ids_sha256) & reading.ids_of(later.ids_sha256)
    assert {**earlier.labels(), **later.labels()} == dataset.labels()


def test_undated_rows_stay_with_the_earlier_part(project: Project, cast: Cast, write: Write) -> None:
    undated = {"ocid": "ocds-ex4mpl-9", "tender": {}}
    late = release(2, "Open call", date(2026, 3, 5), 20)
    whole = import_dataset(by(cast.dario), project, source=write([GOOD, undated, late]), **ABOUT)
    earlier, later = split_dataset(by(cast.dario), project, whole, date(2026, 2, 1))
    assert (earlier.rows_used, later.rows_used) == (2, 1)
    assert [row["reason"] for row in problems(earlier)] == ["no date, so it is kept with the earlier calls"]


def test_a_split_with_an_empty_part_is_refused(project: Project, cast: Cast, dataset: Dataset) -> None:
    with pytest.raises(Invalid, match="2026-01-01 to 2026-04-10"):
        split_dataset(by(cast.dario), project, dataset, date(2030, 1, 1))
    assert Dataset.objects.count() == 1


ANSWERS = {
    "publisher": "Open data office", "publisher_partner": "yes", "standard": "full", "missing": ["nothing"],
    "standard_name": "OCDS", "need": "Days a call was open", "personal": "no", "harm": "Asked the buyers: none",
    "updated": "2026-04-10", "rhythm": "daily", "ml_use": "nothing", "simpler": ["rule"], "effort": 1,
}  # fmt: skip


def test_the_data_questions(project: Project, cast: Cast, dataset: Dataset) -> None:
    done = assess_dataset(
        by(cast.flor), project, dataset, steward="Data office, role", lawful_basis="Example", answers=ANSWERS,
        recipients=[{"name": "University", "purpose": "research"}],
    )  # fmt: skip
    assert done.answers["updated"] == "2026-04-10"
    assert "updated" in done.prefilled
    dataset.refresh_from_db()
    assert dataset.assessment == done
    assert dataset.steward == "Data office, role"


def test_data_are_not_for_sale(project: Project, cast: Cast, dataset: Dataset) -> None:
    with pytest.raises(Blocked, match="for sale"):
        assess_dataset(
            by(cast.flor), project, dataset, steward="s", lawful_basis="l", answers=ANSWERS,
            recipients=[{"name": "Broker", "purpose": "Sale"}],
        )  # fmt: skip
    assert not DataAssessment.objects.exists()


def test_open_questions_are_named(project: Project, cast: Cast, dataset: Dataset) -> None:
    with pytest.raises(Invalid, match="Who publishes"):
        assess_dataset(by(cast.flor), project, dataset, steward="s", lawful_basis="l", answers={"rhythm": "daily"})
    assert not DataAssessment.objects.exists()


def test_real_paraguayan_calls(project: Project, cast: Cast) -> None:
    path = shared("data/procurement/real/paraguay_dncp_12738_tenders.jsonl.gz")
    dataset = import_dataset(by(cast.dario), project, source=path, **ABOUT)
    assert dataset.rows_in == dataset.rows_used + dataset.rows_rejected + dataset.rows_failed == 12_738
    fields = {field["path"]: field for field in dataset.profile["fields"]}
    assert fields["/tender/tenderPeriod/endDate"]["missing"] <= 355
