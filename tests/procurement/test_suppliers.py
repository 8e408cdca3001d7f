"""Suppliers show evidence, a person looks at each piece, and they count as qualified until a day."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.action import BODY
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.procurement.actions import add_evidence, apply, check_evidence, decline_supplier, qualify
from minga.procurement.clock import expire_suppliers
from minga.procurement.models import Supplier
from tests.conftest import Cast, by
from tests.procurement.conftest import Buying

pytestmark = pytest.mark.usefixtures("offices")
NEEDED = [{"kind": kind, "text": "Shown.", "url": ""} for kind in ("registration", "reference", "privacy")]


def soon(days: int = 300) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def supplier(cast: Cast) -> Supplier:
    return apply(by(None), BODY, name="Datos Claros", offers_what="Sorting", email="a@example.org", evidence=NEEDED)


def looked_at(cast: Cast, supplier: Supplier, holds: bool = True) -> None:
    for one in supplier.evidence.filter(checked=None):
        check_evidence(by(cast.saul), BODY, supplier, one, holds)


def test_nobody_is_qualified_by_evidence_that_nobody_looked_at(cast: Cast, supplier: Supplier) -> None:
    with pytest.raises(Blocked) as refusal:
        qualify(by(cast.saul), BODY, supplier, soon())
    assert len(refusal.value.reasons) == 4
    looked_at(cast, supplier)
    assert qualify(by(cast.saul), BODY, supplier, soon()).state == "qualified"


def test_evidence_that_does_not_hold_counts_for_nothing(cast: Cast, supplier: Supplier) -> None:
    looked_at(cast, supplier, holds=False)
    with pytest.raises(Blocked, match="No evidence that holds"):
        qualify(by(cast.saul), BODY, supplier, soon())


def test_no_longer_than_its_evidence(cast: Cast, supplier: Supplier) -> None:
    with guard.open_for_action():
        supplier.evidence.filter(kind="privacy").update(valid_until=soon(30))
    looked_at(cast, supplier)
    with pytest.raises(Blocked, match="holds only until"):
        qualify(by(cast.saul), BODY, supplier, soon(60))
    assert qualify(by(cast.saul), BODY, supplier, soon(20)).until == soon(20)


@pytest.mark.parametrize("days", [0, -1, 4000])
def test_the_day_lies_ahead_and_not_too_far(cast: Cast, supplier: Supplier, days: int) -> None:
    looked_at(cast, supplier)
    with pytest.raises(Invalid) as refusal:
        qualify(by(cast.saul), BODY, supplier, soon(days))
    assert "until" in refusal.value.fields


def test_it_expires_by_itself_and_is_told(cast: Cast, supplier: Supplier) -> None:
    looked_at(cast, supplier)
    qualify(by(cast.saul), BODY, supplier, soon(1))
    assert expire_suppliers() == "0 expired"
    with guard.open_for_action():
        Supplier.objects.update(until=soon(-1))
    assert expire_suppliers() == "1 expired"
    supplier.refresh_from_db()
    assert supplier.state == "expired"
    assert "renew" in Outbox.objects.filter(kind="email").last().content["text"]
    add_evidence(by(None), BODY, supplier, "quality", "A new evaluation.")
    supplier.refresh_from_db()
    assert supplier.state == "applied"


def test_who_was_declined_knows_why_and_nobody_else(cast: Cast, supplier: Supplier, client: Client) -> None:
    decline_supplier(by(cast.saul), BODY, supplier, "Your reference did not answer.")
    assert "did not answer" in client.get(reverse("procurement:own_supplier", args=[supplier.token])).content.decode()
    assert client.get(supplier.get_absolute_url()).status_code == 404
    assert "Datos Claros" not in client.get(reverse("procurement:suppliers")).content.decode()
    with pytest.raises(Conflict):
        decline_supplier(by(cast.saul), BODY, supplier, "Again.")


def test_only_the_body_decides(cast: Cast, supplier: Supplier) -> None:
    for person in (cast.lena, cast.nadie):
        with pytest.raises(NotAllowed):
            qualify(by(person), BODY, supplier, soon())


def test_the_application_by_form(cast: Cast, client: Client) -> None:
    address = reverse("procurement:apply")
    assert client.get(address).status_code == 200
    told = {"name": "Ruido SA", "offers_what": "Noise", "email": "b@example.org", "once": "a"}
    refused = client.post(address, told)
    assert refused.status_code == 422
    assert "Show at least one of the three." in refused.content.decode()
    sent = client.post(address, told | {"registration": "No. 5 of the register", "once": "b"})
    made = Supplier.objects.get(name="Ruido SA")
    assert sent.headers["Location"] == reverse("procurement:own_supplier", args=[made.token])
    staff = Client()
    staff.force_login(cast.saul)
    page = staff.get(made.get_absolute_url()).content.decode()
    assert "Not looked at yet" in page
    assert "b@example.org" not in page


def test_an_address_that_is_none_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        apply(by(None), BODY, name="A", offers_what="x", email="nobody", evidence=NEEDED)
    with pytest.raises(Invalid):
        apply(by(None), BODY, name="A", offers_what="x", email="a@example.org", url="ftp://x", evidence=NEEDED)


def qualified(cast: Cast, supplier: Supplier, days: int = 300) -> Supplier:
    looked_at(cast, supplier)
    return qualify(by(cast.saul), BODY, supplier, soon(days))


def ran_out(supplier: Supplier) -> None:
    with guard.open_for_action():
        Supplier.objects.filter(pk=supplier.pk).update(until=soon(-1))


def test_one_whose_day_has_passed_is_nowhere_shown_as_qualified(cast: Cast, supplier: Supplier, client: Client) -> None:
    qualified(cast, supplier)
    ran_out(supplier)
    assert [row["state"] for row in client.get("/api/procurement/suppliers").json()] == ["expired"]
    page = client.get(reverse("procurement:suppliers")).content.decode()
    assert page.index("No longer qualified") < page.index("Datos Claros")


def test_one_whose_day_has_passed_offers_nothing_as_qualified(cast: Cast, supplier: Supplier, call: Buying) -> None:
    call.asking()
    qualified(cast, supplier)
    call.offer(supplier=supplier)
    ran_out(supplier)
    with pytest.raises(Blocked, match="does not count as qualified"):
        call.offer(supplier=supplier)


def test_an_offer_by_the_suppliers_own_page_carries_its_name(cast: Cast, supplier: Supplier, call: Buying) -> None:
    call.asking()
    own = reverse("procurement:own_supplier", args=[supplier.token])
    assert "/offer/?as=" not in Client().get(own).content.decode()
    qualified(cast, supplier)
    address = reverse("procurement:hand_in", args=[call.procedure.pk]) + f"?as={supplier.token}"
    assert address in Client().get(own).content.decode()
    Client().post(address, {"name": "Somebody else", "text": "We sort.", "once": "a"})
    made = call.procedure.offers.get()
    assert (made.name, made.supplier) == ("Datos Claros", supplier)
    Client().post(address.split("=")[0] + "=nobody", {"name": "Ruido", "text": "Noise.", "once": "b"})
    assert call.procedure.offers.get(name="Ruido").supplier is None


def test_it_is_renewed_before_its_day_has_come(cast: Cast, supplier: Supplier) -> None:
    qualified(cast, supplier, 10)
    assert qualify(by(cast.saul), BODY, supplier, soon(500)).until == soon(500)


def test_a_qualification_is_ended_with_a_reason(cast: Cast, supplier: Supplier, client: Client) -> None:
    qualified(cast, supplier)
    decline_supplier(by(cast.saul), BODY, supplier, "The reference was invented.")
    assert client.get(supplier.get_absolute_url()).status_code == 404


def test_evidence_that_no_longer_holds_ends_it(cast: Cast, supplier: Supplier) -> None:
    qualified(cast, supplier)
    check_evidence(by(cast.saul), BODY, supplier, supplier.evidence.get(kind="privacy"), False)
    supplier.refresh_from_db()
    assert supplier.state == "applied"


@pytest.mark.parametrize("country", ["Paraguay", "12", "ñz", "P"])
def test_a_country_is_two_letters_and_is_not_cut_to_them(cast: Cast, country: str) -> None:
    with pytest.raises(Invalid) as refusal:
        apply(by(None), BODY, name="A", offers_what="x", email="a@example.org", country=country, evidence=NEEDED)
    assert "country" in refusal.value.fields
