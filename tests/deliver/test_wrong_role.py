"""Every address of this room by every role: what is about a person opens to those whose work it is, and to no other."""

import json

import pytest
from django.urls import reverse

from minga.deliver.actions.appeals import submit_appeal
from minga.deliver.models import Appeal, Case, CaseFile, Determination, Notice, SecondReading
from minga.deliver.urls import urlpatterns
from minga.ledger import guard
from tests.conftest import by
from tests.deliver.counter import Counter, as_

EVERYBODY = (
    "lena", "dario", "flor", "bruno", "paz", "rosa", "fabia", "mora", "ada", "olga", "remi", "bea", "nadie",
)  # fmt: skip
READERS = {"lena", "flor", "olga"}
# Who may open each page; of those that only take a form, whom the action lets through.
MAY: dict[str, set[str]] = {
    "desk": READERS, "case": READERS, "source": READERS, "decided_table": READERS, "open_advice": READERS,
    "claim": {"flor"}, "return": {"flor", "lena"}, "erase_contact": {"lena"},
    "letters": {"flor", "lena"}, "staff_pdf": {"flor", "lena"}, "appeal_enter": {"flor", "lena"},
    "appeal": {"flor", "ada"}, "second": {"flor"}, "second_read": {"flor"}, "routes": {"flor", "lena"},
    "service_new": {"lena", "dario"}, "service_change": {"lena"}, "service_close": {"lena"},
    "cases_import": {"lena", "dario", "flor"}, "case_file": {"lena", "dario", "flor"}, "who_import": {"lena", "dario"},
    "practice_new": {"lena", "dario"}, "risk": {"lena", "dario", "olga"}, "drill": {"lena", "olga"},
    "stop": {"lena", "olga"}, "move": {"lena"}, "draw": {"lena", "dario"},
    "moderation": {"mora"}, "contests": {"flor", "ada"},
}  # fmt: skip
# Open to all: nothing about a person is on them.
PUBLIC = {"service", "hand_in", "appeals", "who", "stages", "flags", "contest_start", "quality", "duties"}
# Open to whoever holds the private address.
PRIVATE = {"own_case", "own_consent", "own_erase", "notice", "notice_pdf", "notice_appeal", "own_appeal"}
# Of flags and contests, and what other files of tests walk.
ELSEWHERE = {"contest_answer", "flag", "letter", "contest_form", "reply", "contest_private", "contest", "who_table",
             "practice"}  # fmt: skip
POSTED = {"claim", "return", "erase_contact", "open_advice"}


@pytest.fixture
def found(counter: Counter) -> Appeal:
    counter.stage("100")
    made = counter.decide(counter.advised(letter="My letter to the office"), "refused")
    with guard.open_for_action():
        SecondReading.objects.create(case=made.case)
    notice = Notice.objects.get(determination=made)
    return submit_appeal(by(None), counter.project, made, "My income fell in May.", token=notice.token)


def address(counter: Counter, found: Appeal, name: str) -> str:
    slug, case = counter.project.slug, found.determination.case
    arguments: dict[str, list[object]] = {
        **{each: [case.number] for each in ("case", "claim", "return", "source", "open_advice", "erase_contact")},
        **{each: [counter.service.slug] for each in ("service_change", "service_close", "hand_in", "cases_import")},
        **{each: [counter.service.slug] for each in ("decided_table", "routes", "service")},
        **{each: [counter.release.pk] for each in ("move", "stop", "drill")},
        "appeal_enter": [case.number], "appeal": [found.pk], "second_read": [SecondReading.objects.get().pk],
        "staff_pdf": [found.determination.notice.pk],
        "case_file": [counter.service.slug, _file(counter)],
    }  # fmt: skip
    given = [] if name in {"flags", "contest_start"} else [slug]
    return reverse(f"deliver:{name}", args=[*given, *arguments.get(name, [])])


def _file(counter: Counter) -> int:
    with guard.open_for_action():
        given = {"name": "My letter.csv", "kept": "k", "route": "web", "language": "en", "rows_in": 1}
        return CaseFile.objects.get_or_create(service=counter.service, defaults={**given, "person": counter.cast.flor})[
            0
        ].pk


def test_no_address_is_forgotten() -> None:
    assert {str(pattern.name) for pattern in urlpatterns} == {*MAY, *PUBLIC, *PRIVATE, *ELSEWHERE}


