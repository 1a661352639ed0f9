"""`/footfall/v1/events/export`: found events as a file, sent as it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Stream

from footfall.api.authentication import require
from footfall.api.event_query import WANTED, Wanted
from footfall.api.paging import cursor
from footfall.api.parts import GivenParts, Parts
from footfall.api.search import FoundEvent, FoundEvents, find
from footfall.ports import EventQuery

PAGE: Final = 1_000
"""Events that are read, and held, at a time."""
MAX_EVENTS: Final = 1_000_000
"""In one file."""

Form = Literal["csv", "ndjson"]

MEDIA_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
}
COLUMNS: Final = (
    "position",
    "date",
    "received_at",
    "name",
    "contact_id",
    "contact",
    "object_type",
    "properties",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take a cell that begins so for."""


@get(
    "/footfall/v1/events/export",
    opt=require("events:read"),
    operation_id="exportEvents",
    tags=["Footfall"],
    dependencies=WANTED,
)
async def export_events(
    parts: GivenParts,
    wanted: Wanted,
    form: Annotated[Form, QueryParameter(name="format")] = "csv",
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_EVENTS)] = MAX_EVENTS,
) -> Stream:
    """All events that match, latest date first; a file that ends early was cut off.

    A cell of CSV that a spreadsheet would take for a formula begins with an apostrophe.
    """
    query = msgspec.structs.replace(wanted, limit=min(PAGE, limit), counted=False)
    first = await parts.read(find, parts, query)
    return Stream(
        _texts(parts, query, first, limit, form),
        media_type=MEDIA_TYPES[form],
        headers={"content-disposition": f'attachment; filename="events.{form}"'},
    )


async def _texts(
    parts: Parts,
    query: EventQuery,
    page: FoundEvents,
    limit: int,
    form: Form,
) -> AsyncIterator[bytes]:
    write = _WRITERS[form]
    if form == "csv":
        yield _lines([COLUMNS])
    left = limit
    while page.events:
        yield write(page.events[:left])
        left -= len(page.events)
        if page.after is None or left <= 0:
            return
        query = msgspec.structs.replace(query, after=cursor(page.after))
        page = await parts.read(find, parts, query)


def _csv(events: list[FoundEvent]) -> bytes:
    return _lines(map(_row, events))


def _row(event: FoundEvent) -> Iterator[Any]:
    cells = (
        event.position,
        event.date,
        event.received_at,
        event.name,
        event.contact.id,
        event.contact.label,
        event.object_type,
        event.properties,
    )
    return (f"'{each}" if str(each).startswith(_FORMULA) else each for each in cells)


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _ndjson(events: list[FoundEvent]) -> bytes:
    return msgspec.json.Encoder().encode_lines(events)


_WRITERS: Final[dict[Form, Callable[[list[FoundEvent]], bytes]]] = {
    "csv": _csv,
    "ndjson": _ndjson,
}
