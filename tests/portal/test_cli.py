"""The command line answers at once, and wrong commands are explained."""

import subprocess
import sys

import pytest

from minga.cli import COMMANDS, main


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in COMMANDS)


def test_help_imports_neither_django_nor_the_tools() -> None:
    heavy = "[m for m in ('django', 'duckdb', 'pyarrow') if m in sys.modules]"
    code = f"import sys; from minga.cli import main; main(['--help']); print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_an_unknown_command_says_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    assert "'minga --help' lists them" in capsys.readouterr().err
