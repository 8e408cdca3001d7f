"""Two people decide that a statement is not shown, its author may appeal; what is merged or split keeps its lineage."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minga.engage.actions.contributions import check_language, check_words, tell_author
from minga.engage.actions.statements import LONGEST_STATEMENT, add_statements, refuse_unless_open
from minga.engage.models import Contribution, Conversation, Lineage, Rejection, Statement, Translation
from minga.ledger.action import Act, By, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required
from minga.projects.models import Project

APPEAL_DAYS = 14
_ENDED = (Rejection.State.DISMISSED, Rejection.State.OVERTURNED)


@action("rejection.proposed")
def propose_rejection(act: Act, statement: Statement, reason: str, duplicate_of: Statement | None = None) -> Rejection:
    """Propose that a statement is not shown, for one of four reasons. Nothing changes until another person agrees."""
    statement = fresh_statement(act.place, statement)
    if statement.contribution.status == Contribution.Status.DECIDED:
        raise Conflict(_("This statement has been answered."), do=_("An answered statement stays as it is."))
    if statement.rejections.exclude(state__in=_ENDED).exists():
        raise Conflict(_("It has been proposed already not to show this."), do=_("Somebody else confirms it or not."))
    _check_reason(statement, reason, duplicate_of)
    rejection = Rejection.objects.create(
        statement=statement,
        reason=reason,
        duplicate_of=duplicate_of,
        proposed_by_id=act.person_id,
        proposed=act.now,
    )
    act.because(statement.contribution, duplicate_of and duplicate_of.contribution)
    act.note(reason=reason)
    return rejection


def fresh_statement(project: Project, statement: Statement) -> Statement:
    """The statement as the database has it now, if it is of this project."""
    found = Statement.objects.select_related("contribution", "conversation").filter(
        pk=statement.pk, conversation__project=project
    )
    return found.first() or _raise_elsewhere()


def _raise_elsewhere() -> Any:
    raise Invalid(_("This belongs to another project."), do=_("Open it from its own project."))


def _check_reason(statement: Statement, reason: str, duplicate_of: Statement | None) -> None:
    if reason not in Contribution.HiddenFor.values:
        raise Invalid(_("Nothing is hidden without a reason."), fields={"reason": _("Choose one of the four.")})
    if reason != Contribution.HiddenFor.DUPLICATE:
        return
    if (
        duplicate_of is None
        or duplicate_of.pk == statement.pk
        or duplicate_of.conversation_id != statement.conversation_id
    ):
        words = _("Give the number of the other statement, so that both get its answer.")
        raise Invalid(_("A duplicate names what it repeats."), fields={"duplicate_of": words})


@action("rejection.seconded", level="group")
def second_rejection(act: Act, rejection: Rejection, agree: bool) -> Rejection:
    """The second person's word on a proposed rejection: it is not shown, or it is."""
    rejection = _fresh(act.place, rejection)
    if rejection.state != Rejection.State.PROPOSED:
        raise Conflict(_("This has been settled already."), do=_("Open the list again."))
    if rejection.proposed_by_id == act.person_id:
        raise NotAllowed(
            _("Another person must look at this."),
            cause=_("You proposed it yourself, and nothing is hidden by one person alone."),
            do=_("Ask another moderator, the facilitator or an approver."),
        )
    if agree and rejection.statement.contribution.status == Contribution.Status.DECIDED:
        raise Conflict(
            _("This statement has been answered."),
            cause=_("The project decided on it after it had been proposed not to show it."),
            do=_("An answered statement stays as it is: say that it is shown."),
        )
    rejection.state = Rejection.State.CONFIRMED if agree else Rejection.State.DISMISSED
    rejection.seconded_by_id, rejection.seconded = act.person_id, act.now
    rejection.save(update_fields=["state", "seconded_by", "seconded"])
    contribution = rejection.statement.contribution
    if agree:
        _hide(act, rejection)
        tell_author(act, contribution, _("About what you sent"), _told(rejection))
    elif contribution.status == Contribution.Status.HELD:
        _show(act, contribution)
    act.because(rejection, contribution)
    act.note(shown=not agree, reason=rejection.reason, contribution=str(contribution.pk))
    return rejection


