"""Finding the members of segments beside the engine's runs, which go on meanwhile.

A computation looks at the stores as they were at one position. What changes after it is noted, and
looked at again when the segment is activated: so its members are exact from the first moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from footfall.commands import ActivateSegment
from footfall.contacts import ContactId
from footfall.engine.finding import CHUNK, Search
from footfall.errors import Unavailable
from footfall.instants import SECOND
from footfall.ports import Directory, EventStore, Snapshot
from footfall.records import Position
from footfall.segments.registry import Segment, Segments
from footfall.segments.roster import Roster, outdated

RETRY: Final = 10 * SECOND
"""After a store was full or away."""

_log = structlog.get_logger()


class Computation:
    """The members of one segment as it was defined at one position, being found."""

    def __init__(self, segment: Segment, of: int) -> None:
        """`of` is the highest id that a contact may have."""
        self.segment = segment
        self.changed: set[ContactId] = set()
        """Those of whom something changed since."""
        self.found: Future[Roster] | None = None
        self.is_announced = False
        self._of = max(1, of)
        self._reached = 0
        self._cancelled = False

    @property
    def progress(self) -> float:
        """The part of all contacts that was looked at, from 0 to 1."""
        return min(1.0, self._reached / self._of)

    def reach(self, contact_id: ContactId) -> bool:
        """Note how far it has come; False where there is no need to go on."""
        self._reached = contact_id
        return not self._cancelled

    def cancel(self) -> None:
        """Stop soon; what was found is of no use."""
        self._cancelled = True


class Computations:
    """Those under way, one after the other. `progress` is for any thread, the rest for the one that
    applies."""

    def __init__(
        self, directory: Directory, events: EventStore, done: Callable[[], object]
    ) -> None:
        """`done` is called, by another thread, whenever one has ended."""
        self._directory = directory
        self._events = events
        self._done = done
        self._under_way: dict[int, Computation] = {}
        self._not_before = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="computation")

    def progress(self, segment_id: int) -> float:
        """The part of all contacts that was looked at, from 0 to 1."""
        computation = self._under_way.get(segment_id)
        return 0.0 if computation is None else computation.progress

    def tend(
        self, segments: Segments, next_contact_id: int, position: Position, now: int, zone: ZoneInfo
    ) -> list[ActivateSegment]:
        """Begin what is to be computed, end what is no more, and name what was found and is not
        `announced` yet.

        To be called between runs: `position` is what the stores hold.
        """
        for computation in list(self._under_way.values()):
            self._end_where_outdated(computation, segments)
        for segment in segments.segments.values():
            waiting = segment.state == "computing" and segment.id not in self._under_way
            if waiting and now >= self._not_before:
                self._begin(segment, next_contact_id, position, now, zone)
        return [
            ActivateSegment(computation.segment.id, computation.segment.revision)
            for computation in list(self._under_way.values())
            if self._is_found(computation, now)
        ]

    def announced(self, command: ActivateSegment) -> None:
        """The command that `tend` named is in the journal, and need not be named again."""
        computation = self._under_way.get(command.segment_id)
        if computation is not None and computation.segment.revision == command.revision:
            computation.is_announced = True

    def note(self, changed: Iterable[tuple[int, ContactId]]) -> None:
        """Segments and contacts of whom something changed by the run that was committed."""
        for segment_id, contact_id in changed:
            computation = self._under_way.get(segment_id)
            if computation is not None:
                computation.changed.add(contact_id)

    def take(self, segment: Segment, position: Position, now: int, zone: ZoneInfo) -> Roster | None:
        """What was found, as it is at that position and moment. See `finding.Prepared`."""
        computation = self._under_way.get(segment.id)
        if computation is None or computation.segment.revision != segment.revision:
            return None
        if computation.found is None or not computation.found.done():
            return None
        roster = computation.found.result()
        again = sorted(computation.changed | outdated(roster, now))
        search = Search(self._directory, self._events, segment, position, now, zone)
        for start in range(0, len(again), CHUNK):
            search.look_at(roster, again[start : start + CHUNK])
        return roster

    def close(self) -> None:
        """End the one under way."""
        for computation in self._under_way.values():
            computation.cancel()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _begin(
        self, segment: Segment, next_contact_id: int, position: Position, now: int, zone: ZoneInfo
    ) -> None:
        snapshot = self._directory.snapshot()
        computation = self._under_way[segment.id] = Computation(segment, next_contact_id)
        search = Search(snapshot, self._events, segment, position, now, zone)
        computation.found = self._thread.submit(self._find, computation, snapshot, search)
        computation.found.add_done_callback(lambda _: self._done())

    def _find(self, computation: Computation, snapshot: Snapshot, search: Search) -> Roster:
        with closing(snapshot):
            return search.find(snapshot.contact_ids(), computation.reach)

    def _end_where_outdated(self, computation: Computation, segments: Segments) -> None:
        segment = segments.segments.get(computation.segment.id)
        if (
            segment is None
            or segment.state != "computing"
            or segment.revision != computation.segment.revision
        ):
            computation.cancel()
            del self._under_way[computation.segment.id]

    def _is_found(self, computation: Computation, now: int) -> bool:
        """Whether it was found, and that is not in the journal yet."""
        if computation.is_announced or computation.found is None or not computation.found.done():
            return False
        problem = computation.found.exception()
        if problem is None:
            return True
        if not isinstance(problem, Unavailable):
            raise problem
        _log.error("segment_waits", segment=computation.segment.id, problem=problem.message)
        self._not_before = now + RETRY
        del self._under_way[computation.segment.id]
        return False
