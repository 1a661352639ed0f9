"""`GET /footfall/v1/live`: what is accepted, as it is accepted, by server-sent events.

Each reader follows the journal by itself: it is read on when what was read before is with the
reader, so that nothing gathers here for a slow one. A reader that falls too far behind is led to
the newest entries and told how many it missed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Stream

from footfall.api.authentication import guard, require
from footfall.api.parts import GivenParts, Parts
from footfall.api.tail import LiveMessage, LiveRefusal, Tail
from footfall.errors import FootfallError
from footfall.instants import format_instant
from footfall.records import Position
from footfall.refusals import RefusedRequest

PATH: Final = "/footfall/v1/live"
MEDIA_TYPE: Final = "text/event-stream"
LOOK_SECONDS: Final = 0.1
"""How often the journal is looked at while nothing comes."""
LIFE_SECONDS: Final = 15.0
"""How often the stream asks whether its reader may still read, and gives a sign of life."""

HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}

Call = Request[Any, Any, State]

_ID = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


class Place(NamedTuple):
    """How far a reader has come: what the id of a message says."""

    position: Position
    refused: int
    """The number of the newest refused request."""


@get(PATH, opt=require("events:read"), operation_id="live", tags=["Footfall"])
async def live(request: Call, parts: GivenParts, after: FromQuery[str | None] = None) -> Stream:
    """Every event as it is accepted and every request as it is refused, by server-sent events.

    It begins with the last hundred events, and with the refused requests that are still known.

    `Last-Event-ID`, or else `after`, goes on after the message with that id.
    """
    parts.readers.check_room()
    begin = _place(request.headers.get("last-event-id", after or ""))
    stream = _messages(parts, request, begin)
    return Stream(stream, media_type=MEDIA_TYPE, headers=HEADERS)


async def _messages(parts: Parts, request: Call, after: Place | None) -> AsyncIterator[bytes]:
    """The stream's text, until the server ends or the reader may read no more."""
    now = asyncio.get_running_loop().time
    readers = parts.readers
    position, seen = after or (None, 0)
    with readers.reading():
        tail = await parts.read(Tail, parts.journal, parts.directory, position)
        yield b"retry: 1000\n\n"
        life = now() + LIFE_SECONDS
        while not readers.has_ended:
            refused, seen = parts.refused.after(seen), parts.refused.number
            message = await parts.read(_message, parts, tail, refused)
            if message is not None:
                yield b"id: %d-%d\ndata: %b\n\n" % (
                    tail.position,
                    seen,
                    msgspec.json.encode(message),
                )
            else:
                await readers.rest(LOOK_SECONDS)
            if now() >= life:
                try:
                    await parts.read(guard, request, request.route_handler)
                except FootfallError:
                    return  # Whoever calls again is told why not.
                life = now() + LIFE_SECONDS
                yield b":\n\n"


def _message(parts: Parts, tail: Tail, refused: Sequence[RefusedRequest]) -> LiveMessage | None:
    message = tail.more(parts.progress.position)
    if refused:
        message = message or LiveMessage([], [], 0)
        names = {key.id: key.name for key in parts.keys.all()}
        message.refused = [_shown(each, names.get(each.key_id, "")) for each in refused]
        message.refusals_lost = sum(each.lost for each in refused)
    return message


def _shown(refused: RefusedRequest, key_name: str) -> LiveRefusal:
    return LiveRefusal(
        request_id=refused.request_id,
        received_at=format_instant(refused.received_at),
        path=refused.path,
        status=refused.status,
        code=refused.code,
        message=refused.message,
        key_name=key_name,
        client=refused.client,
        body=refused.body.decode(errors="replace"),
        size=refused.size,
    )


def _place(text: str) -> Place | None:
    """The place in an id of a message; None for anything else."""
    found = _ID.fullmatch(text)
    return None if found is None else Place(Position(int(found[1])), int(found[2]))
