"""What happens to courses: added by the body, passed or not, measured without a name, and due again."""

import hashlib
from datetime import date

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from minga.instruments.definition import say
from minga.learning import shelf
from minga.learning.course import Course, CourseError, parse
from minga.learning.models import AddedCourse, Attempt, Certificate, Understanding, UnderstandingCount
from minga.learning.models.courses import plain_title
from minga.ledger.action import Act, action, in_batch
from minga.ledger.refusals import Blocked, Conflict, Invalid, NotAllowed
from minga.people.models import Group, Person


@action("course.added")
def add_course(act: Act, content: str, file_name: str) -> AddedCourse:
    """Add a course file of the body's own, or a new version of one. Call with ``BODY`` as the place."""
    try:
        course = parse(content, file_name)
    except CourseError as error:
        raise Invalid(
            _("This file is not a course that can be used, so nothing was added."),
            do=_("Correct what is listed and send the file again."),
            reasons=error.problems,
        ) from None
    if course.id in shelf.shipped():
        words = _("A course with the id “%(id)s” comes with Minga.") % {"id": course.id}
        raise Conflict(words, do=_("Give yours another id."))
    if AddedCourse.objects.filter(course=course.id, version=course.version).exists():
        raise Conflict(_("This version of the course is there already."), do=_("Raise the version number in the file."))
    act.note(course=course.id, version=course.version)
    return AddedCourse.objects.create(
        course=course.id, version=course.version, title=say(course.title, get_language() or "en")[:300],
        content=content, sha256=hashlib.sha256(content.encode()).hexdigest(), added=act.now,
    )  # fmt: skip


@in_batch("understanding.given")
def give_understanding(act: Act, course: str, before: list[str] | None, after: list[str]) -> Understanding:
    """Keep what one run through a course understood: ids of questions right before (None: not asked) and after."""
    found = _course(course)
    known = [asked.question.id for asked in found.questions]
    first = None if before is None else [id for id in known if id in before]
    then = [id for id in known if id in after]
    return Understanding.objects.create(
        course=found.id, version=found.version, before=None if first is None else len(first), after=len(then),
        of=len(known), day=timezone.localdate(act.now), right_before=first or [], right_after=then,
    )  # fmt: skip


@action("understanding.counted", level="collective")
def count_understandings(act: Act) -> UnderstandingCount:
    """Say in the ledger how many runs came in since the last count, by course; Invalid where none did."""
    earlier = UnderstandingCount.objects.order_by("-pk").first()
    rows = Understanding.objects.filter(pk__gt=earlier.last if earlier else 0).order_by("pk")
    found = list(rows.values_list("pk", "course", "version"))
    if not found:
        raise Invalid(_("Nobody has finished a course since the last count."))
    runs: dict[str, int] = {}
    for _pk, course, version in found:
        runs[f"{course} {version}"] = runs.get(f"{course} {version}", 0) + 1
    act.note(runs=runs)
    return UnderstandingCount.objects.create(last=found[-1][0], runs=len(found), counted=act.now)


@action("course.passed")
def pass_course(act: Act, course: str, right: list[str]) -> Certificate:
    """Give whoever acts the certificate of a course; ``right``: ids of the questions answered rightly."""
    found = _course(course)
    score = _score(found, right)
    if not found.passes(score):
        raise Blocked(
            _("The pass mark was not reached."),
            reasons=[_("%(score)s right, %(needed)s needed") % {"score": score, "needed": found.needed}],
            do=_("Read the pages again and answer once more."),
        )
    person = Person.objects.get(pk=act.person_id)
    act.note(course=found.id, version=found.version, score=score, of=len(found.questions))
    return Certificate.objects.create(
        person=person, course=found.id, version=found.version, title=dict(found.title), score=score,
        of=len(found.questions), named=person.group != Group.RESIDENTS, passed=act.now,
        valid_until=_until(act.now.date(), found.refresher_months),
    )  # fmt: skip


@action("course.failed")
def fail_course(act: Act, course: str, right: list[str]) -> Attempt:
    """Keep for whoever acts that they took a course and did not pass. The ledger does not say by how much."""
    found = _course(course)
    act.note(course=found.id, version=found.version)
    return Attempt.objects.create(
        person_id=act.person_id, course=found.id, version=found.version, score=_score(found, right),
        of=len(found.questions), taken=act.now,
    )  # fmt: skip


@action("certificate.named")
def name_holder(act: Act, certificate: Certificate, named: bool) -> Certificate:
    """Show one's name to whoever has the number of one's certificate, or stop showing it."""
    if certificate.person_id != act.person_id:
        raise NotAllowed(_("Only its holder decides whose name a certificate shows."))
    certificate.named = named
    certificate.save(update_fields=["named"])
    act.note(named=named)
    return certificate


@action("refresher.reminded")
def remind_of_refresher(act: Act, certificate: Certificate) -> Certificate:
    """Tell the holder by e-mail, where there is an address, that a certificate ends soon; once for each."""
    if certificate.reminded is not None:
        raise Conflict(_("The holder has been reminded already."))
    certificate.reminded = act.now
    certificate.save(update_fields=["reminded"])
    act.note(course=certificate.course, version=certificate.version)
    if certificate.person.email:
        act.effect("email", to=certificate.person.email, **_letter(certificate))
    return certificate


def _letter(certificate: Certificate) -> dict[str, str]:
    """Subject and text in both languages: nobody's language is kept."""
    parts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            title = plain_title(certificate.title, code)
            parts.append(gettext(
                "Your certificate of the course “%(title)s” is valid until %(until)s.\n"
                "Take the course again before then: %(address)s"
            ) % {"title": title, "until": certificate.valid_until.isoformat() if certificate.valid_until else "",
                 "address": f"{settings.MINGA_ADDRESS}/learning/courses/{certificate.course}/"})  # fmt: skip
    subjects = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            subjects.append(gettext("A course is due again"))
    return {"subject": " / ".join(subjects), "text": "\n\n".join(parts)}


def _course(id: str) -> Course:
    found = shelf.course(id)
    if found is None:
        raise Invalid(_("There is no such course."), do=_("Choose one from the list."))
    return found


def _score(course: Course, right: list[str]) -> int:
    return len({asked.question.id for asked in course.questions} & set(right))


def _until(day: date, months: int) -> date | None:
    """The same day so many months later, or the last of that month; None for no end."""
    if not months:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(number, day.day))
        except ValueError:
            continue
    raise AssertionError(f"no day in month {month + 1} of {year}")
