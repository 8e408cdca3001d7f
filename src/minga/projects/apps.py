from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "minga.projects"

    def ready(self) -> None:
        from minga.instruments.actions.choosing import when_dropped
        from minga.ledger.action import use_permission
        from minga.projects.actions.tasks import drop_duties
        from minga.projects.roles import permits

        use_permission(permits)
        when_dropped(drop_duties)
