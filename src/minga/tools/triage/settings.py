"""What a body settles about triage: rules, costs, priorities, columns; readable TOML."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from minga.tools.base import ToolError
from minga.tools.triage.columns import Columns
from minga.tools.triage.queue import LONGEST_WAIT, allowed
from minga.tools.triage.rules import Rule, read_rules

VERSION = "1.0.0"
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "columns": ("text", "label", "case", "groups"),
    "costs": ("wrong_route", "reading"),
    "service": ("out_of_scope_share", "longest_wait_days"),
    "model": ("file", "hash"),
}


@dataclass(frozen=True)
class Settings:
    """``cost_wrong`` is what a case on the wrong route costs and ``cost_reading`` what it costs that a person routes
    one, in any one unit (minutes, euros). ``out_of_scope_share`` (0..1) is how many of the cases in service belong to
    none of the routes. ``priorities`` maps a route to 0 (usual) .. 10. ``model_file`` names trained weights and
    ``model_hash`` what they must be.
    """

    columns: Columns = field(default_factory=Columns)
    rules: tuple[Rule, ...] = ()
    cost_wrong: float = 5.0
    cost_reading: float = 1.0
    out_of_scope_share: float = 0.1
    longest_wait: timedelta = LONGEST_WAIT
    priorities: Mapping[str, float] = field(default_factory=dict)
    model_file: str = ""
    model_hash: str = ""

    @property
    def threshold(self) -> float:
        """Propose a route where the chance that it is right is at least 1 - cost_reading / cost_wrong (Chow 1970)."""
        return max(0.0, 1.0 - self.cost_reading / self.cost_wrong)

    def priority_of(self, route: str, rule: Rule | None = None) -> float:
        """The priority of the rule that decided, else of the route, else 0."""
        if rule is not None and rule.priority is not None:
            return rule.priority
        return self.priorities.get(route, 0.0)

    def as_data(self) -> dict[str, Any]:
        return {
            "columns": self.columns.as_data(),
            "costs": {"wrong_route": self.cost_wrong, "reading": self.cost_reading},
            "service": {
                "out_of_scope_share": self.out_of_scope_share,
                "longest_wait_days": self.longest_wait / timedelta(days=1),
            },
            "priorities": dict(sorted(self.priorities.items())),
            "rule": [rule.as_data() for rule in self.rules],
        }

    @property
    def content_hash(self) -> str:
        """SHA-256 over all that decides advice, and the version of the tool."""
        text = json.dumps([VERSION, self.as_data()], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Settings from a TOML file; raises ToolError where it cannot be read."""
        try:
            return cls.read(path.read_text(encoding="utf-8-sig"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise ToolError(f"{path} cannot be read as settings: {error}. Give a UTF-8 text file.") from None

    @classmethod
    def read(cls, text: str, name: str = "The settings") -> Self:
        """Settings from TOML; every rule is tried on its own tests. ToolError names what is unknown, missing or fails.

        ``[[rule]]`` tables are kept in their order; see ``minga.tools.triage.rules.Rule``.
        """
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ToolError(f"{name} is not TOML: {error}. Correct the line named.") from None
        return cls.from_data(raw, name)

    @classmethod
    def from_data(cls, raw: Mapping[str, Any], name: str = "The settings") -> Self:
        """The inverse of ``as_data``; the model's place is kept too."""
        _refuse_unknown(raw, name)
        costs, service, model = (raw.get(key, {}) for key in ("costs", "service", "model"))
        made = cls(
            columns=_columns(raw.get("columns", {}), name),
            rules=read_rules([_without_nothing(rule) for rule in raw.get("rule", [])]),
            cost_wrong=_number(costs, "wrong_route", 5.0, name),
            cost_reading=_number(costs, "reading", 1.0, name),
            out_of_scope_share=_number(service, "out_of_scope_share", 0.1, name),
            longest_wait=timedelta(days=_number(service, "longest_wait_days", LONGEST_WAIT.days, name)),
            priorities={key: _number(raw["priorities"], key, 0.0, name) for key in raw.get("priorities", {})},
            model_file=_text(model, "file", name),
            model_hash=_text(model, "hash", name),
        )
        made._check(name)
        return made

    def _check(self, name: str) -> None:
        if self.cost_wrong <= 0 or not 0 <= self.cost_reading < self.cost_wrong:
            raise ToolError(
                f"{name}: reading costs {self.cost_reading} and a wrong route {self.cost_wrong}. Reading must cost "
                "less than a wrong route and neither less than nothing, or no route would ever be proposed."
            )
        if not 0 <= self.out_of_scope_share < 1 or self.longest_wait <= timedelta(0):
            raise ToolError(f"{name}: out_of_scope_share must lie from 0 to below 1, longest_wait_days above 0.")
        for priority in [*self.priorities.values(), *(rule.priority or 0.0 for rule in self.rules)]:
            allowed(priority)


def _refuse_unknown(raw: Mapping[str, Any], name: str) -> None:
    known = (*SECTIONS, "priorities", "rule")
    if unknown := sorted(set(raw) - set(known)):
        raise ToolError(f"{name} has an unknown part {unknown[0]!r}. Known: {', '.join(known)}.")
    for section in (*SECTIONS, "priorities"):
        part = raw.get(section, {})
        if not isinstance(part, Mapping):
            raise ToolError(f"{name}: {section} is not a table. Write it as [{section}].")
        if section in SECTIONS and (unknown := sorted(set(part) - set(SECTIONS[section]))):
            raise ToolError(
                f"{name}: [{section}] has an unknown key {unknown[0]!r}. Known: {', '.join(SECTIONS[section])}."
            )
    if not isinstance(raw.get("rule", []), list):
        raise ToolError(f"{name}: rules are a list. Write each one under [[rule]].")


def _without_nothing(rule: Any) -> Any:
    return {key: value for key, value in rule.items() if value is not None} if isinstance(rule, Mapping) else rule


def _number(part: Mapping[str, Any], key: str, default: float, name: str) -> float:
    value = part.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise ToolError(f"{name}: {key} = {value!r} is not a number. Give a number below a thousand million.")
    return float(value)


def _text(part: Mapping[str, Any], key: str, name: str) -> str:
    value = part.get(key, "")
    if not isinstance(value, str):
        raise ToolError(f"{name}: {key} = {value!r} is not a text. Put it in quotes.")
    return value


def _columns(part: Mapping[str, Any], name: str) -> Columns:
    groups = part.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise ToolError(f'{name}: groups is not a list of column names. Write groups = ["...", "..."].')
    text, label, case = (_text(part, key, name) for key in ("text", "label", "case"))
    return Columns(text, label, case, tuple(groups))
