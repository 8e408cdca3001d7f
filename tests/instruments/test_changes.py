"""Between two versions every change is told; every answer is carried, converted or dropped with a reason."""

from hypothesis import given
from hypothesis import strategies as st

from minga.instruments.changes import compare, migrate

from .sets import question, section, small

GROUP = '[{ id = "p", type = "text", ask = { en = "p" } }, { id = "gone", type = "text", ask = { en = "g" } }]'
OLD = small(
    section(
        question("kept", "text"),
        question("worded", "text"),
        question("old_name", "text"),
        question(
            "pick",
            "single",
            options='[{ value = "a", text = { en = "A" } }, { value = "b", text = { en = "B" } }]',
        ),
        question("removed", "text"),
        question("g", "repeated", entry='{ en = "G" }', questions=GROUP),
    )
)
NEW_GROUP = '[{ id = "part", was = ["p"], type = "text", ask = { en = "p" } }]'
NEW_OPTIONS = '[{ value = "first", was = ["a"], text = { en = "A" } }, { value = "c", text = { en = "C" } }]'
NEW = small(
    section(
        question("kept", "text"),
        question("worded", "text", help='{ en = "More words" }'),
        question("new_name", "text", was='["old_name"]', longest=5),
        question("pick", "single", options=NEW_OPTIONS),
        question("added", "text"),
        question("g", "repeated", entry='{ en = "G" }', questions=NEW_GROUP),
    ),
    version="2",
)


def test_compare_tells_what_changed():
    changes = compare(OLD, NEW)
    assert (changes.old, changes.new) == ("1", "2")
    assert changes.added == (("question", "added"),)
    assert changes.removed == (("question", "removed"),)
    changed = {change.id: change for change in changes.changed}
    assert set(changed) == {"worded", "new_name", "pick", "g"}
    assert changed["new_name"].was == "old_name"
    assert changed["new_name"].what["longest"] == (200, 5)
    assert changed["worded"].words_only
    assert not changed["pick"].words_only
    assert not compare(OLD, OLD)


def test_migrate_carries_renames_converts_and_drops_with_reasons():
    answers = {
        "kept": "k",
        "old_name": "n",
        "pick": "a",
        "removed": "r",
        "g": [{"p": "1", "gone": "2"}],
        "x": 1,
    }
    result = migrate(OLD, NEW, answers)
    assert result.answers == {"kept": "k", "new_name": "n", "pick": "first", "g": [{"part": "1"}]}
    assert result.renamed == {"old_name": "new_name"}
    assert set(result.converted) == {"pick", "g"}
    assert result.to_ask == ["added"]
    dropped = {drop.question: drop for drop in result.dropped}
    assert {id: drop.value for id, drop in dropped.items()} == {"removed": "r", "g[0].gone": "2", "x": 1}
    assert "is not asked in small 2" in dropped["removed"].reason
    assert "is not asked in small 1" in dropped["x"].reason


def test_an_answer_that_no_longer_fits_is_dropped_with_its_value():
    result = migrate(OLD, NEW, {"pick": "b", "old_name": "too long now"})
    assert {(drop.question, drop.value) for drop in result.dropped} == {
        ("pick", "b"),
        ("old_name", "too long now"),
    }


values = st.text(max_size=8) | st.sampled_from(["a", "b"]) | st.integers() | st.none()


@given(st.dictionaries(st.sampled_from([*OLD.questions, "x"]), values))
def test_no_answer_is_lost(answers):
    result = migrate(OLD, NEW, answers)
    assert len(result.answers) + len(result.dropped) == len(answers)
