"""Two people hide, authors appeal to a third, the log is public and says nothing personal, lineage is kept."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from minga.engage import actions, queries
from minga.engage.models import Contribution, Conversation, Lineage, Rejection, Statement, Translation, Vote
from minga.engage.queries.moderation import moderation_of, unclear
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.projects.queries import groups_taking_part
from tests.conftest import Cast, by

SECRET = "My neighbour Juan Pérez of 12 Elm Street cheats."


@pytest.fixture
def given(conversation: Conversation) -> Contribution:
    """A visitor's statement that waits for a moderator."""
    return actions.submit_statement(by(None), conversation, SECRET, email="me@example.org")


@pytest.fixture
def rejection(given: Contribution, project: Project, cast: Cast) -> Rejection:
    return actions.propose_rejection(by(cast.mora), project, given.statement, "personal_data")


def statement(conversation: Conversation, number: int) -> Statement:
    return conversation.statements.get(number=number)


def test_a_statement_waits_in_a_strict_conversation_only(given: Contribution, conversation: Conversation) -> None:
    assert given.status == "held"
    assert given.statement not in queries.votable(conversation)
    conversation_open = Conversation.objects.filter(pk=conversation.pk)
    assert conversation_open.count() == 1


def test_one_person_alone_hides_nothing(
    rejection: Rejection, given: Contribution, project: Project, cast: Cast
) -> None:
    with pytest.raises(NotAllowed):
        actions.second_rejection(by(cast.mora), project, rejection, True)
    with pytest.raises(Blocked):
        actions.moderate(by(cast.mora), project, given, False, "personal_data")
    given.refresh_from_db()
    assert given.status == "held"


def test_a_second_person_hides_it_and_the_author_is_told(
    rejection: Rejection, given: Contribution, project: Project, cast: Cast
) -> None:
    from minga.jobs.models import Outbox

    actions.second_rejection(by(cast.fabia), project, rejection, True)
    given.refresh_from_db()
    assert (given.status, given.hidden_for) == ("hidden", "personal_data")
    mail = Outbox.objects.get()
    assert mail.content["to"] == "me@example.org"
    assert given.get_answer_url() in mail.content["text"]
    with pytest.raises(Conflict):
        actions.second_rejection(by(cast.fabia), project, rejection, True)


def test_a_second_person_may_disagree(
    rejection: Rejection, given: Contribution, conversation: Conversation, project: Project, cast: Cast
) -> None:
    actions.second_rejection(by(cast.ada), project, rejection, False)
    assert given.statement in queries.votable(conversation)


@pytest.mark.parametrize("reason", ["", "rude", "duplicate"])
def test_only_four_reasons_and_a_duplicate_names_what_it_repeats(
    reason: str, given: Contribution, project: Project, cast: Cast
) -> None:
    with pytest.raises(Invalid):
        actions.propose_rejection(by(cast.mora), project, given.statement, reason)


def test_an_appeal_goes_to_a_third_person(
    rejection: Rejection, given: Contribution, conversation: Conversation, project: Project, cast: Cast
) -> None:
    with pytest.raises(Conflict):
        actions.appeal(by(None), project, given.token, "Look again.")
    actions.second_rejection(by(cast.fabia), project, rejection, True)
    with pytest.raises(Conflict):
        actions.appeal(by(None), project, f"{given.pk}-guessed", "Look again.")
    appealed = actions.appeal(by(None), project, given.token, "The words are about a public contract.")
    for involved in (cast.mora, cast.fabia):
        with pytest.raises(NotAllowed):
            actions.answer_appeal(by(involved), project, appealed, True, "Yes.")
    with pytest.raises(Invalid):
        actions.answer_appeal(by(cast.ada), project, appealed, True, "")
    answered = actions.answer_appeal(by(cast.ada), project, appealed, True, "It is about a public contract.")
    assert answered.state == "overturned"
    assert given.statement in queries.votable(conversation)


def test_a_hidden_statement_proves_no_participation(
    rejection: Rejection, given: Contribution, project: Project, cast: Cast
) -> None:
    assert not groups_taking_part(project, project.phase)["residents"]
    actions.second_rejection(by(cast.fabia), project, rejection, False)
    assert groups_taking_part(project, project.phase)["residents"]


def test_the_public_log_names_nobody_and_repeats_no_words(
    client: Client, rejection: Rejection, given: Contribution, conversation: Conversation, project: Project, cast: Cast
) -> None:
    actions.second_rejection(by(cast.fabia), project, rejection, True)
    actions.appeal(by(None), project, given.token, "Juan Pérez is a mayor.")
    page = client.get(f"/conversations/{conversation.pk}/moderation/log/").content.decode()
    sheet = client.get(f"/conversations/{conversation.pk}/moderation/log/?format=csv").content.decode()
    for word in ("Juan", "Elm Street", "Mora", "Fabia", "me@example.org"):
        assert word not in page + sheet
    states = [row["state"] for row in csv.DictReader(io.StringIO(sheet))]
    assert states == ["appealed", "confirmed", "proposed"]
    entries = Entry.objects.filter(chain=project.chain).values_list("payload", flat=True)
    assert not any("Juan" in payload for payload in entries)


