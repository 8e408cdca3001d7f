"""What a release did is measured; what went beyond its bound is raised, and a person says what they found and did.

The person in charge writes the bounds.
"""

from django.utils.translation import gettext as _

from minga.assess import bounds
from minga.assess.actions.common import own
from minga.assess.models import Alert, AlertBound, Watching
from minga.assess.telling import tell
from minga.assess.watching import Finding, Measured
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required
from minga.projects.roles import Role


@action("watch.measured", level="group")
def keep_watching(act: Act, measured: Measured) -> Watching:
    """Keep the figures of one month of a release; those measured earlier for the same month are replaced."""
    release, figures = measured.release, measured.figures
    own(act, release)
    found, _made = Watching.objects.update_or_create(
        release=release,
        month=measured.period.start.date(),
        defaults={"project": act.place, "figures": figures, "measured": act.now},
    )
    act.because(release)
    act.note(month=measured.period.name, verdict=figures["verdict"], **figures["rows"])
    return found


@action("alert.raised", level="group")
def raise_alert(act: Act, watching: Watching, finding: Finding) -> Alert:
    """Raise what was found, and tell the lead.

    Conflict where the same thing waits for a person already, or was looked into for this month.
    """
    own(act, watching)
    same = Alert.objects.filter(release=watching.release_id, metric=finding.metric, about=finding.about[:200])
    if same.filter(acknowledged=None).exists() or same.filter(watching__month__gte=watching.month).exists():
        raise Conflict(_("This alert was raised already."))
    alert = Alert.objects.create(
        project=act.place,
        release=watching.release,
        watching=watching,
        metric=finding.metric,
        about=finding.about[:200],
        figure=finding.figure,
        records=list(finding.records),
        bound=finding.bound.value if finding.bound else None,
        written=finding.bound.written if finding.bound else None,
        raised=act.now,
    )
    act.because(watching, watching.release, alert.written)
    act.note(metric=finding.metric, month=f"{watching.month:%Y-%m}", cases=len(finding.records))
    if finding.bound:
        act.note(bound=bounds.text(finding.bound.value), default=alert.written is None)
    subject = _("Something to look into: %(what)s") % {"what": alert.get_metric_display()}
    text = _("The tool of “%(project)s” is watched, and a figure went beyond its bound. A person looks into it.")
    tell(act, [Role.LEAD], subject, text % {"project": act.place.title}, alert.get_absolute_url())
    return alert


@action("alert.acknowledged")
def acknowledge_alert(act: Act, alert: Alert, done: str) -> Alert:
    """A named person says what they found and what they did about it. Once said, it stands."""
    required(done=done)
    found = Alert.objects.select_for_update().filter(pk=alert.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This alert belongs to another project."), do=_("Open it from its own project."))
    if found.acknowledged is not None:
        raise Conflict(_("Somebody looked into this alert already."), do=_("Read what they found on its page."))
    found.acknowledged, found.acknowledged_by_id, found.done = act.now, act.person_id, done.strip()
    found.save(update_fields=["acknowledged", "acknowledged_by", "done"])
    act.because(found, found.release)
    act.note(metric=found.metric, days=found.days_open())
    act.commit_to("done", found.done)
    return found


@action("alert_bound.set", level="group")
def set_bound(act: Act, metric: str, bound: object, reason: str) -> AlertBound:
    """Write from which figure on an alert of ``metric`` is raised, and why. The newest counts; earlier ones stay.

    ``bound`` is a PSI for a column, else a share or a difference of shares in 0..1.
    """
    if metric not in Alert.Metric.values:
        raise Invalid(_("The bound was not written."), fields={"metric": _("Choose one from the list.")})
    required(reason=reason)
    value = bounds.read(metric, bound)
    if value is None:
        raise Invalid(_("The bound was not written."), fields={"bound": bounds.range_words(metric)})
    before = bounds.in_force(act.place).of(metric)
    if before.written is not None and before.value == value:
        raise Conflict(_("This bound is in force already."), do=_("Read its reason, or write another bound."))
    made = AlertBound.objects.create(
        project=act.place, metric=metric, bound=value, reason=reason.strip(), person_id=act.person_id, since=act.now
    )
    act.because(act.place, before.written)
    act.note(metric=metric, bound=bounds.text(value), before=bounds.text(before.value))
    return made
