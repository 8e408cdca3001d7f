"""Anybody reports a problem, a person looks into it, and what the body publishes names nobody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from minga.assess import incidents
from minga.assess.actions import close_incident, report_incident, triage_incident
from minga.assess.models import Incident
from minga.commission.actions import propose_partnership
from minga.jobs.outbox import send_due
from minga.ledger import guard
from minga.ledger.action import may
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.conftest import made_release

SECRET = "My neighbour Juana Pérez got a letter with my name."


@pytest.fixture
def reported(project: Project) -> Incident:
    return report_incident(by(None), project, "Letters mixed up", SECRET, email="me@example.org")


@pytest.fixture
def confirmed(project: Project, cast: Cast, reported: Incident) -> Incident:
    return triage_incident(
        by(cast.lena), project, reported, "confirmed", "Two letters were swapped.", "incident", "human_rights",
        affected="Residents of one district",
    )  # fmt: skip


def test_a_visitor_reports_without_an_account(project: Project, client: Client) -> None:
    page = client.get(f"/projects/{project.slug}/report/")
    assert "You need no account" in page.content.decode()
    given = {"title": "Letters mixed up", "text": SECRET, "once": "a1"}
    reply = client.post(f"/projects/{project.slug}/report/", given)
    made = Incident.objects.get()
    assert reply["Location"] == f"/incidents/mine/{made.token}/"
    own = client.get(reply["Location"])
    assert SECRET in own.content.decode()
    assert own["X-Robots-Tag"] == "noindex"
    assert made.due - made.reported == timedelta(days=3)


@pytest.mark.parametrize("field", ["title", "text"])
def test_what_is_missing_is_named(project: Project, client: Client, field: str) -> None:
    given = {"title": "Letters", "text": "Mixed up.", "once": "a1", field: " "}
    reply = client.post(f"/projects/{project.slug}/report/", given)
    assert reply.status_code == 422
    assert not Incident.objects.exists()


def test_a_day_in_the_future_is_refused(project: Project) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Invalid):
        report_incident(by(None), project, "Letters", "Mixed up.", happened=tomorrow)


def test_the_ledger_holds_no_word_of_it(reported: Incident) -> None:
    entry = Entry.objects.get(action="incident.reported")
    assert "Juana" not in entry.payload
    assert "example.org" not in entry.payload


def test_nobody_outside_sees_it_before_it_is_published(reported: Incident, client: Client) -> None:
    assert client.get(f"/incidents/{reported.code}/").status_code == 404
    assert reported.title not in client.get("/incidents/").content.decode()


def test_who_looks_into_it(project: Project, cast: Cast) -> None:
    assert {name for name in ("lena", "olga", "flor", "rosa", "nadie")
            if may(getattr(cast, name).actor, project, "incident.triaged")} == {"lena", "olga"}  # fmt: skip


def test_a_confirmed_incident_needs_severity_and_harm(project: Project, cast: Cast, reported: Incident) -> None:
    with pytest.raises(Invalid) as refusal:
        triage_incident(by(cast.lena), project, reported, "confirmed", "They were swapped.")
    assert set(refusal.value.fields) == {"severity", "harm"}


def test_cases_that_do_not_exist_are_named(project: Project, cast: Cast, reported: Incident) -> None:
    with pytest.raises(Invalid) as refusal:
        triage_incident(
            by(cast.lena), project, reported, "confirmed", "Swapped.", "incident", "economic", cases=[7, 12]
        )
    assert "0007, 0012" in refusal.value.fields["cases"]


def test_it_is_dismissed_with_a_reason_that_the_reporter_reads(
    project: Project, cast: Cast, reported: Incident, client: Client
) -> None:
    triage_incident(by(cast.olga), project, reported, "dismissed", "The tool does not write letters.")
    own = client.get(f"/incidents/mine/{reported.token}/").content.decode()
    assert "The tool does not write letters." in own
    assert client.get(f"/incidents/{reported.code}/").status_code == 404


def test_only_a_confirmed_one_is_closed(project: Project, cast: Cast, reported: Incident) -> None:
    with pytest.raises(Conflict):
        close_incident(by(cast.lena), project, reported, "Mended.", "Letters were mixed up.")


def test_what_is_published_is_the_summary_and_not_the_report(
    project: Project, cast: Cast, confirmed: Incident, client: Client
) -> None:
    close_incident(by(cast.lena), project, confirmed, "Addresses are checked.", "Two letters were swapped.")
    page = client.get(f"/incidents/{confirmed.code}/").content.decode()
    assert "Two letters were swapped." in page
    assert "Addresses are checked." in page
    assert "Juana" not in page
    assert "example.org" not in page
    assert confirmed.title in client.get("/incidents/").content.decode()


def test_the_lead_reads_the_report_itself(cast: Cast, confirmed: Incident, client: Client) -> None:
    client.force_login(cast.lena)
    assert "Juana" in client.get(f"/incidents/{confirmed.code}/").content.decode()


def test_the_reporter_is_told_at_each_step(project: Project, cast: Cast, confirmed: Incident) -> None:
    close_incident(by(cast.lena), project, confirmed, "Addresses are checked.", "Two letters were swapped.")
    send_due()
    assert [message.to for message in mail.outbox] == [["me@example.org"]] * 3
    assert all(confirmed.token in message.body for message in mail.outbox)


def test_the_export_has_the_fields_of_both_collections(
    project: Project, cast: Cast, confirmed: Incident, client: Client
) -> None:
    close_incident(by(cast.lena), project, confirmed, "Addresses are checked.", "Two letters were swapped.")
    told = client.get("/incidents.json").json()
    (row,) = told["incidents"]
    assert row["oecd"]["harm"] == {
        "severity": "incident", "harm_type": "human_rights", "affected_stakeholders": "Residents of one district",
        "cases_linked": 0,
    }  # fmt: skip
    assert row["oecd"]["incident"]["type"] == "incident"
    assert row["aiid"]["description"] == "Two letters were swapped."
    assert set(row["aiid"]) >= {"title", "date", "Alleged deployer of AI system", "Alleged developer of AI system"}
    assert told["lost"]
    assert "Juana" not in str(told)


def test_of_another_project_it_cannot_be_touched(cast: Cast, reported: Incident) -> None:
    from minga.ledger.action import BODY
    from minga.projects.actions import open_project

    other = open_project(by(cast.lena), BODY, title="Another", summary="Something else entirely.")
    with pytest.raises((Invalid, NotAllowed)):
        triage_incident(by(cast.lena), other, reported, "dismissed", "No.")


def test_counts_add_up(project: Project, cast: Cast, confirmed: Incident) -> None:
    report_incident(by(None), project, "Slow", "The page is slow.")
    found = incidents.counts(project)
    assert found.reported == found.dismissed + found.closed + found.waiting == 2


def test_more_than_five_an_hour_are_refused(project: Project, client: Client) -> None:
    address = f"/projects/{project.slug}/report/"
    codes = [client.post(address, {"title": "T", "text": "X", "once": f"n{number}"}).status_code for number in range(6)]
    assert codes == [302] * 5 + [429]


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(
    project: Project, cast: Cast, confirmed: Incident, client: Client, language: str
) -> None:
    client.force_login(cast.lena)
    for path in ("/incidents/", f"/incidents/{confirmed.code}/", f"/incidents/{confirmed.code}/triage/",
                 f"/incidents/{confirmed.code}/close/", f"/projects/{project.slug}/report/"):  # fmt: skip
        page = client.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


def test_only_a_supplier_that_is_known_is_named_as_developer(project: Project, cast: Cast, confirmed: Incident) -> None:
    def developers() -> list[str]:
        found: list[str] = incidents.as_export(confirmed)["aiid"]["Alleged developer of AI system"]
        return found

    assert developers() == ["unknown"]
    parties = [
        {"name": "Office", "group": "agency", "brings": "Data", "pay": "salary"},
        {"name": "Letters Ltd", "group": "provider", "brings": "The tool", "pay": "salary"},
    ]
    propose_partnership(by(cast.lena), project, aims="Fewer mistakes", parties=parties, rules={1: "board_majority"})
    assert developers() == ["Letters Ltd"]
    with guard.open_for_action():
        confirmed.version = made_release(project, cast).version
    assert developers() == ["Minga"]
