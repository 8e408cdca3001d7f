"""The overseer demands an answer by a day, and the body answers in public."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from minga.assess.models import Demand
from minga.ledger.action import Act, action
from minga.ledger.refusals import Conflict, Invalid, required


@action("demand.made")
def demand(act: Act, question: str, due: date | None) -> Demand:
    """Ask the body something that it has to answer by the end of ``due``, a day after today."""
    required(question=question, due=due)
    if due is None or due <= timezone.localdate(act.now):
        raise Invalid(_("The demand was not sent."), fields={"due": _("Give a day after today.")})
    made = Demand.objects.create(
        project=act.place,
        question=question.strip(),
        overseer_id=act.person_id,
        asked=act.now,
        due=timezone.make_aware(datetime.combine(due, time.max)),
    )
    act.because(act.place)
    act.note(due=due.isoformat())
    return made


@action("demand.answered")
def answer_demand(act: Act, asked: Demand, answer: str) -> Demand:
    """Answer a demand. An answer stands; what is to be added is a new demand's answer."""
    required(answer=answer)
    found = Demand.objects.select_for_update().filter(pk=asked.pk, project=act.place).first()
    if found is None:
        raise Invalid(_("This demand belongs to another project."), do=_("Open it from its own project."))
    if found.answered is not None:
        raise Conflict(_("This demand is answered already."), do=_("Read the answer on its page."))
    found.answer, found.answered, found.answered_by_id = answer.strip(), act.now, act.actor.person_id
    found.save()
    act.because(found)
    act.note(late=found.due < act.now)
    return found
