"""Time limits count to the minute, and there is always a way to the end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.procurement import queries, stages
from minga.procurement.actions import decline, end, move, open_procedure, select
from minga.procurement.models import Procedure
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.procurement.conftest import Buying
from tests.procurement.test_procedures import as_

FORM = {"kind": "call", "title": "A call", "text": "What we want.", "budget": "", "currency": "", "once": "a"}


def day(name: str, when: datetime) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


def test_it_closes_at_the_minute_in_the_time_of_the_body(project: Project, cast: Cast) -> None:
    last = timezone.now() + timedelta(days=9)
    with timezone.override(ZoneInfo("America/Lima")):
        sent = as_(cast.lena).post(
            reverse("procurement:new_in_project", args=[project.slug]),
            {**FORM, **day("closes", last), "closes_at": "14:30"},
        )
        assert sent.status_code == 302
        made = Procedure.objects.get()
        assert made.closes == datetime(last.year, last.month, last.day, 14, 30, tzinfo=ZoneInfo("America/Lima"))
        page = as_(cast.lena).get(made.get_absolute_url()).content.decode()
    assert "14:30 (America/Lima)" in page


@pytest.mark.parametrize(("at", "told"), [("25:00", "such as 14:00"), ("noon", "such as 14:00")])
def test_a_time_that_is_none_is_refused(project: Project, cast: Cast, at: str, told: str) -> None:
    address = reverse("procurement:new_in_project", args=[project.slug])
    refused = as_(cast.lena).post(address, {**FORM, **day("closes", timezone.now()), "closes_at": at})
    assert refused.status_code == 422
    assert told in refused.content.decode()
    without_day = as_(cast.lena).post(address, {**FORM, "closes_at": "14:00"})
    assert "Give the day, too." in without_day.content.decode()


def test_a_day_without_time_lasts_until_its_last_minute(project: Project, cast: Cast) -> None:
    last = timezone.now() + timedelta(days=9)
    as_(cast.lena).post(reverse("procurement:new_in_project", args=[project.slug]), {**FORM, **day("closes", last)})
    assert "23:59 (UTC)" in Procedure.objects.get().closing


def test_it_does_not_begin_to_ask_after_its_own_closing_time(call: Buying, cast: Cast) -> None:
    call.prepared()
    with guard.open_for_action():
        Procedure.objects.update(closes=timezone.now() - timedelta(minutes=1))
    call.again()
    with pytest.raises(Blocked, match="lies ahead"):
        move(by(cast.lena), call.project, call.procedure, "Go.")


def test_a_late_offer_is_told_so_before_it_is_written(call: Buying, cast: Cast, client: Client) -> None:
    call.asking()
    address = reverse("procurement:hand_in", args=[call.procedure.pk])
    with guard.open_for_action():
        Procedure.objects.update(closes=timezone.now() - timedelta(seconds=1))
    page = client.get(address).content.decode()
    assert "cannot be handed in now" in page
    assert "<textarea" not in page
    late = client.post(address, {"name": "Late", "text": "Forty pages of ours.", "once": "a"})
    assert late.status_code == 422
    assert "Forty pages of ours." in late.content.decode()
    assert not call.procedure.offers.exists()


def test_without_a_closing_time_the_page_says_so(call: Buying, client: Client) -> None:
    call.asking()
    assert "No time is set" in client.get(call.procedure.get_absolute_url()).content.decode()


def test_a_call_nobody_answers_is_ended_with_a_public_reason(call: Buying, cast: Cast, client: Client) -> None:
    call.asking()
    with pytest.raises(NotAllowed):
        end(by(cast.dario), call.project, call.procedure, "No.")
    with pytest.raises(Invalid):
        end(by(cast.lena), call.project, call.procedure, " ")
    end(by(cast.lena), call.project, call.procedure, "Nobody offered anything.")
    page = client.get(call.procedure.get_absolute_url()).content.decode()
    assert "Nobody offered anything." in page
    assert "Ended without a result" in page
    assert stages.after(call.again()) is None
    with pytest.raises(Conflict):
        end(by(cast.lena), call.project, call.procedure, "Again.")


def test_all_offers_declined_is_no_dead_end_and_everybody_is_told(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    decline(by(cast.lena), call.project, first, "It does not fit.")
    as_(cast.lena).post(reverse("procurement:end", args=[call.procedure.pk]), {"reason": "Nothing fits.", "once": "a"})
    second.refresh_from_db()
    assert (second.state, second.reason) == ("declined", "Nothing fits.")
    assert "without a result" in Outbox.objects.filter(kind="email").last().content["text"]


def test_what_has_its_result_is_not_ended_without_one(call: Buying, cast: Cast) -> None:
    [first, second] = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    select(by(cast.lena), call.project, first, "Best.")
    decline(by(cast.lena), call.project, second, "No.")
    move(by(cast.lena), call.project, call.again(), "On.")
    with pytest.raises(Conflict, match="has its result"):
        end(by(cast.lena), call.project, call.procedure, "We changed our mind.")


def test_what_never_asked_for_offers_stays_unpublished_when_it_is_ended(
    call: Buying, cast: Cast, client: Client
) -> None:
    end(by(cast.lena), call.project, call.procedure, "The need has gone.")
    assert client.get(call.procedure.get_absolute_url()).status_code == 404
    assert list(queries.public_procedures()) == []


def test_reasons_of_every_move_are_public(call: Buying, client: Client) -> None:
    call.judging()
    page = client.get(call.procedure.get_absolute_url()).content.decode()
    for reason in ("Ready.", "The time is over."):
        assert reason in page


def test_the_body_buys_no_tool_without_a_project(cast: Cast, offices: object) -> None:
    with pytest.raises(Invalid) as refusal:
        open_procedure(by(cast.chela), BODY, kind="purchase", title="T", text="x")
    assert "project" in refusal.value.fields["kind"]
    page = as_(cast.chela).get(reverse("procurement:new")).content.decode()
    assert 'value="purchase"' not in page
    assert 'value="call"' in page


def test_nothing_is_cut_off_in_silence(call: Buying, cast: Cast) -> None:
    with pytest.raises(Invalid):
        open_procedure(by(cast.lena), call.project, kind="call", title="T" * 201, text="x")
    call.asking()
    with pytest.raises(Invalid) as refusal:
        call.offer("N" * 201)
    assert "200" in refusal.value.fields["name"]


def test_the_form_shows_every_field(project: Project, cast: Cast) -> None:
    page = as_(cast.lena).get(reverse("procurement:new_in_project", args=[project.slug])).content.decode()
    for name in ("kind", "title", "text", "budget", "currency", "opens_day", "closes_day", "closes_at"):
        assert f'name="{name}"' in page
