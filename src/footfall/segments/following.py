"""How membership follows what happens: entry by entry, and timer by timer. Pure.

At every position of the journal and every reading of the clock, the members of a live segment are
exactly those whom an evaluation from scratch would find. For that each change is looked at by
itself, in order; what lies between two entries is the passing of time, and it is looked at at the
exact moments at which it may change something (`changes.next_change`), not when somebody asks.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from footfall.contacts import Contact, ContactId
from footfall.segments.changes import next_change
from footfall.segments.directions import Way, of_event
from footfall.segments.evaluation import Context, Past, PastEvent, Subject, holds
from footfall.segments.intervals import Frame
from footfall.segments.registry import Segments

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


class Standing:
    """A contact as it is known to its segments, while a run goes on."""

    def __init__(
        self,
        contact: Contact | None,
        events: Iterable[PastEvent] = (),
        segments: Iterable[int] = (),
        timers: Mapping[int, int] | None = None,
    ) -> None:
        self.contact = contact
        self.past = Past(events)
        self.segments = set(segments)
        """Those that the contact is in."""
        self.timers = dict(timers or {})
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
    """Brings memberships forward through one run. `standings` must have everybody concerned.

    Moments must come in order. What changed is in `members`, `timers` and `passages`.
    """

    def __init__(
        self, segments: Segments, zone: ZoneInfo, standings: dict[ContactId, Standing]
    ) -> None:
        self._segments = segments
        self._index = segments.index
        self._zone = zone
        self.standings = standings
        self.members: dict[tuple[int, ContactId], int | None] = {}
        """By segment and contact: since when it is in; None where it is not any more."""
        self.timers: dict[tuple[int, ContactId], int | None] = {}
        """By segment and contact: when it is due; None where there is none any more."""
        self.passages: list[Passage] = []
        self.unsure: set[tuple[int, ContactId]] = set()
        """Segment and contact, where something changed while the members are being found."""
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
        standing = self.standings[check.contact_id]
        standing.contact = check.contact
        if check.contact is None:
            self._forget(standing, check.contact_id)
            return
        if check.event is not None:
            standing.past.add(check.event)
        concerned = set(check.changed)
        if check.event is not None:
            frame = Frame(check.now, self._zone, check.contact.attributes)
            concerned.update(
                id_
                for id_ in check.mentioning - check.changed
                if self._may_move(id_, standing, check.event, frame)
            )
        if concerned:
            self._evaluate(
                standing, check.contact_id, concerned, check.now, check.position, check.cause
            )

    def _may_move(self, id_: int, standing: Standing, event: PastEvent, frame: Frame) -> bool:
        """Whether the event can move the contact from where it is."""
        segment = self._segments.segments[id_]
        if segment.state != "live":
            return True
        is_in, ready = id_ in standing.segments, self._index.ready[id_]
        if ready is not None:
            return ready.may_move(event, is_in=is_in)
        way = of_event(segment.definition.condition, event, frame)
        return bool(way & (Way.OUT if is_in else Way.IN))

    def put(
        self, segment_id: int, contact_id: ContactId, entered: bool, now: int, position: int
    ) -> None:
        """The contact is found to be in, or to be out, where all members were found anew.

        Its standing must be here only where other segments mention this one.
        """
        standing = self.standings.get(contact_id) or Standing(None)
        self._move(standing, segment_id, contact_id, now, position, "definition", entered)
        dependents = self._index.dependents.get(segment_id, ())
        self._evaluate(standing, contact_id, dependents, now, position, "definition")

    def _forget(self, standing: Standing, contact_id: ContactId) -> None:
        """A contact that is gone leaves without a trace."""
        for segment_id in standing.segments:
            self._segments.grow(segment_id, -1)
            self.members[segment_id, contact_id] = None
        for segment_id in standing.timers:
            self.timers[segment_id, contact_id] = None
        for segment in self._segments.segments.values():
            if segment.state != "live":
                self.unsure.add((segment.id, contact_id))
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
        contact = standing.contact
        if contact is None:
            return
        rank = self._index.rank
        context = Context(zone=self._zone, segments=standing.segments)
        subject = Subject(contact, standing.past, now, context)
        waiting = [(rank[id_], id_) for id_ in concerned]
        heapq.heapify(waiting)
        last = None
        while waiting:
            _, id_ = heapq.heappop(waiting)
            if id_ == last:
                continue
            last = id_
            segment = self._segments.segments[id_]
            if segment.state != "live":
                self.unsure.add((id_, contact_id))
                self._set_timer(standing, id_, contact_id, None)
                continue
            ready = self._index.ready[id_]
            if ready is not None:
                is_in = ready.holds(subject)
            else:
                is_in = holds(segment.definition.condition, subject)
            if self._index.concerns[id_].time:
                due = None
                if self._index.may_time_move(id_, is_in) or not standing.past.is_over(now):
                    if ready is not None:
                        due = ready.next_change(subject)
                    else:
                        due = next_change(
                            segment.definition, contact, standing.past, now, context, current=is_in
                        )
                self._set_timer(standing, id_, contact_id, due)
            if is_in != (id_ in standing.segments):
                self._move(standing, id_, contact_id, now, position, cause, is_in)
                for dependent in self._index.dependents.get(id_, ()):
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
        self._segments.grow(segment_id, 1 if entered else -1)
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
