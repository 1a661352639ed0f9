"""The port of applied events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from footfall.searching import Search

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import numpy as np
    from numpy.typing import NDArray

    from footfall.contacts import ContactId
    from footfall.records import Position
    from footfall.searching import Bucket
    from footfall.segments.definition import Definition
    from footfall.segments.evaluation import PastEvent
    from footfall.segments.membership import Differing


class EventRow(NamedTuple):
    """One applied event as the event store keeps it. Moments are nanoseconds since the epoch."""

    position: Position
    received_at: int
    date: int
    """When it happened, by the caller; the moment of receipt where the caller gave none."""
    name: str
    contact_id: ContactId
    object_type: str
    object_identifiers: str
    """JSON text, `{}` for none."""
    contact_properties: str
    """JSON text, exactly as received."""
    properties: str
    """JSON text, exactly as received."""


class Cursor(NamedTuple):
    """A place in the order of a listing: the last row that was shown."""

    date: int
    position: Position


class EventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list; an empty tuple puts no condition."""

    contact_ids: tuple[ContactId, ...] = ()
    names: tuple[str, ...] = ()
    object_types: tuple[str, ...] = ()
    start: int | None = None
    """First moment that counts."""
    end: int | None = None
    """Last moment that counts."""
    since: int | None = None
    """Only what happened or was received at that moment or later."""
    search: Search = Search()
    up_to: Position | None = None
    """Only what was journaled up to there, so that a listing stands still while events come."""
    limit: int = 100
    offset: int = 0
    after: Cursor | None = None
    counted: bool = True
    """Whether to say how many match; what follows a first page need not count again."""
    near: int | None = None
    """A moment near which the latest that match may well lie. The store looks for a page from there
    back, step by step, and does not read what is older than the page."""
    seconds: float | None = None
    """How long to look, about; needs `near`. What is older then is not looked through, and the
    answer says so; the latest day is looked through in any case."""
    gives_way: bool = False
    """Whether the page may wait while others are looked for, as what counts does."""
    count_up_to: int | None = None
    """Past so many the exact count does not matter."""
    asker: int = 0
    """Who asks, see `EventStore.give_up`; 0 for one who waits whatever it takes."""


class EventPage(msgspec.Struct, frozen=True):
    """One page, latest date first, and among equal dates the latest position first."""

    count: int
    """How many events match in all; 0 where that was not asked."""
    events: list[EventRow]
    is_least: bool = False
    """Whether more than `count` may match."""
    looked_back_to: int | None = None
    """The page lacks what is older than that, for want of time; None where it lacks nothing."""


class EventCounts(msgspec.Struct, frozen=True):
    """How many events match, over time."""

    buckets: list[Bucket]
    """In order of time and name, without empty ones."""
    dates: tuple[int, int] | None
    """The first and the last of all that is counted, rounded down to whole microseconds; None for
    nothing."""
    looked_back_to: int | None = None
    """As in `EventPage`."""


class EventStore(Protocol):
    """Applied events: search, timelines, counts.

    One thread of one process appends; any thread may read, and sees whole appended runs only.
    """

    def append(self, rows: Sequence[EventRow]) -> None:
        """Keep the rows, which come in order of position. On disk when it returns.

        Idempotent: rows at or below `last_position()` are there already and are passed over, table
        by table, so that a repeat after a crash completes what was begun and doubles nothing.
        """
        ...

    def last_position(self) -> Position:
        """The highest position of which every table has the row; 0 when empty."""
        ...

    def find(self, query: EventQuery) -> EventPage:
        """The events that match, by date descending."""
        ...

    def give_up(self, asker: int) -> None:
        """Look for nothing more that this asker wanted, who is not there any more.

        A `find` or `histogram` of theirs that is under way, or comes later, raises `Unavailable` as
        soon as may be. Numbers of askers are not used again.
        """
        ...

    def at(self, name: str, date: int, position: Position) -> EventRow | None:
        """One event by its whole key."""
        ...

    def histogram(self, query: EventQuery, step: int) -> EventCounts:
        """How many match, by name and by stretches of `step` nanoseconds from the epoch on.

        `step` is whole microseconds.
        """
        ...

    def sample(self, one_in: Mapping[str, int], per_name: int, since: Position) -> list[EventRow]:
        """Some events of each of these names, latest position first, at most `per_name` of each.

        Of a name with `n` come those of every n-th stretch of positions, and those after `since`.
        A stretch has 16 positions for a name alone; beside others it has as many times more as the
        numbers of all names together are more than `n`, so that it has some 16 events of a name
        that is `n` times too frequent. Events with properties of more than 16 KB are passed over.
        """
        ...

    def histories(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> dict[ContactId, list[PastEvent]]:
        """The events of these names of these contacts, up to that position, in any order.

        `since` has, by name, the moment after which they are wanted; earlier ones may come as well.
        Contacts without any are absent.
        """
        ...

    def dates(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> list[tuple[ContactId, str, list[int]]]:
        """When events of these names of these contacts happened, up to that position, in any order.

        `since` is as in `histories`, in nanoseconds since the epoch like the dates. What there is
        none of is absent.
        """
        ...

    def who_did(self, since: Mapping[str, int], up_to: Position) -> NDArray[np.uint64]:
        """The contacts who have events of any of these names, up to that position, in any order.

        `since` is as in `histories`: some who have but earlier ones may come as well.
        """
        ...

    def differing(
        self,
        definition: Definition,
        now: int,
        zone: ZoneInfo,
        seconds: float,
        up_to: Position | None = None,
    ) -> Differing | None:
        """For which contacts the definition's conditions on events come out at that moment; by the
        events up to that position, where one is given.

        None where a window is relative to a contact's attributes, which are not known here. Raises
        `Unavailable` where it takes more than those `seconds`, or too much memory.
        """
        ...

    def received_before(self, moment: int) -> tuple[int, int | None]:
        """How many events were received before that moment, and when the first of them was.

        In nanoseconds since the epoch. Raises `Unavailable` where that takes too much time.
        """
        ...

    def positions(self, contact_ids: Collection[ContactId]) -> list[Position]:
        """The positions of all events that are shown as those of these contacts, in order."""
        ...

    def show_as(self, shown: Mapping[ContactId, ContactId]) -> None:
        """From now on the events of these contacts are shown as those of others.

        It holds for all reads but `dump`; the rows stay as they are.
        """
        ...

    def hide(self, contact_id: ContactId) -> None:
        """Nobody finds an event of that contact any more, until the store is opened anew."""
        ...

    def erase(self, contact_ids: Collection[ContactId]) -> None:
        """Remove all events of these contacts; it may take its time. On disk when it returns.

        Any thread may call it; appends and reads go on. Idempotent.
        """
        ...

    def compact(self) -> None:
        """Leave nothing in the files of what was removed; it may take its time."""
        ...

    def dump(self) -> Iterator[EventRow]:
        """Every row by position, to compare two stores."""
        ...

    def check(self) -> list[str]:
        """What is wrong within the store (tables that differ, rows that stand twice)."""
        ...

    def close(self) -> None:
        """Give back files and threads."""
        ...
