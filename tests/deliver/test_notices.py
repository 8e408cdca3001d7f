"""People are told that a tool helps, then what was decided: in their language, frozen, by e-mail or as a letter."""

import io
import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from minga.deliver import casework, hearings, notices
from minga.deliver.actions.notices import make_notice, send_notice
from minga.deliver.models import Case, Consent, Contact, Notice
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Conflict, Invalid
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


def words(notice: Notice) -> str:
    return notices.plain(notice.content)


def first(office: Office, **given: object) -> Notice:
    contact = given.pop("contact", {"email": "rosa@example.org"})
    case = office.case(contact, **given)  # type: ignore[arg-type]
    return make_notice(by(None), office.project, case)


def test_the_first_notice_says_that_a_tool_helps_and_a_person_decides(office: Office) -> None:
    office.stage("100")
    notice = first(office)
    assert notice.content["title"] == "An AI tool helps here, and a person decides"
    assert "The tool decides nothing." in words(notice)
    assert f"“short {office.release.version.version}” reads your case" in words(notice)


def test_it_names_the_fields_that_the_tool_is_given_and_no_other(office: Office) -> None:
    office.stage("100")
    given = next(part for part in first(office).content["sections"] if part["title"] == "What the tool is given")
    assert given["items"] == ["What you need", "Income"]


@pytest.mark.parametrize(
    ("stage", "said"),
    [("", "At present no AI tool is used"), ("off", "At present no AI tool is used"), ("shadow", "is on trial")],
)
def test_it_says_no_more_of_the_tool_than_is_true_at_this_stage(office: Office, stage: str, said: str) -> None:
    if stage:
        office.stage(stage)
    assert said in words(first(office))


def test_without_consent_it_says_that_no_tool_reads_the_case(office: Office) -> None:
    office.stage("100")
    office.set(needs_consent=True)
    assert "You did not agree that a tool reads your case, so none does." in words(first(office))
    case = office.case({"email": "rosa@example.org"})
    with guard.open_for_action():
        Consent.objects.create(case=case, purpose="x")
    assert "You did not agree" not in words(make_notice(by(None), office.project, case))


def test_it_is_mailed_whole_and_the_decision_only_announced(office: Office) -> None:
    notice = first(office)
    assert notice.sent_by == "email"
    assert words(notice) in Outbox.objects.get().content["text"]
    made = office.decided()
    mail = Outbox.objects.last()
    assert mail is not None
    assert made.reason not in mail.content["text"]
    assert "Grant declined" not in mail.content["text"] + mail.content["subject"]
    assert reverse("deliver:notice", args=[notice_of(made).token]) in mail.content["text"]


def test_a_decision_is_told_with_person_reason_evidence_and_other_route(office: Office) -> None:
    made = office.decided()
    told = words(notice_of(made))
    for said in (
        "Decided on your case: Grant declined",
        "A person decided, not a tool: Flor",
        "The income is too high.",
        "Income: 1900",
        "You can contest this decision",
        "who has not touched your case, answers within 28 days",
        "Call 555 0100",
    ):
        assert said in told


def test_values_of_personal_fields_are_not_copied_into_it(office: Office) -> None:
    office.stage("100")
    told = words(notice_of(office.decided(advised="declined")))
    assert "1980" not in told
    assert "- Born" in told


@pytest.mark.parametrize(
    ("advised", "outcome", "said"),
    [
        ("declined", "declined", "The person decided the same."),
        ("granted", "declined", "The person decided otherwise."),
        ("", "declined", "No tool advised on your case."),
    ],
)
def test_it_says_what_the_tool_said_and_whether_it_was_followed(
    office: Office, advised: str, outcome: str, said: str
) -> None:
    office.stage("100")
    assert said in words(notice_of(office.decided(outcome, advised=advised)))


def test_the_reasons_of_the_tool_are_explained_for_this_case(office: Office) -> None:
    office.stage("100")
    told = words(notice_of(office.decided(advised="declined")))
    assert "The tool proposed: Grant declined." in told
    assert "a probability of 80" in told
    assert "The income is above the limit. (1,900 euro) – income: 1900" in told


def test_advice_that_nobody_saw_is_not_told_as_if_it_had_counted(office: Office) -> None:
    office.stage("shadow")
    told = words(notice_of(office.decided(advised="declined")))
    assert "the person who decided did not see what it said" in told
    assert "The tool proposed" not in told


def test_it_is_written_in_the_language_of_the_person(office: Office) -> None:
    made = office.decided(contact={"email": "rosa@example.org", "language": "es"})
    content = notice_of(made).content
    assert content["language"] == "es"
    assert content["title"] == "Decisión sobre su caso: Grant declined"


def test_what_was_told_stays_as_it_was(office: Office) -> None:
    notice = notice_of(office.decided())
    before = json.dumps(notice.content)
    office.set(other_route="Nobody answers here any more.", name="Renamed")
    notice.refresh_from_db()
    assert json.dumps(notice.content) == before


def test_nobody_to_tell_makes_no_first_notice(office: Office) -> None:
    case = office.case(None)
    with pytest.raises(Invalid, match="nobody to tell"):
        make_notice(by(None), office.project, case)


def test_the_notice_follows_from_the_determination(office: Office) -> None:
    made = office.decided()
    entry = Entry.objects.get(action="notice.made")
    assert Edge.objects.filter(entry=entry, cause_kind="determination", cause_id=str(made.pk)).exists()
    assert "rosa" not in entry.payload


