"""Cases come to the desk: the tool reads a dataset, a lot picks, what was picked is frozen."""

import hashlib
import secrets

from django.db.models import Max
from django.utils.translation import gettext as _

from minga.deliver import drawing, queries
from minga.deliver.facts import facts
from minga.deliver.models import Case, Draw, Stage
from minga.design.models import Dataset, Release
from minga.ledger.action import Act, By, action, may
from minga.ledger.refusals import Blocked, Invalid, NotAllowed
from minga.projects.models import Project


def draw_cases(by: By, project: Project, release: Release, dataset: Dataset, seed: int | None = None) -> Draw:
    """Run ``release`` over the processes of ``dataset`` and put a drawn part of them on the desk.

    ``seed`` fixes the lots; without it, it comes from the idempotency key, or from chance. The tool
    runs before the transaction, so that nobody waits for it. Raises Blocked while the release is off.
    """
    if not may(by.actor, project, "cases.drawn"):
        raise NotAllowed(_("You may not draw cases here."), do=_("Ask the project's lead."))
    if release.project_id != project.pk or dataset.project_id != project.pk:
        raise Invalid(_("The release or the dataset belongs to another project."))
    stage = queries.stage_of(release)
    if stage == Stage.OFF:
        raise Blocked(
            _("This release is off, so no cases are drawn."),
            do=_("Move it to “shadow” first: then cases are drawn and nobody sees the advice."),
        )
    if seed is None:
        seed = int(hashlib.sha256(by.once.encode()).hexdigest()[:8], 16) if by.once else secrets.randbits(32)
    known = set(Case.objects.filter(project=project).values_list("process", flat=True))
    if by.once:
        # What this very request drew before does not count as known, so that repeating it changes nothing.
        earlier = Draw.objects.filter(release=release, dataset=dataset, seed=seed)
        known -= set(Case.objects.filter(draw__in=earlier).values_list("process", flat=True))
    return _keep(by, project, release, dataset, drawing.plan(release, dataset, stage, seed, known))


@action("cases.drawn", level="group")
def _keep(act: Act, release: Release, dataset: Dataset, plan: drawing.Plan) -> Draw:
    draw = Draw.objects.create(
        project=act.place,
        release=release,
        dataset=dataset,
        stage=plan.stage,
        seed=plan.seed,
        drawn_at=act.now,
        read=plan.read,
        drawn=len(plan.cases),
        not_drawn=sum(plan.left_out.values()),
        failed=plan.failed,
        flagged=plan.flagged,
        left_out=plan.left_out,
        problems=plan.problems,
        spread=plan.spread,
    )
    # Held, so that a case that comes in at the same moment does not get one of these numbers.
    Project.objects.select_for_update().filter(pk=act.place.pk).first()
    last = Case.objects.filter(project=act.place).aggregate(last=Max("number"))["last"] or 0
    Case.objects.bulk_create(
        _case(act, draw, number, frozen) for number, frozen in enumerate(plan.cases, start=last + 1)
    )
    act.because(release, dataset)
    act.note(stage=plan.stage, read=draw.read, drawn=draw.drawn, not_drawn=draw.not_drawn, failed=draw.failed)
    return draw


def _case(act: Act, draw: Draw, number: int, frozen: drawing.Frozen) -> Case:
    known = facts(frozen.source)
    return Case(
        project=act.place,
        release=draw.release,
        draw=draw,
        number=number,
        process=frozen.process[:300],
        title=known.title[:300],
        buyer=known.buyer[:300],
        method=known.method[:200],
        source=dict(frozen.source),
        advice=dict(frozen.advice),
        drawn=Case.Drawn.FLAGGED if frozen.flagged else Case.Drawn.RANDOM,
        decide_first=frozen.decide_first,
        received=act.now,
    )
