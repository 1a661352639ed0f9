"""`/footfall/v1/contacts/{identifier}/timeline`: all that happened to a contact, in one list.

Three lists, each with a place of its own, are merged by their moments: events by the date on which
they happened, changes and segments by the moment at which they were applied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Final, Literal, NamedTuple

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.contacts import OfType, existing
from footfall.api.history import ShownDifference, shown_difference
from footfall.api.paging import MAX_INT64
from footfall.api.parts import GivenParts, Parts
from footfall.contact_requests import IdentifierType
from footfall.contacts import ContactId, HistoryEntry
from footfall.errors import InvalidParameter
from footfall.instants import format_instant
from footfall.ports import Cursor, EventQuery, EventRow, PassageCursor
from footfall.records import Position
from footfall.segments.following import Passage

MAX_PROPERTIES: Final = 1_000
"""Characters of an event's properties that are shown."""

Why = Literal["event", "request", "import", "merge", "workflow", "time", "definition"]


class TimelineEntry(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One thing that happened: an event, changes that one entry made, or a segment."""

    kind: Literal["event", "changes", "segment"]
    at: str
    position: int
    """Of the event; of the entry that made the changes; of what led into or out of the segment."""
    name: str = ""
    """Of the event or the segment."""
    properties: str = ""
    """JSON text of an event's properties, cut off after 1,000 characters."""
    cause: Why | None = None
    """Of changes and segments: `event` is the one at `position`."""
    changes: list[ShownDifference] = []
    segment_id: int | None = None
    entered: bool = False


class Timeline(msgspec.Struct):
    """A page of what happened, latest first."""

    contact_id: int
    entries: list[TimelineEntry]
    before: str | None
    """What leads to the next page; null at the end."""


class _Place(NamedTuple):
    """How far each list was shown."""

    event: Cursor | None = None
    change: Position | None = None
    passage: PassageCursor | None = None


_Item = EventRow | HistoryEntry | Passage
_PLACE: Final = re.compile(r"(?:(-?\d{1,19}),(\d{1,19}))?;(\d{1,19})?;(?:(\d{1,19}),(\d{1,19}))?")


@get(
    "/footfall/v1/contacts/{identifier:str}/timeline",
    opt=require("contacts:read"),
    operation_id="getContactTimeline",
    tags=["Footfall"],
)
async def read_timeline(
    parts: GivenParts,
    identifier: FromPath[str],
    identifier_type: OfType = None,
    before: Annotated[
        str | None, QueryParameter(description="`before` of the page that comes later")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
) -> Response[Timeline]:
    """Events, changes, and segments entered and left, each with its moment and its cause."""
    place = _place(before)
    return json_answer(
        await parts.read(_timeline, parts, identifier, identifier_type, place, limit)
    )


def _timeline(
    parts: Parts, text: str, identifier_type: IdentifierType | None, place: _Place, limit: int
) -> Timeline:
    contact = existing(parts.directory, text, identifier_type).id
    query = EventQuery(contact_ids=(contact,), after=place.event, limit=limit, counted=False)
    events = parts.events.find(query).events
    changes = parts.directory.history(contact, place.change, limit)
    names = {segment.id: segment.name for segment in parts.directory.state().segments}
    # A place between passages is no place among those of one entry, of which each segment has one.
    most = limit + len(names)
    passages = parts.directory.passages(contact_id=contact, before=place.passage, limit=most)
    items: list[_Item] = [*events, *changes, *passages]
    items.sort(key=_order, reverse=True)
    shown = _whole(items, limit)
    full = limit in (len(events), len(changes)) or len(passages) == most
    more = len(shown) < len(items) or full
    return Timeline(
        contact,
        [_entry(item, names) for item in shown],
        _text(_after(place, shown)) if more else None,
    )


def _order(item: _Item) -> tuple[int, int, int]:
    """By moment; at the same one a cause stands below what it caused."""
    match item:
        case EventRow():
            return item.date, item.position, 0
        case HistoryEntry():
            return item.at, item.position, 1
        case Passage():
            return item.at, item.position, 2


def _whole(items: Sequence[_Item], limit: int) -> Sequence[_Item]:
    """So many, and those segments that were entered or left together with the last one."""
    end = limit
    while 0 < end < len(items):
        one, other = items[end - 1], items[end]
        if not (isinstance(one, Passage) and isinstance(other, Passage)):
            break
        if (one.position, one.at) != (other.position, other.at):
            break
        end += 1
    return items[:end]


def _after(place: _Place, shown: Sequence[_Item]) -> _Place:
    for item in shown:
        match item:
            case EventRow():
                place = place._replace(event=Cursor(item.date, item.position))
            case HistoryEntry():
                place = place._replace(change=Position(item.position))
            case Passage():
                reached = PassageCursor(item.position, item.at, ContactId(0))
                place = place._replace(passage=reached)
    return place


def _entry(item: _Item, names: dict[int, str]) -> TimelineEntry:
    match item:
        case EventRow():
            return TimelineEntry(
                kind="event",
                at=format_instant(item.date),
                position=item.position,
                name=item.name,
                properties=item.properties[:MAX_PROPERTIES],
            )
        case HistoryEntry():
            return TimelineEntry(
                kind="changes",
                at=format_instant(item.at),
                position=item.position,
                cause=item.cause,
                changes=list(map(shown_difference, item.changes)),
            )
        case Passage():
            return TimelineEntry(
                kind="segment",
                at=format_instant(item.at),
                position=item.position,
                name=names.get(item.segment_id, ""),
                cause=item.cause,
                segment_id=item.segment_id,
                entered=item.entered,
            )


def _text(place: _Place) -> str:
    event = "" if place.event is None else f"{place.event.date},{place.event.position}"
    change = "" if place.change is None else str(place.change)
    passage = "" if place.passage is None else f"{place.passage.position},{place.passage.at}"
    return f"{event};{change};{passage}"


def _place(text: str | None) -> _Place:
    """The place that `_text` named; raises `InvalidParameter`."""
    if not text:
        return _Place()
    match = _PLACE.fullmatch(text)
    if match is None:
        raise InvalidParameter("before is not what a page ended with", "before")
    date, event, change, passage, at = (
        None if number is None else max(-MAX_INT64, min(int(number), MAX_INT64))
        for number in match.groups()
    )
    return _Place(
        None if date is None or event is None else Cursor(date, Position(event)),
        None if change is None else Position(change),
        None if passage is None or at is None else PassageCursor(passage, at, ContactId(0)),
    )
