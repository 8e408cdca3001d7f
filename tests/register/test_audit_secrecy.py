"""An auditor pack tells of no case what its pages withhold: what the tool said while it is open, or without consent."""

import json
import zipfile
from typing import Any

import pytest

from minga.deliver.models import Case, Consent, Determination
from minga.ledger import guard
from minga.projects.models import Project
from minga.register.audit.pack import pack
from tests.conftest import Cast
from tests.deliver.served import Office, opened_service

TELLING = {"proposal", "abstained", "signs", "drawn"}


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


def _case(office: Office, state: str, **given: Any) -> Case:
    """A case that was advised and decided once, for now in this state."""
    case = office.case(advised="declined", state=state, **given)
    with guard.open_for_action():
        Determination.objects.create(
            case=case, person=office.cast.flor, choice="accept", outcome="declined", reason="Too high.",
            before_advice=True, difference={"advised": "declined", "agrees": True},
        )  # fmt: skip
    return case


def _packed(office: Office, case: Case) -> dict[str, Any]:
    with pack(office.project).file as file, zipfile.ZipFile(file) as archive:
        rows = [json.loads(line) for line in archive.read("cases.jsonl").splitlines()]
    (found,) = [row for row in rows if row["number"] == case.number]
    return dict(found)


def _assert_kept_back(row: dict[str, Any], why: str) -> None:
    assert row["kept_back"] == why
    assert not TELLING & row.keys()
    (made,) = row["determinations"]
    assert made["outcome"] == "declined"
    assert not {"choice", "difference"} & made.keys()
    assert len(row["advice_sha256"]) == 64


@pytest.mark.parametrize("state", ["open", "claimed", "revealed"])
def test_an_open_case_does_not_tell_what_was_advised(office: Office, state: str) -> None:
    _assert_kept_back(_packed(office, _case(office, state, decide_first=True)), "open")


def test_a_decided_case_tells_it(office: Office) -> None:
    row = _packed(office, _case(office, "decided"))
    assert (row["kept_back"], row["proposal"], row["signs"]) == ("", "declined", ["INCOME"])
    assert row["determinations"][0]["difference"] == {"advised": "declined", "agrees": True}


@pytest.mark.parametrize("withdrawn", [True, False])
def test_consent_decides_for_good(office: Office, withdrawn: bool) -> None:
    office.set(needs_consent=True)
    case = _case(office, "decided")
    with guard.open_for_action():
        Consent.objects.create(case=case, purpose="-", withdrawn=case.received if withdrawn else None)
    row = _packed(office, case)
    if withdrawn:
        _assert_kept_back(row, "consent")
    else:
        assert row["proposal"] == "declined"
