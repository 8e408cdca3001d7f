"""The pages and the API of panels, as visitors, panellists and the lead use them."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from minga.engage.actions import decide, recommend
from minga.engage.models import Panel, Panellist
from minga.ledger.models import Entry
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.test_panels import POOL, SEED, SEED_ON, announced, answer, closed, drawn, filled, invited, rows_of

P = "/projects/early-warnings"
JOIN = {"feature_0": "under 40", "feature_1": "town", "email": ""}


def text_of(reply: Any) -> str:
    return reply.content.decode()


def day_parts(name: str, day: Any) -> dict[str, int]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


ANNOUNCE = {
    "title": "Panel on warnings",
    "task": "Say when a warning may be published.",
    "policy_area": "general",
    "size": 8,
    "quotas": "Age | under 40 | 2 | 4\nAge | 40 and over | 4 | 6\n\nPlace | town | 3 | 6\nPlace | village | 2 | 5",
    "seed_source": "National lottery",
    **day_parts("seed_on", SEED_ON),
}


def test_from_announcement_to_draw_by_form(
    client: Client, project: Project, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(cast.lena)
    assert client.get(f"{P}/panels/new/").status_code == 200
    assert client.post(f"{P}/panels/new/", ANNOUNCE | {"once": "n1"}).status_code == 302
    panel = Panel.objects.get()
    here = f"{P}/panels/{panel.pk}/"
    file = SimpleUploadedFile("pool.csv", (rows_of(POOL) + "\nL99,ageless,town").encode())
    assert client.post(f"{here}import/", {"file": file, "once": "i1"}).status_code == 302
    page = text_of(client.get(f"{here}import/"))
    assert "51 rows: 50 used, 1 rejected" in page
    assert "Age is none of" in page
    close = {key: ANNOUNCE[key] for key in ANNOUNCE if key.startswith("seed_") or key == "quotas"}
    assert "40 and over | 4 | 6" in text_of(client.get(f"{here}close/"))
    assert client.post(f"{here}close/", close | {"once": "c1"}).status_code == 302
    panel.refresh_from_db()
    assert panel.state == "closed"
    assert client.get(f"{here}draw/").status_code == 200
    early = client.post(f"{here}draw/", {"seed": SEED, "once": "d1"})
    assert (early.status_code, "not published yet" in text_of(early)) == (422, True)
    later = timezone.now() + timedelta(days=8)
    monkeypatch.setattr("minga.ledger.action.timezone.now", lambda: later)
    assert client.post(f"{here}draw/", {"seed": SEED, "once": "d2"}).headers["Location"] == f"{here}members/"
    monkeypatch.undo()
    members = text_of(client.get(f"{here}members/"))
    assert "0 of 8 seats are taken" in members
    first = invited(panel)[0]
    assert first.reference in members
    assert client.post(f"{here}members/{first.number}/", {"answer": "accept", "once": "a1"}).status_code == 302
    assert "1 of 8 seats are taken" in text_of(client.get(f"{here}members/"))


@pytest.mark.parametrize(
    ("quotas", "words"),
    [
        ("Age | a | 2", "Line 1 is not like"),
        ("Age | a | two | 3", "Line 1 is not like"),
        ("Age | a | ² | 3", "Line 1 is not like"),
        ("Age | a | 2 | 3\nAge | a | 2 | 3", "Line 2 repeats"),
        ("Age | a | 0 | 3\nAge | b | 0 | 3", "fewer than the 8 seats"),
    ],
)
def test_quotas_that_cannot_be_are_named(client: Client, project: Project, cast: Cast, quotas: str, words: str) -> None:
    client.force_login(cast.lena)
    reply = client.post(f"{P}/panels/new/", ANNOUNCE | {"quotas": quotas, "once": "n2"})
    assert (reply.status_code, words in text_of(reply)) == (422, True)


def test_a_visitor_joins_looks_and_leaves_without_an_account(client: Client, project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    here = f"{P}/panels/{panel.pk}/"
    assert client.get(f"{here}join/").status_code == 200
    assert client.post(f"{here}join/", {"feature_0": "under 40", "once": "j0"}).status_code == 422
    for _ in range(2):
        sent = client.post(f"{here}join/", JOIN | {"once": "j1"})
    one = Panellist.objects.get()
    assert sent.headers["Location"] == one.get_private_url()
    private = client.get(one.get_private_url())
    assert "under 40" in text_of(private)
    assert private.headers["Referrer-Policy"] == "same-origin"
    assert private.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in private.headers["Cache-Control"]
    assert client.get(one.get_private_url().replace(one.token, "0" * 40)).status_code == 404
    assert client.get(f"{one.get_private_url()}leave/").status_code == 405
    left = client.post(f"{one.get_private_url()}leave/", {"once": "l1"}, follow=True)
    assert "You have left" in text_of(left)
    assert "under 40" not in text_of(left)


def test_an_account_is_not_tied_to_the_place_in_the_pool(client: Client, project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    client.force_login(cast.rosa)
    client.post(f"{P}/panels/{panel.pk}/join/", JOIN | {"email": "rosa@example.org", "once": "j2"})
    entry = Entry.objects.get(action="panel.joined")
    assert cast.rosa.key not in json.dumps([entry.actor_key, entry.once, entry.payload, entry.because])
    assert "rosa@" not in text_of(client.get(f"{P}/panels/{panel.pk}/"))


def test_a_flood_of_names_is_stopped(client: Client, project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    codes = [client.post(f"{P}/panels/{panel.pk}/join/", JOIN | {"once": f"f{n}"}).status_code for n in range(11)]
    assert codes == [302] * 10 + [422]
    assert panel.panellists.count() == 10


def test_answering_by_the_private_link(client: Client, project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    one = invited(panel)[0]
    assert "You have been drawn" in text_of(client.get(one.get_private_url()))
    assert client.post(one.get_private_url(), {"once": "a0"}).status_code == 422
    reply = client.post(one.get_private_url(), {"answer": "accept", "once": "a1"}, follow=True)
    assert "You are on the panel" in text_of(reply)
    pool = client.get(f"{one.get_private_url()}pool.csv")
    assert text_of(pool).startswith("id,Age,Place\n00001,")
    assert pool.headers["Referrer-Policy"] == "same-origin"
    again = client.post(one.get_private_url(), {"answer": "decline", "once": "a2"})
    assert (again.status_code, "cannot be answered now" in text_of(again)) == (422, True)


PAGES = ["new/", "{pk}/import/", "{pk}/close/", "{pk}/draw/", "{pk}/members/", "{pk}/meet/", "{pk}/recommend/"]


@pytest.mark.parametrize("page", PAGES)
def test_forms_are_for_lead_and_facilitator(client: Client, project: Project, cast: Cast, page: str) -> None:
    address = f"{P}/panels/" + page.format(pk=announced(project, cast).pk)
    assert client.get(address).status_code == 403
    client.force_login(cast.olga)
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("page", ["replace/", "members/{number}/"])
def test_a_visitor_changes_nothing(client: Client, project: Project, cast: Cast, page: str) -> None:
    panel = drawn(project, cast)
    address = f"{P}/panels/{panel.pk}/" + page.format(number=invited(panel)[0].number)
    assert client.post(address, {"answer": "accept", "once": "x"}).status_code == 403
    assert len(invited(panel)) == 8


def test_the_public_page_reports_fairness_and_hides_small_cells(client: Client, project: Project, cast: Cast) -> None:
    panel = closed(project, cast)
    page = text_of(client.get(f"{P}/panels/{panel.pk}/"))
    assert panel.pool_digest in page
    assert panel.lottery_hash in page
    assert "If it were the same for all: 8 of 50" in page
    assert "16.0" in page
    assert "Gini" in page
    assert f"--size 8 --seed &quot;{SEED}" not in page
    assert "minga panel pool-" in page
    assert client.get(f"{P}/panels/{panel.pk}/pool.csv").status_code == 403
    client.force_login(cast.olga)
    file = client.get(f"{P}/panels/{panel.pk}/pool.csv")
    assert hashlib.sha256(file.content).hexdigest() == panel.pool_digest


def test_small_counts_of_a_pool_stay_with_those_who_run_it(client: Client, project: Project, cast: Cast) -> None:
    panel = filled(project, cast, {("under 40", "town"): 7, ("40 and over", "village"): 34})
    assert 'data-label="In the pool">7<' not in text_of(client.get(f"{P}/panels/{panel.pk}/"))
    client.force_login(cast.lena)
    assert 'data-label="In the pool">7<' in text_of(client.get(f"{P}/panels/{panel.pk}/"))


def test_recommendations_show_the_reply_or_when_it_is_due(client: Client, project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    for one in invited(panel):
        answer(one, "accept")
    client.force_login(cast.fabia)
    here = f"{P}/panels/{panel.pk}/"
    words = {
        "text": "Publish it.",
        "in_favour": 6,
        "against": 2,
        "abstained": 0,
        "dissent": "Too early.",
        "language": "en",
    }
    assert client.get(f"{here}recommend/").status_code == 200
    assert client.post(f"{here}recommend/", words | {"in_favour": 9, "once": "r0"}).status_code == 422
    assert client.post(f"{here}recommend/", words | {"once": "r1"}).status_code == 302
    present = [one.pk for one in panel.panellists.filter(state="accepted")][:5]
    meeting = {"topic": "Evidence", "present": present, **day_parts("held_on", timezone.localdate())}
    assert client.get(f"{here}meet/").status_code == 200
    assert client.post(f"{here}meet/", meeting | {"once": "m1"}).status_code == 302
    client.logout()
    page = text_of(client.get(here))
    for said in ("0 of 1 recommendations have a reply", "No answer yet, due", "6 for, 2 against", "Too early."):
        assert said in page
    assert '<td class="num">5</td>' in page
    (one,) = panel.recommendations.all()
    decide(by(cast.lena), project, one.contribution, outcome="declined", reason="The law forbids it.")
    page = text_of(client.get(here))
    assert "The law forbids it." in page
    assert "1 of 1 recommendations have a reply" in page


def test_the_api_tells_the_public_parts(client: Client, project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    for one in invited(panel):
        answer(one, "accept")
    recommend(by(cast.lena), project, panel, "Publish it.", in_favour=6, against=2)
    told = client.get(f"/api/engage/{project.slug}/panels/{panel.pk}").json()
    assert told["pool_digest"] == panel.pool_digest
    assert set(told["fairness"]) == {"lowest", "highest", "equal", "gini"}
    assert told["recommendations"][0]["decision"] is None
    assert told["quotas"][0] == {"feature": "Age", "value": "under 40", "low": 2, "high": 4, "in_pool": 16}
    assert client.get(f"/api/engage/{project.slug}/panels").json() == [told]
    for one in panel.panellists.all():
        assert one.token not in str(told)
        assert str(one.pk) not in str(told)


def test_lists_and_areas_name_the_panel(client: Client, project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    assert panel.title in text_of(client.get(f"{P}/panels/"))
    assert panel.title in text_of(client.get("/dialogues/?area=general"))
