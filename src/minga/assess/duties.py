"""The duties that only this room can answer for: rules to stop by, reviews, incidents and alerts looked into."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from minga.assess import queries
from minga.assess.models import Incident, StopRule
from minga.deliver.duties import EVERY, HIGH, LIMITED, duty
from minga.deliver.models import Stage
from minga.design.models import Release
from minga.projects.models import Project

LONGEST_WAIT = timedelta(days=7)


@duty(
    "stoprule.written",
    gettext_lazy("A stop rule is written beforehand"),
    (LIMITED, HIGH),
    Stage.ONE,
    "assess:stop_rules",
)
def _stop_rule(project: Project, release: Release | None) -> bool | str:
    found = StopRule.objects.filter(project=project, active=True)
    return (found.filter(release=release) if release else found).exists() or _(
        "none is in force for this release. In shadow it can be written."
    )


@duty("review.current", gettext_lazy("The six-monthly review is not overdue"), EVERY, Stage.ONE, "assess:reviews")
def _review(project: Project, release: Release | None) -> bool | str:
    late = queries.overdue(project).count()
    words = ngettext("%(count)d review is overdue.", "%(count)d reviews are overdue.", late)
    return not late or words % {"count": late}


@duty("incidents.mended", gettext_lazy("No serious incident is open"), EVERY, Stage.ONE, "assess:oversight")
def _incidents(project: Project, release: Release | None) -> bool | str:
    serious = Incident.objects.filter(project=project, severity=Incident.Severity.SERIOUS)
    codes = serious.filter(state=Incident.State.CONFIRMED).order_by("pk").values_list("code", flat=True)
    return not codes or ", ".join(codes)


@duty(
    "alerts.read", gettext_lazy("No alert has waited for more than a week"), (LIMITED, HIGH), Stage.ONE, "assess:watch"
)
def _alerts(project: Project, release: Release | None) -> bool | str:
    waiting = queries.open_alerts(project).filter(raised__lt=timezone.now() - LONGEST_WAIT).count()
    words = ngettext("%(count)d alert waits.", "%(count)d alerts wait.", waiting)
    return not waiting or words % {"count": waiting}
