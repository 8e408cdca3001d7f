"""Work of the desk that takes longer than a request."""

import logging

from django.tasks import task

from minga.deliver import advising
from minga.deliver.actions.advising import keep_advice
from minga.deliver.actions.draws import draw_cases
from minga.deliver.models import Case, CaseFile, Service
from minga.design.models import Dataset, Release
from minga.ledger.action import SYSTEM, By
from minga.ledger.refusals import Conflict, NotAllowed
from minga.people.models import Person

log = logging.getLogger("minga.deliver")


@task
def draw(release_id: int, dataset_id: int, once: str) -> None:
    """Draw cases in the background; repeated after a lost worker it draws the same cases once."""
    release = Release.objects.select_related("project", "version").get(pk=release_id)
    dataset = Dataset.objects.get(pk=dataset_id)
    draw_cases(By(SYSTEM, once=once), release.project, release, dataset)


@task
def advise_case(case_id: int) -> int:
    """Ask the tool about this case and all others of its service that wait; returns how many.

    A later task finds its case settled and returns at once, so that many cases cost few starts of a sandbox.
    """
    case = Case.objects.select_related("service__project").get(pk=case_id)
    if case.service is None or case.advised is not None:
        return 0
    return advise_waiting(case.service)


def advise_waiting(service: Service) -> int:
    """Ask the tool about all cases of a service that wait, some at a time; returns how many were asked about."""
    done = 0
    while cases := advising.waiting(service):
        keep_advice(By(SYSTEM), service.project, service, advising.ask(service, cases))
        done += len(cases)
    return done


@task
def take_over(file_id: int, person_id: int) -> int:
    """Take over what is left of a file of cases, for the person who asked; returns how many rows it has gone through.

    After a lost worker it goes on where it stopped. Where the person may no longer do so, it waits for another.
    """
    from minga.deliver import casefiles

    file = CaseFile.objects.select_related("service__project").get(pk=file_id)
    try:
        return casefiles.go_on(Person.objects.get(pk=person_id).actor, file).done
    except (Conflict, NotAllowed) as refused:
        log.warning("The file of cases %s stands still: %s", file_id, refused)
        return CaseFile.objects.get(pk=file_id).done
