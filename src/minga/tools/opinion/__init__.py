"""Opinion maps: where people agree, what divides them, and how sure that is.

    from minga.tools.opinion import Settings, Statement, Votes, map_opinions

    found = map_opinions(Votes.from_rows(rows), statements, Settings(resamples=200))
    found.as_json()["groups"]["real"]

+1 is agree, -1 disagree, 0 pass, everywhere. The formulas are those of Polis (Small et al. 2021,
"Polis: Scaling deliberation by mapping high dimensional opinion spaces"), written anew; the groups, their reality and
their uncertainty are Minga's own. See docs/opinion.md.
"""

from minga.tools.opinion.map import map_opinions
from minga.tools.opinion.result import OpinionMap
from minga.tools.opinion.settings import Settings
from minga.tools.opinion.votes import Statement, Votes

__all__ = ["OpinionMap", "Settings", "Statement", "Votes", "map_opinions"]
