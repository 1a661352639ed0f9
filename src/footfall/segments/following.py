"""How membership follows what happens: entry by entry, and timer by timer. Pure.

At every position of the journal and every reading of the clock, the members of a live segment are
exactly those whom an evaluation from scratch would find. For that each change is looked at by
itself, in order; what lies between two entries is the passing of time, and it is looked at at the
exact moments at which it may change something (`changes.next_change`), not when somebody asks.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from footfall.contacts import Contact, ContactId
from footfall.segments.directions import Way, of_event
from footfall.segments.evaluation import Context, Past, PastEvent, Subject
from footfall.segments.intervals import Frame
from footfall.segments.registry import Segments
from footfall.segments.tallies import Dates

LAST_TIMER: Final = 2**63 - 1
"""No timer is set past this moment, in the year 2262."""

Cause = Literal["event", "request", "time", "definition"]


class Passage(msgspec.Struct, frozen=True, gc=False):
    """A contact entered a segment, or left it."""

    segment_id: int
    contact_id: ContactId
    position: int
    """Of the entry that caused it; where time or a definition did, the last entry by then."""
    at: int
    """The exact moment, nanoseconds since the epoch."""
    entered: bool
    cause: Cause


class Timer(NamedTuple):
    """The next moment at which time alone may change a membership."""

    due: int
    contact_id: ContactId
    segment_id: int


class Standing(msgspec.Struct, gc=False):
    """What is known of one contact from run to run: it has no cycles, and there are many."""

    dates: Dates = {}
    """Of its events, as far as definitions made ready count them."""
    segments: set[int] = set()
    """Those that the contact is in."""
    timers: dict[int, int] = {}
    """By segment, when it is due."""


class Check(NamedTuple):
    """What one entry asks of one contact's memberships."""

    position: int
    now: int
    cause: Literal["event", "request"]
    contact_id: ContactId
    contact: Contact | None
    """As the entry left it; None where it is gone."""
    event: PastEvent | None
    """Where the entry is an event."""
    changed: frozenset[int]
    """The segments that changes of the contact concern."""
    mentioning: frozenset[int] = frozenset()
    """Those that mention the event."""


