"""A body adds sets as they are published; what cannot be used is refused with every reason."""

import json

import httpx
import pytest

from minga.instruments import fetch, files, library, queries
from minga.instruments.actions import add_set, answer
from minga.instruments.checks import DefinitionError
from minga.instruments.cli import main
from minga.instruments.files import SetFile
from minga.instruments.models import AddedSet
from minga.ledger.action import BODY
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from tests.conftest import by
from tests.instruments import aia
from tests.instruments.sets import HEAD, question, section
from tests.instruments.surveyjs.forms import survey_file
from tests.shared import shared

pytestmark = pytest.mark.django_db
Q = {"type": "text", "name": "q"}


def toml(version="1", id="ours"):
    text = HEAD.format(version=version).replace('id = "small"', f'id = "{id}"') + section(question("a"))
    return SetFile("ours.toml", text.encode())


def add(person, file, **given):
    return add_set(by(person), BODY, file, **given)


@pytest.mark.parametrize("version", aia.FILES)
def test_all_four_official_versions_are_added_as_they_are_and_can_be_filled(version, cast, project):
    row = aia.add(cast.bea, version)
    assert (row.set, row.version, row.kind) == ("canada-aia", version, "surveyjs")
    assert row.content.encode() == aia.file(version).content
    assert library.load("canada-aia").version == version
    answer(by(cast.flor), project, "canada-aia", {"projectDetailsTitle": "Early warnings"})
    found = queries.filled(project, "canada-aia")
    assert found.reading.answers == {"projectDetailsTitle": "Early warnings"}
    assert found.scores["current"].levels == ("1", "2", "3", "4")


def test_the_newest_version_counts_and_every_other_can_be_had(cast):
    for version in ("0.10.0", "1.0.1", "0.9.1"):
        aia.add(cast.bea, version)
    assert library.versions("canada-aia") == ["1.0.1", "0.10.0", "0.9.1"]
    assert library.load("canada-aia").version == "1.0.1"
    assert len(library.load("canada-aia", "0.9.1").questions) == 125
    everything = library.everything()
    assert [each.id for each in everything][:-1] == library.names()
    assert (everything[-1].id, everything[-1].version) == ("canada-aia", "1.0.1")
    with pytest.raises(DefinitionError, match=r"There is: 1\.0\.1, 0\.10\.0, 0\.9\.1"):
        library.load("canada-aia", "0.9")


def test_requirements_come_with_the_set_or_later(cast):
    first = aia.add(cast.bea)
    assert library.load("canada-aia").may_follow(library.load("canada-aia").read({})) == []
    again = aia.add(cast.bea, requirements=aia.requirements())
    assert again == first
    assert len(library.load("canada-aia").may_follow(library.load("canada-aia").read({}))) == 7
    assert '"again":true' in Entry.objects.filter(action="instrument.added").latest("seq").payload


def test_two_files_of_requirements_in_one_language_are_refused(cast):
    with pytest.raises(Invalid) as refused:
        aia.add(cast.bea, requirements=[aia.requirements()[0]] * 2)
    assert "Give one for each" in refused.value.fields["file"]
    assert not AddedSet.objects.exists()


def test_the_same_bytes_again_are_the_row_that_exists(cast):
    assert add(cast.bea, toml()) == add(cast.bea, toml())
    assert AddedSet.objects.count() == 1


def test_other_bytes_under_the_same_version_conflict_and_say_what_to_do(cast):
    add(cast.bea, toml())
    other = SetFile("ours.toml", toml().content.replace(b"a?", b"b?"))
    with pytest.raises(Conflict, match="under a version of your own, such as 1-2"):
        add(cast.bea, other)
    assert len(library.versions("ours")) == 1


def test_a_set_in_toml_is_added_and_read_from_the_database(cast, project):
    add(cast.bea, toml())
    answer(by(cast.flor), project, "ours", {"a": "x"})
    assert queries.filled(project, "ours").reading.answers == {"a": "x"}


