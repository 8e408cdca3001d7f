"""One door to all charts: `draw(chart)` picks the builder by the type of its argument."""

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString

from minga.web.svg import types as t
from minga.web.svg import types_dialogue as d
from minga.web.svg.charts_counts import bar_list, vote_chart
from minga.web.svg.charts_grids import capacity_matrix, participation_table, rollout_bar, typology_grid
from minga.web.svg.charts_power import coverage_table, influence_chart
from minga.web.svg.charts_shares import share_chart, took_part_chart
from minga.web.svg.charts_spread import fence_chart, histogram
from minga.web.svg.opinion_map import opinion_map
from minga.web.svg.qr import qr_code

BUILDERS: dict[type, Callable[[Any], SafeString]] = {
    t.ShareChart: share_chart,
    t.Histogram: histogram,
    t.FenceChart: fence_chart,
    t.BarList: bar_list,
    t.VoteChart: vote_chart,
    t.TookPartChart: took_part_chart,
    t.ParticipationTable: participation_table,
    t.RolloutBar: rollout_bar,
    t.CapacityMatrix: capacity_matrix,
    t.TypologyGrid: typology_grid,
    d.OpinionMap: opinion_map,
    d.CoverageTable: coverage_table,
    d.InfluenceChart: influence_chart,
    d.QRCode: qr_code,
}


def draw(chart: t.Chart | d.Drawing) -> SafeString:
    """Markup of a chart. Raises TypeError for anything that is neither a `types.Chart` nor a
    `types_dialogue.Drawing`."""
    builder = BUILDERS.get(type(chart))
    if builder is None:
        names = ", ".join(sorted(kind.__name__ for kind in BUILDERS))
        raise TypeError(f"{{% chart %}} got a {type(chart).__name__}. It draws: {names} (minga.web.svg).")
    return builder(chart)
