"""Six-month reviews: they open by themselves, groups answer, differences stand side by side, an outcome follows."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from minga.assess import clock, queries
from minga.assess.actions import answer_review, close_review, measure_benefit, open_review, state_benefit
from minga.assess.actions.experience import record_experience
from minga.assess.models import Review
from minga.assess.prefill import prefill
from minga.deliver.actions import change_stage
from minga.deliver.queries import stage_of
from minga.design.models import Release
from minga.learning.actions import agree_transfer, check_transfer
from minga.ledger import guard
from minga.ledger.action import SYSTEM, Actor
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk, made_release, write
from tests.deliver.conftest import contracting as call

ANSWERS = {
    "used": 3,
    "results": {"efficiency": "better", "effectiveness": "same", "reach": "promised"},
    "legitimacy": {"heard": "better", "fair": "same", "explained": "promised", "contestable": "cannot_say"},
    "unintended": "none",
    "sustainable": 3,
    "verdict": "keep",
    "verdict_reason": "It saves us two hours a day.",
}


def said(**changes: Any) -> dict[str, Any]:
    return {**ANSWERS, **changes}


@pytest.fixture
def release(project: Project, cast: Cast) -> Release:
    with guard.open_for_action():
        made = made_release(project, cast)
    for stage in ("shadow", "1"):
        change_stage(by(cast.lena), project, made, stage, "planned")
    return made


@pytest.fixture
def review(project: Project, cast: Cast, release: Release) -> Review:
    return open_review(by(cast.lena), project, release)


def three_groups(cast: Cast, project: Project, review: Review) -> None:
    answer_review(by(cast.flor), project, review, said())
    answer_review(by(cast.rosa), project, review, said(verdict="stop", verdict_reason="It flags my shop."))
    answer_review(by(cast.olga), project, review, said(verdict="change"))


def six_months_ago(project: Project, cast: Cast, days: int) -> Release:
    then = timezone.now() - timedelta(days=days)
    with guard.open_for_action():
        made = made_release(project, cast)
    for stage in ("shadow", "1"):
        change_stage(by(cast.lena, happened=then, history="demonstration"), project, made, stage, "planned")
    return made


def test_the_clock_opens_a_review_after_six_months_and_once(project: Project, cast: Cast) -> None:
    release = six_months_ago(project, cast, 183)
    assert clock.open_reviews() == "1 opened"
    assert clock.open_reviews() == "0 opened"
    review = Review.objects.get(release=release)
    assert (review.due - review.opened).days == 36
    entry = Entry.objects.get(action="review.opened")
    assert entry.actor_key == SYSTEM.key
    assert Edge.objects.filter(entry=entry, cause_kind="release", cause_id=str(release.pk)).exists()


def test_it_does_not_open_before_six_months_nor_in_shadow(project: Project, cast: Cast) -> None:
    six_months_ago(project, cast, 181)
    assert clock.open_reviews() == "0 opened"


def test_a_release_that_never_left_shadow_is_not_due(project: Project, cast: Cast) -> None:
    then = timezone.now() - timedelta(days=400)
    with guard.open_for_action():
        made = made_release(project, cast)
    change_stage(by(cast.lena, happened=then), project, made, "shadow", "planned")
    assert queries.due_for_review() == []
    assert queries.next_review(project) is None


def test_the_next_opens_six_months_after_the_last(project: Project, cast: Cast, review: Review) -> None:
    assert queries.next_review(project) == review.opened + timedelta(days=182)


def test_one_open_review_per_release_and_only_for_what_was_in_use(
    project: Project, cast: Cast, review: Review, release: Release
) -> None:
    with pytest.raises(Conflict):
        open_review(by(cast.olga), project, release)
    with guard.open_for_action():
        unused = made_release(project, cast)
    with pytest.raises(Blocked):
        open_review(by(cast.lena), project, unused)


def test_the_prefill_counts_what_happened(project: Project, cast: Cast) -> None:
    with guard.open_for_action():
        made = made_release(project, cast)
        dataset = write(project, [call(number, 4 + number % 10) for number in range(1, 21)])
    desk = Desk(project, cast, made, dataset)
    desk.in_use()
    desk.draw()
    desk.draw(seed=2)
    desk.decide("accept")
    kept = open_review(by(cast.lena), project, made).prefill
    assert kept["usage"]["decided"] == 1
    assert kept["usage"]["read"] == 20, "read twice by two draws, counted once"
    assert kept["usage"]["read"] == sum(kept["usage"][name] for name in ("drawn", "not_drawn", "failed"))
    assert kept["choices"]["accept"] == 1
    assert kept["precision"] | {"value": None} == kept["precision"]
    assert kept["contests"]["received"] == 0
    assert kept["groups"]["frontline"]["persons"] == 1
    assert kept["groups"]["provider"] == {"entries": 0, "persons": 0}


def test_answers_are_kept_but_the_ledger_holds_only_a_commitment(project: Project, cast: Cast, review: Review) -> None:
    made = answer_review(by(cast.rosa), project, review, said(verdict="stop", verdict_reason="It flags my shop."))
    assert (made.group, made.verdict) == ("residents", "stop")
    payload = Entry.objects.get(action="review.answered").payload
    assert "stop" not in payload
    assert "shop" not in payload
    assert set(json.loads(payload)) == {"answers", "set", "version"}


def test_missing_answers_are_named(project: Project, cast: Cast, review: Review) -> None:
    with pytest.raises(Invalid) as refused:
        answer_review(by(cast.rosa), project, review, {"used": 1, "verdict": "keep"})
    wanted = {"used_why", "results", "legitimacy", "unintended", "sustainable", "verdict_reason"}
    assert wanted <= set(refused.value.fields)


@pytest.mark.parametrize("part", ["results", "legitimacy"])
def test_efficiency_and_legitimacy_are_both_answered(project: Project, cast: Cast, review: Review, part: str) -> None:
    given = {name: value for name, value in said().items() if name != part}
    with pytest.raises(Invalid) as refused:
        answer_review(by(cast.flor), project, review, given)
    assert list(refused.value.fields) == [part]
    assert not review.answers.exists()


def test_what_it_brought_is_known_beforehand_but_never_efficiency_alone(
    project: Project, cast: Cast, release: Release, client: Any
) -> None:
    benefit = {
        "name": "Days until an answer", "unit": "days", "baseline": Decimal(20), "baseline_source": "Book",
        "expected_low": Decimal(9), "expected_high": Decimal(12), "owner": cast.lena,
        "beneficiaries": "Who writes a letter",
        "due": timezone.localdate() + timedelta(days=9),
    }  # fmt: skip
    faster = state_benefit(by(cast.lena), project, kind="efficiency", **benefit)
    assert prefill(release, timezone.now())["worth"] == {"missing": ["legitimacy"], "lines": []}
    state_benefit(by(cast.lena), project, kind="legitimacy", **(benefit | {"name": "Heard"}))
    measure_benefit(
        by(cast.flor), project, faster, value=Decimal(11), events=8, how="Counted.", on=timezone.localdate()
    )
    review = open_review(by(cast.lena), project, release)
    lines = {line["kind"]: line for line in review.prefill["worth"]["lines"]}
    assert (lines["efficiency"]["measured"], lines["efficiency"]["reached"], lines["efficiency"]["events"]) == (
        11,
        True,
        8,
    )
    assert lines["legitimacy"]["measured"] is None
    page = client.get(review.get_absolute_url()).content.decode()
    assert page.index("Days until an answer") < page.index("Heard")
    assert "Too few people had answered when the review opened." in page


def test_how_people_found_it_stands_by_how_their_case_ended(
    project: Project, cast: Cast, release: Release, client: Any
) -> None:
    nobody = Actor(key="", group="residents", kind="visitor")
    for number in range(10):
        answers = {"given_by": "decided", "capable": "7", "easy": "7", "won": "no", "fair": 4, "trust": 1}
        record_experience(by(nobody), project, answers, f"lock-{number}")
    review = open_review(by(cast.lena), project, release)
    parts = {part["key"]: part["counted"] for part in review.prefill["experience"]["people"]}
    assert parts == {"yes": 0, "partly": 0, "no": 10, "open": 0}
    page = client.get(review.get_absolute_url()).content.decode()
    assert "It went against me" in page
    assert "It went the way I asked" not in page


def test_nobody_without_a_role_answers(project: Project, cast: Cast, review: Review) -> None:
    for person in (None, cast.nadie, cast.mora):
        with pytest.raises(NotAllowed):
            answer_review(by(person), project, review, said())


def test_answering_again_replaces(project: Project, cast: Cast, review: Review) -> None:
    answer_review(by(cast.rosa), project, review, said())
    answer_review(by(cast.rosa), project, review, said(verdict="change"))
    assert [answer.verdict for answer in queries.latest_answers(review)] == ["change"]


def test_it_closes_with_three_groups(project: Project, cast: Cast, review: Review) -> None:
    with pytest.raises(Blocked) as refused:
        close_review(by(cast.lena), project, review, outcome="continue", reason="Fine.")
    assert len(refused.value.reasons) == 2
    three_groups(cast, project, review)
    closed = close_review(by(cast.lena), project, review, outcome="change", reason="Shops are left out from June.")
    assert (closed.state, closed.outcome, closed.silence) == ("closed", "change", "")
    entry = Entry.objects.get(action="review.closed")
    assert Edge.objects.filter(entry=entry, cause_kind="review_answer").count() == 3
    with pytest.raises(Conflict):
        answer_review(by(cast.bruno), project, review, said())


def test_it_closes_without_them_only_with_a_published_reason(project: Project, cast: Cast, review: Review) -> None:
    answer_review(by(cast.flor), project, review, said())
    closed = close_review(
        by(cast.ada), project, review, outcome="continue", reason="Fine.", silence="Two groups were asked three times."
    )
    assert closed.silence == "Two groups were asked three times."


@pytest.mark.parametrize("closer", ["lena", "ada"])
@pytest.mark.parametrize("outcome", ["stop", "pause"])
def test_to_stop_or_pause_switches_the_release_off(
    project: Project, cast: Cast, review: Review, closer: str, outcome: str
) -> None:
    three_groups(cast, project, review)
    close_review(by(getattr(cast, closer)), project, review, outcome=outcome, reason="It flags shops.")
    assert stage_of(review.release) == "off"
    actor = Entry.objects.get(action="stage.stopped").actor_key
    assert actor == (cast.lena.key if closer == "lena" else SYSTEM.key)


def test_differences_stand_side_by_side_for_members(project: Project, cast: Cast, review: Review) -> None:
    three_groups(cast, project, review)
    side = queries.side_by_side(review, public=False)
    assert [group.group for group in side.groups] == ["frontline", "residents", "oversight"]
    assert side.groups[1].verdicts == {"keep": 0, "change": 0, "stop": 1}
    assert side.differs
    used = next(row for row in side.rows if row.question == "used")
    assert used.cells == ("3: Often",) * 3


def residents(project: Project, cast: Cast, count: int) -> list[Person]:
    from minga.projects.actions import grant_role

    made = [Person.objects.create(username=f"resident-{n}", group="residents") for n in range(count)]
    for person in made:
        grant_role(by(cast.lena), project, person=person, role="resident")
    return made


def test_in_public_small_groups_are_not_counted_but_their_words_are_heard(
    project: Project, cast: Cast, review: Review
) -> None:
    three_groups(cast, project, review)
    for person in residents(project, cast, 9):
        answer_review(by(person), project, review, said(verdict="change"))
    side = queries.side_by_side(review, public=True)
    counts = {group.group: group.n for group in side.groups}
    assert counts == {"frontline": None, "residents": 10, "oversight": None}
    assert side.hidden == 2
    words = [pair for row in side.rows for pair in row.texts]
    assert ("Residents", "It flags my shop.") in words
    assert all(cell == "" for row in side.rows if row.cells for cell in (row.cells[0], row.cells[2]))


def test_overdue_reviews_are_public(project: Project, cast: Cast, review: Review, client: Any) -> None:
    with guard.open_for_action():
        Review.objects.filter(pk=review.pk).update(due=timezone.now() - timedelta(days=1))
    assert list(queries.overdue()) == [review]
    found = client.get("/api/assess/overdue").json()
    assert [row["id"] for row in found] == [review.pk]
    assert "groups" not in found[0]["figures"]
    page = client.get(f"/projects/{project.slug}/reviews/").content.decode()
    assert "Overdue since" in page


def test_pages_in_both_languages(project: Project, cast: Cast, review: Review, client: Any) -> None:
    three_groups(cast, project, review)
    for language in ("en", "es"):
        with translation.override(language):
            for path in ("reviews/", f"reviews/{review.pk}/", "stop-rules/"):
                page = client.get(f"/projects/{project.slug}/{path}", headers={"accept-language": language})
                assert page.status_code == 200
    client.force_login(cast.lena)
    for path in ("open/", f"{review.pk}/answer/", f"{review.pk}/close/"):
        assert client.get(f"/projects/{project.slug}/reviews/{path}").status_code == 200


def posted(**changes: Any) -> dict[str, Any]:
    """What a browser sends for ANSWERS, without the questions that follow."""
    asked = ["used", "results", "legitimacy", "results_example", "unintended", "sustainable", "new_features", "verdict"]
    return {
        "seen": json.dumps(dict.fromkeys(asked, 0)),
        "once": "form-1",
        "used": "3",
        "results__efficiency": "better",
        "results__effectiveness": "same",
        "results__reach": "promised",
        "legitimacy__heard": "better",
        "legitimacy__fair": "same",
        "legitimacy__explained": "better",
        "legitimacy__contestable": "cannot_say",
        "unintended": "none",
        "sustainable": "3",
        "verdict": "keep",
        **changes,
    }


def test_the_form_asks_what_follows_and_keeps_what_was_said(
    project: Project, cast: Cast, review: Review, client: Any
) -> None:
    client.force_login(cast.rosa)
    address = f"/projects/{project.slug}/reviews/{review.pk}/answer/"
    again = client.post(address, posted())
    assert again.status_code == 422
    assert 'name="verdict_reason"' in again.content.decode()
    assert not review.answers.exists()
    form = again.context["form"]
    sent = posted(seen=form["seen"].value(), verdict_reason="It saves time.", results_example="Cleaning of post 4")
    sent["results_example__evidence"] = "Minutes of May"
    assert client.post(address, sent).status_code == 302
    answer = review.answers.get()
    assert answer.answers["verdict_reason"] == "It saves time."
    assert answer.evidence == {"results_example": ["Minutes of May", ""]}
    assert "It saves time." in client.get(address).content.decode()


def test_what_next(project: Project, cast: Cast, review: Review) -> None:
    assert [address for _text, address in queries.what_next(project, cast.rosa.actor)] == [
        f"/projects/{project.slug}/reviews/{review.pk}/answer/"
    ]
    three_groups(cast, project, review)
    assert queries.what_next(project, cast.rosa.actor) == []
    addresses = [address for _text, address in queries.what_next(project, cast.lena.actor)]
    assert f"/projects/{project.slug}/reviews/{review.pk}/close/" in addresses


@pytest.mark.parametrize(("language", "heading"), [("en", "Was it learnt?"), ("es", "¿Se aprendió?")])
def test_an_open_review_asks_whether_what_was_agreed_was_learnt(
    client: Client, project: Project, cast: Cast, review: Review, language: str, heading: str
) -> None:
    client.cookies["django_language"] = language
    page = review.get_absolute_url()
    assert heading not in client.get(page).content.decode()
    agreed = {"giver": "provider", "learner": "digital", "what": "Rerunning a check", "shown_by": "Done alone"}
    goal = agree_transfer(by(cast.lena), project, **agreed, due=timezone.localdate())
    later = {**agreed, "what": "Reading a drift report"}
    agree_transfer(by(cast.lena), project, **later, due=timezone.localdate() + timedelta(days=30))
    check = f"/projects/{project.slug}/skills/{goal.pk}/check/"
    told = client.get(page).content.decode()
    assert heading in told
    assert "Rerunning a check" in told
    assert "Reading a drift report" not in told
    assert check not in told
    client.force_login(cast.dario)
    assert check in client.get(page).content.decode()
    check_transfer(by(cast.dario), project, goal, met="yes", note="Watched it.")
    assert heading not in client.get(page).content.decode()