@pytest.mark.parametrize(
    ("file", "given", "words"),
    [
        (SetFile("page.html", b"<html>"), {}, "button “Raw”"),
        (SetFile("x.json", b"{"), {}, "not valid JSON"),
        (SetFile("x.json", b"\xff"), {}, "not UTF-8"),
        (SetFile("x.json", b'{"data": {}}'), {"version": "1"}, "no pages"),
        (SetFile("x.json", bytes(20_000_001)), {}, "at most 20,000,000 are read"),
        (SetFile("x.toml", b"a = "), {}, "not valid TOML"),
        (SetFile("x.toml", b"\xff"), {}, "not UTF-8"),
        (SetFile("x.toml", b"#" * 5_000_001), {}, "at most 5,000,000"),
        (survey_file(Q), {}, "does not say which version it is"),
        (survey_file(Q), {"version": "1" * 21}, "1 to 20 fit"),
        (survey_file(Q), {"version": "1", "set_id": "Über Uns"}, "cannot be used. Give --id"),
        (survey_file(Q), {"version": "1", "set_id": "problem"}, "belongs to a set that ships with Minga"),
        (survey_file(Q, Q), {"version": "1"}, 'the name "q" is used by 2 questions'),
        (survey_file({"type": "html", "name": "h", "html": "x"}), {"version": "1"}, "asks nothing"),
        (survey_file({"type": "text", "name": "q" * 201}), {"version": "1"}, "longer than 200 characters"),
        (survey_file({**Q, "visibleIf": "(" * 500 + "1" + ")" * 500}), {"version": "1"}, "expression is refused"),
        (toml(), {"version": "2"}, "calls itself version 1, not 2"),
        (toml(id="problem"), {}, "belongs to a set that ships with Minga"),
        (toml(), {"requirements": [SetFile("r.json", b"{}")]}, "states its own duties"),
        (survey_file(Q), {"version": "1", "requirements": [SetFile("r.json", b"{}")]}, "the four levels"),
        (SetFile("ours.toml", toml().content.replace(b"a?", b"a?") + section(question("a"), id="t").encode()), {},
         "stands 2 times"),
        (SetFile("ours.toml", HEAD.format(version="1").encode() + section(
            question("a", when="'b is answered'"), question("b", when="'a is answered'")).encode()), {},
         "wait for each other"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_added_says_why(file, given, words, cast):
    with pytest.raises(Invalid) as refused:
        add(cast.bea, file, **given)
    assert words in " ".join(refused.value.reasons)
    assert "file" in refused.value.fields
    assert not AddedSet.objects.exists()


def test_rings_of_a_surveyjs_form_do_not_stop_it_because_they_stop_nothing_there(cast):
    ring = survey_file(
        {"type": "text", "name": "a", "visibleIf": "{b} = 1"}, {"type": "text", "name": "b", "visibleIf": "{a} = 1"}
    )
    add(cast.bea, ring, version="1")
    assert library.load("form").read({"a": "1", "b": "1"}).answers == {"a": "1", "b": "1"}


def test_only_offices_of_the_body_add_sets(cast, project, offices):
    with pytest.raises(NotAllowed):
        add(cast.lena, toml())
    for version, person in enumerate((cast.chela, cast.saul)):
        add(person, toml(str(version)))
    with pytest.raises(NotAllowed):
        add(cast.bento, toml("9"))


@pytest.mark.parametrize(
    ("name", "version"), [("form_v0.10.0.json", "0.10.0"), ("form-2.1.json", "2.1"), ("form 3.0.json", "3.0")]
)
def test_the_version_is_found_in_the_name_of_the_file(name, version):
    found = files.read(survey_file(Q, name=name)).instrument
    assert (found.id, found.version) == ("form", version)


@pytest.mark.parametrize(
    ("older", "newer"), [("0.9", "0.9.1"), ("0.9.1", "0.10.0"), ("0.10.0", "1.0.1"), ("2", "10"), ("1.0", "1.0-2")]
)
def test_versions_are_ordered_as_people_count(older, newer):
    assert files.version_key(older) < files.version_key(newer)


def web(answer):
    return httpx.MockTransport(answer)


def redirect(request):
    return httpx.Response(302, headers={"Location": "http://example.org/plain.json"})


def too_slow(request):
    raise httpx.ConnectTimeout("slow", request=request)


def unreachable(request):
    raise httpx.ConnectError("Name or service not known", request=request)


@pytest.mark.parametrize(
    ("url", "answer", "words"),
    [
        ("http://example.org/a.json", None, "no https address"),
        ("file:///etc/passwd", None, "no https address"),
        ("https://example.org/a.json", redirect, "http://example.org/plain.json is no https address"),
        ("https://example.org/a.json", lambda r: httpx.Response(302, headers={"Location": "/a.json"}), "more than 5"),
        ("https://example.org/a.json", lambda r: httpx.Response(404), "may have moved"),
        ("https://example.org/a.json", lambda r: httpx.Response(403), "does not let programs in"),
        ("https://example.org/a.json", lambda r: httpx.Response(500), "answered 500"),
        ("https://example.org/a.json", too_slow, "did not answer within 30 seconds"),
        ("https://example.org/a.json", unreachable, "could not be reached"),
        ("https://example.org/a.json", lambda r: httpx.Response(200, content=bytes(20_000_001)), "not read on"),
    ],
)
def test_a_file_that_cannot_be_fetched_says_why(url, answer, words):
    with pytest.raises(DefinitionError, match=words):
        fetch.fetch(url, web(answer) if answer else web(lambda request: httpx.Response(200)))


def test_a_file_is_fetched_from_where_it_was_moved_to():
    def moved(request):
        if request.url.path == "/old.json":
            return httpx.Response(301, headers={"Location": "https://files.example.org/form_v2.0.json"})
        return httpx.Response(200, content=survey_file(Q).content)

    found = fetch.fetch("https://example.org/old.json", web(moved))
    assert (found.name, found.url) == ("form_v2.0.json", "https://example.org/old.json")
    assert files.read(found).instrument.version == "2.0"


def test_the_command_adds_lists_and_shows(cast, tmp_path, capsys):
    path = tmp_path / "form_v1.0.json"
    path.write_bytes(survey_file({**Q, "title": {"default": "Which?", "fr": "Lequel ?"}}, title="Our form").content)
    assert main(["add", str(path), "--id", "theirs"]) == 0
    assert "theirs 1.0: Our form, 1 questions, en, fr." in capsys.readouterr().out
    assert main(["list"]) == 0
    assert "theirs         1.0      1 questions  Our form  added" in capsys.readouterr().out
    assert main(["show", "theirs", "--language", "fr"]) == 0
    assert "Lequel ?" in capsys.readouterr().out


def test_the_command_refuses_in_words(cast, tmp_path, capsys):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"elements": [Q]}))
    assert main(["add", str(path)]) == 1
    assert "Give it with --version" in capsys.readouterr().err
    assert main(["add", str(tmp_path / "none.json")]) == 1
    assert "cannot be opened" in capsys.readouterr().err
    assert main(["add", str(path), "--as", "ghost"]) == 1
    assert "nobody called ghost" in capsys.readouterr().err
    assert main(["add", str(path), "--version", "1", "--as", "lena"]) == 1
    assert "may not do this here" in capsys.readouterr().err


