"""Everything that can happen in this room: data come in, criteria bind, versions are checked and released."""

from minga.design.actions.agreement import ballot_on_draft, carry_out, decline_criterion, make_criterion
from minga.design.actions.charters import link_commitment, unlink_commitment
from minga.design.actions.checks import finish_check, request_check
from minga.design.actions.comparisons import make_comparison
from minga.design.actions.criteria import approve_criterion, propose_criterion, retire_criterion
from minga.design.actions.datasets import (
    assess_dataset,
    import_dataset,
    keep_dataset,
    keep_part,
    receive_dataset,
    refuse_dataset,
    split_dataset,
)
from minga.design.actions.preparing import finish_version, version_prepared
from minga.design.actions.releases import create_release, sign_exception
from minga.design.actions.suites import agree_test_case, ask_for_suite, propose_test_case, retire_test_case
from minga.design.actions.synthetic import synthesise
from minga.design.actions.trials import end_trial, judge_case, keep_answer, open_trial, try_case
from minga.design.actions.versions import keep_version, register_version
from minga.design.actions.withdrawals import restore_tool, withdraw_tool

__all__ = [
    "agree_test_case",
    "approve_criterion",
    "ask_for_suite",
    "assess_dataset",
    "ballot_on_draft",
    "carry_out",
    "create_release",
    "decline_criterion",
    "end_trial",
    "finish_check",
    "finish_version",
    "import_dataset",
    "judge_case",
    "keep_answer",
    "keep_dataset",
    "keep_part",
    "keep_version",
    "link_commitment",
    "make_comparison",
    "make_criterion",
    "open_trial",
    "propose_criterion",
    "propose_test_case",
    "receive_dataset",
    "refuse_dataset",
    "register_version",
    "request_check",
    "restore_tool",
    "retire_criterion",
    "retire_test_case",
    "sign_exception",
    "split_dataset",
    "synthesise",
    "try_case",
    "unlink_commitment",
    "version_prepared",
    "withdraw_tool",
]
