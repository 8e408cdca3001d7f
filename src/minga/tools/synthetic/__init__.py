"""Invented rows on request, from a profile of the data and never from its rows.

>>> from minga.tools.synthetic import profile, rows
>>> held = profile([{"town": "Luque" if n % 3 else "Lambaré", "age": str(20 + n % 50)} for n in range(300)])
>>> [(column.name, column.type) for column in held.columns]
[('town', 'category'), ('age', 'number')]
>>> [row["synthetic"] for row in rows(held, 2, seed=1)]
['yes', 'yes']
"""

from __future__ import annotations

from minga.tools.synthetic.contracting import is_contracting, synthesise_releases
from minga.tools.synthetic.making import Synthetic, rows, synthesise
from minga.tools.synthetic.model import Column, Pair, Profile, SyntheticError
from minga.tools.synthetic.privacy import Privacy, check
from minga.tools.synthetic.profiling import profile

__all__ = [
    "Column", "Pair", "Privacy", "Profile", "Synthetic", "SyntheticError", "check", "is_contracting", "profile", "rows",
    "synthesise", "synthesise_releases",
]  # fmt: skip
