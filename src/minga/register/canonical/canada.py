"""Canada's impact assessment, where the body has added its questionnaire and the project has answered it."""

from minga.instruments.models import AddedSet, Answer
from minga.instruments.queries import current, values
from minga.projects.models import Project
from minga.tools.registers.parts import CaImpact

# Names that every version of that questionnaire has, and no other set known here.
KNOWN_BY = ("projectDetailsTitle", "projectDetailsPhase", "impact30")


def assessed_in_canada(project: Project) -> CaImpact | None:
    """The answers with the version of the questionnaire that they belong to; None where there are none."""
    given = Answer.objects.filter(chain=project.chain, about_kind="project", about_id=str(project.pk))
    names = set(given.values_list("set", flat=True).distinct())
    for added in AddedSet.objects.filter(set__in=names, kind=AddedSet.Kind.SURVEYJS).order_by("-added"):
        if all(name in added.content for name in KNOWN_BY):
            answers = current(project, added.set)
            versions = {answer.set_version for answer in answers.values()}
            version = max(versions, default=added.version)
            return CaImpact(questionnaire_version=version, answers=values(answers))
    return None
