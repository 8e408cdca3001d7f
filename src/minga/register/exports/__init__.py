"""The record in the form of other standards: laid on the canonical record, written by ``tools.registers``.

made = make(project, version, "nl")       # .document, .losses, .faults, .file()
"""

from minga.register.exports.inventory import Inventory, inventory
from minga.register.exports.losses import Grouped, Missing, grouped, missing
from minga.register.exports.making import KEYS, Made, Standard, make, standard, standards
from minga.register.exports.pages import content, document, markdown

__all__ = [
    "KEYS",
    "Grouped",
    "Inventory",
    "Made",
    "Missing",
    "Standard",
    "content",
    "document",
    "grouped",
    "inventory",
    "make",
    "markdown",
    "missing",
    "standard",
    "standards",
]
