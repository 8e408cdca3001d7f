"""Public registers of algorithms: one canonical record, exported to each national standard and imported from it.

    from minga.tools.registers import read, export, validate

    found = read("algoritmes.json")             # told from the content; rows in = used + rejected + failed
    made = export(found.records[0], "atrs")     # .document, .losses, .write()
    validate(made.document, "atrs")             # what is still missing or wrong

A standard is one file in standards/, its value lists stand in codes/; docs/registers.md says how to add one.
"""

from minga.tools.registers.canonical import Canonical, as_json, fields, from_json, stated
from minga.tools.registers.checking import Fault, validate
from minga.tools.registers.codes import CodeList, lists
from minga.tools.registers.convert import Exported, export
from minga.tools.registers.files import guess, markdown, write
from minga.tools.registers.losses import Loss
from minga.tools.registers.page import page
from minga.tools.registers.reading import Imported, Problem, read
from minga.tools.registers.standards import Standard, standard, standards
from minga.tools.registers.unusable import UnusableFile

__all__ = [
    "Canonical",
    "CodeList",
    "Exported",
    "Fault",
    "Imported",
    "Loss",
    "Problem",
    "Standard",
    "UnusableFile",
    "as_json",
    "export",
    "fields",
    "from_json",
    "guess",
    "lists",
    "markdown",
    "page",
    "read",
    "standard",
    "standards",
    "stated",
    "validate",
    "write",
]
