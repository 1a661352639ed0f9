"""`/footfall/v1/events`: finding an event, and everything that is known of one."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.event_query import WANTED, Wanted, bounded
from footfall.api.history import ShownDifference, shown_difference
from footfall.api.journaled import (
    event_texts,
    given_identifiers,
    placed_events,
    with_difference,
)
from footfall.api.paging import After, Offset, PathId, after_page, cursor
from footfall.api.parts import GivenParts, Parts
from footfall.contacts import Contact, ContactId, Remark
from footfall.errors import NotFound
from footfall.events import Event, read_event
from footfall.identifiers import DECIDING_ORDER, EMAIL
from footfall.instants import format_instant
from footfall.ports import EventQuery, EventRow, PassageCursor
from footfall.records import Position, Request, request_id
from footfall.verdicts import Verdict
from footfall.webhooks import Delivery, Taken

MAX_PASSAGES: Final = 1_000
"""Passages that are looked through for those that one event caused."""

MAX_DELIVERIES: Final = 1_000
"""Of what one event caused, that are shown."""

COUNTED: Final = 10_000
"""Events that a search counts."""


class NamedContact(msgspec.Struct):
    """A contact, and by what people know it."""

    id: int
    label: str


class FoundEvent(msgspec.Struct):
    """An applied event in a list."""

    position: int
    name: str
    date: str
    received_at: str
    contact: NamedContact
    object_type: str
    properties: str
    """JSON text, exactly as it was sent."""


class FoundEvents(msgspec.Struct):
    """A page of events, latest date first."""

    count: int | None
    """How many match in all; null for a page that follows another, or where not asked for."""
    is_least: bool
    """Whether more may match than `count` says: a search counts to 10,000 and for two seconds."""
    events: list[FoundEvent]
    after: str | None
    """What continues the list; null at its end."""
    looked_back_to: str | None
    """Only what happened since then was looked through, for want of time; null for everything."""
    up_to: int
    """The last position that the list takes note of; pass it on to have the list stand still."""


class NameList(msgspec.Struct):
    """The names of events that came."""

    names: list[str]


class SegmentPassage(msgspec.Struct):
    """A segment that was entered, or left."""

    segment_id: int
    name: str
    entered: bool


class CausedDelivery(msgspec.Struct):
    """A call that told a webhook of such a passage, or is to tell it."""

    webhook_id: int
    segment_id: int
    entered: bool
    state: Literal["waiting", "parked", "taken"]
    attempts: int
    """How many were made: of one that was taken, the last one included."""
    at: str | None
    """When it was taken, or will be tried again; null for one that is parked or comes next."""
    status: int | None
    """The answer's code, where it was taken."""
    problem: str
    """Why the last attempt failed."""


class JournaledEvent(msgspec.Struct):
    """One event as it was received, and what became of it."""

    position: int
    name: str
    date: str
    properties: str
    """JSON text, exactly as it was sent; so are `contact_properties` and `body`."""
    contact_properties: str
    identifiers: dict[str, str]
    object_type: str
    object_identifiers: dict[str, str]
    contact: NamedContact | None
    verdict: Literal["applied", "duplicate", "set_aside", "refused", "pending"]
    reason: str
    message: str
    duplicate_of: int | None
    remarks: list[Remark]
    changes: list[ShownDifference]
    """What the event changed of the contact."""
    passages: list[SegmentPassage]
    """Segments that the contact entered or left by it."""
    deliveries: list[CausedDelivery]
    """Calls of webhooks because of these; those that were taken are remembered for a week."""
    request_id: str
    received_at: str
    key_id: str
    key_name: str
    client: str
    idempotency_key: str
    body: str
    """Of a batch, the part that is this event."""


@get(
    "/footfall/v1/events",
    opt=require("events:read"),
    operation_id="findEvents",
    tags=["Footfall"],
    dependencies=WANTED,
)
async def find_events(
    parts: GivenParts,
    wanted: Wanted,
    after: After = None,
    offset: Offset = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
    counted: Annotated[
        bool, QueryParameter(description="Whether to count what matches, which may take longer")
    ] = True,
) -> Response[FoundEvents]:
    """Applied events by date, latest first; `after` of one page leads to the next.

    A search that takes long says how far back it got; `after` leads on from there.
    """
    query = msgspec.structs.replace(
        wanted,
        after=cursor(after),
        offset=offset,
        limit=limit,
        counted=counted and after is None and offset == 0,
        up_to=parts.progress.position if wanted.up_to is None else wanted.up_to,
    )
    if query.search:
        query = msgspec.structs.replace(query, count_up_to=COUNTED)
    read = parts.read_beside if query.search and query.counted else parts.read
    with parts.asking(bounded(query, parts.clock.now())) as query:
        return json_answer(await read(find, parts, query))


@get(
    "/footfall/v1/event-names",
    opt=require("events:read"),
    operation_id="getEventNames",
    tags=["Footfall"],
)
async def list_event_names(parts: GivenParts) -> Response[NameList]:
    """The names of all events that came, the most frequent first."""
    names = await parts.read(parts.directory.names)
    return json_answer(NameList(sorted(names, key=lambda name: (-names[name].count, name))))


@get(
    "/footfall/v1/events/{position:int}",
    opt=require("events:read"),
    operation_id="getEvent",
    tags=["Footfall"],
)
async def read_journaled(parts: GivenParts, position: PathId) -> Response[JournaledEvent]:
    """One event by its position: as received, with its verdict; set aside or applied alike."""
    found = await parts.read(_journaled, parts, Position(position))
    if found is None:
        raise NotFound("There is no event at that position")
    return json_answer(found)


