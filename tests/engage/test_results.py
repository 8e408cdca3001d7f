"""Results in words and rows: what is said, what is shown, what is left unsaid."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from minga.engage import tasks
from minga.engage.actions import decide
from minga.engage.models import Conversation, RoomCount, RoomTally, Translation
from minga.engage.queries.results import criteria, said
from minga.engage.tallying import words
from minga.engage.tallying.shapes import Document, Results
from minga.engage.views import result_parts as parts
from minga.engage.views.results import in_order, shown
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.tools.opinion import Votes
from minga.tools.opinion.patterns import identical
from tests.conftest import Cast, by
from tests.engage.voting import CAMPS, fill


def results_of(conversation: Conversation) -> Results:
    return document_of(conversation)["results"]


def document_of(conversation: Conversation) -> Document:
    tasks.tally_conversation.func(conversation.pk)
    found = shown(conversation)
    assert found is not None
    return found.document


@pytest.mark.parametrize(
    ("camps", "sentence"),
    [
        (
            {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)},
            "agree on 2 of 5 statements and reject 1. They divide on 2.",
        ),
        ({"residents": ((1, 1, 1, 1, 1), 30)}, "Most people agree on 5 of 5 statements."),
        ({"residents": ((-1, -1, -1, -1, -1), 30)}, "Most people reject 5 of 5 statements."),
        ({"residents": ((0, 0, 0, 0, 0), 30)}, "There is no majority on any of 5 statements."),
        ({"residents": ((1, 1, 1, 1, 1), 6)}, "Not enough people have voted yet"),
    ],
)
def test_the_finding(conversation: Conversation, camps: dict[str, tuple[tuple[int, ...], int]], sentence: str) -> None:
    fill(conversation, camps)
    assert sentence in words.finding(results_of(conversation))


def test_it_says_how_many_people_are_missing(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 6)})
    assert words.missing(results_of(conversation)).endswith("4 more people are needed.")
    with translation.override("es"):
        assert "4 personas más" in words.missing(results_of(conversation))


def test_groups_that_are_not_real_are_not_drawn(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 40)}, noise=0.9)
    results = results_of(conversation)
    assert results["real"] is False
    assert results["groups"] == []
    assert {point["group"] for point in results["points"]} == {""}
    assert results["voices"] == "all"
    drawn = parts.map_of(results, said(conversation))
    assert drawn.groups == ()
    assert str(drawn.not_real).startswith("No groups are drawn: ")


def test_a_statement_shows_what_became_of_it(conversation: Conversation, project: Project, cast: Cast) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    first, second, third, *_rest = conversation.statements.order_by("number")
    decide(by(cast.lena), project, first.contribution, outcome="adopted", reason="It becomes a criterion.")
    with guard.open_for_action():
        second.contribution.due = timezone.now() - timedelta(days=3)
        second.contribution.save()
        third.contribution.due = timezone.now() + timedelta(days=3)
        third.contribution.save()
    known = said(conversation)
    told = [parts.standing(known[str(one.pk)]) for one in (first, second, third)]
    assert [kind for kind, _text in told] == ["passed", "watch", "not_yet"]
    assert told[0][1] == "Adopted"
    assert "overdue since" in told[1][1]
    assert "due" in told[2][1]


def test_a_criterion_is_found_through_decision_and_ballot(project: Project, conversation: Conversation) -> None:
    """The ledger says it: criterion because ballot because decision because contribution."""
    first, second, *_rest = conversation.statements.order_by("number")
    edge(project, "contribution.decided", ("contribution", first.contribution_id), ("decision", 71))
    edge(project, "ballot.opened", ("decision", 71), ("ballot", 72))
    edge(project, "criterion.proposed", ("ballot", 72), ("criterion", 73))
    assert criteria([first.contribution_id, second.contribution_id]) == {first.contribution_id: "proposed"}
    edge(project, "criterion.approved", ("ballot", 72), ("criterion", 73))
    assert criteria([first.contribution_id, second.contribution_id]) == {first.contribution_id: "approved"}


def edge(project: Project, name: str, cause: tuple[str, int], subject: tuple[str, int]) -> None:
    last = Entry.objects.filter(chain=project.chain).order_by("-seq").first()
    assert last is not None
    with guard.open_for_action():
        last.pk, last.seq = None, last.seq + 1
        last.action, last.subject_kind, last.subject_id = name, subject[0], str(subject[1])
        last.because = f'[["{cause[0]}","{cause[1]}"]]'
        last.hash, last.once = f"{last.seq:064d}", None
        last.save(force_insert=True)


def test_a_statement_hidden_since_the_tally_is_not_shown(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    document = document_of(conversation)
    first = conversation.statements.order_by("number").first()
    assert first is not None
    with guard.open_for_action():
        first.contribution.status = "hidden"
        first.contribution.save()
    html = parts.rows_of(document["results"]["agreed"], said(conversation), document["results"], {})
    assert "Whoever is flagged" not in html
    assert "A warning on half" in html


def test_a_translation_is_marked_and_the_words_are_kept(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    document = document_of(conversation)
    first = conversation.statements.order_by("number").first()
    assert first is not None
    with guard.open_for_action():
        Translation.objects.create(
            statement=first, language="es", text="Quien sea señalado debe ver por qué.", source="person"
        )
    with translation.override("es"):
        html = parts.rows_of([str(first.pk)], said(conversation), document["results"], {})
    assert 'lang="es"' in html
    assert "Quien sea señalado" in html
    assert "Whoever is flagged" in html


def test_shows_of_hands_stand_beside_the_votes(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 12)})
    first, second, *_rest = conversation.statements.order_by("number")
    with guard.open_for_action():
        large = RoomTally.objects.create(conversation=conversation, place="Hall", held="2026-03-01", people=31)
        small = RoomTally.objects.create(conversation=conversation, place="Kitchen", held="2026-03-01", people=5)
        RoomCount.objects.create(statement=first, room=large, agree=20, disagree=8, passed=3)
        RoomCount.objects.create(statement=second, room=small, agree=5)
    document = document_of(conversation)
    assert document["rooms"] == {str(first.pk): {"agree": 20, "disagree": 8, "passed": 3, "rooms": 1}}
    assert document["results"]["statements"][str(first.pk)]["all"] == [12, 0, 0]
    html = parts.rows_of([str(first.pk)], said(conversation), document["results"], document["rooms"])
    assert "20 agree, 8 disagree, 3 pass" in html


def test_orders_list_every_statement(conversation: Conversation) -> None:
    fill(conversation, {"residents": (CAMPS[0], 30), "business": (CAMPS[1], 20)}, noise=0.1)
    results, known = results_of(conversation), said(conversation)
    for name in ("consensus", "divides", "votes", "number"):
        assert sorted(in_order(results, name, known)) == sorted(results["statements"])
    assert in_order(results, "divides", known)[: len(results["divides"])] == results["divides"]
    numbers = [known[key].statement.number for key in in_order(results, "number", known)]
    assert numbers == sorted(numbers)


def test_without_a_tally_there_is_nothing_to_show(conversation: Conversation) -> None:
    assert shown(conversation) is None


matrices = st.lists(st.lists(st.sampled_from([1, 0, -1, -9]), min_size=12, max_size=12), min_size=1, max_size=14)


@settings(max_examples=60)
@given(matrices)
def test_identical_votes_are_found_exactly(rows: list[list[int]]) -> None:
    found = identical(Votes.from_matrix(np.array(rows, np.int8)), fewest_votes=5)
    enough = [tuple(row) for row in rows if sum(vote != -9 for vote in row) >= 5]
    sets = {row for row in enough if enough.count(row) >= 3}
    assert found.sets == len(sets)
    assert found.member.tolist() == [tuple(row) in sets for row in rows]


def test_few_votes_or_few_people_are_no_pattern() -> None:
    short = Votes.from_matrix(np.ones((5, 9), np.int8))
    assert identical(short).people == 0
    assert identical(Votes.from_matrix(np.ones((2, 12), np.int8))).people == 0
    assert identical(Votes.from_matrix(np.ones((3, 12), np.int8))).people == 3
    assert identical(Votes.from_rows([])).sets == 0
