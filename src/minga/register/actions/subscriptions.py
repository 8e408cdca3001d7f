"""Following a record by e-mail: asked, confirmed through the address itself, and left with one click."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, mail_address, required
from minga.projects.models import Project
from minga.register.models import RecordVersion, Subscription


@action("subscription.asked")
def follow(act: Act, email: str, every: bool = False) -> Subscription:
    """Ask for news of this record, or of ``every`` record; nothing is sent before the address confirms it."""
    required(email=email)
    address = mail_address(email)
    project: Project | None = None if every else act.place
    found = Subscription.objects.filter(project=project, email__iexact=address, ended=None).first()
    if found is None:
        found = Subscription.objects.create(
            project=project, email=address, language=(get_language() or "en")[:2], asked=act.now
        )
    act.because(project)
    if found.confirmed is None:
        link = _link("register:subscription", found)
        text = _("To get an e-mail whenever a version is published, open this address and confirm:")
        act.effect("email", to=address, subject=_("Confirm: news of the public record"), text=f"{text}\n\n{link}")
    return found


def _link(name: str, subscription: Subscription) -> str:
    return settings.MINGA_ADDRESS.rstrip("/") + reverse(name, args=[subscription.token])


@action("subscription.confirmed")
def confirm(act: Act, subscription: Subscription) -> Subscription:
    """The address answers that it wants the news."""
    found = Subscription.objects.select_for_update().get(pk=subscription.pk)
    if found.ended is not None:
        raise Conflict(_("This subscription has ended."), do=_("Ask again on the page of the record."))
    found.confirmed = found.confirmed or act.now
    found.save(update_fields=["confirmed"])
    act.because(found)
    return found


@action("subscription.ended")
def leave(act: Act, subscription: Subscription) -> Subscription:
    """Leave: the address is erased at once; leaving twice changes nothing."""
    found = Subscription.objects.select_for_update().get(pk=subscription.pk)
    found.email, found.ended = "", found.ended or act.now
    found.save(update_fields=["email", "ended"])
    act.because(found)
    return found


def tell_followers(act: Act, version: RecordVersion) -> int:
    """Put an e-mail into the outbox for everybody who follows this record or all of them; returns how many."""
    wanted = Subscription.objects.filter(ended=None).exclude(confirmed=None)
    reached = set()
    for one in wanted.filter(project=version.project) | wanted.filter(project=None):
        if one.email.casefold() in reached:
            continue
        reached.add(one.email.casefold())
        with override(one.language):
            act.effect("email", to=one.email, **_news(version, one))
    return len(reached)


def _news(version: RecordVersion, subscription: Subscription) -> dict[str, str]:
    site = settings.MINGA_ADDRESS.rstrip("/")
    parts = [
        _("Version %(number)s of the public record of “%(title)s” is out.")
        % {"number": version.number, "title": version.project.title},
        version.note,
        site + version.get_absolute_url(),
        _("Leave with one click: %(address)s") % {"address": _link("register:subscription", subscription)},
    ]
    subject = _("Public record of “%(title)s”: version %(number)s")
    words = {"title": version.project.title, "number": version.number}
    return {"subject": subject % words, "text": "\n\n".join(part for part in parts if part)}
