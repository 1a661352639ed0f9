"""What stands in the journal, as the routes show it: each event with its position and its text."""

from __future__ import annotations

from collections.abc import Iterator

from footfall.batches import accepted_events
from footfall.events import Event
from footfall.records import Position, Record, Request


def event_texts(request: Request) -> list[bytes | None]:
    """The text of each accepted event of a request of events, in order of position.

    None for one that was erased or forgotten. Raises what `batches.accepted_events` raises where
    this version can't read the batch.
    """
    if request.forgotten:
        return [None] * request.count
    gone = request.gone()
    if request.kind == "batch":
        texts = [text for _, text in accepted_events(request.body, request.refused)]
    else:
        texts = [request.body]
    return [None if offset in gone else text for offset, text in enumerate(texts)]


def given_identifiers(event: Event) -> dict[str, str]:
    """Whom the caller named, in compared form, by kind; in deciding order."""
    number = {} if event.contact_id is None else {"contact_id": str(event.contact_id)}
    return number | {identifier.kind: identifier.value for identifier in event.identifiers}


def placed_events(record: Record) -> Iterator[tuple[Position, Request]]:
    """Each request of events of the record, with the position of its first event."""
    return (placed for placed in record.placed() if placed[1].kind in ("event", "batch"))
