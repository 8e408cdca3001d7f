"""Certificates: verified by their number, named only where that is agreed, printed, and due again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from minga.jobs.models import Outbox
from minga.learning import clock, queries
from minga.learning.actions import pass_course, remind_of_refresher
from minga.learning.actions.courses import _until
from minga.learning.models import Certificate
from minga.learning.models.courses import LETTERS, new_code
from minga.ledger.action import BODY, SYSTEM, By
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict, NotAllowed
from minga.people.actions import erase_person
from minga.people.models import Person
from tests.conftest import Cast, by
from tests.learning.conftest import course, signed_in, text_of


def passed(person: Person, id: str = "deciding_on_ai", happened: datetime | None = None) -> Certificate:
    right = [asked.question.id for asked in course(id).questions]
    return pass_course(by(person, happened=happened), BODY, id, right)


def test_an_official_is_named_and_a_resident_is_not(client: Client, cast: Cast) -> None:
    official, resident = passed(cast.lena), passed(cast.rosa)
    assert "Lena passed this course" in text_of(client.get(official.get_absolute_url()))
    told = text_of(client.get(resident.get_absolute_url()))
    assert "Rosa" not in told
    assert "A resident passed this course" in told


def test_the_holder_alone_decides_about_the_name(client: Client, cast: Cast) -> None:
    held = passed(cast.rosa)
    address = f"{held.get_absolute_url()}name/"
    assert signed_in(client, cast.lena).post(address, {"named": "yes", "once": "n0"}).status_code == 403
    signed_in(client, cast.rosa).post(address, {"named": "yes", "once": "n1"})
    assert "Rosa passed this course" in text_of(Client().get(held.get_absolute_url()))
    client.post(address, {"named": "no", "once": "n2"})
    assert "Rosa" not in text_of(Client().get(held.get_absolute_url()))


def test_an_erased_holder_is_no_longer_named(client: Client, cast: Cast) -> None:
    held = passed(cast.lena)
    erase_person(by(cast.bea), BODY, person=cast.lena)
    told = text_of(client.get(held.get_absolute_url()))
    assert "Lena" not in told
    assert "Agencies passed this course" in told


@pytest.mark.parametrize("language", ["en", "es"])
def test_anybody_verifies_a_number(client: Client, cast: Cast, language: str) -> None:
    client.cookies["django_language"] = language
    held = passed(cast.lena)
    for typed in (held.code.lower(), held.code.replace("-", " "), f" {held.code.replace('-', '')}. "):
        reply = client.get("/learning/certificates/", {"code": typed})
        assert reply.headers["Location"] == held.get_absolute_url()
    told = text_of(client.get(held.get_absolute_url()))
    assert course("deciding_on_ai").title[language] in told
    assert held.code in told
    unknown = client.get("/learning/certificates/", {"code": "AAAA-BBBB-CCCC"})
    assert unknown.status_code == 404
    assert client.get("/learning/certificates/AAAA-BBBB-CCCC/").status_code == 404
    for forged in ("\x00", "<script>alert(1)</script>", "' OR 1=1 --", "9" * 100_000, "٣" * 12):
        reply = client.get("/learning/certificates/", {"code": forged})
        assert reply.status_code in (200, 404)
        assert "<script>alert" not in text_of(reply)


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_prints(client: Client, cast: Cast, language: str) -> None:
    client.cookies["django_language"] = language
    held = passed(cast.lena)
    reply = client.get(f"{held.get_absolute_url()}pdf/")
    assert reply.content.startswith(b"%PDF")
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{held.code}.pdf"'


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [("2026-01-31", 1, "2026-02-28"), ("2027-12-31", 2, "2028-02-29"), ("2026-05-10", 24, "2028-05-10")],
)
def test_until_when_it_is_valid(day: str, months: int, until: str) -> None:
    assert _until(datetime.fromisoformat(day).date(), months) == datetime.fromisoformat(until).date()
    assert _until(datetime.fromisoformat(day).date(), 0) is None


def test_it_is_valid_to_the_end_of_its_last_day(cast: Cast) -> None:
    held = passed(cast.lena, happened=datetime(2026, 1, 15, 12, tzinfo=UTC))
    assert held.holds(datetime(2027, 1, 15, 23, tzinfo=UTC))
    assert not held.holds(datetime(2027, 1, 16, 1, tzinfo=UTC))
    assert not held.holds(datetime(2026, 1, 15, 11, tzinfo=UTC))


def test_numbers_are_plain_and_not_alike() -> None:
    codes = {new_code() for _time in range(500)}
    assert len(codes) == 500
    assert all(set(code) <= {*LETTERS, "-"} and len(code) == 14 for code in codes)


def test_whoever_holds_it_is_reminded_once_before_it_ends(cast: Cast) -> None:
    with_mail = cast.lena
    with_mail.email = "lena@example.org"
    with_mail.save()
    year = timedelta(days=365)
    soon = passed(cast.lena, happened=timezone.now() - year + timedelta(days=20))
    passed(cast.ada, happened=timezone.now() - timedelta(days=10))
    assert clock.remind() == "1 reminded"
    [letter] = Outbox.objects.filter(kind="email")
    assert letter.content["to"] == "lena@example.org"
    assert "“Deciding on AI”" in letter.content["text"]
    assert "«Decidir sobre la IA»" in letter.content["text"]
    assert clock.remind() == ""
    soon.refresh_from_db()
    with pytest.raises(Conflict):
        remind_of_refresher(By(SYSTEM), BODY, soon)
    with pytest.raises(NotAllowed):
        remind_of_refresher(by(cast.bea), BODY, soon)
    assert [address for _words, address in queries.what_next(cast.lena)] == ["/learning/courses/deciding_on_ai/"]


def test_what_has_ended_is_said_to_have_ended(client: Client, cast: Cast) -> None:
    held = passed(cast.lena, happened=timezone.now() - timedelta(days=800))
    [(sentence, _address)] = queries.what_next(cast.lena)
    assert sentence.endswith("your certificate has ended")
    assert "Ended on" in text_of(client.get(held.get_absolute_url()))


def test_who_took_it_again_is_left_in_peace(cast: Cast) -> None:
    passed(cast.lena, happened=timezone.now() - timedelta(days=350))
    passed(cast.lena)
    assert clock.remind() == ""
    assert queries.what_next(cast.lena) == []


def test_the_ledger_has_no_name(cast: Cast) -> None:
    passed(cast.rosa)
    entry = Entry.objects.get(action="course.passed")
    assert "rosa" not in (entry.payload + entry.actor).lower()


def test_the_api_verifies_too(client: Client, cast: Cast) -> None:
    from minga.learning.api import get_certificate

    held = passed(cast.rosa)
    told = get_certificate(None, held.code.lower())  # type: ignore[arg-type]
    assert (told["holder"], told["valid"], told["score"]) == ("A resident", True, 8)
