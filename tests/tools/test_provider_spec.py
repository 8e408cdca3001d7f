"""Descriptions of providers, installed tools, and what 1,000 cases cost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from minga.tools.base import Advice, ToolError
from minga.tools.providers import Answer, Prices, Spec, connect, cost_per_1000, entry_point
from minga.tools.redflags.protocol import RedFlags
from tests.tools.provider_parts import OPEN, spec_of

TOML = """
kind = "command"
name = "sorter"
version = "1.0"
licence = "EUPL-1.2"
fields = ["title"]
labels = ["a", "b"]
[settings]
program = "sorter"
command = ["python3", "/program/tool.py"]
seconds_per_case = 2.5
[openness]
weights = "none"
code = "open"
data = "none"
documentation = "restricted"
[prices]
per_cpu_second = 0.00002
"""
RELEASE = {
    "ocid": "ocds-1", "id": "1", "date": "2025-01-01T00:00:00Z", "tag": ["tender"], "initiationType": "tender",
    "buyer": {"id": "b"}, "tender": {"id": "t", "procurementMethod": "open"},
}  # fmt: skip


def test_a_description_reads_back_as_it_was_written() -> None:
    spec = Spec.from_toml(TOML)
    assert spec.prices.per_cpu_second == Decimal("0.00002")
    assert spec.settings["seconds_per_case"] == 2.5
    assert spec.as_json()["prices"]["per_cpu_second"] == "0.00002"
    assert Spec.from_json(spec.as_json()) == spec


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('kind = "command"', 'kind = "plugin"', "not a kind of provider"),
        ('name = "sorter"', 'name = "../sorter"', "cannot be used"),
        ('version = "1.0"', "version = 1.0", "in quotes"),
        ('licence = "EUPL-1.2"', 'licence = " "', "has no licence"),
        ('licence = "EUPL-1.2"', "", "lacks licence"),
        ('fields = ["title"]', 'fields = "title"', "must be a list of texts"),
        ('labels = ["a", "b"]', 'labels = ["a", "a"]', "same label twice"),
        ('labels = ["a", "b"]', "colour = 1", "unknown keys: colour"),
        ("seconds_per_case = 2.5", "seconds_per_case = 0", "must be a number above 0"),
        ("seconds_per_case = 2.5", "seconds_per_case = true", "must be a number above 0"),
        ("seconds_per_case = 2.5", "seconds_per_case = nan", "must be a number above 0"),
        ("seconds_per_case = 2.5", "no_sandbox = true", "unknown keys: no_sandbox"),
        ('program = "sorter"', "", "lacks program"),
        ('["python3", "/program/tool.py"]', '"python3 tool.py"', "must be a list of texts"),
        ('code = "open"', 'code = "mostly"', "not a level"),
        ('data = "none"', "", "lacks data"),
        ("per_cpu_second = 0.00002", "per_cpu_second = -1", "number of 0 or more"),
        ("per_cpu_second = 0.00002", "per_cpu_second = inf", "number of 0 or more"),
        ("per_cpu_second = 0.00002", 'per_cpu_second = "cheap"', "not a number"),
        ("per_cpu_second = 0.00002", 'currency = "euro"', "not a currency"),
        ("[prices]", "[prices", "not TOML"),
    ],
)
def test_a_wrong_description_is_refused_with_its_place(old: str, new: str, told: str) -> None:
    assert old in TOML
    with pytest.raises(ToolError, match=told):
        Spec.from_toml(TOML.replace(old, new))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be read"):
        Spec.read(tmp_path / "provider.toml")


def test_a_service_must_name_what_it_is_sent() -> None:
    with pytest.raises(ToolError, match="names no fields"):
        spec_of("http", {"url": "https://example.org"})


@pytest.mark.parametrize("name", ["MINGA_SECRET_KEY", "DATABASE_URL", "MINGA_PROVIDER_KEY_", "minga_provider_key_x"])
def test_no_other_secret_can_be_named_as_the_key(name: str) -> None:
    with pytest.raises(ToolError, match="MINGA_PROVIDER_KEY_SOMETHING"):
        spec_of("http", {"url": "https://example.org", "key_env": name}, fields=["title"])


def test_an_answer_is_an_advice_or_a_failure() -> None:
    for wrong in ({}, {"advice": Advice("1", "a"), "failure": "no"}):
        with pytest.raises(ToolError, match="never both or none"):
            Answer("1", **wrong)


def answers(**used: Any) -> list[Answer]:
    return [Answer("1", Advice("1", "a"), **used), Answer("2", failure="It hung.", **used)]


def test_costs_follow_from_what_was_measured() -> None:
    cpu, tokens = answers(cpu_seconds=0.5), answers(tokens_in=200, tokens_out=50)
    assert cost_per_1000(cpu, Prices("EUR", Decimal("0.01"))) == Decimal(5)
    assert cost_per_1000(tokens, Prices("EUR", None, Decimal("0.10"), Decimal("0.40"))) == Decimal(40)
    assert cost_per_1000(cpu, Prices("EUR", Decimal(0))) == 0


def test_a_cost_that_would_be_incomplete_is_not_given() -> None:
    both = answers(cpu_seconds=0.5, tokens_in=200)
    assert cost_per_1000(both, Prices("EUR", Decimal("0.01"))) is None
    assert cost_per_1000([], Prices("EUR", Decimal("0.01"))) is None
    assert cost_per_1000(answers(), Prices("EUR", Decimal("0.01"))) is None
    assert cost_per_1000(both, Prices()) is None


def installed_spec(version: str = "1.0.0", **settings: Any) -> Spec:
    return spec_of("entry_point", settings, name="redflags", version=version, id_field="ocid")


def test_an_installed_tool_is_a_provider() -> None:
    provider = connect(installed_spec(settings="[R003]\nthreshold = 15\n"))
    assert provider.card.name == "redflags"
    good, bad = provider.advise_many([RELEASE, {"ocid": "ocds-2", "tender": "none"}])
    assert good.advice is not None
    assert good.advice.case == "ocds-1"
    assert good.wall_seconds > 0
    assert (bad.advice is None) == bool(bad.failure)
    assert provider.content_hash != provider.hash_of("[R003]\nthreshold = 20\n")
    provider.close()


def test_another_version_than_described_is_refused() -> None:
    with pytest.raises(ToolError, match=r"has version 1\.0\.0, but 9\.9 was described"):
        connect(installed_spec("9.9"))


def test_a_tool_that_is_not_installed_is_named() -> None:
    with pytest.raises(ToolError, match=r"no tool 'nothing' installed here\. Installed: .*redflags"):
        entry_point.load("nothing")


class Breaking(RedFlags):
    """A foreign tool that breaks on one case and mistakes another."""

    def advise(self, model: object, case: Mapping[str, Any]) -> Advice:
        if case["id"] == 1:
            raise KeyError("title")
        return Advice("other" if case["id"] == 2 else str(case["id"]), "a")


tool = Breaking()


def test_a_foreign_tool_runs_only_where_the_operator_named_it(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("foreign", f"{__name__}:tool", "minga.tools")
    monkeypatch.setattr(entry_point, "entry_points", lambda group: [point])
    spec = spec_of("entry_point", {}, name="foreign", version="1.0.0")
    with pytest.raises(ToolError, match="comes from another package"):
        connect(spec)
    broken, mistaken, good = connect(spec, allow_tools=["foreign"]).advise_many([{"id": 1}, {"id": 2}, {"id": 3}])
    assert "broke on this case (KeyError" in broken.failure
    assert "about case 'other'" in mistaken.failure
    assert good.advice is not None


def test_two_tools_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [EntryPoint("redflags", f"{place}:tool", "minga.tools") for place in ("minga.tools.redflags", "other")]
    monkeypatch.setattr(entry_point, "entry_points", lambda group: points)
    with pytest.raises(ToolError, match="Two packages install"):
        entry_point.load("redflags", ["redflags"])


def test_openness_names_every_part() -> None:
    assert spec_of("entry_point", {}).as_json()["openness"] == OPEN
