"""Many voters at once, for tests: rows as joining and voting would leave them."""

import random

from minga.engage.models import Arrivals, Conversation, Participant, Vote
from minga.ledger import guard

# Answers to the five statements of the fixture ``conversation``: they agree on 1 and 2, reject 5, divide on 3 and 4.
CAMPS = ((1, 1, 1, -1, -1), (1, 1, -1, 1, -1))
Answers = tuple[int, ...]


def fill(conversation: Conversation, camps: dict[str, tuple[Answers, int]], noise: float = 0.0) -> None:
    """For each constituency (answers, people): that many participants vote so, each answer changed at ``noise``."""
    drawn = random.Random(7)
    statements = list(conversation.statements.order_by("number"))
    votes: list[Vote] = []
    with guard.open_for_action():
        for constituency, (answers, people) in camps.items():
            seats = [Participant(conversation=conversation, constituency=constituency) for _ in range(people)]
            Participant.objects.bulk_create(seats)
            asked = [*answers, *[answers[-1]] * (len(statements) - len(answers))]
            for seat in seats:
                for statement, answer in zip(statements, asked, strict=False):
                    choice = drawn.choice((1, 0, -1)) if drawn.random() < noise else answer
                    votes.append(Vote(participant=seat, statement=statement, choice=choice))
        Vote.objects.bulk_create(votes)
        quarter = conversation.opens.replace(minute=0, second=0, microsecond=0)
        row, _made = Arrivals.objects.get_or_create(conversation=conversation, quarter=quarter)
        row.votes += len(votes)
        row.save()
