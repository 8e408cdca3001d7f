"""Cardinal's INI file, our TOML, and what each refuses."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minga.tools.base import ToolError
from minga.tools.redflags import Limit, Settings
from minga.tools.redflags.settings import INDICATORS

INI = """\
; comment
currency = USD
no_price_comparison_procurement_methods = Random Selection|Auction
# another comment
[defaults]
bid_status = valid
[codelists.bid_status]
qualified = valid
[exclusions]
procurement_method_details = Emergency
[R003]
threshold = 10
procurement_methods = open|selective
[R003.procurement_method_details]
Menor cuantía = 5
[R025]
percentile = 80 # default is 75
[R038]
threshold = 0.5
"""


def test_cardinals_file() -> None:
    settings = Settings.read(INI)
    assert settings.enabled == ("R003", "R025", "R038")
    assert settings.currency == "USD"
    assert settings.no_price_comparison == {"Random Selection", "Auction"}
    assert settings.excluded_details == {"Emergency"}
    assert settings.get("R003", "threshold") == 10
    assert settings.get("R003", "procurement_methods") == ("open", "selective")
    assert settings.limits() == {"Menor cuantía": Limit(5)}
    assert settings.get("R025", "percentile") == 80
    assert settings.get("R038", "minimum_submitted_bids") == 2


def test_toml_with_law() -> None:
    settings = Settings.read(
        '[R003.procurement_method_details."Menor cuantía"]\ndays = 5\nlaw = "example, to be confirmed by the body"\n'
        '[R024]\nenabled = false\n[R028]\nexclude_method_details = ["Auction"]\n'
    )
    assert settings.limits()["Menor cuantía"].law == "example, to be confirmed by the body"
    assert settings.enabled == ("R003", "R028")
    assert settings.excluded_for("R028") == {"Auction"}


def test_everything_is_on_by_default() -> None:
    assert Settings().enabled == INDICATORS
    assert Settings.read('currency = "PYG"').enabled == INDICATORS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[R999]\n", "R999"),
        ("[R003]\nlimit = 5\n", "limit"),
        ("[R003]\nthreshold = soon\n", "soon"),
        ("[R035]\nthreshold = 1.5\n", "whole number"),
        ("threshold\n[", "neither TOML"),
        ("currency = USD\n", "enables no indicator"),
        ('lots = "merge"\n', "merge"),
        ("R024 = 5\n", "section"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        Settings.read(text)


def test_unknown_indicator() -> None:
    with pytest.raises(ToolError, match="R004"):
        Settings().only(["R004"])


names = st.text(max_size=12).filter(lambda text: max(text, default="") < "\ud800")


@given(st.dictionaries(names, st.tuples(st.integers(0, 99), names), max_size=4), st.lists(names, max_size=3))
def test_toml_reads_back(limits: dict[str, tuple[int, str]], off: list[str]) -> None:
    options = {
        "R003": {"procurement_method_details": {name: Limit(*limit) for name, limit in limits.items()}},
        "R024": {"threshold": 0.25, "exclude_method_details": tuple(sorted(off))},
    }
    settings = Settings(options=options, lots="ignore", note="chosen\non data")
    again = Settings.read(settings.as_toml())
    assert again.limits() == settings.limits()
    assert again.excluded_for("R024") == settings.excluded_for("R024")
    assert again.content_hash == settings.content_hash


def test_the_hash_tells_settings_apart() -> None:
    assert Settings().content_hash == Settings().content_hash
    assert Settings().content_hash != Settings(warn_share=0.3).content_hash
    one, other = (Settings.read(f"[R003]\n[R003.procurement_method_details.x]\ndays=5\nlaw='{law}'") for law in "ab")
    assert one.content_hash != other.content_hash


def test_settings_do_not_load_the_database_engine() -> None:
    code = "import sys; from minga.tools.redflags import Settings; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
