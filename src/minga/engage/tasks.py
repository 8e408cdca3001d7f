"""What the worker does for this room. A task may be run again safely: its lease lapses when its worker is killed."""

from django.tasks import task
from django_tasks_db.models import DBTaskResult

from minga.engage import actions
from minga.engage.models import Conversation
from minga.engage.tallying import counted, is_due
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict


@task()
def tally_conversation(conversation_id: int) -> str:
    """Tally one conversation; returns what was done. Where nothing new came in, nothing is done."""
    conversation = Conversation.objects.select_related("project").get(pk=conversation_id)
    if not is_due(conversation):
        return "nothing new"
    found = counted(conversation)
    once = f"tally-{conversation.pk}-{found.cast}-{found.statements}"
    try:
        tally = actions.tally_votes(By(SYSTEM, once=once), conversation.project, conversation, found)
    except Conflict:
        return "tallied by another worker"
    return str(tally.digest)


def is_waiting(conversation: Conversation) -> bool:
    """Whether a tally of it is in the queue, is being made, or broke off and will be tried again."""
    path = tally_conversation.module_path
    tasks = DBTaskResult.objects.filter(task_path=path)
    left = tasks.exclude(status="SUCCESSFUL").exclude(status="FAILED", return_value__isnull=False)
    return any(task.args_kwargs["args"] == [conversation.pk] for task in left)