def _told(rejection: Rejection) -> str:
    words = _("Two people found that your statement is not shown: %(reason)s. You can appeal on your private page.")
    return words % {"reason": rejection.get_reason_display()}


def _fresh(project: Project, rejection: Rejection) -> Rejection:
    found = Rejection.objects.select_related("statement__contribution", "statement__conversation").filter(
        pk=rejection.pk, statement__conversation__project=project
    )
    return found.first() or _raise_elsewhere()


def _hide(act: Act, rejection: Rejection) -> None:
    contribution, other = rejection.statement.contribution, rejection.duplicate_of
    contribution.status, contribution.hidden_for = Contribution.Status.HIDDEN, rejection.reason
    contribution.duplicate_of = other.contribution if other else None
    contribution.moderated = act.now
    contribution.save(update_fields=["status", "hidden_for", "duplicate_of", "moderated"])


def _show(act: Act, contribution: Contribution) -> None:
    contribution.status, contribution.hidden_for, contribution.duplicate_of = Contribution.Status.SHOWN, "", None
    contribution.moderated = act.now
    contribution.save(update_fields=["status", "hidden_for", "duplicate_of", "moderated"])


@action("rejection.appealed")
def appeal(act: Act, token: str, text: str) -> Rejection:
    """The author asks a third person, by the private link ``token``, to look again within fourteen days."""
    contribution = Contribution.of_token(token)
    rejection = rejection_of(contribution) if contribution and contribution.project_id == act.place.pk else None
    if contribution is None or rejection is None or rejection.state != Rejection.State.CONFIRMED:
        raise Conflict(
            _("There is nothing to appeal against."),
            cause=_("It is shown, or your appeal has been given or answered already."),
            do=_("Read where it stands on your private page."),
        )
    check_words(act.actor, text.strip(), Contribution.Kind.OBJECTION, contribution.group, "")
    rejection.state, rejection.appeal, rejection.appealed = Rejection.State.APPEALED, text.strip(), act.now
    rejection.appeal_due = act.now + timedelta(days=APPEAL_DAYS)
    rejection.save(update_fields=["state", "appeal", "appealed", "appeal_due"])
    act.because(rejection, contribution)
    act.commit_to("text", text.strip())
    return rejection


def rejection_of(contribution: Contribution) -> Rejection | None:
    """The newest rejection of a contribution that is a statement."""
    return Rejection.objects.filter(statement__contribution=contribution).first()


@action("appeal.answered", level="group")
def answer_appeal(act: Act, rejection: Rejection, show: bool, answer: str) -> Rejection:
    """A third person decides an appeal, with a reason that is public."""
    rejection = _fresh(act.place, rejection)
    if rejection.state != Rejection.State.APPEALED:
        raise Conflict(_("This appeal has been answered already."), do=_("Open the list again."))
    if act.person_id in {rejection.proposed_by_id, rejection.seconded_by_id}:
        raise NotAllowed(
            _("An appeal goes to another person."),
            cause=_("You took part in the decision that it is about."),
            do=_("Ask another moderator, the facilitator or an approver."),
        )
    required(answer=answer)
    rejection.state = Rejection.State.OVERTURNED if show else Rejection.State.UPHELD
    rejection.answered_by_id, rejection.answered, rejection.answer = act.person_id, act.now, answer.strip()
    rejection.save(update_fields=["state", "answered_by", "answered", "answer"])
    contribution = rejection.statement.contribution
    if show:
        _show(act, contribution)
    tell_author(act, contribution, _("Your appeal"), f"{rejection.get_state_display()}\n\n{rejection.answer}")
    act.because(rejection, contribution)
    act.note(shown=show, reason=rejection.reason, contribution=str(contribution.pk))
    return rejection


