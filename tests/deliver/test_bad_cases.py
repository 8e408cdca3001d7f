"""Cases as they come in life: broken files, strange characters, two desks at once. Nothing falls over or is lost."""

import itertools
import json
import re
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minga.deliver import incoming
from minga.deliver.actions import import_cases
from minga.deliver.casefiles import rows_of
from minga.deliver.lots import in_share
from minga.deliver.models import STAGES, Case
from minga.deliver.showing import Withheld, withheld
from minga.jobs.models import Outbox
from minga.ledger import guard
from minga.ledger.refusals import Invalid
from tests.conftest import by
from tests.deliver.counter import Counter, as_


def taken(counter: Counter, data: bytes, kind: str) -> incoming.Rows:
    """The rows of a file, taken over as the page does."""
    rows = rows_of(counter.service, data, kind)
    import_cases(by(counter.cast.flor), counter.project, counter.service, rows, kind, "post")
    assert rows.total == len(rows.usable) + len(rows.rejected) + len(rows.failed)
    return rows


def ends(rows: incoming.Rows) -> tuple[int, int, int]:
    return len(rows.usable), len(rows.rejected), len(rows.failed)


def test_a_header_that_cannot_be_read_is_told(counter: Counter) -> None:
    rows = taken(counter, b'"need"x,income\nA roof,5\n', "csv")
    assert ends(rows) == (0, 0, 1)
    assert "header" in rows.failed[0][1]


def test_a_column_that_comes_twice_is_not_guessed(counter: Counter) -> None:
    rows = taken(counter, b"need,need\nA roof,A door\nA wall,A path\n", "csv")
    assert ends(rows) == (0, 0, 2)
    assert "need" in rows.failed[0][1]


def test_a_table_as_spreadsheets_save_unicode_text(counter: Counter) -> None:
    taken(counter, "need\tletter\nTeja\tCañería rota\n".encode("utf-16"), "csv")
    assert Case.objects.get().source["letter"] == "Cañería rota"


def test_a_line_separator_inside_a_text_breaks_no_row(counter: Counter) -> None:
    data = json.dumps({"need": "A roof", "letter": "one\u2028two\x85three"}, ensure_ascii=False)
    assert ends(taken(counter, data.encode(), "jsonl")) == (1, 0, 0)


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ('{"need": "x", "income": NaN}', (0, 0, 1)),
        ('{"need": "x", "income": -Infinity}', (0, 0, 1)),
        ('{"need": "half \\ud800 a character", "letter": "\\u0000"}', (1, 0, 0)),
        ('{"need": "x", "letter": {"deep": 1}}', (0, 1, 0)),
        ('{"need": "x", "letter": [["deep"]]}', (0, 1, 0)),
        ('{"need": "x", "letter": ["a", "b"]}', (1, 0, 0)),
        ('{"need": "x", "received": "0001-01-01T00:00:00+14:00"}', (0, 1, 0)),
        ('{"need": "x", "contact_name": "%s"}' % ("n" * 201), (0, 1, 0)),
        ('{"need": "x", "contact_email": "%s@example.org"}' % ("n" * 250), (0, 1, 0)),
        ('{"need": "x", "contact_address": "%s"}' % ("n" * 1001), (0, 1, 0)),
    ],
)
def test_what_a_database_cannot_keep_is_refused_with_its_row(
    counter: Counter, line: str, end: tuple[int, int, int]
) -> None:
    assert ends(taken(counter, line.encode(), "jsonl")) == end
    for case in Case.objects.all():
        assert "\x00" not in json.dumps(case.source, ensure_ascii=False)


