"""A version of a tool from anywhere: how it is reached and set, fixed by a hash, and the data it was set on."""

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minga.design import evaluation, offered, programs, queries, tools
from minga.design.actions.checks import request_check
from minga.design.models import Criterion, Dataset, ToolVersion
from minga.design.store import Upload
from minga.engage.models import Contribution
from minga.ledger.action import Act, By, action, may
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.projects.models import Project
from minga.tools.base import ToolError
from minga.tools.providers import Spec
from minga.tools.providers.spec import KINDS, NETWORK_KINDS


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tool that was reached and has said what it is; see the fields of ``ToolVersion``."""

    content_hash: str
    spec: Mapping[str, Any]
    card: Mapping[str, Any]
    program_sha256: str = ""


def register_version(
    by: By,
    project: Project,
    tool: str,
    version: str,
    settings: str,
    change_note: str,
    chosen_on: Dataset | None = None,
    because: Iterable[Contribution] = (),
    spec: Mapping[str, Any] | None = None,
    program: Path | Upload | None = None,
    background: bool = False,
) -> ToolVersion:
    """Register a version; it is never changed afterwards. ``settings`` is the tool's own settings text.

    ``spec`` describes a tool from outside as ``minga.tools.providers.Spec.from_json`` reads it, without its name and
    version; ``program`` is its files as zip or tar, or a GGUF model. What the program's own ``provider.toml`` says
    holds where ``spec`` says nothing. Its card is asked for in the sandbox, before anything is kept. A tool of
    another kind or name than the version before is a swap: every approved criterion is run again.
    ``because`` are the contributions that asked for the change. With ``background`` a tool of this package that learns
    from ``chosen_on`` is trained by the worker, and the version is "being prepared" until then.
    """
    if not may(by.actor, project, "version.registered"):
        raise NotAllowed(_("You may not register versions here."), do=_("Ask the digital team or the provider."))
    required(tool=tool, version=version, change_note=change_note)
    _check_words(project, version, chosen_on)
    with ExitStack() as stack:
        sha256 = _arrived(stack, program) if program else ""
        own = not sha256 and (not spec or spec.get("kind") == "entry_point")
        if not own:
            ready = _from_outside(tool, version, settings, dict(spec or {}), sha256)
        elif background and chosen_on is not None and _learns(tool):
            ready = Prepared("", _own_spec(tool, spec or {}), asdict(evaluation.tool_called(tool).card))
        else:
            ready = _of_this_package(tool, settings, chosen_on, spec or {})
        with transaction.atomic():
            kept = keep_version(by, project, tool, version, settings, change_note, ready, chosen_on, tuple(because))
            if ready.content_hash:
                run_again(by, project, kept)
            else:
                _prepare_later(kept)
    return kept


def _learns(tool: str) -> bool:
    try:
        return evaluation.tool_called(tool).card.learns
    except ToolError:
        return False  # said by whoever tries to use it


def _prepare_later(version: ToolVersion) -> None:
    from minga.design.version_tasks import prepare_version

    prepare_version.enqueue(version.pk)


def prepared_here(version: ToolVersion) -> Prepared:
    """Train a registered tool of this package; raises ToolError where it cannot be trained with these settings."""
    found = evaluation.tool_called(version.tool)
    model = found.train(version.chosen_on.path if version.chosen_on else None, 1, version.settings)
    return Prepared(model.content_hash, version.spec, version.card)


@action("version.registered")
def keep_version(
    act: Act,
    tool: str,
    version: str,
    settings: str,
    change_note: str,
    ready: Prepared,
    chosen_on: Dataset | None = None,
    because: Iterable[Contribution] = (),
) -> ToolVersion:
    """Keep a version that was prepared."""
    if ToolVersion.objects.filter(project=act.place, tool=tool, version=version).exists():
        raise Conflict(
            _("This version exists already."),
            cause=_("A registered version is never changed, so that its checks stay true."),
            do=_("Give the change a new version number."),
            fields={"version": _("This version exists already.")},
        )
    state = ToolVersion.State.READY if ready.content_hash else ToolVersion.State.PREPARING
    registered = ToolVersion.objects.create(
        project=act.place, tool=tool, version=version, settings=settings, chosen_on=chosen_on, state=state,
        content_hash=ready.content_hash, spec=dict(ready.spec), card=dict(ready.card),
        program_sha256=ready.program_sha256, change_note=change_note, registered=act.now,
    )  # fmt: skip
    act.because(*because, chosen_on)
    act.note(tool=tool, version=version, content_hash=ready.content_hash, kind=registered.kind)
    act.note(chosen_on=chosen_on.sha256 if chosen_on else "", program=ready.program_sha256)
    return registered


def _arrived(stack: ExitStack, program: Path | Upload) -> str:
    """The hash of the program's archive, which is not kept where no version comes of it."""
    try:
        return stack.enter_context(programs.arriving(program, queries.is_program_used))
    except ToolError as error:
        raise _not_reached(error, "program") from None


