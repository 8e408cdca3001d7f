"""How people reach a service without a computer, and how far those who appeal are from those who are affected."""

import gzip
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minga.deliver import grouptables, ways
from minga.deliver.actions.routes import count_route
from minga.deliver.groupshares import Counts, compare, dissimilarity
from minga.deliver.models import Case, Route, RouteUse
from minga.design.models import Dataset
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.base import ToolError
from tests.conftest import Cast, by
from tests.deliver.served import Office, opened_service
from tests.shared import shared

JUNE = date(2026, 6, 1)
DUO = "data/oversight/duo_cub_cbs_long.csv.gz"
SMALL = "population,group,n\nAll,North,60\nAll,South,40\nAppealed,North,5\nAppealed,South,15\n"


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


def as_(person: Person | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if person is not None:
        client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client


def counted(office: Office, route: str, people: int, month: date = JUNE) -> RouteUse:
    return count_route(by(office.cast.flor), office.project, office.service, route, month, people)


# Routes


def test_people_without_a_computer_are_a_share_with_its_interval(office: Office) -> None:
    for _each in range(12):
        office.case(route=Route.WEB)
    counted(office, "phone", 20)
    counted(office, "counter", 28)
    found = ways.route_figures(office.service)
    assert (found.offline, found.total, found.share) == (48, 60, 0.8)
    assert found.low is not None
    assert found.low < 0.8
    assert [row.route.value for row in found.rows][:3] == ["counter", "phone", "web"]


def test_cases_by_telephone_are_without_a_computer_too(office: Office) -> None:
    for route in (Route.PHONE, Route.WEB):
        for _each in range(15):
            office.case(route=route)
    assert ways.route_figures(office.service).share == 0.5


def test_counting_the_same_month_again_replaces_the_count_and_keeps_both_entries(office: Office) -> None:
    counted(office, "phone", 20)
    counted(office, "phone", 22, date(2026, 6, 17))
    assert list(RouteUse.objects.values_list("people", flat=True)) == [22]
    assert Entry.objects.filter(action="route.counted").count() == 2


@pytest.mark.parametrize(
    ("route", "people", "month", "field"),
    [("pigeon", 3, JUNE, "route"), ("phone", -1, JUNE, "people"), ("phone", 3, date(2999, 1, 1), "month")],
)
def test_a_count_that_cannot_be_is_refused(office: Office, route: str, people: int, month: date, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        counted(office, route, people, month)
    assert field in refused.value.fields


def test_only_the_desk_counts(office: Office) -> None:
    with pytest.raises(NotAllowed):
        count_route(by(office.cast.bruno), office.project, office.service, "phone", JUNE, 3)


def test_a_small_route_is_hidden_in_public_and_cannot_be_worked_out(office: Office) -> None:
    counted(office, "web", 100)
    counted(office, "phone", 50)
    counted(office, "post", 3)
    shown = {row.route.value: row.total for row in ways.route_figures(office.service).rows}
    assert shown["post"] is None
    assert list(shown.values()).count(None) >= 2
    exact = {row.route.value: row.total for row in ways.route_figures(office.service, exact=True).rows}
    assert exact["post"] == 3


def test_too_few_people_give_no_share(office: Office) -> None:
    counted(office, "phone", 9)
    assert not ways.route_figures(office.service).judged


def test_routes_are_counted_on_their_page(office: Office) -> None:
    here = reverse("deliver:routes", args=[office.project.slug, office.service.slug])
    flor = as_(office.cast.flor)
    assert "Nobody has been counted on any route yet." in flor.get(here).content.decode()
    month = date.today().replace(day=1).isoformat()
    flor.post(here, {"once": "a", "month": month, "route": "counter", "people": "31"})
    page = flor.get(here).content.decode()
    assert "31 of 31 people did without a computer" in page
    assert as_(office.cast.bruno).get(here).status_code == 403


def test_months_are_listed_with_cases_and_counts(office: Office) -> None:
    case = office.case(route=Route.WEB)
    counted(office, "phone", 20, case.received.date())
    [(month, counts)] = ways.by_month(office.service)
    assert (month, counts) == (case.received.date().replace(day=1), {"web": 1, "phone": 20})
    assert Case.objects.count() == 1


# Shares of groups


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 500), min_size=1), st.integers(1, 9))
def test_dissimilarity_lies_between_none_and_one_and_ignores_size(counts: dict[str, int], times: int) -> None:
    first = {**counts, "a": counts.get("a", 0) + 1}
    assert dissimilarity(first, {group: times * people for group, people in first.items()}) == pytest.approx(0)
    assert dissimilarity(first, {"z": 3}) == pytest.approx(1)
    other = {"a": 5, "b": 7}
    assert 0 <= dissimilarity(first, other) <= 1
    assert dissimilarity(first, other) == pytest.approx(dissimilarity(other, first))


