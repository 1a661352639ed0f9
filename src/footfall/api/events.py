"""`GET /v3/events`: which events came, latest first."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.paging import MAX_INT64, After, Offset, after_page, cursor
from footfall.api.parts import GivenParts
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter, MissingParameter
from footfall.instants import DAY, format_instant, parse_instant
from footfall.ports import EventQuery, EventRow

DEFAULT_SPAN: Final = 183 * DAY
"""Six months: what a listing without dates goes back."""


class ListedEvent(msgspec.Struct, omit_defaults=True):
    """One event. The properties are the text that was sent, to the letter."""

    contact_id: int
    event_date: str
    event_name: str
    event_filter_id: str
    event_properties: msgspec.Raw
    contact_properties: msgspec.Raw
    object_type: str = ""


class EventList(msgspec.Struct, omit_defaults=True):
    """A page of events, and how many match in all."""

    count: int
    events: list[ListedEvent]
    after: str | None = None
    """Footfall's own: what continues the list; absent at its end."""


@get("/v3/events", opt=require("events:read"), operation_id="getEvents", tags=["Events"])
async def list_events(
    parts: GivenParts,
    contact_id: FromQuery[list[Annotated[int, Meta(ge=0, le=MAX_INT64)]] | None] = None,
    event_name: FromQuery[list[str] | None] = None,
    object_type: FromQuery[list[str] | None] = None,
    start_date: Annotated[
        str | None,
        QueryParameter(name="startDate", description="YYYY-MM-DD or RFC 3339; goes with endDate"),
    ] = None,
    end_date: Annotated[
        str | None,
        QueryParameter(name="endDate", description="YYYY-MM-DD (that whole day) or RFC 3339"),
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=10_000)] = 100,
    offset: Offset = 0,
    after: After = None,
) -> Response[EventList]:
    """Events by date, latest first. Without dates: what happened or arrived within six months."""
    start, end = _range(start_date, end_date)
    query = EventQuery(
        contact_ids=tuple(ContactId(id_) for id_ in contact_id or ()),
        names=tuple(event_name or ()),
        object_types=tuple(object_type or ()),
        start=start,
        end=end,
        since=parts.clock.now() - DEFAULT_SPAN if start is None else None,
        limit=limit,
        offset=offset,
        after=cursor(after),
    )
    page = await parts.read(parts.events.find, query)
    events = [_listed(row) for row in page.events]
    return json_answer(EventList(page.count, events, after_page(page, query)))


def _range(start: str | None, end: str | None) -> tuple[int | None, int | None]:
    if not start and not end:
        return None, None
    if not start:
        raise MissingParameter("startDate is missing: it goes with endDate", "startDate")
    if not end:
        raise MissingParameter("endDate is missing: it goes with startDate", "endDate")
    first, last = _moment(start, "startDate"), _moment(end, "endDate")
    if _is_day(end):
        last += DAY - 1
    if first > last:
        raise InvalidParameter("startDate must not be after endDate", "startDate")
    return first, last


def _moment(text: str, name: str) -> int:
    # A plus sign that was not encoded reaches us as a blank.
    try:
        return parse_instant(text.replace(" ", "+") if "T" in text else text)
    except ValueError as problem:
        raise InvalidParameter(f"{name} is {problem}", name) from problem


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _listed(row: EventRow) -> ListedEvent:
    return ListedEvent(
        contact_id=row.contact_id,
        event_date=format_instant(row.date),
        event_name=row.name,
        event_filter_id=str(row.position),
        event_properties=msgspec.Raw(row.properties.encode()),
        contact_properties=msgspec.Raw(row.contact_properties.encode()),
        object_type=row.object_type,
    )
