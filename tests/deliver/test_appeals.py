"""People appeal without an account; somebody who has not touched the case answers; a wrong advice becomes a test."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.deliver import hearings
from minga.deliver.actions import claim_case, return_case
from minga.deliver.actions.appeals import ForTool, decide_appeal, submit_appeal
from minga.deliver.actions.erasing import erase_contact
from minga.deliver.models import Access, Appeal, Determination, SecondReading
from minga.design.models import TestCase
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Edge
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Person
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.deliver.served import Office, notice_of, opened_service


@pytest.fixture
def office(project: Project, cast: Cast) -> Office:
    return Office(project, cast, opened_service(project))


def as_(person: Person | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if person is not None:
        client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    return client


def appeal(office: Office, made: Determination, **given: Any) -> Appeal:
    text = given.pop("text", "My income fell in May.")
    happened = given.pop("happened", None)
    given.setdefault("token", notice_of(made).token)
    return submit_appeal(by(None, happened=happened), office.project, made, text, **given)


def answer(office: Office, found: Appeal, outcome: str = "upheld", who: Person | None = None, **given: Any) -> Appeal:
    return decide_appeal(by(who or office.cast.fidel), office.project, found, outcome, "We looked at it anew.", **given)


def test_a_person_appeals_with_the_address_of_the_notice(office: Office) -> None:
    found = appeal(office, office.decided())
    assert (found.due - found.received).days == 28
    assert found.route == "web"


@pytest.mark.parametrize("token", ["", "nonsense"])
def test_without_it_nobody_does(office: Office, token: str) -> None:
    with pytest.raises(NotAllowed, match="does not belong"):
        appeal(office, office.decided(), token=token)


def test_the_address_of_another_notice_opens_nothing(office: Office) -> None:
    made, other = office.decided(), office.decided()
    with pytest.raises(NotAllowed):
        appeal(office, made, token=notice_of(other).token)


def test_staff_enter_what_was_said_by_telephone(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=5))
    when = timezone.now() - timedelta(days=2)
    found = submit_appeal(
        by(office.cast.flor), office.project, made, "She says that her income fell.", route="phone", received=when
    )
    assert (found.route, found.received) == ("phone", when)
    assert found.due == when + timedelta(days=28)


def test_staff_do_not_appeal_as_if_they_were_the_person(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        submit_appeal(by(office.cast.flor), office.project, office.decided(), "x", route="web")
    assert "route" in refused.value.fields


def test_others_with_an_account_enter_nothing(office: Office) -> None:
    with pytest.raises(NotAllowed):
        submit_appeal(by(office.cast.bruno), office.project, office.decided(), "x", route="phone")


def test_a_late_appeal_is_refused_with_another_way(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=43))
    with pytest.raises(Blocked) as refused:
        appeal(office, made)
    assert "42 days" in refused.value.cause
    assert "Call 555 0100" in refused.value.do


def test_what_arrived_in_time_counts_although_it_is_entered_late(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=50))
    received = timezone.now() - timedelta(days=10)
    found = submit_appeal(by(office.cast.flor), office.project, made, "x", route="post", received=received)
    assert found.state == Appeal.State.OPEN


@pytest.mark.parametrize("days", [-9, 3])
def test_it_is_received_between_the_decision_and_today(office: Office, days: int) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=5))
    with pytest.raises(Invalid) as refused:
        submit_appeal(
            by(office.cast.flor),
            office.project,
            made,
            "x",
            route="post",
            received=timezone.now() + timedelta(days=days),
        )
    assert "received" in refused.value.fields


def test_one_appeal_is_open_at_a_time_and_an_answered_one_is_final_here(office: Office) -> None:
    made = office.decided()
    found = appeal(office, made)
    with pytest.raises(Conflict, match="open already"):
        appeal(office, made)
    answer(office, found)
    with pytest.raises(Blocked, match="contested and answered"):
        appeal(office, made)


def test_the_appeal_follows_from_the_determination_and_the_answer_from_both(office: Office) -> None:
    made = office.decided()
    found = answer(office, appeal(office, made))
    assert Edge.objects.filter(
        entry__action="determination.appealed", cause_kind="determination", cause_id=str(made.pk)
    ).exists()
    assert set(Edge.objects.filter(entry__action="appeal.decided").values_list("cause_kind", "cause_id")) == {
        ("appeal", str(found.pk)),
        ("determination", str(made.pk)),
    }


# Who answers


def test_who_decided_does_not_answer(office: Office) -> None:
    with pytest.raises(NotAllowed, match="touched this case"):
        answer(office, appeal(office, office.decided()), who=office.cast.flor)


def test_who_once_claimed_it_does_not_answer(office: Office) -> None:
    case = office.case({"email": "rosa@example.org"})
    claim_case(by(office.cast.fidel), office.project, case)
    return_case(by(office.cast.fidel), office.project, case)
    made = _decide(office, case)
    with pytest.raises(NotAllowed, match="touched this case"):
        answer(office, appeal(office, made))


def _decide(office: Office, case: Any) -> Determination:
    from minga.deliver.actions import open_evidence, record_determination

    claim_case(by(office.cast.flor), office.project, case)
    open_evidence(by(office.cast.flor), office.project, case, "/")
    return record_determination(by(office.cast.flor), office.project, case, "", "Too high.", "declined")


def test_the_second_reader_does_not_answer(office: Office) -> None:
    made = office.decided()
    with guard.open_for_action():
        SecondReading.objects.create(case=made.case, reader=office.cast.fidel)
    with pytest.raises(NotAllowed, match="touched this case"):
        answer(office, appeal(office, made))


def test_looking_at_it_for_the_appeal_is_not_touching_it(office: Office) -> None:
    made = office.decided()
    with guard.open_for_action():
        Access.objects.create(case=made.case, person=office.cast.fidel, what=Access.What.APPEAL)
    assert answer(office, appeal(office, made)).state == Appeal.State.ANSWERED


def test_an_approver_may_answer_and_others_may_not(office: Office) -> None:
    found = appeal(office, office.decided())
    with pytest.raises(NotAllowed):
        answer(office, found, who=office.cast.bruno)
    assert answer(office, found, who=office.cast.ada).answered_by == office.cast.ada


def test_an_answer_carries_a_name(office: Office) -> None:
    with guard.open_for_action():
        Person.objects.filter(pk=office.cast.fidel.pk).update(display_name="")
    with pytest.raises(Blocked, match="carries a name"):
        answer(office, appeal(office, office.decided()))


def test_it_is_answered_once(office: Office) -> None:
    found = answer(office, appeal(office, office.decided()))
    with pytest.raises(Conflict):
        answer(office, found, who=office.cast.ada)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({"outcome": "changed"}, "new_outcome"),
        ({"outcome": "changed", "new_outcome": "nonsense"}, "new_outcome"),
        ({"outcome": "changed", "new_outcome": "declined"}, "new_outcome"),
    ],
)
def test_a_broken_answer_is_refused_at_its_field(office: Office, given: dict[str, Any], field: str) -> None:
    found = appeal(office, office.decided())
    with pytest.raises(Invalid) as refused:
        answer(office, found, **given)
    assert field in refused.value.fields
    assert Appeal.objects.get().state == Appeal.State.OPEN


# What follows


def test_a_won_appeal_adds_a_determination_and_keeps_the_first(office: Office) -> None:
    made = office.decided()
    found = answer(office, appeal(office, made), "changed", new_outcome="granted")
    new = Determination.objects.get(difference__appeal=found.pk)
    assert (new.outcome, new.person, new.reason) == ("granted", office.cast.fidel, "We looked at it anew.")
    assert Determination.objects.get(pk=made.pk).outcome == "declined"
    assert hearings.decision_now(made.case) == new
    assert Edge.objects.filter(entry__action="determination.changed", cause_kind="appeal", cause_id=found.pk).exists()


def test_the_person_gets_a_new_notice_that_can_be_contested_in_turn(office: Office) -> None:
    made = office.decided()
    answer(office, appeal(office, made), "changed", new_outcome="granted")
    new = Determination.objects.latest("pk")
    assert "It changes an earlier decision, after an appeal." in str(notice_of(new).content)
    assert appeal(office, new).state == Appeal.State.OPEN
    with pytest.raises(Conflict, match="no longer stands"):
        appeal(office, made)


def test_the_body_s_own_system_is_told_again(office: Office) -> None:
    office.set(hook_url="https://cases.example/hook", hook_secret="MINGA_HOOK_CASES")
    made = office.decided()
    answer(office, appeal(office, made), "changed", new_outcome="granted")
    sent = [item.content["determination"] for item in Outbox.objects.filter(kind="webhook")]
    assert sent == [made.pk, Determination.objects.latest("pk").pk]


def test_an_upheld_decision_stands(office: Office) -> None:
    made = office.decided()
    answer(office, appeal(office, made))
    assert hearings.decision_now(made.case) == made
    assert Determination.objects.count() == 1


def test_the_person_hears_of_the_answer_but_not_what_it_is_by_mail(office: Office) -> None:
    answer(office, appeal(office, office.decided(), email="other@example.org"))
    mails = [item.content for item in Outbox.objects.filter(kind="email")]
    assert [mail["to"] for mail in mails] == ["rosa@example.org", "other@example.org", "other@example.org"]
    assert "We looked at it anew." not in str(mails)


def wrong_advice(office: Office) -> Appeal:
    office.stage("100")
    return appeal(office, office.decided(advised="declined"))


SAFE = ForTool({"need": "A roof", "income": 1900}, "The income of May counts.")


def test_a_wrong_advice_becomes_a_test_in_the_same_breath(office: Office) -> None:
    found = answer(office, wrong_advice(office), "changed", new_outcome="granted", for_tool=SAFE)
    test = TestCase.objects.get()
    assert found.test_case == test
    assert (test.source, test.expected) == ({"need": "A roof", "income": 1900}, "granted")
    assert Edge.objects.filter(entry__action="test_case.proposed", cause_kind="appeal", cause_id=found.pk).exists()


def test_the_test_asks_for_the_outcome_as_the_tool_would_say_it(office: Office) -> None:
    office.stage("100")
    found = appeal(office, office.decided(advised="Grant declined"))
    answer(office, found, "changed", new_outcome="granted", for_tool=SAFE)
    assert TestCase.objects.get().expected == "Grant approved"


def test_what_looks_like_a_person_is_refused_until_it_is_confirmed_as_made_up(office: Office) -> None:
    found = wrong_advice(office)
    source = {"need": "Call +595 21 555 0100 for the roof", "income": 1900}
    with pytest.raises(Invalid):
        answer(office, found, "changed", new_outcome="granted", for_tool=ForTool(source, "Wrong"))
    assert Appeal.objects.get().state == Appeal.State.OPEN
    answer(office, found, "changed", new_outcome="granted", for_tool=ForTool(source, "Wrong", invented=True))
    assert TestCase.objects.get().source == source


def test_an_approver_too_proposes_the_test(office: Office) -> None:
    answer(office, wrong_advice(office), "changed", office.cast.ada, new_outcome="granted", for_tool=SAFE)
    assert TestCase.objects.count() == 1


@pytest.mark.parametrize(
    "given", [None, ForTool({"need": "A roof"}, " "), ForTool({"need": "A roof", "born": "1980"}, "Wrong")]
)
def test_it_is_needed_and_holds_nothing_that_the_tool_may_not_see(office: Office, given: ForTool | None) -> None:
    found = wrong_advice(office)
    with pytest.raises(Invalid) as refused:
        answer(office, found, "changed", new_outcome="granted", for_tool=given)
    assert "because" in refused.value.fields
    assert (TestCase.objects.count(), Determination.objects.count()) == (0, 1)


def test_a_person_s_own_mistake_makes_no_test_for_the_tool(office: Office) -> None:
    office.stage("100")
    found = appeal(office, office.decided(advised="granted"))
    assert answer(office, found, "changed", new_outcome="granted").test_case is None


def test_erasing_the_person_forgets_the_address_and_the_words_of_an_answered_appeal(office: Office) -> None:
    made, open_one = office.decided(), office.decided()
    done = appeal(office, made, email="me@example.org")
    answer(office, done)
    appeal(office, open_one, text="Still waiting.", email="me@example.org")
    for one in (made, open_one):
        erase_contact(by(office.cast.lena), office.project, one.case)
    assert not Outbox.objects.filter(content__to="me@example.org").exists()
    assert set(Appeal.objects.values_list("text", "email")) == {("", ""), ("Still waiting.", "")}


# Figures


def test_received_answered_won_overdue_and_median_days(office: Office) -> None:
    ago = timezone.now() - timedelta(days=40)
    made = [office.decided(happened=ago) for _each in range(3)]
    found = [appeal(office, one, happened=timezone.now() - timedelta(days=30)) for one in made]
    decide_appeal(
        by(office.cast.fidel, happened=timezone.now() - timedelta(days=24)), office.project, found[0], "upheld", "x"
    )
    answer(office, found[1], "changed", new_outcome="granted")
    figures = hearings.appeal_figures(office.project)
    assert (figures.decided, figures.received, figures.answered, figures.waiting) == (3, 3, 2, 1)
    assert (figures.overdue, figures.longest_overdue, figures.median_days) == (1, 2, 18)
    assert (figures.won.count, figures.won.of, figures.won.value) == (1, 2, None)


def test_success_per_group_hides_the_small_ones(office: Office) -> None:
    for number in range(30):
        office.appealed(office.quick("declined", "North"), won=number < 12)
    for number in range(12):
        office.appealed(office.quick("declined", "South"), won=number < 3)
    for group in ("East", "East", "West"):
        office.appealed(office.quick("declined", group), won=True)
    [found] = hearings.appeal_figures(office.project).groups
    assert (found.won[0].group, found.won[0].count, found.won[0].of) == ("North", 12, 30)
    assert {"East", "West"}.isdisjoint(figure.group for figure in found.won)


def test_who_appeals_is_compared_with_who_came_and_who_was_decided_against(office: Office) -> None:
    for number in range(60):
        made = office.quick("declined" if number % 2 else "granted", "North")
    for number in range(40):
        made = office.quick("declined", "South")
        if number < 30:
            office.appealed(made)
    comparison = hearings.who_appeals(office.service, "district")
    assert comparison is not None
    shares = {part.label: [share.share for share in part.shares] for part in comparison.parts}
    assert comparison.groups == ("North", "South")
    assert shares["Decided against them"] == [pytest.approx(30 / 70), pytest.approx(40 / 70)]
    assert shares["Appealed"] == [0, 1]
    appealed = next(part for part in comparison.parts if part.label == "Appealed")
    assert appealed.apart is not None
    assert appealed.apart.value == pytest.approx(0.6)


def test_figures_cost_the_same_for_many_cases(office: Office, django_assert_max_num_queries: Any) -> None:
    for _each in range(40):
        office.appealed(office.quick("declined", "North"), won=True)
    with django_assert_max_num_queries(14):
        hearings.appeal_figures(office.project)


def test_practice_does_not_count(office: Office) -> None:
    made = office.quick("declined", "North")
    with guard.open_for_action():
        office.appealed(made)
        type(made.case).objects.filter(pk=made.case_id).update(rehearsal=True)
    figures = hearings.appeal_figures(office.project)
    assert (figures.decided, figures.received) == (0, 0)


# What next


def test_late_answers_are_the_lead_s_next_step(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=40))
    appeal(office, made, happened=timezone.now() - timedelta(days=35))
    here = reverse("deliver:appeals", args=[office.project.slug])
    assert ("1 appeal is overdue", here) in hearings.waiting(office.project, office.cast.lena.actor)
    assert ("Answer 1 appeal", here) in hearings.waiting(office.project, office.cast.fidel.actor)
    assert not [
        words for words, _where in hearings.waiting(office.project, office.cast.flor.actor) if "appeal" in words
    ]


# Pages


def test_an_appeal_is_sent_and_followed_with_forms_alone(office: Office) -> None:
    notice = notice_of(office.decided())
    visitor = as_(None)
    here = reverse("deliver:notice_appeal", args=[notice.token])
    assert "Somebody who has not touched your case answers" in visitor.get(here).content.decode()
    sent = visitor.post(here, {"once": "a", "text": "My income fell.", "email": ""}, follow=True)
    assert "You get an answer by" in sent.content.decode()
    assert "days left" in sent.content.decode()
    answer(office, Appeal.objects.get(), "changed", new_outcome="granted")
    page = visitor.get(reverse("deliver:own_appeal", args=[Appeal.objects.get().token]))
    assert "The decision is changed: Grant approved" in page.content.decode()
    assert "had not touched your case before" in page.content.decode()
    assert page["Cache-Control"] == "no-store"


def test_a_late_visitor_reads_where_to_turn(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=60))
    page = as_(None).get(reverse("deliver:notice_appeal", args=[notice_of(made).token])).content.decode()
    assert "The time to contest this decision ended" in page
    assert "Call 555 0100" in page
    assert "<textarea" not in page


def test_the_public_page_has_figures_and_no_case(office: Office) -> None:
    found = appeal(office, office.decided(), text="My income fell in May.")
    here = reverse("deliver:appeals", args=[office.project.slug])
    public = as_(None).get(here).content.decode()
    assert "No appeal has been answered yet" in public
    assert "My income fell" not in public
    assert found.get_absolute_url() not in public
    assert found.get_absolute_url() in as_(office.cast.fidel).get(here).content.decode()
    assert found.get_absolute_url() not in as_(office.cast.flor).get(here).content.decode()


def test_an_appeal_is_won_on_its_page_with_the_test_rewritten(office: Office) -> None:
    found = wrong_advice(office)
    fidel, here = as_(office.cast.fidel), found.get_absolute_url()
    page = fidel.get(here).content.decode()
    assert "Grant declined" in page
    assert Access.objects.filter(person=office.cast.fidel, what=Access.What.APPEAL).exists()
    given = {
        "once": "a",
        "outcome": "changed",
        "new_outcome": "granted",
        "answer": "The income of May counts.",
        "tool_need": "A roof",
        "tool_income": "1900",
        "because": "The income of May counts.",
    }
    assert "could tell who this is" in fidel.post(here, given).content.decode()
    assert fidel.post(here, {**given, "no_person": "on"}).status_code == 302
    assert TestCase.objects.get().source == {"need": "A roof", "income": 1900}


def test_who_touched_the_case_gets_no_form(office: Office) -> None:
    found = appeal(office, office.decided())
    page = as_(office.cast.flor).get(found.get_absolute_url()).content.decode()
    assert "a colleague answers" in page
    assert "Record the answer" not in page


def test_staff_enter_an_appeal_on_its_page(office: Office) -> None:
    made = office.decided(happened=timezone.now() - timedelta(days=3))
    here = reverse("deliver:appeal_enter", args=[office.project.slug, made.case.number])
    day = timezone.localdate() - timedelta(days=1)
    given = {
        "once": "a", "text": "She called.", "route": "phone", "email": "",
        "received_day": day.day, "received_month": day.month, "received_year": day.year,
    }  # fmt: skip
    assert as_(office.cast.flor).get(here).status_code == 200
    assert as_(office.cast.flor).post(here, given).status_code == 302
    assert Appeal.objects.get().route == "phone"


def test_a_project_without_services_has_the_page_too(project: Project) -> None:
    assert (
        "Nobody has appealed so far" in as_(None).get(reverse("deliver:appeals", args=[project.slug])).content.decode()
    )


def test_refusals_reach_the_form(office: Office) -> None:
    notice = notice_of(office.decided())
    page = as_(None).post(reverse("deliver:notice_appeal", args=[notice.token]), {"once": "a", "text": "x" * 5001})
    assert page.status_code == 422
    assert "At most 5000 characters." in page.content.decode()


# In the API


def test_an_appeal_is_sent_through_the_api_with_the_address_of_the_notice(office: Office) -> None:
    notice = notice_of(office.decided())
    sent = as_(None).post(
        f"/api/deliver/notices/{notice.token}/appeals", {"text": "My income fell."}, content_type="application/json"
    )
    assert sent.status_code == 201
    assert sent.json()["private"] == f"/appeal/{Appeal.objects.get().token}/"
    unknown = as_(None).post("/api/deliver/notices/x/appeals", {"text": "x"}, content_type="application/json")
    assert unknown.status_code == 404


def test_the_api_gives_figures_and_no_case(office: Office) -> None:
    for number in range(40):
        made = office.quick("declined", "North" if number % 2 else "South")
        if number % 2:
            office.appealed(made, won=True)
    told = as_(None).get(f"/api/deliver/projects/{office.project.slug}/appeals").json()
    assert (told["received"], told["won"], told["share_won"]) == (20, 20, 1)
    [who] = told["who"]
    assert who["dissimilarity"]["Appealed"] == pytest.approx(0.5)
    assert {
        "group": "North",
        "shares": {"All cases": 0.5, "Decided": 0.5, "Decided against them": 0.5, "Appealed": 1},
    } in who["groups"]
    routes = as_(None).get(f"/api/deliver/projects/{office.project.slug}/services/roofs/routes").json()
    assert (routes["total"], routes["without_computer"]) == (40, 0)
