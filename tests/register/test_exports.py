"""UK ATRS v3.0: every field by reference, nothing invented, and every loss named."""

import json
from pathlib import Path
from typing import Any

import pytest

from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from minga.register import cli
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import FIELDS, TYPED, as_json
from minga.register.exports import standard, standards
from minga.register.exports.atrs import CHANGED_IN_4, PLACES, REDUCED, export
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.shared import shared


def test_all_fields_of_the_standard_and_no_other() -> None:
    fields = json.loads(shared("data/registers/uk-atrs/atrs_v3_fields.json").read_text())["fields"]
    wanted = {(row["ref"], row["attribute"], row["required"] == "TRUE") for row in fields}
    assert {(place.ref, place.attribute, place.required) for place in PLACES} == wanted
    assert len(PLACES) == len(fields) == 65


def test_the_crosswalk_names_the_canonical_fields() -> None:
    import csv

    with shared("data/registers/crosswalk.csv").open() as file:
        canonical = {row["canonical_field"] for row in csv.DictReader(file)}
    used = {name for place in PLACES for name in place.uses}
    own = {
        "limits",
        "why_it_matters",
        "provided_information",
        "overseers",
        "stage",
        "criteria_and_checks",
        "review_due",
        "gains",
    }
    assert used - canonical == own
    assert used <= set(FIELDS)
    assert set(TYPED) - canonical == {"limits"}


def test_version_4_names_fields_of_version_3() -> None:
    assert set(CHANGED_IN_4) <= {place.ref for place in PLACES}
    assert set(REDUCED) <= set(FIELDS)


def test_every_known_field_is_carried_or_listed_as_lost(told: Desk) -> None:
    record = build(told.project)
    document, losses = export(record)
    filled = {row["ref"] for row in document["fields"]}
    carried = {name for place in PLACES if place.ref in filled for name in place.uses}
    lost = {loss.field for loss in losses if loss.kind != "missing"}
    known = {name for name in FIELDS if getattr(record, name) is not None}
    assert known <= carried | lost
    assert {"participation_effect", "participation_events", "stage_history"} <= lost
    assert all(loss.why for loss in losses)


def test_required_fields_that_nobody_knows_are_listed(told: Desk) -> None:
    document, losses = export(build(told.project))
    filled = {row["ref"] for row in document["fields"]}
    missing = {loss.field for loss in losses if loss.kind == "missing"}
    assert missing == {place.ref for place in PLACES if place.required} - filled
    assert "2.5.1" in missing
    describe(by(told.cast.lena), told.project, "assessments", "Fundamental-rights assessment of May.")
    assert "2.5.1" in {row["ref"] for row in export(build(told.project))[0]["fields"]}


def test_what_it_says(told: Desk) -> None:
    document, _losses = export(build(told.project))
    said = {row["ref"]: row["value"] for row in document["fields"]}
    assert said["0.13"] == said["2.4.1.2"] == "Production"
    assert said["0.5"] == "Discovery"
    assert "It does not see floods." in said["2.2.2"]
    assert "passed on version" in said["2.4.2.7"]
    assert "nothing is learned" in said["2.4.2.6"]
    assert document["canonical_url"].endswith(f"/projects/{told.project.slug}/record/")


def test_it_is_english_on_a_spanish_page(told: Desk) -> None:
    from django.utils import translation

    english = export(build(told.project))[0]
    with translation.override("es"):
        assert export(build(told.project))[0] == english


def test_an_empty_project_exports_what_there_is(project: Project) -> None:
    document, losses = export(build(project))
    assert {"0.11", "0.13", "1.1"} <= {row["ref"] for row in document["fields"]}
    assert any(loss.kind == "missing" for loss in losses)


def test_our_own_form_loses_nothing(told: Desk) -> None:
    record = build(told.project)
    document, losses = standard("minga").export(record)
    assert (document, losses) == (as_json(record), [])
    assert set(standards()) == {"atrs", "minga"}
    with pytest.raises(Invalid):
        standard("nl")


def test_the_command(told: Desk, capsys: Any, tmp_path: Path) -> None:
    slug = told.project.slug
    assert cli.main(["export", slug]) == 1
    assert "not been published" in capsys.readouterr().err
    publish(by(told.cast.lena), told.project)
    target = tmp_path / "record.json"
    assert cli.main(["export", slug, "--standard", "atrs", "--output", str(target)]) == 0
    written = json.loads(target.read_text())
    assert written["document"]["standard"] == "UK ATRS 3.0"
    assert written["losses"]
    assert cli.main(["export", slug]) == 0
    assert json.loads(capsys.readouterr().out)["document"]["format"] == "minga-record-1"
    assert cli.main(["export", "none"]) == 1
    assert cli.main(["export", slug, "--standard", "none"]) == 1


def test_nobody_is_needed_to_read(project: Project, cast: Cast, client: Any) -> None:
    content = client.get(f"/projects/{project.slug}/record.json").json()
    assert content["version"] is None
    assert content["document"]["name"]["value"] == project.title
