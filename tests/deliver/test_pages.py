"""The desk's pages: what a person does there, and that they show nothing too early."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minga.deliver import rules
from minga.deliver.actions import answer_contest, moderate_contest, publish_flag, submit_contest, tell_party
from minga.deliver.models import Case, Contest, Determination, Draw, Flag, Opened
from minga.deliver.publicflag import public_flag
from minga.deliver.queries import what_next
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.thread import knots_of
from minga.people.models import Person
from minga.web.svg.types import LINK_NAMES
from tests.conftest import by
from tests.deliver.conftest import Desk

TICK = "M3 10.8l4.6 4.6L17.4 5"


def as_(person: Person | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if person is not None:
        client.force_login(person, django_settings.AUTHENTICATION_BACKENDS[0])
    return client


def once(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def at(case: Case, name: str = "case") -> str:
    return reverse(f"deliver:{name}", args=[case.project.slug, case.number])


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.fixture
def used(desk: Desk) -> Desk:
    desk.in_use()
    return desk


def published(desk: Desk) -> Flag:
    flag = desk.flag()
    tell_party(by(desk.cast.flor, happened=timezone.now() - timedelta(days=20)), desk.project, flag)
    return publish_flag(by(SYSTEM), desk.project, flag)


def test_a_case_is_decided_with_forms_alone(used: Desk) -> None:
    case, flor = used.case(), as_(used.cast.flor)
    page = flor.get(at(case))
    flor.post(at(case, "claim"), {"once": once(text_of(page))})
    page = text_of(flor.get(at(case)))
    for href in re.findall(r'href="([^"]+source/\?path=[^"]+)"', page):
        assert flor.get(href.split("#")[0]).status_code == 200
    assert Opened.objects.filter(case=case).count() == 2
    sent = flor.post(at(case), {"once": once(page), "choice": "accept", "reason": "Too short"}, follow=True)
    assert "Flag F-0001 exists" in text_of(sent)
    assert Determination.objects.get().choice == "accept"


def test_nothing_is_preselected(used: Desk) -> None:
    page = text_of(as_(used.cast.flor).get(at(used.claimed())))
    assert page.count('type="radio"') == 4
    assert "checked" not in page


def test_a_refusal_stands_at_the_field_and_in_the_summary(used: Desk) -> None:
    case, flor = used.claimed(), as_(used.cast.flor)
    sent = flor.post(at(case), {"once": "a", "choice": "accept", "reason": "Too short"})
    page = text_of(sent)
    assert sent.status_code == 422
    assert page.count("2 pieces are still closed") == 2
    assert "Too short" in page


@pytest.mark.parametrize("why", ["first", "shadow", "off"])
def test_what_is_withheld_is_not_in_the_page_source(desk: Desk, why: str) -> None:
    desk.to("shadow") if why == "shadow" else desk.in_use()
    case = desk.claimed(first=why == "first")
    if why == "off":
        desk.to("off")
    for person in (desk.cast.flor, desk.cast.fidel, desk.cast.olga, desk.cast.lena):
        for page in (at(case), at(case, "source"), reverse("deliver:desk", args=[desk.project.slug])):
            shown = text_of(as_(person).get(page))
            for trace in ("R003", "R024", "look closer", "Look closer", "no bids", "?path=", "flagged", "limit 10"):
                assert trace not in shown, (page, trace)


def test_flagged_and_unflagged_look_the_same_while_withheld(used: Desk) -> None:
    def shape(drawn: str) -> str:
        case = used.claimed(drawn, first=True)
        page = text_of(as_(used.cast.flor).get(at(case)))
        page = re.sub(r'value="[^"]{20,}"|value="[0-9a-f-]{36}"', "", page)
        for own in (case.process, case.title, case.label, f"/desk/{case.number}/"):
            page = page.replace(own, "X")
        return re.sub(r"Queue: \d+", "", page)

    assert shape("flagged") == shape("random")


def test_a_path_of_the_withheld_evidence_is_not_marked(used: Desk) -> None:
    case = used.claimed(first=True)
    page = text_of(as_(used.cast.flor).get(at(case, "source"), {"path": "/tender/tenderPeriod/endDate"}))
    assert "<mark>" not in page
    assert Opened.objects.get().path == "/"


def test_the_source_marks_the_place(used: Desk) -> None:
    page = text_of(as_(used.cast.flor).get(at(used.claimed(), "source"), {"path": "/tender/tenderPeriod/endDate"}))
    assert '<li id="at"><mark><code>endDate</code></mark>' in page


def test_looking_without_holding_the_case_notes_nothing(used: Desk) -> None:
    as_(used.cast.olga).get(at(used.claimed(), "source"))
    assert not Opened.objects.exists()


def test_two_tabs(used: Desk) -> None:
    case, flor = used.claimed(), as_(used.cast.flor)
    one, two = (once(text_of(flor.get(at(case)))) for _ in range(2))
    flor.post(at(case), {"once": one, "choice": "reject", "reason": "A flood"})
    late = flor.post(at(case), {"once": two, "choice": "cannot_tell", "reason": "Hm"})
    assert late.status_code == 409
    assert "another tab" in text_of(late)
    again = flor.post(at(case), {"once": one, "choice": "reject", "reason": "A flood"})
    assert again.status_code == 302
    assert Determination.objects.get().choice == "reject"


def test_a_decide_first_case_with_forms_alone_and_a_double_click(used: Desk) -> None:
    case, flor = used.claimed(first=True), as_(used.cast.flor)
    flor.get(at(case, "source"))
    first = {"once": "f1", "step": "first", "choice": "reject", "reason": "Nothing seen"}
    assert "The advice is open now" in text_of(flor.post(at(case), first, follow=True))
    assert flor.post(at(case), first).status_code == 302
    page = text_of(flor.get(at(case)))
    assert "Keep or change your decision" in page
    assert "R003" in page
    second = {"once": "f2", "step": "again", "choice": "reject", "reason": "Still"}
    assert [flor.post(at(case), second).status_code for _ in range(2)] == [302, 302]
    assert Determination.objects.count() == 2


@pytest.mark.parametrize("who", [None, "rosa", "bruno", "paz", "remi", "dario"])
def test_cases_are_closed_to_others(used: Desk, who: str | None) -> None:
    case = used.case()
    client = as_(getattr(used.cast, who) if who else None)
    for name in ("case", "source"):
        answer = client.get(at(case, name))
        assert answer.status_code == 403
        assert case.title not in text_of(answer)
    assert client.get(reverse("deliver:desk", args=[used.project.slug])).status_code == 403


def test_before_publication_nothing_is_public(used: Desk) -> None:
    flag = used.flag()
    tell_party(by(used.cast.flor), used.project, flag)
    contest = submit_contest(by(None), used.project, flag, "Look again", token=flag.token)
    moderate_contest(by(used.cast.mora), used.project, contest, True)
    visitor = as_(None)
    assert visitor.get(flag.get_absolute_url()).status_code == 404
    assert visitor.get(reverse("deliver:contest", args=[contest.pk])).status_code == 404
    assert visitor.get(reverse("deliver:contest_form", args=[flag.code])).status_code == 404
    assert visitor.get(f"/api/deliver/flags/{flag.code}").status_code == 404
    public = ["/flags/", "/contest/", f"/contest/?code={flag.code}", "/api/deliver/flags"]
    public += [reverse("deliver:stages", args=[used.project.slug]), f"/api/deliver/projects/{used.project.slug}/stages"]
    for address in public:
        shown = text_of(visitor.get(address))
        for secret in ("Health District North", flag.case.title, flag.case.process, flag.token):
            assert secret not in shown, (address, secret)
    assert not any(thing.is_public for thing in (flag, flag.determination, flag.case, contest))


def test_the_letter_is_for_the_desk_alone(used: Desk) -> None:
    address = reverse("deliver:letter", args=[used.flag().code])
    assert as_(None).get(address).status_code == 403
    page = as_(used.cast.lena).get(address)
    assert Flag.objects.get().token in text_of(page)


def test_a_published_flag_shows_who_decided_and_how_to_contest(used: Desk) -> None:
    flag = published(used)
    page = text_of(as_(None).get(flag.get_absolute_url()))
    for part in (
        "Health District North",
        "Flor",
        "Eight days are too few.",
        "tenderPeriod",
        "Contest this flag",
        "Confirmed",
    ):
        assert part in page
    assert flag.token not in page
    found = as_(None).get("/api/deliver/flags").json()
    assert [row["code"] for row in found] == [flag.code]


def test_a_contest_without_an_account(used: Desk) -> None:
    flag, visitor = published(used), as_(None)
    found = visitor.get("/contest/", {"code": "f 1"})
    assert found.headers["Location"] == reverse("deliver:contest_form", args=[flag.code])
    page = text_of(visitor.get(found.headers["Location"]))
    sent = visitor.post(
        found.headers["Location"], {"once": once(page), "text": "It replaced another call", "email": ""}
    )
    private = sent.headers["Location"]
    assert "It replaced another call" in text_of(visitor.get(private))
    assert "It replaced another call" not in text_of(visitor.get(flag.get_absolute_url()))
    contest = Contest.objects.get()
    mora = as_(used.cast.mora)
    queue = reverse("deliver:moderation", args=[used.project.slug])
    mora.post(queue, {"once": "m1", "about": f"contest-{contest.pk}", "show": "yes", "reason": ""})
    assert "It replaced another call" in text_of(visitor.get(reverse("deliver:contest", args=[contest.pk])))
    answer = reverse("deliver:contest_answer", args=[used.project.slug, contest.pk])
    assert as_(used.cast.flor).post(answer, {"once": "x", "outcome": "upheld", "answer": "No"}).status_code == 403
    as_(used.cast.fidel).post(answer, {"once": "y", "outcome": "withdrawn", "answer": "The file shows it."})
    assert "The file shows it." in text_of(visitor.get(private))
    assert Flag.objects.get().state == "withdrawn"


def test_moderating_out_needs_a_reason_and_says_where(used: Desk) -> None:
    contest = submit_contest(by(None), used.project, published(used), "An insult")
    queue = reverse("deliver:moderation", args=[used.project.slug])
    sent = as_(used.cast.mora).post(queue, {"once": "m", "about": f"contest-{contest.pk}", "show": "no", "reason": ""})
    assert sent.status_code == 422
    assert text_of(sent).count("Write why it is not shown.") == 2


def test_the_party_replies_and_contests_before_publication(used: Desk) -> None:
    flag, visitor = used.flag(), as_(None)
    address = reverse("deliver:reply", args=[flag.token])
    page = visitor.get(address)
    assert "Nothing is public yet" in text_of(page)
    assert page.headers["Referrer-Policy"] == "same-origin"
    visitor.post(address, {"once": once(text_of(page)), "text": "A flood", "contest": "on"})
    assert (flag.replies.count(), flag.contests.get().from_party) == (1, True)
    assert visitor.get(reverse("deliver:reply", args=["guess"])).status_code == 404


def test_too_many_contests_are_held_off(used: Desk) -> None:
    address, visitor = reverse("deliver:contest_form", args=[published(used).code]), as_(None)
    codes = [visitor.post(address, {"once": f"o{n}", "text": "Wrong"}).status_code for n in range(7)]
    assert codes[0] == 302
    assert codes[-1] == 429


def test_the_overseer_stops_it_from_the_page(used: Desk) -> None:
    stages = reverse("deliver:stages", args=[used.project.slug])
    olga = as_(used.cast.olga)
    assert "Stop at once" in text_of(olga.get(stages))
    assert "Stop at once" not in text_of(as_(None).get(stages))
    sent = olga.post(
        reverse("deliver:stop", args=[used.project.slug, used.release.pk]),
        {"once": "s", "reason": "Too many"},
        follow=True,
    )
    assert "Nobody sees this release" in text_of(sent)


def test_moving_two_steps_is_not_offered(desk: Desk) -> None:
    page = text_of(as_(desk.cast.lena).get(reverse("deliver:move", args=[desk.project.slug, desk.release.pk])))
    assert re.findall(r'type="radio" name="stage" id="[^"]+" value="([^"]+)"', page) == ["shadow"]


def test_the_queue_filters(used: Desk) -> None:
    used.claimed()
    queue, flor = reverse("deliver:desk", args=[used.project.slug]), as_(used.cast.flor)
    assert text_of(flor.get(queue, {"mine": "1"})).count("<strong>Cleaning") == 1
    assert "No case fits" in text_of(flor.get(queue, {"method": "Other"}))
    assert "Take this case" in text_of(flor.get(queue, {"buyer": "Health District North", "state": "open"}))


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "'\"><img src=x>"])
def test_html_in_words_stays_words(used: Desk, text: str) -> None:
    contest = submit_contest(by(None), used.project, published(used), text)
    moderate_contest(by(used.cast.mora), used.project, contest, True)
    page = text_of(as_(None).get(reverse("deliver:contest", args=[contest.pk])))
    assert text not in page
    assert "&lt;" in page or "&#x27;" in page


def test_a_visitor_contests_through_the_api(used: Desk) -> None:
    flag = published(used)
    sent = as_(None).post(
        f"/api/deliver/flags/{flag.code}/contests", {"text": "Wrong"}, content_type="application/json"
    )
    assert sent.status_code == 201
    assert sent.json()["private"] == f"/contest/private/{Contest.objects.get().token}/"


def test_the_thread_bar_has_seven_links_and_says_where_it_is(used: Desk) -> None:
    bar = knots_of(used.release, "determination")
    assert [knot.link for knot in bar] == list(LINK_NAMES)
    assert (bar[4].state, bar[5].state, bar[6].state) == ("done", "here", "not_yet")
    assert bar[4].href == used.release.get_absolute_url()


@pytest.mark.parametrize("code", ["²", "", "F-", "F-" + "9" * 10, "<b>", "\x00"])
def test_an_odd_code_is_answered_in_words(used: Desk, code: str) -> None:
    answer = as_(None).get("/contest/", {"code": code})
    assert answer.status_code == 422


def test_spanish(used: Desk) -> None:
    client = Client(headers={"accept-language": "es"})
    assert "Impugnar una decisión" in text_of(client.get("/contest/"))


def ended(desk: Desk, outcome: str) -> Flag:
    """A published flag that a contest ended."""
    flag = published(desk)
    contest = submit_contest(by(None), desk.project, flag, "The file was late")
    moderate_contest(by(desk.cast.mora), desk.project, contest, True)
    answer_contest(by(desk.cast.fidel), desk.project, contest, outcome, "The call replaced another one.")
    return Flag.objects.get(pk=flag.pk)


@pytest.mark.parametrize(("outcome", "word"), [("withdrawn", "Withdrawn on"), ("explained", "Explained on")])
def test_a_flag_that_ended_leads_with_the_answer(used: Desk, outcome: str, word: str) -> None:
    page = text_of(as_(None).get(ended(used, outcome).get_absolute_url()))
    parts = (word, "The call replaced another one.", "What was first decided", "Eight days are too few.")
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert "What a person decided" not in page


@pytest.mark.parametrize(("outcome", "ticked"), [("withdrawn", False), ("explained", True)])
def test_withdrawn_has_no_tick(used: Desk, outcome: str, ticked: bool) -> None:
    flag = ended(used, outcome)
    assert public_flag(flag).mark == ("passed" if ticked else "no_ai")
    assert (TICK in text_of(as_(None).get(flag.get_absolute_url())).split("<main")[1]) is ticked


def test_an_overdue_contest_is_said_everywhere(used: Desk) -> None:
    flag = published(used)
    days = rules.time_to_answer().days + 98
    happened = timezone.now() - timedelta(days=days, hours=1)
    contest = submit_contest(by(None, happened=happened), used.project, flag, "Wrong")
    moderate_contest(by(used.cast.mora), used.project, contest, True)
    fidel = as_(used.cast.fidel)
    assert "Answer 1 contest, 1 overdue by 98 days" in dict(what_next(used.project, used.cast.fidel.actor))
    assert "Overdue by 98 days" in text_of(fidel.get(reverse("deliver:contests", args=[used.project.slug])))
    assert "1 overdue by 98 days" in text_of(fidel.get(reverse("deliver:desk", args=[used.project.slug])))
    for address in ("/contest/", flag.get_absolute_url()):
        assert "Its answer was due 98 days ago." in text_of(as_(None).get(address))


def test_a_case_without_a_sign_takes_no_flag_for_granted(used: Desk) -> None:
    case = used.claimed("random")
    page = text_of(as_(used.cast.flor).get(at(case)))
    assert re.findall(r'type="radio" name="choice" id="[^"]+" value="([^"]+)"', page) == [
        "accept",
        "reject",
        "cannot_tell",
    ]
    for words in ("There is a problem", "Nothing to see", "only if you say that there is a problem"):
        assert words in page
    assert "the flag is right" not in page
    used.decide("reject", case)
    assert "saw no problem" in text_of(as_(used.cast.flor).get(at(case)))


def test_who_could_not_tell_reads_why_there_is_no_button(used: Desk) -> None:
    case = used.claimed()
    used.decide("cannot_tell", case)
    flor = as_(used.cast.flor)
    assert "that is why there is no button here" in text_of(flor.get(at(case)))
    assert "so somebody else must read it" in text_of(flor.get(reverse("deliver:desk", args=[used.project.slug])))


def test_the_stages_say_when_a_release_last_read(desk: Desk) -> None:
    stages = reverse("deliver:stages", args=[desk.project.slug])
    assert "It has not read anything yet." in text_of(as_(None).get(stages))
    desk.to("shadow")
    desk.draw()
    with guard.open_for_action():
        Draw.objects.update(drawn_at=timezone.now() - timedelta(days=40))
    assert "it last read 34 processes and flagged 12" in text_of(as_(None).get(stages))
