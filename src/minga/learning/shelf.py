"""Every course there is: those that ship in ``courses/`` and those that the body added."""

from functools import lru_cache
from pathlib import Path

from minga.learning.course import Course, CourseError, parse, read
from minga.learning.models import AddedCourse

COURSES = Path(__file__).parent / "courses"
# Whom a course is for, in the order of the page: everybody first.
ORDER = ("public", "staff", "decision_makers")


@lru_cache(maxsize=1)
def shipped() -> dict[str, Course]:
    """The courses that come with Minga, by id."""
    found = [parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(COURSES.glob("*.toml"))]
    return {course.id: course for course in found}


@lru_cache(maxsize=64)
def _parsed(content: str, where: str) -> Course:
    return read(content, where)


def courses() -> dict[str, Course]:
    """All courses by id, each in its newest version: for everybody first, then for staff, then for who decides."""
    rows = {row.course: row for row in AddedCourse.objects.order_by("added", "pk")}
    added = {id: _parsed(row.content, f"{id}.toml") for id, row in rows.items()}
    found = {**added, **shipped()}
    return dict(sorted(found.items(), key=lambda pair: (ORDER.index(pair[1].audience), pair[0])))


def course(id: str) -> Course | None:
    """The newest version of the course ``id``; None where there is none."""
    if id in shipped():
        return shipped()[id]
    row = AddedCourse.objects.filter(course=id).order_by("-added", "-pk").first()
    return _parsed(row.content, f"{id}.toml") if row else None


__all__ = ["ORDER", "CourseError", "course", "courses", "shipped"]