def test_a_file_of_200_megabytes_is_refused_before_it_is_read(cast, tmp_path, capsys):
    path = tmp_path / "big.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert main(["add", str(path)]) == 1
    assert "200,000,000 bytes" in capsys.readouterr().err


def test_the_command_adds_the_official_file_with_its_requirements(cast, capsys):
    folder = shared("data/registers/ca-aia")
    words = [str(folder / f"ui-strings-and-requirements-{code}.json") for code in ("en", "fr")]
    given = ["add", str(folder / "survey-enfr.json"), "--requirements", words[0], "--requirements", words[1]]
    assert main(given) == 0
    assert "canada-aia 1.0.1: Algorithmic impact assessment (Canada), 295 questions, en, fr." in capsys.readouterr().out


def test_the_command_scores_a_set_that_was_added_in_the_version_of_the_saved_file(cast, tmp_path, capsys):
    case = aia.cases("0.10.0")[0]
    for version in ("0.10.0", "1.0.1"):
        aia.add(cast.bea, version)
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps({"version": "v0.10.0", "currentPage": 1, "data": case["answers"]}))
    assert main(["score", "canada-aia", str(saved), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["current"], found["level"]) == (case["official"]["current_score"], case["official"]["impact_level"])
    assert main(["score", "nothing", str(saved)]) == 1
    assert "canada-aia" in capsys.readouterr().err