def test_the_days_to_contest_count_from_the_day_on_which_a_letter_leaves(office: Office) -> None:
    ago = timezone.now() - timedelta(days=30)
    made = office.decided(contact={"name": "Rosa", "address": "Calle 5"}, happened=ago)
    notice = notice_of(made)
    assert notice.sent is None
    assert list(notices.to_send(office.project)) == [notice]
    send_notice(by(office.cast.flor), office.project, notice, "post")
    notice.refresh_from_db()
    assert notice.appeal_by is not None
    assert (notice.appeal_by - timezone.now()).days >= 41
    assert not notices.to_send(office.project).exists()


def test_a_letter_is_sent_once_and_by_a_real_way(office: Office) -> None:
    notice = notice_of(office.decided(contact={"name": "Rosa", "address": "Calle 5"}))
    with pytest.raises(Invalid) as refused:
        send_notice(by(office.cast.flor), office.project, notice, "web")
    assert "route" in refused.value.fields
    send_notice(by(office.cast.flor), office.project, notice, "counter")
    with pytest.raises(Conflict):
        send_notice(by(office.cast.flor), office.project, notice, "post")


def test_whoever_came_online_without_an_address_reads_it_on_the_private_page(office: Office) -> None:
    notice = notice_of(office.decided(contact={}))
    assert notice.sent_by == "web"
    assert notice.sent is not None


def received(office: Office, origin: str, **contact: str) -> Case:
    source = {"need": "A new roof", "income": "1900"}
    return casework.receive(by(None), office.service, source, origin=origin, route="web", contact=contact)


def test_whoever_hands_a_case_in_is_told_before_any_tool_reads_it(office: Office) -> None:
    office.stage("100")
    case = received(office, "form", email="rosa@example.org")
    notice = Notice.objects.get(case=case)
    assert notice.kind == Notice.Kind.FIRST
    assert (case.advised, case.advice) == (None, {})
    assert Entry.objects.filter(action="notice.made").count() == 1


def test_a_row_of_a_table_that_names_nobody_makes_no_letter(office: Office) -> None:
    received(office, "csv")
    assert not Notice.objects.exists()
    received(office, "csv", name="Rosa", address="Calle 5")
    assert notices.to_send(office.project).count() == 1


# Pages


def test_the_page_is_private_and_shows_what_was_told(office: Office) -> None:
    notice = notice_of(office.decided())
    page = as_(None).get(notice.get_absolute_url())
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "same-origin"
    assert "Decided on your case: Grant declined" in page.content.decode()
    assert reverse("deliver:notice_appeal", args=[notice.token]) in page.content.decode()


def test_an_unknown_address_is_not_found(office: Office) -> None:
    assert as_(None).get(reverse("deliver:notice", args=["nonsense"])).status_code == 404


def test_the_letter_holds_the_words_the_address_and_the_last_day(office: Office) -> None:
    notice = notice_of(office.decided(contact={"name": "Rosa Benítez", "address": "Calle 5\nAsunción"}))
    page = as_(office.cast.flor).get(reverse("deliver:staff_pdf", args=[office.project.slug, notice.pk]))
    assert page["Content-Type"] == "application/pdf"
    text = " ".join(
        part.extract_text()
        for part in PdfReader(io.BytesIO(b"".join(page.streaming_content))).pages  # type: ignore[attr-defined]
    )
    flat = " ".join(text.split())
    for said in (
        "Rosa Benítez",
        "Asunción",
        "Grant declined",
        "The income is too high.",
        "contest this decision",
    ):
        assert said in flat


def test_an_erased_contact_is_on_no_letter(office: Office) -> None:
    notice = notice_of(office.decided(contact={"name": "Rosa Benítez", "address": "Calle 5"}))
    with guard.open_for_action():
        Contact.objects.filter(case=notice.case).update(erased=timezone.now())
    notice = Notice.objects.get(pk=notice.pk)
    from minga.deliver.letters import letter

    assert letter(notice, timezone.localdate())["recipient"] == []


def test_letters_are_sent_from_their_page(office: Office) -> None:
    notice = notice_of(office.decided(contact={"name": "Rosa", "address": "Calle 5"}))
    here = reverse("deliver:letters", args=[office.project.slug])
    flor = as_(office.cast.flor)
    assert "1 notice waits to be sent" in flor.get(here).content.decode()
    flor.post(here, {"once": "a", "notice": notice.pk, "route": "post"})
    assert Notice.objects.get(pk=notice.pk).sent_by == "post"
    assert "No notice waits to be sent" in flor.get(here).content.decode()


def test_letters_are_for_the_staff(office: Office) -> None:
    notice = notice_of(office.decided(contact={"name": "Rosa", "address": "Calle 5"}))
    for name, args in (("letters", []), ("staff_pdf", [notice.pk])):
        here = reverse(f"deliver:{name}", args=[office.project.slug, *args])
        assert as_(office.cast.bruno).get(here).status_code == 403


def test_the_list_of_letters_costs_the_same_for_many(office: Office, django_assert_max_num_queries: object) -> None:
    for _each in range(8):
        office.decided(contact={"name": "Rosa", "address": "Calle 5"})
    flor = as_(office.cast.flor)
    here = reverse("deliver:letters", args=[office.project.slug])
    flor.get(here)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        flor.get(here)


def test_staff_are_told_of_letters_that_wait(office: Office) -> None:
    office.decided(contact={"name": "Rosa", "address": "Calle 5"})
    assert ("Send 1 letter to a person", reverse("deliver:letters", args=[office.project.slug])) in hearings.waiting(
        office.project, office.cast.flor.actor
    )
