"""What a panel does once it is drawn: answers to invitations, replacements, meetings, recommendations."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _

from minga.engage import drawing
from minga.engage.actions.contributions import LONGEST, REPLY_DAYS, check_language
from minga.engage.actions.panels import addresses, in_state, invite, sealed
from minga.engage.models import Contribution, Meeting, Panel, Panellist, Recommendation
from minga.engage.queries import panels as queries
from minga.jobs.models import Outbox
from minga.ledger.action import Act, action, may
from minga.ledger.actions import forget
from minga.ledger.refusals import Conflict, Invalid, NotAllowed, required

S = Panellist.State


@action("panellist.answered")
def answer_invitation(act: Act, panellist: Panellist, answer: str) -> Panellist:
    """ "accept" or "decline" an invitation, or "leave" at any time, which erases the address that was left.

    By the panellist, through the private link, or entered for them (a call, a letter) by lead or facilitator.
    """
    one = Panellist.objects.select_related("panel").get(pk=panellist.pk)
    if act.actor.key != one.key and not may(act.actor, act.place, "panellist.replaced"):
        raise NotAllowed(_("Only the person invited can answer."), do=_("Open the private link of the invitation."))
    if one.panel.project_id != act.place.pk or answer not in {"accept", "decline", "leave"}:
        raise Invalid(_("Nothing was answered."), fields={"answer": _("Choose one.")})
    if one.state in {S.DECLINED, S.LEFT, S.SILENT} or (answer != "leave" and one.state != S.INVITED):
        raise Conflict(
            _("This cannot be answered now."),
            cause=_("It was answered before, its time is over, or nobody was invited."),
            do=_("Ask the project if something changed."),
        )
    if answer == "leave":
        _leave(one)
    else:
        one.state = S.ACCEPTED if answer == "accept" else S.DECLINED
    one.save(update_fields=["state", "features", "household"])
    act.because(one.panel)
    act.note(answer=answer, entered=act.actor.key != one.key)
    return one


def _leave(one: Panellist) -> None:
    """Out of the pool: no address is kept, and before the pool is closed no feature either."""
    Outbox.objects.filter(kind="email", content__to__in=addresses(one)).delete()
    forget(one.key)
    one.state = S.LEFT
    if one.panel.state == Panel.State.OPEN:
        one.features, one.household = {}, ""


@action("panellist.replaced", level="collective")
def replace_missing(act: Act, panel: Panel) -> Panel:
    """Draw by lot for every empty seat, within the quotas that those who stay leave open.

    Invitations whose time is over count as not answered. The lot uses the seed of the draw and the number of the
    round, so that it can be repeated.
    """
    panel = in_state(act, panel, Panel.State.DRAWN)
    panel.panellists.filter(state=S.INVITED, answer_by__lt=act.now).update(state=S.SILENT)
    gone = list(queries.unreplaced(panel))
    if not gone:
        raise Conflict(_("Every seat is taken or waits for an answer."), do=_("Come back when somebody has declined."))
    away = panel.panellists.filter(state=S.LEFT).exclude(number=None)
    step = drawing.replaced(panel, [drawing.name_of(one) for one in gone], [drawing.name_of(one) for one in away])
    panel.rounds = [*panel.rounds, {"dropped": list(step.dropped), "added": list(step.added)}]
    panel.save(update_fields=["rounds"])
    invite(act, panel, step.added, gone)
    missed = [f"{gap.feature}: {gap.value} {gap.by:+d}" for gap in step.gaps]
    act.because(panel)
    act.note(round=len(panel.rounds), seats=len(step.added), quotas_missed=missed, members=sealed(step.added))
    return panel


@action("meeting.held", level="collective")
def hold_meeting(act: Act, panel: Panel, held_on: dt.date, topic: str, present: Sequence[Panellist]) -> Meeting:
    """Enter a meeting of the panel and who of it was there. Public are topic, day and how many."""
    panel = in_state(act, panel, Panel.State.DRAWN)
    required(topic=topic)
    wrong: dict[str, str] = {}
    if held_on > act.now.date():
        wrong["held_on"] = _("This day is still ahead.")
    members = set(queries.on_panel(panel).values_list("pk", flat=True))
    if any(one.pk not in members for one in present):
        wrong["present"] = _("Only people who take part in this panel can have been there.")
    if wrong:
        raise Invalid(_("The meeting was not entered."), do=_("Correct what is marked."), fields=wrong)
    meeting = Meeting.objects.create(panel=panel, held_on=held_on, topic=topic.strip(), present_count=len(present))
    meeting.present.set(present)
    act.because(panel)
    act.note(present=len(present), members=len(members))
    return meeting


@action("recommendation.made", level="collective")
def recommend(
    act: Act,
    panel: Panel,
    text: str,
    in_favour: int,
    against: int,
    abstained: int = 0,
    dissent: str = "",
    language: str = "",
) -> Contribution:
    """What the panel recommends, with its votes and the dissent: a contribution that the body must answer."""
    panel = in_state(act, panel, Panel.State.DRAWN)
    required(text=text)
    members, votes = queries.seats(panel).taken, in_favour + against + abstained
    wrong: dict[str, str] = {}
    if min(in_favour, against, abstained) < 0 or not 0 < votes <= members:
        wrong["in_favour"] = _("The votes add up to %(votes)s; the panel has %(members)s members.") % {
            "votes": votes,
            "members": members,
        }
    if len(text) > LONGEST or "\x00" in text:
        wrong["text"] = _("Use at most %(most)s plain characters.") % {"most": LONGEST}
    if wrong:
        raise Invalid(_("Nothing was recommended."), do=_("Correct what is marked."), fields=wrong)
    act.actor = replace(act.actor, group="residents")
    given = Contribution.objects.create(
        project=act.place,
        text=text.strip(),
        kind=Contribution.Kind.STATEMENT,
        group="residents",
        language=check_language(language),
        step=act.place.step,
        author_key="",
        about_kind="panel",
        about_id=str(panel.pk),
        status=Contribution.Status.SHOWN,
        submitted=act.now,
        due=act.now + timedelta(days=REPLY_DAYS),
    )
    Recommendation.objects.create(
        panel=panel,
        contribution=given,
        number=panel.recommendations.count() + 1,
        in_favour=in_favour,
        against=against,
        abstained=abstained,
        dissent=dissent.strip(),
    )
    act.because(panel)
    act.commit_to("text", text.strip())
    act.note(in_favour=in_favour, against=against, abstained=abstained)
    return given
