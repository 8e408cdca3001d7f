"""Anybody asks about a field of the record; a moderator reads it, and the project answers in time."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, mail_address, required
from minga.register import rules
from minga.register.document import FIELDS
from minga.register.models import RecordQuestion, RecordVersion
from minga.register.plain import writable
from minga.web.format import day

LONGEST = 3000


@action("record.questioned")
def ask(act: Act, field: str, text: str, email: str = "") -> RecordQuestion:
    """Ask about one field of the record ("" for all of it). Public once a moderator has read it."""
    if field and field not in FIELDS:
        raise Invalid(_("The record has no such field."), do=_("Choose one from the record."), fields={"field": field})
    text = writable(text, "text")
    required(text=text)
    if len(text) > LONGEST:
        raise Invalid(_("The text is too long."), fields={"text": _("Use at most 3,000 characters.")})
    made = RecordQuestion.objects.create(
        project=act.place,
        field=field,
        text=text,
        group=act.actor.group,
        email=mail_address(email),
        asked=act.now,
        due=rules.working_days_after(act.now, rules.days_to_answer()),
    )
    act.because(RecordVersion.objects.filter(project=act.place).order_by("-number").first(), act.place)
    act.note(field=field)
    _tell(
        act,
        made,
        _("Your question about “%(title)s” has arrived") % {"title": act.place.title},
        _("A moderator reads it first. It is answered by %(due)s.") % {"due": day(made.due)},
    )
    return made


def _tell_last(act: Act, question: RecordQuestion, subject: str, text: str) -> None:
    """The last e-mail about a question; nothing needs the address after it, so it is erased."""
    _tell(act, question, subject, text)
    question.email = ""
    question.save(update_fields=["email"])


def _tell(act: Act, question: RecordQuestion, subject: str, text: str) -> None:
    if question.email:
        address = settings.MINGA_ADDRESS.rstrip("/") + reverse("register:question_private", args=[question.token])
        where = _("Your private page: %(address)s") % {"address": address}
        body = str(settings.MINGA_BODY_NAME)
        act.effect("email", to=question.email, subject=subject, text=f"{text}\n\n{where}\n\n{body}")


def _locked(act: Act, question: RecordQuestion) -> RecordQuestion:
    found = RecordQuestion.objects.select_for_update().filter(pk=question.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This question belongs to another project."))
    return found


@action("question.moderated")
def moderate_question(act: Act, question: RecordQuestion, show: bool, reason: str = "") -> RecordQuestion:
    """A moderator lets a question through, or keeps it back with a reason that the asker reads."""
    question = _locked(act, question)
    if question.state != RecordQuestion.State.WAITING:
        raise Conflict(_("This was moderated already."), do=_("Open the list again."))
    reason = writable(reason, "reason")
    if not show:
        required(reason=reason)
    question.state = RecordQuestion.State.OPEN if show else RecordQuestion.State.MODERATED_OUT
    question.moderation_reason, question.moderated = reason, act.now
    question.save(update_fields=["state", "moderation_reason", "moderated"])
    if not show:
        subject = _("Your question about “%(title)s” is not shown") % {"title": act.place.title}
        _tell_last(act, question, subject, _("The moderator's reason: %(reason)s") % {"reason": reason})
    act.because(question)
    act.note(shown=show)
    return question


@action("question.answered")
def answer_question(act: Act, question: RecordQuestion, outcome: str, answer: str) -> RecordQuestion:
    """Answer a question: the record is corrected, is right, or what it said is taken back."""
    question = _locked(act, question)
    if question.state != RecordQuestion.State.OPEN:
        raise Conflict(
            _("This question is not open."),
            cause=_("It was answered already, or a moderator has not read it yet."),
            do=_("Open the list again."),
        )
    if outcome not in RecordQuestion.Outcome.values:
        raise Invalid(
            _("The answer was not recorded."),
            do=_("Mend what is marked and send it again."),
            fields={"outcome": _("Choose one of the three outcomes.")},
        )
    answer = writable(answer, "answer")
    required(answer=answer)
    question.state, question.outcome, question.answer = RecordQuestion.State.ANSWERED, outcome, answer
    question.answered, question.answered_by_id = act.now, act.person_id
    question.save(update_fields=["state", "outcome", "answer", "answered", "answered_by"])
    act.because(question)
    act.note(outcome=outcome, days=question.days_open())
    subject = _("Your question about “%(title)s” is answered") % {"title": act.place.title}
    _tell_last(act, question, subject, f"{question.get_outcome_display()}. {question.answer}")
    return question
