"""Everything that can happen in this room: data come in, criteria bind, versions are checked and released."""

from minga.design.actions.agreement import ballot_on_draft, carry_out, decline_criterion, make_criterion
from minga.design.actions.charters import link_commitment, unlink_commitment
from minga.design.actions.checks import finish_check, request_check
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
from minga.design.actions.releases import create_release, sign_exception
from minga.design.actions.versions import register_version

__all__ = [
    "approve_criterion",
    "assess_dataset",
    "ballot_on_draft",
    "carry_out",
    "create_release",
    "decline_criterion",
    "finish_check",
    "import_dataset",
    "keep_dataset",
    "keep_part",
    "link_commitment",
    "make_criterion",
    "propose_criterion",
    "receive_dataset",
    "refuse_dataset",
    "register_version",
    "request_check",
    "retire_criterion",
    "sign_exception",
    "split_dataset",
    "unlink_commitment",
]
