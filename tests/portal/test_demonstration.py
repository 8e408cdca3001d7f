"""The example story on generated, Paraguayan and Portuguese data, told by the product's own actions."""

import json
import re
from pathlib import Path

import orjson
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.assess import worth
from minga.assess.models import StopRule
from minga.deliver.models import Case, Contest, Determination, Draw, Flag
from minga.design.models import Check, Dataset, Release
from minga.engage.models import Contribution
from minga.ledger import queries
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked
from minga.portal.demonstration import body, reports
from minga.portal.demonstration.load import load
from minga.portal.demonstration.mask import mask
from minga.portal.demonstration.teller import read
from minga.projects.models import Project
from tests.shared import shared

DAY = re.compile(r"\b\d{4}-\d\d-\d\d")
REAL = "data/procurement/real/"


def results(project: Project) -> dict[tuple[str, str], str]:
    """(version, criterion) -> how its last check ended."""
    checks = Check.objects.filter(project=project).order_by("pk").select_related("version", "criterion")
    return {(check.version.version, check.criterion.code): check.state for check in checks}


def share_of(project: Project, group: str) -> float:
    """Share of one procurement method that the usual limit of 15 days flags."""
    check = Check.objects.get(project=project, version__version="0.1", criterion__code="C-01")
    return next(row["value"] for row in check.figures["groups"] if (row["sign"], row["group"]) == ("R003", group))


@pytest.fixture(autouse=True)
def first_story_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second story, and the body's beside both, are told in their own tests, test_demonstration_reports.py."""
    monkeypatch.setattr(reports, "tell", lambda t: None)
    monkeypatch.setattr(body, "tell", lambda t, first, second: None)


@pytest.fixture
def told(db: None) -> Project:
    return load()


def test_the_story_is_told_to_its_review(told: Project, client: Client) -> None:
    found = results(told)
    assert found["0.1", "C-01"] == "failed"
    release = Release.objects.get(project=told)
    assert all(check.is_pass for check in release.checks.all())
    assert release.version.chosen_on.period_to < release.checks.first().dataset.period_from
    assert "example, to be confirmed by the body" in release.version.settings
    assert Determination.objects.filter(before_advice=True).exists()
    assert set(Contest.objects.values_list("outcome", flat=True)) == {"withdrawn", "upheld", ""}
    assert Flag.objects.filter(published=None).exists()
    assert told.step == 8
    told_history = Entry.objects.exclude(action="inventory.imported").values_list("history", flat=True).distinct()
    assert set(told_history) == {"demonstration"}
    assert all(entry.happened < entry.recorded for entry in Entry.objects.all())
    assert queries.verify().faults == []
    objection = Contribution.objects.get(text__startswith="A warning on half")
    page = client.get(reverse("portal:thread", args=["contribution", objection.pk])).content.decode()
    for heading in ("The project adopted it", "Version 0.1 failed the check", "Version 0.2 passed", "does it earn its"):
        assert heading in page


def test_nothing_in_the_story_is_known_before_it_happened(told: Project) -> None:
    for dataset in Dataset.objects.filter(project=told):
        assert dataset.period_to < dataset.imported.date()
    for made in Determination.objects.filter(case__project=told):
        said = [str(row.value) for reason in made.case.told.reasons for row in reason.evidence]
        days = [day for value in said for day in DAY.findall(value)]
        assert all(day <= made.recorded.date().isoformat() for day in days), made.case.process
        assert made.case.draw.drawn_at < made.recorded
    draws = list(Draw.objects.all())
    assert len({draw.dataset_id for draw in draws}) == len(draws) == 2


def test_what_is_said_fits_the_sign_and_some_is_left_to_try(told: Project) -> None:
    words = read("words.toml")["desk"]
    words.pop("incomplete")
    for made in Determination.objects.filter(choice="accept", case__project=told):
        code = next((reason.code for reason in made.case.told.reasons), "")
        fitting = next((kind for kind in words.values() if code in kind["codes"]), words["none"])
        assert made.reason in fitting["confirm"]
    left = Case.objects.filter(project=told, state=Case.State.OPEN, determinations=None)
    assert {case.drawn for case in left if case.decide_first} == {"flagged", "random"}
    assert left.filter(decide_first=False).exists()
    waiting = Contest.objects.get(outcome="")
    assert waiting.due > timezone.now()
    brought = worth.report(told)
    assert not brought.missing
    assert not brought.unmeasured
    assert {cost.kind for cost in brought.costs} == {"human", "financial", "environmental"}
    rule = StopRule.objects.get(project=told)
    assert all(draw.flagged / draw.read < float(rule.bound) for draw in Draw.objects.all())


