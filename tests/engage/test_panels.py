"""Panels drawn by lot: announce, join, import, close before the seed, draw, replace, recommend."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from minga.engage import drawing
from minga.engage.actions import (
    announce_panel,
    answer_invitation,
    close_pool,
    decide,
    draw_panel,
    hold_meeting,
    import_pool,
    join_pool,
    recommend,
    replace_missing,
)
from minga.engage.models import Contribution, Panel, Panellist, link_hash
from minga.engage.queries import panels as queries
from minga.jobs.models import Outbox
from minga.ledger.action import Actor, By
from minga.ledger.models import Edge, Entry, Opening
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by

TODAY = timezone.localdate()
SEED_ON = TODAY + timedelta(days=7)
QUOTAS = {"Age": {"under 40": [2, 4], "40 and over": [4, 6]}, "Place": {"town": [3, 6], "village": [2, 5]}}
SEED = "07 12 33 41"


def announced(project: Project, cast: Cast, **given: Any) -> Panel:
    terms: dict[str, Any] = {
        "title": "Panel on early warnings",
        "task": "Say when a warning may be published.",
        "policy_area": "general",
        "size": 8,
        "quotas": QUOTAS,
        "seed_source": "National lottery, first draw of the day",
        "seed_on": SEED_ON,
    }
    return announce_panel(by(cast.lena), project, **(terms | given))


def rows_of(counts: dict[tuple[str, str], int], start: int = 0) -> str:
    lines, number = ["reference,Age,Place"], start
    for (age, place), count in counts.items():
        for _ in range(count):
            number += 1
            lines.append(f"L{number},{age},{place}")
    return "\n".join(lines)


POOL = {
    ("under 40", "town"): 12,
    ("under 40", "village"): 4,
    ("40 and over", "town"): 20,
    ("40 and over", "village"): 14,
}


def filled(project: Project, cast: Cast, counts: dict[tuple[str, str], int] = POOL, **given: Any) -> Panel:
    panel = announced(project, cast, **given)
    return import_pool(by(cast.lena), project, panel, drawing.read_pool(rows_of(counts).encode(), panel))


def closed(project: Project, cast: Cast, **given: Any) -> Panel:
    return close_pool(by(cast.lena), project, filled(project, cast, **given))


def on_the_day(cast: Cast, **more: Any) -> By:
    return by(cast.lena, happened=timezone.now() + timedelta(days=7), **more)


def drawn(project: Project, cast: Cast, **given: Any) -> Panel:
    return draw_panel(on_the_day(cast), project, closed(project, cast, **given), SEED)


def invited(panel: Panel) -> list[Panellist]:
    return list(panel.panellists.filter(state="invited").order_by("number"))


def answer(one: Panellist, what: str) -> Panellist:
    visitor = Actor(key=one.key, group="residents", kind="visitor")
    return answer_invitation(by(visitor), one.panel.project, one, what)


def entry_of(action: str) -> Entry:
    return Entry.objects.filter(action=action).latest("seq")


def payload(action: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry_of(action).payload)
    return found


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"size": 1}, "size"),
        ({"seed_on": TODAY}, "seed_on"),
        ({"policy_area": ""}, "policy_area"),
        ({"quotas": {}}, "quotas"),
        ({"quotas": {"Age": {"all": [8, 8]}}}, "quotas"),
        ({"quotas": {"Age": {"a": [5, 4], "b": [0, 8]}}}, "quotas"),
        ({"quotas": {"Age": {"a": [5, 8], "b": [4, 8]}}}, "quotas"),
        ({"quotas": {"Age": {"a": [0, 3], "b": [0, 4]}}}, "quotas"),
        ({"quotas": {"household": {"a": [0, 8], "b": [0, 8]}}}, "quotas"),
        ({"quotas": {"Age": {"=1+1": [0, 8], "b": [0, 8]}}}, "quotas"),
    ],
)
def test_terms_that_make_no_sense_are_refused(project: Project, cast: Cast, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        announced(project, cast, **given)
    assert field in refusal.value.fields


def test_only_lead_and_facilitator_announce(project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        announce_panel(by(cast.rosa), project, "T", "T", "general", 8, QUOTAS, "S", SEED_ON)


def test_joining_leaves_no_trace_of_who_it_was(project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    one = join_pool(by(None), project, panel, {"Age": "under 40", "Place": "town"}, email="ana@example.org")
    entry = entry_of("panel.joined")
    assert (entry.actor_key, entry.subject_id, entry.group) == (one.key, str(one.pk), "residents")
    assert set(json.loads(entry.payload)) == {"email"}
    for secret in ("ana@", "under 40", "town", one.token, one.link):
        assert secret not in entry.payload + entry.because
    assert Opening.objects.get().person_key == one.key
    assert one.link == link_hash(one.token)
    assert Panellist.of_token(one.token) == one
    assert Panellist.of_token(one.token + "x") is None
    assert Panellist.of_token(one.token, timezone.now() + timedelta(days=800)) is None


@pytest.mark.parametrize(
    ("features", "email", "field"),
    [
        ({"Age": "under 40"}, "", "Place"),
        ({"Age": "ageless", "Place": "town"}, "", "Age"),
        ({"Age": "under 40", "Place": "town"}, "nobody", "email"),
    ],
)
def test_odd_answers_are_refused(
    project: Project, cast: Cast, features: dict[str, str], email: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        join_pool(by(None), project, announced(project, cast), features, email=email)
    assert field in refusal.value.fields


def test_leaving_an_open_pool_erases_everything(project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    one = join_pool(by(None), project, panel, {"Age": "under 40", "Place": "town"}, email="ana@example.org")
    answer(one, "leave")
    one.refresh_from_db()
    assert (one.state, one.features) == ("left", {})
    assert not Opening.objects.exists()
    assert not Entry.objects.filter(actor_key=one.key).exclude(action="panellist.answered").exists()
    assert queries.pool_size(panel) == 0
    with pytest.raises(Conflict):
        answer(one, "leave")


def test_every_row_of_a_file_is_used_or_rejected_with_its_reason(project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    text = (
        "\ufeffreference;Age;Place\r\n"
        "1;under 40;town\r\n2;ageless;town\r\n3;under 40\r\n\r\n1;under 40;town\r\n4;40 and over;village\r\n"
    )
    panel = import_pool(by(cast.lena), project, panel, drawing.read_pool(text.encode(), panel))
    report = panel.import_report
    assert (report["rows"], report["used"]) == (5, 2)
    assert [line for line, _why in report["rejected"]] == [3, 4, 6]
    assert payload("pool.imported") == {"rows": 5, "used": 2, "rejected": 3}
    panel = import_pool(by(cast.lena), project, panel, drawing.read_pool(text.encode(), panel))
    assert (panel.import_report["used"], len(panel.import_report["rejected"])) == (0, 5)
    assert panel.panellists.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"reference,Age\n1,x\n", "missing: Place"),
        (b"Age,Place,Age\n", "twice: Age"),
        (b"Age,Place\n\xff\xfe\n", "UTF-8"),
        (b"Age,Place\n\x00\n", "not a CSV"),
        (b'Age,Place\n"' + b"x" * 200_000 + b'",y\n', "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(project: Project, cast: Cast, data: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        drawing.read_pool(data, announced(project, cast))
    assert words in refusal.value.fields["file"]


def test_a_household_is_kept_as_a_seal_only(project: Project, cast: Cast) -> None:
    panel = announced(project, cast)
    text = "household,Age,Place\nElm Street 7,under 40,town\nElm Street 7,40 and over,town\n,under 40,town\n"
    import_pool(by(cast.lena), project, panel, drawing.read_pool(text.encode(), panel))
    homes = sorted(panel.panellists.values_list("household", flat=True))
    assert homes[0] == ""
    assert homes[1] == homes[2] != "Elm Street 7"


def test_the_pool_and_the_lottery_stand_in_the_ledger_before_the_seed(project: Project, cast: Cast) -> None:
    panel = closed(project, cast)
    told = payload("pool.closed")
    assert told["digest"] == panel.pool_digest == drawing.digest(drawing.pool_file(panel))
    assert (told["lottery"], told["people"], told["seed_on"]) == (panel.lottery_hash, 50, SEED_ON.isoformat())
    assert told["quotas_changed"] is False
    assert panel.fairness["equal"] == pytest.approx(8 / 50)
    assert sum(panel.panellists.values_list("probability", flat=True)) == pytest.approx(8)
    with pytest.raises(Conflict):
        join_pool(by(None), project, panel, {"Age": "under 40", "Place": "town"})


def test_the_pool_is_not_closed_when_the_seed_may_be_known(project: Project, cast: Cast) -> None:
    panel = filled(project, cast)
    with pytest.raises(Invalid) as refusal:
        close_pool(on_the_day(cast), project, panel)
    assert "seed_on" in refusal.value.fields
    later = SEED_ON + timedelta(days=7)
    panel = close_pool(on_the_day(cast), project, panel, seed_source="The draw of the week after", seed_on=later)
    assert payload("pool.closed")["seed_source"] == panel.seed_source == "The draw of the week after"


def test_the_draw_waits_for_the_pool_and_for_the_seed(project: Project, cast: Cast) -> None:
    panel = filled(project, cast)
    with pytest.raises(Blocked):
        draw_panel(on_the_day(cast), project, panel, SEED)
    panel = close_pool(by(cast.lena), project, panel)
    with pytest.raises(Blocked):
        draw_panel(by(cast.lena), project, panel, SEED)
    with pytest.raises(Invalid):
        draw_panel(on_the_day(cast), project, panel, " ")
    panel = draw_panel(on_the_day(cast), project, panel, SEED)
    with pytest.raises(Conflict):
        draw_panel(on_the_day(cast), project, panel, SEED)


def test_the_same_request_closes_and_draws_once(project: Project, cast: Cast) -> None:
    panel = filled(project, cast)
    for _ in range(2):
        close_pool(by(cast.lena, once="close"), project, panel)
    assert Entry.objects.filter(action="pool.closed").count() == 1
    for _ in range(2):
        draw_panel(on_the_day(cast, once="draw"), project, panel, SEED)
    assert Entry.objects.filter(action="panel.drawn").count() == 1


def test_quotas_that_clash_are_explained_with_the_smallest_change(project: Project, cast: Cast) -> None:
    few = {("under 40", "town"): 1, ("40 and over", "town"): 30, ("40 and over", "village"): 20}
    panel = filled(project, cast, few)
    with pytest.raises(Invalid) as refusal:
        close_pool(by(cast.lena), project, panel)
    words = str(refusal.value)
    assert "Age: under 40" in words
    assert "1 are in the pool" in words
    panel.refresh_from_db()
    assert (panel.state, panel.pool_digest) == ("open", "")
    softer = QUOTAS | {"Age": {"under 40": [1, 4], "40 and over": [4, 7]}}
    panel = close_pool(by(cast.lena), project, panel, quotas=softer)
    assert payload("pool.closed")["quotas_changed"] is True
    assert panel.quotas == softer


def test_a_pool_smaller_than_the_panel_is_explained(project: Project, cast: Cast) -> None:
    panel = filled(project, cast, {("under 40", "town"): 5})
    with pytest.raises(Invalid) as refusal:
        close_pool(by(cast.lena), project, panel)
    assert "fewer people in it than seats" in str(refusal.value)


def test_the_draw_meets_the_quotas_and_anybody_with_the_file_repeats_it(
    project: Project, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from minga.tools.panel.cli import main

    panel = drawn(project, cast)
    people = invited(panel)
    assert len(people) == 8
    for feature, values in QUOTAS.items():
        for value, (low, high) in values.items():
            assert low <= sum(one.features[feature] == value for one in people) <= high
    pool, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    pool.write_text(drawing.pool_file(panel))
    quotas.write_text(drawing.quota_file(panel))
    assert main([str(pool), str(quotas), "--size", "8", "--seed", SEED, "--format", "json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["members"] == [drawing.name_of(one) for one in people]
    assert again["draw"]["lottery_hash"] == panel.lottery_hash
    assert again["fairness"]["lowest"] == pytest.approx(panel.fairness["lowest"])


def test_the_pools_file_holds_no_id_that_stands_elsewhere(project: Project, cast: Cast) -> None:
    panel = closed(project, cast)
    rows = list(csv.DictReader(io.StringIO(drawing.pool_file(panel))))
    assert list(rows[0]) == ["id", "Age", "Place"]
    assert [row["id"] for row in rows] == [f"{number:05}" for number in range(1, 51)]
    text = drawing.pool_file(panel)
    for one in panel.panellists.all():
        assert str(one.pk) not in text
        assert one.reference not in text.split(",")


def test_a_pool_that_was_changed_is_not_drawn_from(project: Project, cast: Cast) -> None:
    from minga.ledger.guard import open_for_action

    panel = closed(project, cast)
    with open_for_action():
        one = panel.panellists.filter(features__Age="under 40").first()
        assert one is not None
        one.features = one.features | {"Age": "40 and over"}
        one.save()
    with pytest.raises(Conflict):
        draw_panel(on_the_day(cast), project, panel, SEED)


def test_letters_go_to_those_drawn_who_left_an_address(project: Project, cast: Cast) -> None:
    panel = announced(project, cast, size=2, quotas={"Age": {"under 40": [1, 1], "40 and over": [1, 1]}})
    for age in ("under 40", "40 and over"):
        join_pool(by(None), project, panel, {"Age": age}, email=f"{age[:2]}@example.org", language="es")
    draw_panel(on_the_day(cast), project, close_pool(by(cast.lena), project, panel), SEED)
    letters = Outbox.objects.filter(kind="email")
    assert {letter.content["to"] for letter in letters} == {"un@example.org", "40@example.org"}
    one = panel.panellists.get(features__Age="under 40")
    letter = letters.get(content__to="un@example.org")
    assert one.get_private_url() in letter.content["text"]
    answer(one, "leave")
    assert not Outbox.objects.filter(content__to="un@example.org").exists()


def test_only_the_person_or_the_lead_answers(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    first, second, third = invited(panel)[:3]
    with pytest.raises(NotAllowed):
        answer_invitation(by(None), project, first, "accept")
    with pytest.raises(NotAllowed):
        answer_invitation(by(cast.rosa), project, first, "accept")
    with pytest.raises(Invalid):
        answer(first, "perhaps")
    assert answer(first, "accept").state == "accepted"
    assert payload("panellist.answered") == {"answer": "accept", "entered": False}
    assert answer_invitation(by(cast.lena), project, second, "decline").state == "declined"
    assert payload("panellist.answered") == {"answer": "decline", "entered": True}
    with pytest.raises(Conflict):
        answer(second, "accept")
    assert answer(third, "leave").state == "left"
    left = panel.panellists.filter(state="pool").first()
    assert left is not None
    with pytest.raises(Conflict):
        answer(left, "accept")


def test_replacements_are_drawn_within_the_quotas_and_nobody_twice(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    with pytest.raises(Conflict):
        replace_missing(on_the_day(cast), project, panel)
    first, second, *rest = invited(panel)
    answer(first, "decline")
    answer(second, "leave")
    for one in rest:
        answer(one, "accept")
    panel = replace_missing(on_the_day(cast), project, panel)
    fresh = invited(panel)
    assert len(fresh) == 2
    assert {one.replaces_id for one in fresh} == {first.pk, second.pk}
    assert not {one.pk for one in fresh} & {first.pk, second.pk, *(one.pk for one in rest)}
    for feature, values in QUOTAS.items():
        for value, (low, high) in values.items():
            assert low <= sum(one.features[feature] == value for one in [*rest, *fresh]) <= high
    told = payload("panellist.replaced")
    assert (told["round"], told["seats"], told["quotas_missed"]) == (1, 2, [])
    answer(fresh[0], "decline")
    panel = replace_missing(on_the_day(cast), project, panel)
    assert len(invited(panel)) == 2
    assert len(panel.rounds) == 2


def test_who_does_not_answer_in_time_loses_the_seat(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    late = by(cast.lena, happened=timezone.now() + timedelta(days=40))
    panel = replace_missing(late, project, panel)
    assert panel.panellists.filter(state="silent").count() == 8
    assert len(invited(panel)) == 8


def test_an_empty_pool_is_said_in_words(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast, counts={("under 40", "town"): 4, ("40 and over", "village"): 4})
    for one in invited(panel):
        answer(one, "decline")
    with pytest.raises(Invalid) as refusal:
        replace_missing(on_the_day(cast), project, panel)
    assert "nobody left to draw" in str(refusal.value)


def test_who_left_before_the_draw_is_not_invited_and_is_replaced(project: Project, cast: Cast) -> None:
    panel = closed(project, cast)
    chosen = drawing.drawn(panel, SEED).members[0]
    one = panel.panellists.get(number=int(chosen))
    answer(one, "leave")
    panel = draw_panel(on_the_day(cast), project, panel, SEED)
    assert len(invited(panel)) == 7
    panel = replace_missing(on_the_day(cast), project, panel)
    assert len(invited(panel)) == 8


def test_small_cells_of_the_pool_are_not_public(project: Project, cast: Cast) -> None:
    panel = filled(
        project, cast, {("under 40", "town"): 4, ("40 and over", "town"): 20, ("40 and over", "village"): 14}
    )
    shown = {(row.value): row.in_pool for row in queries.quota_rows(panel, exact=False)}
    assert shown == {"under 40": None, "40 and over": None, "town": 24, "village": 14}
    assert {row.in_pool for row in queries.quota_rows(panel, exact=True)} == {4, 34, 24, 14}


def test_the_pools_file_is_public_only_where_it_points_at_nobody(project: Project, cast: Cast) -> None:
    panel = closed(project, cast)
    visitor = Actor(key="v", group="residents", kind="visitor")
    assert not queries.is_open_pool(panel)
    assert not queries.may_read_pool(panel, visitor)
    assert not queries.may_read_pool(panel, cast.rosa.actor)
    assert queries.may_read_pool(panel, cast.olga.actor)
    wide = dict.fromkeys(POOL, 12)
    assert queries.may_read_pool(closed(project, cast, counts=wide), visitor)


def test_meetings_count_members_only(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    first, second = invited(panel)[:2]
    answer(first, "accept")
    when = on_the_day(cast)
    with pytest.raises(Invalid):
        hold_meeting(when, project, panel, TODAY, "Evidence", [second])
    with pytest.raises(Invalid):
        hold_meeting(by(cast.lena), project, panel, TODAY + timedelta(days=2), "Evidence", [first])
    meeting = hold_meeting(on_the_day(cast), project, panel, TODAY, "Evidence", [first])
    assert meeting.present_count == 1
    assert payload("meeting.held") == {"present": 1, "members": 1}
    assert str(first.pk) not in entry_of("meeting.held").payload


def test_a_recommendation_is_a_contribution_that_the_body_answers(project: Project, cast: Cast) -> None:
    panel = drawn(project, cast)
    for one in invited(panel):
        answer(one, "accept")
    with pytest.raises(Invalid):
        recommend(by(cast.lena), project, panel, "Publish it.", in_favour=8, against=1)
    with pytest.raises(Invalid):
        recommend(by(cast.lena), project, panel, "Publish it.", in_favour=0, against=0)
    given = recommend(by(cast.lena), project, panel, "Publish it.", in_favour=6, against=2, dissent="Too early.")
    assert isinstance(given, Contribution)
    assert (given.status, given.group, given.author_key) == ("shown", "residents", "")
    assert given.due is not None
    edge = Edge.objects.get(entry=entry_of("recommendation.made"))
    assert (edge.cause_kind, edge.cause_id) == ("panel", str(panel.pk))
    (one,) = queries.recommendations(panel)
    assert (one.number, one.in_favour, one.against, one.dissent) == (1, 6, 2, "Too early.")
    assert queries.answered([one]) == 0
    decide(by(cast.lena), project, given, outcome="declined", reason="The law forbids it.")
    assert queries.answered(queries.recommendations(panel)) == 1


def test_what_next_follows_the_panel(project: Project, cast: Cast) -> None:
    panel = filled(project, cast)
    visitor = Actor(key="v", group="residents", kind="visitor")
    assert [words.split(":")[0] for words, _ in queries.what_next(project, visitor)] == ["Put your name into the pool"]
    assert queries.what_next(project, cast.lena.actor)[1][0].startswith("Close the pool before")
    panel = close_pool(by(cast.lena), project, panel)
    assert queries.what_next(project, cast.lena.actor) == []
    panel = draw_panel(on_the_day(cast), project, panel, SEED)
    answer(invited(panel)[0], "decline")
    assert [words for words, _ in queries.what_next(project, cast.lena.actor)] == [f"Draw replacements: {panel.title}"]