def test_nobody_has_no_shares() -> None:
    with pytest.raises(ValueError, match="at least one count above 0"):
        dissimilarity({"a": 0}, {"a": 1})


def test_the_comparison_agrees_with_the_formula() -> None:
    whole, part = {"a": 700, "b": 200, "c": 100}, {"a": 20, "b": 50, "c": 30}
    [found] = compare(Counts("All", whole), [Counts("Appealed", part)], hide=False).parts
    assert found.apart is not None
    assert found.apart.value == pytest.approx(dissimilarity(whole, part))


def test_a_random_sample_is_as_far_as_chance_says() -> None:
    random.seed(4)
    whole = {"a": 600, "b": 300, "c": 100}
    drawn = random.choices(list(whole), weights=list(whole.values()), k=200)
    part = {group: drawn.count(group) for group in whole}
    [found] = compare(Counts("All", whole), [Counts("Sample", part)], hide=False).parts
    assert found.apart is not None
    assert found.by_chance is not None
    assert found.apart.value is not None
    assert found.by_chance.high is not None
    assert found.apart.value <= found.by_chance.high


def test_small_groups_are_hidden_and_cannot_be_worked_out() -> None:
    whole = Counts("All", {"a": 500, "b": 300, "c": 4, "d": 60})
    found = compare(whole, [Counts("Appealed", {"a": 40, "b": 30, "c": 1, "d": 3})], hide=True)
    assert "c" not in found.groups
    [part] = found.parts
    assert part.people == 74
    assert sum(share.people is None for share in part.shares) >= 2


def test_fewer_than_ten_people_are_not_compared() -> None:
    found = compare(Counts("All", {"a": 500, "b": 300}), [Counts("Appealed", {"a": 5, "b": 4})], hide=True)
    assert found.parts[0].people is None
    assert found.parts[0].apart is None


# Published tables


def test_rows_in_are_used_and_rejected() -> None:
    found = grouptables.read([*SMALL.splitlines(keepends=True), "All,East,\n", "All,,3\n", "All,West,-2\n"])
    assert (found.rows_in, len(found.rows), len(found.rejected)) == (7, 4, 3)
    assert [line for line, _why in found.rejected] == [6, 7, 8]


def test_a_wide_table_is_read_too() -> None:
    found = grouptables.read(["group,All,Appealed\n", "North,60,5\n", "South,40,15\n"])
    counts = grouptables.Table(found.rows).counts("Total", "")
    assert [(one.label, dict(one.groups)) for one in counts] == [
        ("All", {"North": 60, "South": 40}),
        ("Appealed", {"North": 5, "South": 15}),
    ]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "group,n\nx,\n"])
def test_what_is_no_table_of_groups_says_what_is_missing(text: str) -> None:
    with pytest.raises(ToolError, match=r"group|count"):
        grouptables.read(text.splitlines(keepends=True))


def test_the_same_year_is_compared_first() -> None:
    names = ["All 2014", "All 2019", "Sample, March 2014", "Appealed in 2019"]
    assert grouptables.of_same_time("All 2014", names) == ["Sample, March 2014"]
    assert grouptables.of_same_time("All", ["All", "Appealed"]) == ["Appealed"]


