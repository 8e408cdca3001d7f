"""What gates read. They read only the ledger, so that they need nothing from the rooms above."""

import json
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from minga.instruments import library
from minga.instruments.definition import say
from minga.instruments.models import Share
from minga.learning import queries as learning
from minga.ledger.action import GROUPS, Actor, may
from minga.ledger.models import Entry
from minga.people.models import Person
from minga.projects import requiring, screens
from minga.projects.models import Absence, BodySeat, DecisionRule, Position, Project
from minga.projects.roles import BodyRole, Role
from minga.projects.rooms import ANSWERED_ELSEWHERE, page_for
from minga.projects.shaping import ADMINISTERING, MODERATED, SUBMITTED, unseen
from minga.projects.steps import STEPS, Need, Step
from minga.web.format import day


@dataclass(frozen=True, slots=True)
class Evidence:
    """A need of a gate, with what the ledger holds: entries and the actor groups among them."""

    need: Need
    found: int
    groups: tuple[str, ...]

    @property
    def met(self) -> bool:
        return self.found >= self.need.count and len(self.groups) >= self.need.groups

    @property
    def words(self) -> str:
        """What is needed, and how much of it there is."""
        if self.found >= self.need.count and not self.met:
            return _("%(what)s: from %(found)s of %(count)s groups") % {
                "what": self.need.label,
                "found": len(self.groups),
                "count": self.need.groups,
            }
        return _("%(what)s: %(found)s of %(count)s") % {
            "what": self.need.label,
            "found": self.found,
            "count": self.need.count,
        }


def evidence(project: Project, step: Step) -> list[Evidence]:
    """Every need of the step's gate, met or not."""
    return [_evidence(project, need) for need in step.evidence]


def _evidence(project: Project, need: Need) -> Evidence:
    entries = Entry.objects.filter(chain=project.chain, action=need.action)
    if need.action == SUBMITTED:
        entries = entries.exclude(subject_id__in=_unseen(project))
    rows = [(group, json.loads(payload)) for group, payload in entries.values_list("group", "payload")]
    if need.set:
        rows = [(group, told) for group, told in rows if told.get("set") == need.set]
    rows = [(group, told) for group, told in rows if all(told.get(key) == value for key, value in need.having.items())]
    found = len({told.get(need.distinct) for _group, told in rows}) if need.distinct else len(rows)
    return Evidence(need, found, tuple(sorted({group for group, _told in rows})))


def _unseen(project: Project) -> set[str]:
    """What a moderator has not let through is no evidence and no voice: anybody may send it."""
    entries = Entry.objects.filter(chain=project.chain, action__in=[SUBMITTED, *MODERATED]).order_by("seq")
    return unseen(entries.values_list("action", "subject_id", "payload"))


def groups_taking_part(project: Project, phase: str) -> dict[str, int]:
    """Number of acts per actor group in a phase, zeros included; administering and the system itself not counted.

    Votes have no entry each: a tally counts as one act of every group that it names.
    """
    counts = dict.fromkeys(GROUPS, 0)
    tallies = Entry.objects.filter(chain=project.chain, phase=phase, action="votes.tallied")
    for payload in tallies.values_list("payload", flat=True):
        for group in json.loads(payload).get("groups", ()):
            counts[group] += 1
    entries = Entry.objects.filter(chain=project.chain, phase=phase).exclude(actor_key="system")
    entries = entries.exclude(action__in=ADMINISTERING).exclude(action=SUBMITTED, subject_id__in=_unseen(project))
    for group in entries.values_list("group", flat=True):
        counts[group] += 1
    return counts


def silent_groups(project: Project, phase: str) -> list[str]:
    """Groups with no recorded contribution in a phase and no published reason for it."""
    explained = set(Absence.objects.filter(project=project, phase=phase).values_list("group", flat=True))
    return [
        group for group, count in groups_taking_part(project, phase).items() if not count and group not in explained
    ]


def rule_for(project: Project, step: Step) -> str:
    """The decision rule agreed for the step's gate, or the step's default."""
    agreed = DecisionRule.objects.filter(project=project, step=step.number).order_by("-agreed", "-pk").first()
    return agreed.rule if agreed else step.rule


def latest_positions(project: Project, step: Step) -> list[Position]:
    """The last position of each board member on the step's gate."""
    positions = Position.objects.filter(project=project, step=step.number).select_related("person").order_by("pk")
    return list({position.person_id: position for position in positions}.values())


def ballot_on(project: Project, step: Step) -> bool | None:
    """Whether the last closed ballot about the step's gate passed; None where there was none."""
    closed = Entry.objects.filter(chain=project.chain, action="ballot.closed").order_by("-seq")
    for payload in closed.values_list("payload", flat=True):
        content = json.loads(payload)
        if content.get("about") == f"gate:{step.number}":
            return bool(content["passed"])
    return None


def office_holders() -> list[BodySeat]:
    """The offices of the body that are held now, in the order of the offices."""
    seats = BodySeat.objects.filter(ended=None).select_related("person")
    return sorted(seats, key=lambda seat: (BodyRole.values.index(seat.role), seat.since))


