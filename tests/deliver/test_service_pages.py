"""The pages of services and their cases: with forms alone, in both languages, and as fast for many as for few."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minga.deliver.actions import change_service
from minga.deliver.models import Access, Case, Contact, Determination, Service
from minga.deliver.queries import what_next
from minga.deliver.terms import read_fields, read_outcomes, write_fields, write_outcomes
from minga.ledger import guard
from minga.ledger.refusals import Blocked, Invalid
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of

MOST_QUERIES = 10


@pytest.fixture
def used(counter: Counter) -> Counter:
    counter.stage("100")
    return counter


def desk(counter: Counter) -> str:
    return reverse("deliver:desk", args=[counter.project.slug])


def once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_lead_opens_a_service_with_the_defaults(counter: Counter) -> None:
    lena, address = as_(counter.cast.lena), reverse("deliver:service_new", args=[counter.project.slug])
    page = text_of(lena.get(address))
    given = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    areas = re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page)
    sent = given | dict(areas) | {
        "name": "Permits", "purpose": "A permit", "lawful_basis": "Statute 2", "other_route": "Call", "tool": "incomes",
        "display": "on_request",
    }  # fmt: skip
    assert lena.post(address, sent).status_code == 302
    made = Service.objects.get(slug="permits")
    assert [field["name"] for field in made.fields] == ["what_is_it_about", "what_you_write_to_us", "date_of_birth"]
    assert (made.adverse, made.form_open, str(made.first_share)) == ({"refused"}, True, "0.200")


def test_what_is_wrong_stands_at_its_field(counter: Counter) -> None:
    lena, address = as_(counter.cast.lena), reverse("deliver:service_new", args=[counter.project.slug])
    sent = lena.post(address, {"name": "X", "fields_text": "A | odd", "outcomes_text": "One"})
    page = text_of(sent)
    assert sent.status_code == 422
    assert "Line 1: “odd” is no mark." in page


def test_fields_and_outcomes_are_written_as_they_are_read(counter: Counter) -> None:
    fields, groups = read_fields(write_fields(counter.service))
    marks = [{name: bool(value) for name, value in f.items() if name not in {"name", "words"}} for f in fields]
    kept = [{n: True for n, v in f.items() if n not in {"name", "words"} and v} for f in counter.service.fields]
    assert (marks, groups) == (kept, ["district"])
    assert read_outcomes(write_outcomes(counter.service)) == counter.service.outcomes


def test_an_outcome_that_somebody_got_keeps_its_meaning(used: Counter) -> None:
    used.decide(used.advised(), "refused")
    milder = [{**o, "adverse": False} for o in used.service.outcomes]
    with pytest.raises(Blocked, match="keep their meaning"):
        change_service(by(used.cast.lena), used.project, used.service, "Milder", outcomes=milder)
    change_service(by(used.cast.lena), used.project, used.service, "Faster", decide_days=3)
    assert Service.objects.get(pk=used.service.pk).decide_days == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("first_share", "2"), ("decide_days", "0"), ("outcomes", [{"code": "cannot_tell", "words": "x"}] * 2),
     ("fields", [{"name": "email", "words": "x"}]), ("groups", ["nothing"]), ("hook_url", "ftp://x"), ("other", "1")],
)  # fmt: skip
def test_terms_that_cannot_be(counter: Counter, name: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        counter.open(name="Second", **{name: value})
    assert name in refused.value.fields


def test_anybody_hands_a_case_in_without_an_account(counter: Counter) -> None:
    visitor, address = as_(None), reverse("deliver:hand_in", args=[counter.project.slug, counter.service.slug])
    page = text_of(visitor.get(address))
    assert "checked" not in page
    sent = visitor.post(address, {"once": once(page), "need": "A roof", "letter": "Please", "email": "r@example.org"})
    contact = Contact.objects.get()
    assert sent.headers["Location"] == contact.get_absolute_url()
    assert (contact.case.origin, contact.case.route, contact.email) == ("form", "web", "r@example.org")
    again = visitor.post(address, {"once": once(page), "need": "A roof", "letter": "Please", "email": "r@example.org"})
    assert again.headers["Location"] == contact.get_absolute_url()
    assert Case.objects.count() == 1


def test_consent_is_asked_and_not_assumed(counter: Counter) -> None:
    counter.set(needs_consent=True)
    visitor, address = as_(None), reverse("deliver:hand_in", args=[counter.project.slug, counter.service.slug])
    assert visitor.post(address, {"once": "1", "need": "A roof"}).status_code == 422
    visitor.post(address, {"once": "2", "need": "A roof", "consent": "no"})
    assert not Case.objects.get().consents.exists()


def test_a_closed_form_says_where_to_go(counter: Counter) -> None:
    counter.set(form_open=False)
    page = as_(None).get(reverse("deliver:hand_in", args=[counter.project.slug, counter.service.slug]))
    assert page.status_code == 409
    assert "Call 100" in text_of(page)


@pytest.mark.parametrize(("language", "words"), [("en", "A person decides"), ("es", "Decide una persona")])
def test_the_public_page_of_a_service(used: Counter, language: str, words: str) -> None:
    page = text_of(as_(None, language).get(used.service.get_absolute_url()))
    for part in (words, "Roof grants", "Call 100", "incomes", "Your letter"):
        assert part in page
    assert "Date of birth" not in page


def test_small_numbers_are_kept_back(used: Counter) -> None:
    used.advised()
    assert "fewer than 10" in text_of(as_(None).get(used.service.get_absolute_url()))


def test_a_case_is_decided_with_forms_alone(used: Counter) -> None:
    case, flor = used.advised(), as_(used.cast.flor)
    page = text_of(flor.get(desk(used)))
    assert "1 case waits at the desk" in page
    flor.post(reverse("deliver:claim", args=[used.project.slug, case.number]), {"once": once(page)})
    page = text_of(flor.get(case.get_absolute_url()))
    assert "The tool proposes: Granted" in page
    assert re.findall(r'type="radio" name="outcome" id="[^"]+" value="([^"]+)"', page) == [
        "granted", "refused", "cannot_tell",
    ]  # fmt: skip
    assert "checked" not in page
    refused = flor.post(case.get_absolute_url(), {"once": "1", "outcome": "refused", "reason": "No"})
    assert refused.status_code == 422
    assert text_of(refused).count("1 piece is still closed") == 2
    for href in re.findall(r'href="([^"]+source/\?path=[^"]+)"', page):
        assert flor.get(href.split("#")[0]).status_code == 200
    given = {"once": "2", "outcome": "refused", "reason": "No"}
    assert "Recorded: Refused" in text_of(flor.post(case.get_absolute_url(), given, follow=True))
    assert flor.post(case.get_absolute_url(), given).status_code == 302
    assert Determination.objects.get().choice == "reject"


def test_accepting_and_overruling_take_the_same_steps(used: Counter) -> None:
    for outcome in ("granted", "refused"):
        case = used.claim(used.advised())
        flor = as_(used.cast.flor)
        flor.get(reverse("deliver:source", args=[used.project.slug, case.number]), {"path": "/income"})
        sent = flor.post(case.get_absolute_url(), {"once": f"o{case.pk}", "outcome": outcome, "reason": "Read"})
        assert sent.status_code == 302
        assert used.now(case).state == "decided"


@pytest.mark.parametrize("why", ["off", "shadow", "first", "folded", "consent"])
def test_what_is_withheld_is_not_in_the_page_source(used: Counter, why: str) -> None:
    used.set(first_share="1" if why == "first" else "0", display="on_request" if why == "folded" else "shown")
    case = used.claim(used.advised())
    if why in {"off", "shadow"}:
        used.stage(why)
    if why == "consent":
        used.set(needs_consent=True)
    for person in (used.cast.flor, used.cast.fidel, used.cast.olga, used.cast.lena):
        source = reverse("deliver:source", args=[used.project.slug, case.number])
        for page in (case.get_absolute_url(), source, desk(used)):
            shown = text_of(as_(person).get(page))
            for trace in ("the income decides", "The tool proposes", "limit 2000", "?path="):
                assert trace not in shown, (page, trace)


def test_folded_advice_opens_on_request_and_that_is_noted(used: Counter) -> None:
    used.set(display="on_request")
    case, flor = used.claim(used.advised()), as_(used.cast.flor)
    assert "Show the advice" in text_of(flor.get(case.get_absolute_url()))
    flor.post(reverse("deliver:open_advice", args=[used.project.slug, case.number]), {"once": "1"})
    assert "The tool proposes" in text_of(flor.get(case.get_absolute_url()))
    assert "The tool proposes" not in text_of(as_(used.cast.lena).get(case.get_absolute_url()))
    assert Access.objects.get(case=case, what="advice").person == used.cast.flor


def test_a_long_letter_is_cut_and_the_whole_is_one_link_away(used: Counter) -> None:
    case = used.advised(letter="word " * 200)
    page = text_of(as_(used.cast.flor).get(case.get_absolute_url()))
    assert page.count("word ") < 100
    assert "the rest" in page


def test_words_of_a_case_stay_words(used: Counter) -> None:
    case = used.advised(letter="<script>alert(1)</script>")
    assert "<script>alert" not in text_of(as_(used.cast.flor).get(case.get_absolute_url()))


def asked(counter: Counter, address: str, who: str = "flor") -> int:
    client = as_(getattr(counter.cast, who))
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_queue_asks_as_little_for_many_as_for_few(used: Counter) -> None:
    few = [used.receive() for _ in range(2)]
    used.claim(few[0])
    first = asked(used, desk(used))
    for _ in range(20):
        used.receive()
    for case in Case.objects.filter(state="open")[:4]:
        used.claim(case)
    assert asked(used, desk(used)) == first <= MOST_QUERIES


@pytest.mark.parametrize("state", ["open", "claimed", "closed"])
def test_a_case_page_asks_little(used: Counter, state: str) -> None:
    case = used.advised()
    if state == "claimed":
        used.claim(case)
    if state == "closed":
        used.decide(case)
    assert asked(used, case.get_absolute_url()) <= MOST_QUERIES


def test_counts_stop_at_the_cap(used: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        used.receive()
    for module in ("queries", "casework"):
        monkeypatch.setattr(f"minga.deliver.{module}.COUNTED", 2)
    assert "More than 2 cases wait" in text_of(as_(used.cast.flor).get(desk(used)))
    assert "Take a case: more than 2 wait" in dict(what_next(used.project, used.cast.flor.actor))


def test_the_queue_filters(used: Counter) -> None:
    case = used.claim(used.advised())
    other = used.advised(source={"need": "A door"})
    flor = as_(used.cast.flor)
    assert text_of(flor.get(desk(used), {"mine": "1"})).count("<strong>A roof") == 1
    assert "A door" not in text_of(flor.get(desk(used), {"state": "claimed"}))
    assert "No case fits" in text_of(flor.get(desk(used), {"service": "none"}))
    every = text_of(flor.get(desk(used), {"state": "all"}))
    assert all(each.title in every for each in (case, other))


def test_the_lead_alone_erases_from_the_case(used: Counter) -> None:
    case = used.advised()
    address = reverse("deliver:erase_contact", args=[used.project.slug, case.number])
    assert as_(used.cast.flor).post(address, {"once": "1"}).status_code == 403
    assert "Erase these data" in text_of(as_(used.cast.lena).get(case.get_absolute_url()))
    as_(used.cast.lena).post(address, {"once": "2"})
    assert Contact.objects.get().erased is not None


def test_too_many_cases_from_one_visitor_are_held_off(counter: Counter) -> None:
    visitor, address = as_(None), reverse("deliver:hand_in", args=[counter.project.slug, counter.service.slug])
    codes = [visitor.post(address, {"once": f"n{n}", "need": "A roof"}).status_code for n in range(12)]
    assert (codes[0], codes[-1]) == (302, 429)
    with guard.open_for_action():
        assert Case.objects.count() == 10
