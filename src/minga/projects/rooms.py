"""Where a person adds the evidence that a gate needs: the one list of other rooms' pages that this room knows."""

from django.urls import NoReverseMatch, reverse

from minga.projects.models import Project

# Ledger action -> the name of the page with its form. All take the project's slug.
PAGES = {
    "need.stated": "commission:state",
    "why.answered": "commission:need",
    "priors.searched": "commission:priors",
    "option.compared": "commission:options",
    "project.ended_without_ai": "commission:without_ai",
    "stakeholder.listed": "commission:stakeholders",
    "stakeholder.assessed": "commission:stakeholders",
    "beneficiary.estimated": "commission:stakeholders",
    "partnership.agreed": "commission:partnership",
    "dataset.imported": "design:datasets",
    "dataset.assessed": "design:datasets",
    "contribution.submitted": "engage:contribute",
    "criterion.approved": "design:criteria",
    "check.finished": "design:checks",
    "version.registered": "design:versions",
    "release.created": "design:releases",
    "stage.changed": "deliver:stages",
    "determination.recorded": "deliver:desk",
    "review.answered": "assess:reviews",
}
# Question sets of a step that another room asks, about its own things.
ANSWERED_ELSEWHERE = frozenset({"data"})


def page_for(project: Project, action: str) -> str:
    """The address of the form for ``action``; empty where no room of this installation has one."""
    name = PAGES.get(action)
    try:
        return reverse(name, args=[project.slug]) if name else ""
    except NoReverseMatch:
        return ""
