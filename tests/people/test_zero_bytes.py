"""A zero byte in an address is refused with a page: PostgreSQL would fail on a search for one."""

from django.test import Client


def test_a_zero_byte_in_an_address_is_explained(client: Client, db: None) -> None:
    answer = client.get("/glossary/?q=%00")
    assert answer.status_code == 422
    assert "Take %00 out of the address" in answer.content.decode()
    assert client.get("/glossary/?q=%2500").status_code == 200
