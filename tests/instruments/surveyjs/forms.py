"""Small SurveyJS definitions for tests."""

import json

from minga.instruments.files import SetFile, read
from minga.instruments.surveyjs import reading
from minga.instruments.surveyjs.instrument import SurveyInstrument


def survey(*elements, **more):
    return SurveyInstrument(reading.read({"elements": list(elements), **more}, "form.json"), "form", "1")


def survey_file(*elements, name="form.json", **more):
    return SetFile(name, json.dumps({"elements": list(elements), **more}).encode())


def read_survey(*elements, version="1", **more):
    return read(survey_file(*elements, **more), version=version)
