"""Files of cases: rows in = used + rejected + failed, nothing twice, and a look before anything is taken over."""

import re
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minga.deliver import incoming, mail, spool
from minga.deliver.actions import import_cases
from minga.deliver.actions.intake import faults
from minga.deliver.casefiles import rows_of
from minga.deliver.models import Case, Contact, Service
from minga.ledger.models import Entry
from tests.conftest import by
from tests.deliver.counter import FIELDS, Counter, as_, text_of

TABLE = """id;need;income;letter;born;contact_name;contact_email;shoe size
1;A roof;1000;"Two
lines";1980;Rosa;rosa@example.org;40
2;;900;No need;1981;;;41
3;A door;900;Yes;1982;;not an address;41
1;A roof again;1;x;1983;;;41
4;Too;short
5;A wall;;;;;;
"""


def letter(number: int, subject: str = "A roof", attach: bool = False, html: bool = False) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = f"Rosa Roe <rosa{number}@example.org>", subject
    message["Message-ID"], message["Date"] = f"<{number}@example.org>", "Tue, 03 Nov 2026 10:00:00 +0100"
    message.set_content("Please mend\nmy roof.")
    if html:
        message.set_content("<p>Please <b>mend</b></p><script>x()</script><p>my roof.</p>", subtype="html")
    if attach:
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="roof.pdf")
    return message


def test_each_row_of_a_table_ends_somewhere(counter: Counter) -> None:
    rows = rows_of(counter.service, TABLE.encode(), "csv")
    assert (len(rows.usable), len(rows.rejected), len(rows.failed), rows.total) == (2, 3, 1, 6)
    assert rows.unknown == ["shoe size"]
    assert rows.usable[0].source["letter"] == "Two\nlines"
    assert [why for _row, why in rows.failed] == ["3 cells where the header has 8"]


def test_the_import_adds_up_and_takes_nothing_twice(counter: Counter) -> None:
    for used in (2, 0):
        rows = rows_of(counter.service, TABLE.encode(), "csv")
        import_cases(by(counter.cast.flor), counter.project, counter.service, rows, "csv", "post")
        noted = Entry.objects.filter(action="cases.imported").order_by("-seq").first()
        assert noted is not None
        assert f'"used":{used}' in noted.payload
        assert f'"rejected":{5 - used}' in noted.payload
        assert '"rows_in":6' in noted.payload
    assert list(Case.objects.values_list("number", "title", "route", "origin")) == [
        (1, "A roof", "post", "csv"),
        (2, "A wall", "post", "csv"),
    ]
    assert Contact.objects.get(case__number=1).email == "rosa@example.org"


def test_json_lines(counter: Counter) -> None:
    data = b'{"id": 1, "need": "A roof", "income": 5}\n[1]\n{bad\n\n{"need": null}\n'
    rows = rows_of(counter.service, data, "jsonl")
    assert (len(rows.usable), len(rows.rejected), len(rows.failed)) == (1, 1, 2)


@given(st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "email"]))
def test_no_file_breaks_the_reader(data: bytes, kind: str) -> None:
    fields = [{"personal": False, "needed": False, "long": False, **field} for field in FIELDS]
    rows = rows_of(Service(fields=fields, groups=[]), data, kind)
    assert rows.total == len(rows.usable) + len(rows.rejected) + len(rows.failed)


def test_one_e_mail(counter: Counter) -> None:
    rows = rows_of(counter.service, letter(1, attach=True).as_bytes(), "email")
    [found] = rows.usable
    assert found.outside_id == "<1@example.org>"
    assert found.contact == {"name": "Rosa Roe", "email": "rosa1@example.org"}
    assert found.source["need"] == "A roof"
    assert found.source["letter"] == "Please mend\nmy roof.\n\n[1 attachment was not taken over: roof.pdf]"
    assert found.received is not None


