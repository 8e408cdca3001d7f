"""Advice that is withheld stays so everywhere, and who was erased is forgotten everywhere."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from minga.deliver import notices, tasks
from minga.deliver.actions import erase_contact, open_evidence, record_determination, withdraw_consent
from minga.deliver.actions.appeals import ForTool, decide_appeal, submit_appeal
from minga.deliver.models import Access, Appeal, Case, Contact, Determination, Notice
from minga.deliver.readers import seen_by
from minga.design.models import TestCase, Withdrawal
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Invalid
from minga.tools.base import Advice, Evidence, Reason
from tests.conftest import by
from tests.deliver.counter import Counter, Incomes, as_, text_of

SAID = "the income decides"


def appealed(counter: Counter, made: Determination) -> Appeal:
    notice = Notice.objects.get(determination=made)
    return submit_appeal(by(None), counter.project, made, "My income fell in May.", token=notice.token)


def changed(counter: Counter, found: Appeal, outcome: str = "granted", for_tool: ForTool | None = None) -> Appeal:
    return decide_appeal(by(counter.cast.fidel), counter.project, found, "changed", "We erred.", outcome, for_tool)


def own(case: Case) -> str:
    return text_of(as_(None).get(Contact.objects.get(case=case).get_absolute_url()))


def withdrawn(counter: Counter) -> None:
    with guard.open_for_action():
        Withdrawal.objects.create(tool="incomes", reason="Wrong", person=counter.cast.olga)


# Advice that is withheld


@pytest.mark.parametrize("how", ["shadow", "withdrawn", "consent"])
def test_who_answers_an_appeal_does_not_read_withheld_advice(counter: Counter, how: str) -> None:
    counter.set(needs_consent=how == "consent")
    counter.stage("shadow" if how == "shadow" else "100")
    case = counter.advised("3000", consent=True)
    if how == "withdrawn":
        withdrawn(counter)
    if how == "consent":
        withdraw_consent(by(None), counter.project, case, case.contact.token)
    found = appealed(counter, counter.decide(case, "refused"))
    page = text_of(as_(counter.cast.fidel).get(found.get_absolute_url()))
    assert "My income fell in May." in page
    assert SAID not in page
    assert "The tool proposed" not in page


def test_asking_for_a_test_case_does_not_tell_what_the_tool_said(counter: Counter) -> None:
    counter.stage("shadow")
    fields = []
    for income in ("1000", "3000"):
        found = appealed(counter, counter.decide(counter.advised(income), "refused"))
        fields.append("tool_income" in text_of(as_(counter.cast.fidel).get(found.get_absolute_url())))
    assert fields == [True, True]


def test_a_tool_that_was_right_gets_no_test_case(counter: Counter) -> None:
    counter.stage("shadow")
    found = appealed(counter, counter.decide(counter.advised("1000"), "refused"))
    changed(counter, found, for_tool=ForTool({"need": "A roof", "income": "900"}, "It fell."))
    assert not TestCase.objects.exists()


def test_a_case_without_consent_becomes_no_test(counter: Counter) -> None:
    counter.stage("100")
    counter.set(needs_consent=True)
    case = counter.advised("3000", consent=True)
    withdraw_consent(by(None), counter.project, case, case.contact.token)
    assert changed(counter, appealed(counter, counter.decide(case, "refused"))).test_case is None


def test_a_new_notice_after_an_appeal_keeps_withheld_advice(counter: Counter) -> None:
    counter.stage("shadow")
    found = appealed(counter, counter.decide(counter.advised("1000"), "refused"))
    changed(counter, found)
    new = Notice.objects.latest("pk")
    assert "did not see what it said" in str(new.content)
    assert SAID not in str(new.content)


def test_an_open_advice_stands_in_the_new_notice(counter: Counter) -> None:
    counter.stage("100")
    changed(counter, appealed(counter, counter.decide(counter.advised("1000"), "refused")))
    assert SAID in str(Notice.objects.latest("pk").content)


def test_the_own_page_keeps_advice_that_nobody_saw(counter: Counter) -> None:
    counter.stage("shadow")
    page = own(counter.decide(counter.advised(), "refused").case)
    assert SAID not in page
    assert "the person who decided did not see what it said" in page


def test_what_was_seen_stays_on_the_own_page_when_the_tool_is_stopped(counter: Counter) -> None:
    counter.stage("100")
    case = counter.decide(counter.advised(), "refused").case
    counter.stage("off")
    assert SAID in own(case)


def test_the_own_page_does_not_print_what_a_broken_tool_said(counter: Counter) -> None:
    counter.stage("100")
    case = counter.advised("broken")
    with guard.open_for_action():
        Case.objects.filter(pk=case.pk).update(problem="10.0.0.3:8080 answered 500: Traceback")
    page = own(case)
    assert "10.0.0.3" not in page
    assert "it did not answer" in page


@pytest.mark.parametrize("stage", ["shadow", "1"])
def test_advice_that_nobody_sees_moves_no_case_in_the_queue(counter: Counter, stage: str) -> None:
    counter.stage(stage)
    cases = [counter.advised(letter="urgent", outside_id=f"q{number}") for number in range(8)]
    shown = [case for case in cases if case.read_by < case.received + timedelta(days=10)]
    assert len(shown) < 8 if stage == "1" else not shown
    counter.stage("100")
    assert counter.advised(letter="urgent").read_by < timezone.now() + timedelta(days=9)


@pytest.mark.parametrize(("stage", "told"), [("shadow", False), ("100", True)])
def test_the_public_ledger_does_not_tell_whether_withheld_advice_was_followed(
    counter: Counter, stage: str, told: bool
) -> None:
    counter.stage(stage)
    counter.decide(counter.advised(), "refused")
    noted = json.loads(Entry.objects.get(action="determination.recorded").payload)
    assert ("choice" in noted) is told
    assert noted["before_advice"] is not told


def test_the_page_of_an_appeal_holds_no_private_address(counter: Counter) -> None:
    found = appealed(counter, counter.decide(counter.receive(), "refused"))
    page = text_of(as_(counter.cast.fidel).get(found.get_absolute_url()))
    secrets = {found.token, found.determination.notice.token, found.determination.case.contact.token}
    assert not [secret for secret in secrets if secret in page]
    assert "Decided on your case: Refused" in page


def test_printing_a_letter_is_a_look(counter: Counter) -> None:
    made = counter.decide(counter.receive(contact={"name": "Rosa", "address": "Calle 5"}), "refused")
    notice = Notice.objects.get(determination=made)
    as_(counter.cast.fidel).get(reverse("deliver:staff_pdf", args=[counter.project.slug, notice.pk]))
    assert Access.objects.filter(case=made.case, person=counter.cast.fidel).count() == 1
    assert seen_by([made.case_id], counter.cast.fidel.actor) == {made.case_id}


# Who was erased


class Quoting(Incomes):
    """A tool whose sentences name the person."""

    def advise(self, model: Any, case: Any) -> Advice:
        evidence = (Evidence("/", dict(case), "the whole case"), Evidence("letter#char=0,6", case["letter"][:6], ""))
        sentence = f"{case['born']} is long ago, says {case['letter'][:6]}"
        return Advice(
            "x", "granted", reasons=(Reason("age", sentence, evidence=evidence),),
            translations={"es": {sentence: f"{case['born']} fue hace mucho, dice {case['letter'][:6]}"}},
        )  # fmt: skip


def quoting(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> Determination:
    from minga.design import evaluation

    monkeypatch.setattr(evaluation, "installed", lambda: {"incomes": Quoting()})
    own = ("born", "letter")
    counter.set(fields=[{**f, "shown_to_tool": True, "personal": f["name"] in own} for f in counter.service.fields])
    counter.stage("100")
    case = counter.claim(counter.advised(letter="Bertha needs a roof"))
    for path in ("/", "letter#char=0,6"):
        open_evidence(by(counter.cast.flor), counter.project, case, path)
    return record_determination(by(counter.cast.flor), counter.project, case, "", "I read it.", "granted")


def test_nothing_that_a_tool_quoted_is_left(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    made = quoting(counter, monkeypatch)
    case = made.case
    assert "1980-02-03" in json.dumps(made.difference)
    assert "1980-02-03" in json.dumps(Notice.objects.get(determination=made).content)
    erase_contact(by(None), counter.project, case, case.contact.token)
    kept = counter.now(case)
    left = [kept.source, kept.advice, *Determination.objects.values_list("difference", flat=True)]
    left += Notice.objects.values_list("content", flat=True)
    assert "1980" not in json.dumps(left)
    assert "Bertha" not in json.dumps(left)
    assert kept.told.reasons[0].sentence == "… is long ago, says …"
    assert kept.told.in_language("es").reasons[0].sentence == "… fue hace mucho, dice …"


def test_mails_about_another_case_of_the_same_address_still_leave(counter: Counter) -> None:
    one, other = counter.receive(), counter.receive()
    erase_contact(by(None), counter.project, one, one.contact.token)
    mails = [mail.content["text"] for mail in Outbox.objects.filter(kind="email")]
    assert len(mails) == 1
    assert Notice.objects.get(case=other).token in mails[0]


def test_who_was_erased_is_still_told_and_may_contest(counter: Counter) -> None:
    case = counter.receive()
    erase_contact(by(None), counter.project, case, case.contact.token)
    mails = Outbox.objects.filter(kind="email").count()
    made = counter.decide(case, "refused")
    notice = Notice.objects.get(determination=made)
    assert (notice.sent_by, notice.sent is not None) == ("web", True)
    assert Outbox.objects.filter(kind="email").count() == mails
    assert notice.get_absolute_url() in own(case)
    assert appealed(counter, made).state == Appeal.State.OPEN


def test_the_words_of_an_appeal_go_once_it_is_answered(counter: Counter) -> None:
    made = counter.decide(counter.receive(), "refused")
    found = appealed(counter, made)
    erase_contact(by(None), counter.project, made.case, made.case.contact.token)
    changed(counter, found)
    assert Appeal.objects.values_list("text", "email").get() == ("", "")


def test_a_personal_field_enters_a_test_case_rewritten_only(counter: Counter) -> None:
    counter.set(fields=[{**f, "shown_to_tool": True} for f in counter.service.fields])
    counter.stage("100")
    found = appealed(counter, counter.decide(counter.advised("3000"), "refused"))
    source = {"need": "A roof", "income": "900", "born": "1980-02-03"}
    with pytest.raises(Invalid) as refused:
        changed(counter, found, for_tool=ForTool(source, "It fell.", invented=True))
    assert "Date of birth" in refused.value.fields["because"]
    changed(counter, found, for_tool=ForTool({**source, "born": "1985-01-01"}, "It fell.", invented=True))
    assert TestCase.objects.get().source["born"] == "1985-01-01"


# Until when


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        # The clocks go back in between: 42 times 24 hours would end on the day before.
        ("2026-10-01T00:30:00+02:00", 42, "2026-11-12T23:59:59+01:00"),
        ("2026-03-01T23:30:00+01:00", 42, "2026-04-12T23:59:59+02:00"),
        ("2026-06-10T09:00:00+02:00", 1, "2026-06-11T23:59:59+02:00"),
    ],
)
def test_a_time_limit_ends_with_its_day(start: str, days: int, last: str) -> None:
    with timezone.override("Europe/Stockholm"):
        assert notices.last_moment(datetime.fromisoformat(start), days) == datetime.fromisoformat(last)


def test_an_appeal_on_the_evening_of_the_last_day_is_in_time(counter: Counter) -> None:
    made = counter.decide(counter.receive(), "refused")
    notice = Notice.objects.get(determination=made)
    assert notice.appeal_by is not None
    late = timezone.localtime(notice.appeal_by)
    assert (late.date(), late.hour) == (timezone.localdate() + timedelta(days=42), 23)


def test_a_case_that_waits_while_the_tool_is_withdrawn_gets_no_advice(counter: Counter) -> None:
    counter.stage("100")
    case = counter.receive()
    withdrawn(counter)
    tasks.advise_waiting(counter.service)
    assert (counter.now(case).advice, counter.tool.seen) == ({}, [])
