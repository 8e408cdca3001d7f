"""Give something, show it or not, decide on it, and answer whoever gave it."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.statements import LONGEST_STATEMENT, place_statement, refuse_unless_open
from minga.engage.models import Contribution, Conversation, Decision, Rejection, Statement
from minga.ledger.action import Act, Actor, action
from minga.ledger.models import Opening
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.people.models import Group
from minga.projects.models import Project

REPLY_DAYS = 30
LONGEST = 4000
# For whom somebody may speak without having been given a role: these groups have no gatekeeper.
OPEN_GROUPS = (Group.RESIDENTS, Group.BUSINESS, Group.FRONTLINE, Group.PROVIDER)


def groups_for(actor: Actor) -> list[str]:
    """The groups that ``actor`` may speak for: those open to all, and their own."""
    own = [actor.group] if actor.kind == "person" and actor.group not in OPEN_GROUPS else []
    return [*own, *map(str, OPEN_GROUPS)]


@action("contribution.submitted")
def submit(
    act: Act,
    text: str,
    kind: str = "statement",
    group: str = "",
    language: str = "",
    about: tuple[str, str] | None = None,
    email: str = "",
    step: int | None = None,
    conversation: Conversation | None = None,
) -> Contribution:
    """Give a statement, an objection, a test case or a question to a project; no account is needed.

    ``about`` is the (kind, id) of what it is about. ``email`` is for the reply and can be erased.
    Visitors' contributions wait for a moderator; those of the project's participants are shown at once.
    With a ``conversation`` it becomes a statement there, and that conversation's own terms hold.
    """
    project: Project = act.place
    text, email, group = text.strip(), email.strip(), group or act.actor.group
    if conversation is not None:
        conversation, about = refuse_unless_open(act, conversation), ("conversation", str(conversation.pk))
    check_words(act.actor, text, kind, group, email, longest=LONGEST_STATEMENT if conversation else LONGEST)
    thing = _about(project, about)
    act.actor = replace(act.actor, group=group)
    contribution = Contribution.objects.create(
        project=project,
        text=text,
        kind=kind,
        group=group,
        language=check_language(language),
        step=step or project.step,
        author_key=act.actor.key,
        about_kind=about[0] if about else "",
        about_id=str(about[1]) if about else "",
        status=_first_status(act.actor, project, conversation),
        submitted=act.now,
        due=act.now + timedelta(days=conversation.reply_days if conversation else REPLY_DAYS),
    )
    if conversation is not None:
        place_statement(conversation, contribution)
    act.because(thing)
    act.note(kind=kind, language=contribution.language, step=contribution.step, status=contribution.status)
    act.commit_to("text", text)
    if email:
        act.commit_to("email", email)
    return contribution


def check_words(actor: Actor, text: str, kind: str, group: str, email: str, longest: int = LONGEST) -> None:
    """Refuse what no contribution can be, naming each field that is wrong."""
    required(text=text, kind=kind, group=group)
    wrong: dict[str, str] = {}
    if not _is_text(text):
        wrong["text"] = _("This holds characters that no text has. Type it again instead of pasting it.")
    if len(text) > longest:
        wrong["text"] = _("This has %(count)s characters. Use at most %(most)s, or send it in two parts.") % {
            "count": len(text),
            "most": longest,
        }
    if kind not in Contribution.Kind.values:
        wrong["kind"] = _("Choose one from the list.")
    if group not in groups_for(actor):
        wrong["group"] = _("Only people of this group may speak for it. Choose another group, or sign in.")
    if email and not _is_email(email):
        wrong["email"] = _("This is not an e-mail address. Write it like name@example.org, or leave it empty.")
    if wrong:
        raise Invalid(_("Nothing was sent yet."), do=_("Correct what is marked and send it again."), fields=wrong)


def _is_text(text: str) -> bool:
    """Whether it can be stored: no null characters, no halves of characters."""
    return "\x00" not in text and text.encode(errors="ignore").decode() == text


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def check_language(given: str) -> str:
    """A language code as people write it, such as es or gn-PY; the page's own where there is none."""
    code = given or translation.get_language() or "en"
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,6})?", code):
        raise Invalid(
            _("This is no code of a language."),
            do=_("Use two or three letters, such as es or gn."),
            fields={"language": _("Use two or three letters, such as es or gn.")},
        )
    return code


def _about(project: Project, about: tuple[str, str] | None) -> Any:
    """The thing of this project that (kind, id) names, seen in public."""
    if not about:
        return None
    thing = queries.public_thing(project, *about)
    if thing is None:
        raise Invalid(
            _("What this is about cannot be found in this project."),
            cause=_("The link is incomplete, or it belongs to another project."),
            do=_("Open the page that you want to say something about and use its link."),
        )
    return thing


def _first_status(actor: Actor, project: Project, conversation: Conversation | None) -> str:
    if conversation is not None and not conversation.strict:
        return Contribution.Status.SHOWN
    takes_part = actor.person_id and project.memberships.filter(person_id=actor.person_id, ended=None).exists()
    return Contribution.Status.SHOWN if takes_part else Contribution.Status.HELD


