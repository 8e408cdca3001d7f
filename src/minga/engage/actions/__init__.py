"""Every verb of this room."""

from minga.engage.actions.ballots import cast, close_ballot, open_ballot
from minga.engage.actions.contributions import decide, moderate, submit

__all__ = ["cast", "close_ballot", "decide", "moderate", "open_ballot", "submit"]