def current_step(project: Project) -> Step:
    return STEPS[project.step]


def board(project: Project) -> list[tuple[Person, Position | None]]:
    """Who sits on the joint board, each with their last position on the open gate."""
    given = {position.person_id: position for position in latest_positions(project, current_step(project))}
    seats = project.memberships.filter(on_board=True, ended=None).select_related("person").order_by("since", "pk")
    people = list(dict.fromkeys(seat.person for seat in seats))
    return [(person, given.get(person.pk)) for person in people]


def question_sets(step: Step) -> list[str]:
    """The step's question sets that are answered about the project itself."""
    own = [name for name in step.sets if name not in ANSWERED_ELSEWHERE]
    return [name for name in own if library.load(name).about == "project"]


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do here now, as far as the project itself knows: (sentence, address), first things first."""
    if project.outcome != Project.Outcome.OPEN:
        return []
    step = current_step(project)
    rows = [
        *_forbidden_next(project, actor), *_appoint_next(project, actor), *_asked_next(project, actor),
        *_screens_next(project, step, actor),
        *_evidence_next(project, step, actor), *requiring.next_rows(project, step, actor),
        *_gate_next(project, step, actor), *learning.next_in(project, actor),
    ]  # fmt: skip
    return list({address: (sentence, address) for sentence, address in reversed(rows)}.values())[::-1]


def _forbidden_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    if not may(actor, project, "instrument.answered") or not screens.forbidden(project):
        return []
    sentence = _("By its own answers this project cannot go on: do what they lack, change the use, or end it")
    return [(sentence, reverse("projects:question_sets", args=[project.slug]))]


def _appoint_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    watched = project.memberships.filter(role=Role.OVERSEER, ended=None).exists()
    if watched or not may(actor, project, "overseer.appointed"):
        return []
    return [
        (_("Appoint an overseer: nobody watches this project yet"), reverse("projects:appoint", args=[project.slug]))
    ]


def _evidence_next(project: Project, step: Step, actor: Actor) -> list[tuple[str, str]]:
    rows = []
    for item in evidence(project, step):
        if item.met or not may(actor, project, item.need.action):
            continue
        if item.need.set and item.need.action == "instrument.answered":
            address = reverse("projects:questions", args=[project.slug, item.need.set])
        else:
            address = page_for(project, item.need.action)
        if address:
            rows.append((item.words, address))
    return rows


def _asked_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What this person was asked to answer, those due first first."""
    if actor.person_id is None or not may(actor, project, "instrument.answered"):
        return []
    shares = Share.objects.filter(chain=project.chain, about_kind="project", person_id=actor.person_id, ended=None)
    return [_asked_row(project, share) for share in shares.order_by(F("due").asc(nulls_last=True), "pk")]


def _asked_row(project: Project, share: Share) -> tuple[str, str]:
    words = _("Answer what you were asked in “%(title)s”")
    if share.due:
        words = _("Answer what you were asked in “%(title)s”, until %(day)s")
    told = words % {"title": _asked_title(share), "day": day(share.due)}
    if share.section:
        return told, reverse("projects:questions_section", args=[project.slug, share.set, share.section])
    return told, reverse("projects:questions", args=[project.slug, share.set])


def _asked_title(share: Share) -> str:
    """The set, and the section where only that is asked: two requests of one set are two lines."""
    part = next((one for one in library.load(share.set).sections if one.id == share.section), None)
    title = screens.title_of(share.set)
    return f"{title}: {say(part.title, get_language() or 'en')}" if part else title


def _screens_next(project: Project, step: Step, actor: Actor) -> list[tuple[str, str]]:
    if not may(actor, project, "instrument.answered"):
        return []
    return [
        (_("Answer “%(title)s”") % {"title": screens.title_of(name)},
         reverse("projects:questions", args=[project.slug, name]))
        for name in screens.open_screens(project, step)
    ]  # fmt: skip


def _gate_next(project: Project, step: Step, actor: Actor) -> list[tuple[str, str]]:
    gate = [project.slug, step.number]
    ready = all(item.met for item in evidence(project, step)) and not screens.open_screens(project, step)
    silent = silent_groups(project, step.phase) if step.ends_phase else []
    rows = []
    if silent and may(actor, project, "absence.explained"):
        sentence = ngettext(
            "Hear %(count)s group that is silent so far, or say why not",
            "Hear %(count)s groups that are silent so far, or say why not",
            len(silent),
        )
        rows.append((sentence % {"count": len(silent)}, reverse("projects:absences", args=[project.slug])))
    waits = any(person.pk == actor.person_id and position is None for person, position in board(project))
    if waits and rule_for(project, step).startswith("board"):
        rows.append(
            (_("Say where you stand on gate %(step)s") % {"step": step.number}, reverse("projects:position", args=gate))
        )
    elif ready and not silent and may(actor, project, "gate.decided") and not requiring.next_rows(project, step, actor):
        rows.append(
            (
                _("Decide gate %(step)s: its evidence is complete") % {"step": step.number},
                reverse("projects:decide", args=gate),
            )
        )
    return rows