def find(parts: Parts, query: EventQuery) -> FoundEvents:
    """A page of events with their contacts."""
    page = parts.events.find(query)
    contacts = parts.directory.contacts({row.contact_id for row in page.events})
    return FoundEvents(
        page.count if query.counted else None,
        page.is_least,
        [_found(row, contacts.get(row.contact_id)) for row in page.events],
        after_page(page, query),
        None if page.looked_back_to is None else format_instant(page.looked_back_to),
        query.up_to or 0,
    )


def _found(row: EventRow, contact: Contact | None) -> FoundEvent:
    return FoundEvent(
        position=row.position,
        name=row.name,
        date=format_instant(row.date),
        received_at=format_instant(row.received_at),
        contact=named(row.contact_id, contact),
        object_type=row.object_type,
        properties=row.properties,
    )


def named(contact_id: ContactId, contact: Contact | None) -> NamedContact:
    """The contact's e-mail address, or what else it has, or its number."""
    identifiers = {} if contact is None else contact.identifiers
    for kind in (EMAIL, *DECIDING_ORDER):
        if kind in identifiers:
            return NamedContact(contact_id, identifiers[kind])
    return NamedContact(contact_id, f"Contact {contact_id}")


def _journaled(parts: Parts, position: Position) -> JournaledEvent | None:
    record = parts.journal.record_at(position) if position > 0 else None
    if record is None:
        return None
    for first, request in placed_events(record):
        if first <= position < first + request.count:
            text = event_texts(request)[position - first]
            if text is None:
                return None
            return _shown(parts, position, request, text, request_id(first, record.nonce))
    return None


def _shown(
    parts: Parts, position: Position, request: Request, text: bytes, id_: str
) -> JournaledEvent:
    event = read_event(text)
    date = request.happened_at if event.date is None else event.date
    verdict = _verdict(parts, position, event, date)
    if verdict is not None:
        verdict = with_difference(parts.journal, verdict, text)
    contact_id = None if verdict is None else verdict.contact_id
    contact = None
    if contact_id is not None:
        contact = named(contact_id, parts.directory.contacts([contact_id]).get(contact_id))
    passages = [] if contact_id is None else _passages(parts, contact_id, position)
    key = next((key for key in parts.keys.all() if key.id == request.key_id), None)
    return JournaledEvent(
        position=position,
        name=event.name,
        date=format_instant(date),
        properties=event.properties_text,
        contact_properties=event.contact_properties_text,
        identifiers=given_identifiers(event),
        object_type=event.object_type,
        object_identifiers=event.object_identifiers,
        contact=contact,
        verdict="pending" if verdict is None else verdict.verdict,
        reason="" if verdict is None else verdict.reason,
        message="" if verdict is None else verdict.message,
        duplicate_of=None if verdict is None else verdict.duplicate_of,
        remarks=[] if verdict is None else list(verdict.remarks),
        changes=[] if contact_id is None else _changes(parts, contact_id, position),
        passages=passages,
        deliveries=_deliveries(parts, position) if passages else [],
        request_id=id_,
        received_at=format_instant(request.received_at),
        key_id=request.key_id,
        key_name="" if key is None else key.name,
        client=request.client,
        idempotency_key=request.idempotency_key,
        body=text.decode(),
    )


def _changes(parts: Parts, contact_id: ContactId, position: Position) -> list[ShownDifference]:
    entries = parts.directory.history(contact_id, Position(position + 1), 1)
    return [
        shown_difference(change)
        for entry in entries
        if entry.position == position
        for change in entry.changes
    ]


def _passages(parts: Parts, contact_id: ContactId, position: Position) -> list[SegmentPassage]:
    after = PassageCursor(position + 1, 0, ContactId(0))
    found = parts.directory.passages(contact_id=contact_id, before=after, limit=MAX_PASSAGES)
    caused = [each for each in found if each.position == position and each.cause == "event"]
    if not caused:
        return []
    names = {segment.id: segment.name for segment in parts.directory.state().segments}
    return [
        SegmentPassage(each.segment_id, names.get(each.segment_id, ""), each.entered)
        for each in caused
    ]


def _deliveries(parts: Parts, position: Position) -> list[CausedDelivery]:
    left, taken = parts.webhooks.told_of(position, MAX_DELIVERIES)
    return [_taken(one) for one in taken if one.delivery.cause == "event"] + [
        _left(one) for one in left if one.cause == "event"
    ]


def _taken(one: Taken) -> CausedDelivery:
    return CausedDelivery(
        webhook_id=one.delivery.webhook_id,
        segment_id=one.delivery.place.segment_id,
        entered=one.delivery.entered,
        state="taken",
        attempts=one.delivery.attempts + 1,
        at=format_instant(one.at),
        status=one.status,
        problem="",
    )


def _left(one: Delivery) -> CausedDelivery:
    return CausedDelivery(
        webhook_id=one.webhook_id,
        segment_id=one.place.segment_id,
        entered=one.entered,
        state="parked" if one.parked else "waiting",
        attempts=one.attempts,
        at=format_instant(one.due) if one.attempts and not one.parked else None,
        status=None,
        problem=one.problem,
    )


def _verdict(parts: Parts, position: Position, event: Event, date: int) -> Verdict | None:
    """None while the engine has not come to it. A plain one is known from the event's row."""
    if position > parts.progress.position:
        return None
    kept = parts.directory.verdicts(position, position).get(position)
    if kept is not None:
        return kept
    row = parts.events.at(event.name, date, position)
    return Verdict(
        position=position, verdict="applied", contact_id=None if row is None else row.contact_id
    )
