"""Anybody reports what went wrong; a person looks into it, mends it and says so in public."""

from collections.abc import Sequence
from datetime import date, timedelta
from secrets import token_hex

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.assess.models import Incident
from minga.deliver.models import Case
from minga.design.models import ToolVersion
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, mail_address, required

TIME_TO_TRIAGE = timedelta(days=3)
LONGEST = 10_000


@action("incident.reported")
def report_incident(
    act: Act, title: str, text: str, email: str = "", happened: date | None = None, version: ToolVersion | None = None
) -> Incident:
    """Say that something went wrong with a tool. Nobody needs an account; it is looked into within three days.

    The text and the address stay with the project; only ``summary``, written later by the body, is published.
    """
    required(title=title, text=text)
    if len(text) > LONGEST:
        raise Invalid(_("The text is too long."), fields={"text": _("Use at most 10,000 characters.")})
    if happened is not None and happened > act.now.date():
        raise Invalid(_("The report was not sent."), fields={"happened": _("Give a day that is not in the future.")})
    if version is not None and version.project_id != act.place.pk:
        raise Invalid(_("This version belongs to another project."))
    incident = Incident.objects.create(
        project=act.place,
        version=version,
        code=token_hex(6),
        title=title.strip()[:200],
        text=text.strip(),
        email=mail_address(email),
        happened=happened,
        reported=act.now,
        reporter_id=act.actor.person_id,
        due=act.now + TIME_TO_TRIAGE,
    )
    # From its own number, so that two reports at the same moment never get one code.
    incident.code = f"I-{incident.pk:04d}"
    incident.save(update_fields=["code"])
    act.because(version, act.place)
    act.note(code=incident.code)
    act.commit_to("text", incident.text)
    _tell(act, incident, _("Your report %(code)s has arrived"), _("A person looks into it by %(due)s."))
    return incident


def _tell(act: Act, incident: Incident, subject: str, text: str) -> None:
    """Tell whoever reported, where they left an address."""
    if not incident.email:
        return
    link = f"{settings.MINGA_ADDRESS}{reverse('assess:own_incident', args=[incident.token])}"
    words = {"code": incident.code, "due": f"{incident.due:%Y-%m-%d}"}
    act.effect("email", to=incident.email, subject=subject % words, text=f"{text % words}\n\n{link}\n")


@action("incident.triaged")
def triage_incident(
    act: Act,
    incident: Incident,
    state: str,
    reason: str,
    severity: str = "",
    harm: str = "",
    affected: str = "",
    version: ToolVersion | None = None,
    cases: Sequence[int] = (),
) -> Incident:
    """Say what it is: confirmed with its severity, harm and cases (by number), or dismissed with the reason."""
    incident = _locked(act, incident)
    if incident.state == Incident.State.CLOSED:
        raise Conflict(_("This incident is closed."), do=_("Read what was done, or report a new one."))
    _refuse_incomplete(state, reason, severity, harm)
    found = list(Case.objects.filter(project=act.place, number__in=cases))
    missing = sorted(set(cases) - {case.number for case in found})
    if missing:
        numbers = ", ".join(f"{number:04d}" for number in missing)
        raise Invalid(
            _("The incident was not changed."),
            fields={"cases": _("This project has no case %(numbers)s.") % {"numbers": numbers}},
        )
    if version is not None and version.project_id != act.place.pk:
        raise Invalid(_("This version belongs to another project."))
    confirmed = state == Incident.State.CONFIRMED
    incident.state, incident.triage_reason = state, reason.strip()
    incident.severity, incident.harm = (severity, harm) if confirmed else ("", "")
    incident.affected, incident.version = affected.strip()[:200], version or incident.version
    incident.triaged, incident.triaged_by_id = act.now, act.actor.person_id
    incident.save()
    incident.cases.set(found)
    act.because(incident, incident.version, *found)
    act.note(code=incident.code, state=state, severity=incident.severity, harm=incident.harm, cases=len(found))
    _tell(act, incident, _("Your report %(code)s was looked into"), _("Read on your own page what follows from it."))
    return incident


def _refuse_incomplete(state: str, reason: str, severity: str, harm: str) -> None:
    fields = {}
    if state not in {Incident.State.CONFIRMED, Incident.State.DISMISSED}:
        fields["state"] = _("Choose one of the two.")
    if not reason.strip():
        fields["reason"] = _("Write your reason.")
    if state == Incident.State.CONFIRMED:
        if severity not in Incident.Severity.values:
            fields["severity"] = _("Say how bad it was.")
        if harm not in Incident.Harm.values:
            fields["harm"] = _("Say what kind of harm it was.")
    if fields:
        raise Invalid(_("The incident was not changed."), do=_("Mend what is marked."), fields=fields)


@action("incident.closed")
def close_incident(act: Act, incident: Incident, done: str, summary: str) -> Incident:
    """Say what was done, and publish a summary without anybody's name. Only a confirmed incident is closed."""
    required(done=done, summary=summary)
    incident = _locked(act, incident)
    if incident.state != Incident.State.CONFIRMED:
        raise Conflict(
            _("Only a confirmed incident can be closed."),
            cause=_("It is: %(state)s.") % {"state": incident.get_state_display()},
            do=_("Look into it first."),
        )
    incident.state, incident.action, incident.summary = Incident.State.CLOSED, done.strip(), summary.strip()
    incident.closed = incident.published = act.now
    incident.save()
    act.because(incident)
    act.note(code=incident.code, severity=incident.severity, harm=incident.harm)
    _tell(act, incident, _("Report %(code)s is closed"), _("Read on your own page what was done."))
    return incident


def _locked(act: Act, incident: Incident) -> Incident:
    found = Incident.objects.select_for_update().filter(pk=incident.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This incident belongs to another project."), do=_("Open it from its own project."))
    return found
