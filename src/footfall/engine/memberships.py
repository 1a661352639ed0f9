"""The step of the pipeline that brings memberships in segments forward through a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from footfall.contacts import ContactId
from footfall.engine.decisions import Draft
from footfall.engine.finding import Prepared, Search, dates_of
from footfall.engine.watching import Watch
from footfall.ports import Directory, EventStore
from footfall.records import Position
from footfall.segments.evaluation import Past
from footfall.segments.following import Check, Follower, Standing, Timer
from footfall.segments.intervals import THE_PAST
from footfall.segments.registry import Index, Segments
from footfall.segments.roster import Roster
from footfall.segments.tallies import total

MAX_TIMERS: Final = 10_000
"""Timers that are looked at in one go."""
MAX_STANDINGS: Final = 150_000
"""Contacts of whom is kept in memory from run to run how they stand; past it all start anew."""
MAX_DATES: Final = 2_000_000
"""Of their events."""
_EVERYTHING: Final = 2**62
_CHUNK: Final = 2_000

Item = TypeVar("Item")


class Memberships:
    """Knows where to find what memberships depend on, and keeps what it found for the next run.
    For the thread that applies."""

    def __init__(self, directory: Directory, events: EventStore, prepared: Prepared) -> None:
        """`prepared` may have found already who is in a segment."""
        self._directory = directory
        self._events = events
        self._prepared = prepared
        self._index: Index | None = None
        self._standings: dict[ContactId, Standing] = {}
        self._dates = 0

    def forget(self) -> None:
        """Keep nothing: a run was not committed, or contacts are shown as others than before."""
        self._standings = {}
        self._dates = 0

    def pass_time(
        self, segments: Segments, up_to: int, position: Position, zone: ZoneInfo
    ) -> Iterator[tuple[int, Follower]]:
        """Timers that are due before the next entry, where they are too many for its run.

        Yields how late it is then, and what changed; to be committed before the next is taken.
        """
        while segments.segments:
            timers = self._directory.due_timers(up_to, MAX_TIMERS)
            if len(timers) < MAX_TIMERS:
                return
            now = timers[-1].due
            follower = self._follower(segments, zone)
            self._prepare(follower, segments.index, timers, (), position, timers[0].due)
            follower.pass_time(now, position)
            follower.settle()
            yield now, follower

    def follow(
        self, draft: Draft, watch: Watch, position: Position, zone: ZoneInfo
    ) -> tuple[Follower, dict[int, Roster]]:
        """What the run changes of memberships; and whom the segments have that were activated.

        `position` is that of the last entry before the run: the stores hold what was so by then.
        """
        segments = draft.segments
        if draft.regrouped:
            self.forget()
        follower = self._follower(segments, zone)
        if segments.segments:
            timers = self._directory.due_timers(watch.now, _EVERYTHING)
            new = watch.first_new_id
            old = [check for check in watch.checks if check.contact_id < new]
            for check in watch.checks:
                if check.contact_id >= new:
                    self._standings[check.contact_id] = Standing()
            before, _ = watch.clock[0]
            self._prepare(follower, segments.index, timers, old, position, before)
        moments = iter(watch.clock)
        moment = next(moments, None)
        for check in watch.checks:
            while moment is not None and moment[0] <= check.now:
                follower.pass_time(*moment)
                moment = next(moments, None)
            follower.check(check)
        while moment is not None:
            follower.pass_time(*moment)
            moment = next(moments, None)
        rosters = {
            id_: self._activate(id_, draft, follower, watch, position, zone)
            for id_ in draft.activated
        }
        follower.settle()
        self._dates += follower.counted
        if rosters:
            self.forget()
        return follower, rosters

    def _follower(self, segments: Segments, zone: ZoneInfo) -> Follower:
        """With the standings that are kept, of definitions that are still the same."""
        is_full = len(self._standings) > MAX_STANDINGS or self._dates > MAX_DATES
        if self._index is not segments.index or is_full:
            self.forget()
            self._index = segments.index
        return Follower(segments, zone, self._standings)

    def _prepare(
        self,
        follower: Follower,
        index: Index,
        timers: Sequence[Timer],
        checks: Sequence[Check],
        position: Position,
        now: int,
    ) -> None:
        """Have these timers come, and find all that they ask for, and that these checks do."""
        waiting = {timer.contact_id for timer in timers}
        known = waiting.union([check.contact_id for check in checks])
        self._load(follower, known, index, position, now)
        for some in _chunks(sorted(waiting)):
            follower.contacts.update(self._directory.contacts(some))
        if index.asking:
            asking = defaultdict[ContactId, set[int]](set)
            for timer in timers:
                asking[timer.contact_id].add(timer.segment_id)
            for check in checks:
                asking[check.contact_id] |= check.changed | check.mentioning
            hits = {id_: found for id_, ids in asking.items() if (found := ids & index.asking)}
            names = index.asked(frozenset().union(*hits.values()))
            self._ask(follower, hits, names, position)
        follower.expect(timers)

    def _load(
        self,
        follower: Follower,
        ids: Collection[ContactId],
        index: Index,
        position: Position,
        now: int,
    ) -> None:
        """The standings of these contacts, as far as they are not there yet."""
        standings, tallies = follower.standings, index.tallies
        for some in _chunks(sorted(id_ for id_ in ids if id_ not in standings)):
            found = {id_: Standing() for id_ in some}
            for id_, inside in self._directory.segments_of(some).items():
                found[id_].segments = inside
            for timer in self._directory.timers_of(some):
                found[timer.contact_id].timers[timer.segment_id] = timer.due
            for id_, dates in dates_of(self._events, tallies, some, position, now).items():
                found[id_].dates = dates
            self._dates += total([one.dates for one in found.values()])
            standings.update(found)

    def _ask(
        self,
        follower: Follower,
        ids: Collection[ContactId],
        names: Collection[str],
        position: Position,
    ) -> None:
        """What these contacts did of these names."""
        for some in _chunks(sorted(ids)):
            events = self._events.histories(some, dict.fromkeys(names, THE_PAST), position)
            for id_ in some:
                follower.pasts[id_] = Past(events.get(id_, ()))

    def _activate(
        self,
        segment_id: int,
        draft: Draft,
        follower: Follower,
        watch: Watch,
        position: Position,
        zone: ZoneInfo,
    ) -> Roster:
        """Let those in whom the definition finds, and the others out."""
        segments = draft.segments
        segment = segments.segments[segment_id]
        roster = self._prepared(segment, position, watch.now, zone)
        if roster is None:
            with closing(self._directory.snapshot()) as snapshot:
                search = Search(snapshot, self._events, segment, position, watch.now, zone)
                roster = search.find(snapshot.contact_ids())
        before = self._directory.member_ids(segment_id)
        dependents = segments.index.dependents.get(segment_id)
        for some in _chunks(sorted(before ^ roster.members)):
            if dependents:
                self._load(follower, some, segments.index, position, watch.now)
                follower.contacts.update(self._directory.contacts(some))
                if segments.index.asking:
                    names = segments.index.asked(segments.index.asking)
                    self._ask(follower, some, names, position)
            for id_ in some:
                entered = id_ in roster.members
                follower.put(segment_id, id_, entered, watch.now, position + 1)
        return roster


def _chunks(items: Collection[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
