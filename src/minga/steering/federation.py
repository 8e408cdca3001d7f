"""Signed lists of public records: how ours is made, and how another body's is fetched and checked.

A list is one JSON object: the fields of ``Listed``. Each record stands in it as JSON text, and ``sha256`` is the hash
of exactly that text, so that nobody has to write numbers as we do. The Ed25519 signature covers the canonical JSON of
everything but the texts (``statement``); docs/steering.md has the outsider's steps.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minga.ledger import chain, checkpoints
from minga.ledger.refusals import Invalid
from minga.register.models import RecordVersion
from minga.steering.models import PartnerBody, SignedList
from minga.steering.models.federation import fingerprint
from minga.tools.intake import IntakeError, Limits
from minga.tools.intake.web import open_url

FORMAT = "federation-1"
PATH = "/federation/records.json"
LIMITS = Limits(compressed_bytes=32 * 2**20, bytes=32 * 2**20, seconds=60, connect_seconds=5, read_seconds=15)
MOST_RECORDS = 10_000
LARGEST_RECORD = 2**20
DEEPEST = 32
"""How many objects or lists a record may hold inside one another."""
HIGHEST = 2**31 - 1
LONGEST_ADDRESS = 500
SHOWN = 100_000
"""Characters of a record that its page shows; all of it leaves by the API."""
AHEAD = timedelta(days=1)
"""How far another body's clock may be ahead of ours."""
BLOCK = 2**16


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One record of a list; ``record`` is its JSON as text, ``sha256`` that text's hash in hex."""

    id: str
    title: str
    url: str
    sha256: str
    record: str


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A signed list. ``number`` counts the lists of this body from 1; ``made`` is ISO 8601 with its zone."""

    minga: str
    address: str
    body: str
    language: str
    number: int
    made: str
    records: list[Item]
    public_key: str
    signature: str


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """A list that was checked against its partner. ``sha256`` is that of the bytes as they came."""

    listed: Listed
    made: datetime
    sha256: str

    def __repr__(self) -> str:
        return f"Received({self.sha256})"


# Our own list


def our_records() -> dict[str, tuple[str, str, str]]:
    """Slug of a project -> (title, address, JSON text) of its last published record."""
    found: dict[str, tuple[str, str, str]] = {}
    for version in RecordVersion.objects.select_related("project").order_by("project__slug", "number"):
        address = f"{settings.MINGA_ADDRESS}{version.get_absolute_url()}"
        found[version.project.slug] = (version.project.title, address, chain.encode(version.document))
    return found


def statement() -> tuple[dict[str, Any], dict[str, str]]:
    """(what is to be signed now, id -> record text). Nothing is written."""
    last = SignedList.objects.first()
    ours = our_records()
    made = timezone.now().astimezone(UTC).isoformat(timespec="seconds")
    head: dict[str, Any] = {
        "minga": FORMAT,
        "address": settings.MINGA_ADDRESS,
        "body": str(settings.MINGA_BODY_NAME),
        "language": (get_language() or "en")[:2],
        "number": last.number + 1 if last else 1,
        "made": made,
        "records": [
            {"id": slug, "title": title, "url": address, "sha256": hash_of(text)}
            for slug, (title, address, text) in ours.items()
        ],
    }
    return head, {slug: text for slug, (_title, _address, text) in ours.items()}


def hash_of(text: str) -> str:
    """SHA-256 of a record's text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def as_json(signed: SignedList) -> dict[str, Any]:
    """The list as it is served."""
    records = [item | {"record": signed.records[item["id"]]} for item in signed.statement["records"]]
    return signed.statement | {"records": records, "public_key": signed.public_key, "signature": signed.signature}


def is_past(made: Any) -> bool:
    """Whether a statement's ``made`` is a moment with a zone that has come."""
    try:
        return datetime.fromisoformat(made) <= timezone.now()
    except (TypeError, ValueError):
        return False


def is_behind(signed: SignedList) -> bool:
    """Whether a record was published since the list was signed."""
    return dict(signed.records) != {slug: text for slug, (_title, _address, text) in our_records().items()}


