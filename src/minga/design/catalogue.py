"""The catalogue: every tool and version of all projects, with what was measured, approved and withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from minga.design import tools
from minga.design.charts import in_unit
from minga.design.models import Check, Release, ToolVersion, Withdrawal
from minga.design.runs import deciding
from minga.ledger.action import BODY, Actor, may
from minga.projects.models import Membership, Project
from minga.projects.roles import TABLE
from minga.tools.base import Card, ToolError
from minga.web.format import decimal

LEAST_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class About:
    """What a version is, in words; "" where nobody has said it."""

    title: str
    summary: str
    kind: str
    licence: str
    openness: str
    known_failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A version with the check of each criterion that counts, its release and the withdrawal in force, if any."""

    version: ToolVersion
    about: About
    checks: tuple[Check, ...]
    release: Release | None
    withdrawal: Withdrawal | None
    cost: str
    cpu: str

    @property
    def passed(self) -> int:
        return sum(check.is_pass for check in self.checks)


@dataclass(frozen=True, slots=True)
class Entry:
    """One tool. ``withdrawals`` are all that there were, the newest first."""

    tool: str
    listed: tuple[Listed, ...]
    withdrawals: tuple[Withdrawal, ...]

    @property
    def about(self) -> About:
        return self.listed[0].about

    @property
    def cpu(self) -> str:
        """The computing time of 1,000 cases of the newest version that was measured."""
        return next((one.cpu for one in self.listed if one.cpu), "")

    @property
    def cost(self) -> str:
        return next((one.cost for one in self.listed if one.cost), "")

    @property
    def is_withdrawn(self) -> bool:
        """No version of it may be used."""
        return all(one.withdrawal for one in self.listed)

    @property
    def withdrawn_versions(self) -> int:
        return sum(one.withdrawal is not None for one in self.listed)

    @property
    def released(self) -> int:
        return sum(one.release is not None and one.withdrawal is None for one in self.listed)


def entries(tool: str = "") -> list[Entry]:
    """All tools by name, or the one called ``tool``; a fixed number of queries for any number of versions."""
    found = (
        ToolVersion.objects.select_related("project", "release", "chosen_on").defer("settings").order_by("tool", "-pk")
    )
    heavy = ("figures", "dataset__profile", "dataset__notices")
    related = ("criterion", "project", "version", "dataset")
    checks = Check.objects.defer(*heavy).select_related(*related).order_by("-pk")
    withdrawals = Withdrawal.objects.select_related("project", "person", "lifted_by")
    if tool:
        found, withdrawals = found.filter(tool=tool), withdrawals.filter(tool=tool)
    said = list(withdrawals)
    by_tool: dict[str, list[ToolVersion]] = {}
    for version in found.prefetch_related(Prefetch("checks", checks)):
        by_tool.setdefault(version.tool, []).append(version)
    return [
        Entry(name, tuple(_listed(one, said) for one in versions), tuple(w for w in said if w.tool == name))
        for name, versions in by_tool.items()
    ]


def _listed(version: ToolVersion, withdrawals: Iterable[Withdrawal]) -> Listed:
    runs: dict[int, list[Check]] = {}
    for check in version.checks.all():
        runs.setdefault(check.criterion_id, []).append(check)
    counting = tuple(found for some in runs.values() if (found := deciding(some)))
    in_force = (one for one in withdrawals if one.lifted is None and one.tool == version.tool and _covers(one, version))
    priced = (check.cost_per_1000 for check in version.checks.all() if check.cost_per_1000 is not None)
    return Listed(
        version, about(version), counting, getattr(version, "release", None), next(in_force, None),
        cost_text(version, next(priced, None)), cpu_text(version.checks.all()),
    )  # fmt: skip


def _covers(withdrawal: Withdrawal, version: ToolVersion) -> bool:
    here = withdrawal.project_id in (None, version.project_id)
    return here and withdrawal.version in ("", version.version)


def cost_text(version: ToolVersion, cost: Decimal | None) -> str:
    """ "0.0140 EUR", as the newest check measured it; "" where no price is known."""
    currency = str(version.spec.get("prices", {}).get("currency", ""))
    return "" if cost is None else in_unit(float(cost), "currency", currency)


def cpu_text(checks: Iterable[Check]) -> str:
    """ "0.51 s", the computing time of 1,000 cases as the newest check measured it; "" where none did."""
    for check in checks:
        if check.cpu_ms is not None and check.dataset.rows_used:
            seconds = check.cpu_ms / check.dataset.rows_used
            if seconds < LEAST_SECONDS:
                return _("less than 0.01 s")
            return _("%(seconds)s s") % {"seconds": decimal(seconds, 2 if seconds < 10 else 0)}
    return ""


def about(version: ToolVersion) -> About:
    """What a version is, in the language of the page; a tool that is no longer here is still listed."""
    card, language = tools.card_of(version), (get_language() or "en")[:2]
    spec = version.spec
    licence = str(spec.get("licence") or (card.licence if card else ""))
    return About(
        title=_said(card.title, language) if card else version.tool,
        summary=_said(card.summary, language) if card else "",
        kind=kind_text(version.kind),
        licence=licence,
        openness=openness_text(_openness(version)),
        known_failures=_failures(card, language),
    )


def _said(words: Any, language: str) -> str:
    return str(words.get(language) or words.get("en", ""))


def _failures(card: Card | None, language: str) -> tuple[str, ...]:
    told = card.known_failures if card else {}
    return tuple(told.get(language) or told.get("en", ()))


def _openness(version: ToolVersion) -> dict[str, str]:
    if version.spec:
        return dict(version.spec.get("openness", {}))
    try:
        return asdict(tools.spec_of(version).openness)
    except ToolError:
        return {}


def kind_text(kind: str) -> str:
    return {
        "entry_point": _("installed with Minga"),
        "command": _("a program in the sandbox"),
        "gguf": _("a language model in the sandbox"),
        "http": _("a service: cases leave the house"),
        "openai": _("a language model behind a service: cases leave the house"),
    }.get(kind, kind)


def openness_text(levels: dict[str, str]) -> str:
    """ "weights open, code open, data closed, documentation open"; parts that do not exist are left out."""
    parts = {
        "weights": _("weights"),
        "code": _("code"),
        "data": _("data of its making"),
        "documentation": _("documentation"),
    }
    words = {
        "open": pgettext("openness", "open"),
        "restricted": pgettext("openness", "open on conditions"),
        "closed": pgettext("openness", "closed"),
    }
    return ", ".join(f"{parts[name]} {words[level]}" for name, level in levels.items() if level in words)


def places(actor: Actor, listed: Sequence[Listed]) -> list[Project | None]:
    """Where ``actor`` may withdraw these versions: None stands for the whole body."""
    found: list[Project | None] = [None] if may(actor, BODY, "tool.withdrawn") else []
    if actor.person_id is None:
        return found
    projects = {one.version.project_id: one.version.project for one in listed}
    held = Membership.objects.filter(
        person_id=actor.person_id, ended=None, project_id__in=projects, role__in=TABLE["tool.withdrawn"]
    )
    mine = set(held.values_list("project_id", flat=True))
    return [*found, *(projects[pk] for pk in sorted(mine))]
