"""Finding all members of a segment, over all contacts and all that they did."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from footfall.contacts import Contact, ContactId
from footfall.ports import EventStore, Snapshot
from footfall.records import Position
from footfall.segments.evaluation import Context
from footfall.segments.registry import Segment, Segments
from footfall.segments.roster import Roster

CHUNK: Final = 2_000
"""Contacts that are looked at in one go."""


Prepared = Callable[[Segment, Segments, Position, int, ZoneInfo], Roster | None]
"""Whoever may have found the members of a segment already: takes it, all segments, and the
position, moment and time zone as of which they are wanted. None where they are not known."""


def unprepared(
    _segment: Segment, _segments: Segments, _position: Position, _now: int, _zone: ZoneInfo
) -> Roster | None:
    """Nobody has found any."""
    return None


def find_members(
    snapshot: Snapshot,
    events: EventStore,
    segment: Segment,
    segments: Segments,
    position: Position,
    now: int,
    zone: ZoneInfo,
    going_on: Callable[[ContactId], bool] = lambda _id: True,
) -> Roster:
    """Evaluate the definition for every contact of the snapshot, which was taken at `position`.

    `going_on` hears how far it has come, and ends it by False; what was found then is not all.
    """
    roster = Roster()
    last = ContactId(0)
    while True:
        contacts = snapshot.contacts(last, CHUNK)
        look_at(roster, contacts, snapshot, events, segment, segments, position, now, zone)
        if len(contacts) < CHUNK:
            return roster
        last = contacts[-1].id
        if not going_on(last):
            return roster


class Memberships(Protocol):
    """Whoever knows in which segments contacts are."""

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """See `Directory.segments_of`."""
        ...


def look_at(
    roster: Roster,
    contacts: Collection[Contact],
    memberships: Memberships,
    events: EventStore,
    segment: Segment,
    segments: Segments,
    position: Position,
    now: int,
    zone: ZoneInfo,
) -> None:
    """Evaluate the definition for these contacts, and note what it comes to."""
    what = segments.index.concerns[segment.id]
    ids = [contact.id for contact in contacts]
    histories = events.histories(ids, what.events, position) if what.events and ids else {}
    within = memberships.segments_of(ids) if what.segments else {}
    on_events_alone = segments.index.is_on_events_alone(segment.id)
    for contact in contacts:
        if on_events_alone and contact.id not in histories:
            roster.note_nobody(contact.id, is_in=segments.index.holds_of_nobody(segment.id))
            continue
        context = Context(zone=zone, segments=within.get(contact.id, frozenset()))
        happened = histories.get(contact.id, ())
        roster.note(segment, contact, happened, now, context, timed=what.time)
