"""How people found the service or the tool, always by whether they won. Reads only.

Ease has the form of UMUX-Lite: (a + b - 2) * 100 / 12 of two answers from 1 to 7. Whether a case went well for somebody
outweighs most of what they say about how it was handled (Esaiasson and others 2019), so nothing is shown over winners
and losers together.

Figures move in steps of ten: of each group only whole tens of answers count, the oldest first. So no figure, and no
difference between two days' figures, is about fewer than ten people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, variance
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from scipy.special import stdtrit

from minga.assess.models import Experience
from minga.deliver import doubt
from minga.deliver.models import Notice
from minga.instruments import library
from minga.instruments.checks import DefinitionError
from minga.instruments.definition import Definition, Scale, Single, choices, say
from minga.ledger.queries import SMALLEST_GROUP
from minga.people.models import Group
from minga.projects.models import Project
from minga.tools.base import Figure
from minga.tools.stats import wilson, wilson_of_share

SET = "experience"
EASE = ("capable", "easy")
SEVEN = tuple("1234567")
AGREES = 3
"""From this answer on, of 0 to 4, somebody agrees."""
ASKED = ("heard", "respect", "reasons", "fair", "trust")
ASKED_AT_WORK = ("useful", "free", "judge")
WON = (Experience.Won.YES, Experience.Won.PARTLY, Experience.Won.NO, Experience.Won.OPEN)
STAFF = "staff"


def question_set() -> Definition:
    """The set that ships, or the body's own licensed copy, whose path the setting MINGA_EXPERIENCE_SET names.

    Raises DefinitionError where the body's set lacks what the figures are computed from.
    """
    path = str(getattr(settings, "MINGA_EXPERIENCE_SET", ""))
    if not path:
        return library.shipped(SET)
    found = library.read(Path(path))
    problems = list(_lacking(found))
    if problems:
        raise DefinitionError(path, problems)
    return found


def _lacking(found: Definition) -> list[str]:
    problems = []
    for name in EASE:
        question = found.questions.get(name)
        if not isinstance(question, Single) or tuple(option.value for option in choices(question)) != SEVEN:
            problems.append(f'it needs the question "{name}" of type single with the options 1 to 7.')
    for name in ("given_by", "won"):
        ours = library.load(SET).questions[name]
        question = found.questions.get(name)
        known = {option.value for option in choices(ours)}
        if not isinstance(question, Single) or {option.value for option in choices(question)} != known:
            problems.append(f'it needs the question "{name}" with the options {", ".join(sorted(known))}.')
    for name in ("fair", "trust"):
        if not isinstance(found.questions.get(name), Scale):
            problems.append(f'it needs the question "{name}" of type scale.')
    return problems


def ease(answers: Mapping[str, Any]) -> float | None:
    """UMUX-Lite, 0 to 100; None unless both questions are answered."""
    given = [answers.get(name) for name in EASE]
    if not all(value in SEVEN for value in given):
        return None
    return (sum(int(str(value)) for value in given) - 2) * 100 / 12


def lock(*parts: object) -> str:
    """What keeps a second answer out, and tells nobody without this installation's secret whose the first was."""
    return salted_hmac("minga.assess.experience", "\0".join(map(str, parts)), algorithm="sha256").hexdigest()


