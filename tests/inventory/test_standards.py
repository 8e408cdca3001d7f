"""Every form that registers publish is imported, and what was imported goes out again as it came in."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minga.inventory.actions import import_inventory
from minga.inventory.models import System
from minga.inventory.queries import record_of
from minga.inventory.readers import read_bytes
from minga.inventory.registers import REGISTERS
from minga.ledger.action import BODY
from minga.ledger.refusals import Conflict
from minga.tools.registers import export, files, standard, standards
from tests.conftest import Cast, by
from tests.shared import shared
from tests.tools.registers.worlds import cell, rich

FORMS = ["atrs", "atrs_4", "ca", "cl", "eu", "json", "nl", "oecd", "us"]
OLD = ["nl_0_1", "nl_0_2_3", "nl_0_3_1", "nl_0_4"]


def bring(cast: Cast, content: bytes, form: str = "") -> System:
    source = import_inventory(by(cast.bea), BODY, reading=read_bytes(content, "file", form))
    assert (source.rows_in, source.used) == (1, 1)
    return System.objects.select_related("source").get(listed=True)


def test_every_standard_has_a_register() -> None:
    assert set(REGISTERS) == set(standards())


@pytest.mark.parametrize("form", FORMS)
def test_a_record_in_each_form_is_imported_and_goes_out_again(cast: Cast, form: str) -> None:
    made = export(rich(), form)
    found = bring(cast, made.write(), form)
    assert found.source.key == REGISTERS[form].key
    assert found.name
    back = export(record_of(found), form).fields
    around = {"version", "/currentPage"}  # what is beside the answers in a saved file of Canada
    assert {k: v for k, v in back.items() if k not in {*found.left_out, *around}} == {
        k: v for k, v in made.fields.items() if k not in {*found.left_out, *around}
    }


@pytest.mark.parametrize("form", OLD)
def test_each_version_of_the_dutch_api_is_told_apart(cast: Cast, form: str) -> None:
    row: dict[str, Any] = dict.fromkeys(standard(form).guess, "x") | {standard(form).name_field: "Signalen"}
    row |= {"standard_version": standard(form).version}
    found = bring(cast, json.dumps([row]).encode(), "nl")
    assert found.source.standard == form
    assert export(record_of(found), form).fields == row


def test_saved_canadian_assessments_are_imported(cast: Cast) -> None:
    cases = json.loads(shared("data/registers/ca-aia/completed_aia_check_cases.json").read_bytes())["cases"]
    for case in cases:
        saved = {"version": case["questionnaire_version"], "currentPage": 0, "data": case["answers"]}
        import_inventory(by(cast.bea), BODY, reading=read_bytes(json.dumps(saved).encode(), "aia.json"))
    kept = System.objects.filter(source__key="ca", listed=True)
    assert kept.count() >= 15
    assert all(system.facets["assessment"] == ["yes"] for system in kept)


def test_a_published_table_of_the_uk_is_imported(cast: Cast) -> None:
    made = export(rich(), "atrs")
    found = bring(cast, files.markdown(made.document, standard("atrs")).encode())
    assert (found.source.standard, found.country) == ("atrs", "GB")


@st.composite
def rows(draw: st.DrawFn, key: str) -> dict[str, str]:
    names = [line.name for line in standard(key).lines if not line.person]
    told = {name: draw(cell(name)) for name in draw(st.lists(st.sampled_from(names), max_size=10, unique=True))}
    empty = dict.fromkeys([line.name for line in standard(key).lines], "")
    row = empty | {name: value if isinstance(value, str) else "" for name, value in told.items()}
    return row | {standard(key).name_field: row[standard(key).name_field].strip() or "A name"}


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["us", "us_2024"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_row_goes_through_the_database_unchanged(key: str, data: st.DataObject, cast: Cast) -> None:
    written = files.write([data.draw(rows(key))], standard(key))
    row = dict(files.rows(written, standard(key))).popitem()[1]
    found = bring(cast, written, key)
    back = export(record_of(found), key).fields
    kept = {name for name in row if name not in found.left_out}  # type: ignore[union-attr]
    assert {name: back.get(name) for name in kept} == {name: row[name] for name in kept}  # type: ignore[index]
    assert found.raw == {name: row[name] for name in kept}  # type: ignore[index]


def test_pages_show_the_record_its_losses_and_every_form(cast: Cast, client: Client) -> None:
    found = bring(cast, export(rich(), "us").write(), "us")
    page = client.get(found.get_absolute_url()).content.decode()
    assert "What its register states" in page
    for form in FORMS:
        shown = client.get(f"{found.get_absolute_url()}as/{form}/")
        assert shown.status_code == 200
        file = client.get(f"{found.get_absolute_url()}as/{form}/?file=1")
        assert file.content == export(record_of(found), form).write()
    assert client.get(f"{found.get_absolute_url()}as/none/").status_code == 404
    told = client.get(f"/api/inventory/systems/{found.pk}/as/atrs").json()
    assert told["losses"]
    assert client.get(f"/api/inventory/systems/{found.pk}/as/none").status_code == 404


def test_a_system_of_an_earlier_version_says_what_to_do(cast: Cast, client: Client) -> None:
    found = bring(cast, export(rich(), "us").write(), "us")
    found.canonical = {}
    with pytest.raises(Conflict, match="earlier version"):
        record_of(found)


def test_the_register_page_says_what_becomes_of_its_fields(cast: Cast, client: Client) -> None:
    found = bring(cast, export(rich(), "us").write(), "us")
    page = client.get(found.source.get_absolute_url()).content.decode()
    assert "losses on the way into our record" in page or "loss on the way into our record" in page
