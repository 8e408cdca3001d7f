"""The named people that all tests share, each with one role in one project."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from minga.ledger.action import BODY, Actor, By
from minga.people.models import Person
from minga.projects.actions import appoint_overseer, give_office, grant_role, open_project
from minga.projects.models import Project
from minga.projects.roles import BodyRole, Role

# How long an example takes depends on the machine; what it shows does not. Where a run decides what lands, its
# examples are the same each time; everywhere else they are new, which is how they find something.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
settings.load_profile("unhurried")

CAST = {
    # name: (role, actor group)
    "lena": (Role.LEAD, "agency"),
    "dario": (Role.DIGITAL, "digital"),
    "flor": (Role.FRONTLINE, "frontline"),
    "fidel": (Role.FRONTLINE, "frontline"),
    "bruno": (Role.BUSINESS, "business"),
    "paz": (Role.PROVIDER, "provider"),
    "rosa": (Role.RESIDENT, "residents"),
    "fabia": (Role.FACILITATOR, "agency"),
    "mora": (Role.MODERATOR, "agency"),
    "ada": (Role.APPROVER, "agency"),
    "olga": (Role.OVERSEER, "oversight"),
    "remi": (Role.RESEARCHER, "residents"),
}
# Who holds an office of the body in tests that ask for the fixture `offices`: chief AI officer, board, staff.
OFFICERS = {"chela": "Chief AI officer", "bento": "Member of the AI board", "saul": "Registrar"}
ON_BOARD = {"lena", "flor", "rosa"}
_keys = itertools.count()


def by(person: Person | Actor | None, **given: object) -> By:
    """A request by ``person``, by an actor, or by a visitor (None), under a fresh idempotency key."""
    actor = person.actor if isinstance(person, Person) else person
    actor = actor or Actor(key="visitor-1", group="residents", kind="visitor")
    return By(actor, **{"once": f"test-{next(_keys)}", **given})  # type: ignore[arg-type]


class Cast:
    """The people as attributes: ``cast.lena``, ``cast.rosa`` ... plus ``cast.bea``, who appoints for the body,
    and those of OFFICERS, whose offices the fixture `offices` gives them."""

    def __init__(self) -> None:
        self.bea = Person.objects.create(username="bea", group="agency", body_role="appointer")
        self.nadie = Person.objects.create(username="nadie", group="residents")
        for name, position in OFFICERS.items():
            setattr(self, name, Person.objects.create(username=name, display_name=name.title(), group="agency",
                                                      position=position))  # fmt: skip
        for name, (_, group) in CAST.items():
            setattr(self, name, Person.objects.create(username=name, display_name=name.title(), group=group))

    def __getattr__(self, name: str) -> Person:
        raise AttributeError(name)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def offices(cast: Cast) -> dict[str, Person]:
    """The offices of the body: cast.chela is its chief AI officer, cast.bento sits on the board, cast.saul is staff."""
    held = dict(zip(BodyRole.values, (cast.chela, cast.bento, cast.saul), strict=True))
    for role, person in held.items():
        give_office(by(cast.bea), BODY, person=person, role=role)
    return held


@pytest.fixture
def project(cast: Cast) -> Project:
    """A project at step 1 in which everybody of CAST has their role."""
    made = open_project(by(cast.lena), BODY, title="Early warnings", summary="Marks calls for a second look.")
    for name, (role, _) in CAST.items():
        if role == Role.OVERSEER:
            appoint_overseer(by(cast.bea), made, person=getattr(cast, name))
        elif name != "lena":
            grant_role(by(cast.lena), made, person=getattr(cast, name), role=role, on_board=name in ON_BOARD)
    return made


@pytest.fixture(autouse=True)
def _same_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lots hang on a project's chain; the chains of a test are the same whenever it is run."""
    number = itertools.count(1)
    monkeypatch.setattr("minga.projects.models.projects.uuid", SimpleNamespace(uuid4=lambda: f"chain-{next(number)}"))


@pytest.fixture(autouse=True)
def _files(settings: object, tmp_path: Path) -> None:
    """Files and counters of one test never meet those of another, in this process or the one beside it."""
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    settings.CACHES = {"default": memory}  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """A page in Spanish leaves its language active in the thread: every test starts in English."""
    with translation.override("en"):
        yield
