"""A question set with a mistake is refused with a sentence that names the place and says what to do."""

import pytest

from minga.instruments.checks import DefinitionError
from minga.instruments.library import find, load, parse, read, shipped

from .sets import YES_NO, options, question, section, small


def refused(body: str) -> str:
    with pytest.raises(DefinitionError) as error:
        small(body)
    return str(error.value)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (section(question("a", helpp='"x"')), ['question "a"', "helpp", "Remove it"]),
        ("colour = 1\n" + section(question("a")), ["the set", "colour"]),
        (section(question("a", options=YES_NO)), ['question "a"', "options"]),
        (section(question("a", "sliders")), ['question "a"', "sliders"]),
        (section(question("a"), question("a")), ['"a" stands 2 times']),
        (
            section(question("a", when="'bb == 1'"), question("b")),
            ['question "a"', '"bb"', 'Did you mean "b"?'],
        ),
        (section(question("a", when="'b = 1'"), question("b")), ['question "a"', "write =="]),
        (
            section(question("a", when="'b is answered'"), question("b", when="'a is empty'")),
            ["wait for each other"],
        ),
        (section(question("a", when="'a == 1'")), ["wait for each other", "a -> a"]),
        (
            section(question("b", "single", options=YES_NO), question("a", when="'b == \"maybe\"'")),
            ["maybe", "yes, no"],
        ),
        (section(question("a", "single", options=options(yes=1))), ["at least 2"]),
        (section(question("a", "single", options='"shared"')), ["[[lists.shared]]"]),
        (section(question("a", "scale", labels='[{ en = "only" }]')), ["5 labels", "it has 1"]),
        (section(question("a", help='{ en = "x", es = "y" }')), ['question "a"', "also speaks es"]),
        (
            section(question("a")) + '[[scores]]\nid="p"\ntitle={en="P"}\nquestions=["a"]',
            ['score "p"', "gives no points"],
        ),
        (
            section(question("a", "number", lowest=5, highest=2)),
            ["lowest bound 5.0 is above its highest 2.0"],
        ),
        (
            section(question("a", "single", options=options(yes="nan", no="inf"))),
            ['"yes" gives nan points', '"no" gives inf points', "up to 1,000,000"],
        ),
        (
            section(question("a")) + '[[duties]]\nid="d"\ntext={en="D"}\ndays=1000000000000',
            ['duty "d"', "due in 1000000000000 days"],
        ),
        (section(question("a", when=f"'{'+'.join(['1'] * 400)} > 2'")), ["801 words and signs", "split it"]),
    ],
)
def test_each_mistake_is_named(body, named):
    message = refused(body)
    for words in named:
        assert words in message


def test_all_mistakes_are_told_at_once():
    message = refused(section(question("a", when="'x == 1'"), question("b", when="'y == 1'")))
    assert "2 problems" in message
    assert '"x"' in message
    assert '"y"' in message


def test_a_question_inside_a_group_is_not_seen_from_outside():
    group = question(
        "g", "repeated", entry='{ en = "G" }', questions='[{ id = "p", type = "text", ask = { en = "p?" } }]'
    )
    assert 'asked inside "g"' in refused(section(group, question("a", when="'p is answered'")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"a = ", "not valid TOML"),
        (b"a = " + b"9" * 5_000, "5000 digits. Correct"),
        (b"a = " + b"[" * 3_000 + b"]" * 3_000, "nested too deeply"),
        (b"", "missing key"),
        (b"#" * 5_000_001, "at most 5,000,000"),
    ],
)
def test_a_file_that_is_no_question_set_is_refused(tmp_path, content, words):
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError, match=words):
        read(path)


def test_a_missing_file_or_set_is_refused(tmp_path):
    with pytest.raises(DefinitionError, match="cannot be opened"):
        read(tmp_path / "none.toml")
    with pytest.raises(DefinitionError, match="problem"):
        shipped("../problem")


@pytest.mark.django_db
def test_a_set_or_version_that_is_not_here_names_those_that_are():
    with pytest.raises(DefinitionError, match=r"Use one of: .*problem"):
        load("../problem")
    with pytest.raises(DefinitionError, match="Minga ships version"):
        load("problem", "77")
    assert find("problem", "77") is None


def test_deep_nesting_is_refused():
    with pytest.raises(DefinitionError):
        parse("a = " + "[" * 5000, "deep.toml")