@action("contribution.moderated")
def moderate(
    act: Act,
    contribution: Contribution,
    show: bool,
    reason: str = "",
    duplicate_of: Contribution | None = None,
) -> Contribution:
    """Show a contribution, or hide it for one of four public reasons. Its author still reads it."""
    contribution = queries.fresh(act.place, contribution)
    if contribution.status == Contribution.Status.DECIDED:
        raise Conflict(_("This contribution has been decided."), do=_("A decided contribution stays as it is."))
    if show:
        _refuse_to_undo(contribution)
    else:
        _refuse_alone(contribution)
        _check_hiding(act.place, contribution, reason, duplicate_of)
    contribution.status = Contribution.Status.SHOWN if show else Contribution.Status.HIDDEN
    contribution.hidden_for = "" if show else reason
    contribution.duplicate_of = None if show else duplicate_of
    contribution.moderated = act.now
    contribution.save(update_fields=["status", "hidden_for", "duplicate_of", "moderated"])
    act.because(contribution, contribution.duplicate_of)
    act.note(shown=show, reason=contribution.hidden_for)
    if not show:
        tell_author(act, contribution, _("About what you sent"), contribution.get_hidden_for_display())
    return contribution


def _refuse_alone(contribution: Contribution) -> None:
    if Statement.objects.filter(contribution=contribution).exists():
        raise Blocked(
            _("One person alone does not hide a statement of a conversation."),
            cause=_("Two people must find that it is off-topic, personal, a duplicate or unlawful."),
            do=_("Propose it on the conversation's moderation page; another moderator confirms."),
        )


def _refuse_to_undo(contribution: Contribution) -> None:
    ended = (Rejection.State.DISMISSED, Rejection.State.OVERTURNED)
    if Rejection.objects.filter(statement__contribution=contribution).exclude(state__in=ended).exists():
        raise Blocked(
            _("One person alone does not undo this."),
            cause=_("Somebody proposed not to show this statement, or two people decided it."),
            do=_("Another person settles the proposal on the conversation’s moderation page; the author may appeal."),
        )


def _check_hiding(project: Project, contribution: Contribution, reason: str, duplicate_of: Contribution | None) -> None:
    if reason not in Contribution.HiddenFor.values:
        raise Invalid(_("Nothing is hidden without a reason."), fields={"reason": _("Choose one of the four.")})
    if reason != Contribution.HiddenFor.DUPLICATE:
        return
    if duplicate_of is None or duplicate_of.project_id != project.pk or duplicate_of.pk == contribution.pk:
        raise Invalid(
            _("A duplicate names what it repeats."),
            fields={"duplicate_of": _("Give the number of the other contribution, so that both get its answer.")},
        )


@action("contribution.decided", level="group")
def decide(
    act: Act, contribution: Contribution, outcome: str, reason: str, reply: str = "", together: UUID | None = None
) -> Decision:
    """Adopt, adapt or decline a contribution, with a public reason and a reply to its author.

    An empty ``reply`` means that the reason says it all. Authors of duplicates are told too. What was merged into
    this contribution, or reworded as it, and still waits is decided alike. ``together`` is shared by the decisions
    that are one reply to several contributions (``answer_together``).
    """
    contribution = queries.fresh(act.place, contribution)
    required(outcome=outcome, reason=reason)
    if outcome not in Decision.Outcome.values:
        raise Invalid(_("There is no such decision."), fields={"outcome": _("Choose one of the three.")})
    _refuse_unless_open(contribution)
    origins = queries.waiting_origins(contribution)
    together = together or (uuid4() if origins else None)
    contribution.status = Contribution.Status.DECIDED
    contribution.save(update_fields=["status"])
    decision = Decision.objects.create(
        project=act.place,
        contribution=contribution,
        outcome=outcome,
        reason=reason.strip(),
        reply=reply.strip(),
        due=contribution.due,
        together=together,
        decided=act.now,
        decided_by_id=queries.person_of(act.actor),
    )
    act.because(contribution)
    act.note(outcome=outcome, days=decision.days, late=decision.days_late)
    for told in (contribution, *contribution.duplicates.all()):
        tell_author(act, told, str(decision.get_outcome_display()), decision.reply or decision.reason)
        _addresses(told).delete()
    for origin in origins:
        decide(act.by.also(f"origin {origin.pk}"), act.place, origin, outcome, reason, reply, together)
    return decision


def _refuse_unless_open(contribution: Contribution) -> None:
    if contribution.status == Contribution.Status.DECIDED:
        raise Conflict(
            _("This contribution has been decided already."),
            cause=_("Somebody else answered it, perhaps in another tab."),
            do=_("Open it again to read the decision."),
        )
    if contribution.status != Contribution.Status.SHOWN:
        raise Conflict(_("A moderator has not shown this contribution."), do=_("Ask a moderator to look at it first."))


def _addresses(contribution: Contribution) -> QuerySet[Opening]:
    """Where the answer is to be sent; gone once it was, as the form promises."""
    return Opening.objects.filter(
        entry__subject_kind="contribution",
        entry__subject_id=str(contribution.pk),
        entry__action="contribution.submitted",
        field="email",
    )


def tell_author(act: Act, contribution: Contribution, what: str, text: str) -> None:
    """Send the answer by e-mail where the author left an address and has not erased it."""
    languages = dict(settings.LANGUAGES)
    with translation.override(contribution.language if contribution.language in languages else None):
        for to in _addresses(contribution).values_list("value", flat=True):
            act.effect(
                "email",
                to=to,
                subject=_("%(project)s: your contribution") % {"project": contribution.project.title},
                text=f"{what}\n\n{text}\n\n{settings.MINGA_ADDRESS}{contribution.get_answer_url()}",
            )