def test_real_calls_are_judged_without_their_names(db: None) -> None:
    project = load(str(shared(REAL + "paraguay_dncp_12738_tenders.jsonl.gz")))
    whole = Dataset.objects.get(name="Calls for tender")
    planted = len(whole.labels() or {})
    assert (whole.rows_in, whole.rows_rejected + whole.rows_failed) == (12_738 + planted, 0)
    assert 0.6 < share_of(project, "Menor cuantía nacional") < 0.7
    assert results(project)["0.1", "C-01"] == "failed"
    assert Release.objects.filter(project=project).exists()
    case = Case.objects.exclude(buyer="").first()
    assert case.buyer.startswith("Buyer ")
    assert "name left out" in case.buyer
    assert case.process.removeprefix("planted-").startswith("ocds-example-")
    assert "their own" in whole.purpose
    assert Draw.objects.values("dataset").distinct().count() == Draw.objects.count() == 2
    assert all(cause for cause in case.told.not_computed.values())


def test_data_of_one_day_pass_nothing_and_the_release_stays_blocked(db: None) -> None:
    project = load(str(shared(REAL + "portugal_base_100_releases.jsonl.gz")))
    assert set(results(project).values()) <= {"not_enough", "failed", "passed"}
    assert not Check.objects.filter(project=project, version__version="0.2", counts=True).exists()
    assert (Release.objects.filter(project=project).count(), project.step) == (0, 5)


def test_it_is_not_loaded_outside_demonstration_mode(db: None, settings: object) -> None:
    settings.MINGA_DEMONSTRATION = False  # type: ignore[attr-defined]
    with pytest.raises(Blocked, match="demonstration mode"):
        load()


def test_masking_leaves_no_name_and_every_figure(tmp_path: Path) -> None:
    release = {
        "ocid": "o-1",
        "tender": {
            "title": "Roof for the school of Ana",
            "value": {"amount": 5},
            "procuringEntity": {"id": "Ana", "name": "Ana"},
        },
        "parties": [{"id": "Ana", "name": "Ana", "roles": ["buyer"], "contactPoint": {"email": "ana@example.org"}}],
        "awards": [
            {"suppliers": [{"id": "s", "name": "Ana & Sons"}], "documents": [{"url": "https://example.org/ana"}]}
        ],
    }
    masked = next(mask([orjson.dumps(release)]))
    assert b"ana" not in masked.lower()
    told = json.loads(masked)
    assert told["tender"]["value"] == {"amount": 5}
    assert told["tender"]["procuringEntity"]["id"] == told["parties"][0]["id"]


def test_masking_leaves_no_identifier_that_can_be_looked_up() -> None:
    release = {
        "ocid": "437583-lco-2023",
        "id": "437583-r",
        "tender": {"id": "437583-t", "items": [{"id": 437583, "classification": {"id": "44121503"}}]},
        "awards": [{"id": "437583-a", "relatedLots": ["437583-lot"]}],
        "contracts": [{"id": "437583-c", "awardID": "437583-a"}],
        "bids": {"details": [{"id": "437583-b"}]},
        "relatedProcesses": [{"id": "437583", "identifier": "437583", "uri": "https://example.org/437583"}],
    }
    lines = [orjson.dumps(release)] * 2
    masked = list(mask(lines))
    assert b"437583" not in masked[0]
    told = json.loads(masked[0])
    assert told["contracts"][0]["awardID"] == told["awards"][0]["id"]
    assert told["tender"]["items"][0]["classification"]["id"] == "44121503"
    assert json.loads(masked[1])["ocid"] == told["ocid"]
    assert json.loads(next(mask(lines)))["ocid"] != told["ocid"]


def test_a_line_that_cannot_be_read_is_left_for_the_import_to_explain() -> None:
    broken = b'{"ocid": "o-1", "ocid": "o-2"}'
    assert list(mask([broken])) == [broken]
