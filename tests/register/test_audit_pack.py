"""The auditor pack verifies without Minga and without a network, names nobody, and shows every change."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client

from minga.deliver.models import Case
from minga.ledger import checkpoints, guard
from minga.ledger.action import BODY
from minga.ledger.actions import sign_checkpoint
from minga.ledger.models import Entry
from minga.register.audit.pack import pack
from minga.register.models import Pack
from tests.conftest import by
from tests.deliver.conftest import Desk


def _sign(desk: Desk) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    head = checkpoints.head(desk.project.chain)
    public_key, signature = checkpoints.sign(head, pem)
    sign_checkpoint(
        by(desk.cast.bea), BODY, chain=str(head["chain"]), seq=int(str(head["seq"])), hash_=str(head["hash"]),
        public_key=public_key, signature=signature,
    )  # fmt: skip


@pytest.fixture
def unpacked(told: Desk, tmp_path: Path) -> Path:
    """A pack of a project with a whole thread and a signed head, as it lies on an auditor's machine."""
    _sign(told)
    place = tmp_path / "pack"
    with pack(told.project).file as file, zipfile.ZipFile(file) as archive:
        archive.extractall(place)
    return place


def _verify(place: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(place / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, env={}, check=False)


def test_it_verifies_with_python_alone(unpacked: Path) -> None:
    found = _verify(unpacked)
    assert found.returncode == 0, found.stdout + found.stderr
    entries = Entry.objects.filter(chain=checkpoints.head(_chain(unpacked))["chain"]).count()
    assert f"{entries} ledger entries, all as they were written" in found.stdout


def _chain(place: Path) -> str:
    return str(json.loads((place / "manifest.json").read_text())["head"]["chain"])


@pytest.mark.parametrize("name", ["checks.json", "cases.jsonl", "ledger.jsonl", "record.json", "checkpoints.json"])
def test_a_changed_file_is_named(unpacked: Path, name: str) -> None:
    path = unpacked / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    found = _verify(unpacked)
    assert found.returncode == 1
    assert f"{name} was changed" in found.stdout


def _reseal(place: Path, name: str) -> None:
    """What a forger does who also mends the manifest."""
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((place / name).read_bytes()).hexdigest()
    (place / "manifest.json").write_text(json.dumps(manifest))


def test_a_ledger_entry_changed_with_the_manifest_is_found(unpacked: Path) -> None:
    path = unpacked / "ledger.jsonl"
    lines = path.read_text().splitlines()
    entry = json.loads(lines[3])
    entry["group"] = "business"
    lines[3] = json.dumps(entry)
    path.write_text("\n".join(lines) + "\n")
    _reseal(unpacked, "ledger.jsonl")
    assert "ledger entry 4 is not as it was written" in _verify(unpacked).stdout


def test_a_forged_signature_is_found(unpacked: Path) -> None:
    path = unpacked / "checkpoints.json"
    rows = json.loads(path.read_text())
    rows[0]["signature"] = rows[0]["signature"][:-2] + ("00" if rows[0]["signature"][-2:] != "00" else "01")
    path.write_text(json.dumps(rows))
    _reseal(unpacked, "checkpoints.json")
    assert "signature" in _verify(unpacked).stdout


def test_it_says_whose_key_signed_and_up_to_where(unpacked: Path) -> None:
    (row,) = json.loads((unpacked / "checkpoints.json").read_text())
    assert f"Signed up to entry {row['seq']} with the key {row['public_key']}" in _verify(unpacked).stdout


def test_without_a_signed_head_it_says_how_little_that_proves(unpacked: Path) -> None:
    (unpacked / "checkpoints.json").write_text("[]")
    _reseal(unpacked, "checkpoints.json")
    found = _verify(unpacked)
    assert found.returncode == 0
    assert "Nobody signed a head of this ledger: the pack only agrees with itself." in found.stdout


def test_the_advice_is_sealed_as_json_with_sorted_keys(told: Desk) -> None:
    one = Case.objects.filter(project=told.project).exclude(advice={})[0]
    with guard.open_for_action():
        Case.objects.filter(pk=one.pk).update(advice={**one.advice, "probability": 0.8})
    with pack(told.project).file as file, zipfile.ZipFile(file) as archive:
        rows = [json.loads(line) for line in archive.read("cases.jsonl").splitlines()]
    advised = {case.number: case.advice for case in Case.objects.filter(project=told.project)}
    assert any(advised.values())
    for row in rows:
        advice = advised[row["number"]]
        text = json.dumps(advice, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert row["advice_sha256"] == (hashlib.sha256(text.encode()).hexdigest() if advice else "")


def test_a_missing_and_an_added_file_are_named(unpacked: Path) -> None:
    (unpacked / "checks.json").unlink()
    (unpacked / "extra.json").write_text("{}")
    said = _verify(unpacked).stdout
    assert "checks.json is missing" in said
    assert "extra.json was added" in said


def test_nobody_is_named_and_no_words_of_people_are_in_it(told: Desk) -> None:
    with pack(told.project).file as file, zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist() if name != "README.txt").decode()
        cases = [json.loads(line) for line in archive.read("cases.jsonl").splitlines()]
    for person in ("Flor", "Fidel", "Olga"):
        assert person not in everything
    assert "We were flooded" not in everything
    decided = [case for case in cases if case["determinations"]]
    assert decided
    assert not any(
        {"text", "edited"} & made["difference"].keys() for case in decided for made in case["determinations"]
    )
    assert all(len(made["reason_sha256"]) == 64 for case in decided for made in case["determinations"])


def test_the_same_state_gives_the_same_bytes(told: Desk) -> None:
    one, two = pack(told.project), pack(told.project)
    assert one.sha256 == two.sha256
    assert one.file.read() == two.file.read()


def test_the_overseer_takes_it_and_it_is_noted(told: Desk, client: Client) -> None:
    address = f"/projects/{told.project.slug}/oversight/pack/"
    client.force_login(told.cast.olga)
    got = client.post(address, {"once": "one"})
    content = b"".join(got.streaming_content)  # type: ignore[attr-defined]
    assert got["Content-Disposition"].endswith('-audit.zip"')
    assert "verify.py" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    kept = Pack.objects.get()
    assert kept.person == told.cast.olga
    assert Entry.objects.filter(action="pack.taken").count() == 1


@pytest.mark.parametrize("name", ["flor", "rosa", "nadie"])
def test_others_may_not(told: Desk, client: Client, name: str) -> None:
    client.force_login(getattr(told.cast, name))
    assert client.post(f"/projects/{told.project.slug}/oversight/pack/", {"once": "x"}).status_code == 403
    assert not Pack.objects.exists()
