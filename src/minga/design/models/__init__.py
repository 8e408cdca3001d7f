"""The state of this room, by subject."""

from minga.design.models.catalogue import Comparison, Withdrawal
from minga.design.models.criteria import CommitmentLink, Criterion
from minga.design.models.data import DataAssessment, Dataset
from minga.design.models.suites import TestCase
from minga.design.models.trials import Trial, TrialCase
from minga.design.models.versions import Check, Release, SignedException, ToolVersion

__all__ = [
    "Check",
    "CommitmentLink",
    "Comparison",
    "Criterion",
    "DataAssessment",
    "Dataset",
    "Release",
    "SignedException",
    "TestCase",
    "ToolVersion",
    "Trial",
    "TrialCase",
    "Withdrawal",
]
