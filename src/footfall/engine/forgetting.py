"""Forgetting events by their age: what the journal keeps of events that were received before.

Of such an event is left what it did to contacts: whom it named, the attributes that it gave, and
the ids by which its repeats are known. Its name, date, object and properties are gone. A replay
decides about it as it did at first, but no event comes of it; so stores that are computed from the
journal have exactly what follows from the events that are still there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from msgspec import Raw

from footfall.batches import accepted_events, joined
from footfall.engine.decisions import FORGOTTEN
from footfall.errors import FootfallError
from footfall.events import FIELDS, read_event
from footfall.ports import Directory, Journal
from footfall.records import Erased, Position, Record, Request

PORTION: Final = 10_000
"""Entries that are looked at, and then rewritten, at a time."""

_KEPT: Final = ("event_name", "identifiers", "contact_properties", "event_id")
_object = msgspec.json.Decoder(dict[str, Raw])


class Forgettable(msgspec.Struct, frozen=True):
    """What the journal has of events, by when they were received."""

    due: int
    """Events that were received before the moment, and are there yet."""
    first: int | None
    """When the first of these was received, nanoseconds since the epoch."""
    forgotten: int
    """Those that were forgotten by then."""


def forgettable(
    journal: Journal, before: int, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> Forgettable:
    """Count what `forget` would forget. Reads the whole journal."""
    due, forgotten, first = 0, 0, None
    for record in _records(journal, progress):
        for request in record.requests:
            if request.forgotten:
                forgotten += request.count
            elif _is_due(request, before):
                due += request.count - len(request.gone())
                first = request.received_at if first is None else min(first, request.received_at)
    return Forgettable(due, first, forgotten)


def is_complete(directory: Directory, forgettable: Forgettable) -> bool:
    """Whether the directory was computed since the last events were forgotten."""
    return directory.state().totals.get(FORGOTTEN, 0) == forgettable.forgotten


def forget(journal: Journal, before: int, progress: Callable[[int, int], None]) -> None:
    """Rewrite what the journal has of events that were received before that moment.

    Whatever was erased must be gone from the journal already, and the stores that were computed
    from it are to be computed anew. On disk when it returns; interrupted, a repeat goes on.
    """
    due: list[Position] = []
    for record in _records(journal, progress):
        if any(_is_due(request, before) for request in record.requests):
            due.append(record.position)
        if len(due) >= PORTION:
            journal.rewrite(due, lambda record: without_events(record, before))
            due = []
    journal.rewrite(due, lambda record: without_events(record, before))


def without_events(record: Record, before: int) -> Record:
    """The record without the events that were received before that moment. Pure.

    The same again where they are gone already.
    """
    requests = [
        _forgotten(request) if _is_due(request, before) else request for request in record.requests
    ]
    return Record(record.position, record.nonce, requests)


def _records(journal: Journal, progress: Callable[[int, int], None]) -> Iterator[Record]:
    head, reached = journal.head(), Position(0)
    while reached < head:
        progress(reached, head)
        records = journal.read(reached, PORTION)
        reached = records[-1].last
        yield from records


def _is_due(request: Request, before: int) -> bool:
    is_of_events = request.kind in ("event", "batch")
    return is_of_events and not request.forgotten and request.received_at < before


def _forgotten(request: Request) -> Request:
    erased = {each.offset: msgspec.structs.replace(each, name="") for each in request.erased}
    texts: dict[int, bytes] = {}
    for offset, (index, text) in enumerate(_texts(request)):
        rest = None if offset in erased else _rest(text)
        if rest is None and offset not in erased:
            erased[offset] = Erased(offset, "set_aside", reason="unreadable")
        texts[index] = rest or b"null"
    size = max(texts) + 1
    is_batch = request.kind == "batch"
    return msgspec.structs.replace(
        request,
        body=joined([texts.get(index) for index in range(size)]) if is_batch else texts[0],
        erased=tuple(erased[offset] for offset in sorted(erased)),
        forgotten=True,
    )


def _texts(request: Request) -> list[tuple[int, bytes]]:
    """Index and text of each entry; texts that say nothing where the batch cannot be read."""
    if request.kind == "event":
        return [(0, request.body)]
    try:
        return list(accepted_events(request.body, request.refused))
    except FootfallError:
        indexes = range(request.count + len(request.refused))
        return [(index, b"") for index in indexes if index not in request.refused]


def _rest(text: bytes) -> bytes | None:
    """What is left of an event; None for one that this version cannot read."""
    try:
        read_event(text)
        event = _object.decode(text)
        kept = {name: event[name] for name in _KEPT if name in event}
        given = _object.decode(event["identifiers"])
    except (msgspec.MsgspecError, ValueError, RecursionError, FootfallError):
        return None
    known = {kind: value for kind, value in given.items() if kind in FIELDS["identifiers",]}
    return msgspec.json.encode(kept | {"event_name": "", "identifiers": known})
