"""A body's charter: commitments in order, the criteria behind them, and those that no tool is held to."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from minga.deliver.actions import change_stage, stop
from minga.design import tasks
from minga.design.actions import create_release, link_commitment, request_check, retire_criterion, unlink_commitment
from minga.design.commitments import standing, version_in_use
from minga.design.models import CommitmentLink, Criterion, Release, ToolVersion
from minga.engage.actions import adopt_charter, submit
from minga.engage.models import Charter, Commitment
from minga.engage.queries import changes, charters_in_force, same_promise
from minga.ledger.action import BODY
from minga.ledger.models import Edge, Entry
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.projects.models import Project
from tests.conftest import Cast, by
from tests.design.test_pages import client, day, page, send

APPEAL = "An appeal is heard in ten days."
PROMISES = ["No method is flagged out of proportion.", "Whoever is flagged sees why.", "Data are never for sale."]


def adopted(cast: Cast, **given: object) -> Charter:
    terms = {
        "title": "Data charter", "commitments": PROMISES, "introduction": "What we promise.",
        "made_by": "A panel of 24 residents, four months.", "adopted": date(2026, 3, 1), **given,
    }  # fmt: skip
    return adopt_charter(by(cast.bea), BODY, **terms)  # type: ignore[arg-type]


@pytest.fixture
def charter(cast: Cast) -> Charter:
    return adopted(cast)


@pytest.fixture
def link(project: Project, cast: Cast, charter: Charter, criterion: Criterion) -> CommitmentLink:
    first = charter.commitments.get(number=1)
    return link_commitment(by(cast.lena), project, criterion, first, why="Both speak of proportion.")


@pytest.fixture
def in_use(project: Project, cast: Cast, criterion: Criterion, mended: ToolVersion) -> Release:
    tasks.run_check.call(request_check(by(cast.dario), project, criterion, mended).pk)
    release = create_release(by(cast.lena), project, mended)
    change_stage(by(cast.lena), project, release, "shadow", "Try it.")
    return release


def read(charter: Charter) -> str:
    return Client().get(charter.get_absolute_url()).content.decode()


def test_a_charter_is_the_body_s(cast: Cast, project: Project, charter: Charter) -> None:
    assert [(one.number, one.text) for one in charter.commitments.all()] == list(enumerate(PROMISES, 1))
    entry = Entry.objects.get(action="charter.adopted")
    assert (entry.chain, entry.subject_kind, entry.level) == ("body", "charter", "collective")
    for person in (cast.lena, cast.ada, cast.olga, None):
        with pytest.raises(NotAllowed):
            adopt_charter(by(person), BODY, title="t", commitments=["c"], introduction="i", made_by="m")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"commitments": ["", " "]}, "commitments"),
        ({"commitments": ["Same.", "Same."]}, "commitments"),
        ({"commitments": ["x" * 601]}, "commitments"),
        ({"made_by": " "}, "made_by"),
        ({"language": "Spanish"}, "language"),
        ({"adopted": date(2999, 1, 1)}, "adopted"),
    ],
)
def test_a_charter_that_cannot_be_read_later_is_refused(cast: Cast, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        adopted(cast, **wrong)
    assert field in refusal.value.fields
    assert not Charter.objects.exists()


def test_a_resident_s_words_may_stand_behind_a_commitment(cast: Cast, project: Project) -> None:
    given = submit(by(cast.rosa), project, text="Show me why I was flagged.")
    charter = adopted(cast, contributions={2: given})
    assert ("contribution", str(given.pk)) in set(
        Edge.objects.filter(entry__action="charter.adopted").values_list("cause_kind", "cause_id")
    )
    assert "Show me why I was flagged." in read(charter)
    with pytest.raises(Invalid):
        adopted(cast, contributions={9: given})


def test_commitments_without_a_criterion_are_named(charter: Charter, link: CommitmentLink) -> None:
    assert [len(row.held) for row in standing(charter)] == [1, 0, 0]
    text = read(charter)
    assert text.count("No tool is held to this yet") == 2
    assert "A criterion stands behind 1 of 3 commitments" in text
    assert '<a href="#commitment-2">' in text
    assert "No version is in use" in text
    assert link.why in text


def test_the_newest_check_of_the_version_in_use_is_shown(
    project: Project, cast: Cast, charter: Charter, link: CommitmentLink, in_use: Release
) -> None:
    assert version_in_use(project) == in_use.version
    assert "Version 0.2, in use, passed" in read(charter)
    stop(by(cast.olga), project, in_use, "Look again.")
    assert version_in_use(project) is None
    assert "No version is in use" in read(charter)


def test_a_check_that_failed_or_was_never_run_says_so(
    project: Project, cast: Cast, charter: Charter, in_use: Release, dataset: object
) -> None:
    from minga.design.actions import approve_criterion, propose_criterion

    strict = propose_criterion(
        by(cast.lena), project, sentence="None at all.", metric="flag_share", comparison="le", bound="0",
        dataset=in_use.checks.get().dataset, group_by="procurement_method",
    )  # fmt: skip
    link_commitment(by(cast.fabia), project, strict, charter.commitments.get(number=2), why="It asks for none.")
    assert "Proposed, not decided yet" in read(charter)
    assert standing(charter)[1].held == ()
    approve_criterion(by(cast.ada), project, strict)
    assert "Version 0.2, in use, is not checked" in read(charter)
    tasks.run_check.call(request_check(by(cast.dario), project, strict, in_use.version).pk)
    assert "Version 0.2, in use, failed" in read(charter)
    retire_criterion(by(cast.ada), project, strict, reason="Not measurable.")
    assert read(charter).count("No tool is held to this yet") == 3


def test_links_are_the_project_s_and_can_be_taken_back(
    project: Project, cast: Cast, charter: Charter, criterion: Criterion, link: CommitmentLink
) -> None:
    first, second = charter.commitments.all()[:2]
    with pytest.raises(Conflict):
        link_commitment(by(cast.lena), project, criterion, first, why="Again")
    with pytest.raises(NotAllowed):
        link_commitment(by(cast.rosa), project, criterion, second, why="w")
    with pytest.raises(Invalid):
        link_commitment(by(cast.lena), project, criterion, second, why="")
    link_commitment(by(cast.lena), project, criterion, second, why="Many to many.")
    causes = set(
        Edge.objects.filter(entry__action="commitment.linked", entry__subject_id=str(link.pk)).values_list(
            "cause_kind", "cause_id"
        )
    )
    assert causes == {("commitment", str(first.pk)), ("criterion", str(criterion.pk))}
    unlink_commitment(by(cast.lena), project, link, reason="It was the wrong one.")
    assert [len(row.held) for row in standing(charter)] == [0, 1, 0]
    link_commitment(by(cast.lena), project, criterion, first, why="And back again.")
    with pytest.raises(Conflict):
        unlink_commitment(by(cast.lena), project, link, reason="Twice")


def test_a_changed_charter_names_what_it_replaces(
    cast: Cast, project: Project, charter: Charter, criterion: Criterion, link: CommitmentLink
) -> None:
    new = adopted(
        cast,
        title="Data charter, second",
        replaces=charter,
        commitments=[PROMISES[0], APPEAL],
    )
    assert list(charters_in_force()) == [new]
    assert changes(new) == ([APPEAL], PROMISES[1:])
    assert same_promise(new.commitments.get(number=1)) == [
        new.commitments.get(number=1), charter.commitments.get(number=1)
    ]  # fmt: skip
    # What is promised in the same words stays held by the same criteria.
    assert [len(row.held) for row in standing(new)] == [1, 0]
    text = read(new)
    assert "What it replaces" in text
    assert PROMISES[2] in text
    assert "This charter has been replaced by" in read(charter)
    with pytest.raises(Conflict):
        adopted(cast, replaces=charter)
    with pytest.raises(Blocked, match="replaced"):
        link_commitment(by(cast.lena), project, criterion, charter.commitments.get(number=2), why="w")


def test_a_charter_in_spanish_keeps_its_language(cast: Cast) -> None:
    charter = adopted(cast, title="Carta de datos", language="es", commitments=["Nadie vende los datos."])
    text = read(charter)
    assert '<span lang="es">Nadie vende los datos.</span>' in text
    spanish = Client(headers={"accept-language": "es"}).get(charter.get_absolute_url()).content.decode()
    assert "Todavía no se exige a ninguna herramienta" in spanish


def test_the_pages_of_the_charter(cast: Cast, project: Project, charter: Charter, criterion: Criterion) -> None:
    listed = Client().get("/charters/").content.decode()
    assert charter.title in listed
    assert "/charters/new/" not in listed
    assert client(cast.lena).get("/charters/new/").status_code == 403
    given = {
        "title": "Signed up to", "introduction": "i", "made_by": "m", "language": "es",
        "commitments": "Uno.\r\n\r\nDos.", "replaces": "",
        **day("adopted", timezone.localdate()),
    }  # fmt: skip
    answer = client(cast.bea).post("/charters/new/", given, follow=True)
    assert answer.status_code == 200
    assert [one.text for one in Commitment.objects.filter(charter__title="Signed up to")] == ["Uno.", "Dos."]
    assert client(cast.bea).post("/charters/new/", {**given, "commitments": " "}).status_code == 422

    first = charter.commitments.get(number=1)
    path = f"criteria/{criterion.code}/commitment/"
    assert PROMISES[0] in page(project, path, cast.lena)
    page(project, path, cast.rosa, status=403)
    status, text = send(project, path, cast.lena, commitment=first.pk, why="It is the same promise.")
    assert status == 200
    assert PROMISES[0] in text
    link = CommitmentLink.objects.get()
    status, text = send(project, f"commitments/{link.pk}/unlink/", cast.lena, reason="Wrong one.")
    assert (status, PROMISES[0] in text) == (200, False)
    assert client(cast.bea).get("/charters/new/").content.decode().count("<h1") == 1


def test_the_api_reads_charters(charter: Charter, link: CommitmentLink, in_use: Release) -> None:
    (row,) = Client().get("/api/design/charters").json()
    assert (row["id"], row["language"], row["replaces_id"]) == (charter.pk, "en", None)
    whole = Client().get(f"/api/design/charters/{charter.pk}").json()
    (held,) = whole["commitments"][0]["held"]
    assert (held["criterion"], held["version"], held["state"]) == ("C-01", "0.2", "passed")
    assert whole["commitments"][1]["held"] == []
    assert Client().get("/api/design/charters/999").status_code == 404