def imported(office: Office, content: bytes, name: str = "table.csv") -> Dataset:
    file: Any = SimpleUploadedFile(name, content)
    return grouptables.import_table(by(office.cast.lena), office.project, file, "Audit", "Statistics office, 2024")


def test_an_import_is_kept_as_a_dataset_with_its_rows(office: Office) -> None:
    dataset = imported(office, SMALL.encode() + b"All,East,none\n")
    assert (dataset.rows_in, dataset.rows_used, dataset.rows_rejected, dataset.rows_failed) == (5, 4, 1, 0)
    assert grouptables.tables_of(office.project) == [dataset]
    assert grouptables.load(dataset).populations == ["All", "Appealed"]


@pytest.mark.parametrize("content", [b"\x1f\x8bnonsense", b"\xff\xfe\x00", b"nothing here", b""])
def test_a_broken_file_is_refused_and_nothing_kept(office: Office, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        imported(office, content)
    assert "file" in refused.value.fields
    assert not Dataset.objects.exists()


def test_others_import_nothing(office: Office) -> None:
    with pytest.raises(NotAllowed):
        grouptables.import_table(by(office.cast.flor), office.project, Path("x"), "Audit", "x")


def test_a_table_is_imported_and_read_on_its_pages(office: Office) -> None:
    lena = as_(office.cast.lena)
    file = SimpleUploadedFile("table.csv.gz", gzip.compress(SMALL.encode()))
    here = reverse("deliver:who_import", args=[office.project.slug])
    page = lena.post(here, {"once": "a", "name": "Audit", "source": "Office", "file": file}, follow=True)
    assert "South: 75.0\u202f% here, 40.0\u202f% of all" in page.content.decode()
    everybody = as_(None).get(reverse("deliver:who", args=[office.project.slug])).content.decode()
    assert "Dissimilarity 0.35" in everybody
    assert here not in everybody


def test_the_project_s_own_figures_stand_beside_the_tables(office: Office) -> None:
    for number in range(30):
        made = office.quick("declined", "North" if number % 3 else "South")
        if number % 3 == 0:
            office.appealed(made)
    page = as_(None).get(reverse("deliver:who", args=[office.project.slug])).content.decode()
    assert "Grants for roofs" in page
    assert "South: 100.0\u202f% here, 33.3\u202f% of all" in page


def test_the_audit_of_the_student_grants_comes_out_as_published(office: Office) -> None:
    dataset = imported(office, shared(DUO).read_bytes(), "duo.csv.gz")
    assert (dataset.rows_in, dataset.rows_used) == (15_411, 15_411)
    page = as_(None).get(reverse("deliver:who_table", args=[office.project.slug, dataset.pk])).content.decode()
    assert "Outside Europe: 85.2\u202f% here, 22.0\u202f% of all" in page
    assert "Dissimilarity 0.03" in page
    assert "Dissimilarity 0.63" in page
    whole, *parts = grouptables.load(dataset).counts("Total", "Country of origin")
    sample = next(part for part in parts if "random selected in March 2014" in part.label)
    [found] = compare(whole, [sample], hide=False).parts
    outside = found.shares[1].share
    assert outside is not None
    assert round(100 * outside, 1) == 20.5
    spanish = as_(None, "es").get(reverse("deliver:who", args=[office.project.slug])).content.decode()
    assert "85,2\u202f%" in spanish


def test_another_whole_and_other_people_can_be_chosen(office: Office) -> None:
    dataset = imported(office, shared(DUO).read_bytes(), "duo.csv.gz")
    names = grouptables.load(dataset).populations
    given = {"whole": names[1], "with": [names[3]], "category": "Education: mbo 3-4"}
    page = as_(None).get(reverse("deliver:who_table", args=[office.project.slug, dataset.pk]), given).content.decode()
    assert "Everybody: Students that belonged on February 1, 2019" in page
    assert page.count("<h3>Students that were random selected") == 3
