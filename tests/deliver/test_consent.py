"""Without consent no tool reads a case; withdrawn, it counts from the next request, and the case is still decided."""

import pytest
from django.urls import reverse

from minga.deliver import tasks
from minga.deliver.actions import erase_contact, withdraw_consent
from minga.deliver.models import Case, Contact
from minga.deliver.showing import Withheld, withheld
from minga.jobs.models import Outbox
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of


@pytest.fixture
def asking(counter: Counter) -> Counter:
    counter.set(needs_consent=True)
    counter.stage("100")
    return counter


def test_without_consent_the_tool_is_not_asked_and_a_person_decides(asking: Counter) -> None:
    case = asking.advised(consent=False)
    assert asking.tool.seen == []
    assert withheld(case, asking.cast.flor.pk) == Withheld.CONSENT
    assert asking.decide(case).outcome == "granted"


def test_with_consent_the_advice_is_shown_until_it_is_withdrawn(asking: Counter) -> None:
    case = asking.claim(asking.advised(consent=True))
    flor, page = as_(asking.cast.flor), case.get_absolute_url()
    assert "the income decides" in text_of(flor.get(page))
    visitor, own = as_(None), case.contact.get_absolute_url()
    assert visitor.post(reverse("deliver:own_consent", args=[case.contact.token])).headers["Location"] == own
    shown = text_of(flor.get(page))
    for trace in ("the income decides", "The tool proposes", "?path="):
        assert trace not in shown
    assert "does not agree" in shown
    assert withheld(asking.now(case), asking.cast.olga.pk) == Withheld.CONSENT


def test_withdrawn_before_the_worker_came_the_tool_is_never_asked(asking: Counter) -> None:
    case = asking.receive(consent=True)
    withdraw_consent(by(None), asking.project, case, case.contact.token)
    tasks.advise_waiting(asking.service)
    assert asking.tool.seen == []


def test_nobody_withdraws_for_somebody_else(asking: Counter) -> None:
    case, other = asking.receive(consent=True), asking.receive(consent=True)
    for token in (other.contact.token, "", "guess"):
        with pytest.raises(Invalid):
            withdraw_consent(by(None), asking.project, case, token)
    assert case.consents.get().withdrawn is None


def test_there_must_be_something_to_withdraw(asking: Counter) -> None:
    case = asking.receive(consent=False)
    with pytest.raises(Blocked):
        withdraw_consent(by(None), asking.project, case, case.contact.token)


def test_erasing_forgets_the_person_and_keeps_the_case(asking: Counter) -> None:
    asking.set(fields=[{**f, "personal": f["name"] in {"born", "income"}} for f in asking.service.fields])
    case = asking.advised(consent=True)
    made = asking.decide(case)
    assert Outbox.objects.filter(kind="email", content__to="rosa@example.org").exists()
    erase_contact(by(None), asking.project, case, case.contact.token)
    kept, contact = Case.objects.get(pk=case.pk), Contact.objects.get(case=case)
    assert (contact.name, contact.email, contact.address) == ("", "", "")
    assert (kept.source["born"], kept.source["income"], kept.source["need"]) == ("", "", "A roof")
    assert kept.told.reasons[0].evidence[0].value == ""
    assert made.case_id == kept.pk
    assert not Outbox.objects.filter(kind="email", content__to="rosa@example.org").exists()
    assert as_(None).get(contact.get_absolute_url()).status_code == 200


def test_only_the_person_and_the_lead_erase(asking: Counter) -> None:
    case = asking.receive()
    with pytest.raises(NotAllowed):
        erase_contact(by(asking.cast.flor), asking.project, case)
    with pytest.raises(Invalid):
        erase_contact(by(None), asking.project, case, "guess")
    erase_contact(by(asking.cast.lena), asking.project, case)
    with pytest.raises(Conflict):
        erase_contact(by(asking.cast.lena), asking.project, case)
