from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "minga.projects"

    def ready(self) -> None:
        from minga.instruments.actions.choosing import when_dropped
        from minga.ledger.action import use_permission
        from minga.people.actions import on_erasing
        from minga.projects.actions.tasks import drop_duties
        from minga.projects.roles import permits

        use_permission(permits)
        when_dropped(drop_duties)
        on_erasing(_unname_thanks)


def _unname_thanks(key: str) -> None:
    """The name under which somebody was thanked for a task goes with them; the task stays done."""
    from django.db.models import Q

    from minga.projects.models import Task

    Task.objects.filter(Q(owner__key=key) | Q(owner=None, closed_by__key=key)).update(credit="")
