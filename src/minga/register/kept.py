"""What is costly to work out for a page and changes only when the ledger does, or the day."""

from collections.abc import Callable

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

from minga import __version__
from minga.ledger.models import Entry
from minga.projects.models import Project
from minga.register.models import RecordVersion

# What was changed behind the ledger's back is seen after this time at the latest.
SECONDS = 600


def kept[T](
    name: str, project: Project, version: RecordVersion | None, make: Callable[[], T], seconds: int = SECONDS
) -> T:
    """What ``make`` gives, kept until something happens on the project's chain; per language and day."""
    head = Entry.objects.filter(chain=project.chain).order_by("-seq").values_list("seq", flat=True).first()
    number = version.number if version else 0
    day, language = timezone.localdate(), get_language()
    key = f"register:{__version__}:{name}:{project.chain}:{head}:{number}:{language}:{day}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, seconds)
    return found
