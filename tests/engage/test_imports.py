"""A conversation held elsewhere: everything in is accounted for, nobody in it is traced, nobody owes an answer."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from minga.engage.actions import extend_conversation, import_conversation
from minga.engage.cli import main
from minga.engage.models import Contribution, Conversation, Participant, Vote
from minga.engage.queries import overdue, public_statements
from minga.ledger.models import Entry
from minga.ledger.refusals import Blocked, NotAllowed
from minga.projects.models import Project
from minga.tools.opinion.reading import read
from tests.conftest import Cast, by
from tests.shared import shared

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1548887000000,x,0,0,1,1,1,Keep the river clean.
1548887100000,x,1,1,1,0,0,Plant trees.
1548887200000,x,2,1,0,0,-1,Buy my shoes.
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1548887300000,x,0,10,1
1548887400000,x,0,11,-1
1548887500000,x,1,10,1
1548887600000,x,1,10,-1
1548887700000,x,7,10,1
1548887800000,x,1,11,3
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    (tmp_path / "comments.csv").write_text(COMMENTS)
    (tmp_path / "votes.csv").write_text(VOTES)
    return tmp_path


@pytest.fixture
def imported(export: Path, project: Project, cast: Cast) -> Conversation:
    return import_conversation(by(cast.fabia), project, read(export), "Rivers", "A town, CC BY 4.0")


def test_the_last_vote_counts_and_every_row_is_accounted_for(imported: Conversation) -> None:
    votes = Vote.objects.filter(participant__conversation=imported)
    assert sorted(votes.values_list("statement__external_id", "choice")) == [("0", -1), ("0", 1), ("1", -1)]
    files = {file["name"]: file for file in imported.import_report["files"]}
    log = files["votes.csv"]
    assert (log["in"], log["used"], log["rejected"] + log["failed"]) == (6, 4, 2)
    assert all(file["in"] == file["used"] + file["rejected"] + file["failed"] for file in files.values())


def test_what_the_source_rejected_is_not_shown(imported: Conversation) -> None:
    assert list(public_statements(imported).values_list("contribution__text", flat=True)) == [
        "Keep the river clean.",
        "Plant trees.",
    ]


def test_nobody_in_it_is_traced_and_nobody_waits(imported: Conversation, project: Project) -> None:
    assert not Contribution.objects.filter(statement__conversation=imported).exclude(author_key="").exists()
    assert not {10, 11} & set(Participant.objects.values_list("pk", flat=True))
    assert not overdue(project).exists()
    entry = Entry.objects.get(action="conversation.imported")
    assert "Keep the river" not in entry.payload


def test_it_is_not_opened_here(imported: Conversation, project: Project, cast: Cast) -> None:
    with pytest.raises(Blocked):
        extend_conversation(by(cast.fabia), project, imported, timezone.now() + timedelta(days=9))


def test_times_that_are_none_stop_no_import(tmp_path: Path, project: Project, cast: Cast) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS.replace("1548887000000", "99999999999999999"))
    (tmp_path / "votes.csv").write_text(VOTES.replace("15488", "915488"))
    made = import_conversation(by(cast.fabia), project, read(tmp_path), "Rivers", "A town")
    assert made.opens == made.closed
    assert not made.statements.filter(contribution__submitted__gt=made.closed).exists()


def test_a_moderator_may_not_import(export: Path, project: Project, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        import_conversation(by(cast.mora), project, read(export), "Rivers", "A town")


@pytest.mark.parametrize(
    ("folder", "people", "votes"),
    [("london.youth.policing", 26, 638), ("scoop-hivemind.biodiversity", 536, 29_719)],
)
def test_real_conversations(folder: str, people: int, votes: int, project: Project, cast: Cast) -> None:
    reading = read(shared(f"data/deliberation/{folder}"))
    made = import_conversation(by(cast.fabia), project, reading, folder, "CC BY 4.0")
    assert made.participants.count() == people
    assert Vote.objects.filter(participant__conversation=made).count() == votes


def test_a_facilitator_uploads_the_files(client: Client, export: Path, project: Project, cast: Cast) -> None:
    address = "/projects/early-warnings/conversations/import/"
    assert client.get(address).status_code == 403
    client.force_login(cast.fabia)
    words = {"title": "Rivers", "source": "A town, CC BY 4.0", "language": "en", "url": "", "once": "i1"}
    assert client.post(address, words).status_code == 422
    files = {"comments": SimpleUploadedFile("c.csv", COMMENTS.encode())}
    bad = client.post(address, {**words, **files, "votes": SimpleUploadedFile("v.csv", b"a,b\n1,2\n"), "once": "i2"})
    assert bad.status_code == 422
    assert str(export) not in bad.content.decode()
    files = {"comments": SimpleUploadedFile("c.csv", COMMENTS.encode())}
    done = client.post(
        address, {**words, **files, "votes": SimpleUploadedFile("v.csv", VOTES.encode()), "once": "i3"}, follow=True
    )
    assert "A town, CC BY 4.0" in done.content.decode()
    assert Conversation.objects.get().participants.count() == 2


BAD = {
    "no statement column": (b"participant,vote\n1,1\n", "no column for the statement"),
    "empty": (b"", "empty"),
    "names alone": (b"participant,statement,vote\n", "no vote under them"),
    "no vote in it": (b"participant,statement,vote\na,1,5\nb,1,9\n", "vote is not -1, 0 or 1"),
    "another encoding": ("participant,statement,vote\nñandú,1,1\n".encode("latin-1"), "UTF-8"),
    "packed": (b"PK\x03\x04" + b"\0" * 60, "zip archive"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_upload_is_explained_and_leaves_nothing(client: Client, project: Project, cast: Cast, kind: str) -> None:
    data, words = BAD[kind]
    before = Entry.objects.count()
    client.force_login(cast.fabia)
    given = {"title": "Rivers", "source": "A town", "language": "en", "url": "", "once": "bad"}
    file = SimpleUploadedFile("v.csv", data)
    reply = client.post("/projects/early-warnings/conversations/import/", {**given, "votes": file})
    page = reply.content.decode()
    assert reply.status_code == 422
    assert words in page
    assert "govuk-error-summary" in page
    assert (Entry.objects.count(), Conversation.objects.count()) == (before, 0)


@pytest.mark.parametrize("kind", BAD)
def test_the_command_explains_a_bad_file(
    project: Project, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    data, words = BAD[kind]
    path = tmp_path / "v.csv"
    path.write_bytes(data)
    named = ["--project", project.slug, "--source", "A town", "--as", cast.fabia.username]
    assert main(["import", str(path), *named]) == 2
    assert words in capsys.readouterr().err
    assert not Conversation.objects.exists()


def test_a_messy_file_is_used_as_far_as_it_goes(client: Client, project: Project, cast: Cast) -> None:
    rows = "participant;statement;vote\na;1;1\nb,1,1\nb;1;-1\n;1;1\nc;1;2\n"
    client.force_login(cast.fabia)
    given = {"title": "Rivers", "source": "A town", "language": "en", "url": "", "once": "messy"}
    file = SimpleUploadedFile("v.csv", b"\xef\xbb\xbf" + rows.encode())
    page = client.post("/projects/early-warnings/conversations/import/", {**given, "votes": file}, follow=True)
    report = Conversation.objects.get().import_report["files"][0]
    assert (report["in"], report["used"], report["rejected"] + report["failed"]) == (5, 2, 3)
    for reason in ("separated by another sign", "participant is empty", "vote is not -1, 0 or 1"):
        assert reason in page.content.decode()
