"""Tools from anywhere, behind one interface: installed, a supplier's command, a service, or a local language model.

>>> from minga.tools.providers import Spec, connect
>>> provider = connect(Spec.read(path))  # doctest: +SKIP
>>> answers = provider.advise_many([{"id": "17", "title": "Pothole"}])  # doctest: +SKIP

Suppliers' code and models never load in this process: they run in the sandbox, or at a service the operator allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minga.tools.providers.answers import Answer, Provider, cost_per_1000
    from minga.tools.providers.connecting import connect
    from minga.tools.providers.spec import Openness, Prices, Spec

__all__ = ["Answer", "Openness", "Prices", "Provider", "Spec", "connect", "cost_per_1000"]
_HOMES = {
    "Answer": "answers", "Provider": "answers", "cost_per_1000": "answers", "connect": "connecting",
    "Openness": "spec", "Prices": "spec", "Spec": "spec",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import on first use, so that a description can be read without the network client or the sandbox."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"minga.tools.providers has no {name!r}. It offers {', '.join(__all__)}.")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