def _check_words(project: Project, version: str, chosen_on: Dataset | None) -> None:
    if len(version) > 20:
        raise Invalid(_("This version number is too long."), fields={"version": _("Use at most 20 characters.")})
    if chosen_on is not None and chosen_on.project_id != project.pk:
        raise Invalid(_("This dataset is not of this project."), fields={"chosen_on": _("Choose one from the list.")})


def _of_this_package(tool: str, settings: str, chosen_on: Dataset | None, spec: Mapping[str, Any]) -> Prepared:
    try:
        found = evaluation.tool_called(tool)
        model = found.train(chosen_on.path if chosen_on else None, 1, settings)
        told = _own_spec(tool, spec)
    except ToolError as error:
        raise Invalid(
            _("The tool cannot work with these settings."), cause=str(error), fields={"settings": str(error)}
        ) from None
    return Prepared(model.content_hash, told, asdict(found.card))


def _own_spec(tool: str, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The description of a tool of this package where more is said of it than its card says, such as a price."""
    if not spec:
        return {}
    own = tools.own_spec(tool).as_json()
    return Spec.from_json({**own, **spec, "name": own["name"], "version": own["version"]}).as_json()


def _from_outside(tool: str, version: str, settings: str, spec: dict[str, Any], sha256: str) -> Prepared:
    if tool in offered.installed():
        words = _(
            "A tool of this name is installed here. Give yours another name, so that nobody takes one for the other."
        )
        raise Invalid(words, fields={"tool": words})
    try:
        described = _described(tool, version, spec, sha256)
        provider = tools.reach(described, sha256)
        try:
            return Prepared(provider.hash_of(settings), described.as_json(), asdict(provider.card), sha256)
        finally:
            provider.close()
    except ToolError as error:
        raise _not_reached(error, "address" if spec.get("kind") in NETWORK_KINDS else "program") from None


def _not_reached(error: ToolError, place: str) -> Invalid:
    return Invalid(
        _("The tool could not be reached as described, so nothing was kept."), cause=str(error),
        do=_("Correct the description or the program and send it again."), fields={place: str(error)},
    )  # fmt: skip


def _described(tool: str, version: str, spec: dict[str, Any], sha256: str) -> Spec:
    """What the form says over what the program says; where the program lies and which key is sent is ours to say."""
    said = programs.described(sha256) if sha256 else {}
    whole = {**said, **{key: value for key, value in spec.items() if value}}
    settings = {**said.get("settings", {}), **spec.get("settings", {})}
    if whole.get("kind") not in KINDS or whole["kind"] == "entry_point":  # what comes from outside never runs in here
        raise ToolError(_("Say how the tool is reached."))
    places = {"command": ("program", sha256), "gguf": ("model", f"{sha256}/{programs.MODEL}")}
    if place := places.get(whole["kind"]):
        if not sha256:
            raise ToolError(_("There is no program. Upload its folder as a zip or tar archive, or the GGUF file."))
        settings[place[0]] = place[1]
    if whole["kind"] in NETWORK_KINDS:
        settings.pop("key_env", None)
        if (name := tools.key_name(settings.get("url", ""))) in os.environ:
            settings["key_env"] = name
    # A case is always named by "id" here: another field for it would be sent without being listed.
    return Spec.from_json({**whole, "settings": settings, "name": tool, "version": version, "id_field": "id"})


def run_again(by: By, project: Project, version: ToolVersion) -> None:
    """After a swap every approved criterion is run on the new tool, without anybody asking for it."""
    previous = ToolVersion.objects.filter(project=project, pk__lt=version.pk).order_by("-pk").first()
    if previous is None or (previous.tool, previous.kind) == (version.tool, version.kind):
        return
    for criterion in queries.criteria(project).filter(state=Criterion.State.APPROVED):
        if criterion.dataset.state != Dataset.State.READY:
            continue
        with suppress(Blocked):  # withdrawn, or no case agreed any more: its page says that it was not checked
            request_check(by.also(f"again {criterion.code}"), project, criterion, version)
