"""What follows when a case is decided: a flag, or for a person's case a notice, a second reader, the hand-over."""

from minga.deliver import handover, notices, rules
from minga.deliver.actions.desk import free
from minga.deliver.actions.flags import raise_flag
from minga.deliver.lots import drawn_at
from minga.deliver.models import Case, Determination, SecondReading, Service
from minga.ledger.action import SYSTEM, Act, By, action


def close(act: Act, case: Case, made: Determination, counts: bool) -> None:
    """End the case, or send it to a second reader.

    Of a drawn case nothing follows without ``counts`` (shadow); a person's case always has its consequences.
    """
    if made.choice == Determination.Choice.CANNOT_TELL:
        could_not = case.determinations.filter(choice=Determination.Choice.CANNOT_TELL)
        if could_not.values("person").distinct().count() < 2:
            free(case)
            return
        case.state = Case.State.UNDECIDED
    else:
        case.state = Case.State.DECIDED
    case.closed_at = act.now
    case.save(update_fields=["state", "closed_at"])
    if case.service is not None:
        _after_service(act, case, case.service, made)
        return
    if case.state == Case.State.DECIDED and drawn_at(case.project.chain, "second", case.process, rules.second_share()):
        ask_second(By(SYSTEM, act.by.also("second").once, act.by.happened, act.by.history), act.place, case)
    if made.adverse and counts:
        raise_flag(act, made)


def _after_service(act: Act, case: Case, service: Service, made: Determination) -> None:
    """Nothing follows from practice, and an undecided case waits for the lead's word outside this system."""
    if case.rehearsal or case.state != Case.State.DECIDED:
        return
    if drawn_at(case.project.chain, "second", case.process, service.second_share):
        ask_second(act.by.also("second"), act.place, case)
    notices.after_determination(act, made)
    handover.send(act, made)


@action("second.asked")
def ask_second(act: Act, case: Case) -> SecondReading:
    """Draw a decided case for a second reader, who decides it blind. Asking again gives the one that was asked."""
    reading, _made = SecondReading.objects.get_or_create(case=case, defaults={"asked": act.now})
    act.because(case)
    return reading
