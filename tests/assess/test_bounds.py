"""The body writes from which figure on an alert is raised; the alert keeps the bound that fired, and who wrote it."""

import random
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from minga.assess import bounds, watching
from minga.assess.actions import acknowledge_alert, set_bound
from minga.assess.models import Alert, AlertBound
from minga.assess.tasks import watch_month
from minga.ledger.action import SYSTEM
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.assess.watched import JULY, JUNE, Months, usual
from tests.conftest import Cast, by
from tests.deliver.counter import Counter, as_, text_of


@pytest.fixture
def months(counter: Counter) -> Months:
    return Months(counter)


def richer(number: int, chance: random.Random) -> dict[str, Any]:
    return usual(number, chance) | {"income": str(int(chance.gauss(2600, 400)))}


def failing(number: int, chance: random.Random) -> dict[str, Any]:
    """Six cases in a hundred fail: within the default bound."""
    return usual(number, chance) | ({"problem": "It broke."} if number % 100 < 6 else {})


def overruled(number: int, chance: random.Random) -> dict[str, Any]:
    return usual(number, chance) | {"agrees": chance.random() < 0.7}


def found(counter: Counter) -> dict[str, watching.Finding]:
    measured = watching.measure(counter.release, JULY)
    assert measured is not None
    return {one.metric: one for one in measured.findings}


def write(counter: Counter, metric: str, bound: object, reason: str = "The council agreed.") -> AlertBound:
    return set_bound(by(counter.cast.lena), counter.project, metric, bound, reason)


def test_without_the_bodys_bounds_the_defaults_are_in_force(project: Project) -> None:
    held = bounds.in_force(project)
    assert {bound.metric for bound in held.held.values()} == set(Alert.Metric.values)
    assert not any(bound.written for bound in held.held.values())
    assert (held.value("feature"), held.value("override"), held.value("failed"), held.value("gap_right")) == (
        0.25, 0.1, 0.1, 0.1,
    )  # fmt: skip


def test_a_stricter_bound_raises_what_the_default_lets_pass(counter: Counter, months: Months) -> None:
    months.fill(JULY, make=failing)
    assert "failed" not in found(counter)
    written = write(counter, "failed", "0.02")
    failed = found(counter)["failed"]
    assert len(failed.records) == 18
    assert failed.bound == bounds.Bound("failed", Decimal("0.02"), written)


