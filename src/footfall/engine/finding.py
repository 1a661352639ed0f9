"""Finding all members of a segment, over all contacts and all that they did.

The event store says for all contacts at once how conditions on events come out. Only those are
looked at one by one whom time alone may move, and those for whom other conditions decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from numpy.typing import NDArray

from footfall.contacts import Contact, ContactId
from footfall.errors import Unavailable
from footfall.ports import EventStore
from footfall.records import Position
from footfall.segments.changes import movable_since
from footfall.segments.definition import EventCondition, SingleCondition, numbered
from footfall.segments.directions import Way, of_time
from footfall.segments.evaluation import Context, PastEvent, Subject
from footfall.segments.intervals import THE_PAST
from footfall.segments.membership import Differing
from footfall.segments.preview import Ids, Question, ask, members
from footfall.segments.registry import Segment, Segments
from footfall.segments.roster import Roster
from footfall.segments.tallies import Dates, Tallies

CHUNK: Final = 5_000
"""Contacts that are looked at in one go."""
SECONDS: Final = 600.0
"""How long the event store may take; past it every contact is looked at."""

Prepared = Callable[[Segment, Position, int, ZoneInfo], Roster | None]
"""Whoever may have found the members of a segment already: takes it, and the position, moment and
time zone as of which they are wanted. None where they are not known."""

_log = structlog.get_logger()


def unprepared(_segment: Segment, _position: Position, _now: int, _zone: ZoneInfo) -> Roster | None:
    """Nobody has found any."""
    return None


class Contacts(Protocol):
    """Whoever knows contacts and in which segments they are: the directory, or a snapshot of it."""

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """See `Directory.contacts`."""
        ...

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """See `Directory.segments_of`."""
        ...


class Search:
    """For the members of one segment, as of a position and a moment."""

    def __init__(
        self,
        known: Contacts,
        events: EventStore,
        segment: Segment,
        position: Position,
        now: int,
        zone: ZoneInfo,
    ) -> None:
        """`known` must have what was so at `position`."""
        self._known = known
        self._events = events
        self._id = segment.id
        self._definition = segment.definition
        self._alone = Segments([segment])
        self._index = self._alone.index
        self._what = self._index.concerns[segment.id]
        self._position = position
        self._now = now
        self._zone = zone

    def find(self, ids: Ids, going_on: Callable[[ContactId], bool] = lambda _id: True) -> Roster:
        """Evaluate the definition for all contacts; `ids` are theirs, in order.

        `going_on` hears how far it has come, and ends it by False; what was found then is not all.
        """
        differing = self._differing()
        question = ask(self._definition, ids, differing)
        one_by_one = ids if differing is None else ids[np.isin(ids, self._movable(question))]
        certain = _without(question.certain, one_by_one)
        roster = Roster(members=set(map(ContactId, certain.tolist())))
        for some in _chunks(_without(question.open, one_by_one)):
            self._decide(roster, question, some)
            if not going_on(some[-1]):
                return roster
        if self._only_ends:
            one_by_one = np.union1d(one_by_one, np.array(list(roster.members), np.int64))
        for some in _chunks(one_by_one):
            self.look_at(roster, some)
            if not going_on(some[-1]):
                return roster
        return roster

    def look_at(self, roster: Roster, ids: Collection[ContactId]) -> None:
        """Evaluate the definition for these contacts, and note what it comes to."""
        for id_ in ids:
            roster.forget(id_)
        dates: dict[ContactId, Dates] = {}
        histories: dict[ContactId, list[PastEvent]] = {}
        if self._index.ready[self._id] is not None:
            dates = dates_of(self._events, self._index.tallies, ids, self._position, self._now)
        else:
            everything = dict.fromkeys(self._what.events, THE_PAST)
            histories = self._events.histories(ids, everything, self._position)
        for subject in self._subjects(ids, histories):
            counted = dates.get(subject.contact.id, {})
            is_in, due = self._alone.look(self._id, subject, counted)
            roster.note(subject.contact.id, is_in=is_in, due=due)
            if due is not None and self._alone.holds(self._id, subject.at(due), counted) == is_in:
                roster.tentative.add(subject.contact.id)

    def _decide(self, roster: Roster, question: Question, ids: Collection[ContactId]) -> None:
        """Note these, for whom conditions on contacts decide, and whom time can't let in."""
        subjects = self._subjects(ids, {})
        for subject, is_in in zip(subjects, members(question, subjects), strict=True):
            roster.note(subject.contact.id, is_in=is_in)

    def _subjects(
        self, ids: Collection[ContactId], histories: Mapping[ContactId, list[PastEvent]]
    ) -> list[Subject]:
        contacts = {one.id: one for one in self._known.contacts(ids).values()}
        within = self._known.segments_of(contacts) if self._what.segments else {}
        return [
            Subject(
                contact,
                histories.get(id_, ()),
                self._now,
                Context(zone=self._zone, segments=within.get(id_, frozenset())),
            )
            for id_, contact in contacts.items()
        ]

    def _differing(self) -> Differing | None:
        """What the event store says; None where every contact is to be looked at."""
        if any(map(_is_moved_without_events, numbered(self._definition))):
            return None
        try:
            return self._events.differing(
                self._definition, self._now, self._zone, SECONDS, self._position
            )
        except Unavailable as problem:
            _log.warning("segment_looks_at_all", segment=self._id, problem=problem.message)
            return None

    def _movable(self, question: Question) -> Ids:
        """Those of whom the event store does not know, and those whom time alone may let in. Where
        it can only end memberships, whoever is in comes beside them, once that is known."""
        found: list[NDArray[np.integer]] = [np.array(sorted(question.doubtful), np.int64)]
        if self._what.time:
            found.append(self._who_did(dict.fromkeys(self._what.events, self._now)))
            if self._index.may_time_move(self._id, is_in=False):
                found.append(self._who_did(movable_since(self._definition, self._now)))
        return np.concatenate(found).astype(np.int64)

    @property
    def _only_ends(self) -> bool:
        """Whether time may move contacts out, and nobody in."""
        may_time_move = self._index.may_time_move
        return may_time_move(self._id, is_in=True) and not may_time_move(self._id, is_in=False)

    def _who_did(self, since: Mapping[str, int]) -> NDArray[np.integer]:
        return self._events.who_did(since, self._position)


