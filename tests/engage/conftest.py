"""One open conversation that the tests of this room share."""

import pytest

from minga.engage.actions import open_conversation
from minga.engage.models import Conversation
from minga.projects.models import Project
from tests.conftest import Cast, by

SEEDS = [
    "Whoever is flagged must see why.",
    "A warning on half of all tenders is no warning.",
    "The tool may lower the score of a bidder by itself.",
    "A wrong flag must be marked as wrong in public.",
    "Emergency purchases should be left out.",
]


@pytest.fixture
def conversation(project: Project, cast: Cast) -> Conversation:
    """Open to anybody, with five statements; new ones wait for a moderator."""
    return open_conversation(by(cast.fabia), project, title="When should a tender set off a warning?", seeds=SEEDS)
