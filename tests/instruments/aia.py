"""Canada's published files, as a body would add them; tests that need them say so where they are absent."""

import json

from minga.instruments.actions import add_set
from minga.instruments.files import SetFile, read
from minga.ledger.action import BODY
from tests.conftest import by
from tests.shared import shared

FILES = {"1.0.1": "survey-enfr.json", "0.10.0": "survey-enfr_v0.10.0.json", "0.9.1": "survey-enfr_v0.9.1.json",
         "0.9": "survey-enfr_v0.9.json"}  # fmt: skip


def file(version="1.0.1"):
    path = shared(f"data/registers/ca-aia/{FILES[version]}")
    return SetFile(path.name, path.read_bytes())


def requirements():
    paths = [shared(f"data/registers/ca-aia/ui-strings-and-requirements-{code}.json") for code in ("en", "fr")]
    return [SetFile(path.name, path.read_bytes()) for path in paths]


def made(version="1.0.1", with_requirements=True):
    return read(file(version), companions=requirements() if with_requirements else ()).instrument


def add(person, version="1.0.1", **given):
    return add_set(by(person), BODY, file(version), **given)


def cases(version=""):
    found = json.loads(shared("data/registers/ca-aia/completed_aia_check_cases.json").read_text())["cases"]
    return [case for case in found if case["questionnaire_version"] == f"v{version}" or not version]
