"""A trial is opened, cases are tried and judged, and it ends by itself: nothing in it touches a real person."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from minga.design import madeup, queries, trials
from minga.design.models import ToolVersion, Trial, TrialCase
from minga.ledger.action import Act, action
from minga.ledger.refusals import Blocked, Conflict, Invalid, required
from minga.tools.providers import Answer


@action("trial.opened")
def open_trial(
    act: Act, version: ToolVersion, question: str, days: int = trials.DAYS, most_cases: int = trials.MOST_CASES
) -> Trial:
    """Let people try ``version`` on made-up cases, for ``days`` days and ``most_cases`` cases at most."""
    required(question=question)
    wrong: dict[str, str] = {}
    if version.project_id != act.place.pk:
        wrong["version"] = _("Choose one from the list.")
    if not 1 <= days <= trials.LONGEST_DAYS:
        wrong["days"] = _("Use 1 to %(most)s days.") % {"most": trials.LONGEST_DAYS}
    if not 1 <= most_cases <= trials.MOST_EVER:
        wrong["most_cases"] = _("Use 1 to %(most)s cases.") % {"most": trials.MOST_EVER}
    if len(question) > 300:
        wrong["question"] = _("Use at most 300 characters.")
    if wrong:
        raise Invalid(_("The trial was not opened."), do=_("Correct what is marked."), fields=wrong)
    if (found := queries.withdrawn(version)) is not None:
        raise Blocked(_("This version was withdrawn, so it is not tried."), cause=found.reason)
    if problem := queries.unprepared(version):
        raise Blocked(_("This version cannot be tried yet."), cause=problem)
    trial = Trial.objects.create(
        project=act.place, version=version, question=question.strip(), person_id=act.person_id, opened=act.now,
        ends=act.now + timedelta(days=days), most_cases=most_cases,
    )  # fmt: skip
    act.because(version)
    act.note(version=version.version, tool=version.tool, days=days, most_cases=most_cases)
    return trial


@action("trial.tried")
def try_case(act: Act, trial: Trial, source: Mapping[str, Any], invented: bool = False) -> TrialCase:
    """Have the tool asked about a made-up case; the worker asks it. ``invented`` as in ``propose_test_case``."""
    from minga.design.trial_tasks import ask_tool

    trial = Trial.objects.select_for_update().get(pk=trial.pk, project=act.place)
    _must_be_open(trial, act)
    tried = trial.cases.count()
    if tried >= trial.most_cases:
        raise Blocked(
            _("All %(most)s cases of this trial have been tried.") % {"most": trial.most_cases},
            do=_("Judge those that are open, or open another trial."),
        )
    if fault := madeup.faults(source, reserved=()):
        raise Invalid(_("The case was not tried."), fields={"source": fault})
    if not invented and (found := madeup.suspects(source)):
        told = _("%(found)s. Only made-up cases may be tried: replace it, or confirm that it is invented.")
        raise Invalid(_("The case was not tried."), fields={"source": told % {"found": "; ".join(found[:3])}})
    case = TrialCase.objects.create(
        trial=trial, number=tried + 1, source=dict(source), person_id=act.person_id, at=act.now
    )
    act.because(trial)
    act.note(number=case.number, fields=sorted(map(str, case.source)), confirmed_invented=invented)
    ask_tool.enqueue(case.pk)
    return case


@action("trial.answered")
def keep_answer(act: Act, case: TrialCase, answer: Answer) -> TrialCase:
    """What the tool said on a case, once; after the end of the trial it is not kept any more."""
    case = _locked(act, case)
    if not trials.is_waiting(case) or not trials.is_open(case.trial, act.now):
        raise Conflict(_("This case has its answer, or the trial has ended."))
    case.advice, case.failure = trials.kept(answer), answer.failure
    case.cpu_ms = round(answer.cpu_seconds * 1000)
    case.save(update_fields=["advice", "failure", "cpu_ms"])
    act.because(case.trial)
    act.note(number=case.number, failed=bool(answer.failure), cpu_ms=case.cpu_ms)
    return case


@action("trial.judged")
def judge_case(act: Act, case: TrialCase, verdict: str, note: str = "") -> TrialCase:
    """What a person makes of an answer; they may change it while the trial is open."""
    case = _locked(act, case)
    _must_be_open(case.trial, act)
    if verdict not in TrialCase.Verdict.values:
        raise Invalid(_("Nothing was kept."), fields={"verdict": _("Choose one.")})
    if trials.is_waiting(case):
        raise Blocked(_("The tool has not answered yet, so there is nothing to judge."), do=_("Wait for its answer."))
    case.verdict, case.note = verdict, note.strip()
    case.save(update_fields=["verdict", "note"])
    act.because(case.trial)
    act.note(number=case.number, verdict=verdict)
    return case


def _locked(act: Act, case: TrialCase) -> TrialCase:
    """``case`` with its trial, which nobody else changes or ends meanwhile."""
    Trial.objects.select_for_update().get(pk=case.trial_id, project=act.place)
    return TrialCase.objects.select_related("trial").get(pk=case.pk)


@action("trial.ended")
def end_trial(act: Act, trial: Trial) -> Trial:
    """Close a trial and freeze its exit report; the clock does it when the time is over, a person may earlier."""
    trial = Trial.objects.select_for_update().get(pk=trial.pk, project=act.place)
    if trial.state == Trial.State.ENDED:
        raise Conflict(_("This trial has ended already."))
    trial.state = Trial.State.ENDED
    trial.ended = min(act.now, trial.ends)
    trial.report = trials.report(trial, trial.ended)
    trial.save(update_fields=["state", "ended", "report"])
    act.because(trial.version)
    counts = {row["verdict"]: row["count"] for row in trial.report["verdicts"]}
    act.note(tried=trial.report["tried"], failed=trial.report["failed"], **counts)
    return trial


def _must_be_open(trial: Trial, act: Act) -> None:
    if not trials.is_open(trial, act.now):
        raise Conflict(_("This trial has ended."), do=_("Read its report, or open another trial."))
