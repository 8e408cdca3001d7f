"""A tool is bought: offers are run on the project's own tests, one is chosen, and the annex takes over the criteria."""

import io
from collections.abc import Callable

import docx as word
import pytest
from django.test import Client
from django.urls import reverse

from minga.design import tasks
from minga.design.actions import request_check
from minga.design.models import Check, Criterion, ToolVersion
from minga.instruments import library
from minga.instruments.actions import answer
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.procurement import queries
from minga.procurement.actions import (
    decline,
    edit_clause,
    link_version,
    make_annex,
    move,
    select,
    watch_contract,
)
from minga.procurement.models import Offer
from minga.projects.models import Project, Task
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