def test_a_wider_bound_lets_pass_what_the_default_raises(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    assert "feature" in found(counter)
    write(counter, "feature", 10)
    measured = watching.measure(counter.release, JULY)
    assert measured is not None
    assert (measured.findings, measured.figures["verdict"]) == ((), "watch")


def test_a_bound_of_one_metric_leaves_the_others_alone(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    write(counter, "output", "0.01")
    write(counter, "override", "0.9")
    assert set(found(counter)) == {"feature"}


def test_a_share_that_moved_is_held_against_its_own_bound(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=overruled)
    (finding,) = (one for one in found(counter).values() if one.metric == "override")
    assert finding.records
    write(counter, "override", "0.6")
    assert "override" not in found(counter)


def test_the_alert_keeps_the_bound_that_fired_and_who_wrote_it(counter: Counter, months: Months) -> None:
    months.fill(JULY, make=failing)
    written = write(counter, "failed", "0.02", "More than two in a hundred is too many here.")
    watch_month(by(SYSTEM), counter.release, JULY)
    write(counter, "failed", "0.5", "Too many calls.")
    alert = Alert.objects.get(metric="failed")
    assert (alert.bound, alert.written) == (Decimal("0.02"), written)
    entry = Entry.objects.get(action="alert.raised")
    causes = set(Edge.objects.filter(entry=entry).values_list("cause_kind", flat=True))
    assert causes == {"watching", "release", "alert_bound"}
    page = text_of(as_(counter.cast.dario).get(alert.get_absolute_url()))
    assert "2 %" in page.replace("\u202f", " ")
    assert "More than two in a hundred" in page
    assert counter.cast.lena.public_name in page


def test_an_alert_of_a_default_says_so(counter: Counter, months: Months) -> None:
    months.fill(JUNE)
    months.fill(JULY, make=richer)
    watch_month(by(SYSTEM), counter.release, JULY)
    alert = Alert.objects.get()
    assert (alert.bound, alert.written) == (Decimal("0.25"), None)
    assert "PSI 0.25, the default" in text_of(as_(counter.cast.dario).get(alert.get_absolute_url()))
    acknowledge_alert(by(counter.cast.dario), counter.project, alert, "A new form.")


def test_the_newest_counts_and_all_stay(project: Project, cast: Cast) -> None:
    for bound in ("0.05", "0.07"):
        set_bound(by(cast.lena), project, "late", bound, f"The board said {bound}.")
    assert bounds.in_force(project).value("late") == 0.07
    assert AlertBound.objects.count() == 2
    entries = list(Entry.objects.filter(action="alert_bound.set").order_by("seq"))
    assert ['"before":"0.1"' in entries[0].payload, '"before":"0.05"' in entries[1].payload] == [True, True]
    with pytest.raises(Conflict):
        set_bound(by(cast.lena), project, "late", Decimal("0.07"), "Once more.")


@pytest.mark.parametrize(
    "bound", ["", "ten", "NaN", "sNaN", "Infinity", "-Infinity", "-0.1", "0", "1", "1e9", "0.0000001", "1e-400", None]
)
@pytest.mark.parametrize("metric", ["failed", "override", "gap_appeal", "feature"])
def test_what_is_no_bound_is_refused_in_words(project: Project, cast: Cast, metric: str, bound: object) -> None:
    if metric == "feature" and bound == "1":
        bound = "10.1"
    with pytest.raises(Invalid) as refused:
        set_bound(by(cast.lena), project, metric, bound, "Why.")
    assert "such as" in refused.value.fields["bound"]
    assert not AlertBound.objects.exists()


def test_it_needs_a_reason_and_a_metric(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        set_bound(by(cast.lena), project, "failed", "0.1", " ")
    assert "reason" in refused.value.fields
    with pytest.raises(Invalid):
        set_bound(by(cast.lena), project, "glory", "0.1", "Why.")


@pytest.mark.parametrize("name", ["dario", "flor", "olga", "rosa", "paz", "nadie"])
def test_the_person_in_charge_writes_it(project: Project, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        set_bound(by(getattr(cast, name)), project, "failed", "0.2", "Why.")


def _at(project: Project, metric: str = "") -> str:
    return f"/projects/{project.slug}/watch/bounds/" + (f"{metric}/" if metric else "")


@pytest.mark.parametrize(
    ("metric", "typed", "kept"),
    [("failed", "5", "0.05"), ("override", "7,5", "0.075"), ("feature", "0.3", "0.3"), ("late", "2 %", "0.02")],
)
def test_the_page_takes_per_cent_points_and_psi(
    project: Project, cast: Cast, metric: str, typed: str, kept: str
) -> None:
    sent = as_(cast.lena).post(_at(project, metric), {"bound": typed, "reason": "The council.", "once": "b1"})
    assert sent.status_code == 302
    assert AlertBound.objects.get().bound == Decimal(kept)
    page = text_of(as_(None).get(_at(project)))
    assert "The council." in page
    assert page.count("Default: the body wrote none.") == len(Alert.Metric.values) - 1


@pytest.mark.parametrize("typed", ["NaN", "1e999999999", "-5", "100", "ten", "0", "9" * 21, ""])
def test_the_page_refuses_in_words(project: Project, cast: Cast, typed: str) -> None:
    sent = as_(cast.lena).post(_at(project, "failed"), {"bound": typed, "reason": "The council.", "once": "b1"})
    assert sent.status_code == 422
    assert not AlertBound.objects.exists()


def test_who_may_not_write_is_refused_and_sees_no_form(project: Project, cast: Cast) -> None:
    client = as_(cast.dario)
    assert client.post(_at(project, "failed"), {"bound": "5", "reason": "x", "once": "b"}).status_code == 403
    assert "<form" not in text_of(client.get(_at(project, "failed"))).split("<main")[1].split("</main")[0]
    assert client.get(_at(project, "glory")).status_code == 404


def test_the_watch_leads_to_the_bounds(project: Project, cast: Cast, client: Client) -> None:
    assert _at(project) in text_of(client.get(f"/projects/{project.slug}/watch/"))
    assert "All 15 bounds are defaults" in text_of(client.get(f"/projects/{project.slug}/watch/"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(project: Project, cast: Cast, language: str) -> None:
    set_bound(by(cast.lena), project, "failed", "0.05", "The council.")
    for path in (_at(project), _at(project, "failed"), _at(project, "feature"), _at(project, "override")):
        page = as_(cast.lena, language).get(path)
        assert page.status_code == 200
        assert f'lang="{language}"' in text_of(page)


def test_the_list_asks_as_little_for_many_as_for_few(
    project: Project, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(2, 12):
        set_bound(by(cast.lena), project, "failed", f"0.{number:02d}", "Again.")
    client = as_(cast.lena)
    client.get(_at(project))
    with django_assert_max_num_queries(12):
        client.get(_at(project))
