"""The API of this room, by subject."""

from ninja import Router

from minga.engage.api import affected, answers, ballots, contributions, conversations, panels, results, sessions

router = Router()
for part in (contributions, ballots, sessions, panels, affected, answers, conversations, results):
    router.add_router("", part.router)
