"""A supplier's program, run for real in the sandbox: whatever it does, each case ends as an advice or a failure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from minga.tools import sandbox
from minga.tools.base import ToolError
from minga.tools.providers import Spec, connect
from minga.tools.providers.command import Command
from tests.tools.provider_parts import CARD, cases, program, spec_of, supplier


def failures(provider: Command, count: int = 4) -> list[str]:
    answers = provider.advise_many(cases(count))
    assert [answer.case for answer in answers] == [f"c{number}" for number in range(count)]
    assert all((answer.advice is None) == bool(answer.failure) for answer in answers)
    return [answer.failure for answer in answers]


def test_a_program_answers_with_its_card_and_advice(tmp_path: Path) -> None:
    body = """good["reasons"] = [{"code": "w", "sentence": "Found.", "measured": 2, "figures": {"n": 3},
        "evidence": [{"path": "/title", "value": case["title"], "read_as": "title"}]}]
say(good)"""
    provider = supplier(tmp_path / "p", body, fields=["title"])
    assert (provider.card.name, provider.card.impacts) == ("sorter", ("productivity",))
    first, second = provider.advise_many(cases(2))
    assert first.advice is not None
    assert first.advice.proposal == "a"
    assert first.advice.reasons[0].measured == 2.0
    assert first.advice.reasons[0].evidence[0].value == "Title 0"
    assert first.cpu_seconds > 0
    assert first.wall_seconds > second.wall_seconds > 0


def test_only_the_named_fields_are_sent(tmp_path: Path) -> None:
    tell = 'good["proposal"] = ",".join(sorted(case))\nsay(good)'
    named = supplier(tmp_path / "named", tell, fields=["title"]).advise_many(cases(1))
    whole = supplier(tmp_path / "whole", tell).advise_many(cases(1))
    assert named[0].advice is not None
    assert named[0].advice.proposal == "id,title"
    assert whole[0].advice is not None
    assert whole[0].advice.proposal == "id,secret,title"


def test_settings_reach_the_program(tmp_path: Path) -> None:
    body = 'say({"case": case["id"], "abstained_because": SETTINGS})'
    folder = program(tmp_path / "p", body)
    code = (
        (folder / "tool.py")
        .read_text()
        .replace("        say(CARD)", '        SETTINGS = asked["settings"]\n        say(CARD)')
    )
    (folder / "tool.py").write_text(code)
    settings = {"program": "p", "command": ["python3", "-I", "-B", "/program/tool.py"]}
    provider = connect(spec_of("command", settings), programs=tmp_path)
    answer = provider.advise_many(cases(1), "level = 3")[0]
    assert answer.advice is not None
    assert answer.advice.abstained_because == "level = 3"


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ('say({**CARD, "version": "2.0"} if asked["settings"] else CARD)', "calls itself sorter 2.0"),
        (
            'say({"failure": "No such level."} if asked["settings"] else CARD)',
            "could not start its work: No such level.",
        ),
    ],
)
def test_a_program_that_turns_out_another_is_not_asked(tmp_path: Path, first: str, told: str) -> None:
    folder = program(tmp_path / "p", "say(good)")
    code = (folder / "tool.py").read_text().replace("say(CARD)", first)
    (folder / "tool.py").write_text(code)
    settings = {"program": "p", "command": ["python3", "-I", "-B", "/program/tool.py"], "restarts": 1}
    answers = connect(spec_of("command", settings), programs=tmp_path).advise_many(cases(3), "level = 3")
    assert all(told in answer.failure for answer in answers[:2])
    assert "started 2 times" in answers[2].failure


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('say("{not json\\n")', "not valid JSON"),
        ('say(\'{"case": "c1", "proposal": "a", "probability": NaN}\\n\')', "not valid JSON"),
        ('say(\'{"case": "c1", "case": "c1", "proposal": "a"}\\n\')', "not valid JSON"),
        ('say("[" * 100_000 + "\\n")', "not valid JSON"),
        ('say({"case": "c7", "proposal": "a"})', "about case 'c7' when it was asked about 'c1'"),
        ('say({"case": "c1", "proposal": "a", "probability": 1.5})', "no advice"),
        ('say({"case": "c1", "proposal": "a", "colour": "red"})', "no advice"),
        ('say({"case": "c1", "proposal": 3})', "no advice"),
        ('say({"case": "c1", "proposal": "a", "abstained_because": "b"})', "either a proposal or"),
        ('say({"case": "c1"})', "either a proposal or"),
        ('say({"case": "c1", "proposal": "zzz"})', "not among the labels"),
        ('say({"case": "c1", "proposal": "a", "interval": [2, 1]})', "down to"),
        ('say({"case": "c1", "failure": "The title is empty."})', "The title is empty."),
        ("sys.exit(3)", "ended before it answered"),
        ("os.kill(os.getpid(), 9)", "ended before it answered"),
        ("time.sleep(60)", "No answer came within 1 seconds"),
        ('say("x" * 400_000 + "\\n")', "longer than 256 KiB"),
        ('print("a note to myself")\nsay(good)', "not valid JSON"),
    ],
)
def test_one_wrong_answer_fails_that_case_alone(tmp_path: Path, wrong: str, told: str) -> None:
    indented = "".join(f"\n    {line}" for line in wrong.splitlines())
    provider = supplier(tmp_path / "p", f'if case["id"] == "c1":{indented}\nelse:\n    say(good)', labels=["a", "b"])
    found = failures(provider)
    assert told in found[1]
    assert found[0] == found[2] == found[3] == ""


def test_an_extra_answer_is_not_taken_for_the_next_case(tmp_path: Path) -> None:
    found = failures(supplier(tmp_path / "p", 'say(good)\nif case["id"] == "c1":\n    say(good)'))
    assert found[:2] == ["", ""]
    assert "about case 'c1' when it was asked about 'c2'" in found[2]
    assert found[3] == ""


def test_a_program_that_always_dies_is_given_up(tmp_path: Path) -> None:
    found = failures(supplier(tmp_path / "p", "sys.exit(1)", {"restarts": 2}), 6)
    assert all("ended before it answered" in each for each in found[:3])
    assert all("started 3 times" in each for each in found[3:])


def test_a_flood_without_line_ends_is_cut(tmp_path: Path) -> None:
    body = 'while True:\n    sys.stdout.write("x" * 1_000_000)'
    found = failures(supplier(tmp_path / "p", body, {"restarts": 1, "seconds_per_case": 5}), 3)
    assert all(found)


def test_it_cannot_see_secrets_or_reach_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGA_SECRET_KEY", "do-not-tell")
    body = """import socket
