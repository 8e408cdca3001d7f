"""What a tool's answers are worth: metrics by group with intervals, gaps, baselines, suites, robustness.

>>> from minga.tools.measure import Answers, judge, measure
>>> answers = Answers.from_columns(truth=["yes", "no"] * 40, proposal=["yes"] * 80, groups={"sex": ["f", "m"] * 40})
>>> found = measure("accuracy", answers, by=["sex"])
>>> [(row.group, row.value) for row in found.rows]
[('', 0.5), ('sex=f', 1.0), ('sex=m', 0.0)]
>>> judge(found, "ge", "0.4").state
'failed'
"""

from __future__ import annotations

from minga.tools.measure.answers import NOT_STATED, Answers, Grouping, MeasureError
from minga.tools.measure.baselines import Compared, baseline_answers, compare
from minga.tools.measure.catalogue import METRICS, Metric, metric_called
from minga.tools.measure.figures import Measured, Row, measure
from minga.tools.measure.gaps import Gap, gap
from minga.tools.measure.judging import Judged, JudgedRow, judge
from minga.tools.measure.perturb import KINDS, Perturbed, Setting, perturb
from minga.tools.measure.reading import ColumnNames, read_answers
from minga.tools.measure.report import possible, report
from minga.tools.measure.robustness import Robustness, robustness
from minga.tools.measure.rows import Problem
from minga.tools.measure.suites import Missed, Suite, suite

__all__ = [
    "KINDS", "METRICS", "NOT_STATED", "Answers", "ColumnNames", "Compared", "Gap", "Grouping", "Judged", "JudgedRow",
    "MeasureError", "Measured", "Metric", "Missed", "Perturbed", "Problem", "Robustness", "Row", "Setting", "Suite",
    "baseline_answers", "compare", "gap", "judge", "measure", "metric_called", "perturb", "possible", "read_answers",
    "report", "robustness", "suite",
]  # fmt: skip