def test_subject_and_text_go_where_they_are_named(counter: Counter) -> None:
    counter.set(fields=[
        {"name": "subject", "words": "Subject", "needed": True, "personal": False, "shown_to_tool": True},
        {"name": "message", "words": "Message", "needed": True, "personal": False, "shown_to_tool": True, "long": True},
        {"name": "attachments", "words": "Attachments", "needed": False, "personal": False, "shown_to_tool": False},
    ], groups=[])  # fmt: skip
    box = b"".join(b"From x\n" + letter(n, attach=n == 2, html=n == 3).as_bytes() + b"\n\n" for n in (1, 2, 3))
    rows = rows_of(counter.service, box, "email")
    assert [row.source["subject"] for row in rows.usable] == ["A roof"] * 3
    assert [row.source["message"] for row in rows.usable] == ["Please mend\nmy roof."] * 3
    assert [row.source["attachments"] for row in rows.usable] == [[], ["roof.pdf"], []]


def test_attachments_without_a_field_are_named_in_the_text(counter: Counter) -> None:
    counter.set(fields=[{"name": "text", "words": "Text", "needed": True, "personal": False, "shown_to_tool": True}])
    counter.set(groups=[])
    [found] = rows_of(counter.service, letter(1, attach=True).as_bytes(), "email").usable
    assert "1 attachment was not taken over: roof.pdf" in found.source["text"]


@pytest.mark.parametrize("text", ["2026-03-31", "2026-03-31T10:00:00Z", "2026-03-31T10:00:00+02:00"])
def test_days_and_times(text: str) -> None:
    found = incoming.moment(text)
    assert found is not None
    assert found.tzinfo is not None


def test_a_case_does_not_come_from_the_future(counter: Counter) -> None:
    rows = rows_of(counter.service, b"need,received\nA roof,2999-01-01\nA door,soon\n", "csv")
    assert len(rows.rejected) == 1
    import_cases(by(counter.cast.flor), counter.project, counter.service, rows, "csv", "post")
    case = Case.objects.get()
    assert case.received.year < 2999


def test_a_look_then_the_cases_with_forms_alone(counter: Counter) -> None:
    address, flor = (
        reverse("deliver:cases_import", args=[counter.project.slug, counter.service.slug]),
        as_(counter.cast.flor),
    )
    given = {"file": SimpleUploadedFile("cases.csv", TABLE.encode()), "route": "post"}
    page = text_of(flor.post(address, given))
    assert "2 of 6 rows can be taken over" in page
    assert "Rows 6 = used 2 + rejected 3 + failed 1" in page
    assert not Case.objects.exists()
    found = re.search(r'name="file_name" value="([^"]+)"', page)
    assert found
    sent = flor.post(address, {"once": "1", "file_name": found[1], "route": "post"}, follow=True)
    assert "2 cases were taken over." in text_of(sent)
    assert spool.get(found[1]) is None
    assert "3 of 6" not in text_of(
        flor.post(address, {"once": "2", "file_name": found[1], "route": "post"}, follow=True)
    )
    assert Case.objects.count() == 2


@pytest.mark.parametrize("name", ["../../secret-key", "x.csv", "", "a" * 32 + ".txt"])
def test_no_other_file_is_read(name: str) -> None:
    assert spool.get(name) is None


def test_only_staff_imports(counter: Counter) -> None:
    address = reverse("deliver:cases_import", args=[counter.project.slug, counter.service.slug])
    assert as_(None).get(address).status_code == 403
    assert as_(counter.cast.olga).get(address).status_code == 403


def test_a_file_of_another_kind_is_refused(counter: Counter) -> None:
    address = reverse("deliver:cases_import", args=[counter.project.slug, counter.service.slug])
    given = {"file": SimpleUploadedFile("cases.exe", b"MZ"), "route": "post"}
    sent = as_(counter.cast.flor).post(address, given)
    assert sent.status_code == 422
    assert "ends in .csv" in text_of(sent)


def test_nobody_is_lost_beyond_the_longest_file(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_ROWS", 3)
    rows = incoming.read_rows(counter.service, incoming.table(b"need\n" + b"A roof\n" * 5), faults)
    assert (len(rows.usable), len(rows.rejected), rows.total) == (3, 2, 5)


def test_a_line_that_begins_with_from_stays_in_its_message() -> None:
    assert mail._split(b"From x\nA: 1\n\n>From here\n") == [b"A: 1\n\nFrom here\n"]
