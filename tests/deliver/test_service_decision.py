"""On a person's case an outcome of the service is recorded; what was advised stays beside it."""

import pytest

from minga.deliver import lots
from minga.deliver.actions import claim_case, open_evidence, record_determination, revise_determination
from minga.deliver.models import Case, Determination, Flag, Notice, SecondReading
from minga.deliver.showing import Withheld, withheld
from minga.design.models import Withdrawal
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.refusals import Blocked, Invalid
from tests.conftest import by
from tests.deliver.counter import Counter


@pytest.fixture
def used(counter: Counter) -> Counter:
    counter.stage("100")
    return counter


@pytest.mark.parametrize(("outcome", "choice", "agrees"), [("granted", "accept", True), ("refused", "reject", False)])
def test_the_choice_follows_from_the_outcome(used: Counter, outcome: str, choice: str, agrees: bool) -> None:
    made = used.decide(used.advised(), outcome)
    assert (made.choice, made.outcome, made.adverse) == (choice, outcome, outcome == "refused")
    assert (made.difference["advised"], made.difference["agrees"]) == ("granted", agrees)
    case = used.now(made.case)
    assert (case.state, case.closed_at is not None) == ("decided", True)
    assert not Flag.objects.exists()


def test_the_edit_is_stored_as_a_difference_with_the_reason(used: Counter) -> None:
    made = used.decide(used.advised(), "refused", reason="The roof is new.")
    assert made.difference["text"] == [
        "@@ -1,2 +1,2 @@", "-Granted", "-the income decides", "+Refused", "+The roof is new."
    ]  # fmt: skip


def test_it_takes_seconds(used: Counter) -> None:
    made = used.decide(used.advised())
    assert made.seconds is not None
    assert made.seconds >= 0


@pytest.mark.parametrize(("choice", "outcome"), [("", ""), ("accept", ""), ("", "maybe"), ("", "cannot_tell")])
def test_only_outcomes_of_the_service_can_be_recorded(used: Counter, choice: str, outcome: str) -> None:
    case = used.claim(used.advised())
    with pytest.raises(Invalid) as refused:
        record_determination(by(used.cast.flor), used.project, case, choice, "I read it", outcome)
    assert "outcome" in refused.value.fields
    assert not Determination.objects.exists()


def test_an_adverse_outcome_needs_the_evidence_opened(used: Counter) -> None:
    case = used.claim(used.advised())
    open_evidence(by(used.cast.flor), used.project, case, "/need")
    with pytest.raises(Invalid) as refused:
        record_determination(by(used.cast.flor), used.project, case, "", "No", "refused")
    assert "1 piece is still closed" in refused.value.fields["outcome"]
    record_determination(by(used.cast.flor), used.project, case, "", "Yes", "granted")


def test_cannot_tell_goes_to_another_person_and_then_rests(used: Counter) -> None:
    case = used.claim(used.advised())
    record_determination(by(used.cast.flor), used.project, case, "cannot_tell", "Unclear")
    with pytest.raises(Blocked, match="second reader"):
        claim_case(by(used.cast.flor), used.project, case)
    used.claim(case, "fidel")
    record_determination(by(used.cast.fidel), used.project, case, "cannot_tell", "Nor I")
    assert used.now(case).state == "undecided"
    assert not Notice.objects.filter(kind="determination").exists()


@pytest.mark.parametrize(("stage", "why"), [("off", Withheld.OFF), ("shadow", Withheld.SHADOW)])
def test_off_and_in_shadow_only_the_advice_rests(used: Counter, stage: str, why: Withheld) -> None:
    case = used.advised()
    used.stage(stage)
    assert withheld(used.now(case), used.cast.flor.pk) == why
    made = used.decide(case, "refused")
    assert (made.choice, made.before_advice, made.difference["withheld"]) == ("reject", True, why)
    assert used.now(case).state == "decided"


def test_a_withdrawn_tool_is_shown_to_nobody_from_the_next_request(used: Counter) -> None:
    case = used.advised()
    assert withheld(case, used.cast.flor.pk) is None
    with guard.open_for_action():
        Withdrawal.objects.create(tool="incomes", reason="Wrong", person=used.cast.olga)
    assert withheld(used.now(case), used.cast.flor.pk) == Withheld.WITHDRAWN
    assert used.decide(case).outcome == "granted"


def test_decide_first_then_the_advice_opens_and_both_stay(used: Counter) -> None:
    used.set(first_share="1")
    case = used.advised()
    assert withheld(case, used.cast.flor.pk) == Withheld.FIRST
    first = used.decide(case, "refused")
    assert (first.before_advice, used.now(case).state) == (True, "revealed")
    assert withheld(used.now(case), used.cast.flor.pk) is None
    second = revise_determination(by(used.cast.flor), used.project, case, "", "The tool is right.", "granted")
    assert second.difference["changed"] is True
    assert (second.difference["before"], second.difference["after"]) == ("refused", "granted")
    assert second.difference["edited"] == ["@@ -1 +1 @@", "-I read it.", "+The tool is right."]
    assert used.now(case).state == "decided"


def test_folded_advice_opens_to_whoever_asks_alone(used: Counter) -> None:
    used.set(display="on_request")
    case = used.advised()
    assert {withheld(case, person.pk) for person in (used.cast.flor, used.cast.lena)} == {Withheld.REQUEST}
    made = used.decide(case)
    assert (made.before_advice, made.difference["withheld"]) == (True, "request")


def test_the_share_of_second_readings_is_asked_when_the_case_closes(used: Counter) -> None:
    used.set(second_share="0.5")
    cases = [used.decide(used.advised(outside_id=f"s{n}")).case for n in range(12)]
    wanted = {c.pk for c in cases if lots.lot(used.project.chain, "second", c.process) < 0.5}
    assert wanted
    assert set(SecondReading.objects.values_list("case_id", flat=True)) == wanted


def test_practice_has_no_consequences(used: Counter) -> None:
    used.set(second_share="1", hook_url="https://example.org/hook", hook_secret="MINGA_HOOK_TEST")
    case = used.advised()
    with guard.open_for_action():
        Case.objects.filter(pk=case.pk).update(rehearsal=True)
    used.stage("off")
    assert withheld(used.now(case), used.cast.flor.pk) is None
    used.decide(case, "refused")
    assert not SecondReading.objects.exists()
    assert not Notice.objects.filter(kind="determination").exists()
    assert not Outbox.objects.filter(kind="webhook").exists()
