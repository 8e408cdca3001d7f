"""Pages of the inventory."""

from minga.inventory.views.comparing import body, compare
from minga.inventory.views.imports import source, upload
from minga.inventory.views.searching import search
from minga.inventory.views.systems import export, system

__all__ = ["body", "compare", "export", "search", "source", "system", "upload"]
