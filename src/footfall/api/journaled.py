"""What stands in the journal, as the routes show it: each event with its position and its text."""

from __future__ import annotations

from collections.abc import Iterator

from footfall.batches import accepted_events
from footfall.events import Event
from footfall.records import Position, Record, Request


def event_texts(request: Request) -> list[bytes]:
    """The text of each accepted event of a request of events, in order of position.

    Raises what `batches.accepted_events` raises where this version can't read the batch.
    """
    if request.kind == "batch":
        return [text for _, text in accepted_events(request.body, request.refused)]
    return [request.body]


def given_identifiers(event: Event) -> dict[str, str]:
    """Whom the caller named, in compared form, by kind; in deciding order."""
    number = {} if event.contact_id is None else {"contact_id": str(event.contact_id)}
    return number | {identifier.kind: identifier.value for identifier in event.identifiers}


def placed_events(record: Record) -> Iterator[tuple[Position, Request]]:
    """Each request of events of the record, with the position of its first event."""
    return (placed for placed in record.placed() if placed[1].kind in ("event", "batch"))
