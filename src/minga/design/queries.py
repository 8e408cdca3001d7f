"""Reads of data, criteria, versions and checks: what stands in the way of a release, and what is next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minga.design.models import Check, Criterion, Dataset, Release, SignedException, TestCase, ToolVersion, Withdrawal
from minga.design.reading import digest, ids_of
from minga.design.runs import deciding
from minga.engage.queries import waiting_ballots
from minga.jobs.models import Lease
from minga.ledger.action import Actor, may
from minga.ledger.models import Edge, Entry
from minga.projects.models import Project
from minga.projects.roles import Role, roles_of
from minga.web.format import day

OFTEN = 0.01
"""A field counts as often missing where more than this share of the rows lacks it."""


def often_missing(dataset: Dataset) -> list[dict[str, Any]]:
    """Fields of the profile that more than 1 % of the rows lack, the most often missing first."""
    fields = [f for f in dataset.profile.get("fields", []) if "*" not in f["path"]]
    found = [f for f in fields if f["missing"] > OFTEN * dataset.rows_used]
    return sorted(found, key=lambda f: -f["missing"])


def ready_datasets(project: Project) -> QuerySet[Dataset]:
    return Dataset.objects.filter(project=project, state=Dataset.State.READY)


def days_old(dataset: Dataset) -> int | None:
    """Days from the last call in the data to their import; None without dates."""
    if dataset.period_to is None:
        return None
    return (timezone.localdate(dataset.imported) - dataset.period_to).days


def criteria(project: Project) -> QuerySet[Criterion]:
    return Criterion.objects.filter(project=project).select_related("dataset", "contribution", "ballot", "project")


def binding(project: Project) -> QuerySet[Criterion]:
    """The criteria that a release must meet."""
    return criteria(project).filter(state=Criterion.State.APPROVED, binding=True)


def progress_of(check: Check) -> int | None:
    """Per cent done while a worker is on it; None while it waits."""
    return _progress(f"check:{check.pk}")


def reading_progress(dataset: Dataset) -> int | None:
    """Per cent read while a worker is on it; None while it waits."""
    return _progress(f"dataset:{dataset.pk}")


def preparing_progress(version: ToolVersion) -> int | None:
    """0 while a worker trains the tool, which cannot tell how far it is; None while it waits."""
    return _progress(f"version:{version.pk}")


def _progress(work: str) -> int | None:
    lease = Lease.objects.filter(work=work, expires__gte=timezone.now()).first()
    return lease.progress if lease else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one binding criterion stands for one version.

    ``state``: passed, none, running, failed, not_enough, broken, same_data, old, or excepted (signed by both).
    """

    criterion: Criterion
    state: str
    reason: str
    check: Check | None = None
    exception: SignedException | None = None

    @property
    def met(self) -> bool:
        return self.state in {"passed", "excepted"}


def readiness(version: ToolVersion, now: datetime | None = None) -> list[Standing]:
    """Every binding approved criterion with what it says about releasing ``version`` at ``now``."""
    return [standing(version, criterion, now) for criterion in binding(version.project)]


def is_ready(version: ToolVersion, now: datetime | None = None) -> bool:
    found = readiness(version, now)
    return bool(found) and all(one.met for one in found)


def standing(version: ToolVersion, criterion: Criterion, now: datetime | None = None) -> Standing:
    """The run that counts decides (``runs.deciding``); a signed exception in force takes the place of a pass."""
    tried = Check.objects.filter(version=version, criterion=criterion)
    check = deciding(tried.select_related("dataset").order_by("-pk"))
    state = _state_of(check, version, criterion)
    if state == "passed":
        return Standing(criterion, state, _("passed"), check)
    for exception in SignedException.objects.filter(version=version, criterion=criterion):
        if exception.holds(now):
            until = _("excepted until %(day)s, signed by lead and overseer") % {"day": day(exception.expires)}
            return Standing(criterion, "excepted", until, check, exception)
    words = _REASONS[state]() % {"code": criterion.code, "worst": check.worst if check else ""}
    return Standing(criterion, state, words, check)


