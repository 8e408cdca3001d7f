"""Invitation codes: made in batches for one constituency, handed out once, kept only as hashes."""

import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from minga.engage import queries
from minga.engage.actions.statements import refuse_unless_open
from minga.engage.actions.voting import tidy_code
from minga.engage.models import Conversation, Invitation, InvitationBatch, link_hash
from minga.ledger.action import Act, By, action
from minga.ledger.refusals import Blocked, Conflict, Invalid
from minga.projects.models import Project

# Without I, L, O and U: what people confuse when they read or type. 32 letters, so 12 of them are 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
MOST_CODES = 2000
LONGEST = timedelta(days=366)


class Codes(tuple[str, ...]):
    """Live codes. Their text is only how many they are, so that no log and no fingerprint of a request holds one."""

    def __repr__(self) -> str:
        return f"{len(self)} codes"

    __str__ = __repr__


def fresh_codes(count: int) -> Codes:
    """``count`` different codes in groups of four, from the random source of the system."""
    found: set[str] = set()
    while len(found) < count:
        found.add("".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)))
    return Codes("-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP)) for code in found)


def make_invitations(
    by: By,
    project: Project,
    conversation: Conversation,
    codes: Codes,
    expires: datetime,
    constituency: str = "",
    stratum: str = "",
) -> InvitationBatch:
    """Keep ``codes`` (of ``fresh_codes``) as a batch that opens ``conversation`` until ``expires``.

    Print the codes before and hand them out after: a repeated request raises Conflict, as its codes open nothing.
    """
    batch = _keep_invitations(by, project, conversation, codes, expires, constituency, stratum)
    if not batch.invitations.filter(code_hash=link_hash(tidy_code(codes[0]))).exists():
        raise Conflict(
            _("This batch was made before, and its codes were handed out then."),
            cause=_("The form was sent twice. Codes are printed once, because nobody keeps them."),
            do=_("Use the file that you got. If it is lost, open this page again and make a new batch."),
        )
    return batch


@action("invitations.made", level="group")
def _keep_invitations(
    act: Act,
    conversation: Conversation,
    codes: Codes,
    expires: datetime,
    constituency: str,
    stratum: str,
) -> InvitationBatch:
    conversation = refuse_unless_open(act, conversation)
    check_batch(act.now, conversation, len(codes), expires, constituency, stratum)
    batch = InvitationBatch.objects.create(
        conversation=conversation,
        count=len(codes),
        constituency=constituency,
        stratum=stratum,
        made=act.now,
        expires=expires,
    )
    Invitation.objects.bulk_create(
        [Invitation(batch=batch, code_hash=link_hash(tidy_code(code))) for code in codes], batch_size=500
    )
    act.because(conversation)
    act.note(count=len(codes), constituency=constituency)
    return batch


def check_batch(
    now: datetime, conversation: Conversation, count: int, expires: datetime, constituency: str, stratum: str
) -> None:
    """Refuse what cannot become a batch of codes; asked before they are printed, and again when they are kept."""
    if conversation.access != Conversation.Access.CODES:
        raise Blocked(
            _("This conversation is not opened by codes."),
            cause=_("Who can take part was decided when it was opened: %(who)s.")
            % {"who": conversation.get_access_display()},
            do=_("Send people its address, or open another conversation for people with a code."),
        )
    wrong: dict[str, str] = {}
    if not 1 <= count <= MOST_CODES:
        wrong["count"] = _("Use a whole number from 1 to %(most)s.") % {"most": MOST_CODES}
    if not now < expires <= now + LONGEST:
        wrong["expires"] = _("Choose a day from today to a year from now.")
    if constituency and constituency not in conversation.constituencies:
        wrong["constituency"] = _("Choose one of the groups that the conversation asks.")
    if stratum and stratum not in queries.strata(conversation.project):
        wrong["stratum"] = _("Choose one from the list.")
    if wrong:
        raise Invalid(_("No codes were made."), do=_("Correct what is marked."), fields=wrong)
