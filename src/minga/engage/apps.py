from django.apps import AppConfig


class EngageConfig(AppConfig):
    name = "minga.engage"

    def ready(self) -> None:
        from minga.people.actions import on_erasing

        on_erasing(_forget_author)


def _forget_author(key: str) -> None:
    """What somebody gave stays; that it was theirs does not."""
    from minga.engage.models import Contribution

    Contribution.objects.filter(author_key=key).update(author_key="")
