"""A question set as a page: half filled it can be saved, questions that follow appear after saving."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from minga.instruments import queries
from minga.instruments.actions import answer
from minga.instruments.fields import build, collect
from minga.instruments.forms import SetForm
from minga.instruments.library import names
from minga.instruments.outcomes import outcomes
from tests.conftest import by

from .sets import question, section, small

pytestmark = pytest.mark.django_db


def render(form: SetForm) -> str:
    return render_to_string("instruments/questions.html", {"form": form})


def post(form: SetForm, **given: object) -> QueryDict:
    """What a browser sends from ``form`` when these fields are filled in; the rest stays as it is shown."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        value = form.data.get(name) if form.is_bound else form.get_initial_for_field(form.fields[name], name)
        data.setlist(name, value if isinstance(value, list) else [] if value in (None, "") else [str(value)])
    for name, value in given.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_set_renders_in_both_languages(project, name, language):
    with translation.override(language):
        page = render(SetForm(project, name))
    assert f'name="{next(iter(SetForm(project, name).fields))}"' in page
    assert len(re.findall(r"<fieldset", page)) == len(re.findall(r"</fieldset>", page))


def test_a_draft_says_that_it_is_one_and_where_it_comes_from(project):
    form = SetForm(project, "oecd")
    assert "<strong>Draft.</strong> The lists follow a preliminary taxonomy." in render(form)
    assert form.source.endswith("2024-06")
    assert "Draft" not in render(SetForm(project, "problem"))


def test_half_a_form_is_saved_and_the_questions_that_follow_appear(project, cast):
    form = SetForm(project, "problem", section="others")
    assert "search_trace" not in form.fields
    sent = SetForm(project, "problem", post(form, searched="none"), section="others")
    assert sent.save(by(cast.flor))
    assert sent.next_section() == "others"
    again = SetForm(project, "problem", section="others")
    assert "search_trace" in again.fields
    sent = SetForm(project, "problem", post(again, search_trace="In three inventories"), section="others")
    assert sent.save(by(cast.flor))
    assert sent.next_section() == "limits"


def test_a_saved_answer_is_shown_with_who_and_when(project, cast):
    answer(by(cast.lena), project, "problem", {"statement": "Calls close too soon."})
    page = render(SetForm(project, "problem"))
    assert "Calls close too soon." in page
    assert "Answered by Lena on" in page


def test_entries_of_a_group_are_added_and_blank_ones_left_out(project, cast):
    form = SetForm(project, "problem", section="ladder")
    assert form.counts["why"] == 3
    sent = SetForm(project, "problem", post(form, why__0__rung="a", why__2__rung="c"), section="ladder")
    assert sent.save(by(cast.flor))
    assert queries.values(queries.current(project, "problem"))["why"] == [{"rung": "a"}, {"rung": "c"}]
    assert SetForm(project, "problem", section="ladder").counts["why"] == 3


def test_an_error_stands_at_the_entry_that_it_is_about(project, cast):
    form = SetForm(project, "problem", section="ladder")
    sent = SetForm(project, "problem", post(form, why__0__rung="a", why__2__rung="c" * 601), section="ladder")
    assert not sent.save(by(cast.flor))
    assert list(sent.errors) == ["why__2__rung"]
    assert "Shorten it by 1" in render(sent)


def test_an_error_is_told_in_the_language_of_the_page(project, cast):
    with translation.override("es"):
        form = SetForm(project, "build")
        sent = SetForm(project, "build", post(form, round_days="muchos"))
        assert not sent.save(by(cast.flor))
        assert "necesita un número" in str(sent.errors["round_days"])


def test_two_tabs_show_both_texts_and_the_second_save_settles_it(project, cast):
    mine, theirs = SetForm(project, "problem", section="need"), SetForm(project, "problem", section="need")
    assert SetForm(project, "problem", post(theirs, statement="Theirs"), section="need").save(by(cast.lena))
    sent = SetForm(project, "problem", post(mine, statement="Mine"), section="need")
    assert not sent.save(by(cast.flor))
    page = render(sent)
    assert "“Theirs”" in page
    assert "“Mine”" in page
    settled = post(sent, statement="Theirs and mine", seen=sent.data["seen"])
    assert SetForm(project, "problem", settled, section="need").save(by(cast.flor))
    assert queries.values(queries.current(project, "problem"))["statement"] == "Theirs and mine"


def test_saving_without_a_change_is_no_error_and_writes_nothing(project, cast):
    form = SetForm(project, "problem")
    assert SetForm(project, "problem", post(form)).save(by(cast.flor))
    assert queries.current(project, "problem") == {}


@pytest.mark.parametrize("seen", ["", "[", "[]", '{"statement": "x"}', '{"nope": 1}'])
def test_a_page_that_did_not_arrive_whole_is_refused_with_words(project, cast, seen):
    sent = SetForm(project, "problem", post(SetForm(project, "problem"), statement="Mine", seen=seen))
    assert not sent.save(by(cast.flor))
    assert "nothing was saved" in render(sent)
    assert queries.current(project, "problem") == {}


def test_numbers_dates_scales_and_tables_come_back_as_they_were_meant(project, cast):
    data = post(SetForm(project, "build"), cost_build="1500,50", rounds="6", agile_used="none")
    assert SetForm(project, "build", data).save(by(cast.flor))
    data = post(
        SetForm(project, "build"),
        agile_training_day="3",
        agile_training_month="2",
        agile_training_year="2027",
    )
    assert SetForm(project, "build", data).save(by(cast.flor))
    now = queries.values(queries.current(project, "build"))
    assert now == {"cost_build": 1500.5, "rounds": 6, "agile_used": "none", "agile_training": "2027-02-03"}
    data = post(SetForm(project, "evaluation"), used="4", results__efficiency="better")
    assert SetForm(project, "evaluation", data).save(by(cast.flor))
    assert queries.values(queries.current(project, "evaluation")) == {
        "used": 4,
        "results": {"efficiency": "better"},
    }


def test_evidence_is_kept_beside_the_answer(project, cast):
    data = post(SetForm(project, "problem"), statement="S", statement__evidence="Minutes of 3 May")
    assert SetForm(project, "problem", data).save(by(cast.flor))
    assert queries.current(project, "problem")["statement"].evidence == "Minutes of 3 May"


def test_what_the_answers_come_to_is_said_with_its_range(project, cast):
    answer(by(cast.flor), project, "partner", {"capacity": 3, "willingness": 1})
    found = queries.filled(project, "partner")
    told = " | ".join(outcome.text for outcome in outcomes(found, "en"))
    assert "Possible: capable, not yet willing. Ask what it would gain" in told
    assert "3 of 4: High" in told
    assert (found.completeness.answered, found.completeness.required) == (2, 5)


def test_a_file_is_stored_under_the_hash_of_its_content(project):
    made = small(section(question("paper", "file")))
    asked = made.question("paper")
    assert list(build(asked, "paper", "en", 0)) == ["paper"]
    value = collect(asked, "paper", {"paper": SimpleUploadedFile("a.pdf", b"abc")}, 0, None)
    assert value["size"] == 3
    assert value["sha256"].startswith("ba7816bf")
    assert collect(asked, "paper", {}, 0, value) == value


def test_the_hidden_field_says_which_versions_were_shown(project, cast):
    answer(by(cast.lena), project, "problem", {"statement": "S"})
    seen = json.loads(SetForm(project, "problem", section="need").initial["seen"])
    assert seen == {"statement": 1, "affected": 0, "how_known": 0}
