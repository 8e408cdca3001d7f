"""Select a panel, name alternates, and replace people who declined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from math import ceil, floor
from typing import Any

from minga.tools.panel import lots
from minga.tools.panel.fairness import Fairness
from minga.tools.panel.fit import Gap, Wanted, best_fit, gaps
from minga.tools.panel.lotteries import Lottery, lottery
from minga.tools.panel.model import Member, PanelError, Quotas, checked


@dataclass(frozen=True, slots=True)
class Replacement:
    """Who dropped out, who came in, and which quotas are missed since."""

    dropped: tuple[str, ...]
    added: tuple[str, ...]
    gaps: tuple[Gap, ...]

    def as_json(self) -> dict[str, Any]:
        return {"dropped": list(self.dropped), "added": list(self.added), "gaps": [gap.as_json() for gap in self.gaps]}


@dataclass(frozen=True)
class Panel:
    """The people selected (ids, sorted), who stands in reserve (best first), and how the draw went.

    ``counts``: by feature and value, how many of the panel have it.
    """

    members: tuple[str, ...]
    alternates: tuple[str, ...]
    seed: str
    ticket: int
    drawn: int
    counts: Mapping[str, Mapping[str, int]]
    lottery: Lottery
    replacements: tuple[Replacement, ...] = ()

    @property
    def chances(self) -> Mapping[str, float]:
        """By id of the pool: the chance of being selected, 0 to 1."""
        return self.lottery.chances

    @property
    def fairness(self) -> Fairness:
        return self.lottery.fairness

    def as_json(self, *, chances: bool = True) -> dict[str, Any]:
        """Everything; ``chances`` of each id only if asked for."""
        quotas = self.lottery.quotas
        return {
            "members": list(self.members),
            "alternates": list(self.alternates),
            "seed": self.seed,
            "draw": {
                "scheme": lots.SCHEME,
                "ticket": self.ticket,
                "tickets": lots.TICKETS,
                "panel": self.drawn,
                "panels": len(self.lottery.entries),
                "lottery_hash": self.lottery.hash,
            },
            "quotas": [
                {"feature": f, "value": v, "low": low, "high": high, "selected": self.counts[f][v]}
                for f, values in quotas.items()
                for v, (low, high) in values.items()
            ],
            "fairness": self.fairness.as_json(),
            "method": self.lottery.method,
            "gap": self.lottery.gap,
            "one_per_household": self.lottery.one_per_household,
            "replacements": [step.as_json() for step in self.replacements],
            **({"chances": dict(self.chances)} if chances else {}),
        }


def select(
    pool: Sequence[Member],
    quotas: Quotas,
    size: int,
    seed: str,
    *,
    alternates: int = 0,
    one_per_household: bool = False,
) -> Panel:
    """Draw a panel of ``size`` from the leximin lottery with ``seed``; the order of ``pool`` plays no part.

    ``alternates`` people are put in reserve, picked so that they mirror the quotas. Raises PanelError, and Infeasible
    where no panel meets the quotas.
    """
    return draw(lottery(pool, quotas, size, one_per_household=one_per_household), pool, seed, alternates=alternates)


def draw(lots_of: Lottery, pool: Sequence[Member], seed: str, *, alternates: int = 0) -> Panel:
    """Draw from a lottery that was published before ``seed`` became known."""
    if not seed:
        raise PanelError("There is no seed. Take one that nobody can know before, such as a public lottery's numbers.")
    ticket = lots.ticket(seed)
    place = lots_of.entry(ticket)
    members = lots_of.members(place, seed)
    by_id = {member.id: member for member in pool}
    panel = Panel(tuple(members), (), seed, ticket, place, _counts(members, by_id, lots_of.quotas), lots_of)
    return changed(panel, alternates=_reserve(panel, by_id, alternates)) if alternates else panel


def _reserve(panel: Panel, by_id: Mapping[str, Member], count: int) -> tuple[str, ...]:
    """People outside the panel whose mix is nearest to the quotas, scaled down; in the order of their lots."""
    size, quotas = panel.lottery.size, panel.lottery.quotas
    scaled = {
        feature: {
            value: (floor(low * count / size), ceil(high * count / size)) for value, (low, high) in values.items()
        }
        for feature, values in quotas.items()
    }
    rest = _available(panel, list(by_id.values()), panel.members, ())
    if len(rest) < count:
        raise PanelError(
            f"{count} alternates are wanted and {len(rest)} people of the pool are left. Ask for fewer or recruit more."
        )
    found = best_fit(rest, Wanted(scaled, (), count, panel.lottery.one_per_household), panel.seed, "alternate")
    return tuple(lots.in_lot_order(panel.seed, "alternate", found))


def replace(panel: Panel, dropped: Collection[str], pool: Sequence[Member], unavailable: Collection[str] = ()) -> Panel:
    """The panel after ``dropped`` left, with people from ``pool`` who bring it nearest to its quotas.

    Equally good replacements are told apart by their lots, so the outcome is fixed by seed, drop-outs and pool. Pass
    only the alternates as ``pool`` to take from them; the pool must hold the panel's own people too, for their values.
    Whoever dropped out before, or is ``unavailable``, is not asked again. Raises PanelError.
    """
    strangers = sorted(set(dropped) - set(panel.members))
    if strangers or not dropped:
        raise PanelError(f"Not on the panel: {', '.join(strangers) or 'nobody was named'}. Give ids of panel members.")
    people = {member.id: member for member in checked(pool, panel.lottery.quotas, panel.lottery.size)}
    kept = [who for who in panel.members if who not in set(dropped)]
    missing = [who for who in kept if who not in people]
    if missing:
        raise PanelError(
            f"The pool does not hold {', '.join(missing)} of the panel. Give the pool that was drawn from."
        )
    gone = {who for step in panel.replacements for who in step.dropped} | set(dropped) | set(unavailable)
    rest = _available(panel, list(people.values()), kept, gone)
    count = panel.lottery.size - len(kept)
    if len(rest) < count:
        raise PanelError(f"{count} replacements are wanted and {len(rest)} people are left to ask. Recruit more.")
    wanted = Wanted(panel.lottery.quotas, tuple(people[who] for who in kept), count, panel.lottery.one_per_household)
    added = best_fit(rest, wanted, panel.seed, "replace " + " ".join(sorted(gone)))
    members = sorted([*kept, *added])
    counts = _counts(members, people, panel.lottery.quotas)
    step = Replacement(tuple(sorted(dropped)), tuple(sorted(added)), gaps(counts, panel.lottery.quotas))
    return changed(
        panel,
        members=tuple(members),
        alternates=tuple(who for who in panel.alternates if who not in set(added) | gone),
        counts=counts,
        replacements=(*panel.replacements, step),
    )


def _available(panel: Panel, pool: Sequence[Member], members: Collection[str], gone: Collection[str]) -> list[Member]:
    """Who may still be asked: not on the panel, not gone, and from no household of the panel where that counts."""
    taken = set(members) | set(gone)
    homes = {member.household for member in pool if member.id in set(members) and member.household}
    barred = homes if panel.lottery.one_per_household else set()
    return [member for member in pool if member.id not in taken and member.household not in barred]


def _counts(members: Collection[str], by_id: Mapping[str, Member], quotas: Quotas) -> dict[str, dict[str, int]]:
    return {
        feature: {value: sum(by_id[who].features[feature] == value for who in members) for value in values}
        for feature, values in quotas.items()
    }
