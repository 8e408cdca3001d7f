"""The record in the form of other standards: laid on the canonical record, written by ``tools.registers``.

made = make(project, version, "nl")       # .document, .losses, .faults, .file()
"""

from minga.register.exports.inventory import Inventory, inventory
from minga.register.exports.losses import Grouped, Missing, grouped, missing
from minga.register.exports.making import KEYS, Made, Standard, make, standard, standards

__all__ = [
    "KEYS",
    "Grouped",
    "Inventory",
    "Made",
    "Missing",
    "Standard",
    "grouped",
    "inventory",
    "make",
    "missing",
    "standard",
    "standards",
]
