from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "minga.learning"

    def ready(self) -> None:
        from minga.people.actions import on_erasing

        on_erasing(_forget_expert)


def _forget_expert(key: str) -> None:
    """What somebody wrote about themselves goes; that a request was answered stays."""
    from django.utils import timezone

    from minga.learning.models import Certificate, Expert, HelpOffer

    mine = Expert.objects.filter(person__key=key)
    mine.update(skills=[], more="", languages="", body="", listed=False)
    mine.filter(ended=None).update(ended=timezone.now())
    HelpOffer.objects.filter(expert__person__key=key).update(note="")
    Certificate.objects.filter(person__key=key).update(named=False)
