"""`GET /footfall/v1/events/old`: how many events are old enough to be forgotten."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.parts import GivenParts
from footfall.instants import DAY, format_instant

MAX_DAYS: Final = 36_500


class OldEvents(msgspec.Struct):
    """Events by when they were received."""

    before: str
    count: int
    """Applied events that were received before that moment."""
    first_received_at: str | None
    """When the first of these was; null where there is none."""


@get(
    "/footfall/v1/events/old",
    opt=require("events:read"),
    operation_id="getOldEvents",
    tags=["Footfall"],
)
async def read_old_events(
    parts: GivenParts, older_than: Annotated[int, QueryParameter(ge=1, le=MAX_DAYS)]
) -> Response[OldEvents]:
    """How many events were received more than so many days ago, which `footfall forget` forgets."""
    before = parts.clock.now() - older_than * DAY
    count, first = await parts.read(parts.events.received_before, before)
    return json_answer(
        OldEvents(format_instant(before), count, None if first is None else format_instant(first))
    )
