"""No profile tells what few rows have: not by name, not by subtraction, not at the end of a range."""

import csv
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from minga.design.actions import import_dataset
from minga.design.models import Dataset
from minga.design.profile import MINIMUM, pooled
from minga.ledger import guard
from minga.projects.models import Project
from tests.conftest import Cast, by

HERMIT = "Hollow Lane"


@given(st.dictionaries(st.text("abc", max_size=3), st.integers(1, 40), max_size=70))
def test_nothing_below_the_minimum_is_shown_or_worked_out(counts: dict[str, int]) -> None:
    rows, pool = pooled(counts)
    shown = {value: count for value, count in rows if value}
    whole = sum(count for value, count in counts.items() if value)
    assert all(count == counts[value] >= MINIMUM for value, count in shown.items())
    assert whole == sum(shown.values()) + pool["rows"]
    assert len(counts) == len(rows) + pool["values"]
    assert pool["rows"] == 0 or pool["rows"] >= MINIMUM or not shown
    rare = [value for value, count in counts.items() if value and count < MINIMUM]
    assert not rare or not shown or pool["values"] > 1


@pytest.fixture
def people(project: Project, cast: Cast, tmp_path: Path) -> Dataset:
    """400 people: three districts, one with a single inhabitant; one income far above the others."""
    path = tmp_path / "people.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["nr", "income", "born", "district", "granted"])
        for n in range(400):
            district = HERMIT if n == 7 else ("north" if n % 3 else "south")
            income, born = (9_999_999, "1901-02-03") if n == 7 else (20_000 + n, f"{1950 + n % 50}-06-01")
            out.writerow([1000 + n, income, born, district, "yes" if n % 2 else "no"])
    return import_dataset(
        by(cast.dario), project, source=path, name="People", purpose="Grants",
        columns={"id": "nr", "truth": "granted", "groups": ["district"]},
    )  # fmt: skip


def test_a_rare_group_hides_the_next_with_it(people: Dataset) -> None:
    assert people.profile["common"]["district"] == [["north", 265]]
    assert people.profile["pooled"]["district"] == {"values": 2, "rows": 135}
    assert people.profile["common"]["granted"] == [["no", 200], ["yes", 200]]
    assert people.profile["pooled"]["granted"] == {"values": 0, "rows": 0}
    assert HERMIT not in str(people.profile)


def test_one_person_does_not_stand_at_the_end_of_a_range(people: Dataset) -> None:
    fields = {field["path"]: field for field in people.profile["fields"]}
    assert (fields["/income"]["low"], fields["/income"]["high"]) == (20_010, 20_391)
    assert (fields["/born"]["first"], fields["/born"]["last"]) == ("1951-06-01", "1998-06-01")


def test_the_page_puts_the_rare_together(client: Client, people: Dataset) -> None:
    page = client.get(people.get_absolute_url()).content.decode()
    assert "2 values put together" in page
    assert "10 rows or more at each end" in page
    assert HERMIT not in page
    assert "9,999,999" not in page


def test_a_profile_of_before_is_shown_without_them_too(client: Client, people: Dataset) -> None:
    old = {**people.profile, "common": {"district": [["north", 266], ["south", 133], [HERMIT, 1]]}}
    del old["pooled"]
    with guard.open_for_action():
        Dataset.objects.filter(pk=people.pk).update(profile=old)
    page = client.get(people.get_absolute_url()).content.decode()
    assert HERMIT not in page
    assert "2 values put together" in page
