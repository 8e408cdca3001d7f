"""The public record: generated from the project, with provenance, limits and a change list."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from minga.assess.actions import open_review, set_stop_rule
from minga.deliver.actions import stop, submit_contest
from minga.deliver.models import Contest, Flag
from minga.ledger import guard
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from minga.projects.roles import TABLE
from minga.register import queries, showing, showing_fields, wording
from minga.register.actions import describe, publish
from minga.register.collect import build
from minga.register.document import FIELDS, TYPED, as_json, from_json
from minga.register.happened import WORDS
from minga.register.models import RecordVersion
from minga.register.rows import Limit, Share
from minga.register.values import plain
from minga.web.format import day
from tests.conftest import Cast, by
from tests.deliver.conftest import Desk

# The desk of these tests puts versions, data and checks in place directly.
MADE_WITHOUT_ACTIONS = {"models", "datasets", "criteria_and_checks"}


def test_it_tells_what_happened(told: Desk) -> None:
    record = build(told.project)
    assert record.phase.value == "in_use"
    assert record.problem
    assert record.problem.value == "Short calls shut small shops out."
    checks = record.criteria_and_checks.value[0].checks if record.criteria_and_checks else []
    assert [check.state for check in checks] == ["failed", "passed"]
    oversight = record.human_oversight.value if record.human_oversight else None
    assert oversight is not None
    assert oversight.decided == 3
    assert oversight.flags == {"confirmed": 1, "contested": 0, "explained": 0, "withdrawn": 1}
    appeals = record.appeal_route.value if record.appeal_route else None
    assert appeals is not None
    assert (appeals.received, appeals.answered, appeals.won, appeals.median_days) == (1, 1, 1, 6)
    effects = record.participation_effect.value if record.participation_effect else []
    assert [(effect.group, effect.outcome) for effect in effects] == [("residents", "adopted")]
    assert record.scale_of_use
    assert record.scale_of_use.value["read"] == 58


def test_every_known_field_says_where_it_is_known_from(told: Desk) -> None:
    for name in FIELDS:
        known = getattr(build(told.project), name)
        if known is None:
            continue
        assert known.known_from or name in MADE_WITHOUT_ACTIONS, name
        for source in known.known_from:
            if source.kind == "ledger":
                entry = Entry.objects.get(chain=told.project.chain, seq=source.seq)
                assert entry.action == source.action
            assert wording.source(source)


def test_limits_come_from_figures_card_and_people(told: Desk) -> None:
    describe(by(told.cast.lena), told.project, "limits", "It reads no paper calls.\n\nIt sees no lots.")
    found = build(told.project).limits.value
    assert [limit.kind for limit in found] == [
        "not_a_finding", "untested", "not_computed", "not_computed", "failure", "failure", "typed", "typed",
    ]  # fmt: skip
    said = [wording.limit(limit) for limit in found]
    assert "1 of the 3 decided flags: too few to judge" in said[0]
    assert "2 of 58 rows" in said[2]
    assert said[-1] == "It sees no lots."


def test_the_card_speaks_the_language_of_the_page(told: Desk) -> None:
    from django.utils import translation

    with translation.override("es"):
        assert "No ve emergencias." in [wording.limit(limit) for limit in build(told.project).limits.value]


def test_small_groups_are_named_and_not_counted(told: Desk) -> None:
    events = build(told.project).participation_events
    assert events is not None
    by_group = {group.group: group for group in events.value}
    assert by_group["residents"].took_part
    assert by_group["residents"].persons is None
    assert (by_group["provider"].took_part, by_group["provider"].persons) == (False, 0)


def test_no_name_of_a_person_is_in_it(told: Desk) -> None:
    text = json.dumps(as_json(build(told.project)))
    for name in ("Flor", "Rosa", "Lena", "Olga", "Fidel", *(p.key for p in (told.cast.flor, told.cast.rosa))):
        assert name not in text


def test_a_record_without_limits_is_not_published(project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked):
        publish(by(cast.lena), project)
    describe(by(cast.dario), project, "limits", "It is not built yet.")
    assert publish(by(cast.lena), project).number == 1


def test_a_version_is_frozen_with_its_changes(told: Desk) -> None:
    first = publish(by(told.cast.lena), told.project)
    assert first.changes == []
    with pytest.raises(Conflict):
        publish(by(told.cast.lena), told.project)
    describe(by(told.cast.lena), told.project, "legal_basis", "Example, to be confirmed by the body")
    set_stop_rule(by(told.cast.lena), told.project, told.release, "flag_share", "0.2", 30, "off")
    told.to("10")
    second = publish(by(told.cast.lena), told.project, note="Back to 10 %")
    changed = {change["field"]: change for change in second.changes}
    assert changed["legal_basis"]["kind"] == "added"
    assert (changed["phase"]["old"], changed["phase"]["new"]) == ("in_use", "public_pilot")
    assert "name" not in changed
    assert "override_and_failsafe" in changed
    first.refresh_from_db()
    assert from_json(first.document).phase.value == "in_use"
    entry = Entry.objects.filter(action="record.published").latest("seq")
    assert "phase" in json.loads(entry.payload)["changed"]
    assert second.head < entry.seq


def test_only_texts_that_people_know_can_be_written(project: Project, cast: Cast) -> None:
    for field in ("phase", "performance", "nothing"):
        with pytest.raises(Invalid):
            describe(by(cast.lena), project, field, "In use everywhere.")
    with pytest.raises(NotAllowed):
        describe(by(cast.rosa), project, "benefits", "Many.")
    made = describe(by(cast.lena), project, "benefits", " Time. ")
    record = build(project)
    assert record.benefits
    assert record.benefits.value == "Time."
    assert record.benefits.known_from[0].kind == "typed"
    assert (
        record.benefits.known_from[0].seq == Entry.objects.get(subject_kind="record_text", subject_id=str(made.pk)).seq
    )
    with pytest.raises(Invalid):
        describe(by(cast.lena), project, "benefits", "Time.")
    describe(by(cast.lena), project, "benefits", "")
    assert build(project).benefits is None


def test_documents_survive_being_stored(told: Desk) -> None:
    document = as_json(build(told.project))
    assert as_json(from_json(json.loads(json.dumps(document)))) == document


def test_every_field_and_action_has_words() -> None:
    assert set(wording.LABELS) == set(FIELDS)
    assert set(TYPED) <= set(FIELDS)
    assert set(WORDS) == set(TABLE)


def test_what_next(told: Desk) -> None:
    told.project.step = 8
    addresses = [address for _text, address in queries.what_next(told.project, told.cast.lena.actor)]
    assert addresses == [f"/projects/{told.project.slug}/record/{name}/" for name in ("texts", "publish")]
    assert queries.what_next(told.project, told.cast.rosa.actor) == []


def test_what_next_offers_a_new_version_when_the_record_says_something_else(told: Desk) -> None:
    told.project.step = 8
    publish(by(told.cast.lena), told.project)
    publishing = f"/projects/{told.project.slug}/record/publish/"
    before = queries.what_next(told.project, told.cast.lena.actor)
    assert publishing not in [address for _text, address in before]
    stop(by(told.cast.olga), told.project, told.release, "Too many flags.")
    after = queries.what_next(told.project, told.cast.lena.actor)
    assert ("Publish a new version of the public record", publishing) in after
    assert queries.what_next(told.project, told.cast.olga.actor) == []


def test_the_page_says_where_the_tool_stands_today(told: Desk, client: Any) -> None:
    publish(by(told.cast.lena), told.project)
    base = f"/projects/{told.project.slug}/record/"
    assert "after this version" not in client.get(base).content.decode()
    told.to("10")
    found = showing.live(told.project, from_json(RecordVersion.objects.get().document))
    assert found is not None
    assert (found.kind, found.share) == ("in_use", 10)
    stop(by(told.cast.olga), told.project, told.release, "Too many flags.")
    page = client.get(base).content.decode()
    words = f"Stopped {day(timezone.localdate())}"
    assert page.index(words) < page.index("after this version was published") < page.index("Version 1 says: In use at")
    assert words not in client.get(f"{base}versions/1/").content.decode()


def test_the_open_review_stands_before_the_next(told: Desk) -> None:
    open_review(by(told.cast.lena), told.project, told.release)
    since = showing.state(build(told.project)).since
    assert since.index("review open, due") < since.index("the next review on")


def test_a_contest_that_waits_too_long_is_named(told: Desk, client: Any) -> None:
    assert showing.late_contests() == ""
    flag = Flag.objects.filter(state="confirmed").get()
    contest = submit_contest(by(None), told.project, flag, "It was a strike.")
    with guard.open_for_action():
        Contest.objects.filter(pk=contest.pk).update(due=timezone.now() - timedelta(days=8, hours=3))
    page = client.get(f"/projects/{told.project.slug}/record/").content.decode()
    assert "1 contest is overdue, by 8 days." in page


def test_a_metric_is_said_in_the_words_of_its_field(told: Desk) -> None:
    set_stop_rule(by(told.cast.lena), told.project, told.release, "flag_share", "0.2", 30, "off")
    lines = {row.name: " ".join(row.lines) for row in showing_fields.fields(build(told.project))}
    assert "share of processes flagged" in lines["criteria_and_checks"]
    assert "this month" not in lines["criteria_and_checks"]
    assert "read this month that it flagged" in lines["override_and_failsafe"]
    assert lines["capability"] == "Event detection"
    assert "decided flags that a person confirmed" in lines["performance"]
    grouped = {"metric": "planted_found", "group_by": "procurement_method"}
    assert plain("criteria_and_checks", [grouped]) == ["share of the known cases found · judged by: procurement method"]


def test_too_few_is_a_sentence_of_its_own() -> None:
    few = wording.limit(Limit(kind="missed", share=Share(count=0, of=8)))
    assert few.endswith("A person saw a problem in 0 of the 8 decided so far: too few to judge.")


PUBLIC = ("record/", "record.json", "record/versions/", "record/versions/1/", "record/versions/1.json",
          "record/export/atrs/", "record/export/atrs.json", "record/export/minga/", "ledger/")  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_for_visitors(told: Desk, client: Any, language: str) -> None:
    publish(by(told.cast.lena), told.project)
    for path in PUBLIC:
        page = client.get(f"/projects/{told.project.slug}/{path}", headers={"accept-language": language})
        assert page.status_code == 200, path
        assert "Health District" not in page.content.decode() or path.endswith("json"), path
    for path in ("texts/", "publish/", "texts/benefits/"):
        assert client.get(f"/projects/{told.project.slug}/record/{path}").status_code == 403


def test_limits_stand_before_merits(told: Desk, client: Any) -> None:
    page = client.get(f"/projects/{told.project.slug}/record/").content.decode()
    assert "not published yet" in page
    assert page.index("What it cannot do") < page.index("What happened in use")
    assert page.index("It does not see floods.") < page.index("What it had to meet")


def test_the_lead_writes_and_publishes_by_page(told: Desk, client: Any) -> None:
    client.force_login(told.cast.lena)
    base = f"/projects/{told.project.slug}/record/"
    assert client.get(base + "texts/").status_code == 200
    assert client.post(base + "texts/benefits/", {"text": "Fairer calls.", "once": "a"}).status_code == 302
    assert client.get(base + "publish/").status_code == 200
    assert client.post(base + "publish/", {"note": "", "once": "b"}).status_code == 302
    assert RecordVersion.objects.get().number == 1
    again = client.post(base + "publish/", {"note": "", "once": "c"})
    assert (again.status_code, "Nothing has changed" in again.content.decode()) == (422, True)


def test_the_api_reads_records(told: Desk, client: Any) -> None:
    publish(by(told.cast.lena), told.project)
    slug = told.project.slug
    assert client.get("/api/register/records").json()[0]["project"] == slug
    assert client.get(f"/api/register/records/{slug}").json()["document"]["phase"]["value"] == "in_use"
    assert client.get(f"/api/register/records/{slug}/versions").json()[0]["number"] == 1
    assert client.get(f"/api/register/records/{slug}/exports/atrs").json()["losses"]
    assert client.get(f"/api/register/records/{slug}/exports/none").status_code == 422
    assert client.get("/api/register/records/none").status_code == 404
