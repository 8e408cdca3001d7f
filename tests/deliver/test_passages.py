"""Evidence that points at a passage of a text: found, named in the words of the service, marked in the whole case."""

from minga.deliver.casework import place_of
from minga.deliver.facts import source_value
from minga.deliver.models import Case, Service
from minga.deliver.source import tree

SOURCE = {"text": "A big branch fell on the path.", "age": 4}
SERVICE = Service(fields=[{"name": "text", "words": "What did you see?"}])


def test_a_passage_is_found_by_its_characters() -> None:
    assert source_value(SOURCE, "text#char=6,12") == (True, "branch")
    assert source_value(SOURCE, "/text#char=6,12") == (True, "branch")


def test_a_passage_that_is_not_there_is_said_to_be_missing() -> None:
    assert source_value(SOURCE, "text#char=90,95") == (False, None)
    assert source_value(SOURCE, "age#char=0,1") == (False, None)
    assert source_value(SOURCE, "other#char=0,1") == (False, None)


def test_a_place_is_named_in_the_words_of_the_service() -> None:
    case = Case(service=SERVICE, source=SOURCE)
    assert place_of(case, "text#char=6,12") == "What did you see? – characters 7 to 12"
    assert place_of(case, "/text") == "What did you see?"
    assert place_of(case, "/bids/0/value") == ""


def test_the_whole_case_marks_the_passage_only() -> None:
    shown = str(tree({"text": "<b> branch", "note": "branch"}, "text#char=4,10"))
    assert '<li id="at"><code>text</code>: <span class="value">&lt;b&gt; <mark>branch</mark></span></li>' in shown
    assert shown.count("<mark>") == 1
