"""Natural persons are not named in public; in doubt a name is kept back."""

import pytest

from minga.deliver.privacy import Names, natural_person


@pytest.mark.parametrize(
    "party",
    [
        {"name": "Constructora Sol S.A."},
        {"name": "Servicios del Norte S.R.L."},
        {"name": "Limpieza Total Ltda"},
        {"name": "ACME Ltd."},
        {"name": "Norte", "identifier": {"scheme": "PY-RUC", "id": "80012345-6"}},
        {"name": "Sul", "identifier": {"scheme": "BR-CNPJ", "id": "12345678000199"}},
        {"name": "Sul", "identifier": {"scheme": "PT-NIF", "id": "501234567"}},
        {"name": "Ana Benítez", "details": {"naturalPerson": False}},
        {"name": "Sur", "details": {"legalEntityTypeDetail": "Persona Jurídica"}},
        {"name": "Norte", "id": "PY-RUC-80012345-6"},
    ],
)
def test_an_organisation_is_named(party: dict[str, object]) -> None:
    assert not natural_person(party)


@pytest.mark.parametrize(
    "party",
    [
        {"name": "Ana Benítez"},
        {"name": "Salvador Lda Rocha", "details": {"naturalPerson": True}},
        {"name": "Constructora Sol"},
        {"name": "Sol S.A.", "details": {"legalEntityTypeDetail": "Persona Física"}},
        {"name": "Ana", "identifier": {"scheme": "PY-RUC", "id": "1234567-1"}},
        {"name": "Ana", "identifier": {"scheme": "PT-NIF", "id": "201234567"}},
        {"name": "Ana", "identifier": {"scheme": "BR-CPF", "id": "12345678901"}},
        {},
    ],
)
def test_a_person_or_a_doubt_is_not(party: dict[str, object]) -> None:
    assert natural_person(party)


SOURCE = {
    "buyer": {"id": "B", "name": "Health District North"},
    "parties": [
        {"id": "B", "name": "Health District North", "roles": ["buyer"]},
        {
            "id": "P-1",
            "name": "Ana Benítez",
            "identifier": {"id": "1234567-1"},
            "contactPoint": {"email": "ana@x.example"},
        },
        {"id": "C-1", "name": "Norte", "details": {"legalEntityTypeDetail": "Persona Jurídica"}},
    ],
    "bids": {"details": [{"tenderers": [{"id": "P-1", "name": "BENITEZ ANA"}, {"id": "C-1", "name": "Norte"}]}]},
}


def test_every_name_and_number_of_a_person_is_replaced() -> None:
    names = Names(SOURCE)
    shown = names.public(
        "Ana Benítez (ANA BENÍTEZ, BENITEZ ANA), 1234567-1, ana@x.example, Norte, Health District North"
    )
    assert shown == "person 1 (person 1, person 1), person 1, person 1, Norte, Health District North"


def test_a_buyer_is_named_unless_the_source_says_it_is_a_person() -> None:
    assert not Names.hides_buyer({"name": "Distrito Norte"})
    assert Names.hides_buyer({"name": "Ana", "details": {"naturalPerson": True}})
