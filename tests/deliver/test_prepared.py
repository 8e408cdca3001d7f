"""Reads whose SQL is remembered give what the query set gives, each time with the values of that time."""

import pytest

from minga.deliver.models import Case
from minga.deliver.prepared import START, Prepared
from tests.deliver.counter import Counter, as_, text_of


def test_it_gives_what_the_query_set_gives(counter: Counter) -> None:
    made = [counter.receive() for _ in range(3)]
    read = Prepared(lambda number: Case.objects.filter(number=number).select_related("service"))
    for case in made:
        (found,) = read(case.number)
        assert (found, found.title, found.received, found.source) == (case, case.title, case.received, case.source)
        assert found.service == counter.service
    assert read(99) == []


def test_a_window_begins_where_it_is_asked_to(counter: Counter) -> None:
    made = [counter.receive().number for _ in range(5)]
    read = Prepared(lambda state: Case.objects.filter(state=state).values_list("number")[START : START + 2])
    assert [number for start in (0, 2, 4) for (number,) in read("open", start=start)] == made
    assert read("decided") == []


def test_a_value_that_the_sql_does_not_ask_for_is_refused(counter: Counter) -> None:
    with pytest.raises(ValueError, match="not parameters"):
        Prepared(lambda _number: Case.objects.all())(1)


def test_words_in_the_queue_stay_words(counter: Counter) -> None:
    case = counter.receive(source={"need": "<script>alert(1)</script>"})
    counter.set(name="Roofs <b>now</b>")
    desk = case.get_absolute_url().removesuffix(f"{case.number}/")
    page = text_of(as_(counter.cast.flor).get(desk))
    assert "&lt;script&gt;alert" in page
    assert "Roofs &lt;b&gt;now" in page
    assert "<script>alert" not in page
    assert "<b>now" not in page


def test_a_number_that_no_case_can_have_is_not_found(counter: Counter) -> None:
    desk = counter.receive().get_absolute_url().removesuffix("1/")
    assert as_(counter.cast.flor).get(f"{desk}{10**30}/").status_code == 404


def test_the_person_reads_all_of_their_letter(counter: Counter) -> None:
    case = counter.receive(letter="word " * 200)
    assert text_of(as_(None).get(case.contact.get_absolute_url())).count("word ") >= 199
