"""Months of a service whose tool advised on many cases, written at once."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from minga.deliver.models import Case, Determination, StageChange
from minga.ledger import guard
from tests.deliver.counter import Counter

JUNE = timezone.make_aware(datetime(2026, 6, 1))
JULY = timezone.make_aware(datetime(2026, 7, 1))
AUGUST = timezone.make_aware(datetime(2026, 8, 1))
Make = Callable[[int, random.Random], dict[str, Any]]


def usual(number: int, chance: random.Random) -> dict[str, Any]:
    """A case like any other: incomes around 1,500, two districts, one in ten overruled, one in five decided first."""
    return {
        "income": str(int(chance.gauss(1500, 400))),
        "district": chance.choice(["North", "South"]),
        "proposal": chance.choices(["granted", "refused"], [7, 3])[0],
        "agrees": chance.random() < 0.9,
        "first": chance.random() < 0.2,
    }


class Months:
    """Fills months with cases; the same seed gives the same cases."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self.numbers = iter(range(1, 10**6))
        with guard.open_for_action():
            StageChange.objects.create(
                project=counter.project, release=counter.release, stage="100", reason="planned",
                since=JUNE - timedelta(days=10),
            )  # fmt: skip

    def fill(self, start: datetime, cases: int = 300, make: Make = usual, seed: int = 1) -> None:
        chance = random.Random(f"{seed}{start}")
        rows = [(make(number, chance), start + timedelta(days=28 * number / cases)) for number in range(cases)]
        with guard.open_for_action():
            made = Case.objects.bulk_create(self._case(told, at) for told, at in rows)
            decided = [self._decision(case, told, at) for case, (told, at) in zip(made, rows, strict=True)]
            Determination.objects.bulk_create(one for one in decided if one is not None)

    def _case(self, told: dict[str, Any], at: datetime) -> Case:
        number, counter = next(self.numbers), self.counter
        source = {"need": "A roof", "income": told["income"], "letter": "x" * 40, "district": told["district"]}
        advice = {"case": "x", "proposal": told["proposal"], "probability": told.get("probability", 0.8), "reasons": []}
        if told["proposal"] is None:
            advice = {"case": "x", "abstained_because": "There is no income."}
        return Case(
            project=counter.project, service=counter.service, release=counter.release, number=number,
            process=f"p{number}", title="A roof", source=source, advice={} if told.get("problem") else advice,
            problem=told.get("problem", ""), groups={"district": told["district"]},
            drawn=told.get("drawn", "listed"), received=at, advised=at,
            state="decided", closed_at=at + timedelta(days=told.get("days", 2)), decide_first=told["first"],
        )  # fmt: skip

    def _decision(self, case: Case, told: dict[str, Any], at: datetime) -> Determination | None:
        if told["proposal"] is None or told.get("problem"):
            return None
        other = {"granted": "refused", "refused": "granted"}[told["proposal"]]
        outcome = told["proposal"] if told["agrees"] else other
        difference = {"advised": told["proposal"], "chosen": outcome, "agrees": told["agrees"],
                      "withheld": "first" if told["first"] else ""}  # fmt: skip
        return Determination(
            case=case, person=self.counter.cast.flor, choice="accept" if told["agrees"] else "reject", outcome=outcome,
            reason="Read.", before_advice=told["first"], difference=difference, recorded=at + timedelta(days=2),
            seconds=900 if told["first"] else 600,
        )  # fmt: skip
