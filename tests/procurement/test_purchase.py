"""A tool is bought: offers are run on the project's own tests, one is chosen, and the annex takes over the criteria."""

import io
from collections.abc import Callable
from decimal import Decimal

import docx as word
import pytest
from django.test import Client
from django.urls import reverse

from minga.design import tasks
from minga.design.actions import request_check
from minga.design.models import Check, Criterion, ToolVersion
from minga.instruments import library
from minga.instruments.actions import answer
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.procurement import queries
from minga.procurement.actions import (
    declare,
    decline,
    edit_clause,
    end,
    link_version,
    make_annex,
    move,
    plan_funding,
    release_funding,
    select,
    watch_contract,
)
from minga.procurement.models import Offer, Procedure
from minga.procurement.terms import draft
from minga.projects.models import Project, Task
from minga.web.pdf import CannotPrint
from tests.conftest import Cast, by
from tests.design.supplier import arrives, criterion, reports
from tests.procurement.conftest import Buying

type Terms = Callable[..., None]


@pytest.fixture
def asked(project: Project, cast: Cast) -> Criterion:
    return criterion(cast, project, reports(cast, project))


@pytest.fixture
def ready(purchase: Buying, cast: Cast, asked: Criterion, terms: Terms) -> Buying:
    terms()
    nothing = {question.id: "no" for question in library.load("prohibited").sections[0].questions}
    answer(by(cast.lena), purchase.project, "prohibited", nothing)
    return purchase


def tried(cast: Cast, asked: Criterion, version: ToolVersion) -> Check:
    check = request_check(by(cast.dario), asked.project, asked, version)
    tasks.run_check.call(check.pk)
    check.refresh_from_db()
    return check


def choose(ready: Buying, cast: Cast, version: ToolVersion) -> Offer:
    first, second = ready.judging("Datos Claros", "Ruido SA")
    for who in (cast.dario, cast.flor):
        ready.judged(first, who, 4, 3)
    link_version(by(cast.dario), ready.project, first, version)
    made = select(by(cast.lena), ready.project, first, "It met our criterion.")
    decline(by(cast.lena), ready.project, second, "No tool to try.")
    return made


def test_an_offer_is_not_chosen_before_its_tool_has_met_the_criteria(
    ready: Buying, cast: Cast, asked: Criterion
) -> None:
    first, _second = ready.judging()
    for who in (cast.dario, cast.flor):
        ready.judged(first, who, 4, 3)
    with pytest.raises(Blocked, match="has not been tried"):
        select(by(cast.lena), ready.project, first, "The best.")
    poor = arrives(cast, ready.project, "1.0")
    link_version(by(cast.dario), ready.project, first, poor)
    tried(cast, asked, poor)
    with pytest.raises(Blocked, match="C-01"):
        select(by(cast.lena), ready.project, first, "The best.")
    good = arrives(cast, ready.project, "1.1")
    tried(cast, asked, good)
    link_version(by(cast.dario), ready.project, first, good)
    assert select(by(cast.lena), ready.project, first, "It met our criterion.").state == "selected"


def test_side_by_side_what_people_said_and_what_the_runs_showed(ready: Buying, cast: Cast, asked: Criterion) -> None:
    version = arrives(cast, ready.project, "1.1")
    tried(cast, asked, version)
    choose(ready, cast, version)
    first, second = queries.compared(ready.again())
    assert (first.offer.name, first.total) == ("Datos Claros", 90.0)
    assert first.tried[0].check is not None
    assert first.tried[0].check.state == "passed"
    assert first.cost
    assert (second.total, second.tried[0].check, second.cost) == (None, None, "")
    page = Client().get(reverse("procurement:compare", args=[ready.procedure.pk])).content.decode()
    assert "C-01" in page
    assert "90.0" in page


def test_the_annex_takes_over_answers_criteria_and_the_winner(ready: Buying, cast: Cast, asked: Criterion) -> None:
    version = arrives(cast, ready.project, "1.1")
    tried(cast, asked, version)
    choose(ready, cast, version)
    with pytest.raises(Blocked) as refusal:
        make_annex(by(cast.lena), ready.project, ready.procedure, "es")
    assert any("Reglas que detienen" in reason for reason in refusal.value.reasons)
    edit_clause(by(cast.lena), ready.project, ready.procedure, "review", "es", "Ya figura en el contrato.", out=True)
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "es", open_ones=True)
    text = Client().get(made.get_absolute_url()).content.decode()
    for part in ("Datos Claros", "C-01", "contract 2026/14", "Ya figura en el contrato."):
        assert part in text
    with pytest.raises(Conflict, match="version 1"):
        make_annex(by(cast.lena), ready.project, ready.procedure, "es", open_ones=True)
    edit_clause(by(cast.lena), ready.project, ready.procedure, "review", "es", "Mejor que quede.")
    assert make_annex(by(cast.lena), ready.project, ready.procedure, "es", open_ones=True).number == 2
    assert "Ya figura en el contrato." in Client().get(made.get_absolute_url()).content.decode()


