"""A conversation, a session and a charter: what many people said before the tool was built."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from minga.design import actions as design
from minga.design.models import Criterion
from minga.engage import actions as engage
from minga.engage.actions.affected import Row
from minga.engage.models import Contribution, Conversation, Participant, Statement, Vote
from minga.engage.tallying import counted
from minga.ledger.action import BODY
from minga.portal.demonstration.teller import Teller, read

SEEDS = 6
# Of a hundred people, how many vote on a statement that they could be shown, before and after two were merged.
EARLY, LATE = 65, 40
Person = tuple[Participant, int]


def converse(t: Teller) -> Conversation:
    """People vote, two statements are merged, more vote; what they agree on is answered."""
    words, chance = read("dialogue.toml"), random.Random(7)  # noqa: S311
    t.at(33)
    _reference(t, words["reference"])
    held = engage.open_conversation(
        t.by("fabia"), t.project, **words["conversation"], seeds=[row["text"] for row in words["statement"][:SEEDS]]
    )
    for number, row in enumerate(words["statement"], 1):
        if number > SEEDS:
            _say(t, held, row)
        statement = held.statements.get(number=number)
        engage.add_translation(t.by("fabia"), t.project, statement, "es", row["es"])
    _reject(t, held, words["rejected"])
    with transaction.atomic():
        people = list(_people(t, held, words["people"], chance))
        _vote(t, held, people, words["statement"], EARLY, chance)
        _merge(t, held, words["merged"])
        t.at(36)
        _vote(t, held, people, [*words["statement"], words["merged"]], LATE, chance)
    engage.tally_votes(t.by("system"), t.project, held, counted(held))
    return held


def answer(t: Teller, held: Conversation) -> None:
    """A session for those who do not vote on a screen; then the first answers."""
    words = read("dialogue.toml")
    said = _session(t, words["session"])
    t.at(45)
    engage.answer_together(t.by("lena"), t.project, said, **words["session"]["reply"])
    for row in words["decision"]:
        given = [held.statements.get(number=number).contribution for number in row["statements"]]
        engage.answer_together(t.by("lena"), t.project, given, row["outcome"], row["reason"])


def _reference(t: Teller, words: dict[str, Any]) -> None:
    rows = [Row("group", key, size) for key, size in words["groups"].items()]
    rows += [Row("stratum", key, told["size"], told["name"]) for key, told in words["strata"].items()]
    engage.give_reference(t.by("fabia"), t.project, rows, words["source"], date.fromisoformat(words["as_of"]))


def _say(t: Teller, held: Conversation, row: dict[str, Any]) -> Contribution:
    """Somebody's own words; for agencies, who have a gatekeeper, their own lead speaks."""
    by = t.by("lena" if row["group"] == "agency" else "visitor")
    made = engage.submit_statement(by, held, row["text"], row["group"], "en")
    return engage.moderate(t.by("mora"), t.project, made, True)


def _reject(t: Teller, held: Conversation, words: dict[str, str]) -> None:
    made = engage.submit_statement(t.by("visitor"), held, words["text"], "residents", "en")
    rejection = engage.propose_rejection(t.by("mora"), t.project, made.statement, words["reason"])
    engage.second_rejection(t.by("fabia"), t.project, rejection, True)


def _people(t: Teller, held: Conversation, groups: dict[str, Any], chance: random.Random) -> Iterator[Person]:
    """Each participant with their opinion group 0, 1 or 2; every other resident lives in the hills."""
    for constituency, told in groups.items():
        for number in range(told["count"]):
            by = t.by("visitor")
            seat = engage.join(by, t.project, held, constituency=constituency).participant
            if constituency == "residents":
                stratum = "hills" if number % 3 == 0 else "city"
                engage.describe_yourself(by, t.project, seat, constituency, stratum)
            yield seat, chance.choices(range(3), told["of"])[0]


def _vote(
    t: Teller, held: Conversation, people: list[Person], rows: list[dict[str, Any]], share: int, chance: random.Random
) -> None:
    votable = [(one, rows[min(one.number, len(rows)) - 1]) for one in held.statements.filter(retired=None)]
    shown = [(one, row) for one, row in votable if one.contribution.is_public]
    by = t.by("visitor")
    for seat, group in people:
        for statement, row in shown:
            if chance.randrange(100) < share:
                engage.cast_vote(by, t.project, seat, statement, _choice(row, group, chance))


def _choice(row: dict[str, Any], group: int, chance: random.Random) -> int:
    if chance.randrange(100) < row["pass"]:
        return Vote.Choice.PASS
    return Vote.Choice.AGREE if chance.randrange(100) < row["agree"][group] else Vote.Choice.DISAGREE


def _merge(t: Teller, held: Conversation, words: dict[str, Any]) -> None:
    olds = list(Statement.objects.filter(conversation=held, number__in=words["of"]))
    engage.merge(t.by("mora"), t.project, olds, words["text"], words["reason"])


def _session(t: Teller, words: dict[str, Any]) -> list[Contribution]:
    t.at(44)
    plan = ("title", "purpose", "venue", "policy_area", "agenda", "consent", "access_needs", "wanted")
    day = timezone.localdate(t.moment)
    made = engage.plan_session(t.by("fabia"), t.project, held_on=day, **{name: words[name] for name in plan})
    rows = {row.group: row.pk for row in made.recruitment.all()}
    counts = {key: {rows[group]: count for group, count in words[key].items()} for key in ("came", "invited")}
    engage.hold_session(t.by("fabia"), t.project, made, **counts, notes=words["notes"])
    for row in words["said"]:
        engage.record_statement(t.by("fabia"), t.project, made, **row, consented=bool(row["text"]), language="en")
    engage.report_session(t.by("fabia"), t.project, made, words["finding"], words["findings"])
    return list(Contribution.objects.filter(recorded__session=made))


def charter(t: Teller) -> None:
    """The body's charter, and the criterion that holds this tool to one of its sentences."""
    words = read("dialogue.toml")["charter"]
    told = {name: words[name] for name in ("title", "introduction", "made_by", "commitments")}
    made = engage.adopt_charter(t.by("bea"), BODY, **told, language="en")
    for row in words["criterion"]:
        criterion = Criterion.objects.filter(project=t.project, code=row["code"]).first()
        if criterion is not None:
            commitment = made.commitments.get(number=row["commitment"])
            design.link_commitment(t.by("lena"), t.project, criterion, commitment, row["why"])
