"""The one mechanism that changes state: permission, validation, one transaction, one ledger entry."""

import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.jobs.models import Outbox
from minga.ledger import chain, guard, subjects
from minga.ledger.models import Entry, Opening
from minga.ledger.refusals import Conflict, NotAllowed

P = ParamSpec("P")
R = TypeVar("R", bound=Model)
T = TypeVar("T")

GROUPS = ("agency", "frontline", "business", "digital", "provider", "residents", "oversight")
PHASES = ("commission", "design", "deliver", "assess")
LEVELS = ("individual", "group", "collective")


class Place(Protocol):
    """Where an action happens: a project, or the body itself."""

    @property
    def chain(self) -> str: ...

    @property
    def phase(self) -> str: ...


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """What a body does outside any project (imports, appointments) goes on the chain "body"."""

    chain: str = "body"
    phase: str = ""


BODY = BodyPlace()


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``key`` is a pseudonym; ``person_id`` is None for visitors and for the system itself.

    ``kind`` is person, visitor or system; ``body_role`` is what the person does for the whole body.
    """

    key: str
    group: str
    person_id: int | None = None
    kind: str = "person"
    body_role: str = ""


SYSTEM = Actor(key="system", group="agency", kind="system")


@dataclass(frozen=True, slots=True)
class By:
    """One request to act: the actor, the idempotency key, and for told history when it is said to have happened."""

    actor: Actor
    once: str | None = None
    happened: datetime | None = None
    history: str = Entry.History.RECORDED

    def also(self, suffix: str) -> "By":
        """The same request for an action that follows from this one."""
        digest = hashlib.sha256(f"{self.once}:{suffix}".encode()).hexdigest()[:32]
        return replace(self, once=digest if self.once else None)


class Act:
    """What an action's function is given: who, where, when, and what its entry will say."""

    def __init__(self, by: By, place: Any, level: str) -> None:
        self.by, self.actor, self.place, self.level = by, by.actor, place, level
        self.now = by.happened or timezone.now()
        self.causes: list[tuple[str, str]] = []
        self.content: dict[str, Any] = {}
        self.openings: list[tuple[str, str, bytes, str]] = []
        self.subject: Model | None = None

    @property
    def person_id(self) -> int:
        """The person who acts; refused to visitors and to the system, who cannot answer for it by name."""
        if self.actor.person_id is None:
            raise NotAllowed(_("This needs a named person."), do=_("Sign in first."))
        return self.actor.person_id

    def because(self, *causes: Model | tuple[str, Any] | None) -> None:
        """The subjects that this follows from; None is passed over."""
        for cause in causes:
            if cause is not None:
                pair = subjects.reference(cause) if isinstance(cause, Model) else (cause[0], str(cause[1]))
                if pair not in self.causes:
                    self.causes.append(pair)

    def note(self, **content: Any) -> None:
        """Add to the payload: whole numbers, texts, lists. No personal data and no floats."""
        self.content.update(content)

    def commit_to(self, name: str, value: str, person_key: str = "") -> None:
        """Put a salted commitment to a personal value in the payload; the value itself stays erasable."""
        salt = os.urandom(16)
        self.content[name] = chain.commitment(salt, value)
        self.openings.append((name, person_key or self.actor.key, salt, value))

    def effect(self, kind: str, **content: Any) -> None:
        """Something that must leave this system (an e-mail, a web hook), sent by the worker after commit."""
        Outbox.objects.create(kind=kind, content=content)


@dataclass(frozen=True, slots=True)
class Action:
    """A registered verb. ``name`` is ``subject.happened``, the row in projects/roles.py."""

    name: str
    level: str
    call: Callable[..., Any] = field(repr=False)


REGISTRY: dict[str, Action] = {}
Permission = Callable[[Actor, Any, str], bool]
_permission: list[Permission] = []


def use_permission(check: Permission) -> None:
    """Set the check that every action asks first: (actor, place, action name) -> may it happen."""
    _permission[:] = [check]


def may(actor: Actor, place: Any, name: str) -> bool:
    """Whether ``actor`` may do the action called ``name`` at ``place``; without a check nobody may."""
    return bool(_permission) and _permission[0](actor, place, name)


def action(
    name: str, *, level: str = "individual"
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[By, Any, P], R]]:
    """Turn ``def verb(act, ...)`` into an action, called as ``verb(by, place, ...)``.

    The function returns the instance that its ledger entry is about. It runs in one transaction
    with the entry. A repeated idempotency key returns the first result and writes nothing; the
    same key with other arguments raises Conflict.
    """

    def decorate(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[By, Any, P], R]:
        @functools.wraps(function)
        def perform(by: By, place: Any, *args: P.args, **kwargs: P.kwargs) -> R:
            _refuse_unless_allowed(by, place, name)
            digest = _digest(name, place, args, kwargs) if by.once else ""
            act = Act(by, place, level)
            try:
                with transaction.atomic(), guard.open_for_action():
                    result = function(act, *args, **kwargs)
                    _append(act, name, act.subject or result, digest)
            except Exception:
                if by.once and (earlier := _earlier(by, digest)):
                    return earlier
                raise
            return result

        _register(name, level, perform)
        return cast(Callable[Concatenate[By, Any, P], R], perform)

    return decorate