def lock_of(notice: Notice) -> str:
    return lock("notice", notice.token)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean on 0..100 with its 95 % interval; ``of`` answers."""

    value: float
    low: float
    high: float
    of: int


def mean(values: Sequence[float]) -> Mean | None:
    """The mean of values in 0..100; None below ten.

    The interval is Wilson's for a share, with Student's quantile and as many cases as a yes-or-no answer of the same
    spread would need: n m (1 - m) / s^2, at least n. Unlike Student's it stays in 0..100 and is never a point.
    """
    n = len(values)
    if n < SMALLEST_GROUP:
        return None
    share, spread = fmean(values) / 100, variance(values) / 10_000
    effective = max(float(n), n * share * (1 - share) / spread) if spread else float(n)
    low, high = wilson_of_share(share, effective, float(stdtrit(n - 1, 0.975)))
    return Mean(100 * share, 100 * low, 100 * high, n)


@dataclass(frozen=True, slots=True)
class Part:
    """Those for whom it ended alike, or staff of one group. ``counted`` is 0 where fewer than ten answered.

    ``asked``: per question, the share that mostly or fully agrees.
    """

    key: str
    label: str
    counted: int
    ease: Mean | None
    asked: tuple[Figure, ...]

    def figure(self, question: str) -> Figure | None:
        return next((figure for figure in self.asked if figure.metric == question), None)


@dataclass(frozen=True, slots=True)
class Gap:
    """Share that agrees among those who won less that among those who lost, -1..1, with Newcombe's interval."""

    question: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Report:
    """``people`` by how it ended, ``staff`` by group; parts without figures are named all the same."""

    people: tuple[Part, ...]
    staff: tuple[Part, ...]
    gaps: tuple[Gap, ...]

    @property
    def judged(self) -> bool:
        return any(part.counted for part in (*self.people, *self.staff))

    def part(self, key: str) -> Part | None:
        return next((part for part in (*self.people, *self.staff) if part.key == key), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "people": [asdict(part) for part in self.people],
            "staff": [asdict(part) for part in self.staff],
            "gaps": [asdict(gap) for gap in self.gaps],
        }


def report(project: Project) -> Report:
    """What people and staff said about a project's tool, for everybody to read. One query."""
    rows = list(Experience.objects.filter(project=project).order_by("pk"))
    at_work = [row for row in rows if row.answers.get("given_by") == STAFF]
    others = [row for row in rows if row.answers.get("given_by") != STAFF]
    people = tuple(
        _part(won.value, str(won.label), [row for row in others if row.won == won], ASKED) for won in WON
    )  # fmt: skip
    groups = [(group, [row for row in at_work if row.group == group]) for group in Group]
    staff = tuple(
        _part(group.value, str(group.label), found, ASKED_AT_WORK) for group, found in groups if found
    )  # fmt: skip
    return Report(people, staff, tuple(_gaps(people)))


def _part(key: str, label: str, rows: Sequence[Experience], asked: Sequence[str]) -> Part:
    counted = _whole_tens(rows)
    points = _whole_tens([row.ease for row in counted if row.ease is not None])
    return Part(key, label, len(counted), mean(points), tuple(_agreeing(name, key, counted) for name in asked))


def _whole_tens[T](rows: Sequence[T]) -> Sequence[T]:
    return rows[: len(rows) - len(rows) % SMALLEST_GROUP]


def _agreeing(question: str, part: str, rows: Sequence[Experience]) -> Figure:
    given = _whole_tens([row.answers[question] for row in rows if isinstance(row.answers.get(question), int)])
    agreeing = sum(value >= AGREES for value in given)
    if len(given) < SMALLEST_GROUP:
        return Figure(question, part, 0, 0, None, None, None)
    return Figure(question, part, agreeing, len(given), agreeing / len(given), *wilson(agreeing, len(given)))


def _gaps(people: Sequence[Part]) -> list[Gap]:
    """Only where both won and lost are judged."""
    by_key = {part.key: part for part in people}
    won, lost = by_key[Experience.Won.YES], by_key[Experience.Won.NO]
    found = []
    for question in ASKED:
        one, other = won.figure(question), lost.figure(question)
        if one and other and one.value is not None and other.value is not None:
            found.append(Gap(question, *doubt.difference((one.count, one.of), (other.count, other.of))))
    return found


def titles() -> dict[str, str]:
    """Question id -> its words in the language of this request."""
    language = get_language() or "en"
    return {id: say(question.ask, language) for id, question in question_set().questions.items()}
