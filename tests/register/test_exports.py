"""Every standard: a document that validates but for what nobody stated, its losses, and no less than before."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from minga.ledger.refusals import Invalid
from minga.projects.models import Project
from minga.register import cli, wording
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import as_json
from minga.register.exports import KEYS, grouped, inventory, make, missing, standard, standards
from minga.register.models import RecordVersion
from minga.tools.registers import read
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk
from tests.shared import shared

# The fields of ATRS 3.0 that the exporter written by hand filled for this same project, before the library did.
FILLED_BY_HAND = {
    "0.1", "0.11", "0.12", "0.13", "0.15", "0.2", "0.5", "0.6", "0.8", "0.9", "1.1", "1.2", "1.3", "1.4", "2.1.1",
    "2.2.1", "2.2.2", "2.2.5", "2.3.1", "2.3.2", "2.3.3", "2.3.4", "2.3.6", "2.4.1.2", "2.4.1.3", "2.4.1.4", "2.4.2.1",
    "2.4.2.2", "2.4.2.3", "2.4.2.4", "2.4.2.5", "2.4.2.6", "2.4.2.7", "2.4.2.8", "2.4.2.9", "2.4.3.1", "2.4.3.4",
    "2.4.3.9", "2.5.2",
}  # fmt: skip


@pytest.fixture
def version(told: Desk, settings: Any) -> RecordVersion:
    settings.MINGA_CONTACT = "ai@example.org"
    return publish(by(told.cast.lena), told.project)


def test_the_standards_that_are_offered() -> None:
    assert set(standards()) == set(KEYS) == {"json", "atrs", "atrs_4", "nl", "us", "eu", "ca", "oecd", "cl"}
    assert standard("minga").key == "json"
    with pytest.raises(Invalid) as refused:
        standard("mars")
    assert "atrs" in refused.value.do


def test_it_fills_at_least_what_was_filled_by_hand(told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, "atrs")
    filled = {name for name, value in made.exported.fields.items() if value not in (None, "", [])}
    assert filled >= FILLED_BY_HAND
    assert filled - FILLED_BY_HAND


@pytest.mark.parametrize("key", KEYS)
def test_each_document_is_right_but_for_what_nobody_stated(key: str, told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, key)
    assert [fault.say() for fault in made.faults] == []
    found = read(made.file(), made.standard.key)
    assert (found.used, found.rejected, found.failed) == (1, [], [])


@pytest.mark.parametrize("key", KEYS)
def test_every_export_carries_the_address_of_the_record(key: str, told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, key)
    assert f"/projects/{told.project.slug}/record/" in made.file().decode("utf-8-sig")


@pytest.mark.parametrize("key", [key for key in KEYS if key != "json"])
def test_losses_are_named_in_both_languages(key: str, told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, key)
    assert "stage_history" in {loss.field for loss in made.losses}
    for row in made.losses_as_json()["losses"]:
        assert row["en"]
        assert row["es"]
    said = {loss.say("en", wording.named(loss, "en")) for loss in made.losses}
    assert {told for group in grouped(made.losses) for told in group.sentences} == said


def test_our_own_form_loses_nothing(told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, "json")
    assert made.losses == made.missing == []
    assert made.document["record"] == version.document == as_json(made.record)


def test_the_dutch_export_fits_the_published_schema(told: Desk, version: RecordVersion) -> None:
    from minga.tools.registers import validate

    schema = json.loads(shared("data/registers/nl-register/schema_v1_0.json").read_text())
    describe(by(told.cast.lena), told.project, "eu_risk_class", "Minimal. It sorts calls.")
    describe(by(told.cast.lena), told.project, "description", "A long sentence about calls. " * 170)
    second = publish(by(told.cast.lena), told.project)
    made = make(told.project, second, "nl")
    assert [fault.say() for fault in validate(made.document, "nl", schema)] == []
    assert any(loss.kind == "shortened" for loss in made.losses)
    assert made.document["goal"].endswith("[…]</p>")


def test_the_spanish_page_for_chile(told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, "cl")
    said = " ".join(str(value) for value in made.exported.fields.values())
    assert "decide una persona con nombre" in said
    assert made.standard.language == "es"
    assert made.standard.draft


def test_texts_in_the_language_that_is_asked_for(told: Desk, version: RecordVersion) -> None:
    english, spanish = (make(told.project, version, "atrs", language) for language in ("en", "es"))
    assert english.exported.fields["2.3.1"] != spanish.exported.fields["2.3.1"]
    assert "persona" in spanish.exported.fields["2.3.1"]


def test_missing_fields_say_who_can_state_them(told: Desk, version: RecordVersion) -> None:
    made = make(told.project, version, "atrs")
    rows = {row.target: row for row in missing(made, told.project)}
    assert rows["2.5.1"].typed
    assert rows["2.5.1"].href.endswith("/record/texts/assessments/")
    describe(by(told.cast.lena), told.project, "assessments", "Security: tested in May.")
    again = make(told.project, publish(by(told.cast.lena), told.project), "atrs")
    assert "2.5.1" not in {loss.target for loss in again.missing}


def test_an_empty_project_exports_what_there_is(project: Project) -> None:
    for key in KEYS:
        made = make(project, None, key, draft=build(project))
        assert made.filled
        assert made.faults == []
    with pytest.raises(ValueError, match="neither"):
        make(project, None, "nl")


def test_the_yearly_inventory(told: Desk, version: RecordVersion, cast: Cast) -> None:
    found = inventory("us")
    rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"), newline="")))
    names = json.loads(shared("data/registers/us-inventory/2025_data_dictionary.json").read_text())
    assert [row["use_case_name"] for row in rows] == [told.project.title]
    assert len(rows[0]) == 36 <= len(names) + 36
    assert [made.faults for made in found.made.values()] == [[]]
    assert rows[0]["development_stage"] == "Deployed"


def test_the_command(told: Desk, capsys: Any, tmp_path: Path) -> None:
    slug = told.project.slug
    assert cli.main(["export", slug]) == 1
    assert "not been published" in capsys.readouterr().err
    publish(by(told.cast.lena), told.project)
    target, lost = tmp_path / "record.csv", tmp_path / "losses.json"
    assert cli.main(["export", slug, "--standard", "us", "--output", str(target), "--losses", str(lost)]) == 0
    assert "losses" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8-sig").startswith("agency,")
    assert json.loads(lost.read_text())["losses"]
    assert cli.main(["export", slug, "--standard", "atrs", "--language", "es"]) == 0
    assert json.loads(capsys.readouterr().out)["standard"] == "atrs"
    assert cli.main(["export", slug, "--version", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["record"]["format"] == "minga-record-1"
    assert cli.main(["inventory", "--output", str(target)]) == 0
    assert "1 record," in capsys.readouterr().err
    assert cli.main(["export", "none"]) == 1
    assert cli.main(["export", slug, "--version", "9"]) == 1
    assert cli.main(["export", slug, "--standard", "none"]) == 1


def test_the_command_says_what_it_cannot_do(told: Desk, version: RecordVersion, capsys: Any, tmp_path: Path) -> None:
    slug, nowhere = told.project.slug, str(tmp_path / "nowhere" / "x")
    for option in ("--output", "--losses"):
        assert cli.main(["export", slug, option, nowhere]) == 1
        assert f"{nowhere} could not be written" in capsys.readouterr().err
        assert cli.main(["inventory", option, nowhere]) == 1
        assert "Its folder may not exist" in capsys.readouterr().err
    assert cli.main(["export", slug, "--language", "xx"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "Use one of: en, es, nl" in err


def test_the_page_is_no_wall_of_text(told: Desk, version: RecordVersion, client: Any) -> None:
    address = f"/projects/{told.project.slug}/record"
    page = client.get(f"{address}/export/nl/").content.decode()
    assert "has no place for it" not in page
    assert page.count("Stages so far") == 1
    assert "the standard wants Dutch" in page
    made = make(told.project, version, "nl")
    assert f"{len(made.losses)} things get lost or shortened" in client.get(f"{address}/").content.decode()


def test_a_draft_claims_no_more_than_it_knows(told: Desk, version: RecordVersion, client: Any) -> None:
    sure = "Names, order, lengths and allowed values are those of the standard."
    for key in ("cl", "eu", "oecd", "atrs_4", "nl"):
        page = client.get(f"/projects/{told.project.slug}/record/export/{key}/").content.decode()
        assert (sure in page) is (key == "nl"), key


@pytest.mark.parametrize("key", KEYS)
def test_the_page_of_each_standard(key: str, told: Desk, version: RecordVersion, client: Any) -> None:
    home = f"/projects/{told.project.slug}/record/export/{key}"
    page = client.get(f"{home}/").content.decode()
    made = make(told.project, version, key)
    assert made.standard.title in page
    assert client.get(f"{home}.json").json()["losses"] == json.loads(json.dumps(made.losses_as_json()["losses"]))
    file = client.get(f"{home}/file/")
    assert file.content == made.file()
    assert file["Link"] == f'<{made.address}>; rel="canonical"'
    assert client.get(f"{home}.md").status_code == (200 if made.standard.page else 404)
    assert client.get(f"/projects/{told.project.slug}/record/export/mars/").status_code == 404


def test_nobody_is_needed_to_read(project: Project, cast: Cast, client: Any) -> None:
    content = client.get(f"/projects/{project.slug}/record.json").json()
    assert content["version"] is None
    assert content["document"]["name"]["value"] == project.title
