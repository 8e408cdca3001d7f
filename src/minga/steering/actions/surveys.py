"""A survey goes out by private links, is answered without an account, reminded, and closed."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from minga.instruments import library
from minga.instruments.queries import filled
from minga.ledger.action import BODY, Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, mail_address, required
from minga.steering.actions.common import refuse
from minga.steering.models import Survey, SurveyedBody
from minga.steering.models.surveys import link_hash

MOST_BODIES = 5_000
BETWEEN_REMINDERS = timedelta(days=3)
ABOUT = "surveyed_body"


@action("survey.opened")
def open_survey(act: Act, *, set_id: str, title: str, purpose: str, closes: date) -> Survey:
    """Put a question set to other bodies until a day."""
    required(title=title, purpose=purpose)
    fields = {} if library.find(set_id) else {"set_id": _("There is no such question set.")}
    if closes <= timezone.localdate(act.now):
        fields["closes"] = _("Give a day after today.")
    refuse(fields, _("This survey cannot be opened yet."))
    definition = library.load(set_id)
    act.note(set=set_id, version=definition.version, closes=closes.isoformat())
    return Survey.objects.create(
        set=set_id, set_version=definition.version, title=" ".join(title.split()), purpose=purpose.strip(),
        closes=closes, opened=act.now,
    )  # fmt: skip


@action("survey.invited")
def invite(act: Act, survey: Survey, bodies: Sequence[tuple[str, str]]) -> Survey:
    """Ask bodies, given as (name, e-mail or ""). Each gets a link of its own; who has a mail address gets it by mail.

    All or nothing: a wrong address or a name that is there twice refuses the whole list and says which line it is.
    """
    _refuse_closed(survey)
    problems = _problems(survey, bodies)
    if problems:
        raise Invalid(_("Nobody was asked: the list has faults."), reasons=problems, fields={"bodies": problems[0]})
    language = get_language() or "en"
    for name, email in bodies:
        one = SurveyedBody.objects.create(
            survey=survey, name=name.strip(), email=email.strip(), language=language, invited=act.now
        )
        one.link = link_hash(one.token)
        one.save(update_fields=["link"])
        if one.email:
            act.effect("email", to=one.email, **letter(one, reminder=False))
    act.note(bodies=len(bodies), by_mail=sum(1 for _name, email in bodies if email.strip()))
    return survey


def _problems(survey: Survey, bodies: Sequence[tuple[str, str]]) -> list[str]:
    found, seen = [], set(survey.bodies.values_list("name", flat=True))
    if not bodies:
        return [_("Give at least one body.")]
    if len(bodies) + len(seen) > MOST_BODIES:
        return [_("A survey asks at most %(most)s bodies.") % {"most": MOST_BODIES}]
    for line, (name, email) in enumerate(bodies, 1):
        words = name.strip()
        if not words or len(words) > 200:
            found.append(_("Line %(line)s: give a name of at most 200 characters.") % {"line": line})
        elif words in seen:
            found.append(_("Line %(line)s: “%(name)s” is asked already.") % {"line": line, "name": words})
        try:
            mail_address(email)
        except Invalid:
            told = {"line": line, "email": email.strip()}
            found.append(_("Line %(line)s: “%(email)s” is no mail address.") % told)
        seen.add(words)
    return found


def letter(body: SurveyedBody, *, reminder: bool) -> dict[str, str]:
    """Subject and text of the mail, in the language in which the body was asked."""
    with override(body.language):
        subject = _("Reminder: %(title)s") if reminder else _("%(title)s: your answers are asked for")
        told = {
            "name": body.name,
            "purpose": body.survey.purpose,
            "link": f"{settings.MINGA_ADDRESS}{body.get_private_url()}",
            "day": date_format(body.survey.closes, "j F Y"),
            "sender": settings.MINGA_BODY_NAME,
        }
        text = _(
            "To: %(name)s\n\n%(purpose)s\n\nAnswer here, without an account, until %(day)s:\n%(link)s\n\n"
            "This link is yours alone: whoever has it can answer for you. You can save and go on later.\n"
            "Your answers are counted; they are not published under your name.\n\n%(sender)s\n"
        )
        return {"subject": subject % {"title": body.survey.title}, "text": text % told}


@action("survey.reminded")
def remind(act: Act, survey: Survey) -> Survey:
    """Write to every body that has not answered and has a mail address, at most every three days."""
    _refuse_closed(survey)
    waiting = survey.bodies.filter(answered=None).exclude(email="")
    late = [one for one in waiting if (one.reminded or one.invited) + BETWEEN_REMINDERS <= act.now]
    if not late:
        raise Blocked(
            _("Nobody was reminded."),
            cause=_("All have answered, have no mail address, or were written to in the last three days."),
        )
    for one in late:
        act.effect("email", to=one.email, **letter(one, reminder=True))
        one.reminded = act.now
        one.save(update_fields=["reminded"])
    act.note(reminded=len(late))
    return survey


@action("survey.answered")
def answer_survey(act: Act, token: str) -> SurveyedBody:
    """Hand in what a body has saved behind its private link. What is handed in can be changed until the survey ends."""
    body = of_token(token)
    if body is None:
        raise Invalid(_("This link does not work."), do=_("Ask the body that sent it for a new one."))
    _refuse_closed(body.survey)
    missing = filled(BODY, body.survey.set, (ABOUT, body.pk)).completeness
    if not missing.complete:
        raise Blocked(
            _("Some required questions have no answer yet."),
            do=_("Answer what is marked, save, and hand it in again."),
        )
    body.answered = act.now
    body.save(update_fields=["answered"])
    act.because(body.survey)
    return body


def of_token(token: str) -> SurveyedBody | None:
    """Whose private link this is."""
    return SurveyedBody.objects.select_related("survey").filter(link=link_hash(token)).first()


@action("survey.closed")
def close_survey(act: Act, survey: Survey) -> Survey:
    """Close a survey: no more answers; mail addresses and links are erased, counts stay."""
    found = Survey.objects.select_for_update().get(pk=survey.pk)
    if found.closed is not None:
        raise Conflict(_("This survey is closed."))
    found.closed = act.now
    found.save(update_fields=["closed"])
    act.note(asked=found.bodies.count(), answered=found.bodies.exclude(answered=None).count())
    found.bodies.update(email="", link="")
    return found


def _refuse_closed(survey: Survey) -> None:
    if not Survey.objects.get(pk=survey.pk).is_open():
        raise Conflict(_("This survey is closed."), do=_("Ask the body that runs it."))
