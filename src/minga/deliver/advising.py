"""What a tool says about cases that came in to a service. The tool is asked here; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from minga.deliver import queries
from minga.deliver.lots import in_share
from minga.deliver.models import Case, Service
from minga.design import tools
from minga.design.models import Release
from minga.tools.base import Advice, ToolError

AT_ONCE = 200
PRIORITY = "priority"
NOT_IN_SERVICE = gettext_noop("No release of the tool was in service when the case came.")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one case: an advice as JSON, or the problem; ``read_by`` is None where nothing changes."""

    case: int
    advice: dict[str, Any]
    problem: str
    read_by: datetime | None


@dataclass(frozen=True, slots=True)
class Round:
    """One asking of a tool about up to ``AT_ONCE`` cases; ``release`` is None where none is in service."""

    release: Release | None
    told: tuple[Told, ...]

    @property
    def failed(self) -> int:
        return sum(1 for told in self.told if told.problem)

    def __repr__(self) -> str:
        """Which cases, because the idempotency digest is made from it."""
        return f"Round({[told.case for told in self.told]})"


def release_for(service: Service) -> Release | None:
    """The newest release of the service's tool that is not off; in shadow it advises, and nobody is shown it."""
    standing = queries.in_service(service.project)
    return next((release for release, _stage in standing if release.version.tool == service.tool), None)


def waiting(service: Service) -> list[Case]:
    """The next cases of a service that no tool was asked about."""
    return list(Case.objects.filter(service=service, advised=None, rehearsal=False).order_by("pk")[:AT_ONCE])


def ask(service: Service, cases: Sequence[Case]) -> Round:
    """Ask the release in service about ``cases``. A tool that fails leaves each with its problem, never a guess.

    Advice that is shown to nobody, in shadow or outside the share, does not move a case in the queue either.
    """
    release = release_for(service)
    if release is None:
        return Round(None, tuple(Told(case.pk, {}, NOT_IN_SERVICE, None) for case in cases))
    try:
        answers = tools.advise(release.version, [{"id": str(case.pk), **service.told(case.source)} for case in cases])
    except ToolError as error:
        return Round(release, tuple(Told(case.pk, {}, str(error), None) for case in cases))
    told, stage = [], queries.stage_of(release)
    for case, answer in zip(cases, answers, strict=True):
        if answer.advice is None:
            told.append(Told(case.pk, {}, answer.failure, None))
        else:
            shown = in_share(service.project.chain, case.process, stage.share)
            sooner = read_by(service, case, answer.advice) if shown else None
            told.append(Told(case.pk, answer.advice.as_json(), "", sooner))
    return Round(release, tuple(told))


def read_by(service: Service, case: Case, advice: Advice) -> datetime:
    """When the case is to be read: the sooner, the more urgent the tool finds it, and never after its days.

    A case waits at most behind those received within its ``decide_days``, so nobody starves. The control share keeps
    the order in which it came.
    """
    days = timedelta(days=service.decide_days)
    if case.drawn == Case.Drawn.RANDOM:
        return case.received + days
    return case.received + days * (1 - priority(advice))


def priority(advice: Advice) -> float:
    """The urgency in 0..1 that a tool gives as the measure of a reason called "priority"; 0 without one."""
    found = (reason.measured for reason in advice.reasons if reason.code == PRIORITY)
    return min(1.0, max(0.0, next((float(value) for value in found if value is not None), 0.0)))
