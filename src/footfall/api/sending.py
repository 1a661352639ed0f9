"""`POST /footfall/v1/events`: an event that a person sends from the interface."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, post

from footfall.admission import check_event
from footfall.api.answers import json_answer
from footfall.api.authentication import Call, actor, require
from footfall.api.commanding import MAX_CLIENT
from footfall.api.parts import GivenParts
from footfall.errors import BodyTooLarge
from footfall.events import read_event
from footfall.people import Change
from footfall.records import Position

MAX_BODY: Final = 262_144
"""Bytes of the event."""


class SentEvent(msgspec.Struct):
    """Where the event stands in the journal, and what its receipt is found by."""

    position: Position
    request_id: str


@post(
    "/footfall/v1/events",
    opt=require("events:write"),
    operation_id="sendEvent",
    tags=["Footfall"],
)
async def send_event(parts: GivenParts, request: Call) -> Response[SentEvent]:
    """Send one event, as `POST /v3/events` takes it, with a session in the place of a key.

    201: the event is on disk and will be applied exactly once. The log of changes has who sent it.
    """
    body = await request.body()
    if len(body) > MAX_BODY:
        raise BodyTooLarge(f"The body is larger than {MAX_BODY} bytes")
    check_event(body)
    client = request.headers.get("user-agent", "")[:MAX_CLIENT]
    position, request_id = await parts.submission.accept(body, request.state.key_id, client)
    request.state.request_id = request_id
    name = read_event(body).name
    change = Change(parts.clock.now(), actor(request), "event_sent", name, f"position {position}")
    await parts.read(parts.people.note, change)
    return json_answer(SentEvent(position, request_id), status=201)
