"""Prepare and open a conversation, put statements into it, close it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.contributions import OPEN_GROUPS, check_language, check_words, submit
from minga.engage.actions.statements import LONGEST_STATEMENT, add_statements, refuse_unless_open
from minga.engage.models import Contribution, Conversation, PolicyArea
from minga.ledger.action import GROUPS, Act, By, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required

FEWEST_SEEDS = 5


@action("conversation.opened", level="collective")
def open_conversation(
    act: Act,
    title: str,
    seeds: list[str],
    introduction: str = "",
    language: str = "",
    policy_area: str = "",
    access: str = "open",
    strict: bool = True,
    constituencies: list[str] | None = None,
    reply_days: int = 30,
    closes: datetime | None = None,
    because: list[Any] | None = None,
) -> Conversation:
    """Open a conversation on one question with at least five first statements, so that nobody finds it empty.

    ``constituencies`` are the actor groups asked (None: all that need no role). ``closes`` None: it stays open.
    """
    required(title=title)
    seeds = [text.strip() for text in seeds if text.strip()]
    constituencies = list(constituencies or map(str, OPEN_GROUPS))
    _check_terms(act, seeds, policy_area, access, constituencies, reply_days, closes)
    conversation = Conversation.objects.create(
        project=act.place,
        title=title.strip(),
        introduction=introduction.strip(),
        language=check_language(language),
        policy_area=policy_area,
        access=access,
        state=Conversation.State.OPEN,
        strict=strict,
        constituencies=constituencies,
        reply_days=reply_days,
        opens=act.now,
        closes=closes,
    )
    add_statements(act, conversation, seeds, seed=True)
    act.because(*(because or []))
    act.note(access=access, constituencies=constituencies, seeds=len(seeds), reply_days=reply_days, strict=strict)
    return conversation


def _check_terms(
    act: Act,
    seeds: list[str],
    policy_area: str,
    access: str,
    constituencies: list[str],
    reply_days: int,
    closes: datetime | None,
) -> None:
    wrong: dict[str, str] = {}
    if len(set(seeds)) < FEWEST_SEEDS:
        wrong["seeds"] = _("Give at least %(count)s different statements to start with, one per line.") % {
            "count": FEWEST_SEEDS
        }
    if long := next((text for text in seeds if len(text) > LONGEST_STATEMENT), None):
        wrong["seeds"] = _("This statement is longer than %(most)s characters: %(text)s…") % {
            "most": LONGEST_STATEMENT,
            "text": long[:40],
        }
    if policy_area not in {"", *PolicyArea.values}:
        wrong["policy_area"] = _("Choose one from the list.")
    if access not in Conversation.Access.values:
        wrong["access"] = _("Choose one from the list.")
    if not set(constituencies) <= set(GROUPS):
        wrong["constituencies"] = _("Choose groups from the list.")
    if not 1 <= reply_days <= 365:
        wrong["reply_days"] = _("Use a whole number of days from 1 to 365.")
    if closes is not None and closes <= act.now:
        wrong["closes"] = _("A conversation closes after it opens. Choose a later day.")
    if wrong:
        raise Invalid(_("The conversation was not opened."), do=_("Correct what is marked."), fields=wrong)


@action("statement.seeded", level="group")
def add_seeds(act: Act, conversation: Conversation, texts: list[str]) -> Conversation:
    """Add first statements to a conversation that is under way."""
    conversation = refuse_unless_open(act, conversation)
    texts = [text.strip() for text in texts if text.strip()]
    required(texts="".join(texts))
    for text in texts:
        check_words(act.actor, text, Contribution.Kind.STATEMENT, act.actor.group, "", longest=LONGEST_STATEMENT)
    add_statements(act, conversation, texts, seed=True)
    act.note(count=len(texts))
    return conversation


def submit_statement(
    by: By, conversation: Conversation, text: str, group: str = "", language: str = "", email: str = ""
) -> Contribution:
    """Say it in your own words: a new statement for others to vote on, and a contribution that is answered.

    In a strict conversation it waits for a moderator. ``email`` is for the reply and can be erased.
    """
    return submit(
        by,
        conversation.project,
        text=text,
        group=group,
        language=language,
        email=email,
        conversation=conversation,
    )


@action("conversation.extended", level="collective")
def extend_conversation(act: Act, conversation: Conversation, closes: datetime) -> Conversation:
    """Keep a conversation open longer, or open a closed one again, such as for a review."""
    conversation = queries.fresh(act.place, conversation)
    if conversation.imported_from:
        raise Blocked(
            _("This conversation was held elsewhere."),
            cause=_("Nobody here moderated its statements, and its people have no seats here."),
            do=_("Open a new conversation with those of its statements that people still disagree on."),
        )
    if closes <= act.now or (conversation.closes and not conversation.closed and closes < conversation.closes):
        words = _("Choose a later day. A conversation does not end before the day that people were promised.")
        raise Invalid(_("The day was not changed."), fields={"closes": words})
    act.note(again=conversation.closed is not None)
    conversation.state, conversation.closes, conversation.closed = Conversation.State.OPEN, closes, None
    conversation.save(update_fields=["state", "closes", "closed"])
    return conversation


@action("conversation.closed", level="collective")
def close_conversation(act: Act, conversation: Conversation, reason: str = "") -> Conversation:
    """End a conversation. Before the promised day only with a reason, which is public."""
    conversation = queries.fresh(act.place, conversation)
    if conversation.state == Conversation.State.CLOSED:
        raise Conflict(_("This conversation has been closed already."), do=_("Read its results."))
    early = conversation.closes is not None and act.now < conversation.closes
    if early:
        required(reason=reason)
    conversation.state, conversation.closed = Conversation.State.CLOSED, act.now
    conversation.save(update_fields=["state", "closed"])
    act.note(early=early, reason=reason.strip())
    return conversation
