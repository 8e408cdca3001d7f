"""The tools that may run inside this service: those of this package, and those the operator named on purpose."""

from importlib.metadata import entry_points

from django.conf import settings

from minga.tools.base import Tool, ToolError
from minga.tools.providers.entry_point import GROUP, load


def installed() -> dict[str, Tool]:
    """Name -> tool. Code of another package is not even imported unless the operator names it (MINGA_TOOLS)."""
    found = {}
    for name in sorted({point.name for point in entry_points(group=GROUP)}):
        try:
            found[name] = load(name, settings.MINGA_TOOLS)
        except ToolError:
            continue  # not named by the operator: as if it were not installed
    return found
