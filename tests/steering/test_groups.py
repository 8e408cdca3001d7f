"""Working groups and the board: who works in them, what minutes bring about, and what is never printed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from minga.ledger.action import BODY
from minga.ledger.refusals import Conflict, Invalid, NotAllowed
from minga.projects.models import Project, Task
from minga.steering.actions import (
    add_member,
    call_meeting,
    close_group,
    decide,
    end_member,
    open_group,
    publish_output,
    write_minutes,
)
from minga.steering.models import Group, GroupMeeting
from tests.conftest import Cast, by

YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def group(cast: Cast, offices: dict[str, Any]) -> Group:
    """A group with flor as its chair and rosa, a resident, in it."""
    made = open_group(by(cast.chela), BODY, name="Guidance on letters", purpose="Write a guide in plain words.")
    add_member(by(cast.chela), BODY, made, cast.flor, chairs=True)
    add_member(by(cast.chela), BODY, made, cast.rosa)
    return made


@pytest.fixture
def meeting(group: Group, cast: Cast) -> GroupMeeting:
    return call_meeting(by(cast.flor), BODY, group, on=YESTERDAY, agenda="1. The first draft")


def test_follow_ups_of_the_minutes_become_tasks_of_the_body(meeting: GroupMeeting, cast: Cast) -> None:
    due = timezone.localdate() + timedelta(days=30)
    told = write_minutes(
        by(cast.saul), BODY, meeting, minutes="We read the draft.", present=3,
        follow_ups=[("Write chapter 2", cast.flor, due), ("Ask the courts", None, None)],
    )  # fmt: skip
    tasks = list(told.tasks.order_by("pk"))
    assert [(task.title, task.owner, task.due, task.project) for task in tasks] == [
        ("Write chapter 2", cast.flor, due, None),
        ("Ask the courts", None, None, None),
    ]
    assert "Guidance on letters" in tasks[0].text


def test_minutes_are_published_once(meeting: GroupMeeting, cast: Cast) -> None:
    write_minutes(by(cast.flor), BODY, meeting, minutes="We read the draft.", present=3)
    with pytest.raises(Conflict, match="published"):
        write_minutes(by(cast.flor), BODY, meeting, minutes="We did not.", present=3)


def test_minutes_never_name_a_resident(meeting: GroupMeeting, cast: Cast) -> None:
    cast.rosa.display_name = "Rosa Quispe"
    cast.rosa.save()
    cases: tuple[tuple[str, dict[str, Any]], ...] = (
        ("minutes", {"minutes": "rosa quispe asked for larger letters.", "present": 3}),
        ("follow_ups", {"minutes": "Fine.", "present": 3, "follow_ups": [("Call Rosa Quispe", None, None)]}),
    )
    for field, given in cases:
        with pytest.raises(Invalid) as refused:
            write_minutes(by(cast.saul), BODY, meeting, **given)
        assert field in refused.value.fields
    assert not Task.objects.exists()


def test_a_member_without_an_office_gives_no_tasks_away(meeting: GroupMeeting, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        write_minutes(by(cast.flor), BODY, meeting, minutes="We met.", present=2, follow_ups=[("Write", None, None)])
    meeting.refresh_from_db()
    assert meeting.minuted is None


@pytest.mark.parametrize("who", ["nadie", "lena", "paz"])
def test_outsiders_do_not_call_write_decide_or_publish(
    group: Group, meeting: GroupMeeting, cast: Cast, who: str
) -> None:
    outsider = getattr(cast, who)
    with pytest.raises(NotAllowed):
        call_meeting(by(outsider), BODY, group, on=YESTERDAY, agenda="x")
    with pytest.raises(NotAllowed):
        write_minutes(by(outsider), BODY, meeting, minutes="x", present=1)
    with pytest.raises(NotAllowed):
        decide(by(outsider), BODY, meeting, text="x", votes_for=1, votes_against=0, abstained=0)
    with pytest.raises(NotAllowed):
        publish_output(by(outsider), BODY, group, title="x", url="https://x.example")
    with pytest.raises(NotAllowed):
        add_member(by(outsider), BODY, group, outsider)


def test_anybody_signed_in_joins_an_open_group_and_leaves_it(cast: Cast) -> None:
    made = open_group(by(cast.bea), BODY, name="Open", purpose="All welcome.", open_to_all=True)
    seat = add_member(by(cast.nadie), BODY, made, cast.nadie)
    with pytest.raises(Conflict):
        add_member(by(cast.nadie), BODY, made, cast.nadie)
    with pytest.raises(NotAllowed):
        add_member(by(cast.nadie), BODY, made, cast.paz)
    with pytest.raises(NotAllowed):
        end_member(by(cast.paz), BODY, seat)
    assert end_member(by(cast.nadie), BODY, seat).ended


def test_the_board_approves_a_project_with_votes_and_dissent(
    project: Project, cast: Cast, offices: dict[str, Any]
) -> None:
    board = open_group(by(cast.bea), BODY, name="AI board", purpose="Approves.", kind="board")
    met = call_meeting(by(cast.bento), BODY, board, on=YESTERDAY, agenda="Early warnings")
    write_minutes(by(cast.bento), BODY, met, minutes="We discussed it.", present=5)
    with pytest.raises(Invalid) as refused:
        decide(
            by(cast.bento), BODY, met, text="The pilot may begin.", votes_for=3, votes_against=1, abstained=1,
            project=project,
        )  # fmt: skip
    assert "dissent" in refused.value.fields
    made = decide(
        by(cast.bento), BODY, met, text="The pilot may begin.", votes_for=3, votes_against=1, abstained=1,
        project=project, dissent="The data are too old.",
    )  # fmt: skip
    assert made.passed
    with pytest.raises(Invalid, match="cannot be recorded"):
        decide(by(cast.bento), BODY, met, text="x", votes_for=5, votes_against=0, abstained=1)


def test_a_tie_does_not_pass_and_a_working_group_approves_nothing(
    meeting: GroupMeeting, project: Project, cast: Cast
) -> None:
    made = decide(
        by(cast.flor), BODY, meeting, text="Use this font.", votes_for=1, votes_against=1, abstained=0, dissent="Ugly."
    )
    assert not made.passed
    with pytest.raises(Invalid) as refused:
        decide(by(cast.flor), BODY, meeting, text="x", votes_for=1, votes_against=0, abstained=0, project=project)
    assert "project" in refused.value.fields


def test_what_a_group_made_is_a_link_or_a_file(group: Group, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        publish_output(by(cast.flor), BODY, group, title="Guide")
    assert "url" in refused.value.fields
    with pytest.raises(Invalid):
        publish_output(by(cast.flor), BODY, group, title="Guide", url="javascript:alert(1)")
    made = publish_output(by(cast.flor), BODY, group, title="Guide", file=SimpleUploadedFile("guide.txt", b"Words"))
    assert (made.file_name, len(made.sha256)) == ("guide.txt", 64)
    made.file.delete(save=False)


def test_a_closed_group_meets_no_more(group: Group, cast: Cast) -> None:
    close_group(by(cast.chela), BODY, group, reason="The guide is out.")
    with pytest.raises(Conflict):
        call_meeting(by(cast.flor), BODY, group, on=YESTERDAY, agenda="x")


def test_a_group_ends_on_a_day_to_come(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        open_group(by(cast.bea), BODY, name="G", purpose="P", until=date(2020, 1, 1))
    assert "until" in refused.value.fields


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Ana", "The analysis of managers is done.", False),
        ("Ana", "ANA asked for larger letters.", True),
        ("Ana", "(Ana)", True),
        ("Jo (west)", "We heard Jo (west).", True),
    ],
)
def test_a_name_is_a_word_of_its_own(group: Group, cast: Cast, name: str, text: str, told: bool) -> None:
    cast.rosa.display_name = name
    cast.rosa.save()
    if told:
        with pytest.raises(Invalid, match="Nothing was published"):
            call_meeting(by(cast.flor), BODY, group, on=YESTERDAY, agenda=text)
    else:
        assert call_meeting(by(cast.flor), BODY, group, on=YESTERDAY, agenda=text).pk


def test_a_file_does_not_name_a_resident_either(group: Group, cast: Cast) -> None:
    cast.rosa.display_name = "Rosa Quispe"
    cast.rosa.save()
    with pytest.raises(Invalid) as refused:
        publish_output(by(cast.flor), BODY, group, title="G", file=SimpleUploadedFile("for Rosa Quispe.txt", b"Words"))
    assert "file" in refused.value.fields


def test_nothing_is_decided_before_the_meeting(group: Group, cast: Cast) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    met = call_meeting(by(cast.flor), BODY, group, on=tomorrow, agenda="1. The second draft")
    with pytest.raises(Invalid, match="cannot be recorded"):
        decide(by(cast.flor), BODY, met, text="x", votes_for=1, votes_against=0, abstained=0)


def test_minutes_do_not_have_fewer_people_than_votes(meeting: GroupMeeting, cast: Cast) -> None:
    decide(by(cast.flor), BODY, meeting, text="Use it.", votes_for=4, votes_against=0, abstained=1)
    with pytest.raises(Invalid) as refused:
        write_minutes(by(cast.flor), BODY, meeting, minutes="We met.", present=4)
    assert "5" in refused.value.fields["present"]
    assert write_minutes(by(cast.flor), BODY, meeting, minutes="We met.", present=5).minuted
