"""The state of this room, by subject."""

from minga.assess.models.reviews import Review, ReviewAnswer
from minga.assess.models.stoprules import Firing, Metric, StopRule, as_json, in_words
from minga.assess.models.watch import Alert, AlertBound, Demand, Incident, Watching
from minga.assess.models.worth import Benefit, Cost, DataUse, Experience, Kind, Measurement, Seal

__all__ = [
    "Alert",
    "AlertBound",
    "Benefit",
    "Cost",
    "DataUse",
    "Demand",
    "Experience",
    "Firing",
    "Incident",
    "Kind",
    "Measurement",
    "Metric",
    "Review",
    "ReviewAnswer",
    "Seal",
    "StopRule",
    "Watching",
    "as_json",
    "in_words",
]
