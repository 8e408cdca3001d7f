"""Plan a public-dialogue session, invite and count who came, record what was said, and report it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.contributions import LONGEST, REPLY_DAYS, check_language
from minga.engage.models import Contribution, PolicyArea, Recorded, Recruitment, Session
from minga.engage.queries.sessions import FEWEST
from minga.ledger.action import GROUPS, Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required

MOST_MINUTES = 12 * 60


@action("session.planned", level="collective")
def plan_session(
    act: Act,
    title: str,
    purpose: str,
    venue: str,
    held_on: dt.date,
    policy_area: str,
    agenda: Sequence[Mapping[str, Any]],
    consent: str,
    wanted: Mapping[str, int],
    wanted_strata: Mapping[str, int] | None = None,
    starts: dt.time = dt.time(10),
    access_needs: str = "",
    because: Sequence[Any] = (),
) -> Session:
    """Announce a session. ``agenda`` rows are {"minutes", "what", "how"}.

    ``wanted`` is how many people of each actor group are wanted, ``wanted_strata`` the same people by the answers to
    the voluntary question of the project's reference, where it has one.
    """
    required(title=title, purpose=purpose, venue=venue, consent=consent, agenda=list(agenda))
    wanted = {group: count for group, count in wanted.items() if count}
    strata = {key: count for key, count in (wanted_strata or {}).items() if count}
    _check_plan(act, policy_area, agenda, wanted, strata)
    session = Session.objects.create(
        project=act.place,
        title=title.strip(),
        purpose=purpose.strip(),
        place=venue.strip(),
        held_on=held_on,
        starts=starts,
        policy_area=policy_area,
        agenda=[{"minutes": row["minutes"], "what": row["what"], "how": row.get("how", "")} for row in agenda],
        consent=consent.strip(),
        access_needs=access_needs.strip(),
        planned=act.now,
    )
    rows = [Recruitment(session=session, group=group, wanted=count) for group, count in wanted.items()]
    rows += [Recruitment(session=session, stratum=key, wanted=count) for key, count in strata.items()]
    Recruitment.objects.bulk_create(rows)
    act.because(*because)
    act.note(area=policy_area, held_on=held_on.isoformat(), wanted=wanted, minutes=sum(r["minutes"] for r in agenda))
    return session


def _check_plan(
    act: Act, area: str, agenda: Sequence[Mapping[str, Any]], wanted: Mapping[str, int], strata: Mapping[str, int]
) -> None:
    wrong: dict[str, str] = {}
    if area not in PolicyArea.values:
        wrong["policy_area"] = _("Choose one from the list.")
    if any(row["minutes"] < 1 or not row["what"].strip() for row in agenda):
        wrong["agenda"] = _("Each line of the agenda needs its minutes, from 1, and what happens.")
    elif sum(row["minutes"] for row in agenda) > MOST_MINUTES:
        wrong["agenda"] = _("This agenda is longer than twelve hours. Plan a second session.")
    if not wanted:
        wrong["wanted"] = _("Say how many people of at least one group are wanted, so that the balance can be seen.")
    if not set(wanted) <= set(GROUPS):
        wrong["wanted"] = _("Choose groups from the list.")
    if not set(strata) <= set(queries.strata(act.place)):
        wrong["wanted_strata"] = _("Use the groups of the project’s count of affected people.")
    if wrong:
        raise Invalid(_("The session was not planned."), do=_("Correct what is marked."), fields=wrong)


@action("session.invited", level="group")
def invite_to_session(act: Act, session: Session, invited: Mapping[int, int]) -> Session:
    """How many people were invited so far, by row of the recruitment. Counts only."""
    session = _unheld(act, session)
    rows = _rows(session, invited)
    for row in rows:
        row.invited = invited[row.pk]
        row.save(update_fields=["invited"])
    act.because(session)
    act.note(invited=_told(sum(row.invited for row in rows if row.group)))
    return session


@action("session.held", level="collective")
def hold_session(
    act: Act, session: Session, came: Mapping[int, int], invited: Mapping[int, int] | None = None, notes: str = ""
) -> Session:
    """Enter who came, by row of the recruitment, and the facilitator's notes, which stay with the project's people."""
    session = _unheld(act, session)
    if session.held_on > act.now.date():
        raise Blocked(
            _("This session has not taken place yet."),
            cause=_("It is planned for a later day."),
            do=_("Enter who came on the day of the session or after it."),
        )
    rows = _rows(session, came)
    for row in rows:
        row.came = came[row.pk]
        row.invited = (invited or {}).get(row.pk, row.invited)
        row.save(update_fields=["came", "invited"])
    session.notes, session.state = notes.strip(), Session.State.HELD
    session.save(update_fields=["notes", "state"])
    act.because(session)
    act.note(came=_told(sum(row.came for row in rows if row.group)))
    return session


def _told(people: int) -> int | str:
    """The ledger is public: fewer than ten people are not counted in it."""
    return people if people == 0 or people >= FEWEST else f"fewer than {FEWEST}"


def _rows(session: Session, counts: Mapping[int, int]) -> list[Recruitment]:
    rows = list(session.recruitment.all())
    if set(counts) != {row.pk for row in rows} or any(count < 0 for count in counts.values()):
        raise Invalid(
            _("There is a number missing, or one too many."),
            do=_("Give one whole number, 0 or more, for each group of the plan."),
        )
    return rows


def _unheld(act: Act, session: Session) -> Session:
    session = queries.fresh(act.place, session)
    if session.state != Session.State.PLANNED:
        raise Conflict(_("Who came to this session has been entered already."), do=_("Record what was said there."))
    return session


@action("session.recorded")
def record_statement(
    act: Act,
    session: Session,
    about: str,
    held_by: int,
    group: str = "",
    text: str = "",
    consented: bool = False,
    language: str = "",
) -> Contribution | Session:
    """What was said in a session. With the speakers' consent a contribution, shown at once and owed an answer.

    Without it only ``about``, a subject in the facilitator's words, and how many held it: giving words is refused.
    Returns the contribution, or the session where there is none.
    """
    session = queries.fresh(act.place, session)
    about, text = about.strip(), text.strip()
    _check_record(session, about, held_by, group, text, consented)
    contribution = _contribute(act, session, text, group, language) if consented else None
    Recorded.objects.create(session=session, contribution=contribution, about=about, held_by=held_by)
    act.because(session)
    act.note(about=about, held_by=held_by, consented=consented)
    return contribution or session


def _check_record(session: Session, about: str, held_by: int, group: str, text: str, consented: bool) -> None:
    if session.state != Session.State.HELD:
        raise Blocked(
            _("Nothing can be recorded in this session now."),
            cause=_("Who came has not been entered yet, or the report is out."),
            do=_("Enter first who came. After the report, give the project a contribution."),
        )
    required(about=about)
    wrong: dict[str, str] = {}
    came = sum(row.came for row in session.recruitment.all() if row.group)
    if not 1 <= held_by <= came:
        wrong["held_by"] = _("Between 1 and %(came)s people can have said it: so many came.") % {"came": came}
    if consented and not text:
        wrong["text"] = _("Write down the words, or leave out the consent.")
    if consented and group not in GROUPS:
        wrong["group"] = _("Choose one from the list.")
    if text and not consented:
        wrong["text"] = _("Without consent the words are not kept. Take them out and give only the subject.")
    if len(text) > LONGEST or "\x00" in text:
        wrong["text"] = _("Use at most %(most)s plain characters.") % {"most": LONGEST}
    if wrong:
        raise Invalid(_("Nothing was recorded."), do=_("Correct what is marked."), fields=wrong)


def _contribute(act: Act, session: Session, text: str, group: str, language: str) -> Contribution:
    """The words as a contribution of the speaker's group; who the speaker was is known to nobody here."""
    act.actor = replace(act.actor, group=group)
    made = Contribution.objects.create(
        project=act.place,
        text=text,
        kind=Contribution.Kind.STATEMENT,
        group=group,
        language=check_language(language),
        step=act.place.step,
        author_key="",
        about_kind="session",
        about_id=str(session.pk),
        status=Contribution.Status.SHOWN,
        submitted=act.now,
        due=act.now + timedelta(days=REPLY_DAYS),
    )
    act.commit_to("text", text)
    return made


@action("session.reported", level="collective")
def report_session(act: Act, session: Session, finding: str, findings: str) -> Session:
    """Publish the report: what was found, in one sentence and at length. Quotes and counts come by themselves."""
    session = queries.fresh(act.place, session)
    required(finding=finding, findings=findings)
    if session.state == Session.State.PLANNED:
        raise Blocked(_("There is nothing to report yet."), do=_("Enter first who came and what was said."))
    if session.state == Session.State.REPORTED:
        raise Conflict(_("This report is out already."), do=_("Read it; what it left out can be a contribution."))
    session.finding, session.findings = finding.strip(), findings.strip()
    session.state, session.reported = Session.State.REPORTED, act.now
    session.save(update_fields=["finding", "findings", "state", "reported"])
    said = session.recorded.select_related("contribution")
    act.because(session, *(one.contribution for one in said if one.contribution))
    act.note(recorded=len(said), quotable=sum(one.quotable for one in said))
    return session
