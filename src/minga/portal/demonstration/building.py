"""Steps 5 and 6: people object, their words become criteria, versions are checked, one is released."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from minga.design import actions as design
from minga.design import evaluation
from minga.design.models import Check, Criterion, Dataset, Release, ToolVersion
from minga.engage import actions as engage
from minga.engage.models import Contribution
from minga.portal.demonstration.data import Data
from minga.portal.demonstration.teller import LAW, Teller
from minga.tools.redflags.evaluate import choose_limits
from minga.tools.redflags.settings import Settings

SMALLEST = 30
# The share under which limits are chosen, stricter each time until they hold on later calls.
TARGETS = (0.2, 0.15, 0.1, 0.05)
START_SETTINGS = "".join(
    f"[R{code}]\n" + ("threshold = 0.005\n" if code == "024" else "")
    for code in ("003", "018", "024", "025", "028", "030", "035", "036", "038", "048", "058")
)


def prototype(t: Teller, data: Data) -> ToolVersion | None:
    """The default fails; limits per method are tried until they hold on later calls. None where none does."""
    t.at(46)
    default = _register(t, "0.1", "", t.words["versions"]["default"], None, [])
    said = contributions(t)
    t.at(66)
    criteria = [_propose(t, row, data, said) for row in t.words["criterion"]]
    _ballot(t, criteria, said)
    t.at(80)
    check(t, default, criteria)
    # Without later calls one try shows it: a check on the data that limits were chosen on never counts.
    for number, target in enumerate(TARGETS if data.later != data.earlier else TARGETS[:1], start=2):
        t.at(80 + 3 * number)
        note = t.words["versions"]["chosen"].format(percent=round(target * 100))
        version = _register(t, f"0.{number}", chosen(data.earlier, target), note, data.earlier, [said])
        if all(made.is_pass for made in check(t, version, criteria)):
            t.at(97)
            t.gate(5)
            return version
    return None


def contributions(t: Teller) -> Contribution:
    """What people said about the prototype, and what was decided on it; returns the one that became criteria."""
    t.at(49)
    rows = t.words["contribution"]
    given = [engage.submit(t.by(row["who"]), t.project, text=row["text"], kind=row["kind"]) for row in rows]
    t.at(52)
    again = engage.submit(t.by("visitor"), t.project, text=t.words["again"]["text"])
    t.at(53)
    engage.moderate(t.by("mora"), t.project, again, show=False, reason="duplicate", duplicate_of=given[0])
    t.at(60)
    for contribution, row in zip(given, rows, strict=True):
        engage.decide(
            t.by("lena"), t.project, contribution, outcome=row["outcome"], reason=row["reason"], reply=row["reason"]
        )
    return given[0]


def _propose(t: Teller, row: dict[str, Any], data: Data, said: Contribution) -> Criterion:
    return design.propose_criterion(
        t.by("fabia"), t.project, **row, dataset=data.later, minimum_group=SMALLEST, contribution=said
    )


def _ballot(t: Teller, criteria: list[Criterion], said: Contribution) -> None:
    ballot = engage.open_ballot(
        t.by("fabia"),
        t.project,
        text=t.words["ballot"]["text"],
        about="criterion",
        params=[criterion.params for criterion in criteria],
        closes=t.moment + timedelta(days=7),
        quorum=5,
        because=[said, *criteria],
    )
    t.at(68)
    for name, choice in t.words["ballot"]["votes"].items():
        engage.cast(t.by(name), t.project, ballot, choice)
    t.at(75)
    ballot = engage.close_ballot(t.by("system"), t.project, ballot)
    for criterion in criteria:
        design.approve_criterion(t.by("ada"), t.project, criterion, ballot=ballot)


def _register(
    t: Teller, number: str, settings: str, note: str, chosen_on: Dataset | None, because: list[Contribution]
) -> ToolVersion:
    return design.register_version(
        t.by("dario"),
        t.project,
        tool="redflags",
        version=number,
        settings=settings,
        change_note=note,
        chosen_on=chosen_on,
        because=because,
    )


def chosen(earlier: Dataset, target: float) -> str:
    """Limits chosen on the earlier calls, each with a field for the law that it comes from."""
    limits = choose_limits(earlier.path, target, minimum=SMALLEST, settings=Settings.read(START_SETTINGS))
    return _cautious(limits).as_toml().replace('law = ""', f'law = "{LAW}"')


def _cautious(settings: Settings) -> Settings:
    """A method that was too rare to choose a limit on gets the lowest limit of all."""
    days = [limit.days for limit in settings.limits().values()]
    if not days:
        return settings
    calls = {**settings.options["R003"], "threshold": min(days)}
    return replace(settings, options={**settings.options, "R003": calls})


def check(t: Teller, version: ToolVersion, criteria: list[Criterion]) -> list[Check]:
    """The checks really run, now; only their date is told."""
    made = []
    for criterion in criteria:
        criterion.refresh_from_db()
        asked = design.request_check(t.by("dario"), t.project, criterion, version)
        made.append(design.finish_check(t.by("system"), t.project, asked, evaluation.run(asked)))
    return made


def build(t: Teller, version: ToolVersion) -> Release:
    t.at(100)
    release = design.create_release(t.by("lena"), t.project, version)
    t.gate(6)
    return release