try:
    socket.create_connection(("127.0.0.1", 9), 1); net = "open"
except OSError:
    net = "closed"
good["proposal"] = f"{net} {'MINGA_SECRET_KEY' in os.environ}"
say(good)"""
    answer = supplier(tmp_path / "p", body).advise_many(cases(1))[0]
    assert answer.advice is not None
    assert answer.advice.proposal == "closed False"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": "2.0"}, "calls itself sorter 2.0"),
        ({"oecd_task": "magic"}, "not in the list"),
        ({"title": {"es": "Clasificador"}}, "no English title"),
        ({"owner": "me"}, "no card"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    folder = program(tmp_path / "p", "say(good)", {**CARD, **change})
    settings = {"program": str(folder), "command": ["python3", "-I", "-B", "/program/tool.py"]}
    with pytest.raises(ToolError, match=told):
        connect(spec_of("command", settings))


def test_a_changed_program_is_not_run(tmp_path: Path) -> None:
    provider = supplier(tmp_path / "p", "say(good)")
    before = provider.content_hash
    (tmp_path / "p" / "tool.py").touch()
    assert failures(provider, 1) == [""]
    (tmp_path / "p" / "words.txt").write_text("new")
    with pytest.raises(ToolError, match="was changed after"):
        provider.advise_many(cases(1))
    settings = dict(provider.spec.settings)
    assert Command(spec_of("command", settings), tmp_path / "p").content_hash != before


def test_the_hash_covers_what_decides_and_nothing_else(tmp_path: Path) -> None:
    body = "say(good)"
    first = supplier(tmp_path / "one", body)
    assert first.content_hash == supplier(tmp_path / "two", body, prices={"per_cpu_second": "3"}).content_hash
    assert first.content_hash != first.hash_of("level = 3")
    assert first.content_hash != supplier(tmp_path / "three", body, fields=["title"]).content_hash
    assert first.content_hash != supplier(tmp_path / "four", body + "  # changed").content_hash
    (tmp_path / "one" / "tool.py").chmod(0o755)
    assert first.content_hash != Command(first.spec, tmp_path / "one").content_hash


def test_a_link_in_the_program_is_refused(tmp_path: Path) -> None:
    (program(tmp_path / "p", "say(good)") / "more").symlink_to("/etc/passwd")
    with pytest.raises(ToolError, match="is a link or a special file"):
        connect(spec_of("command", {"program": "p", "command": ["true"]}), programs=tmp_path)


@pytest.mark.parametrize("place", ["..", "/etc", "p/../../x", "link"])
def test_a_program_must_lie_in_the_operators_folder(tmp_path: Path, place: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to("/etc")
    with pytest.raises(ToolError, match="does not lie in the folder"):
        connect(spec_of("command", {"program": place, "command": ["true"]}), programs=tmp_path / "in")


def test_without_isolation_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> None:
        raise sandbox.NoIsolation("This machine cannot isolate programs.")

    provider = supplier(tmp_path / "p", "say(good)")
    monkeypatch.setattr(sandbox, "session", none)
    with pytest.raises(sandbox.NoIsolation):
        provider.advise_many(cases(1))


@pytest.mark.parametrize("bad", [[{"title": "no id"}], [{"id": True}], [{"id": " "}], [{"id": 1}, {"id": "1"}]])
def test_cases_must_be_told_apart(tmp_path: Path, bad: list[dict[str, object]]) -> None:
    with pytest.raises(ToolError, match=r"no usable 'id'|Two cases are called '1'"):
        supplier(tmp_path / "p", "say(good)").advise_many(bad)


def test_the_interpreter_of_this_service_works_inside(tmp_path: Path) -> None:
    folder = program(tmp_path / "p", "import numpy\nsay(good)")
    settings = {"program": str(folder), "command": [sys.executable, "-I", "-B", "/program/tool.py"], "memory_mib": 512}
    assert failures(Command(Spec.from_json(spec_of("command", settings).as_json()), folder), 1) == [""]
