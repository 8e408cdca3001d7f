"""From the answers to a set the body's rules of use are written; what is open is listed and never left blank."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from minga.instruments import library, policies
from minga.instruments.actions import answer
from minga.ledger.action import BODY
from tests.conftest import Cast, by

pytestmark = pytest.mark.usefixtures("offices")
ADDRESS = "/body/questions/ie_acceptable_use/rules/"


def text_at(address: str, language: str = "en") -> str:
    with translation.override(language):
        return Client(headers={"accept-language": language}).get(address).content.decode()


def test_each_answer_becomes_a_rule_in_both_languages(cast: Cast) -> None:
    answer(by(cast.chela), BODY, "ie_acceptable_use", {"free_tools": "no", "approver": "the AI board"})
    assert "Do not use them for work." in text_at(ADDRESS)
    assert "No las use para el trabajo." in text_at(ADDRESS, "es")


def test_what_is_open_is_listed(cast: Cast) -> None:
    answer(by(cast.chela), BODY, "ie_acceptable_use", {"free_tools": "no"})
    asked = library.load("ie_acceptable_use").question("approver").ask["en"]
    page = text_at(ADDRESS)
    assert asked in page
    assert "{approver}" not in page


def test_the_result_leads_to_the_rules_and_other_sets_have_none(cast: Cast) -> None:
    answer(by(cast.chela), BODY, "ie_acceptable_use", {"free_tools": "no"})
    assert ADDRESS in text_at(reverse("projects:body_questions_result", args=["ie_acceptable_use"]))
    assert Client().get("/body/questions/readiness/rules/").status_code == 404


def test_every_template_names_a_set_that_ships() -> None:
    assert all(policies.template(name).set in library.names() for name in policies.names())
    assert policies.of_set("readiness") == ""