def _state_of(check: Check | None, version: ToolVersion, criterion: Criterion) -> str:
    if check is None:
        return "none"
    if not check.is_finished:
        return "running"
    if check.state == Check.State.BROKEN:
        return "broken"
    if check.tool_hash != version.content_hash or _on_old_data(check, criterion):
        return "old"
    if check.state == Check.State.PASSED and check.same_data:
        return "same_data"
    return str(check.state)


def _on_old_data(check: Check, criterion: Criterion) -> bool:
    """Other rows than the criterion's; of cases that people wrote, some that are agreed now were not asked."""
    if criterion.dataset.kind != Dataset.Kind.SUITE:
        return check.data_hash != criterion.dataset.sha256
    agreed = TestCase.objects.filter(project=criterion.project_id, state=TestCase.State.AGREED)
    return not {digest(code) for code in agreed.values_list("code", flat=True)} <= ids_of(check.dataset.ids_sha256)


_REASONS = {
    "none": lambda: _("%(code)s has not been checked on this version."),
    "running": lambda: _("The check of %(code)s has not finished yet."),
    "failed": lambda: _("%(code)s failed: “%(worst)s” lies beyond the bound."),
    "not_enough": lambda: _("%(code)s has not enough evidence: every group is too small to judge."),
    "broken": lambda: _("The check of %(code)s could not be finished."),
    "same_data": lambda: _("%(code)s was met only on the data that the settings were chosen on, so it is no pass."),
    "old": lambda: _("The last check of %(code)s is old: the version or its data have changed since."),
}


def versions(project: Project) -> QuerySet[ToolVersion]:
    return ToolVersion.objects.filter(project=project).select_related("chosen_on", "project")


def unprepared(version: ToolVersion) -> str:
    """Why nothing can be done with this version yet, in a sentence; "" where it is ready."""
    if version.state == ToolVersion.State.PREPARING:
        return _("This version is being prepared: the worker trains the tool. Wait until it is done.")
    if version.state == ToolVersion.State.FAILED:
        return _("This version could not be prepared: %(problem)s") % {"problem": version.problem}
    return ""


def withdrawn(version: ToolVersion) -> Withdrawal | None:
    """The withdrawal that holds for this version, in its project or in all of them; None where it may be used."""
    return withdrawals_of(version).first()


def withdrawals_of(version: ToolVersion) -> QuerySet[Withdrawal]:
    """The withdrawals that hold for this version, for use inside another query."""
    here = Q(project=None) | Q(project=version.project_id)
    these = Q(version="") | Q(version=version.version)
    return Withdrawal.objects.filter(here, these, tool=version.tool, lifted=None)


def is_program_used(sha256: str) -> bool:
    """Whether a version runs the program in this archive, or a dataset holds the same file."""
    given = ("sha256", "source_sha256", "ids_sha256", "problems_sha256", "labels_sha256")
    same = Q(*((name, sha256) for name in given), _connector=Q.OR)
    return ToolVersion.objects.filter(program_sha256=sha256).exists() or Dataset.objects.filter(same).exists()


def previous_version(version: ToolVersion) -> ToolVersion | None:
    """The version of the same tool that was registered before."""
    earlier = versions(version.project).filter(tool=version.tool, pk__lt=version.pk)
    return earlier.order_by("-pk").first()


def compared_with(check: Check) -> Check | None:
    """The last finished check of the same criterion on an earlier version: the "before" of a chart."""
    earlier = Check.objects.filter(criterion=check.criterion, dataset=check.dataset, version__pk__lt=check.version_id)
    judged = earlier.filter(state__in=[Check.State.PASSED, Check.State.FAILED])
    return judged.select_related("version").order_by("-version_id", "-pk").first()


def current_release(project: Project) -> Release | None:
    return Release.objects.filter(project=project).select_related("version").order_by("-created", "-pk").first()