def test_a_letter_within_letters_within_letters(counter: Counter) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "A roof", "Rosa <rosa@example.org>"
    message.set_content("Please")
    nested = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000
    for data in (nested, message.as_bytes()):
        rows = rows_of(counter.service, data, "email")
        assert rows.total == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"fields": {"need": "half \ud800", "letter": "nul \x00"}},
        {"fields": {"need": "A roof"}, "name": "nul \x00"},
        {"fields": {"need": "A roof"}, "received": "2026-03-31T10:00:00"},
        {"fields": {"need": "A roof"}, "id": "x\x00y"},
    ],
)
def test_the_api_takes_odd_characters_and_times_without_a_zone(counter: Counter, odd: dict[str, Any]) -> None:
    where = f"/api/deliver/projects/{counter.project.slug}/services/{counter.service.slug}/cases"
    sent = as_(counter.cast.flor).post(where, json.dumps(odd), content_type="application/json")
    assert sent.status_code in {201, 400, 422}
    for case in Case.objects.all():
        assert "\x00" not in case.process + json.dumps(case.source, ensure_ascii=False) + case.contact.name


def test_a_case_from_before_the_calendar_is_refused(counter: Counter) -> None:
    with pytest.raises(Invalid) as refused:
        counter.receive(days_ago=700_000)
    assert "received" in refused.value.fields


def test_an_e_mail_without_a_number_is_taken_once(counter: Counter) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "A roof", "Rosa <rosa@example.org>"
    message.set_content("Please")
    for _each in range(2):
        taken(counter, message.as_bytes(), "email")
    assert Case.objects.count() == 1


def test_who_takes_cases_over_and_reads_none_ends_on_an_open_page(counter: Counter) -> None:
    where = reverse("deliver:cases_import", args=[counter.project.slug, counter.service.slug])
    dario = as_(counter.cast.dario)
    page = dario.post(where, {"once": "a", "route": "post", "file": SimpleUploadedFile("a.csv", b"need\nA roof\n")})
    name = re.findall(r'name="file_name" value="([^"]+)"', page.content.decode())[0]
    ended = dario.post(where, {"once": "b", "file_name": name, "route": "post"}, follow=True)
    assert ended.status_code == 200
    assert "1 case was taken over." in ended.content.decode()


# The share of a stage


@given(st.text(max_size=30), st.text(max_size=30))
def test_who_is_in_stays_in_while_the_stage_rises(chain: str, process: str) -> None:
    inside = [in_share(chain, process, stage.share) for stage in STAGES]
    assert inside == sorted(inside)
    assert (inside[0], inside[-1]) == (False, True)


def test_a_case_never_flips_between_stages_and_is_the_same_in_turn(counter: Counter) -> None:
    counter.stage("100")
    cases = [counter.advised(outside_id=f"s{number}") for number in range(30)]

    def open_at(stage: str) -> set[int]:
        counter.stage(stage)
        return {case.pk for case in cases if withheld(counter.now(case), counter.cast.flor.pk) is None}

    shown = [open_at(stage) for stage in ("1", "10", "50", "100")]
    assert all(less <= more for less, more in itertools.pairwise(shown))
    assert 0 < len(shown[2]) < len(shown[3]) == 30
    assert open_at("50") == shown[2]
    assert withheld(counter.now(cases[0]), None) in {None, Withheld.SHARE}


# The way back


def test_what_never_arrived_is_the_leads_next_step_and_is_sent_again(counter: Counter) -> None:
    from minga.deliver.actions import change_service
    from minga.deliver.queries import what_next

    counter.set(hook_url="https://cases.example/hook", hook_secret="MINGA_HOOK_NOT_SET")
    made = counter.decide(counter.receive(), "refused")
    with guard.open_for_action():
        Outbox.objects.filter(kind="webhook").update(failed=True, tries=8)
    words = [text for text, _where in what_next(counter.project, counter.cast.lena.actor)]
    assert "1 decision did not reach your own system: mend its address or secret" in words
    told = [text for text, _where in what_next(counter.project, counter.cast.flor.actor)]
    assert not [text for text in told if "did not reach" in text]
    change_service(by(counter.cast.lena), counter.project, counter.service, "Mended", hook_secret="MINGA_HOOK_SET",
                   hook_url="https://cases.example/hook")  # fmt: skip
    waiting = Outbox.objects.get(kind="webhook")
    assert (waiting.failed, waiting.tries, waiting.content) == (False, 0, {"determination": made.pk})
