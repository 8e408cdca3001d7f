"""One reply answers many, what is owed is counted honestly, and what followed is read from the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.engage import actions, queries
from minga.engage.models import Contribution, Conversation, Decision
from minga.engage.queries import answers as reads
from minga.engage.queries.said import said
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

REPLY: dict[str, Any] = {"outcome": "adopted", "reason": "Each warning names its reason."}


def say(project: Project, person: Any, text: str = "Say why.", days_ago: int = 0, **given: Any) -> Contribution:
    happened = timezone.now() - timedelta(days=days_ago)
    return actions.submit(by(person, happened=happened), project, text=text, **given)


def test_one_reply_answers_many_and_every_author_is_told(project: Project, cast: Cast) -> None:
    first = say(project, cast.rosa, email="rosa@example.org")
    second, third = say(project, cast.bruno), say(project, cast.flor)
    made = actions.answer_together(by(cast.fabia), project, [second, first], **REPLY)
    assert {each.contribution_id for each in made} == {first.pk, second.pk}
    assert len({each.together for each in made}) == 1
    assert [mail.content["to"] for mail in Outbox.objects.filter(kind="email")] == ["rosa@example.org"]
    assert Entry.objects.filter(action="contribution.decided").count() == 2
    assert queries.undecided(project).get() == third
    for given in (first, second):
        assert Contribution.of_token(given.token).answer.reason == REPLY["reason"]  # type: ignore[union-attr]


def test_the_same_form_twice_answers_once(project: Project, cast: Cast) -> None:
    both = [say(project, cast.rosa), say(project, cast.bruno)]
    request = by(cast.lena)
    first = actions.answer_together(request, project, both, **REPLY)
    assert actions.answer_together(request, project, both, **REPLY) == first
    assert Decision.objects.count() == 2


def test_all_are_answered_or_none(project: Project, cast: Cast) -> None:
    both = [say(project, cast.rosa), say(project, cast.bruno)]
    actions.decide(by(cast.lena), project, both[1], outcome="declined", reason="No.")
    with pytest.raises(Conflict):
        actions.answer_together(by(cast.lena), project, both, **REPLY)
    assert Decision.objects.get().outcome == "declined"
    with pytest.raises(Invalid):
        actions.answer_together(by(cast.lena), project, [], **REPLY)
    with pytest.raises(NotAllowed):
        actions.answer_together(by(cast.rosa), project, [both[0]], **REPLY)


def test_who_was_merged_gets_the_answer_too(conversation: Conversation, project: Project, cast: Cast) -> None:
    given = [
        actions.submit(by(cast.rosa), project, text=text, conversation=conversation)
        for text in ("Say why it fires.", "Tell us the reason.")
    ]
    merged = actions.merge(by(cast.mora), project, [each.statement for each in given], "Say why.", "The same")
    reworded = actions.reword(by(cast.mora), project, merged.statement, "Each warning says why.", "Clearer")
    offered = [row.given for row in reads.to_answer(project)]
    assert reworded in offered
    assert not {merged, *given} & set(offered)
    made = actions.answer_together(by(cast.lena), project, [reworded, given[0]], **REPLY)
    assert {each.contribution_id for each in made} == {reworded.pk, merged.pk, *(each.pk for each in given)}
    # Two people said it, so two contributions are answered: not four.
    assert (reads.answers(project).all.due, reads.answers(project).outcomes["adopted"]) == (2, 2)
    reply = reads.replies(project)[0]
    assert (reply.answered[0], len(reply.answered)) == (reworded, 4)
    assert reads.replies(project, conversation) == [reply]


def test_deciding_a_merged_statement_alone_answers_its_origins(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    given = [conversation.statements.get(number=number) for number in (1, 2)]
    merged = actions.merge(by(cast.mora), project, given, "Say why, and seldom.", "The same")
    made = actions.decide(by(cast.lena), project, merged, **REPLY)
    assert made.together is not None
    assert Decision.objects.filter(together=made.together).count() == 3


def test_the_list_is_cut_down_by_words_group_and_conversation(
    conversation: Conversation, project: Project, cast: Cast
) -> None:
    say(project, cast.rosa, "The bus is late.")
    say(project, cast.bruno, "The form is long.")
    words = [row.given.text for row in reads.to_answer(project, words="BUS late")]
    assert words == ["The bus is late."]
    assert [row.given.text for row in reads.to_answer(project, group="business")] == ["The form is long."]
    assert len(reads.to_answer(project, conversation=conversation.pk)) == 5
    assert reads.to_answer(project)[0].given.due is not None
    assert reads.to_answer(project)[-1].given.due is None


def test_the_reply_rate_counts_what_was_due(project: Project, cast: Cast) -> None:
    late, soon = say(project, cast.rosa, days_ago=40), say(project, cast.rosa, days_ago=1)
    answered, slow = say(project, cast.rosa, days_ago=10), say(project, cast.rosa, days_ago=35)
    for each in (answered, slow):
        actions.decide(by(cast.lena), project, each, **REPLY)
    found = reads.answers(project)
    assert (found.all.due, found.all.answered, found.all.in_time, found.waiting) == (3, 2, 1, 1)
    assert (found.overdue, found.all.median, found.oldest) == ([late], 10, 40)
    assert found.outcomes == {"adopted": 2, "adapted": 0, "declined": 0}
    assert 0 < found.all.low < 2 / 3 < found.all.high < 1
    assert soon not in found.overdue
    assert all(row.owed is None for row in found.groups)


def test_a_group_has_a_rate_from_ten_contributions_on(project: Project, cast: Cast) -> None:
    for _ in range(10):
        actions.decide(by(cast.lena), project, say(project, cast.rosa), **REPLY)
    for _ in range(9):
        actions.decide(by(cast.lena), project, say(project, cast.bruno), **REPLY)
    rates = {row.group: row.owed for row in reads.answers(project).groups}
    assert rates["residents"] is not None
    assert (rates["residents"].answered, rates["residents"].share) == (10, 1.0)
    assert rates["business"] is None


def test_what_nobody_waits_for_is_never_overdue(conversation: Conversation, project: Project, cast: Cast) -> None:
    found = reads.answers(project, timezone.now() + timedelta(days=400))
    assert (found.all.due, found.overdue, found.unowed) == (0, [], 5)
    actions.decide(by(cast.lena), project, conversation.statements.get(number=1).contribution, **REPLY)
    found = reads.answers(project)
    assert (found.all.due, found.unowed, found.outcomes["adopted"]) == (0, 4, 1)


def test_a_duplicate_has_the_answer_of_what_it_repeats(project: Project, cast: Cast) -> None:
    first, again = say(project, cast.rosa, days_ago=40), say(project, None, days_ago=39)
    actions.moderate(by(cast.mora), project, again, show=False, reason="duplicate", duplicate_of=first)
    hidden = say(project, None, days_ago=38)
    actions.moderate(by(cast.mora), project, hidden, show=False, reason="off_topic")
    assert reads.answers(project).overdue == [first, again]
    actions.decide(by(cast.lena), project, first, **REPLY)
    assert (reads.answers(project).all.answered, reads.answers(project).all.due) == (2, 2)


@pytest.mark.parametrize(
    ("days", "interval"),
    [([1, 2, 3, 4, 5], (None, None)), ([1, 2, 3, 4, 5, 6], (1, 6)), (list(range(1, 16)), (4, 12))],
)
def test_the_interval_of_a_median(days: list[int], interval: tuple[int | None, int | None]) -> None:
    """Known cases of the sign-test interval: n = 6 gives the extremes (96.9 %), n = 15 the 4th and 12th (96.5 %)."""
    assert reads.median_interval(days) == interval


def test_what_followed_is_read_from_the_ledger(project: Project, cast: Cast) -> None:
    given = say(project, cast.rosa)
    made = actions.decide(by(cast.lena), project, given, **REPLY)
    soon = timezone.now() + timedelta(days=3)
    ballot = actions.open_ballot(by(cast.fabia), project, text="Shall this bind?", closes=soon, because=[made])
    plain = say(project, cast.bruno)
    actions.decide(by(cast.lena), project, plain, outcome="declined", reason="No.")
    rows = {row.reply.decision.contribution_id: row for row in said(reads.replies(project))}
    assert [(one.link, one.title, one.href) for one in rows[given.pk].followed] == [
        ("criterion", "Shall this bind?", ballot.get_absolute_url())
    ]
    assert rows[plain.pk].followed == ()


def test_reading_what_followed_costs_the_same_for_many(
    project: Project, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        given = say(project, cast.rosa, f"Sentence {number}.")
        actions.decide(by(cast.lena), project, given, **REPLY)
    replies = reads.replies(project)
    with django_assert_max_num_queries(10):
        assert len(said(replies)) == 12


def test_a_contribution_taken_down_after_all_is_quoted_nowhere(project: Project, cast: Cast) -> None:
    given = say(project, cast.rosa, "Juan is a thief.")
    actions.decide(by(cast.lena), project, given, outcome="declined", reason="No.")
    with guard.open_for_action():
        Contribution.objects.filter(pk=given.pk).update(status="hidden")
    assert reads.replies(project) == []
