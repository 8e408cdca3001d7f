"""Giving, moderating, deciding and answering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from minga.engage import queries
from minga.engage.actions import decide, moderate, submit
from minga.engage.models import Contribution, Decision
from minga.jobs.models import Outbox
from minga.ledger.models import Edge, Entry, Opening
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

WORDS = "A flag on half of everything helps nobody."


def entry_of(thing: Contribution | Decision, action: str) -> Entry:
    return Entry.objects.get(subject_id=str(thing.pk), action=action)


def test_a_visitor_gives_and_waits_for_a_moderator(project: Project) -> None:
    given = submit(by(None), project, text=WORDS, kind="objection", group="business")
    assert (given.status, given.group, given.step) == ("held", "business", 1)
    assert given not in queries.public_contributions(project)
    assert not given.is_public
    assert given.due - given.submitted == timedelta(days=30)
    assert entry_of(given, "contribution.submitted").group == "business"


def test_a_participant_is_shown_at_once_but_a_stranger_with_an_account_is_not(project: Project, cast: Cast) -> None:
    assert submit(by(cast.rosa), project, text=WORDS).status == "shown"
    assert submit(by(cast.nadie), project, text=WORDS).status == "held"


def test_nobody_speaks_for_a_group_that_is_appointed(project: Project, cast: Cast) -> None:
    with pytest.raises(Invalid) as refusal:
        submit(by(None), project, text=WORDS, group="oversight")
    assert "group" in refusal.value.fields
    assert submit(by(cast.dario), project, text=WORDS, group="digital").group == "digital"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": WORDS, "kind": "rumour"}, "kind"),
        ({"text": WORDS, "email": "nobody"}, "email"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(project: Project, given: dict[str, str], field: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refusal:
        submit(by(None), project, **given)
    assert field in refusal.value.fields
    assert (Contribution.objects.count(), Entry.objects.count()) == (0, before)


def test_the_payload_holds_neither_words_nor_address(project: Project) -> None:
    given = submit(by(None), project, text=WORDS, email="ana@example.org")
    payload = entry_of(given, "contribution.submitted").payload
    assert WORDS not in payload
    assert "ana" not in payload
    assert set(Opening.objects.values_list("field", "value")) == {
        ("text", WORDS),
        ("email", "ana@example.org"),
    }


def test_it_follows_from_what_it_is_about(project: Project, cast: Cast) -> None:
    first = submit(by(cast.rosa), project, text=WORDS)
    second = submit(by(None), project, text="I agree", about=("contribution", str(first.pk)))
    edge = Edge.objects.get(entry=entry_of(second, "contribution.submitted"))
    assert (edge.cause_kind, edge.cause_id) == ("contribution", str(first.pk))
    assert list(queries.contributions_about("contribution", first.pk)) == []
    moderate(by(cast.mora), project, second, show=True)
    assert list(queries.contributions_about("contribution", first.pk)) == [second]


def test_it_cannot_be_about_what_is_not_there_or_not_public(project: Project) -> None:
    hidden = submit(by(None), project, text=WORDS)
    for about in [("criterion", "99"), ("contribution", str(hidden.pk)), ("nonsense", "1")]:
        with pytest.raises(Invalid):
            submit(by(None), project, text=WORDS, about=about)


def test_hiding_needs_one_of_four_reasons_and_keeps_the_text(project: Project, cast: Cast) -> None:
    given = submit(by(None), project, text=WORDS, email="ana@example.org")
    with pytest.raises(Invalid):
        moderate(by(cast.mora), project, given, show=False, reason="I dislike it")
    hidden = moderate(by(cast.mora), project, given, show=False, reason="off_topic")
    assert (hidden.status, hidden.text, hidden.answer) == ("hidden", WORDS, None)
    assert list(queries.moderation_log(project)) == [hidden]
    assert WORDS not in entry_of(given, "contribution.moderated").payload
    assert Outbox.objects.get().content["to"] == "ana@example.org"


def test_a_duplicate_gets_the_answer_of_what_it_repeats(project: Project, cast: Cast) -> None:
    first = submit(by(cast.rosa), project, text=WORDS)
    second = submit(by(None), project, text=WORDS, email="ana@example.org", language="es")
    with pytest.raises(Invalid):
        moderate(by(cast.mora), project, second, show=False, reason="duplicate")
    moderate(by(cast.mora), project, second, show=False, reason="duplicate", duplicate_of=first)
    decision = decide(
        by(cast.lena), project, first, outcome="adopted", reason="You are right.", reply="It will change."
    )
    second.refresh_from_db()
    assert second.answer == decision
    assert "It will change." in Outbox.objects.last().content["text"]
    assert second.get_answer_url() in Outbox.objects.last().content["text"]


def test_deciding_answers_the_author_and_follows_from_the_contribution(project: Project, cast: Cast) -> None:
    given = submit(by(cast.rosa), project, text=WORDS)
    decision = decide(by(cast.fabia), project, given, outcome="adapted", reason="One limit per method.")
    edge = Edge.objects.get(entry=entry_of(decision, "contribution.decided"))
    assert (edge.cause_kind, edge.cause_id) == ("contribution", str(given.pk))
    assert (decision.days, decision.days_late) == (0, 0)
    given.refresh_from_db()
    assert given.status == "decided"
    with pytest.raises(Conflict):
        decide(by(cast.lena), project, given, outcome="declined", reason="No.")


def test_what_is_held_is_not_decided_and_what_is_decided_is_not_moderated(project: Project, cast: Cast) -> None:
    given = submit(by(None), project, text=WORDS)
    with pytest.raises(Conflict):
        decide(by(cast.lena), project, given, outcome="declined", reason="No.")
    moderate(by(cast.mora), project, given, show=True)
    decide(by(cast.lena), project, given, outcome="declined", reason="Not now.")
    with pytest.raises(Conflict):
        moderate(by(cast.mora), project, given, show=False, reason="off_topic")


def test_late_answers_are_counted(project: Project, cast: Cast) -> None:
    then = timezone.now() - timedelta(days=45)
    given = submit(by(cast.rosa, happened=then), project, text=WORDS)
    waiting = submit(by(None, happened=then), project, text=WORDS)
    assert set(queries.overdue(project)) == {given, waiting}
    assert given.is_overdue()
    decision = decide(by(cast.lena), project, given, outcome="declined", reason="Sorry for the wait.")
    assert (decision.days, decision.days_late) == (45, 15)
    assert set(queries.overdue(project)) == {waiting}


def test_a_contribution_of_another_project_is_refused(project: Project, cast: Cast) -> None:
    from minga.ledger.action import BODY
    from minga.projects.actions import open_project

    other = open_project(by(cast.lena), BODY, title="Another", summary="Another tool.")
    given = submit(by(cast.lena), other, text=WORDS)
    with pytest.raises(Invalid):
        decide(by(cast.fabia), project, given, outcome="adopted", reason="Yes.")


def test_only_a_moderator_moderates(project: Project, cast: Cast) -> None:
    given = submit(by(None), project, text=WORDS)
    with pytest.raises(NotAllowed):
        moderate(by(cast.lena), project, given, show=True)


def test_what_next_names_the_work(project: Project, cast: Cast) -> None:
    submit(by(None), project, text=WORDS)
    submit(by(cast.rosa), project, text=WORDS)
    assert [sentence for sentence, _ in queries.what_next(project, cast.mora.actor)] == ["Look at 1 new contribution"]
    assert [sentence for sentence, _ in queries.what_next(project, cast.lena.actor)] == ["Answer 1 contribution"]
