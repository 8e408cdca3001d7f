from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "minga.projects"

    def ready(self) -> None:
        from minga.ledger.action import use_permission
        from minga.projects.roles import permits

        use_permission(permits)