@pytest.mark.parametrize("form", ["docx", "pdf", "md"])
def test_it_is_downloaded_in_three_forms(ready: Buying, cast: Cast, form: str) -> None:
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    address = reverse("procurement:download", args=[ready.procedure.pk, made.number, form])
    assert Client().get(address).status_code == 404  # not public while it is prepared
    client = Client()
    client.force_login(cast.lena)
    answered = client.get(address)
    assert answered.status_code == 200
    if form == "docx":
        paragraphs = word.Document(io.BytesIO(answered.content)).paragraphs
        assert any("to propose the desk." in paragraph.text.lower() for paragraph in paragraphs)
    else:
        assert answered.content.startswith(b"%PDF" if form == "pdf" else b"# Annex")


def test_high_risk_is_taken_from_any_answer(ready: Buying, cast: Cast) -> None:
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    assert not made.high
    answer(by(cast.lena), ready.project, "prohibited", {"emotions": "exception", "exception_basis": "A court agreed."})
    assert make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True).high


def test_a_clause_of_ones_own_names_only_known_blanks(ready: Buying, cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        edit_clause(by(cast.lena), ready.project, ready.procedure, "price", "en", "Simpler.", text="{secret} {price}")
    assert "secret" in refusal.value.fields["text"]
    with pytest.raises(Invalid):
        edit_clause(by(cast.lena), ready.project, ready.procedure, "nothing", "en", "x", out=True)


def test_what_the_contract_asks_for_becomes_tasks(ready: Buying, cast: Cast) -> None:
    with pytest.raises(Blocked):
        watch_contract(by(cast.lena), ready.project, ready.procedure)
    make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    watch_contract(by(cast.lena), ready.project, ready.procedure)
    assert Task.objects.filter(project=ready.project, state="open", due__isnull=False).count() == 3


def test_the_pages_of_the_way_through(ready: Buying, cast: Cast) -> None:
    lead = Client()
    lead.force_login(cast.lena)
    ready.prepared()
    move(by(cast.lena), ready.project, ready.procedure, "Ready.")
    ready.again()
    visitor = Client()
    hand_in = reverse("procurement:hand_in", args=[ready.procedure.pk])
    sent = visitor.post(hand_in, {"name": "Datos Claros", "text": "We sort.", "price": "1200", "once": "a"})
    own = sent.headers["Location"]
    assert "Received" in visitor.get(own).content.decode()
    assert visitor.post(hand_in, {"name": "", "text": "", "once": "b"}).status_code == 422
    lead.post(reverse("procurement:move", args=[ready.procedure.pk]), {"reason": "Time is over.", "once": "c"})
    dario = Client()
    dario.force_login(cast.dario)
    [offer] = ready.procedure.offers.all()
    one = reverse("procurement:judge_one", args=[ready.procedure.pk, offer.pk])
    assert "anything to do with" in dario.get(one).content.decode()
    dario.post(one, {"conflict": "no", "text": "", "once": "d"})
    points = {f"points_{pk}": "3" for pk in ready.procedure.criteria.values_list("pk", flat=True)}
    reasons = {f"reason_{pk}": "Their tests." for pk in ready.procedure.criteria.values_list("pk", flat=True)}
    assert dario.post(one, {**points, "once": "e"}).status_code == 422
    dario.post(one, {**points, **reasons, "once": "f"})
    assert offer.scores.count() == 2
    build = lead.get(reverse("procurement:build", args=[ready.procedure.pk])).content.decode()
    assert "Still open" in build
    for name in ("of_project", "new_in_project"):
        assert lead.get(reverse(f"procurement:{name}", args=[ready.project.slug])).status_code == 200
    assert visitor.get(reverse("procurement:home")).status_code == 200
    assert visitor.get(reverse("procurement:build", args=[ready.procedure.pk])).status_code == 403


def test_an_annex_names_nobody_before_every_offer_has_its_answer(ready: Buying, cast: Cast, asked: Criterion) -> None:
    version = arrives(cast, ready.project, "1.1")
    tried(cast, asked, version)
    first, second = ready.judging("Datos Claros", "Ruido SA")
    for who in (cast.dario, cast.flor):
        ready.judged(first, who, 4, 3)
    link_version(by(cast.dario), ready.project, first, version)
    select(by(cast.lena), ready.project, first, "It met our criterion.")
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    assert "Datos Claros" not in Client().get(made.get_absolute_url()).content.decode()
    decline(by(cast.lena), ready.project, second, "No tool to try.")
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    assert "Datos Claros" in Client().get(made.get_absolute_url()).content.decode()


def test_the_price_stands_for_what_was_offered_it_for(ready: Buying, cast: Cast, asked: Criterion) -> None:
    version = arrives(cast, ready.project, "1.1")
    tried(cast, asked, version)
    ready.asking()
    made = ready.offer("Datos Claros", price=Decimal("1200.50"), unit="year")
    move(by(cast.lena), ready.project, ready.procedure, "The time is over.")
    for who in (cast.dario, cast.flor):
        ready.judged(made, who, 4, 3)
    link_version(by(cast.dario), ready.project, made, version)
    select(by(cast.lena), ready.project, made, "It met our criterion.")
    annex = make_annex(by(cast.lena), ready.project, ready.again(), "es", open_ones=True)
    text = Client().get(annex.get_absolute_url()).content.decode()
    assert "1\xa0200,50" in text
    assert "por cada year" in text


def test_the_tool_of_an_offer_does_not_change_after_the_choice(ready: Buying, cast: Cast, asked: Criterion) -> None:
    version = arrives(cast, ready.project, "1.1")
    tried(cast, asked, version)
    made = choose(ready, cast, version)
    with pytest.raises(Blocked, match="before they are decided on"):
        link_version(by(cast.dario), ready.project, made, arrives(cast, ready.project, "1.0"))
    with pytest.raises(NotAllowed):
        link_version(by(cast.paz), ready.project, made, version)


def written(procedure: Procedure) -> set[str]:
    return {built.id for part in draft(procedure, "en").sections for built in part.clauses}


def test_a_clause_written_anew_in_one_language_is_open_in_the_other(ready: Buying, cast: Cast) -> None:
    edit_clause(by(cast.lena), ready.project, ready.procedure, "price", "es", "Más simple.", text="Cuesta {price}.")
    assert not any("Price" in line for line in draft(ready.procedure, "es").still_open)
    assert any("“Price” was written anew" in line for line in draft(ready.procedure, "en").still_open)
    edit_clause(by(cast.lena), ready.project, ready.procedure, "price", "es", "Not needed.", out=True)
    assert "price" not in written(ready.procedure)
    edit_clause(by(cast.lena), ready.project, ready.procedure, "price", "es", "Back.")
    assert "price" in written(ready.procedure)


def test_what_is_on_the_board_is_not_put_there_twice(ready: Buying, cast: Cast) -> None:
    make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    watch_contract(by(cast.lena), ready.project, ready.procedure)
    with pytest.raises(Conflict, match="already"):
        watch_contract(by(cast.lena), ready.project, ready.procedure)


def test_a_call_has_no_annex(call: Buying, cast: Cast) -> None:
    with pytest.raises(Invalid, match="purchase"):
        make_annex(by(cast.lena), call.project, call.procedure, "en", open_ones=True)


def test_who_judges_and_may_say_which_tool_is_offered_finds_the_way(ready: Buying, cast: Cast) -> None:
    [first, _second] = ready.judging()
    page = reverse("procurement:judge_one", args=[ready.procedure.pk, first.pk])
    shown = {}
    for person in (cast.dario, cast.flor):
        declare(by(person), ready.project, first, conflict=False)
        client = Client()
        client.force_login(person)
        shown[person.username] = (
            reverse("procurement:link", args=[ready.procedure.pk, first.pk]) in client.get(page).content.decode()
        )
    assert shown == {"dario": True, "flor": False}


def test_a_pdf_that_cannot_be_made_says_what_to_do(ready: Buying, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)

    def fails(*_given: object) -> bytes:
        raise CannotPrint("The document was not made within 120 seconds.")

    monkeypatch.setattr("minga.procurement.clauses.writing.render", fails)
    client = Client()
    client.force_login(cast.lena)
    answered = client.get(reverse("procurement:download", args=[ready.procedure.pk, made.number, "pdf"]))
    assert answered.status_code == 409
    assert "as Word file or as text instead" in answered.content.decode()


def test_marks_that_turn_the_direction_of_text_stay_out_of_the_files(ready: Buying, cast: Cast) -> None:
    edit_clause(by(cast.lena), ready.project, ready.procedure, "review", "en", "x", text="A\u202eB")
    made = make_annex(by(cast.lena), ready.project, ready.procedure, "en", open_ones=True)
    client = Client()
    client.force_login(cast.lena)
    for form in ("docx", "md"):
        content = client.get(reverse("procurement:download", args=[ready.procedure.pk, made.number, form])).content
        text = (
            "".join(one.text for one in word.Document(io.BytesIO(content)).paragraphs)
            if form == "docx"
            else content.decode()
        )
        assert "AB" in text
        assert "\u202e" not in text


def test_an_offer_that_is_no_longer_chosen_is_paid_nothing(call: Buying, cast: Cast) -> None:
    first, second = call.judging()
    for who in (cast.dario, cast.flor):
        call.judged(first, who, 4, 3)
    won = select(by(cast.lena), call.project, first, "Best.")
    plan_funding(by(cast.lena), call.project, won, [{"name": "All", "amount": 5, "wanted": "A plan"}])
    with pytest.raises(Blocked, match="every offer has its answer"):
        release_funding(by(cast.lena), call.project, won.funding.get(), "The plan.")
    end(by(cast.lena), call.project, call.procedure, "The need has gone.")
    second.refresh_from_db()
    assert second.state == "declined"
    with pytest.raises(Blocked, match="selected"):
        release_funding(by(cast.lena), call.project, won.funding.get(), "The plan.")
