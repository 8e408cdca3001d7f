"""Agreement by who people are: within each constituency, and weighted like those who are affected.

Computed from the counts that the results page publishes, and from nothing else: a statement on which the votes of a
constituency are withheld has no weighted figure, because the figure would tell them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from minga.engage.queries.affected import GROUP, Affected, Weighting, weighting_of
from minga.engage.tallying.shapes import Counts, Document, Figures
from minga.tools.opinion.representative import Pick, consensus
from minga.tools.opinion.table import Floats
from minga.tools.representation import rake
from minga.tools.stats import wilson_of_share


@dataclass(frozen=True)
class Inside:
    """What most of one ``constituency`` agree with and reject: (statement, people who said so, of how many)."""

    constituency: str
    people: int
    agreed: tuple[tuple[str, int, int], ...]
    rejected: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Share:
    """The share that agrees with a ``statement``, 0 to 1: as counted, and weighted with its 95 % Wilson interval on
    the ``effective`` number of voters."""

    statement: str
    counted: float
    weighted: float
    low: float
    high: float
    effective: float


@dataclass(frozen=True)
class Weighed:
    """``left_out``: affected groups of which too few took part to be shown; no weight speaks for them.

    ``agreed`` and ``rejected``: the statements with a clear majority once weighted.
    """

    weighting: Weighting
    left_out: tuple[str, ...]
    shares: Mapping[str, Share]
    agreed: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def warnings(self) -> list[str]:
        """Why the figures must be read with care, in words."""
        text = _("Too few took part to be shown from: %(groups)s. No weight speaks for them.")
        left = [text % {"groups": ", ".join(self.left_out)}] if self.left_out else []
        return [*self.weighting.warnings, *left]


def inside(document: Document) -> list[Inside]:
    """Consensus within each constituency that is shown, if there are two; by size."""
    people = _shown(document)
    found = []
    for name, size in people.items() if len(people) > 1 else ():
        keys, cells = _published(document, [name])
        agreed, rejected = consensus(cells[:, 0], np.ones(len(keys), bool))
        found.append(Inside(name, size, _told(agreed, keys), _told(rejected, keys)))
    return found


def weighed(document: Document, reference: Affected | None) -> Weighed | None:
    """Agreement if those who voted were like those affected; None without a reference or two groups in both."""
    shares = reference.shares(GROUP) if reference else {}
    people = {name: size for name, size in _shown(document).items() if shares.get(name)}
    if reference is None or len(people) < 2:
        return None
    told = [{"group": name} for name, size in people.items() for _each in range(size)]
    came = document["took_part"]["people"]
    hidden = {key for key in shares if key in came and came[key] is None}
    made = rake(told, {"group": {key: share for key, share in shares.items() if key not in hidden}})
    weight = dict(zip((row["group"] for row in told), made.values, strict=True))
    keys, cells = _published(document, list(people))
    own = np.array([weight[name] or 0.0 for name in people])
    total, square = np.tensordot(own, cells, (0, 1)), np.tensordot(own**2, cells, (0, 1))[2]
    effective = total[2] ** 2 / np.where(square > 0, square, 1.0)
    parts = total[:2] / np.where(total[2] > 0, total[2], 1.0)
    agreed, rejected = consensus(np.concatenate([parts * effective, effective[None]]), effective > 0)
    counted = document["results"]["statements"]
    return Weighed(
        weighting_of(made, {key: reference.label(key) for key in shares}),
        tuple(reference.label(key) for key in shares if key in hidden),
        {
            key: _share(key, counted[key], float(parts[0, at]), float(effective[at]))
            for at, key in enumerate(keys)
            if effective[at] > 0
        },
        tuple(keys[pick.statement] for pick in agreed),
        tuple(keys[pick.statement] for pick in rejected),
    )


def _shown(document: Document) -> dict[str, int]:
    """Constituencies whose size is published, with their people; the largest first."""
    if not document["results"]["enough"]:
        return {}
    people = document["took_part"]["people"]
    return {name: size for name, size in people.items() if name and size}


def _published(document: Document, names: Sequence[str]) -> tuple[list[str], Floats]:
    """(keys, tallies (3, names, S)) of the judged statements on which the votes of all ``names`` are published."""
    keys: list[str] = []
    rows: list[list[Counts]] = []
    for key, figures in document["results"]["statements"].items():
        cells = [figures["constituencies"].get(name) for name in names]
        if figures["judged"] and None not in cells:
            keys.append(key)
            rows.append([cell for cell in cells if cell is not None])
    counts = np.array(rows, float).reshape(len(keys), len(names), 3)
    return keys, np.stack([counts[..., 0].T, counts[..., 1].T, counts.sum(2).T])


def _told(picks: Sequence[Pick], keys: Sequence[str]) -> tuple[tuple[str, int, int], ...]:
    return tuple((keys[pick.statement], pick.count, pick.of) for pick in picks)


def _share(key: str, figures: Figures, weighted: float, effective: float) -> Share:
    low, high = wilson_of_share(min(weighted, 1.0), effective)
    return Share(key, figures["all"][0] / max(1, sum(figures["all"])), weighted, low, high, effective)
