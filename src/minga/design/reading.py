"""From a file as it came to rows that tools can use: every row used, rejected or failed, with its line and reason."""

import json
import os
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from minga.design import store
from minga.design.profile import Profile, day_of
from minga.tools import ocds
from minga.tools.intake import IntakeError, iter_json_lines, strict_json, wrap_stream
from minga.tools.intake.errors import size
from minga.tools.intake.lines import MAX_LINE

Progress = Callable[[int], None]
MOST_NOTICES = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. Hashes name files in the store; ``notices`` counts oddities of rows that are used."""

    name: str
    source_sha256: str
    sha256: str
    ids_sha256: str
    problems_sha256: str
    size: int
    rows_in: int
    rows_used: int
    rows_rejected: int
    rows_failed: int
    notices: Mapping[str, int] = field(repr=False)
    profile: Mapping[str, Any] = field(repr=False)
    period_from: date | None = None
    period_to: date | None = None
    labels_sha256: str = ""


@dataclass(slots=True)
class _Account:
    """Counts and writes down what became of each row."""

    problems: store.Staged
    used: int = 0
    rejected: int = 0
    failed: int = 0
    first_reason: str = ""
    notices: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int, reason: str, state: str) -> None:
        self.failed += state == "failed"
        self.rejected += state == "rejected"
        self.first_reason = self.first_reason or _("Line %(line)s: %(reason)s") % {"line": line, "reason": reason}
        self._write(line, state, reason)

    def notice(self, line: int, kind: str, reason: str) -> None:
        """Something odd about a row that is used; of each kind the first 200 are written down, all are counted."""
        self.notices[kind] += 1
        if self.notices[kind] <= MOST_NOTICES:
            self._write(line, "notice", reason)

    def _write(self, line: int, state: str, reason: str) -> None:
        row = {"line": line, "state": state, "reason": reason}
        self.problems.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


class _Ids:
    """64-bit digests of the cases, to find repeats here and overlaps with other datasets."""

    def __init__(self) -> None:
        self.lines: dict[int, int] = {}

    def seen(self, ocid: str, line: int) -> int | None:
        """The line on which this case stood before, if it did."""
        key = digest(ocid)
        earlier = self.lines.get(key)
        if earlier is None:
            self.lines[key] = line
        return earlier

    def write(self, staged: store.Staged) -> None:
        staged.write(array("Q", sorted(self.lines)).tobytes())


def digest(ocid: str) -> int:
    return int.from_bytes(blake2b(ocid.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def ids_of(ids_sha256: str) -> set[int]:
    """The digests of all cases of a dataset."""
    found = array("Q")
    if ids_sha256:
        found.frombytes(store.path_of(ids_sha256).read_bytes())
    return set(found)


def rows(source: Path, name: str, progress: Progress | None = None) -> Iterator[tuple[int, bytes]]:
    """(line, bytes) of every row of a kept or staged file; ``progress`` hears how many bytes were read."""
    with source.open("rb") as raw:
        stream = wrap_stream(raw, name)
        for count, row in enumerate(iter_json_lines(stream, strict=False)):
            if progress and count % 500 == 0:
                progress(raw.tell())
            yield row


@dataclass(slots=True)
class _Desk:
    """The four files that a reading writes, and what is counted while it does."""

    used: store.Staged
    problems: store.Staged
    ids_file: store.Staged
    account: _Account
    ids: _Ids = field(default_factory=_Ids)
    profile: Profile = field(default_factory=Profile)
    first: date | None = None
    last: date | None = None

    def take(self, line: int, text: bytes, row: Mapping[str, Any]) -> None:
        self.used.write(text.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n")
        self.account.used += 1
        self.profile.add(row)
        if day := day_of(row):
            self.first = day if self.first is None or day < self.first else self.first
            self.last = day if self.last is None or day > self.last else self.last

    def keep(self, name: str, source: tuple[str, int], labels_sha256: str) -> Reading:
        """Move the files to their places; called once nothing can fail any more."""
        self.ids.write(self.ids_file)
        problems = self.problems.keep() if self.problems.size else ""
        account = self.account
        return Reading(
            name=name,
            source_sha256=source[0],
            sha256=self.used.keep(),
            ids_sha256=self.ids_file.keep(),
            problems_sha256=problems,
            size=source[1],
            rows_in=account.used + account.rejected + account.failed,
            rows_used=account.used,
            rows_rejected=account.rejected,
            rows_failed=account.failed,
            notices=dict(account.notices),
            profile=self.profile.as_json(),
            period_from=self.first,
            period_to=self.last,
            labels_sha256=labels_sha256,
        )


@contextmanager
def desk() -> Iterator[_Desk]:
    with ExitStack() as stack:
        used, problems, ids = (stack.enter_context(store.staging()) for _number in range(3))
        yield _Desk(used, problems, ids, _Account(problems))


def read(source: Path, name: str, labels_sha256: str = "", progress: Progress | None = None) -> Reading:
    """Read a kept or staged file. Raises IntakeError, and keeps nothing, where no row at all can be used."""
    with desk() as here:
        for line, text in rows(source, name, progress):
            _judge(here, line, text)
        if not here.account.used:
            raise IntakeError(
                _("No row of %(name)s can be used, so nothing was imported. First problem: %(reason)s")
                % {"name": name, "reason": here.account.first_reason}
            )
        return here.keep(name, (store.hash_of(source), os.path.getsize(source)), labels_sha256)


def _judge(here: _Desk, line: int, text: bytes) -> None:
    if len(text) >= MAX_LINE:
        here.account.refuse(line, _too_long(), "failed")
        return
    try:
        row: Any = strict_json(text, first_line=line)
    except IntakeError as error:
        here.account.refuse(line, str(error), "failed")
        return
    if reason := _refusal(row):
        here.account.refuse(line, reason, "rejected")
        return
    earlier = here.ids.seen(row["ocid"], line)
    if earlier is not None:
        reason = _("the same ocid stands on line %(line)s") % {"line": earlier}
        here.account.notice(line, _("the same ocid twice"), reason)
    for kind, problem in _against_standard(row):
        here.account.notice(line, kind, problem)
    here.take(line, text, row)


def _too_long() -> str:
    words = _("This line is longer than %(most)s. The line breaks were probably lost. Export it as JSON Lines.")
    return words % {"most": size(MAX_LINE)}


def _refusal(row: object) -> str:
    if not isinstance(row, dict):
        return _("This is not an object, so it cannot be a contracting release.")
    ocid = row.get("ocid")
    if not isinstance(ocid, str) or not ocid.strip():
        return _("There is no ocid, so the contracting process cannot be named.")
    return ""


_NUMBER = re.compile(r"/\d+(?=/|$)")


def _against_standard(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind, sentence) for each departure from the OCDS schema; the row is used all the same."""
    for problem in ocds.validate(row):
        yield f"{_NUMBER.sub('/*', problem.path)} ({problem.rule})", problem.message


