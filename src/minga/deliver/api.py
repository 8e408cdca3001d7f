"""The desk's part of the API: public flags, contests, stages; services and their cases stand in ``api_cases``."""

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema, Status

from minga.deliver import queries
from minga.deliver.actions import submit_contest
from minga.deliver.api_cases import router as cases
from minga.deliver.api_hearing import router as hearing
from minga.deliver.api_quality import router as quality
from minga.deliver.models import Flag, StageChange
from minga.deliver.publicflag import public_flag, public_replies
from minga.design.models import Release
from minga.engage import limits
from minga.people.middleware import by
from minga.projects.models import Project

router = Router()
router.add_router("", cases)
router.add_router("", hearing)
router.add_router("", quality)


class EvidenceOut(Schema):
    """One value that the determination rests on."""

    path: str
    value: str
    read_as: str


class FlagOut(Schema):
    """A published flag. Natural persons besides the one who decided are not named."""

    code: str
    address: str
    project: str
    state: str
    party: str
    title: str
    method: str
    process: str
    decided_by: str
    decided: datetime
    published: datetime
    reason: str
    signs: list[str]
    evidence: list[EvidenceOut]
    replies: list[str]


class ContestIn(Schema):
    """Why the flag is wrong; the e-mail is only for the answer."""

    text: str = Field(min_length=1, max_length=5000)
    email: str = Field("", max_length=254)


class ContestOut(Schema):
    """``private`` is the address at which only the sender reads the answer."""

    private: str
    due: datetime


class StageOut(Schema):
    """Where a release stands, and since when."""

    release: str
    tool: str
    version: str
    stage: str
    since: datetime | None
    reason: str


def _out(flag: Flag) -> FlagOut:
    shown = public_flag(flag)
    return FlagOut(
        code=shown.code, address=shown.address, project=shown.project, state=shown.state.value, party=shown.party,
        title=shown.title, method=shown.method, process=shown.process, decided_by=shown.decided_by,
        decided=shown.decided, published=shown.published, reason=shown.reason, signs=list(shown.signs),
        evidence=[EvidenceOut(path=row.path, value=row.value, read_as=row.read_as) for row in shown.evidence],
        replies=[reply.text for reply in public_replies(flag)],
    )  # fmt: skip


@router.get("/flags", response=list[FlagOut], summary="Published flags, newest first")
def list_flags(request: HttpRequest, project: str = "", limit: int = 100) -> list[FlagOut]:
    flags = queries.public_flags()
    if project:
        flags = flags.filter(project__slug=project)
    return [_out(flag) for flag in flags[: max(1, min(limit, 500))]]


@router.get("/flags/{code}", response=FlagOut, summary="One published flag")
def one_flag(request: HttpRequest, code: str) -> FlagOut:
    return _out(get_object_or_404(queries.public_flags(), code=code.upper()))


@router.post("/flags/{code}/contests", response={201: ContestOut}, summary="Contest a published flag")
def contest(request: HttpRequest, code: str, given: ContestIn) -> Status[ContestOut]:
    flag = get_object_or_404(queries.public_flags(), code=code.upper())
    limits.take(request, "contest", each=5)
    made = submit_contest(by(request), flag.project, flag, given.text, given.email)
    return Status(201, ContestOut(private=f"/contest/private/{made.token}/", due=made.due))


@router.get("/projects/{slug}/stages", response=list[StageOut], summary="Where each release stands")
def stages(request: HttpRequest, slug: str) -> list[StageOut]:
    project = get_object_or_404(Project, slug=slug)
    found = []
    for release in Release.objects.filter(project=project).select_related("version").order_by("-pk"):
        last = StageChange.objects.filter(release=release).order_by("-pk").first()
        found.append(
            StageOut(
                release=release.ledger_title,
                tool=release.version.tool,
                version=release.version.version,
                stage=queries.stage_of(release).value,
                since=last.since if last else None,
                reason=last.reason if last else "",
            )
        )
    return found
