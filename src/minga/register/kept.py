"""What is costly to work out for a page and changes only when the ledger does, or the day."""

from collections.abc import Callable

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.models import RecordVersion

SECONDS = 6 * 3600


def kept[T](name: str, project: Project, version: RecordVersion | None, make: Callable[[], T]) -> T:
    """What ``make`` gives, kept until something happens on the project's chain; per language and day."""
    head = Entry.objects.filter(chain=project.chain).order_by("-seq").values_list("seq", flat=True).first()
    number = version.number if version else 0
    key = f"register:{name}:{project.chain}:{head}:{number}:{get_language()}:{timezone.localdate()}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, SECONDS)
    return found
