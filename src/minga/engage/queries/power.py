"""Balance of power in a project: whose changes were adopted, how unequally people gave, who held the final say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minga.engage.models import Ballot, Contribution, Decision, Lineage
from minga.engage.queries.affected import GROUP, Affected, affected
from minga.engage.queries.answers import SAME
from minga.people.models import Group
from minga.projects.models import DecisionRule, GateDecision, Project
from minga.tools.representation import Estimate, FinalSay, Influence, final_say, gini, influence
from minga.tools.representation import Reference as Sizes
from minga.web.format import decimal

CHANGES = (Decision.Outcome.ADOPTED, Decision.Outcome.ADAPTED)


@dataclass(frozen=True)
class Gates:
    """Under one decision rule: gates decided, those of them against a ballot, and those with published dissent."""

    rule: str
    label: str
    decided: int
    against_ballot: int
    dissent: int


@dataclass(frozen=True)
class Power:
    """All figures of the page. ``given``: public contributions per group. ``changes``: adopted or adapted ones.

    ``overridden`` of the ``ballots`` that decided a gate were not followed.
    """

    reference: Affected | None
    given: dict[str, int]
    changes: int
    influences: tuple[Influence, ...]
    spread: Estimate
    deciders: tuple[FinalSay, ...]
    gates: list[Gates]
    ballots: int
    overridden: int
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def judged(self) -> list[Influence]:
        return [one for one in self.influences if one.ratio.value is not None]

    @property
    def finding(self) -> str:
        """The group that changed least against its share, where the interval leaves no doubt."""
        if self.reference is None:
            return _("Nobody has said yet who is affected, so influence cannot be compared")
        if not self.judged:
            words = ngettext(
                "%(n)s adopted change: too few to judge", "%(n)s adopted changes: too few to judge", self.changes
            )
            return words % {"n": self.changes}
        below = [one for one in self.judged if one.ratio.high is not None and one.ratio.high < 1]
        if not below:
            return _("No group clearly changed less than its share of the affected")
        least = min(below, key=lambda one: one.ratio.value or 0)
        group = self.labels[least.group]
        if not least.adopted:
            return _("%(group)s changed nothing so far") % {"group": group}
        words = _("%(group)s changed %(ratio)s times what their share of the affected would be")
        return words % {"group": group, "ratio": decimal(least.ratio.value or 0)}


def power(project: Project) -> Power:
    """Who changed what, compared with who is affected, and who decided."""
    reference = affected(project)
    given = list(_public(project))
    changed = Counter(one.group for one in given if _outcome(one) in CHANGES)
    ballots = [ballot for ballot in project.ballots.filter(about__startswith="gate:") if ballot.passed is not None]
    gates = list(GateDecision.objects.filter(project=project))
    return Power(
        reference=reference,
        given=dict(Counter(one.group for one in given)),
        changes=changed.total(),
        influences=_influences(changed, reference),
        spread=gini(_per_person(given), seed=project.chain),
        deciders=final_say(_deciders(project)),
        gates=[_gates(rule, gates) for rule in DecisionRule.Rule.values],
        ballots=len(ballots),
        overridden=_overridden(gates, ballots),
        labels={str(value): str(label) for value, label in Group.choices},
    )


def _public(project: Project) -> Iterator[Contribution]:
    """What people gave: no seeds, nothing imported, and merged statements as their authors gave them.

    The parts of a split statement count for the group and the person that it came from.
    """
    shown = (Contribution.Status.SHOWN, Contribution.Status.DECIDED)
    found = project.contributions.filter(status__in=shown).exclude(author_key="", due=None)
    found = found.exclude(statement__seed=True).exclude(statement__came_from__kind__in=SAME)
    parts = Lineage.objects.filter(kind=Lineage.Kind.SPLIT, new__conversation__project=project)
    sources = {
        row.new.contribution_id: row.old.contribution for row in parts.select_related("new", "old__contribution")
    }
    for one in found.select_related("decision").order_by("pk"):
        source = sources.get(one.pk, one)
        one.group, one.author_key = source.group, source.author_key
        yield one


def _outcome(given: Contribution) -> str:
    decision = getattr(given, "decision", None)
    return str(decision.outcome) if decision else ""


def _influences(changed: Counter[str], reference: Affected | None) -> tuple[Influence, ...]:
    """By actor group, the largest affected first; groups that are not affected come last, suppliers always."""
    sizes = reference.shares(GROUP) if reference else {}
    if not sizes or reference is None:
        return ()
    counts = dict.fromkeys((*sizes, str(Group.PROVIDER)), 0) | changed
    return influence(counts, Sizes(sizes, source=reference.source))


def _per_person(given: Iterable[Contribution]) -> list[float]:
    """Contributions of each person who gave any; erased people and visitors without a key are left out."""
    return [float(count) for count in Counter(one.author_key for one in given if one.author_key).values()]


def _deciders(project: Project) -> list[str]:
    """The actor group of the person behind each decision; several made together are one."""
    made = Decision.objects.filter(project=project).order_by("pk")
    rows = made.values_list("pk", "together", "decided_by__group")
    return list({together or pk: group for pk, together, group in rows}.values())


def _gates(rule: str, gates: Iterable[GateDecision]) -> Gates:
    of_rule = [gate for gate in gates if gate.rule == rule]
    return Gates(
        rule,
        str(DecisionRule.Rule(rule).label),
        len(of_rule),
        sum(gate.against_ballot for gate in of_rule),
        sum(bool(gate.dissent) for gate in of_rule),
    )


def _overridden(gates: Iterable[GateDecision], ballots: Iterable[Ballot]) -> int:
    asked = {ballot.about for ballot in ballots}
    return sum(gate.against_ballot for gate in gates if f"gate:{gate.step}" in asked)
