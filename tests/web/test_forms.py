"""Form fields as GOV.UK markup."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import gettext_lazy, override

from minga.web import fields, parts, vote
from minga.web.errors import errors_of
from minga.web.forms import DateField, DecimalInput, HintedChoice, QuickRenderer
from minga.web.gallery_parts import ExampleForm
from minga.web.svg.types import Table

ATTACK = "<script>alert(1)</script>"


class Hostile(forms.Form):
    words = forms.CharField(label=ATTACK, help_text=ATTACK)
    choice = forms.ChoiceField(label="x", widget=forms.RadioSelect, choices=[("a", HintedChoice(ATTACK, ATTACK))])


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


def test_labels_hints_and_choices_are_escaped() -> None:
    assert "<script>" not in fields.form_fields(Hostile())


def test_nothing_is_selected_for_the_person_who_decides() -> None:
    markup = fields.field(ExampleForm()["choice"])
    assert "checked" not in markup
    assert markup.count('type="radio"') == 4
    assert 'id="id_choice_0-hint"' in markup
    assert 'aria-describedby="id_choice_0-hint"' in markup
    assert "<fieldset" in markup


def test_checkboxes_are_checkboxes_and_keep_what_was_chosen() -> None:
    markup = fields.field(ExampleForm({"groups": ["bidders"]})["groups"])
    assert markup.count('type="checkbox"') == 3
    assert markup.count(" checked") == 1


def test_the_summary_links_each_error_to_its_control() -> None:
    form = ExampleForm({})
    summary = fields.error_summary(form)
    shown = fields.form_fields(form)
    targets = [part.split('"')[0] for part in summary.split('href="#')[1:]]
    assert targets == ["id_choice_0", "id_reason", "id_method", "id_when_0", "id_agreed"]
    assert all(f'id="{target}"' in shown for target in targets)
    assert "autofocus" in summary
    assert "What do you decide? Choose one." in summary
    assert "Procurement method: Choose one." in summary
    assert fields.error_summary(ExampleForm()) == ""


def test_an_error_stands_at_its_field_and_is_announced_with_it() -> None:
    markup = fields.field(ExampleForm({})["reason"], rows=4)
    assert 'id="id_reason-error"' in markup
    assert 'aria-describedby="id_reason-hint id_reason-error"' in markup
    assert "govuk-textarea--error" in markup
    assert 'rows="4"' in markup


def test_a_date_of_three_boxes_reads_and_refuses() -> None:
    field = DateField()
    assert field.clean(["27", "3", "2026"]) == dt.date(2026, 3, 27)
    with pytest.raises(forms.ValidationError, match="does not exist"):
        field.clean(["31", "2", "2026"])
    with pytest.raises(forms.ValidationError, match="day, month and year"):
        field.clean(["27", "", "2026"])
    assert DateField(required=False).clean(["", "", ""]) is None


@pytest.mark.parametrize(
    "given", [("99", "1", "2026"), ("a", "b", "c"), ("-1", "0", "0"), ("1", "1", "26"), ("9" * 40,) * 3]
)
def test_what_is_no_date_is_refused_once_and_in_plain_words(given: tuple[str, str, str]) -> None:
    class Dated(forms.Form):
        when = DateField(label="By when?")

    form = Dated({f"when_{name}": part for name, part in zip(("day", "month", "year"), given, strict=True)})
    assert errors_of(form["when"]) == ["This date does not exist. Enter it like 27 3 2026."]
    assert f'value="{given[0]}"' in fields.field(form["when"])


class Plainly(forms.Form):
    words = forms.CharField(max_length=2000)
    count = forms.IntegerField(max_value=20_000, min_value=1)
    amount = forms.DecimalField(max_digits=4)
    mail = forms.EmailField()
    paper = forms.FileField()
    sure = forms.BooleanField()
    own = forms.IntegerField(error_messages={"invalid": "Count the doors."})


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("words", "", "Fill this in."),
        ("words", "x" * 10_000, "Use at most 2,000 characters. These are 10,000."),
        ("words", "a\0b", "There is a character here that cannot be kept. Write the text anew."),
        ("count", "NaN", "Write a whole number, such as 12."),
        ("count", "20001", "Write 20,000 or less."),
        ("count", "-5", "Write 1 or more."),
        ("amount", "<b>1</b>", "Write a number, such as 12 or 12.5."),
        ("amount", "1e400", "Write a number with fewer digits."),
        ("mail", "nobody", "Write an e-mail address, such as name@example.org."),
        ("paper", "", "Choose a file."),
        ("sure", "", "Tick this to go on."),
        ("own", "many", "Count the doors."),
    ],
)
def test_errors_are_plain_words_unless_the_form_has_its_own(name: str, given: str, said: str) -> None:
    form = Plainly({name: given})
    assert errors_of(form[name]) == [said]
    assert said in fields.field(form[name])
    assert said in fields.error_summary(form)


def test_the_hint_of_a_tick_stands_under_its_words() -> None:
    class Asked(forms.Form):
        sure = forms.BooleanField(label="Agreed", help_text="Only where it is so.")

    markup = fields.field(Asked({})["sure"])
    assert 'class="govuk-hint govuk-checkboxes__hint" id="id_sure-hint"' in markup
    assert 'aria-describedby="id_sure-hint id_sure-error"' in markup
    assert markup.count("Only where it is so.") == 1


def test_a_number_gets_a_short_box_and_words_a_long_one() -> None:
    form = Plainly()
    assert "govuk-input--width-10" in fields.field(form["count"])
    assert "govuk-input--width-4" in fields.field(form["count"], width=4)
    assert "--width" not in fields.field(form["words"])


def test_a_date_shows_the_year_without_grouping() -> None:
    class Dated(forms.Form):
        when = DateField(initial=dt.date(2026, 3, 27))

    markup = fields.field(Dated()["when"])
    assert 'value="2026"' in markup
    assert markup.count("<label") == 3


def test_choice_hints_follow_the_language() -> None:
    choice = HintedChoice(gettext_lazy("I cannot tell"), gettext_lazy("Goes to a second reader."))
    with override("es"):
        assert str(choice) == "No puedo decirlo"
        assert str(choice.hint) == "Pasa a una segunda persona."


def test_hidden_fields_come_bare_and_wrong_names_are_explained() -> None:
    class Secret(forms.Form):
        key = forms.CharField(widget=forms.HiddenInput)

    assert fields.field(Secret(initial={"key": "7"})["key"]).startswith('<input type="hidden"')
    with pytest.raises(TypeError, match="Check the field's name"):
        Template("{% load minga %}{% field form.nothing %}").render(Context({"form": Secret()}))


def test_wide_tables_become_labelled_rows() -> None:
    wide = Table(head=("A", "B", "C", "D", "E"), rows=(("1", "2", "3", "4", ATTACK),), numeric=(4,))
    markup = parts.data_table(wide)
    assert 'class="table stack"' in markup
    assert '<td class="num" data-label="E">&lt;script&gt;' in markup
    assert "stack" not in parts.data_table(Table(head=("A", "B"), rows=(("1", "2"),)))


def test_pagination_keeps_the_query_and_vanishes_for_one_page() -> None:
    query = QueryDict("state=open&page=2")
    markup = parts.pagination(Paginator(range(95), 20).page(2), query)
    assert 'href="?state=open&amp;page=1"' in markup
    assert "Page 2 of 5 · 95 entries" in markup
    assert parts.pagination(Paginator(range(5), 20).page(1), query) == ""


def test_buttons_prevent_a_second_click_and_know_their_kinds() -> None:
    assert 'data-prevent-double-click="true"' in parts.button("Record")
    assert parts.button("Vote", href="/vote/").startswith('<a class="govuk-button" href="/vote/"')
    with pytest.raises(ValueError, match="no button kind 'danger'"):
        parts.button("x", kind="danger")


def test_agree_and_disagree_are_equal() -> None:
    agree, disagree = (parts.button(word, kind="vote", name="vote", value="v") for word in ("Agree", "Disagree"))
    assert agree.replace("Agree", "") == disagree.replace("Disagree", "")


def test_breadcrumbs_take_pairs() -> None:
    assert parts.breadcrumbs(("Home", "/")).count("<li") == 1
    with pytest.raises(ValueError, match="takes pairs"):
        parts.breadcrumbs(("Home",))


def test_a_rail_section_without_a_knot_is_a_template_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="needs a Knot"):
        Template("{% load minga %}{% thread_link %}{% endthread_link %}")


def test_progress_shows_one_square_per_statement() -> None:
    markup = vote.progress(7, 42)
    assert "You answered <b>7</b> of 42" in markup
    assert markup.count('class="full"') == 7
    assert markup.count('class="open"') == 35
    assert "<rect" not in vote.progress(0, 0)


@pytest.mark.parametrize("value", ["", "Two\nlines & <b>tags</b>"])
@pytest.mark.parametrize("needed", [True, False])
def test_the_quick_renderer_writes_what_django_writes(value: str, needed: bool) -> None:
    class Plain(forms.Form):
        words = forms.CharField(widget=forms.Textarea(attrs={"rows": 5, "spellcheck": False}), required=needed)
        place = forms.CharField()

    class Quick(Plain):
        default_renderer = QuickRenderer

    given = {"words": value, "place": "a & b"}
    for name in given:
        assert str(Quick(given)[name]) == str(Plain(given)[name])


@pytest.mark.parametrize(
    ("language", "given", "read"), [("es", "12,5", "12.5"), ("es", "12.5", "12.5"), ("en", "12.5", "12.5")]
)
def test_a_decimal_is_read_as_the_language_writes_it(language: str, given: str, read: str) -> None:
    class Priced(forms.Form):
        price = forms.DecimalField(widget=DecimalInput())

    with override(language):
        form = Priced({"price": given})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["price"] == Decimal(read)
        assert "govuk-input--width-10" in fields.field(form["price"])
        assert errors_of(Priced({"price": "1,2,3"})["price"]) != []
