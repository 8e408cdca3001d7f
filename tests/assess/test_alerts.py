"""What went beyond its bound waits for a named person, once, with the cases behind it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from minga.assess import queries
from minga.assess.actions import acknowledge_alert, keep_watching, raise_alert
from minga.assess.models import Alert, Watching
from minga.assess.reference import month_of
from minga.assess.watching import Finding, Measured
from minga.jobs.outbox import send_due
from minga.ledger import guard
from minga.ledger.action import SYSTEM, may
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from tests.assess.watched import JULY, JUNE
from tests.conftest import Cast, by
from tests.deliver.counter import Counter, as_, text_of

FINDING = Finding("override", "district: North", {"before": 0.1, "now": 0.45, "of": 30, "where": "x"}, (1, 2))
FEW = {"n": 0, "value": None, "low": None, "high": None}
ROWS = {"cases": 60, "used": 60, "rejected": 0, "failed": 0}


def kept(counter: Counter, moment: datetime = JULY) -> Watching:
    figures = {
        "verdict": "alert", "labels": {}, "rows": ROWS, "reference": {"kind": "", "name": ""},
        "series": [], "moved": [],
        "fit": {"verdict": "not_enough"}, "shares": {}, "groups": {}, "gaps": [], "calibration": {"n": 0},
        "times": dict.fromkeys(("days", "minutes_before", "minutes_unaided", "minutes_aided"), FEW),
    }  # fmt: skip
    measured = Measured(counter.release, month_of(moment), figures, (FINDING,))
    return keep_watching(by(SYSTEM), counter.project, measured)


@pytest.fixture
def alert(counter: Counter) -> Alert:
    counter.receive()
    counter.receive()
    return raise_alert(by(SYSTEM), counter.project, kept(counter), FINDING)


def test_it_follows_from_what_was_measured(alert: Alert) -> None:
    entry = Entry.objects.get(action="alert.raised")
    causes = set(Edge.objects.filter(entry=entry).values_list("cause_kind", flat=True))
    assert causes == {"watching", "release"}
    assert "North" not in entry.payload


def test_one_thing_waits_once(counter: Counter, alert: Alert) -> None:
    with pytest.raises(Conflict):
        raise_alert(by(SYSTEM), counter.project, alert.watching, FINDING)
    raise_alert(by(SYSTEM), counter.project, alert.watching, Finding("override", "district: South", {}))
    assert Alert.objects.count() == 2


def test_looked_into_it_comes_back_in_a_later_month_only(counter: Counter, alert: Alert) -> None:
    acknowledge_alert(by(counter.cast.dario), counter.project, alert, "A new form; mended.")
    for moment in (JUNE, JULY):
        with pytest.raises(Conflict):
            raise_alert(by(SYSTEM), counter.project, kept(counter, moment), FINDING)
    assert raise_alert(by(SYSTEM), counter.project, kept(counter, JULY + timedelta(days=40)), FINDING).pk != alert.pk


def test_the_lead_gets_an_e_mail(counter: Counter) -> None:
    Person.objects.filter(pk=counter.cast.lena.pk).update(email="lena@example.org")
    made = raise_alert(by(SYSTEM), counter.project, kept(counter), FINDING)
    send_due()
    (message,) = mail.outbox
    assert message.to == ["lena@example.org"]
    assert made.get_absolute_url() in message.body
    assert "North" not in message.body


def test_only_the_system_raises_and_only_lead_and_digital_team_look_into_it(project: Project, cast: Cast) -> None:
    assert may(SYSTEM, project, "alert.raised")
    everybody = ("lena", "dario", "flor", "olga", "rosa", "ada", "paz")
    assert not any(may(getattr(cast, name).actor, project, "alert.raised") for name in everybody)
    assert {name for name in everybody if may(getattr(cast, name).actor, project, "alert.acknowledged")} == {
        "lena", "dario",
    }  # fmt: skip


def test_what_was_found_and_done_has_a_name_and_stands(counter: Counter, alert: Alert) -> None:
    acknowledge_alert(by(counter.cast.lena), counter.project, alert, " A form was changed. ")
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.done) == (counter.cast.lena, "A form was changed.")
    with pytest.raises(Conflict):
        acknowledge_alert(by(counter.cast.dario), counter.project, alert, "Something else.")


def test_without_words_it_waits_on(counter: Counter, alert: Alert) -> None:
    with pytest.raises(Invalid) as refused:
        acknowledge_alert(by(counter.cast.lena), counter.project, alert, " ")
    assert "done" in refused.value.fields
    with pytest.raises(NotAllowed):
        acknowledge_alert(by(counter.cast.flor), counter.project, alert, "Seen.")


def test_it_waits_for_those_who_may_look_into_it(counter: Counter, alert: Alert) -> None:
    asked = {name: [words for words, _where in queries.what_next(counter.project, getattr(counter.cast, name).actor)]
             for name in ("lena", "dario", "flor")}  # fmt: skip
    assert "Look into 1 alert" in asked["lena"]
    assert "Look into 1 alert" in asked["dario"]
    assert "Look into 1 alert" not in asked["flor"]


def test_days_are_whole_ones(alert: Alert) -> None:
    assert alert.days_open(alert.raised + timedelta(days=7, hours=23)) == 7


@pytest.mark.parametrize(
    ("who", "status"), [("lena", 200), ("dario", 200), ("flor", 200), ("olga", 200), ("rosa", 404)]
)
def test_who_reads_alerts(counter: Counter, alert: Alert, who: str, status: int) -> None:
    client = as_(getattr(counter.cast, who))
    assert client.get(f"/projects/{counter.project.slug}/alerts/").status_code == status
    assert client.get(alert.get_absolute_url()).status_code == status
    assert as_(None).get(alert.get_absolute_url()).status_code == 404


def test_cases_are_linked_for_those_who_read_cases_only(counter: Counter, alert: Alert) -> None:
    link = f'href="/projects/{counter.project.slug}/desk/'
    assert text_of(as_(counter.cast.flor).get(alert.get_absolute_url())).count("Case 000") == 2
    page = text_of(as_(counter.cast.dario).get(alert.get_absolute_url()))
    assert link not in page
    assert "2 cases, which those who decide cases can open" in page


def test_the_page_takes_what_was_found(counter: Counter, alert: Alert) -> None:
    client = as_(counter.cast.dario)
    assert client.post(alert.get_absolute_url(), {"done": "", "once": "a1"}).status_code == 422
    assert client.post(alert.get_absolute_url(), {"done": "A form was changed.", "once": "a2"}).status_code == 302
    page = text_of(client.get(alert.get_absolute_url()))
    assert "A form was changed." in page
    assert "<form" not in page.split("<main")[1].split("</main")[0]


def test_another_projects_alert_is_not_here(counter: Counter, alert: Alert, cast: Cast) -> None:
    from minga.ledger.action import BODY
    from minga.projects.actions import open_project

    other = open_project(by(cast.lena), BODY, title="Another", summary="Something else entirely.")
    assert as_(cast.lena).get(f"/projects/{other.slug}/alerts/{alert.pk}/").status_code == 404
    with pytest.raises(Invalid):
        acknowledge_alert(by(cast.lena), other, alert, "Seen.")


def test_the_list_asks_as_little_for_many_as_for_few(
    counter: Counter, alert: Alert, django_assert_max_num_queries: Any
) -> None:
    with guard.open_for_action():
        Alert.objects.bulk_create(
            Alert(
                project=counter.project, release=counter.release, watching=alert.watching, metric="feature",
                about=f"f{n}", raised=timezone.now(),
            ) for n in range(40)
        )  # fmt: skip
    client = as_(counter.cast.lena)
    client.get(f"/projects/{counter.project.slug}/alerts/")
    with django_assert_max_num_queries(14):
        client.get(f"/projects/{counter.project.slug}/alerts/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(counter: Counter, alert: Alert, language: str) -> None:
    client = as_(counter.cast.lena, language)
    for path in (f"/projects/{counter.project.slug}/alerts/", alert.get_absolute_url()):
        page = client.get(path)
        assert page.status_code == 200
        assert f'lang="{language}"' in text_of(page)
