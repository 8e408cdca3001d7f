"""How a refused request to this room's API is answered, for the OpenAPI document."""

from typing import Annotated, Any

from ninja import Path, Schema

# An address with another number is a page that does not exist, not an answer of this API.
Number = Annotated[int, Path(ge=1, le=10**15)]


class ConversationRefusal(Schema):
    """What happened, the likely cause, what to do, and per field; a request of the wrong shape or for something that
    does not exist has ``detail``."""

    what: str = ""
    cause: str = ""
    do: str = ""
    fields: dict[str, str] = {}
    reasons: list[str] = []
    detail: Any = None


REFUSALS = dict.fromkeys((400, 403, 404, 409, 422, 429), ConversationRefusal)
