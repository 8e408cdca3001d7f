"""What two people do not show is read nowhere, nobody undoes it alone, and nothing that was answered disappears."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.engage import actions, tasks
from minga.engage.actions.invitations import fresh_codes
from minga.engage.models import Contribution, Conversation, Rejection, Statement
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.engage.conftest import SEEDS
from tests.engage.voting import CAMPS, fill

WORDS = "Juan Pérez of 12 Elm Street cheats."


@pytest.fixture
def given(conversation: Conversation, project: Project, cast: Cast) -> Contribution:
    """A statement that a moderator showed first."""
    made = actions.submit_statement(by(None), conversation, WORDS)
    return actions.moderate(by(cast.mora), project, made, True)


def hide(project: Project, cast: Cast, statement: Statement) -> Rejection:
    rejection = actions.propose_rejection(by(cast.mora), project, statement, "personal_data")
    return actions.second_rejection(by(cast.fabia), project, rejection, True)


def read(client: Client, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code < 500, address
    content = reply.getvalue() if reply.streaming else reply.content
    return content.decode("utf-8", "replace")


def addresses(held: Conversation, given: Contribution) -> list[str]:
    slug, here = held.project.slug, f"/conversations/{held.pk}"
    return [
        given.get_absolute_url(),
        f"/threads/contribution/{given.pk}/",
        f"{here}/",
        f"{here}/vote/",
        f"{here}/vote/6/",
        f"{here}/results/",
        f"{here}/results/statements/",
        f"{here}/results/results.json",
        f"{here}/results/report.pdf",
        f"{here}/embed/",
        f"{here}/moderation/log/",
        f"{here}/moderation/log/?format=csv",
        f"{here}/answers.atom",
        f"/projects/{slug}/",
        f"/projects/{slug}/contributions/",
        f"/projects/{slug}/answers/",
        f"/projects/{slug}/answers/?format=csv",
        f"/projects/{slug}/you-said/",
        "/search/?q=Elm",
        f"/api/engage/conversations/{held.pk}/statements",
        f"/api/engage/conversations/{held.pk}/results",
        f"/api/engage/{slug}/contributions",
    ]


def test_a_reworded_statement_does_not_tell_the_hidden_words(
    given: Contribution, conversation: Conversation, client: Client, project: Project, cast: Cast
) -> None:
    new = actions.reword(by(cast.mora), project, given.statement, "Some bidders cheat.", "It named somebody.")
    assert "Elm Street" in read(client, new.get_absolute_url())
    hide(project, cast, given.statement)
    for address in [new.get_absolute_url(), *addresses(conversation, new), *addresses(conversation, given)]:
        assert "Elm Street" not in read(client, address), address


def test_nobody_reads_it_where_a_criterion_is_written(
    given: Contribution, client: Client, project: Project, cast: Cast
) -> None:
    client.force_login(cast.paz)
    address = f"/projects/{project.slug}/criteria/new/?contribution={given.pk}"
    assert "Elm Street" in read(client, address)
    hide(project, cast, given.statement)
    assert "Elm Street" not in read(client, address)


def test_results_made_before_a_statement_was_hidden_do_not_tell_it(
    given: Contribution, conversation: Conversation, client: Client, project: Project, cast: Cast
) -> None:
    fill(conversation, {"residents": (CAMPS[0], 15), "frontline": (CAMPS[1], 15)})
    tasks.tally_conversation.func(conversation.pk)
    assert "Elm Street" in read(client, f"/conversations/{conversation.pk}/results/statements/")
    hide(project, cast, given.statement)
    for statement in conversation.statements.filter(seed=True):
        hide(project, cast, statement)
    for address in addresses(conversation, given):
        assert "Elm Street" not in read(client, address), address


def test_one_moderator_alone_does_not_undo_what_two_decided(given: Contribution, project: Project, cast: Cast) -> None:
    hide(project, cast, given.statement)
    with pytest.raises(Blocked):
        actions.moderate(by(cast.mora), project, given, True)
    given.refresh_from_db()
    assert given.status == "hidden"


def test_what_was_answered_meanwhile_stays(given: Contribution, project: Project, cast: Cast) -> None:
    rejection = actions.propose_rejection(by(cast.mora), project, given.statement, "off_topic")
    actions.decide(by(cast.lena), project, given, "adopted", "Yes.")
    with pytest.raises(Conflict):
        actions.second_rejection(by(cast.fabia), project, rejection, True)
    actions.second_rejection(by(cast.fabia), project, rejection, False)
    given.refresh_from_db()
    assert given.status == "decided"


def test_the_log_as_a_file_runs_no_formula(
    given: Contribution, conversation: Conversation, client: Client, project: Project, cast: Cast
) -> None:
    actions.reword(by(cast.mora), project, given.statement, "Some bidders cheat.", "=HYPERLINK(1)")
    text = read(client, f"/conversations/{conversation.pk}/moderation/log/?format=csv")
    assert "'=HYPERLINK" in text


def test_a_refused_vote_of_the_api_burns_no_code(client: Client, project: Project, cast: Cast) -> None:
    held = actions.open_conversation(by(cast.fabia), project, title="Codes", seeds=SEEDS, access="codes")
    code = fresh_codes(1)
    actions.make_invitations(by(cast.fabia), project, held, code, timezone.now() + timedelta(days=9))
    first = held.statements.get(number=1)
    actions.reword(by(cast.mora), project, first, "In other words.", "Clearer.")
    url = f"/api/engage/conversations/{held.pk}/votes"
    body = {"statement": 1, "choice": "agree", "code": code[0]}
    assert client.post(url, body, content_type="application/json").status_code == 409
    assert client.post(url, body | {"statement": 2}, content_type="application/json").status_code == 201
    assert held.participants.count() == 1


def test_a_browser_may_send_the_appeal(
    given: Contribution, conversation: Conversation, client: Client, project: Project, cast: Cast
) -> None:
    """Under "no-referrer" browsers send "Origin: null" with a form, which is refused as forged."""
    hide(project, cast, given.statement)
    for address in (given.get_answer_url(), f"{given.get_answer_url()}appeal/"):
        reply = client.get(address)
        assert "<form" in reply.content.decode()
        assert (reply["Referrer-Policy"], reply["X-Robots-Tag"]) == ("same-origin", "noindex")


@pytest.mark.parametrize(("people", "told"), [(9, ""), (10, "business")])
def test_the_ledger_names_no_group_of_fewer_than_ten_in_a_room(
    people: int, told: str, conversation: Conversation, project: Project, cast: Cast
) -> None:
    actions.record_room(
        by(cast.fabia), project, conversation, where="School", held=timezone.localdate(), people=people,
        constituency="business", hands="1 3a 2d 1p",
    )  # fmt: skip
    payload = json.loads(Entry.objects.get(action="room.recorded").payload)
    assert payload["constituency"] == told


def test_a_vote_by_the_api_opens_no_session(client: Client, conversation: Conversation) -> None:
    url = f"/api/engage/conversations/{conversation.pk}/votes"
    reply = client.post(url, {"statement": 1, "choice": "agree"}, content_type="application/json")
    assert reply.status_code == 201
    assert not reply.cookies


def test_a_form_without_an_answer_takes_no_seat(client: Client, conversation: Conversation) -> None:
    address = f"/conversations/{conversation.pk}/vote/"
    assert client.post(address, {"statement": "1", "vote": "perhaps"}).status_code == 409
    assert client.post(address, {"statement": "99", "vote": "agree"}).status_code == 404
    assert not conversation.participants.exists()