def test_merging_keeps_votes_lineage_and_thread(conversation: Conversation, project: Project, cast: Cast) -> None:
    seat = actions.join(by(None), project, conversation)
    first, second = statement(conversation, 1), statement(conversation, 4)
    actions.cast_vote(by(None), project, seat.participant, first, Vote.Choice.AGREE)
    merged = actions.merge(by(cast.mora), project, [first, second], "Say why, and say when it was wrong.", "The same")
    assert merged.statement.number == 6
    assert set(merged.statement.came_from.values_list("old__number", "kind")) == {(1, "merged"), (4, "merged")}
    assert Vote.objects.filter(statement=first).count() == 1
    assert set(queries.votable(conversation).values_list("number", flat=True)) == {2, 3, 5, 6}
    with pytest.raises(Conflict):
        actions.cast_vote(by(None), project, seat.participant, first, Vote.Choice.AGREE)
    olds = {("contribution", str(first.contribution_id)), ("contribution", str(second.contribution_id))}
    assert set(queries.causes(merged)) >= olds


def test_splitting_gives_one_statement_per_line(conversation: Conversation, project: Project, cast: Cast) -> None:
    made = actions.split(by(cast.mora), project, statement(conversation, 2), ["Too many warnings.", "No use."], "Two")
    assert [given.statement.number for given in made] == [6, 7]
    assert Lineage.objects.filter(old__number=2, kind="split").count() == 2
    with pytest.raises(Invalid):
        actions.split(by(cast.mora), project, statement(conversation, 3), ["One only."], "No")
    with pytest.raises(Blocked):
        actions.reword(by(cast.mora), project, statement(conversation, 2), "Again.", "No")


def test_a_merge_needs_two_and_all_of_one_conversation(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    one = statement(conversation, 1)
    with pytest.raises(Invalid):
        actions.merge(by(cast.mora), project, [one, one], "One.", "Why")
    other = actions.open_conversation(
        by(cast.fabia), project, title="Another", seeds=[f"Seed number {n}." for n in range(5)]
    )
    with pytest.raises(Blocked):
        actions.merge(by(cast.mora), project, [one, statement(other, 1)], "One.", "Why")


def test_a_translation_is_marked_and_the_original_stays(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    one = statement(conversation, 1)
    actions.add_translation(by(cast.mora), project, one, "es", "Quien recibe una señal debe saber por qué.")
    actions.add_translation(by(cast.mora), project, one, "es", "Quien recibe una señal debe ver por qué.", "machine")
    kept = Translation.objects.get()
    assert (kept.text, kept.source) == ("Quien recibe una señal debe ver por qué.", "machine")
    one.contribution.refresh_from_db()
    assert one.contribution.text == "Whoever is flagged must see why."
    with pytest.raises(Invalid):
        actions.add_translation(by(cast.mora), project, one, one.contribution.language, "The same language.")


def test_what_several_people_do_not_understand_is_shown_to_moderators(
    conversation: Conversation, project: Project
) -> None:
    for _ in range(3):
        seat = actions.join(by(None), project, conversation)
        actions.cast_vote(by(None), project, seat.participant, statement(conversation, 3), Vote.Choice.UNCLEAR)
    assert [(found.number, found.unclear) for found in unclear(conversation)] == [(3, 3)]  # type: ignore[attr-defined]


def test_the_log_tells_every_act_newest_first(
    rejection: Rejection, conversation: Conversation, project: Project, cast: Cast
) -> None:
    actions.second_rejection(by(cast.ada), project, rejection, False)
    actions.reword(by(cast.mora), project, statement(conversation, 2), "Fewer warnings.", "Clearer")
    assert [row.state for row in moderation_of(conversation)] == ["reworded", "dismissed", "proposed"]


def test_the_pages_of_moderators(
    client: Client, given: Contribution, conversation: Conversation, project: Project, cast: Cast
) -> None:
    desk = f"/conversations/{conversation.pk}/moderation/"
    assert client.get(desk).status_code == 403
    client.force_login(cast.mora)
    assert SECRET in client.get(desk).content.decode()
    look = f"/conversations/{conversation.pk}/statements/6/look/"
    wrong: dict[str, Any] = {"show": "no", "reason": "", "once": "m1"}
    assert client.post(look, wrong).status_code == 422
    assert client.post(look, {"show": "no", "reason": "personal_data", "once": "m2"}).status_code == 302
    found = Rejection.objects.get()
    client.force_login(cast.fabia)
    assert client.post(f"{desk}rejections/{found.pk}/", {"agree": "yes", "once": "m3"}).status_code == 302
    client.logout()
    private = given.get_answer_url()
    assert f"{private}appeal/" in client.get(private).content.decode()
    sent = client.post(f"{private}appeal/", {"text": "It is public.", "once": "m4"})
    assert sent.status_code == 302
    client.force_login(cast.ada)
    answer = {"show": "no", "answer": "It names a neighbour.", "once": "m5"}
    assert client.post(f"{desk}rejections/{found.pk}/", answer).status_code == 302
    found.refresh_from_db()
    assert found.state == "upheld"
    client.force_login(cast.mora)
    for page in ("merge/",):
        assert client.get(desk + page).status_code == 200
    for page in ("reword/", "translate/"):
        assert client.get(f"/conversations/{conversation.pk}/statements/1/{page}").status_code == 200
    form = {"texts": "Say why.\nSay when.", "reason": "Two in one", "once": "m6"}
    assert client.post(f"/conversations/{conversation.pk}/statements/1/reword/", form).status_code == 302
    assert conversation.statements.count() == 8