def merge(by: By, place: Project, statements: Sequence[Statement], text: str, reason: str) -> Contribution:
    """Put several statements that say the same into one; their votes stay with them, their authors get its answer."""
    if len({statement.pk for statement in statements}) < 2:
        words = _("Choose at least two statements.")
        raise Invalid(_("Nothing was merged."), fields={"statements": words})
    return derive(by, place, list(statements), text, Lineage.Kind.MERGED, reason)


def reword(by: By, place: Project, statement: Statement, text: str, reason: str) -> Contribution:
    """Say a statement more clearly; people vote on the new words, and the old keep their votes."""
    return derive(by, place, [statement], text, Lineage.Kind.REWORDED, reason)


def split(by: By, place: Project, statement: Statement, texts: Sequence[str], reason: str) -> list[Contribution]:
    """Take apart a statement that says several things, so that people can agree with one and not the other."""
    texts = [text.strip() for text in texts if text.strip()]
    if len(texts) < 2:
        raise Invalid(_("Nothing was split."), fields={"texts": _("Give at least two statements, one per line.")})
    with transaction.atomic():
        return [
            derive(by.also(f"part {number}"), place, [statement], text, Lineage.Kind.SPLIT, reason)
            for number, text in enumerate(texts)
        ]


@action("statement.derived", level="group")
def derive(act: Act, olds: list[Statement], text: str, kind: str, reason: str) -> Contribution:
    """One new statement out of ``olds``, which are no longer voted on. Use merge, reword or split."""
    olds = [fresh_statement(act.place, old) for old in olds]
    conversation = refuse_unless_open(act, olds[0].conversation)
    text = text.strip()
    required(text=text, reason=reason)
    check_words(act.actor, text, Contribution.Kind.STATEMENT, act.actor.group, "", longest=LONGEST_STATEMENT)
    for old in olds:
        _refuse_unless_current(old, conversation, kind)
    new = add_statements(act, conversation, [text], seed=False)[0]
    for old in olds:
        Lineage.objects.create(kind=kind, old=old, new=new, reason=reason.strip(), made=act.now)
    Statement.objects.filter(pk__in=[old.pk for old in olds], retired=None).update(retired=act.now)
    act.because(*(old.contribution for old in olds))
    act.note(kind=kind, number=new.number, of=[old.number for old in olds])
    return new.contribution


def _refuse_unless_current(old: Statement, conversation: Conversation, kind: str) -> None:
    parts = kind == Lineage.Kind.SPLIT and not old.became.exclude(kind=Lineage.Kind.SPLIT).exists()
    if old.conversation_id != conversation.pk or not old.contribution.is_public or (old.retired and not parts):
        raise Blocked(
            _("Statement %(number)s cannot be changed.") % {"number": old.number},
            cause=_("It is not shown, has been replaced already, or belongs to another conversation."),
            do=_("Open the list again and choose statements that people vote on now."),
        )


@action("translation.added")
def add_translation(
    act: Act, statement: Statement, language: str, text: str, source: str = Translation.Source.PERSON
) -> Translation:
    """Add or mend the words of a statement in another language; the original stays and the mark says who translated."""
    statement = fresh_statement(act.place, statement)
    text = text.strip()
    required(text=text, language=language)
    if source not in Translation.Source.values:
        raise Invalid(_("Say who translated it."), fields={"source": _("Choose one.")})
    if check_language(language) == statement.contribution.language:
        words = _("The statement is written in this language.")
        raise Invalid(_("Nothing was translated."), fields={"language": words})
    check_words(act.actor, text, Contribution.Kind.STATEMENT, act.actor.group, "", longest=2 * LONGEST_STATEMENT)
    made, _new = Translation.objects.update_or_create(
        statement=statement, language=language, defaults={"text": text, "source": source, "made": act.now}
    )
    act.because(statement.contribution)
    act.note(language=language, source=source)
    return made
