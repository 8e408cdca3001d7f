"""What the body does beside its projects: offices, money, a working group, a call, courses, questions on records."""

from datetime import timedelta

from minga.portal.demonstration.body import asking, buying, learning, steering
from minga.portal.demonstration.data import WEEKS
from minga.portal.demonstration.teller import Teller
from minga.projects.models import Project

LAST_DAY = WEEKS * 7


def tell(t: Teller, first: Project, second: Project) -> None:
    """Told after both stories, on days of theirs: each entry says when it is said to have happened."""
    own = Teller(None, t.people, told="body_")
    own.project = second
    steering.tell(own, first, second)
    buying.tell(own, second)
    learning.tell(own, second)
    asking.tell(own, first, second)
    own.moment = own.start + timedelta(days=LAST_DAY)