class Follower:
    """Brings memberships forward through one run.

    `standings` must have everybody concerned. `contacts` and `pasts` need have only those contacts
    who are concerned before the run has anything of them: where a timer comes, `contacts`, and
    `pasts` where a definition that is not ready is asked.

    Moments must come in order. What changed is in `members`, `timers` and `passages`.
    """

    def __init__(
        self,
        segments: Segments,
        zone: ZoneInfo,
        standings: dict[ContactId, Standing],
        contacts: dict[ContactId, Contact] | None = None,
        pasts: dict[ContactId, Past] | None = None,
    ) -> None:
        self._segments = segments
        self._index = segments.index
        self._zone = zone
        self._unsettled = frozenset(
            id_ for id_, one in segments.segments.items() if one.state != "live"
        )
        self.standings = standings
        self.contacts = {} if contacts is None else contacts
        self.pasts = {} if pasts is None else pasts
        self.counted = 0
        """How many dates came to the standings."""
        self.members: dict[tuple[int, ContactId], int | None] = {}
        """By segment and contact: since when it is in; None where it is not any more."""
        self.timers: dict[tuple[int, ContactId], int | None] = {}
        """By segment and contact: when it is due; None where there is none any more."""
        self.passages: list[Passage] = []
        self.unsure: set[tuple[int, ContactId]] = set()
        """Segment and contact, where something changed while the members are being found."""
        self._growth: Counter[int] = Counter()
        self._due: list[tuple[int, ContactId]] = []

    def expect(self, timers: Iterable[Timer]) -> None:
        """Timers that were set in earlier runs, of contacts that have their standings here."""
        for timer in timers:
            heapq.heappush(self._due, (timer.due, timer.contact_id))

    def pass_time(self, now: int, position: int) -> None:
        """Let every timer come that is due by `now`; `position` is that of the last entry."""
        while self._due and self._due[0][0] <= now:
            moment = heapq.heappop(self._due)
            while self._due and self._due[0] == moment:
                heapq.heappop(self._due)
            due, contact_id = moment
            standing = self.standings[contact_id]
            concerned = {id_ for id_, when in standing.timers.items() if when == due}
            if concerned:
                self._evaluate(standing, contact_id, concerned, due, position, "time")

    def check(self, check: Check) -> None:
        """Look at what an entry concerns. Time must have passed up to it."""
        contact_id = check.contact_id
        standing = self.standings[contact_id]
        if check.contact is None:
            self._forget(standing, contact_id)
            return
        self.contacts[contact_id] = check.contact
        concerned: Collection[int] = check.changed
        if check.event is not None:
            concerned = self._moved(standing, check, check.event)
            if check.event.name in self._index.plain_by_event:
                concerned += self._plainly_moved(standing, check, check.event)
            if check.changed:
                concerned = check.changed.union(concerned)
        if concerned:
            self._evaluate(standing, contact_id, concerned, check.now, check.position, check.cause)

    def _moved(self, standing: Standing, check: Check, event: PastEvent) -> list[int]:
        """Ready ones that the event can move the contact into, or out of, from where it is."""
        index, inside = self._index, standing.segments
        counted = index.tallies.add(standing.dates, event, check.now)
        self.counted += len(counted)
        return [
            id_
            for tally in counted
            for id_, lets_in, lets_out in index.counting[tally]
            if (lets_out if id_ in inside else lets_in) or id_ in self._unsettled
        ]

    def _plainly_moved(self, standing: Standing, check: Check, event: PastEvent) -> list[int]:
        """Others of that kind."""
        self._past(check.contact_id).add(event)
        attributes = {} if check.contact is None else check.contact.attributes
        frame = Frame(check.now, self._zone, attributes)
        moved = []
        for id_ in self._index.plain_by_event[event.name]:
            way = Way.OUT if id_ in standing.segments else Way.IN
            condition = self._segments.segments[id_].definition.condition
            if id_ in self._unsettled or way & of_event(condition, event, frame):
                moved.append(id_)
        return moved

    def _past(self, contact_id: ContactId) -> Past:
        """What the contact did; where it is not there yet, it did nothing before the run."""
        past = self.pasts.get(contact_id)
        if past is None:
            past = self.pasts[contact_id] = Past()
        return past

    def settle(self) -> None:
        """Count who entered and left."""
        for segment_id, by in self._growth.items():
            if by:
                self._segments.grow(segment_id, by)
        self._growth.clear()

    def put(
        self, segment_id: int, contact_id: ContactId, entered: bool, now: int, position: int
    ) -> None:
        """The contact is found to be in, or to be out, where all members were found anew.

        Its standing must be here only where other segments mention this one.
        """
        standing = self.standings.get(contact_id) or Standing()
        self._move(standing, segment_id, contact_id, now, position, "definition", entered)
        dependents = self._index.dependents.get(segment_id, ())
        self._evaluate(standing, contact_id, dependents, now, position, "definition")

    def _forget(self, standing: Standing, contact_id: ContactId) -> None:
        """A contact that is gone leaves without a trace."""
        self.contacts.pop(contact_id, None)
        for segment_id in standing.segments:
            self._growth[segment_id] -= 1
            self.members[segment_id, contact_id] = None
        for segment_id in standing.timers:
            self.timers[segment_id, contact_id] = None
        self.unsure.update((segment_id, contact_id) for segment_id in self._unsettled)
        standing.dates.clear()
        standing.segments.clear()
        standing.timers.clear()
        self.passages = [one for one in self.passages if one.contact_id != contact_id]

    def _evaluate(
        self,
        standing: Standing,
        contact_id: ContactId,
        concerned: Iterable[int],
        now: int,
        position: int,
        cause: Cause,
    ) -> None:
        """Each after those that it mentions; those that mention one that changed come as well."""
        contact = self.contacts.get(contact_id)
        if contact is None:
            return
        index = self._index
        rank, dependents = index.rank, index.dependents
        context = Context(zone=self._zone, segments=standing.segments)
        subject = Subject(contact, self.pasts.get(contact_id) or (), now, context)
        waiting = sorted((rank[id_], id_) for id_ in concerned)
        last = None
        while waiting:
            _, id_ = heapq.heappop(waiting)
            if id_ == last:
                continue
            last = id_
            if id_ in self._unsettled:
                self.unsure.add((id_, contact_id))
                self._set_timer(standing, id_, contact_id, None)
                continue
            is_in, due = self._segments.look(id_, subject, standing.dates)
            if due is not None or id_ in standing.timers:
                self._set_timer(standing, id_, contact_id, due)
            if is_in != (id_ in standing.segments):
                self._move(standing, id_, contact_id, now, position, cause, is_in)
                for dependent in dependents.get(id_, ()):
                    heapq.heappush(waiting, (rank[dependent], dependent))

    def _move(
        self,
        standing: Standing,
        segment_id: int,
        contact_id: ContactId,
        now: int,
        position: int,
        cause: Cause,
        entered: bool,
    ) -> None:
        if entered:
            standing.segments.add(segment_id)
        else:
            standing.segments.discard(segment_id)
        self._growth[segment_id] += 1 if entered else -1
        self.members[segment_id, contact_id] = now if entered else None
        self.passages.append(Passage(segment_id, contact_id, position, now, entered, cause))

    def _set_timer(
        self, standing: Standing, segment_id: int, contact_id: ContactId, due: int | None
    ) -> None:
        if due is not None and due > LAST_TIMER:
            due = None
        if standing.timers.get(segment_id) == due:
            return
        self.timers[segment_id, contact_id] = due
        if due is None:
            del standing.timers[segment_id]
        else:
            standing.timers[segment_id] = due
            heapq.heappush(self._due, (due, contact_id))