def lapsed_exceptions(release: Release, now: datetime | None = None) -> list[SignedException]:
    """Exceptions that the release rests on, that have run out, and whose criterion has no pass since."""
    return [
        exception
        for exception in release.exceptions.select_related("criterion")
        if not exception.holds(now) and standing(release.version, exception.criterion, now).state != "passed"
    ]


def contributions_of(version: ToolVersion) -> list[Any]:
    """The contributions that a version was registered because of."""
    from minga.engage.models import Contribution

    entries = Entry.objects.filter(subject_kind="version", subject_id=str(version.pk), action="version.registered")
    ids = Edge.objects.filter(entry__in=entries, cause_kind="contribution").values_list("cause_id", flat=True)
    found = Contribution.objects.filter(pk__in=list(ids)).select_related("project")
    return [given for given in found if given.is_public]


def what_next(project: Project, actor: Actor) -> list[tuple[str, str]]:
    """What ``actor`` can do here now: (sentence, address), the most urgent first."""
    return [
        *_data_next(project, actor),
        *_criteria_next(project, actor),
        *_versions_next(project, actor),
        *_exceptions_next(project, actor),
    ]


def _data_next(project: Project, actor: Actor) -> Iterable[tuple[str, str]]:
    datasets = ready_datasets(project)
    if project.step >= 3 and not datasets.exists() and may(actor, project, "dataset.imported"):
        yield _("Import the data"), reverse("design:import", args=[project.slug])
    first = datasets.filter(split_from=None, assessments=None).first()
    if first and may(actor, project, "dataset.assessed"):
        words = _("Answer the data questions about “%(name)s”") % {"name": first.name}
        yield words, reverse("design:assess", args=[project.slug, first.pk])


def _criteria_next(project: Project, actor: Actor) -> Iterable[tuple[str, str]]:
    if not may(actor, project, "criterion.approved"):
        return
    for ballot in waiting_ballots(project):
        words = _("Put in force what a ballot passed, or say in public why not: %(text)s")
        yield words % {"text": ballot.text[:120]}, ballot.get_absolute_url()
    for criterion in criteria(project).filter(state=Criterion.State.PROPOSED):
        yield _("Approve %(code)s, or hold a ballot on it") % {"code": criterion.code}, criterion.get_absolute_url()


def _versions_next(project: Project, actor: Actor) -> Iterable[tuple[str, str]]:
    if not binding(project).exists():
        return
    version = versions(project).first()
    if version is None:
        if may(actor, project, "version.registered"):
            yield _("Register the first version of the tool"), reverse("design:register", args=[project.slug])
        return
    if version.state == ToolVersion.State.FAILED and may(actor, project, "version.registered"):
        words = _("Version %(version)s could not be prepared: read why, and register another")
        yield words % {"version": version.version}, version.get_absolute_url()
    if not version.is_prepared or Release.objects.filter(version=version).exists():
        return
    found = readiness(version)
    unchecked = [one for one in found if one.state in {"none", "old", "broken"}]
    if unchecked and may(actor, project, "check.requested"):
        words = _("Check version %(version)s: %(codes)s")
        codes = ", ".join(one.criterion.code for one in unchecked)
        yield words % {"version": version.version, "codes": codes}, version.get_absolute_url()
    elif any(one.state == "failed" for one in found) and may(actor, project, "version.registered"):
        words = _("Version %(version)s failed its check: register one that is mended")
        yield words % {"version": version.version}, reverse("design:register", args=[project.slug])
    elif found and all(one.met for one in found) and may(actor, project, "release.created"):
        yield _("Release version %(version)s") % {"version": version.version}, version.get_absolute_url()


def _exceptions_next(project: Project, actor: Actor) -> Iterable[tuple[str, str]]:
    roles = roles_of(actor, project)
    for exception in SignedException.objects.filter(project=project, expires__gte=timezone.localdate()):
        waits_for_me = (Role.LEAD in roles and exception.lead_signed is None) or (
            Role.OVERSEER in roles and exception.overseer_signed is None
        )
        if waits_for_me:
            yield (
                _("Read and sign, or leave unsigned: %(title)s") % {"title": exception.ledger_title},
                (exception.get_absolute_url()),
            )
