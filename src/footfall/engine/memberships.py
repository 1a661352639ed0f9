"""The step of the pipeline that brings memberships in segments forward through a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from footfall.contacts import ContactId
from footfall.engine.decisions import Draft
from footfall.engine.finding import Prepared, find_members
from footfall.engine.watching import Watch
from footfall.ports import Directory, EventStore
from footfall.records import Position
from footfall.segments.following import Follower, Standing, Timer
from footfall.segments.registry import Segments
from footfall.segments.roster import Roster

MAX_TIMERS: Final = 10_000
"""Timers that are looked at in one go."""
_EVERYTHING: Final = 2**62
_CHUNK: Final = 2_000

Item = TypeVar("Item")


class Memberships:
    """Knows where to find what memberships depend on. For the thread that applies."""

    def __init__(self, directory: Directory, events: EventStore, prepared: Prepared) -> None:
        """`prepared` may have found already who is in a segment."""
        self._directory = directory
        self._events = events
        self._prepared = prepared

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
            follower = self._follower(segments, zone, timers, (), position)
            follower.pass_time(now, position)
            yield now, follower

    def follow(
        self, draft: Draft, watch: Watch, position: Position, zone: ZoneInfo
    ) -> tuple[Follower, dict[int, Roster]]:
        """What the run changes of memberships; and whom the segments have that were activated.

        `position` is that of the last entry before the run: the stores hold what was so by then.
        """
        segments = draft.segments
        timers = self._directory.due_timers(watch.now, _EVERYTHING) if segments.segments else []
        ids = {check.contact_id for check in watch.checks}
        old = {id_ for id_ in ids if id_ < watch.first_new_id}
        concerned = frozenset().union(*(check.changed | check.mentioning for check in watch.checks))
        follower = self._follower(segments, zone, timers, old, position, concerned)
        for id_ in ids - old:
            follower.standings[id_] = Standing(None)
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
        return follower, rosters

    def _follower(
        self,
        segments: Segments,
        zone: ZoneInfo,
        timers: Sequence[Timer],
        ids: Collection[ContactId],
        position: Position,
        concerned: Collection[int] = (),
    ) -> Follower:
        """With the standings of these contacts, and of those that have these timers."""
        waiting = {timer.contact_id for timer in timers}
        names = segments.index.names({*concerned, *(timer.segment_id for timer in timers)})
        follower = Follower(segments, zone, self._standings(waiting.union(ids), names, position))
        follower.expect(timers)
        return follower

    def _standings(
        self, ids: Collection[ContactId], names: Collection[str], position: Position
    ) -> dict[ContactId, Standing]:
        standings: dict[ContactId, Standing] = {}
        for some in _chunks(sorted(ids)):
            contacts = self._directory.contacts(some)
            segments = self._directory.segments_of(some)
            events = self._events.histories(some, names, position) if names else {}
            for id_ in some:
                standings[id_] = Standing(
                    contacts.get(id_), events.get(id_, ()), segments.get(id_, ())
                )
            for timer in self._directory.timers_of(some):
                standings[timer.contact_id].timers[timer.segment_id] = timer.due
        return standings

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
        roster = self._prepared(segment, segments, position, watch.now, zone)
        if roster is None:
            with closing(self._directory.snapshot()) as snapshot:
                roster = find_members(
                    snapshot, self._events, segment, segments, position, watch.now, zone
                )
        before = self._directory.member_ids(segment_id)
        names = segments.index.names(segments.index.dependents.get(segment_id, ()))
        has_dependents = segment_id in segments.index.dependents
        for some in _chunks(sorted(before ^ roster.members)):
            if has_dependents:
                missing = [id_ for id_ in some if id_ not in follower.standings]
                follower.standings |= self._standings(missing, names, position)
            for id_ in some:
                entered = id_ in roster.members
                follower.put(segment_id, id_, entered, watch.now, position + 1)
        return roster


def _chunks(items: Collection[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
