"""The API says what the pages say in public, and nothing before its time."""

from django.test import Client

from minga.procurement.actions import decline, select
from tests.conftest import Cast, by
from tests.procurement.conftest import Buying


def test_offers_appear_once_all_are_decided_on(call: Buying, cast: Cast, client: Client) -> None:
    assert client.get("/api/procurement/procedures").json() == []
    first, second = call.judging("Datos Claros", "Ruido SA")
    [row] = client.get("/api/procurement/procedures").json()
    assert (row["decided"], row["offers"]) == (False, [])
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    select(by(cast.lena), call.project, first, "The best.")
    decline(by(cast.lena), call.project, second, "Too slow.")
    told = client.get(f"/api/procurement/procedures/{call.procedure.pk}").json()
    assert [(o["name"], o["total"], o["place"]) for o in told["offers"]] == [
        ("Datos Claros", 90.0, 1),
        ("Ruido SA", None, None),
    ]
    assert "sales@example.org" not in str(told)


def test_what_is_prepared_or_waits_is_not_there(call: Buying, client: Client) -> None:
    assert client.get(f"/api/procurement/procedures/{call.procedure.pk}").status_code == 404
    assert client.get("/api/procurement/suppliers").json() == []
    assert client.get("/api/procurement/suppliers/1").status_code == 404
