"""`GET /footfall/v1/live`: what is accepted, as it is accepted, by server-sent events.

Each reader follows the journal by itself: it is read on when what was read before is with the
reader, so that nothing gathers here for a slow one. A reader that falls too far behind is led to
the newest entries and told how many it missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Stream

from footfall.api.authentication import guard, require
from footfall.api.parts import GivenParts, Parts
from footfall.api.tail import LiveMessage, Tail
from footfall.errors import FootfallError
from footfall.records import Position

PATH: Final = "/footfall/v1/live"
MEDIA_TYPE: Final = "text/event-stream"
LOOK_SECONDS: Final = 0.1
"""How often the journal is looked at while nothing comes."""
LIFE_SECONDS: Final = 15.0
"""How often the stream asks whether its reader may still read, and gives a sign of life."""

HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}

Call = Request[Any, Any, State]


@get(PATH, opt=require("events:read"), operation_id="live", tags=["Footfall"])
async def live(request: Call, parts: GivenParts, after: FromQuery[str | None] = None) -> Stream:
    """Every event as it is accepted, by server-sent events, beginning with the last hundred.

    `Last-Event-ID`, or else `after`, goes on after the message with that id.
    """
    parts.readers.check_room()
    begin = _position(request.headers.get("last-event-id", after or ""))
    stream = _messages(parts, request, begin)
    return Stream(stream, media_type=MEDIA_TYPE, headers=HEADERS)


async def _messages(parts: Parts, request: Call, after: Position | None) -> AsyncIterator[bytes]:
    """The stream's text, until the server ends or the reader may read no more."""
    now = asyncio.get_running_loop().time
    readers = parts.readers
    with readers.reading():
        tail = await parts.read(Tail, parts.journal, parts.directory, after)
        yield b"retry: 1000\n\n"
        life = now() + LIFE_SECONDS
        while not readers.has_ended:
            message = await parts.read(tail.more, parts.progress.position)
            if message is not None:
                yield _text(tail.position, message)
            else:
                await readers.rest(LOOK_SECONDS)
            if now() >= life:
                try:
                    await parts.read(guard, request, request.route_handler)
                except FootfallError:
                    return  # Whoever calls again is told why not.
                life = now() + LIFE_SECONDS
                yield b":\n\n"


def _position(text: str) -> Position | None:
    """The position in an id of a message; None for anything else."""
    return Position(int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _text(position: Position, message: LiveMessage) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (position, msgspec.json.encode(message))
