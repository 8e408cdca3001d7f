"""The pages and the API of sessions, as visitors and facilitators use them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from minga.engage.actions import decide, record_statement, report_session
from minga.engage.models import Contribution, Recorded, Session
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.test_sessions import WORDS, affected, counted, held, planned

P = "/projects/early-warnings"
TODAY = timezone.localdate()
PLAN = {
    "title": "AI in health",
    "purpose": "To hear people.",
    "venue": "Library",
    "held_on_day": TODAY.day,
    "held_on_month": TODAY.month,
    "held_on_year": TODAY.year,
    "starts": "10:00",
    "policy_area": "health",
    "agenda": "20 | Welcome | All together\n\n70 | What worries you?",
    "consent": "May we write it down?",
    "access_needs": "Step-free",
    **{f"wanted_{group}": 0 for group in ("agency", "frontline", "business", "digital", "provider", "oversight")},
    "wanted_residents": 30,
}


def text_of(reply: Any) -> str:
    return reply.content.decode()


def reported(project: Project, cast: Cast) -> Session:
    session = held(project, cast, residents=24, frontline=15, provider=3)
    given = record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    assert isinstance(given, Contribution)
    record_statement(by(cast.fabia), project, session, about="Cost of it", held_by=2)
    decide(by(cast.lena), project, given, outcome="adopted", reason="It becomes a criterion.")
    return report_session(by(cast.fabia), project, session, finding="People want to know.", findings="Long text.")


def test_from_plan_to_report_by_form(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.fabia)
    assert client.get(f"{P}/sessions/new/").status_code == 200
    assert client.post(f"{P}/sessions/new/", PLAN | {"once": "p1"}).status_code == 302
    session = Session.objects.get()
    assert session.agenda[1] == {"minutes": 70, "what": "What worries you?", "how": ""}
    here = f"{P}/sessions/{session.pk}/"
    (row,) = session.recruitment.all()
    assert client.get(f"{here}invite/").status_code == 200
    assert client.post(f"{here}invite/", {f"invited_{row.pk}": 50, "once": "i1"}).status_code == 302
    assert client.get(f"{here}hold/").status_code == 200
    sent = client.post(f"{here}hold/", {f"came_{row.pk}": 26, "notes": "Only for us.", "once": "h1"})
    assert sent.headers["Location"] == f"{here}record/"
    words = {"about": "Being told", "held_by": 4, "language": "en"}
    assert client.post(f"{here}record/", words | {"text": WORDS, "once": "r1"}).status_code == 422
    quoted = words | {"text": WORDS, "consented": "on", "group": "residents", "once": "r2"}
    assert client.post(f"{here}record/", quoted).status_code == 302
    assert WORDS in text_of(client.get(f"{here}record/"))
    report = {"finding": "People want to know.", "findings": "Long text.", "once": "w1"}
    assert client.get(f"{here}report/").status_code == 200
    assert client.post(f"{here}report/", report).status_code == 302
    assert "Only for us." in text_of(client.get(here))
    client.logout()
    page = text_of(client.get(here))
    assert "<h1>People want to know.</h1>" in page
    assert WORDS in page
    assert "Only for us." not in page


def test_a_bad_line_of_the_agenda_is_named(client: Client, project: Project, cast: Cast) -> None:
    client.force_login(cast.lena)
    for agenda in ("20 | Welcome\nlater | Lunch", "20 | Welcome\n| x", "20|a\n0|b", "20|a\n²|b"):
        reply = client.post(f"{P}/sessions/new/", PLAN | {"agenda": agenda, "once": "p2"})
        assert (reply.status_code, "Line 2 is not like" in text_of(reply)) == (422, True)
    assert not Session.objects.exists()


@pytest.mark.parametrize("page", ["new/", "{pk}/invite/", "{pk}/hold/", "{pk}/record/", "{pk}/report/"])
def test_forms_are_for_lead_and_facilitator(client: Client, project: Project, cast: Cast, page: str) -> None:
    address = f"{P}/sessions/" + page.format(pk=planned(project, cast).pk)
    assert client.get(address).status_code == 403
    client.force_login(cast.rosa)
    assert client.get(address).status_code == 403
    assert client.post(address, {"once": "x1"}).status_code == 403


def test_visitors_see_no_count_below_ten_and_the_projects_people_do(
    client: Client, project: Project, cast: Cast
) -> None:
    affected(project)
    session = reported(project, cast)
    page = text_of(client.get(f"{P}/sessions/{session.pk}/"))
    assert '<td class="num">3</td>' not in page
    assert '<td class="num">15</td>' not in page
    assert '<td class="num">24</td>' in page
    assert "Census 2021" in page
    client.force_login(cast.rosa)
    ours = text_of(client.get(f"{P}/sessions/{session.pk}/"))
    assert '<td class="num">3</td>' in ours


def test_the_report_has_quotes_counts_answers_and_what_was_not_quoted(
    client: Client, project: Project, cast: Cast
) -> None:
    session = reported(project, cast)
    page = text_of(client.get(f"{P}/sessions/{session.pk}/"))
    for words in ("1 of 2 statements may be quoted", "1 of 1 have an answer", "It becomes a criterion.", "Cost of it"):
        assert words in page
    assert "said or shared by 9 people" in page
    assert "Table 3" not in page


def test_a_statement_taken_down_later_is_quoted_nowhere(client: Client, project: Project, cast: Cast) -> None:
    from minga.engage.actions import moderate

    session = held(project, cast)
    given = record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    assert isinstance(given, Contribution)
    moderate(by(cast.mora), project, given, show=False, reason="personal_data")
    report_session(by(cast.fabia), project, session, finding="F.", findings="G.")
    for address in (f"{P}/sessions/{session.pk}/", f"/api/engage/{project.slug}/sessions/{session.pk}"):
        assert WORDS not in text_of(client.get(address))


def test_the_pdf_comes_with_the_report(client: Client, project: Project, cast: Cast) -> None:
    session = held(project, cast)
    address = f"{P}/sessions/{session.pk}/report.pdf"
    assert client.get(address).status_code == 404
    record_statement(
        by(cast.fabia), project, session, about="Being told", held_by=9, group="residents", text=WORDS, consented=True
    )
    report_session(by(cast.fabia), project, session, finding="People want to know.", findings="Long text.")
    reply = client.get(address)
    assert reply.headers["Content-Type"] == "application/pdf"
    from io import BytesIO

    read = PdfReader(BytesIO(b"".join(reply.streaming_content)))  # type: ignore[attr-defined]
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    for words in ("People want to know.", "Long text.", WORDS, "no answer yet"):
        assert words in text


def test_the_agenda_stands_by_itself(client: Client, project: Project, cast: Cast) -> None:
    page = text_of(client.get(f"{P}/sessions/{planned(project, cast).pk}/agenda/"))
    assert "What worries you?" in page
    assert "10:20" in page
    assert "May we write it down?" in page


def test_areas_compare_over_projects(client: Client, project: Project, cast: Cast) -> None:
    assert "No project has planned" in text_of(client.get("/dialogues/"))
    session = reported(project, cast)
    everything = text_of(client.get("/dialogues/"))
    assert '<a href="?area=health">Health</a>' in everything
    assert "1 of 1" in everything
    health = text_of(client.get("/dialogues/?area=health"))
    assert "Being told" in health
    assert session.get_absolute_url() in health
    assert "No session on this area" in text_of(client.get("/dialogues/?area=education"))
    assert client.get("/dialogues/?area=astrology").status_code == 404


def test_the_api_tells_the_public_parts(client: Client, project: Project, cast: Cast) -> None:
    session = reported(project, cast)
    told = client.get(f"/api/engage/{project.slug}/sessions/{session.pk}").json()
    assert [row["came"] for row in told["groups"]] == [24, None, None]
    assert {(said["about"], said["text"]) for said in told["said"]} == {("Being told", WORDS), ("Cost of it", None)}
    assert told["said"][0]["decision"]["reason"] == "It becomes a criterion."
    assert "Table 3" not in str(told)
    assert client.get(f"/api/engage/{project.slug}/sessions").json() == [told]
    areas = client.get("/api/engage/dialogues?area=health").json()
    assert areas["sessions"] == [told]
    assert areas["areas"][0]["answered"] == 1


def test_what_people_say_is_text(client: Client, project: Project, cast: Cast) -> None:
    session = held(project, cast)
    evil = "<script>alert(1)</script>"
    record_statement(
        by(cast.fabia), project, session, about=evil, held_by=1, group="residents", text=evil, consented=True
    )
    report_session(by(cast.fabia), project, session, finding=evil, findings=evil)
    for address in (f"{P}/sessions/{session.pk}/", f"{P}/sessions/", "/dialogues/?area=health"):
        assert "<script>alert" not in text_of(client.get(address))
    assert Recorded.objects.get().about == evil
    assert counted(session)