# Another body's list


def address_of(given: str) -> str:
    """Where the list lies, from a body's address or the list's own. Raises Invalid for anything but https.

    http is let through for hosts that the setting MINGA_IMPORT_HOSTS names.
    """
    try:
        parts = urlsplit(given.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise _refused(_("This is no address of another Minga."), "address", _("Write it from https:// on."))
    names = {parts.hostname.lower(), parts.netloc.lower()}
    if parts.scheme == "http" and not names & {name.lower() for name in settings.MINGA_IMPORT_HOSTS}:
        raise _refused(
            _("This address is not encrypted."), "address", _("Give the one that begins with https://."),
        )  # fmt: skip
    path = parts.path if parts.path.endswith(".json") else parts.path.rstrip("/") + PATH
    whole = f"{parts.scheme}://{parts.netloc}{path}"
    if len(whole) > LONGEST_ADDRESS:
        raise _refused(_("This address is too long."), "address", _("Give the one of the home page."))
    return whole


def _refused(what: str, field: str, do: str) -> Invalid:
    return Invalid(what, do=do, fields={field: f"{what} {do}"})


def spelt(given: str) -> str:
    """A fingerprint in groups of four, however it was typed. Raises Invalid where it is none."""
    digits = re.sub(r"[\s:]", "", given).lower()
    if not re.fullmatch(r"[0-9a-f]{32}", digits):
        raise _refused(_("This is no fingerprint."), "fingerprint", _("It has 32 digits from 0 to 9 and a to f."))
    return " ".join(digits[start : start + 4] for start in range(0, 32, 4))


def download(address: str) -> bytes:
    """The bytes at a list's address: within a size and a time, never from a private network. Raises Invalid."""
    taken = bytearray()
    try:
        with open_url(address_of(address), limits=LIMITS, allow_hosts=settings.MINGA_IMPORT_HOSTS) as stream:
            while block := stream.read(BLOCK):
                taken += block
    except IntakeError as error:
        raise Invalid(_("The list could not be fetched."), cause=str(error), do=_("Try again later.")) from error
    return bytes(taken)


def read(raw: bytes) -> Listed:
    """The list in ``raw``, with its form checked and its signature not yet. Raises Invalid."""
    try:
        found = msgspec.json.decode(raw, type=Listed)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Invalid(
            _("What came is no list of records."), cause=str(error)[:300],
            do=_("Open the address in a browser: it may lead to another page."),
        ) from error  # fmt: skip
    if found.minga != FORMAT:
        raise Invalid(
            _("This list is written in a form that is not known here: %(form)s.") % {"form": found.minga[:40]},
            do=_("Ask the partner, or install a newer Minga."),
        )
    return found


def check(raw: bytes, partner: PartnerBody, now: datetime | None = None) -> Received:
    """The list in ``raw``, signed by the partner's key, whole, and no older than what is here. Raises Invalid."""
    listed = read(raw)
    _refuse_other_key(listed, partner)
    if not checkpoints.is_valid(_signed(listed), listed.public_key, listed.signature):
        raise Invalid(
            _("The signature does not fit the list, so nothing was taken over."),
            cause=_("The list was changed after it was signed, or damaged on its way."),
            do=_("Tell the partner. What came earlier stays as it is."),
        )
    made = _moment(listed.made)
    _refuse_old(listed, made, partner, now or timezone.now())
    _refuse_bad_records(listed)
    return Received(listed, made, hashlib.sha256(raw).hexdigest())


def _signed(listed: Listed) -> dict[str, object]:
    whole: dict[str, Any] = msgspec.to_builtins(listed)
    del whole["public_key"], whole["signature"]
    whole["records"] = [{key: item[key] for key in ("id", "title", "url", "sha256")} for item in whole["records"]]
    return whole


def _refuse_other_key(listed: Listed, partner: PartnerBody) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", listed.public_key):
        raise Invalid(_("The list names no key."), do=_("Ask the partner to sign it."))
    found = fingerprint(listed.public_key)
    if partner.public_key and partner.public_key != listed.public_key:
        raise Invalid(
            _("The partner's key has changed, so nothing was taken over."),
            cause=_("They signed with a new key (%(new)s), or somebody else answers at their address.")
            % {"new": found},
            do=_("Ask them by another way, such as by telephone. If the new key is theirs, add them again with it."),
        )
    if found != partner.fingerprint:
        raise Invalid(
            _("The list is signed by another key than the one that was vouched for."),
            cause=_("Vouched for: %(old)s. Found: %(new)s.") % {"old": partner.fingerprint, "new": found},
            do=_("Compare the fingerprint with the partner by another way, and correct it."),
        )


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year < 2000:
        raise Invalid(_("The list does not say when it was made."), do=_("Tell the partner."))
    return found


def _refuse_old(listed: Listed, made: datetime, partner: PartnerBody, now: datetime) -> None:
    if not 1 <= listed.number <= HIGHEST:
        raise Invalid(
            _("The list bears the number %(number)s, which no list can have.") % {"number": str(listed.number)[:40]},
            do=_("Tell the partner."),
        )
    if made > now + AHEAD:
        raise Invalid(
            _("The list says that it was made on %(day)s, which has not come yet.") % {"day": f"{made:%Y-%m-%d}"},
            do=_("Tell the partner: their clock is wrong."),
        )
    if listed.number < partner.number or (partner.made and made < partner.made):
        raise Invalid(
            _("This list is older than the one that is here (number %(old)s, here %(new)s), so it was not taken over.")
            % {"old": listed.number, "new": partner.number},
            cause=_("A backup was put back there, or somebody sends an old answer."),
            do=_("Tell the partner. What came earlier stays as it is."),
        )
    if listed.number == partner.number and made != partner.made:
        raise Invalid(
            _("Two different lists bear the number %(n)s, so the second was not taken over.") % {"n": listed.number},
            cause=_("A backup was put back there, or they tell different bodies different things."),
            do=_("Ask the partner which one holds. Their next list will be taken over again."),
        )


def _refuse_bad_records(listed: Listed) -> None:
    if len(listed.records) > MOST_RECORDS:
        raise Invalid(_("The list has more than %(most)s records.") % {"most": MOST_RECORDS})
    seen: set[str] = set()
    for item in listed.records:
        if trouble := _trouble(item, seen):
            raise Invalid(
                _("Record “%(id)s” of the list cannot be taken over, so none was.") % {"id": item.id[:60]},
                cause=trouble, do=_("Tell the partner."),
            )  # fmt: skip
        seen.add(item.id)


def _trouble(item: Item, seen: set[str]) -> str:
    if not item.id or len(item.id) > 120 or item.id in seen:
        return _("It has no name of its own.")
    if not item.title or len(item.title) > 300 or len(item.url) > 500:
        return _("Its title or address is missing or too long.")
    if "\0" in item.id + item.title + item.url:
        return _("Its name, title or address holds a character that is no text.")
    return _trouble_inside(item)


def _trouble_inside(item: Item) -> str:
    if len(item.record) > LARGEST_RECORD:
        return _("It is larger than 1 MiB.")
    if hash_of(item.record) != item.sha256:
        return _("It is not what was signed: its hash is another.")
    try:
        inside = msgspec.json.decode(item.record)
    except (msgspec.DecodeError, RecursionError):
        return _("It is no JSON.")
    if not isinstance(inside, dict):
        return _("It is no record.")
    return _("Its parts lie inside one another too often.") if _deeper(inside, DEEPEST) else ""


def _deeper(value: Any, left: int) -> bool:
    """Whether more than ``left`` objects or lists lie inside one another."""
    if not isinstance(value, dict | list):
        return False
    return not left or any(_deeper(one, left - 1) for one in (value.values() if isinstance(value, dict) else value))


def pretty(text: str) -> str:
    """A record's JSON for the eye, cut after SHOWN characters; what is hashed is ``text`` itself."""
    if len(text) > SHOWN:
        return f"{text[:SHOWN]} …"
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


def safe_link(url: str) -> str:
    """``url`` where it may stand behind a link, else ""."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def told(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(text)
    return found
