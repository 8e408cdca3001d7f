"""Whether advice, and what it is given on, is still what it was: drift, shares, calibration, gaps between groups.

>>> from minga.tools.drift import page_hinkley, psi
>>> round(psi(["owner"] * 50 + ["tenant"] * 50, ["owner"] * 30 + ["tenant"] * 70).value, 4)
0.1695
>>> page_hinkley([0.0] * 20 + [1.0] * 20, delta=0.1, threshold=3, mean=0.0)
Alarm(index=23, direction='up', began=20)
"""

from __future__ import annotations

from minga.tools.drift.bins import Bins, Numbers
from minga.tools.drift.calibration import Calibration
from minga.tools.drift.result import Alert, Fit, Gap, Month, Moved, Series, Share, Watched
from minga.tools.drift.settings import Columns, DriftError, Settings
from minga.tools.drift.statistics import Alarm, Ks, Psi, holm, ks, page_hinkley, psi
from minga.tools.drift.watching import watch

__all__ = [
    "Alarm", "Alert", "Bins", "Calibration", "Columns", "DriftError", "Fit", "Gap", "Ks", "Month", "Moved", "Numbers",
    "Psi", "Series", "Settings", "Share", "Watched", "holm", "ks", "page_hinkley", "psi", "watch",
]  # fmt: skip
