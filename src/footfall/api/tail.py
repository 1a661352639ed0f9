"""The newest entries of the journal, message by message, for one who watches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from footfall.api.journaled import event_texts, given_identifiers, placed_events
from footfall.errors import FootfallError
from footfall.events import read_event
from footfall.instants import format_instant
from footfall.ports import Directory, Journal
from footfall.records import Position, Record

BEFORE: Final = 100
"""Entries from before the call with which a new stream begins."""
MAX_ENTRIES: Final = 2_000
"""Entries in one message, but for those of the last record."""
MAX_BEHIND: Final = 20_000
"""Entries that a reader may be behind; past it the older ones are passed over."""
MAX_PROPERTIES: Final = 1_000
"""Characters of an event's properties that are sent."""


class LiveEvent(msgspec.Struct):
    """An event as it was accepted. What became of it follows as a `LiveVerdict`."""

    position: int
    received_at: str
    name: str
    """Empty for an event that this version cannot read."""
    identifiers: dict[str, str]
    """Whom the caller named, in deciding order."""
    properties: str
    """JSON text as it was sent, cut off after 1,000 characters."""


class LiveVerdict(msgspec.Struct):
    """What became of an event, where it was more than being applied."""

    position: int
    verdict: Literal["applied", "duplicate", "set_aside", "refused"]
    message: str


class LiveRefusal(msgspec.Struct):
    """A request for intake that was refused, wholly or in part: nothing else keeps it."""

    request_id: str
    received_at: str
    path: str
    status: int
    code: str
    message: str
    key_name: str
    """Empty where no valid key came with it."""
    client: str
    body: str
    """As received, as far as it is text; cut off after 64 KB."""
    size: int
    """Bytes of the whole body."""


class LiveMessage(msgspec.Struct):
    """One message of the stream. Its id leads on from there, as `Last-Event-ID`."""

    events: list[LiveEvent]
    verdicts: list[LiveVerdict]
    skipped: int
    """Entries that were passed over since the last message."""
    refused: list[LiveRefusal] = []
    refusals_lost: int = 0
    """Refused requests of which nothing more than their number is known."""


class Tail:
    """Follows the journal from one position on. For one thread at a time."""

    def __init__(self, journal: Journal, directory: Directory, after: Position | None) -> None:
        """Begins after that position, or a little before the journal's end."""
        self._journal = journal
        self._directory = directory
        head = journal.head()
        last = max(0, head - BEFORE) if after is None else min(after, head)
        self.position = self._judged = head if last == head else self._before(last + 1)

    def _before(self, position: int) -> Position:
        """The last position before the record that holds this one."""
        record = self._journal.record_at(Position(position))
        return Position(0 if record is None else record.position - 1)

    def more(self, applied: Position) -> LiveMessage | None:
        """What came since the last call, and verdicts of it up to `applied`; None for nothing."""
        head = self._journal.head()
        skipped = 0
        if head - self.position > MAX_BEHIND:
            begin = self._before(head - MAX_ENTRIES + 1)
            skipped = begin - self.position
            self.position = self._judged = begin
        records = self._journal.read(self.position, MAX_ENTRIES) if head > self.position else []
        events = [event for record in records for event in _events(record)]
        if records:
            self.position = records[-1].last
        verdicts = self._verdicts(min(applied, self.position))
        if not records and not verdicts and not skipped:
            return None
        return LiveMessage(events, verdicts, skipped)

    def _verdicts(self, last: Position) -> list[LiveVerdict]:
        first = Position(self._judged + 1)
        if last < first:
            return []
        self._judged = last
        found = self._directory.verdicts(first, last).values()
        return [LiveVerdict(each.position, each.verdict, each.message) for each in found]


def _events(record: Record) -> Iterator[LiveEvent]:
    for first, request in placed_events(record):
        received_at = format_instant(request.received_at)
        try:
            texts = event_texts(request)
        except FootfallError:
            texts = [b""] * request.count
        for position, text in enumerate(texts, first):
            if text is not None:
                yield _event(position, received_at, text)


def _event(position: int, received_at: str, text: bytes) -> LiveEvent:
    try:
        event = read_event(text)
    except (msgspec.MsgspecError, ValueError, RecursionError, FootfallError):
        return LiveEvent(position, received_at, "", {}, "")
    properties = event.properties_text[:MAX_PROPERTIES]
    return LiveEvent(position, received_at, event.name, given_identifiers(event), properties)
