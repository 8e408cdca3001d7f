"""Counts of people who took part, by the group they belong to. What is read here may be exact: publish none of it.

Pages publish what ``minga.engage.queries.affected`` makes of it, which hides small groups and what would tell them.
"""

import json
from collections import Counter
from collections.abc import Iterable

from minga.engage.models import Conversation, Panel, Panellist, Vote
from minga.ledger.action import GROUPS, PHASES
from minga.ledger.models import Entry
from minga.people.models import Group
from minga.projects import queries as projects
from minga.projects.gates import PHASE_NAMES
from minga.projects.models import Project
from minga.projects.shaping import SHAPING, SUBMITTED, unseen

NOT_SAID = ""


def by_phase(project: Project) -> dict[str, Counter[str]]:
    """Per phase the distinct people behind what shaped the tool, by actor group, each once in a phase.

    Who spoke for several groups counts with the first; all who were erased from one group count as one. What a
    moderator has not shown counts for nobody.
    """
    entries = Entry.objects.filter(chain=project.chain).order_by("seq")
    rows = list(entries.values_list("action", "subject_id", "payload", "phase", "group", "actor_key"))
    hidden = unseen((action, subject, payload) for action, subject, payload, *_rest in rows)
    first: dict[str, dict[str, str]] = {phase: {} for phase in PHASES}
    for action, subject, _payload, phase, group, actor in rows:
        if action not in SHAPING or phase not in first or actor == "system" or group not in GROUPS:
            continue
        if action != SUBMITTED or subject not in hidden:
            first[phase].setdefault(actor or f"erased, {group}", group)
    return {phase: Counter(people.values()) for phase, people in first.items()}


def voters(conversation: Conversation) -> list[tuple[str, str]]:
    """(constituency, stratum) of everybody who voted at least once; "" where they did not say. In no order."""
    voted = Vote.objects.filter(statement__conversation=conversation).values("participant")
    people = conversation.participants.filter(pk__in=voted)
    return sorted(people.values_list("constituency", "stratum"))


def of_panel(panel: Panel, values: Iterable[str]) -> Counter[str]:
    """People who hold a seat, by the value of the one feature that asks about ``values``; empty where none does."""
    wanted = set(values)
    feature = next((name for name, known in panel.quotas.items() if known and set(known) <= wanted), None)
    if feature is None:
        return Counter()
    seats = panel.panellists.filter(state=Panellist.State.ACCEPTED).values_list("features", flat=True)
    return Counter(str(one.get(feature, NOT_SAID)) for one in seats)


def voted(project: Project) -> dict[str, set[str]]:
    """Per phase the groups that voted in a conversation, as the tallies in the ledger name them; never how many."""
    found: dict[str, set[str]] = {phase: set() for phase in PHASES}
    entries = Entry.objects.filter(chain=project.chain, action="votes.tallied")
    for phase, payload in entries.values_list("phase", "payload"):
        found.setdefault(phase, set()).update(json.loads(payload).get("groups", []))
    return found


def silent(project: Project) -> list[tuple[str, list[str], bool]]:
    """Per phase begun: its name, the actor groups that gave nothing and did not vote, and whether it is now."""
    voting = voted(project)
    found = []
    for phase in PHASES[: PHASES.index(project.phase) + 1]:
        counts = projects.groups_taking_part(project, phase)
        names = [str(Group(group).label) for group, n in counts.items() if not n and group not in voting[phase]]
        found.append((str(PHASE_NAMES[phase]), names, phase == project.phase))
    return found


def published(conversation: Conversation) -> tuple[dict[str, int | None], int]:
    """(voters per constituency, all voters) as the newest tally published them; ({}, 0) before the first.

    "" is: did not say; None: fewer than ten, or told by the others. Every page takes these very cells: a second table
    that hides others, or is of another moment, would tell what the first hides.
    """
    tally = conversation.tallies.first()
    if tally is None:
        return {}, 0
    return dict(tally.document.get("took_part", {}).get("people", {})), tally.participants
