"""What happens with people who know: they enter themselves, projects ask, they accept or decline and give hours."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from minga.learning import matching
from minga.learning.models import Expert, HelpOffer, HelpRequest
from minga.learning.skills import SKILLS
from minga.ledger.action import Act, action, may
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, required

MOST_HOURS = Decimal(2000)


@action("expert.entered")
def enter_expert(
    act: Act, skills: list[str], more: str = "", languages: str = "", body: str = "", availability: str = "now",
    hours: int = 0, listed: bool = False,
) -> Expert:  # fmt: skip
    """Say what one knows, or change it. ``listed``: shown in the public directory; projects can ask either way."""
    if availability not in Expert.Availability.values:
        raise Invalid(_("There is no such choice."), fields={"availability": _("Choose one.")})
    values = {
        "skills": known_skills(skills), "more": more.strip(), "languages": languages.strip()[:120],
        "body": body.strip()[:200], "availability": availability, "hours": hours, "listed": listed,
    }  # fmt: skip
    act.note(skills=values["skills"], listed=listed)
    found = Expert.objects.filter(person_id=act.person_id, ended=None).first()
    if found is None:
        return Expert.objects.create(person_id=act.person_id, entered=act.now, **values)
    for name, value in values.items():
        setattr(found, name, value)
    found.save()
    return found


@action("expert.ended")
def end_expert(act: Act) -> Expert:
    """Take oneself out of the directory; what one wrote about oneself goes, the help given stays counted."""
    found = Expert.objects.filter(person_id=act.person_id, ended=None).first()
    if found is None:
        raise Conflict(_("You are not in the directory."))
    found.ended, found.listed = act.now, False
    found.skills, found.more, found.languages, found.body = [], "", "", ""
    found.save()
    return found


@action("help.asked", level="group")
def ask_help(
    act: Act, skills: list[str], text: str, hours: int = 0, until: date | None = None, because: Iterable[Any] = (),
) -> HelpRequest:  # fmt: skip
    """Ask, for a project, for people with some skills; those whose skills overlap most are asked at once."""
    required(text=text)
    act.because(*because)
    wanted = known_skills(skills)
    made = HelpRequest.objects.create(
        **about(act.place), skills=wanted, text=text.strip(), hours=hours, until=until, asked_by_id=act.person_id,
        asked=act.now,
    )  # fmt: skip
    asked = matching.best(wanted, without=act.person_id)
    for expert, overlap in asked:
        HelpOffer.objects.create(request=made, expert=expert, overlap=overlap, proposed=act.now)
        if expert.person.email:
            act.effect("email", to=expert.person.email, **_letter(made))
    act.note(skills=wanted, asked=len(asked))
    return made


def _letter(made: HelpRequest) -> dict[str, str]:
    address = f"{settings.MINGA_ADDRESS}{made.get_absolute_url()}"
    text = _("The project “%(title)s” asks for your help: %(text)s\n\nAccept or decline here: %(address)s")
    return {
        "subject": made.ledger_title,
        "text": text % {"title": made.project_title, "text": made.text, "address": address},
    }


@action("help.accepted")
def accept_request(act: Act, request: HelpRequest, note: str = "") -> HelpOffer:
    """Help with a request: somebody who was asked, or anybody in the directory who offers by themselves."""
    offer = _own_offer(act, request)
    if offer.state in (HelpOffer.State.ACCEPTED, HelpOffer.State.DONE):
        raise Conflict(_("You help with this already."))
    return _answer(act, offer, HelpOffer.State.ACCEPTED, note)


@action("help.declined")
def decline_request(act: Act, request: HelpRequest, note: str = "") -> HelpOffer:
    """Say that one cannot help. No reason is asked."""
    offer = _own_offer(act, request)
    if offer.state == HelpOffer.State.DONE:
        raise Conflict(_("You have helped with this already."))
    return _answer(act, offer, HelpOffer.State.DECLINED, note)


def _answer(act: Act, offer: HelpOffer, state: str, note: str) -> HelpOffer:
    offer.state, offer.note, offer.answered = state, note.strip(), act.now
    offer.save()
    act.because(offer.request)
    return offer


@action("help.given")
def give_hours(act: Act, offer: HelpOffer, hours: Decimal, note: str = "") -> HelpOffer:
    """Say how many hours somebody helped: they themselves, or whoever may close the request."""
    if offer.request.project_id != str(act.place.pk):
        raise Conflict(_("This belongs to another project."))
    mine = offer.expert.person_id == act.person_id
    if not mine and not may(act.actor, act.place, "help.closed"):
        raise NotAllowed(_("Only who helped, or the project, says how many hours it took."))
    if offer.state not in (HelpOffer.State.ACCEPTED, HelpOffer.State.DONE):
        raise Blocked(_("Nobody has accepted this request yet."), do=_("Accept it first."))
    if not 0 < hours <= MOST_HOURS:
        words = _("Write the hours as a number above 0.")
        raise Invalid(words, fields={"hours": words})
    offer.state, offer.hours, offer.note = HelpOffer.State.DONE, hours, note.strip() or offer.note
    offer.save()
    act.because(offer.request)
    act.note(hours=str(hours))
    return offer


@action("help.closed", level="group")
def close_request(act: Act, request: HelpRequest, outcome: str) -> HelpRequest:
    """Close a request with what came of it."""
    required(outcome=outcome)
    found = _here(act, request)
    found.state, found.outcome = HelpRequest.State.CLOSED, outcome.strip()
    found.save(update_fields=["state", "outcome"])
    return found


def _own_offer(act: Act, request: HelpRequest) -> HelpOffer:
    found = _here(act, request)
    expert = Expert.objects.filter(person_id=act.person_id, ended=None).first()
    if expert is None:
        raise NotAllowed(_("Only people in the directory answer requests."), do=_("Enter what you know first."))
    overlap = [skill for skill in found.skills if skill in expert.skills]
    offer, _made = HelpOffer.objects.get_or_create(
        request=found, expert=expert, defaults={"overlap": overlap, "proposed": act.now}
    )
    return offer


def _here(act: Act, request: HelpRequest) -> HelpRequest:
    found = HelpRequest.objects.select_for_update().get(pk=request.pk)
    if found.project_id != str(act.place.pk):
        raise Conflict(_("This belongs to another project."))
    if found.state != HelpRequest.State.OPEN:
        raise Blocked(_("This request is closed."), do=_("Ask anew if there is more to do."))
    return found


def about(project: Any) -> dict[str, str]:
    """What a row keeps of its project, which this room does not know."""
    if getattr(project, "pk", None) is None:
        raise Invalid(_("This is asked for a project."), do=_("Open it from the project’s page."))
    return {"project_id": str(project.pk), "project_title": project.title[:200], "project_slug": project.slug}


def known_skills(skills: Iterable[str]) -> list[str]:
    """The skills in the order of the list, each once; Invalid for none at all and for unknown ones."""
    given = set(skills)
    if not given:
        raise Invalid(_("Something is missing."), fields={"skills": _("Choose at least one.")})
    if given - set(SKILLS):
        raise Invalid(_("There is no such skill."), fields={"skills": _("Choose from the list.")})
    return [skill for skill in SKILLS if skill in given]
