"""A flag: raised by a determination, told to the party first, published when the party has had its time."""

from secrets import token_hex

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from minga.deliver import queries, rules
from minga.deliver.facts import buyer_of, email_of
from minga.deliver.models import Determination, Flag, PartyReply
from minga.deliver.privacy import Names
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required

LONGEST_TEXT = 5000


def address_of(path: str) -> str:
    """A path as a whole address, for letters and e-mails."""
    return settings.MINGA_ADDRESS.rstrip("/") + path


def raise_flag(act: Act, determination: Determination) -> Flag:
    """Within the determination's own action: make the flag and tell the party where its address is known."""
    case = determination.case
    buyer = buyer_of(case.source)
    email = email_of(buyer)
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    flag = Flag.objects.create(
        project=case.project,
        case=case,
        determination=determination,
        code=token_hex(6),
        raised=act.now,
        party=case.buyer,
        party_email=email,
        party_name_public=not Names.hides_buyer(buyer),
    )
    # From its own number, so that two flags at the same moment never get one code.
    flag.code = f"F-{flag.pk:04d}"
    flag.save(update_fields=["code"])
    if email:
        _tell(act, flag, by_email=True)
        subject, text = letter(flag)
        act.effect("email", to=email, subject=subject, text=text)
    act.note(flag=flag.code)
    return flag


def _tell(act: Act, flag: Flag, by_email: bool) -> None:
    flag.told, flag.told_by_email, flag.publish_on = act.now, by_email, act.now + rules.time_to_reply()
    flag.save(update_fields=["told", "told_by_email", "publish_on"])


def letter(flag: Flag) -> tuple[str, str]:
    """Subject and text of what the party is told."""
    text = _(
        "A person of %(body)s looked at your process “%(title)s” and recorded a flag, %(code)s.\n\n"
        "Their reason: %(reason)s\n\n"
        "Nothing is public yet. You have %(days)d days to reply before the flag is published. "
        "You need no account; your private address is:\n%(address)s\n\n"
        "There you also see the evidence, and you can contest the flag. Another person answers."
    ) % {
        "body": settings.MINGA_BODY_NAME,
        "title": flag.case.title,
        "code": flag.code,
        "reason": flag.determination.reason,
        "days": rules.time_to_reply().days,
        "address": address_of(reverse("deliver:reply", args=[flag.token])),
    }
    return _("Flag %(code)s about your process: you may reply first") % {"code": flag.code}, text


@action("party.told")
def tell_party(act: Act, flag: Flag) -> Flag:
    """Note that the printed letter was sent; the days to reply count from now."""
    flag = _own(act, flag)
    if flag.told:
        raise Conflict(_("The party has been told already."), do=_("Look at the date on the flag's page."))
    _tell(act, flag, by_email=False)
    act.because(flag.determination)
    return flag


def _own(act: Act, flag: Flag) -> Flag:
    found = Flag.objects.select_for_update().filter(pk=flag.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This flag belongs to another project."))
    return found


def check_text(text: str) -> str:
    """The words of a visitor, stripped. Invalid where there are none or far too many."""
    required(text=text)
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            _("This text is too long."),
            do=_("Shorten it, or send the rest by letter."),
            fields={"text": _("At most %(most)d characters.") % {"most": LONGEST_TEXT}},
        )
    return text.strip()


@action("party.replied")
def reply_to_flag(act: Act, flag: Flag, token: str, text: str) -> PartyReply:
    """The party answers through its private address, without an account, before or after publication."""
    flag = _own(act, flag)
    if not constant_time_compare(token, flag.token):
        raise NotAllowed(_("This address does not belong to this flag."), do=_("Use the address in your letter."))
    act.because(flag, flag.determination)
    return PartyReply.objects.create(flag=flag, text=check_text(text), given=act.now)


@action("reply.moderated")
def moderate_reply(act: Act, reply: PartyReply, show: bool, reason: str = "") -> PartyReply:
    """A moderator lets a reply be shown, or keeps it back with a reason that the party reads."""
    reply = PartyReply.objects.select_for_update().get(pk=reply.pk)
    _own(act, reply.flag)
    if reply.state != PartyReply.State.WAITING:
        raise Conflict(_("This was moderated already."), do=_("Open the queue again."))
    if not show:
        required(reason=reason)
    reply.state = PartyReply.State.OPEN if show else PartyReply.State.MODERATED_OUT
    reply.moderation_reason, reply.moderated = reason.strip(), act.now
    reply.save(update_fields=["state", "moderation_reason", "moderated"])
    act.because(reply.flag)
    act.note(shown=show)
    return reply


@action("flag.published")
def publish_flag(act: Act, flag: Flag) -> Flag:
    """Make a confirmed flag public once the party has had its time and nothing of its own waits."""
    flag = _own(act, flag)
    if flag.published:
        raise Conflict(_("This flag is public already."))
    reasons = queries.held_back(flag, act.now)
    if reasons:
        raise Blocked(_("This flag is not published yet."), reasons=reasons)
    flag.published = act.now
    flag.save(update_fields=["published"])
    act.because(flag.determination)
    act.note(code=flag.code, state=flag.state)
    return flag