def receive(
    source: str | Path | store.Upload, labels: Path | Mapping[str, str] | store.Upload | None = None
) -> tuple[str, str, int, str]:
    """Copy what is given into the store: (name, its hash, its size in bytes, the hash of the labels or "")."""
    with store.staging() as staged:
        name = store.copy_in(source, staged)
        if not staged.size:
            raise IntakeError(
                _("%(name)s is empty (0 bytes). The export or download probably failed. Make it again.")
                % {"name": name}
            )
        kept_labels = keep_labels(labels)
        return name, staged.keep(), staged.size, kept_labels


def keep_labels(labels: Path | Mapping[str, str] | store.Upload | None) -> str:
    """Keep the labels, a mapping of case (ocid) to kind, given as one or as a JSON file of one."""
    if labels is None:
        return ""
    found = labels if isinstance(labels, Mapping) else _read_labels(labels)
    if not all(isinstance(case, str) and isinstance(kind, str) for case, kind in found.items()):
        raise IntakeError(_('The labels must be one JSON object of texts: {"ocid": "kind of case", …}.'))
    with store.staging() as staged:
        staged.write(json.dumps(dict(found), ensure_ascii=False, sort_keys=True).encode())
        return staged.keep()


def _read_labels(source: Path | store.Upload) -> Mapping[str, str]:
    with store.staging() as staged:
        name = store.copy_in(source, staged)
        staged.close()
        with staged.path.open("rb") as raw:
            found = strict_json(_all_of(wrap_stream(raw, name), name))
    if isinstance(found, dict) and isinstance(found.get("labels"), dict):
        found = found["labels"]
    if not isinstance(found, dict):
        raise IntakeError(_('The labels must be one JSON object of texts: {"ocid": "kind of case", …}.'))
    return found


MOST_LABELS = 64 * 1024 * 1024


def _all_of(stream: BinaryIO, name: str) -> bytes:
    content = stream.read(MOST_LABELS + 1)
    if len(content) > MOST_LABELS:
        raise IntakeError(_("%(name)s is too large to be a labels file.") % {"name": name})
    return content


def split(path: Path, name: str, at: date, labels: Mapping[str, str] | None) -> tuple[Reading, Reading]:
    """The rows that opened before ``at``, and those from ``at`` on.

    A row without a date goes to the earlier part with a notice, so that the later part holds later calls only.
    Raises IntakeError where one part would be empty.
    """
    source = (store.hash_of(path), os.path.getsize(path))
    given: tuple[dict[str, str], dict[str, str]] = ({}, {})
    with desk() as earlier, desk() as later:
        for line, text in rows(path, name):
            row = json.loads(text)
            day = day_of(row)
            is_later = day is not None and day >= at
            here = later if is_later else earlier
            if day is None:
                here.account.notice(line, _("no date"), _("no date, so it is kept with the earlier calls"))
            here.ids.seen(row["ocid"], line)
            here.take(line, text, row)
            if labels and row["ocid"] in labels:
                given[is_later][row["ocid"]] = labels[row["ocid"]]
        if not (earlier.account.used and later.account.used):
            raise IntakeError(
                _("One of the two parts would be empty. The calls run from %(first)s to %(last)s.")
                % {"first": earlier.first or later.first, "last": later.last or earlier.last}
            )
        kept = [keep_labels(part) if labels is not None else "" for part in given]
        return earlier.keep(name, source, kept[0]), later.keep(name, source, kept[1])