@pytest.mark.parametrize("name", sorted(MAY))
def test_each_page_opens_to_its_roles_alone(counter: Counter, found: Appeal, name: str) -> None:
    where, opened = address(counter, found, name), set[str]()
    for who in (*EVERYBODY, None):
        client = as_(getattr(counter.cast, who) if who else None)
        answer = client.post(where, {"once": f"w-{who}"}) if name in POSTED else client.get(where)
        if answer.status_code != 403:
            opened.add(who or "visitor")
            continue
        for said in (b"My letter", b"My income", b"Rosa Roe", b"1980-02-03", b"the income decides"):
            assert said not in answer.content
    assert opened == MAY[name]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_public_pages_tell_nothing_of_a_person(counter: Counter, found: Appeal, name: str) -> None:
    page = as_(None).get(address(counter, found, name))
    assert page.status_code == 200
    for said in ("My letter", "My income", "Rosa", "1980-02-03", "the income decides", found.token, "I read it."):
        assert said not in page.content.decode()


def test_nobody_opens_a_private_page_by_guessing(counter: Counter, found: Appeal) -> None:
    case = found.determination.case
    for name in PRIVATE:
        for guess in (str(case.pk), str(case.number), "x", case.contact.token[:-1], case.contact.token.swapcase()):
            client, where = as_(None), reverse(f"deliver:{name}", args=[guess])
            answer = client.post(where, {"once": "g"}) if name.startswith("own_") else client.get(where)
            assert answer.status_code in {404, 405}
    assert case.contact.erased is None


def test_private_pages_are_not_kept_and_their_address_goes_nowhere(counter: Counter, found: Appeal) -> None:
    made = found.determination
    token = {"own_case": made.case.contact.token, "own_appeal": found.token}
    for name in ("own_case", "own_appeal", "notice", "notice_appeal", "notice_pdf"):
        page = as_(None).get(reverse(f"deliver:{name}", args=[token.get(name, made.notice.token)]))
        assert page.status_code == 200
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "same-origin"
        assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("who", ["rosa", "bruno", "paz", "dario", "nadie", None])
def test_the_api_gives_determinations_to_desk_readers_alone(counter: Counter, found: Appeal, who: str | None) -> None:
    where = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/determinations"
    assert as_(getattr(counter.cast, who) if who else None).get(where).status_code == 403
    told = as_(counter.cast.flor).get(where)
    assert told.status_code == 200
    assert {"Rosa", "1980-02-03", "the income decides"}.isdisjoint(json.dumps(told.json()).split('"'))


def test_public_traces_tell_nothing_of_a_person(counter: Counter, found: Appeal) -> None:
    """The ledger, its download, the news and the thread pages of what is not public."""
    slug, made = counter.project.slug, found.determination
    pages = [f"/projects/{slug}/", f"/projects/{slug}/ledger/", f"/ledger/{slug}.jsonl"]
    pages += [f"/threads/{kind}/{pk}/" for kind, pk in (("case", made.case_id), ("determination", made.pk),
                                                       ("notice", made.notice.pk), ("appeal", found.pk))]  # fmt: skip
    for where in pages:
        page = as_(None).get(where)
        text = b"".join(page.streaming_content) if page.streaming else page.content  # type: ignore[attr-defined]
        for said in ("My letter", "My income", "Rosa", "1980-02-03", "the income decides", found.token, "I read it.",
                     "Refused", made.notice.token, made.case.contact.token):  # fmt: skip
            assert said not in text.decode(), (where, said)


def test_another_projects_case_is_not_reached_from_ones_own(counter: Counter, found: Appeal) -> None:
    from minga.deliver.actions import claim_case, open_evidence
    from minga.ledger.refusals import Invalid
    from minga.projects.models import Project

    with guard.open_for_action():
        other = Project.objects.create(slug="other", chain="other", title="Other", summary="-")
        other.memberships.create(person=counter.cast.flor, role="frontline")
    case = Case.objects.get(pk=found.determination.case_id)
    for act in (claim_case, open_evidence):
        with pytest.raises(Invalid):
            act(by(counter.cast.flor), other, case)
    page = as_(counter.cast.flor).get(reverse("deliver:case", args=["other", case.number]))
    assert page.status_code == 404
    assert Determination.objects.count() == 1
