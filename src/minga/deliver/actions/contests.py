"""A flag is contested without an account; another person than the one who decided answers in time."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from minga.deliver import rules
from minga.deliver.actions.flags import address_of, check_text
from minga.deliver.models import Contest, Flag
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, mail_address, required
from minga.people.models import Person

ENDED = (Flag.State.EXPLAINED, Flag.State.WITHDRAWN)


@action("contest.submitted")
def submit_contest(act: Act, flag: Flag, text: str, email: str = "", token: str = "") -> Contest:
    """Say that a flag is wrong. Anybody may contest a public flag; before that, the party by its token."""
    flag = Flag.objects.select_for_update().get(pk=flag.pk, project=act.place)
    from_party = bool(token) and constant_time_compare(token, flag.token)
    if not (flag.published or from_party):
        raise Invalid(
            _("There is no public flag with this code."), do=_("Check the code in your letter or on the page.")
        )
    if flag.state in ENDED:
        raise Blocked(
            _("This flag no longer stands."),
            cause=_("It was %(state)s.") % {"state": flag.get_state_display().lower()},
            do=_("There is nothing left to contest."),
        )
    contest = Contest.objects.create(
        flag=flag,
        text=check_text(text),
        email=mail_address(email),
        from_party=from_party,
        opened=act.now,
        due=act.now + rules.time_to_answer(),
    )
    act.because(flag)
    act.note(from_party=from_party)
    _send(
        act,
        contest,
        _("Your contest of flag %(code)s has arrived") % {"code": flag.code},
        _("It is answered by another person than the one who decided, by %(due)s.")
        % {"due": f"{contest.due:%Y-%m-%d}"},
    )
    return contest


def _send(act: Act, contest: Contest, subject: str, text: str) -> None:
    if contest.email:
        address = address_of(reverse("deliver:contest_private", args=[contest.token]))
        where = _("Your private page: %(address)s") % {"address": address}
        body = str(settings.MINGA_BODY_NAME)
        act.effect("email", to=contest.email, subject=subject, text=f"{text}\n\n{where}\n\n{body}")


def _locked(act: Act, contest: Contest) -> Contest:
    found = Contest.objects.select_for_update().filter(pk=contest.pk, flag__project=act.place).first()
    if found is None:
        raise Invalid(_("This contest belongs to another project."))
    return found


@action("contest.moderated")
def moderate_contest(act: Act, contest: Contest, show: bool, reason: str = "") -> Contest:
    """A moderator opens a contest, or keeps it back with a reason that its author reads."""
    contest = _locked(act, contest)
    if contest.state != Contest.State.WAITING:
        raise Conflict(_("This was moderated already."), do=_("Open the queue again."))
    if not show:
        required(reason=reason)
    contest.state = Contest.State.OPEN if show else Contest.State.MODERATED_OUT
    contest.moderation_reason, contest.moderated = reason.strip(), act.now
    contest.save(update_fields=["state", "moderation_reason", "moderated"])
    flag = contest.flag
    if show and flag.state == Flag.State.CONFIRMED:
        flag.state = Flag.State.CONTESTED
        flag.save(update_fields=["state"])
    if not show:
        subject = _("Your contest of flag %(code)s is not shown") % {"code": flag.code}
        _send(act, contest, subject, _("The moderator's reason: %(reason)s") % {"reason": reason.strip()})
    act.because(contest)
    act.note(shown=show)
    return contest


@action("contest.answered")
def answer_contest(act: Act, contest: Contest, outcome: str, answer: str) -> Contest:
    """Answer a contest: the flag stands, is explained, or is withdrawn. Never by who decided the case."""
    contest = _locked(act, contest)
    if contest.state != Contest.State.OPEN:
        raise Conflict(
            _("This contest is not open."),
            cause=_("It was answered already, or a moderator has not read it yet."),
            do=_("Open the queue again."),
        )
    _refuse_who_decided(act, contest)
    if outcome not in Contest.Outcome.values:
        raise Invalid(
            _("The answer was not recorded."),
            do=_("Mend what is marked and send it again."),
            fields={"outcome": _("Choose one of the three outcomes.")},
        )
    required(answer=answer)
    contest.state, contest.outcome, contest.answer = Contest.State.ANSWERED, outcome, answer.strip()
    contest.answered, contest.answered_by_id = act.now, act.actor.person_id
    contest.save(update_fields=["state", "outcome", "answer", "answered", "answered_by"])
    _settle(act, contest)
    act.because(contest, contest.flag)
    act.note(outcome=outcome, days=contest.days_open())
    _send(
        act,
        contest,
        _("Your contest of flag %(code)s is answered") % {"code": contest.flag.code},
        f"{contest.get_outcome_display()}. {answer.strip()}",
    )
    return contest


def _refuse_who_decided(act: Act, contest: Contest) -> None:
    if contest.flag.case.determinations.filter(person_id=act.actor.person_id or 0).exists():
        raise NotAllowed(
            _("You decided this case, so you do not answer the contest."),
            cause=_("A contest is answered by another person than the one who decided."),
            do=_("Leave it to a colleague."),
        )
    if not Person.objects.get(pk=act.actor.person_id or 0).display_name.strip():
        raise Blocked(_("An answer carries a name, and your account has none."), do=_("Add your name to your account."))


def _settle(act: Act, contest: Contest) -> None:
    """Move the flag to its new state. A flag that ended stays ended, whatever other contests bring."""
    flag = contest.flag
    if flag.state in ENDED:
        return
    if contest.outcome == Contest.Outcome.UPHELD:
        others = flag.contests.filter(state=Contest.State.OPEN).exclude(pk=contest.pk)
        flag.state = Flag.State.CONTESTED if others.exists() else Flag.State.CONFIRMED
    else:
        flag.state, flag.ended = Flag.State(contest.outcome), act.now
    flag.save(update_fields=["state", "ended"])
