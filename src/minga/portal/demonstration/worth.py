"""What a tool is to bring and costs, as the words of a story have it; what it brought is counted, never written."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from minga.assess import actions as assess
from minga.assess.models import Benefit
from minga.portal.demonstration.teller import Teller
from minga.tools.stats import wilson

YEAR = timedelta(days=365)
STATED = ("kind", "name", "unit", "baseline", "baseline_source", "expected_low", "expected_high")
MAY_LACK = ("beneficiaries", "worth_low", "worth_high")
MEASURER = "flor"


@dataclass(frozen=True, slots=True)
class Value:
    """What was measured, with its 95 % interval, from so many events."""

    value: float
    low: float
    high: float
    events: int

    @classmethod
    def per_cent(cls, count: int, of: int) -> "Value":
        """A share with Wilson's interval."""
        low, high = wilson(count, of)
        return cls(100 * count / of, 100 * low, 100 * high, of)


def state(t: Teller) -> None:
    """The benefits of both kinds, each with an owner, the costs of three kinds, and that nobody earns with the data."""
    for row in t.words["benefit"]:
        given = {name: row[name] for name in (*STATED, *MAY_LACK) if name in row}
        due = (t.moment + YEAR).date()
        assess.state_benefit(t.by("lena"), t.project, **given, owner=t.people[row["owner"]], due=due)
    for row in t.words["cost"]:
        assess.state_cost(t.by("dario"), t.project, **row)
    assess.state_data_use(t.by("lena"), t.project, none=True)


def measure(t: Teller, found: dict[str, Value]) -> None:
    """Record what was counted, by the kind of the benefit; a kind that could not be counted is left out."""
    how = {row["kind"]: row["how"] for row in t.words["benefit"]}
    for benefit in Benefit.objects.filter(project=t.project, kind__in=found).order_by("pk"):
        value = found[benefit.kind]
        assess.measure_benefit(
            t.by(MEASURER), t.project, benefit, value=_short(value.value), low=_short(value.low),
            high=_short(value.high), events=value.events, how=how[benefit.kind], on=t.moment.date(),
        )  # fmt: skip


def _short(number: float) -> Decimal:
    return Decimal(str(round(number, 1)))
