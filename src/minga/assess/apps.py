from django.apps import AppConfig


class AssessConfig(AppConfig):
    name = "minga.assess"

    def ready(self) -> None:
        """Add this room's duties to the list that a release must meet before a stage."""
        from minga.assess import duties  # noqa: F401
