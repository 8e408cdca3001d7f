"""From a description to a provider that can be asked. Swapping one provider for another is a change of description."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from minga.tools.base import ToolError
from minga.tools.providers.answers import Provider
from minga.tools.providers.spec import NETWORK_KINDS, Spec


def connect(
    spec: Spec,
    *,
    allow_network: bool = False,
    allow_hosts: Collection[str] = (),
    allow_tools: Collection[str] = (),
    programs: Path | None = None,
) -> Provider:
    """The provider that ``spec`` describes, with its card asked and its content hashed.

    allow_network   services are asked at all; without it nothing leaves this machine
    allow_hosts     hosts of the operator's own ("name" or "name:port") that are not public or not encrypted
    allow_tools     names of tools from other packages that may run in this process
    programs        the folder below which programs and model files must lie; None: anywhere

    Raises ToolError where the operator does not allow it, where it cannot be reached, or where it is not what the
    description says; NoIsolation where it needs a sandbox and this machine has none.
    """
    if spec.kind in NETWORK_KINDS and not allow_network:
        raise ToolError(
            f"The provider {spec.name!r} is a service at {spec.settings['url']}, and this installation sends nothing "
            "to other machines. If that is wanted, the operator must allow it in the settings; cases would leave."
        )
    if spec.kind == "entry_point":
        from minga.tools.providers.entry_point import Installed

        return Installed(spec, allow_tools)
    if spec.kind == "command":
        from minga.tools.providers.command import Command

        return Command(spec, _below(spec.settings["program"], programs))
    if spec.kind == "gguf":
        from minga.tools.providers.gguf import Gguf

        return Gguf(spec, _below(spec.settings["model"], programs))
    return _service(spec, allow_hosts)


def _service(spec: Spec, allow_hosts: Collection[str]) -> Provider:
    if spec.kind == "http":
        from minga.tools.providers.service import Service

        return Service(spec, allow_hosts)
    from minga.tools.providers.chat import Chat

    return Chat(spec, allow_hosts)


def _below(text: str, programs: Path | None) -> Path:
    """The real path of a program or model; raises ToolError where it lies outside the operator's folder."""
    path = ((programs or Path()) / text).resolve()
    if programs is not None and not path.is_relative_to(programs.resolve()):
        raise ToolError(
            f"{text} does not lie in the folder for suppliers' programs. A description must not open other folders of "
            "this machine to a program. Put the program there and name it from there."
        )
    return path
