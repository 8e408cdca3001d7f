"""Everything that comes in from outside passes here: sources, archives, strict JSON, safe CSV cells."""

from minga.tools.intake.addresses import is_public
from minga.tools.intake.archives import SafeZip, open_zip
from minga.tools.intake.csvsafe import csv_safe
from minga.tools.intake.errors import DEFAULT_LIMITS, IntakeError, Limits
from minga.tools.intake.lines import iter_json_lines
from minga.tools.intake.sources import is_url, open_source, wrap_stream
from minga.tools.intake.strict import strict_json

__all__ = [
    "DEFAULT_LIMITS",
    "IntakeError",
    "Limits",
    "SafeZip",
    "csv_safe",
    "is_public",
    "is_url",
    "iter_json_lines",
    "open_source",
    "open_zip",
    "strict_json",
    "wrap_stream",
]
