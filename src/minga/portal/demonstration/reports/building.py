"""Steps 5 and 6: what people said binds the tool, a version fails in Spanish, another passes and is tried by hand."""

from minga.design import actions as design
from minga.design import evaluation, tools, trials
from minga.design.models import Criterion, Dataset, Release, ToolVersion, Trial
from minga.engage import actions as engage
from minga.engage.models import Contribution
from minga.portal.demonstration.reports.data import Data
from minga.portal.demonstration.reports.telling import Story
from minga.portal.demonstration.reports.texts import for_suite

SETTINGS = """[columns]
label = "desk"
case = "id"

[costs]
wrong_route = 2
reading = 1

[service]
out_of_scope_share = 0.02
"""
TESTS = 40
TRIAL_DAYS = 5


def prototype(story: Story, found: Data) -> ToolVersion:
    """The first version fails in Spanish, the second passes."""
    said = _contributions(story)
    criterion = _criterion(story, found, said)
    _checked(story, 54, "1.0", found.english, "first", criterion)
    version = _checked(story, 57, "1.1", found.both, "second", criterion)
    _tests(story, said)
    _trial(story, version)
    story.at(68)
    story.t.gate(5)
    return version


def build(story: Story, version: ToolVersion) -> Release:
    story.at(69)
    release = design.create_release(story.t.by("ada"), story.project, version)
    story.t.gate(6)
    return release


def _contributions(story: Story) -> Contribution:
    """What people said and what was decided on it; returns the one that became a criterion."""
    story.at(44)
    rows, t = story.words["contribution"], story.t
    given = [engage.submit(t.by(row["who"]), story.project, text=row["text"], kind=row["kind"]) for row in rows]
    story.at(48)
    for said, row in zip(given, rows, strict=True):
        engage.decide(t.by("lena"), story.project, said, row["outcome"], row["reason"], row["reason"])
    return given[0]


def _criterion(story: Story, found: Data, said: Contribution) -> Criterion:
    story.at(49)
    sentence = story.words["criterion"]["sentence"]
    criterion = design.propose_criterion(
        story.t.by("fabia"), story.project, sentence, "accuracy", "ge", "0.8", found.fresh,
        group_by="language", minimum_group=20, contribution=said,
    )  # fmt: skip
    story.at(52)
    reason = story.words["contribution"][0]["reason"]
    return design.approve_criterion(story.t.by("ada"), story.project, criterion, reason=reason)


def _checked(story: Story, day: int, number: str, data: Dataset, note: str, criterion: Criterion) -> ToolVersion:
    story.at(day)
    t, because = story.t, [criterion.contribution] if criterion.contribution else []
    version = design.register_version(
        t.by("dario"), story.project, "triage", number, SETTINGS, story.words["versions"][note],
        chosen_on=data, because=because,
    )  # fmt: skip
    asked = design.request_check(t.by("dario"), story.project, criterion, version)
    design.finish_check(t.by("system"), story.project, asked, evaluation.run(asked))
    return version


def _tests(story: Story, said: Contribution) -> None:
    """Residents and officers write what must come out right; officers will practise on it too."""
    because = story.words["test"]["because"]
    made = []
    for report in for_suite(story.cases, TESTS):
        story.at(58 + report.number / TESTS)
        source = {"text": report.text, "language": report.language}
        who = ("raul", "flor", "rosa", "fidel")[report.number % 4]
        made.append(
            design.propose_test_case(story.t.by(who), story.project, source, report.right, because, contribution=said)
        )
    story.at(59.5)
    for case in made:
        design.agree_test_case(story.t.by("lena"), story.project, case)


def _trial(story: Story, version: ToolVersion) -> None:
    """Flor tries sentences of her own for a few days; the trial ends by itself with its report."""
    story.at(61)
    t, project = story.t, story.project
    trial = design.open_trial(t.by("flor"), project, version, story.words["trial"]["question"], days=TRIAL_DAYS)
    for row in story.cases["trial"]:
        _try(story, trial, row)
    story.at(61 + TRIAL_DAYS + 1)
    design.end_trial(t.by("system"), project, trial)


def _try(story: Story, trial: Trial, row: dict[str, str]) -> None:
    t, project = story.t, story.project
    case = design.try_case(t.by("flor"), project, trial, {"text": row["text"]}, invented=True)
    case.refresh_from_db()
    if trials.is_waiting(case):
        design.keep_answer(t.by("system"), project, case, tools.advise(trial.version, [trials.case_for(case)])[0])
        case.refresh_from_db()
    told = trials.said(case)
    proposal = told.proposal if told else None
    verdict = "unsure" if not row["right"] or proposal is None else "right" if proposal == row["right"] else "wrong"
    design.judge_case(t.by("flor"), project, case, verdict, story.cases["trial_note"][verdict])
