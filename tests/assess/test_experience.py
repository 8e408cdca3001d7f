"""How it went: without an account and without a name, once, and never shown without whether the person won."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from minga.assess import experience
from minga.assess.actions import give_at_work, give_through_notice
from minga.assess.actions.experience import record_experience
from minga.assess.models import Experience
from minga.instruments.checks import DefinitionError
from minga.instruments.library import SETS
from minga.ledger.action import Actor
from minga.ledger.models import Edge, Entry, Opening
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from minga.tools.stats import wilson
from tests.conftest import Cast, by
from tests.deliver.served import Office, notice_of, opened_service

LOST: dict[str, Any] = {"capable": "2", "easy": "5", "won": "no", "fair": 1, "trust": 0}
WON: dict[str, Any] = {"capable": "7", "easy": "6", "won": "yes", "fair": 4, "trust": 3, "heard": 4}
AT_WORK: dict[str, Any] = {"capable": "4", "easy": "4", "useful": 3, "free": 4, "judge": 1}
_locks = itertools.count()


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


def as_(person: Person | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if person is not None:
        client.force_login(person, django_settings.AUTHENTICATION_BACKENDS[0])
    return client


def said(
    project: Project, answers: dict[str, Any], times: int, given_by: str = "decided", group: str = "residents"
) -> None:
    actor = Actor(key="", group=group, kind="visitor")
    for _time in range(times):
        record_experience(by(actor), project, {"given_by": given_by, **answers}, f"lock-{next(_locks)}")


@given(st.integers(1, 7), st.integers(1, 7))
def test_ease_is_umux_lite(one: int, two: int) -> None:
    found = experience.ease({"capable": str(one), "easy": str(two)})
    assert found == pytest.approx((one + two - 2) * 100 / 12)
    assert found is not None
    assert 0 <= found <= 100


@pytest.mark.parametrize(
    "answers", [{}, {"capable": "3"}, {"capable": "3", "easy": "8"}, {"capable": "3", "easy": None}]
)
def test_ease_needs_both_answers(answers: dict[str, Any]) -> None:
    assert experience.ease(answers) is None


def test_it_is_given_through_a_notice_without_account_or_name(office: Office) -> None:
    notice = notice_of(office.decided())
    made = give_through_notice(by(office.cast.rosa), notice, LOST)
    assert (made.won, made.ease) == ("no", pytest.approx(500 / 12))
    entry = Entry.objects.get(action="experience.given")
    assert entry.actor_key == ""
    assert set(json.loads(entry.payload)) == {"answers", "set", "version"}
    assert not Opening.objects.filter(entry=entry).exclude(person_key="").exists()
    causes = set(Edge.objects.filter(entry=entry).values_list("cause_kind", flat=True))
    assert causes <= {"project"}
    assert notice.token not in made.once


def test_each_notice_once(office: Office) -> None:
    notice = notice_of(office.decided())
    give_through_notice(by(None), notice, LOST)
    with pytest.raises(Conflict):
        give_through_notice(by(None), notice, WON)
    assert Experience.objects.get().won == "no"


def test_before_the_decision_nobody_is_asked_how_it_ended(office: Office) -> None:
    first = office.case({"email": "rosa@example.org"})
    office.stage("100")
    from minga.deliver.actions.notices import make_notice

    notice = make_notice(by(None), office.project, first)
    made = give_through_notice(by(None), notice, LOST)
    assert made.won == "open"
    assert "won" not in made.answers
    page = as_(None).get(f"/notice/{notice.token}/experience/").content.decode()
    assert 'name="won"' not in page


@pytest.mark.parametrize("missing", ["capable", "easy", "won", "fair", "trust"])
def test_what_is_missing_is_named(office: Office, missing: str) -> None:
    notice = notice_of(office.decided())
    with pytest.raises(Invalid) as refusal:
        give_through_notice(by(None), notice, {name: value for name, value in LOST.items() if name != missing})
    assert list(refusal.value.fields) == [missing]


def test_who_works_with_it_answers_once_in_a_half_year(project: Project, cast: Cast) -> None:
    made = give_at_work(by(cast.flor), project, AT_WORK)
    assert (made.group, made.won, made.ease) == ("frontline", "open", 50)
    assert Entry.objects.get(action="experience.given").actor_key == ""
    with pytest.raises(Conflict):
        give_at_work(by(cast.flor), project, AT_WORK)
    give_at_work(by(cast.fidel), project, AT_WORK)


@pytest.mark.parametrize("name", ["rosa", "olga", "nadie", "paz"])
def test_others_are_not_asked_about_the_work(project: Project, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed):
        give_at_work(by(getattr(cast, name)), project, AT_WORK)
    with pytest.raises(NotAllowed):
        give_at_work(by(None), project, AT_WORK)


def test_figures_stand_by_how_it_ended_and_none_over_all(project: Project, client: Client) -> None:
    said(project, WON, 20)
    said(project, LOST, 10)
    found = experience.report(project)
    won, lost, partly = found.part("yes"), found.part("no"), found.part("partly")
    assert won is not None
    assert lost is not None
    assert partly is not None
    assert (won.counted, lost.counted, partly.counted) == (20, 10, 0)
    trust = won.figure("trust")
    assert trust is not None
    assert (trust.count, trust.of, trust.value) == (20, 20, 1)
    gap = next(gap for gap in found.gaps if gap.question == "trust")
    assert (gap.value, gap.low > 0.5) == (1, True)
    page = client.get(f"/projects/{project.slug}/experience/").content.decode()
    assert "People who lost their case trust the office less than those who won" in page
    assert "20 of 20" in page
    assert "20 of 30" not in page
    api = client.get(f"/api/assess/projects/{project.slug}/experience").json()
    assert {part["key"] for part in api["people"]} == {"yes", "partly", "no", "open"}


@pytest.mark.parametrize(("given", "counted"), [(9, 0), (10, 10), (19, 10), (20, 20)])
def test_they_move_in_steps_of_ten(project: Project, given: int, counted: int) -> None:
    said(project, LOST, given)
    found = experience.report(project).part("no")
    assert found is not None
    assert found.counted == counted
    assert (found.ease is None) == (counted == 0)


def test_few_answers_leave_no_trace_on_the_page(project: Project, client: Client) -> None:
    said(project, LOST, 9)
    said(project, WON, 9)
    page = client.get(f"/projects/{project.slug}/experience/").content.decode()
    assert "Too few people have answered" in page
    assert "of 9" not in page
    report = experience.report(project)
    assert report.gaps == ()
    assert all(figure.of == 0 for part in report.people for figure in part.asked)


def test_an_optional_question_with_few_answers_is_not_judged(project: Project) -> None:
    said(project, LOST, 7)
    said(project, {**LOST, "heard": 2}, 3)
    found = experience.report(project).part("no")
    assert found is not None
    heard = found.figure("heard")
    assert heard is not None
    assert (heard.of, heard.value) == (0, None)


def test_optional_questions_move_in_steps_of_ten_too(project: Project) -> None:
    said(project, {**LOST, "heard": 4}, 13)
    said(project, LOST, 7)
    found = experience.report(project).part("no")
    assert found is not None
    heard = found.figure("heard")
    assert heard is not None
    assert (found.counted, heard.count, heard.of) == (20, 10, 10)


def test_staff_stand_by_group(project: Project) -> None:
    said(project, AT_WORK, 10, "staff", "frontline")
    said(project, AT_WORK, 3, "staff", "digital")
    counted = {part.key: part.counted for part in experience.report(project).staff}
    assert counted == {"frontline": 10, "digital": 0}


@pytest.mark.parametrize("values", [[100.0] * 10, [50.0] * 10, [0.0] * 30])
def test_a_mean_has_an_interval_even_where_all_are_alike(values: list[float]) -> None:
    found = experience.mean(values)
    assert found is not None
    assert found.low <= found.value <= found.high
    assert found.high - found.low > 5


def test_of_yes_and_no_it_is_the_interval_of_a_share() -> None:
    values = [0.0] * 300 + [100.0] * 300
    found = experience.mean(values)
    assert found is not None
    low, high = wilson(300, 600)
    assert (found.low, found.high) == (pytest.approx(100 * low, abs=0.1), pytest.approx(100 * high, abs=0.1))


@pytest.mark.parametrize(
    "counts", [[1] * 13, [0, 0, 0, 1, 1, 1, 2, 3, 5, 8, 12, 14, 20], [9, 5, 3, 1, 1, 1, 1, 1, 1, 1, 3, 5, 20]]
)
@pytest.mark.parametrize("n", [10, 40])
def test_the_interval_holds_the_true_mean_as_often_as_it_says(counts: list[int], n: int) -> None:
    """Of 600 samples 95 %; 92 % leaves room for chance."""
    chance, points = np.random.default_rng(7), np.arange(13) * 100 / 12
    shares = np.array(counts) / sum(counts)
    truth, held = float(points @ shares), 0
    for _sample in range(600):
        found = experience.mean([float(value) for value in chance.choice(points, n, p=shares)])
        assert found is not None
        held += found.low <= truth <= found.high
    assert held >= 552


def test_the_body_may_bring_its_licensed_copy(tmp_path: Path, settings: Any) -> None:
    ours = (SETS / "experience.toml").read_text()
    path = tmp_path / "ours.toml"
    path.write_text(ours.replace("I found my way without trouble.", "Licensed words."))
    settings.MINGA_EXPERIENCE_SET = str(path)
    assert experience.titles()["easy"] == "Licensed words."
    path.write_text(ours.replace('id = "capable"', 'id = "able"'))
    with pytest.raises(DefinitionError) as refusal:
        experience.question_set()
    assert "capable" in refusal.value.problems[0]


def test_the_form_without_account(office: Office) -> None:
    notice = notice_of(office.decided())
    address = f"/notice/{notice.token}/experience/"
    page = as_(None).get(address)
    assert page["Cache-Control"] == "no-store"
    assert "checked" not in page.content.decode()
    assert page.content.decode().count("(optional)") == 3
    again = as_(None).post(address, {"capable": "3", "once": "e1"})
    assert again.status_code == 422
    assert set(again.context["form"].errors) == {"easy", "won", "fair", "trust"}
    sent = {"capable": "3", "easy": "4", "won": "partly", "fair": "3", "trust": "2", "once": "e2"}
    reply = as_(None).post(address, sent)
    assert (reply.status_code, reply["Location"]) == (302, notice.get_absolute_url())
    assert Experience.objects.get().answers["fair"] == 3
    assert "answered already" in as_(None).get(address).content.decode()
    assert as_(None).get("/notice/no-such-token/experience/").status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_in_both_languages(office: Office, language: str) -> None:
    said(office.project, WON, 10)
    said(office.project, LOST, 10)
    said(office.project, AT_WORK, 10, "staff", "frontline")
    notice = notice_of(office.decided())
    slug = office.project.slug
    for path in (
        f"/notice/{notice.token}/experience/",
        f"/projects/{slug}/experience/",
        f"/projects/{slug}/experience/give/",
    ):
        page = as_(office.cast.flor, language).get(path)
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


def test_the_page_asks_once_however_many_answered(project: Project, django_assert_max_num_queries: Any) -> None:
    said(project, LOST, 30)
    with django_assert_max_num_queries(1):
        experience.report(project)
