"""Canada's impact assessment, where the body has added its questionnaire and the project has answered it."""

from minga.instruments.models import AddedSet, Answer
from minga.instruments.queries import filled, values
from minga.instruments.surveyjs.aia import standing
from minga.projects.models import Project
from minga.tools.registers.parts import CaImpact

# Names that every version of that questionnaire has, and no other set known here.
KNOWN_BY = ("projectDetailsTitle", "projectDetailsPhase", "impact30")


def assessed_in_canada(project: Project) -> CaImpact | None:
    """The answers, what they score, and the version of the questionnaire that counts here; None without answers.

    A score, and the level, is stated only where nothing that is still open can change it.
    """
    given = Answer.objects.filter(chain=project.chain, about_kind="project", about_id=str(project.pk))
    names = set(given.values_list("set", flat=True).distinct())
    for added in AddedSet.objects.filter(set__in=names, kind=AddedSet.Kind.SURVEYJS).order_by("-added"):
        if all(name in added.content for name in KNOWN_BY):
            found = filled(project, added.set)
            return CaImpact(
                questionnaire_version=found.definition.version,
                answers=values(found.current),
                **standing(found.scores),
            )
    return None
