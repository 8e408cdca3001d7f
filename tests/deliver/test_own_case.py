"""Each person reads who looked at their case, through a private link that nobody else finds."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from minga.deliver import looking
from minga.deliver.actions import note_accesses
from minga.deliver.clock import note_looks
from minga.deliver.looking import compared, looks_at
from minga.deliver.models import Access, Case
from minga.ledger import guard
from minga.ledger.action import SYSTEM
from minga.ledger.models import Entry
from minga.ledger.refusals import Conflict
from tests.conftest import by
from tests.deliver.counter import Counter, as_, text_of


def at(case: Case, name: str = "case") -> str:
    return reverse(f"deliver:{name}", args=[case.project.slug, case.number])


@pytest.fixture
def case(counter: Counter) -> Case:
    counter.stage("100")
    return counter.advised()


def own(case: Case, language: str = "en") -> str:
    return text_of(as_(None, language).get(case.contact.get_absolute_url()))


def test_every_look_is_listed_with_name_and_role(counter: Counter, case: Case) -> None:
    as_(counter.cast.olga).get(at(case))
    as_(counter.cast.lena).get(at(case, "source"))
    counter.decide(case)
    looks = [(look.what, look.who.split(",")[0], look.roles) for look in reversed(looks_at(counter.now(case)))]
    assert looks == [
        ("the tool read it", "", ""),
        ("looked at the case", "Olga", "Overseer"),
        ("looked at a piece of evidence", "Lena", "Lead"),
        ("looked at a piece of evidence", "Flor", "Frontline administrator"),
        ("looked at a piece of evidence", "Flor", "Frontline administrator"),
        ("decided", "Flor", "Frontline administrator"),
    ]
    page = own(case)
    for part in ("Olga", "Overseer", "Lena", "Flor", "incomes 1.0"):
        assert part in page


def test_whoever_is_turned_away_leaves_no_look_and_sees_nothing(counter: Counter, case: Case) -> None:
    for person in (None, counter.cast.rosa, counter.cast.dario, counter.cast.bruno):
        for name in ("case", "source"):
            answer = as_(person).get(at(case, name))
            assert answer.status_code == 403
            assert "A roof" not in text_of(answer)
    assert set(Access.objects.values_list("what", flat=True)) == {"tool"}


def test_the_advice_stands_there_after_the_decision_only(counter: Counter, case: Case) -> None:
    assert "the income decides" not in own(case)
    counter.decide(case, "refused", reason="The roof is new.")
    page = own(counter.now(case))
    for part in ("Decided: Refused", "The roof is new.", "It proposed: Granted", "the income decides", "Flor"):
        assert part in page


def test_the_page_is_private(case: Case) -> None:
    page = as_(None).get(case.contact.get_absolute_url())
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert as_(None).get(reverse("deliver:own_case", args=["guess"])).status_code == 404


def test_it_speaks_spanish(counter: Counter, case: Case) -> None:
    assert "Quién consultó su caso" in own(case, "es")


def test_the_person_erases_themselves_there(case: Case) -> None:
    visitor = as_(None)
    visitor.post(reverse("deliver:own_erase", args=[case.contact.token]), {"once": "1"})
    page = own(case)
    assert "Erased on" in page
    assert "Rosa" not in page


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SETTLED", timedelta())


@pytest.mark.usefixtures("at_once")
def test_every_hour_the_ledger_keeps_number_and_hash(counter: Counter, case: Case) -> None:
    as_(counter.cast.olga).get(at(case))
    assert note_looks() == "1 noted"
    assert note_looks() == "0 noted"
    as_(counter.cast.olga).get(at(case))
    note_accesses(by(SYSTEM), counter.project)
    noted = [json.loads(e.payload) for e in Entry.objects.filter(action="accesses.noted").order_by("seq")]
    assert [one["count"] for one in noted] == [2, 1]
    assert compared(counter.project) == looking.Compared(3, 2, ())
    with pytest.raises(Conflict):
        note_accesses(by(SYSTEM), counter.project)


def test_a_look_of_the_last_minute_waits_for_the_next_hour(counter: Counter, case: Case) -> None:
    as_(counter.cast.olga).get(at(case))
    assert note_looks() == "0 noted"


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("change", ["person", "removed", "slipped in"])
def test_a_list_that_was_altered_is_found(counter: Counter, case: Case, change: str) -> None:
    for _ in range(3):
        as_(counter.cast.olga).get(at(case))
    rows = Access.objects.filter(what="case").order_by("pk")
    gap = rows[1].pk
    with guard.open_for_action():
        rows.filter(pk=gap).delete()
    note_accesses(by(SYSTEM), counter.project)
    assert compared(counter.project).altered == ()
    oversight = reverse("assess:oversight", args=[counter.project.slug]) + "?check=looks"
    assert "Nothing was changed" in text_of(as_(counter.cast.olga).get(oversight))
    with guard.open_for_action():
        if change == "person":
            rows.update(person=counter.cast.lena)
        elif change == "removed":
            first = rows.first()
            assert first is not None
            first.delete()
        else:
            Access.objects.create(pk=gap, case=case, what="case")
    assert len(compared(counter.project).altered) == 1
    assert "The list was changed after it was noted" in text_of(as_(counter.cast.olga).get(oversight))
    assert "looks at cases" not in text_of(as_(counter.cast.lena).get(oversight))


def test_drawn_cases_have_nobody_to_read_it(counter: Counter, case: Case) -> None:
    with guard.open_for_action():
        Case.objects.filter(pk=case.pk).update(service=None)
    before = Access.objects.count()
    as_(counter.cast.olga).get(at(case, "source"))
    assert Access.objects.count() == before