def in_batch(name: str) -> Callable[[Callable[Concatenate[Act, P], T]], Callable[Concatenate[By, Any, P], T]]:
    """Like ``action``, for what comes too often for an entry each, such as votes: the batch gets the entry.

    The function runs in one transaction after the same permission; repeating it must change nothing by itself,
    and the room records later, by an action, what came in.
    """

    def decorate(function: Callable[Concatenate[Act, P], T]) -> Callable[Concatenate[By, Any, P], T]:
        @functools.wraps(function)
        def perform(by: By, place: Any, *args: P.args, **kwargs: P.kwargs) -> T:
            _refuse_unless_allowed(by, place, name)
            with transaction.atomic(), guard.open_for_action():
                return function(Act(by, place, "individual"), *args, **kwargs)

        _register(name, "individual", perform)
        return cast(Callable[Concatenate[By, Any, P], T], perform)

    return decorate


def _refuse_unless_allowed(by: By, place: Any, name: str) -> None:
    if not may(by.actor, place, name):
        raise NotAllowed(
            _("You may not do this here."),
            cause=_("Your role in this project does not include “%(action)s”.") % {"action": name},
            do=_("Ask the project's lead, or sign in with another account."),
        )


def _register(name: str, level: str, perform: Callable[..., Any]) -> None:
    if name in REGISTRY:
        raise RuntimeError(f"Two functions call themselves the action {name}. Rename one.")
    REGISTRY[name] = Action(name, level, perform)


def _digest(name: str, place: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """What was asked, so that a key used again for something else is noticed."""
    given = [name, place.chain, *map(_told, args), *(f"{key}={_told(kwargs[key])}" for key in sorted(kwargs))]
    return hashlib.sha256("\x00".join(given).encode()).hexdigest()


def _told(value: Any) -> str:
    return f"{type(value).__name__}:{value.pk}" if isinstance(value, Model) else repr(value)


def _once(by: By) -> str | None:
    return f"{by.actor.key}:{by.once[:40]}" if by.once else None


def _earlier(by: By, digest: str) -> Any:
    entry = Entry.objects.filter(once=_once(by)).first()
    if entry is None:
        return None
    if entry.once_digest != digest:
        raise Conflict(
            _("This form was already used for something else, so nothing was changed."),
            cause=_("The page was sent twice with different content, often from two tabs."),
            do=_("Open the page again and send your change once more."),
        )
    return subjects.find(entry.subject_kind, entry.subject_id)


_COLUMNS = (
    "chain", "actor", '"group"', "phase", "level", "action", "because", "happened", "recorded", "history", "payload",
    "seq", "previous", "subject_kind", "subject_id", "hash", "actor_key", "actor_salt", "once", "once_digest",
)  # fmt: skip
_INSERT = f"INSERT INTO ledger_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
_HEAD = "SELECT seq, hash FROM ledger_entry WHERE chain = %s ORDER BY seq DESC LIMIT 1"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def _append(act: Act, name: str, subject: Model, digest: str) -> None:
    """Write the entry behind the head of its chain. Raw SQL: the ORM doubles the cost (make bench)."""
    kind, identifier = subjects.reference(subject)
    salt = os.urandom(16)
    entry = {
        "chain": act.place.chain,
        "actor": chain.commitment(salt, act.actor.key),
        "group": act.actor.group,
        "phase": act.place.phase,
        "level": act.level,
        "action": name,
        "because": chain.encode(act.causes),
        "happened": _stamp(act.now),
        "recorded": _stamp(timezone.now()),
        "history": str(act.by.history),
        "payload": chain.canonical(act.content),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [entry["chain"]])
        cursor.execute(_HEAD, [entry["chain"]])
        seq, previous = cursor.fetchone() or (0, chain.GENESIS)
        whole = entry | {"seq": seq + 1, "previous": previous, "subject_kind": kind, "subject_id": identifier}
        hash_ = chain.row_hash([whole[name] for name in chain.ROW])
        cursor.execute(_INSERT, [*whole.values(), hash_, act.actor.key, salt, _once(act.by), digest])
    if act.openings:
        entry_id = Entry.objects.values_list("pk", flat=True).get(chain=entry["chain"], seq=seq + 1)
        Opening.objects.bulk_create(
            Opening(entry_id=entry_id, field=name, person_key=key, salt=opening_salt, value=value)
            for name, key, opening_salt, value in act.openings
        )
