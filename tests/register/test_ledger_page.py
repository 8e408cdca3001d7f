"""The ledger in plain words, and the file that an outsider verifies."""

import json
from datetime import datetime
from typing import Any

import pytest

from minga.commission.actions import state_need
from minga.ledger.chain import GENESIS, entry_hash
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.views import ledger
from tests.conftest import Cast, by

EVIDENCE = [{"kind": "text", "content": "I saw it."}]


def test_told_history_shows_both_times(project: Project, cast: Cast, client: Any) -> None:
    long_ago = datetime.fromisoformat("2026-03-09T10:00:00+00:00")
    request = by(cast.rosa, happened=long_ago, history=Entry.History.DEMONSTRATION)
    state_need(request, project, "Short calls shut small shops out.", EVIDENCE)
    page = client.get(f"/projects/{project.slug}/ledger/").content.decode()
    assert "said to have happened on 9 March 2026, recorded on" in page
    assert "invented for the demonstration" in page
    assert "The need was stated" in page
    assert cast.rosa.key not in page


def test_newest_first_in_pages_and_by_kind(
    project: Project, cast: Cast, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state_need(by(cast.rosa), project, "Short calls shut small shops out.", EVIDENCE)
    monkeypatch.setattr(ledger, "PER_PAGE", 5)
    address = f"/projects/{project.slug}/ledger/"
    page = client.get(address)
    seqs = [line.seq for line in page.context["lines"]]
    assert seqs == sorted(seqs, reverse=True)
    assert len(seqs) == 5
    assert client.get(address, {"page": 2}).context["lines"][0].seq == seqs[-1] - 1
    only = client.get(address, {"action": "need.stated"})
    assert [line.what for line in only.context["lines"]] == ["The need was stated"]
    assert client.get(address, {"action": "nonsense", "page": "99"}).status_code == 200


def test_the_download_verifies(project: Project, cast: Cast, client: Any) -> None:
    response = client.get(f"/ledger/{project.slug}.jsonl")
    lines = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert len(lines) == Entry.objects.filter(chain=project.chain).count()
    previous = GENESIS
    for line in lines:
        assert line["previous"] == previous
        previous = line["hash"]
        assert entry_hash(line) == line["hash"]
        assert "actor_key" not in line
    assert client.get("/ledger/body.jsonl").status_code == 200
    assert client.get("/ledger/none.jsonl").status_code == 404
    assert client.get("/ledger/").status_code == 200
