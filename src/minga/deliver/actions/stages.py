"""How far a release is in service: one step forward at a time, back at will, stopped at once."""

from django.utils.translation import gettext as _

from minga.deliver import duties, queries
from minga.deliver.models import STAGES, Drill, Stage, StageChange
from minga.design.models import Release
from minga.design.queries import withdrawn
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.projects.screens import refuse_forbidden


def own(act: Act, release: Release) -> None:
    """Hold the release until the transaction ends, so that a stop and a drill never cross; refuse a foreign one."""
    Release.objects.select_for_update().filter(pk=release.pk).first()
    if release.project_id != act.place.pk:
        raise Invalid(_("This release belongs to another project."), do=_("Open it from its own project."))


@action("stage.changed")
def change_stage(act: Act, release: Release, stage: str, reason: str) -> StageChange:
    """Move a release one stage forward, or back to any earlier one. A superseded release only goes back.

    Forward it goes once the duties of the project's risk level are met. After a drill it goes back to where it was.
    """
    required(stage=stage, reason=reason)
    own(act, release)
    if stage not in Stage.values:
        raise Invalid(_("There is no such stage."), fields={"stage": _("Choose one from the list.")})
    here, there = STAGES.index(queries.stage_of(release)), STAGES.index(Stage(stage))
    if there == here:
        raise Conflict(_("The release is at this stage already."), do=_("Open the page again to see where it stands."))
    if there > here and not _drilled(release, stage):
        _refuse_forward(release, here, there)
    if Stage(stage).share:
        _retire_others(act, release)
    act.because(release)
    act.note(stage=stage, before=STAGES[here].value, reason=reason)
    return StageChange.objects.create(project=act.place, release=release, stage=stage, since=act.now, reason=reason)


def _refuse_forward(release: Release, here: int, there: int) -> None:
    refuse_forbidden(release.project)
    gone = withdrawn(release.version)
    if gone is not None:
        raise Blocked(
            _("This tool is withdrawn from use."),
            reasons=[gone.reason],
            do=_("Whoever withdrew it may allow it again on its page in the list of tools."),
        )
    if there > here + 1:
        raise Blocked(
            _("A release goes forward one stage at a time."),
            cause=_("After “%(here)s” comes “%(next)s”.")
            % {"here": STAGES[here].label, "next": STAGES[here + 1].label},
            do=_("Choose the next stage, and look at what happened before you go on."),
        )
    newer = queries.superseded_by(release)
    if newer is not None:
        raise Blocked(
            _("A newer release of this tool exists, so this one goes no further."),
            reasons=[newer.ledger_title],
            do=_("Put the newer release into service instead."),
        )
    missing = duties.unmet(release.project, release, STAGES[there])
    if missing:
        raise Blocked(
            _("Duties are not met, so the release stays where it is."),
            reasons=[found.words for found in missing],
            do=_("The page of duties lists each with the place where it is met."),
        )


def _drilled(release: Release, stage: str) -> bool:
    """Whether the release is off because a drill of this very moment switched it off from ``stage``."""
    last = StageChange.objects.filter(release=release).order_by("-pk").first()
    if last is None or not last.stopped:
        return False
    return Drill.objects.filter(release=release, stage=stage, at=last.since, project=release.project).exists()


def _retire_others(act: Act, release: Release) -> None:
    """Only one release of a tool gives advice: the others go off as this one takes its first share."""
    others = Release.objects.filter(project=act.place, version__tool=release.version.tool).exclude(pk=release.pk)
    for other in others:
        if queries.stage_of(other) != Stage.OFF:
            reason = _("Replaced by %(release)s.") % {"release": release.ledger_title}
            StageChange.objects.create(project=act.place, release=other, stage=Stage.OFF, since=act.now, reason=reason)


@action("stage.stopped")
def stop(act: Act, release: Release, reason: str) -> StageChange:
    """Switch a release off at once, from any stage. From then on nobody sees its advice."""
    required(reason=reason)
    own(act, release)
    before = queries.stage_of(release)
    if before == Stage.OFF:
        raise Conflict(_("The release is off already."), cause=_("Somebody stopped it before you."))
    act.because(release)
    act.note(stage=Stage.OFF.value, before=before.value, reason=reason)
    return StageChange.objects.create(
        project=act.place, release=release, stage=Stage.OFF, since=act.now, reason=reason, stopped=True
    )
