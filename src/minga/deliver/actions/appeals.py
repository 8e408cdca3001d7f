"""A person says that the decision on their case is wrong; somebody who has not touched the case answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import override

from minga.deliver import handover, hearings, notices
from minga.deliver.actions.flags import address_of, check_text
from minga.deliver.models import Appeal, Case, Determination, Notice, Route, Service
from minga.deliver.showing import Withheld, withheld
from minga.design.actions.suites import propose_test_case
from minga.design.models import TestCase
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed, mail_address, required
from minga.people.models import Person
from minga.projects.roles import Role, roles_of
from minga.web.format import day

STAFF = {Role.FRONTLINE, Role.LEAD}
SPOKEN = (Route.PHONE, Route.POST, Route.COUNTER, Route.EMAIL)


@dataclass(frozen=True, slots=True)
class ForTool:
    """A case that the tool must get right from now on: the fields it reads, rewritten without personal data.

    ``invented``: who answers confirms that what still looks like a person's data is made up.
    """

    source: Mapping[str, Any]
    because: str
    invented: bool = False


# Submitting


@action("determination.appealed")
def submit_appeal(
    act: Act,
    determination: Determination,
    text: str,
    email: str = "",
    token: str = "",
    route: str = Route.WEB,
    received: datetime | None = None,
) -> Appeal:
    """Contest a determination: its person by the ``token`` of the notice, or staff for one who phoned, wrote or came.

    ``received``: when it reached the body, where that was before it is entered here; the time limit counts from it.
    """
    made = Determination.objects.select_for_update().filter(pk=determination.pk, case__project=act.place).first()
    notice = Notice.objects.filter(determination=made).first() if made else None
    if made is None or made.case.service is None or notice is None:
        raise Invalid(_("There is no decision here that could be contested."), do=_("Use the address in your notice."))
    _refuse_strangers(act, notice, token, route)
    when = _received(act, received, made)
    _refuse_late(notice, when)
    _refuse_second(made)
    appeal = Appeal.objects.create(
        determination=made,
        text=check_text(text),
        email=mail_address(email),
        route=route,
        received=when,
        due=when + timedelta(days=made.case.service.answer_days),
    )
    act.because(made)
    act.note(route=route, due=appeal.due.date().isoformat())
    _mail(
        act,
        appeal,
        _("Your appeal has arrived"),
        _("Somebody who has not touched your case answers it by %(due)s."),
    )
    return appeal


def _refuse_strangers(act: Act, notice: Notice, token: str, route: str) -> None:
    """The person comes with the token of their notice; staff enter what reached them by another route."""
    if token and constant_time_compare(token, notice.token) and route == Route.WEB:
        return
    if STAFF.isdisjoint(roles_of(act.actor, act.place)):
        raise NotAllowed(
            _("This address does not belong to this decision."), do=_("Use the address in your notice or letter.")
        )
    if route not in SPOKEN:
        raise Invalid(_("The appeal was not recorded."), fields={"route": _("Choose how the appeal reached you.")})


def _received(act: Act, received: datetime | None, made: Determination) -> datetime:
    when = received or act.now
    if when > act.now or timezone.localdate(when) < timezone.localdate(made.recorded):
        text = _("Give a day between the decision and today.")
        raise Invalid(_("The appeal was not recorded."), fields={"received": text})
    return when


def _refuse_late(notice: Notice, when: datetime) -> None:
    until = notices.until(notice, when)
    service = notice.case.service
    if until is not None and when > until and service is not None:
        contact = str(settings.MINGA_CONTACT)
        raise Blocked(
            _("The time to contest this decision has passed."),
            cause=_("It ended on %(day)s, %(days)d days after the notice was sent.")
            % {"day": day(until), "days": service.appeal_days},
            do=_("You can still ask us to look at it again: %(way)s")
            % {"way": " ".join(part for part in (service.other_route, contact) if part)},
        )


def _refuse_second(made: Determination) -> None:
    now = hearings.decision_now(made.case)
    if now is None or now.pk != made.pk:
        raise Conflict(
            _("This decision no longer stands, so there is nothing left to contest."),
            cause=_("It was changed since."),
            do=_("Use the notice about the newer decision."),
        )
    earlier = made.appeals.first()
    if earlier is None:
        return
    if earlier.state == Appeal.State.OPEN:
        raise Conflict(
            _("An appeal against this decision is open already."),
            cause=_("It was received on %(day)s.") % {"day": day(earlier.received)},
            do=_("You get its answer by %(due)s.") % {"due": day(earlier.due)},
        )
    raise Blocked(
        _("This decision was contested and answered."),
        cause=_("The answer was given on %(day)s.") % {"day": day(earlier.answered)},
        do=_("An ombudsperson or a court can look at it again; ask us how to reach them."),
    )


def _mail(act: Act, appeal: Appeal, subject: str, text: str) -> None:
    """To the address of the appeal, else to the contact of the case. The answer itself stands on the private page."""
    contact = notices.contact_of(appeal.determination.case)
    to = appeal.email or (contact.email if contact else "")
    if to:
        where = _("Your private page: %(address)s") % {
            "address": address_of(reverse("deliver:own_appeal", args=[appeal.token]))
        }
        body = str(settings.MINGA_BODY_NAME)
        filled = text % {"due": day(appeal.due)}
        act.effect("email", to=to, subject=subject, text=f"{filled}\n\n{where}\n\n{body}")


# Answering


@action("appeal.decided")
def decide_appeal(
    act: Act,
    appeal: Appeal,
    outcome: str,
    answer: str,
    new_outcome: str = "",
    for_tool: ForTool | None = None,
) -> Appeal:
    """Answer an appeal: the determination stands or is changed. Never by somebody who touched the case.

    A changed one becomes a new determination by who answers; the first is kept. Where the tool had advised what was
    wrong, ``for_tool`` is needed: it is proposed as a test case in the same transaction.
    """
    appeal = _locked(act, appeal)
    case = appeal.determination.case
    _refuse_who_touched(act, case)
    _check(appeal, outcome, answer, new_outcome, for_tool)
    changed = outcome == Appeal.Outcome.CHANGED
    appeal.state, appeal.outcome, appeal.answer = Appeal.State.ANSWERED, outcome, answer.strip()
    appeal.new_outcome = new_outcome if changed else ""
    appeal.answered, appeal.answered_by_id = act.now, act.person_id
    if changed and for_tool is not None and advice_was_wrong(appeal, new_outcome):
        appeal.test_case = _propose(act, appeal, for_tool)
    appeal.save(update_fields=["state", "outcome", "answer", "new_outcome", "answered", "answered_by", "test_case"])
    if changed:
        change_determination(act.by.also(f"appeal-{appeal.pk}"), act.place, appeal)
    act.because(appeal, appeal.determination)
    act.note(outcome=outcome, days=hearings.days_open(appeal), advice_was_wrong=advice_was_wrong(appeal, new_outcome))
    with override(notices.language_of(notices.holder_of(case))):
        _mail(act, appeal, _("Your appeal is answered"), _("The answer stands on your private page."))
    notices.forget_if_erased(case)
    return appeal


def _locked(act: Act, appeal: Appeal) -> Appeal:
    found = Appeal.objects.select_for_update().filter(pk=appeal.pk, determination__case__project=act.place).first()
    if found is None:
        raise Invalid(_("This appeal belongs to another project."))
    if found.state != Appeal.State.OPEN:
        raise Conflict(_("This appeal was answered already."), do=_("Open the list of appeals again."))
    return found


def _refuse_who_touched(act: Act, case: Case) -> None:
    if case.pk in hearings.touched([case.pk], act.actor):
        raise NotAllowed(
            _("You have touched this case, so you do not answer the appeal."),
            cause=_("An appeal is answered by somebody who never claimed, decided or read the case."),
            do=_("Leave it to a colleague."),
        )
    if not Person.objects.get(pk=act.person_id).display_name.strip():
        raise Blocked(_("An answer carries a name, and your account has none."), do=_("Add your name to your account."))


def advice_was_wrong(appeal: Appeal, new_outcome: str) -> bool:
    """Whether the tool had proposed what the appeal found wrong, seen by the person who decided or not.

    Never once the person has withdrawn their consent: then their case is of no more use to the tool.
    """
    case = appeal.determination.case
    proposal = case.told.proposal if case.advice and withheld(case, None) != Withheld.CONSENT else None
    return bool(new_outcome) and proposal is not None and service_of(appeal).outcome_advised(proposal) != new_outcome


def _check(appeal: Appeal, outcome: str, answer: str, new_outcome: str, for_tool: ForTool | None) -> None:
    required(answer=answer)
    fields = {}
    if outcome not in Appeal.Outcome.values:
        fields["outcome"] = _("Choose one of the two outcomes.")
    if outcome == Appeal.Outcome.CHANGED:
        fields |= _wrong_change(appeal, new_outcome, for_tool)
    if fields:
        raise Invalid(_("The answer was not recorded."), do=_("Mend what is marked and send it again."), fields=fields)


def _wrong_change(appeal: Appeal, new_outcome: str, for_tool: ForTool | None) -> dict[str, str]:
    service = service_of(appeal)
    if new_outcome not in {str(one["code"]) for one in service.outcomes}:
        return {"new_outcome": _("Choose what is decided now.")}
    if new_outcome == appeal.determination.outcome:
        return {"new_outcome": _("This is what was decided before. Choose another, or let the decision stand.")}
    if not advice_was_wrong(appeal, new_outcome):
        return {}
    if for_tool is None or not for_tool.because.strip():
        return {"because": _("The tool was wrong here. Say why, so that the case can become a test.")}
    return _wrong_source(appeal.determination.case, service, for_tool)


def _wrong_source(case: Case, service: Service, for_tool: ForTool) -> dict[str, str]:
    """A test case is public: it holds what the tool is given, and of personal fields not what the person wrote."""
    shown = {field["name"] for field in service.fields if field["shown_to_tool"]}
    outside = [name for name in for_tool.source if name not in shown]
    if outside:
        return {"because": _("A test case holds only fields that the tool is given, not: %(names)s.")
                % {"names": ", ".join(sorted(outside))}}  # fmt: skip
    kept = [
        str(field["words"])
        for field in service.fields
        if field["personal"] and _same(for_tool.source.get(field["name"]), case.source.get(field["name"]))
    ]
    if kept:
        return {"because": _("Rewrite what is personal, or leave it empty: %(names)s.") % {"names": ", ".join(kept)}}
    return {}


def _same(written: Any, own: Any) -> bool:
    told = str("" if written is None else written).strip().casefold()
    return bool(told) and told == str(own).strip().casefold()


def service_of(appeal: Appeal) -> Service:
    service = appeal.determination.case.service
    if service is None:
        raise ValueError("An appeal is about a case of a service.")
    return service


def _propose(act: Act, appeal: Appeal, for_tool: ForTool) -> TestCase:
    asked, source = act.by.also(f"test-{appeal.pk}"), dict(for_tool.source)
    because, invented = for_tool.because.strip(), for_tool.invented
    return propose_test_case(asked, act.place, source, _expected(appeal), because, invented=invented, follows=(appeal,))


def _expected(appeal: Appeal) -> str:
    """The new outcome as the tool would say it: some tools propose its code, some its words."""
    service = service_of(appeal)
    proposal = (appeal.determination.case.told.proposal or "").strip().casefold()
    by_code = proposal == service.outcome_advised(proposal).casefold()
    return appeal.new_outcome if by_code or not proposal else service.outcome_words(appeal.new_outcome)


@action("determination.changed")
def change_determination(act: Act, appeal: Appeal) -> Determination:
    """Within ``decide_appeal``: the new determination, its notice, and its way back to the body's own system."""
    first = appeal.determination
    case = first.case
    made = Determination.objects.create(
        case=case,
        person_id=act.person_id,
        choice=_choice(case, service_of(appeal), appeal.new_outcome),
        outcome=appeal.new_outcome,
        reason=appeal.answer,
        before_advice=False,
        difference={"appeal": appeal.pk, "before": first.outcome, "after": appeal.new_outcome},
        recorded=act.now,
    )
    act.because(appeal, first)
    act.note(outcome=made.outcome)
    notices.after_determination(act, made)
    handover.send(act, made)
    return made


def _choice(case: Case, service: Service, outcome: str) -> str:
    """Whether the outcome is the one that the tool had advised, as for every case of a service."""
    proposal = case.told.proposal if case.advice else None
    if proposal is None:
        return Determination.Choice.UNAIDED
    same = service.outcome_advised(proposal) == outcome
    return Determination.Choice.ACCEPT if same else Determination.Choice.REJECT
