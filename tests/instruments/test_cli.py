"""``minga instruments`` lists, shows and checks question sets."""

import pytest

from minga.instruments.cli import main
from minga.instruments.library import SETS, load, names

pytestmark = pytest.mark.django_db


def test_list_names_every_set(capsys):
    assert main(["list", "--language", "es"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == names()
    assert any("El problema" in line for line in lines)


@pytest.mark.parametrize("name", names())
def test_show_prints_every_question(name, capsys):
    assert main(["show", name]) == 0
    assert f"({name} {load(name).version}," in capsys.readouterr().out


def test_show_takes_a_file(capsys):
    assert main(["show", str(SETS / "problem.toml"), "--language", "es"]) == 0
    assert "¿Por qué importa?" in capsys.readouterr().out


def test_check_accepts_a_good_file_and_names_what_is_wrong_with_a_bad_one(tmp_path, capsys):
    assert main(["check", str(SETS / "data.toml")]) == 0
    bad = tmp_path / "bad.toml"
    bad.write_text((SETS / "data.toml").read_text().replace('"unknown"', '"full"', 1))
    assert main(["check", str(bad)]) == 1
    assert 'question "standard"' in capsys.readouterr().err


def test_show_of_an_unknown_set_names_those_there_are(capsys):
    assert main(["show", "nothing"]) == 1
    assert "problem" in capsys.readouterr().err
