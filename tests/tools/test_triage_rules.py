"""Rules and settings of triage: readable, tested, refused with reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from minga.tools.base import ToolError
from minga.tools.triage.rules import Rule, first_match, pattern
from minga.tools.triage.settings import Settings

GOOD = """
[columns]
text = "body"
groups = ["district"]

[costs]
wrong_route = 20
reading = 5

[service]
longest_wait_days = 10

[priorities]
fire = 4

[[rule]]
name = "Fire"
route = "fire"
any = ["smoke", "burn*"]
tests.match = ["It is burning"]
tests.no_match = ["smokeless fuel"]

[[rule]]
name = "Reference"
route = "files"
all = ["ref ####"]
none = ["old"]
tests.match = ["my REF. 1234"]
tests.no_match = ["ref 12345", "old ref 1234"]
"""


def test_settings_are_read_and_written_back() -> None:
    settings = Settings.read(GOOD)
    assert settings.columns.text == "body"
    assert settings.threshold == pytest.approx(0.75)
    assert settings.longest_wait == timedelta(days=10)
    assert [rule.name for rule in settings.rules] == ["Fire", "Reference"]
    assert settings.priority_of("fire") == 4
    assert settings.priority_of("fire", Rule("x", "fire", priority=1)) == 1
    assert Settings.from_data(settings.as_data()) == settings
    assert Settings.from_data(settings.as_data()).content_hash == settings.content_hash


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("passed away", "has PASSED -- away.", "PASSED -- away"),
        ("passed away", "bypassed away", None),
        ("passed away", "passed awayday", None),
        ("certificat*", "two Certificates", "Certificates"),
        ("##.##.####", "on 01.02.2026!", "01.02.2026"),
        ("c++", "I know C now", "C"),
        ("straße", "in der STRAßE", "STRAßE"),
    ],
)
def test_phrases(phrase: str, text: str, found: str | None) -> None:
    hit = pattern(phrase).search(text)
    assert (hit and hit[0]) == found


def test_the_first_rule_decides() -> None:
    rules = Settings.read(GOOD).rules
    found = first_match(rules, "ref 1234: smoke everywhere")
    assert found
    assert found[0].name == "Fire"
    assert first_match(rules, "nothing at all") is None


def test_a_hostile_text_is_soon_read() -> None:
    rule = Rule("r", "x", all=("a* b* c*", "# # #"))

    assert rule.found_in("a " * 500_000) == ()
    assert rule.found_in("a" * 1_000_000) == ()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('tests.match = ["It is burning"]', 'tests.match = ["It is cold"]', "must find 'It is cold' and does not"),
        ('"smokeless fuel"', '"smoke"', "must not find 'smoke' and does, by 'smoke'"),
        ('name = "Reference"', 'name = "Fire"', "Two rules are called 'Fire'"),
        ('all = ["ref ####"]', 'all = ["smoke"]', "fails its test"),
        ('any = ["smoke", "burn*"]', 'anyy = ["smoke"]', "unknown key 'anyy'"),
        ('any = ["smoke", "burn*"]', "", "would hold for every text"),
        ('"burn*"', '"*"', "needs words"),
        ('"burn*"', '"b*r*"', "at most one"),
        ('tests.match = ["It is burning"]', "", "has no test"),
        ('route = "fire"', 'route = ""', "has no route"),
        ("reading = 5", "reading = 25", "must cost"),
        ("fire = 4", "fire = 11", "outside 0 to 10"),
        ("fire = 4", 'fire = "4"', "not a number"),
        ("[costs]", "[cost]", "unknown part 'cost'"),
        ("wrong_route = 20", "wrong_rout = 20", "unknown key 'wrong_rout'"),
        ("longest_wait_days = 10", "longest_wait_days = 0", "above 0"),
        ("[columns]", "[columns", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(ToolError, match=message.replace("*", r"\*")):
        Settings.read(GOOD.replace(before, after, 1))


def test_a_rule_that_can_never_decide_is_refused() -> None:
    hidden = GOOD + '[[rule]]\nname = "Late"\nroute = "z"\nany = ["smoke"]\ntests.match = ["smoke"]\n'
    with pytest.raises(ToolError, match="never reached"):
        Settings.read(hidden)
