"""A case comes in once, whole or not at all, and the tool gets no more than it is meant to."""

import pytest

from minga.deliver import tasks
from minga.deliver.actions import close_service
from minga.deliver.models import Access, Case, Contact
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Invalid
from tests.conftest import by
from tests.deliver.counter import Counter, queue


def test_a_case_comes_in_and_waits(counter: Counter) -> None:
    case = counter.receive()
    assert (case.number, case.state, case.title, case.route, case.advice) == (1, "open", "A roof", "web", {})
    assert case.groups == {"district": "North"}
    assert Contact.objects.get(case=case).name == "Rosa Roe"
    assert (case.read_by - case.received).days == counter.service.decide_days


def test_the_same_outside_id_gives_the_same_case(counter: Counter) -> None:
    first = counter.receive(outside_id="77")
    assert counter.receive(outside_id="77", source={"need": "Other"}) == first
    assert Case.objects.get().source["need"] == "A roof"


def test_without_an_id_two_cases_are_two(counter: Counter) -> None:
    assert counter.receive(outside_id="") != counter.receive(outside_id="")


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(counter: Counter) -> None:
    with pytest.raises(Invalid) as refused:
        counter.receive(source={"need": " ", "letter": "x" * 20_001}, contact={"email": "not an address"})
    assert set(refused.value.fields) == {"need", "letter", "email"}
    assert not Case.objects.exists()


def test_a_closed_service_takes_no_case(counter: Counter) -> None:
    close_service(by(counter.cast.lena), counter.project, counter.service, "Moved")
    with pytest.raises(Blocked, match="no more cases"):
        counter.receive()


def test_the_ledger_names_nobody(counter: Counter) -> None:
    counter.receive()
    for entry in Entry.objects.all():
        for secret in ("Rosa", "rosa@", "1980", "A roof"):
            assert secret not in entry.payload


def test_fields_that_no_service_has_are_not_kept(counter: Counter) -> None:
    assert "password" not in counter.receive(source={"password": "x"}).source


def test_the_tool_gets_only_the_fields_that_are_marked(counter: Counter) -> None:
    counter.stage("100")
    case = counter.advised()
    assert counter.tool.seen == [{"id": str(case.pk), "need": "A roof", "income": "1000", "letter": "Please"}]
    assert case.told.proposal == "granted"
    assert case.release == counter.release
    assert Access.objects.get(case=case).what == "tool"


def test_advice_is_asked_once(counter: Counter) -> None:
    counter.stage("100")
    case = counter.advised()
    assert tasks.advise_waiting(counter.service) == 0
    assert tasks.advise_case.func(case.pk) == 0
    assert len(counter.tool.seen) == 1


def test_one_task_asks_about_all_that_wait(counter: Counter) -> None:
    counter.stage("100")
    cases = [counter.receive() for _ in range(3)]
    assert tasks.advise_case.func(cases[0].pk) == 3
    assert Entry.objects.filter(action="cases.advised").count() == 1


def test_a_failure_of_the_tool_is_kept_and_the_case_goes_on(counter: Counter) -> None:
    counter.stage("100")
    case = counter.advised("broken")
    assert (case.advice, case.problem) == ({}, "The tool cannot read this income.")
    assert counter.decide(case).choice == "unaided"


def test_an_abstention_is_advice_and_no_failure(counter: Counter) -> None:
    counter.stage("100")
    case = counter.advised("")
    assert (case.problem, case.told.abstained_because) == ("", "There is no income.")


def test_a_tool_that_is_not_in_service_is_not_asked(counter: Counter) -> None:
    case = counter.advised()
    assert counter.tool.seen == []
    assert "No release" in case.problem


def test_a_tool_other_than_registered_fails_every_case_and_says_why(counter: Counter) -> None:
    counter.stage("100")
    with guard.open_for_action():
        type(counter.release.version).objects.update(content_hash="another")
    assert "not the one that was registered" in counter.advised().problem


def test_the_control_share_keeps_its_place(counter: Counter) -> None:
    counter.stage("100")
    counter.set(control_share="1")
    case = counter.advised(letter="urgent")
    assert case.drawn == "random"
    assert (case.read_by - case.received).days == counter.service.decide_days


def test_what_is_urgent_is_read_sooner(counter: Counter) -> None:
    counter.stage("100")
    urgent = counter.advised(letter="urgent")
    assert (urgent.read_by - urgent.received).days < counter.service.decide_days
    early = counter.advised(days_ago=3)
    assert queue(counter.project) == [urgent.number, early.number]
