"""Work of the desk that takes longer than a request."""

from django.tasks import task

from minga.deliver.actions import draw_cases
from minga.design.models import Dataset, Release
from minga.ledger.action import SYSTEM, By


@task
def draw(release_id: int, dataset_id: int, once: str) -> None:
    """Draw cases in the background; repeated after a lost worker it draws the same cases once."""
    release = Release.objects.select_related("project", "version").get(pk=release_id)
    dataset = Dataset.objects.get(pk=dataset_id)
    draw_cases(By(SYSTEM, once=once), release.project, release, dataset)
