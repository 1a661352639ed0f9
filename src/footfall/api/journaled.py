"""What stands in the journal, as the routes show it: each event with its position and its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from footfall.batches import accepted_events
from footfall.events import Event
from footfall.ports import Journal
from footfall.records import Position, Record, Request
from footfall.verdicts import Verdict


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


def text_at(journal: Journal, position: Position) -> bytes | None:
    """The text of the event there; None where there is no event, or none any more."""
    record = journal.record_at(position)
    for first, request in () if record is None else placed_events(record):
        if first <= position < first + request.count:
            return event_texts(request)[position - first]
    return None


def with_difference(journal: Journal, verdict: Verdict, text: bytes | None) -> Verdict:
    """The verdict of the event with that text; of a repeat, it says whether it repeats all.

    Whoever uses an id twice by mistake would otherwise never see that the second event is not kept.
    """
    original = verdict.duplicate_of
    if original is None or text is None or verdict.message:
        return verdict
    first = text_at(journal, original)
    if first is None or msgspec.json.decode(first) == msgspec.json.decode(text):
        return verdict
    message = (
        f"it has the id of the event at position {original} but says something else, which was not "
        "applied"
    )
    return msgspec.structs.replace(verdict, message=message)


def events_at(
    journal: Journal, positions: Iterable[Position]
) -> Iterator[tuple[Position, Position, Request]]:
    """Each event of these, in order of position, with the request that it came in and the position
    of that one's first event."""
    record: Record | None = None
    for position in positions:
        if record is None or position > record.last:
            record = journal.record_at(position)
        if record is None:
            return
        for first, request in placed_events(record):
            if first <= position < first + request.count:
                yield position, first, request