def dates_of(
    events: EventStore,
    tallies: Tallies,
    ids: Collection[ContactId],
    position: Position,
    now: int,
) -> dict[ContactId, Dates]:
    """What these contacts come to in each tally, as of a position, as far as it matters at `now`
    or later. Those without any such event are absent."""
    found: defaultdict[ContactId, Dates] = defaultdict(dict)
    filtered, since = tallies.filtered, tallies.since(now)
    read = {name: moment for name, moment in since.items() if name in filtered}
    rest = {name: moment for name, moment in since.items() if name not in filtered}
    for id_, happened in events.histories(ids, read, position).items():
        for event in happened:
            tallies.add(found[id_], event, now)
    for id_, name, dates in events.dates(ids, rest, position):
        tallies.put(found[id_], name, dates)
    return found


def _is_moved_without_events(condition: SingleCondition) -> bool:
    """Whether time may move contacts by it of whom no event is known."""
    return not isinstance(condition, EventCondition) and of_time(condition) is not Way.NONE


def _without(ids: Ids, others: Ids) -> Ids:
    # Not told that they are unique, numpy spends more on finding that out than all the rest takes.
    return np.setdiff1d(ids, others, assume_unique=True)


def _chunks(ids: Ids) -> Iterator[list[ContactId]]:
    for start in range(0, len(ids), CHUNK):
        yield list(map(ContactId, ids[start : start + CHUNK].tolist()))
