"""What must be true of stop rules, reviews, incidents and alerts before a release goes forward."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minga.assess.actions import acknowledge_alert, close_incident, report_incident, set_stop_rule, triage_incident
from minga.assess.models import Alert, Review
from minga.deliver.actions import change_stage
from minga.deliver.duties import duties_of, unmet
from minga.deliver.models import RiskLevel, Stage
from minga.ledger import guard
from minga.ledger.refusals import Blocked
from tests.conftest import by
from tests.deliver.counter import Counter

OURS = {"stoprule.written", "review.current", "incidents.mended", "alerts.read"}


@pytest.fixture
def office(counter: Counter) -> Counter:
    """A project of limited risk whose release runs in shadow under a stop rule."""
    level(counter, "limited")
    counter.stage("shadow")
    set_stop_rule(by(counter.cast.lena), counter.project, counter.release, "overruled_share", "0.3", 30, "off")
    return counter


def level(counter: Counter, name: str) -> None:
    with guard.open_for_action():
        RiskLevel.objects.create(project=counter.project, level=name, reason="x", person=counter.cast.lena)


def missing(counter: Counter) -> set[str]:
    return {found.duty.code for found in unmet(counter.project, counter.release, Stage.ONE)} & OURS


@pytest.mark.parametrize(
    ("name", "expected"),
    [("low", {"review.current", "incidents.mended"}), ("limited", OURS), ("high", OURS)],
)
def test_which_bind_at_which_level(name: str, expected: set[str]) -> None:
    assert {duty.code for duty in duties_of(name)} & OURS == expected


def test_with_nothing_amiss_all_are_met(office: Counter) -> None:
    assert missing(office) == set()


def test_without_a_stop_rule_nothing_goes_forward(counter: Counter) -> None:
    level(counter, "limited")
    counter.stage("shadow")
    assert missing(counter) == {"stoprule.written"}
    with pytest.raises(Blocked) as refused:
        change_stage(by(counter.cast.lena), counter.project, counter.release, "1", "planned")
    assert any("A stop rule is written beforehand" in reason for reason in refused.value.reasons)


def test_an_overdue_review_holds_it_back(office: Counter) -> None:
    now = timezone.now()
    with guard.open_for_action():
        Review.objects.create(
            project=office.project, release=office.release, opened=now - timedelta(days=60), due=now - timedelta(days=1)
        )
    assert missing(office) == {"review.current"}


def test_a_serious_incident_holds_it_back_until_it_is_closed(office: Counter) -> None:
    cast, project = office.cast, office.project
    reported = report_incident(by(None), project, "Grants refused", "All of one street.")
    assert missing(office) == set()
    confirmed = triage_incident(by(cast.olga), project, reported, "confirmed", "True.", "serious", "economic")
    assert missing(office) == {"incidents.mended"}
    close_incident(by(cast.lena), project, confirmed, "Mended.", "Grants were refused wrongly.")
    assert missing(office) == set()


def test_an_alert_may_wait_a_week(office: Counter) -> None:
    with guard.open_for_action():
        alert = Alert.objects.create(
            project=office.project, release=office.release, metric="override", raised=timezone.now() - timedelta(days=6)
        )
    assert missing(office) == set()
    with guard.open_for_action():
        Alert.objects.update(raised=timezone.now() - timedelta(days=8))
    assert missing(office) == {"alerts.read"}
    acknowledge_alert(by(office.cast.lena), office.project, alert, "Looked into.")
    assert missing(office) == set()
