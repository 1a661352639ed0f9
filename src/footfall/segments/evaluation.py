"""Whether a contact is in a segment: the plain, exact reading of a definition for one contact."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, assert_never
from zoneinfo import ZoneInfo

import msgspec

from footfall.contacts import Contact
from footfall.events import JsonObject
from footfall.segments.aggregates import compute, meets
from footfall.segments.definition import (
    Aggregate,
    All,
    AllFilters,
    AnyFilter,
    AnyOf,
    Attribute,
    Changed,
    Condition,
    ContactCondition,
    Created,
    Definition,
    Did,
    DidNot,
    Filter,
    Filters,
    Followed,
    Identifier,
    InList,
    InSegment,
    Names,
    NoFilter,
    NoneOf,
    NotFollowed,
    Occurrence,
    Property,
    SingleCondition,
    names,
    properties,
)
from footfall.segments.intervals import ALWAYS, Frame, Interval, interval
from footfall.segments.operators import Date, Not, Test
from footfall.segments.paths import MISSING, parse_path, values
from footfall.segments.values import enough, passes
from footfall.segments.windows import LENGTHS, Duration, Ever, Window

EVER: Final = Ever()


class PastEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of a contact. Moments are nanoseconds since the epoch."""

    position: int
    date: int
    """When it happened, by the caller. Events are in order of dates, and of positions in a date."""
    name: str
    properties: JsonObject
    received_at: int = 0


class Context(msgspec.Struct, frozen=True):
    """What a definition may ask for beyond the contact and its events."""

    zone: ZoneInfo
    """The account's; calendar words and dates without a time mean its days."""
    segments: Collection[int] = frozenset()
    """Those that the contact is in, as of the same moment."""


class Finding(NamedTuple):
    """What one condition came to."""

    holds: bool
    actual: Any = None
    """What the contact has: a value, a count, a moment in nanoseconds; `MISSING` for nothing."""
    events: Sequence[PastEvent] = ()
    """Those that count for it, in order."""


class Past:
    """What a contact did, in order; what was once picked out of it is kept for the next question.

    Definitions that it is asked about must live as long as it does.
    """

    def __init__(self, events: Iterable[PastEvent] = ()) -> None:
        self.events = sorted(events, key=in_order)
        self._kept: dict[str | tuple[int, int], _Kept] = {}

    def is_over(self, now: int) -> bool:
        """Whether no event lies in the future."""
        return not self.events or self.events[-1].date <= now

    def add(self, event: PastEvent) -> None:
        """One more event, which may have happened before others."""
        insort(self.events, event, key=in_order)
        for kept in self._kept.values():
            if (
                kept.events is not None
                and event.name in names(kept.event)
                and admits_all(kept.where, event.properties, NO_FRAME)
            ):
                insort(kept.events, event, key=in_order)

    def named(self, event: Names) -> list[PastEvent]:
        """The events of these names, in order."""
        return self.passing(event, NO_FILTERS) or []

    def passing(self, event: Names, where: Filters) -> list[PastEvent] | None:
        """Those of these names that pass the filters, in order; None where that is not settled, but
        depends on the moment, on the time zone or on the contact."""
        return self._keep(event, where).events

    def _keep(self, event: Names, where: Filters) -> _Kept:
        key = event if isinstance(event, str) and not where else (id(event), id(where))
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(event, where, self._passing(event, where))
        return kept

    def _passing(self, event: Names, where: Filters) -> list[PastEvent] | None:
        if any(is_dated(part.test) for _, part in properties(where, "")):
            return None
        wanted = names(event)
        return [
            one
            for one in self.events
            if one.name in wanted and admits_all(where, one.properties, NO_FRAME)
        ]


class _Kept(NamedTuple):
    event: Names
    where: Filters
    events: list[PastEvent] | None


NO_FILTERS: Final[Filters] = ()
NO_FRAME: Final = Frame(0, ZoneInfo("UTC"), {})
"""For filters that do not depend on it."""


class Subject:
    """One contact at one moment, with everything that its conditions may ask for."""

    def __init__(
        self, contact: Contact, events: Iterable[PastEvent] | Past, now: int, context: Context
    ) -> None:
        self.contact = contact
        self.context = context
        self.frame = Frame(now, context.zone, contact.attributes)
        self.past = events if isinstance(events, Past) else Past(events)

    def at(self, moment: int) -> Subject:
        """The same at another moment."""
        return Subject(self.contact, self.past, moment, self.context)

    @property
    def events(self) -> list[PastEvent]:
        """All events, in order."""
        return self.past.events

    def named(self, event: Names) -> list[PastEvent]:
        """The events of these names, in order."""
        return self.past.named(event)

    def matching(self, event: Names, where: Filters, when: Window) -> list[PastEvent]:
        """Those of these names that pass the filters and lie in the window, in order."""
        passing = self.past.passing(event, where)
        if passing is None:
            return self._counting(self.named(event), where, when)
        return within(passing, interval(when, self.frame))

    def picked(
        self, event: Names, where: Filters, when: Window, occurrence: Occurrence
    ) -> list[PastEvent]:
        """What counts, where only the first or last event of these names may."""
        if occurrence == "any":
            return self.matching(event, where, when)
        candidates = self.named(event)
        chosen = candidates[:1] if occurrence == "first" else candidates[-1:]
        return self._counting(chosen, where, when)

    def _counting(
        self, events: Iterable[PastEvent], where: Filters, when: Window
    ) -> list[PastEvent]:
        stretch, frame = interval(when, self.frame), self.frame
        return [
            event
            for event in events
            if event.date in stretch and admits_all(where, event.properties, frame)
        ]


def within(events: list[PastEvent], stretch: Interval) -> list[PastEvent]:
    """Those of the events, which are in order, that lie in the stretch of time."""
    if stretch is ALWAYS or not events:
        return events
    first = bisect_left(events, stretch.start, key=_date)
    return events[first : bisect_left(events, stretch.end, first, key=_date)]


def _date(event: PastEvent) -> int:
    return event.date


def in_order(event: PastEvent) -> tuple[int, int]:
    """The order of a contact's events: by date, and in equal dates by position."""
    return event.date, event.position


def evaluate(
    definition: Definition,
    contact: Contact,
    events: Iterable[PastEvent] | Past,
    now: int,
    context: Context,
) -> bool:
    """Whether the contact is in the segment at that moment.

    `events` need hold only those whose names the definition mentions (`concerns`), in any order.
    """
    return holds(definition.condition, Subject(contact, events, now, context))


def holds(condition: Condition, subject: Subject) -> bool:
    """Whether the condition holds for the subject."""
    match condition:
        case All(of):
            return all(holds(part, subject) for part in of)
        case AnyOf(of):
            return any(holds(part, subject) for part in of)
        case NoneOf(of):
            return not any(holds(part, subject) for part in of)
        case _:
            return find(condition, subject).holds


def find(condition: SingleCondition, subject: Subject) -> Finding:
    """What the condition comes to for the subject."""
    match condition:
        case Did(event, where, when, count, occurrence):
            matching = subject.picked(event, where, when, occurrence)
            return Finding(count.admits(len(matching)), len(matching), matching)
        case DidNot(event, where, when):
            matching = subject.matching(event, where, when)
            return Finding(not matching, len(matching), matching)
        case Aggregate():
            return _aggregate(condition, subject)
        case Followed():
            return _followed(condition, subject)
        case NotFollowed():
            return _not_followed(condition, subject)
        case _:
            return _contact(condition, subject)


def _contact(condition: ContactCondition, subject: Subject) -> Finding:
    contact, frame = subject.contact, subject.frame
    match condition:
        case Attribute(name, test, elements):
            value = contact.attributes.get(condition.attribute, MISSING)
            if name == condition.attribute:
                return Finding(passes(test, value, frame), value)
            items = value if isinstance(value, list) else []
            return Finding(enough(elements, [passes(test, one, frame) for one in items]), value)
        case Identifier("contact_id", test):
            return Finding(passes(test, contact.id, frame), contact.id)
        case Identifier(kind, test):
            identifier = contact.identifiers.get(kind, MISSING)
            return Finding(passes(test, identifier, frame), identifier)
        case InList(id_):
            return Finding(id_ in contact.list_ids, id_ in contact.list_ids)
        case InSegment(id_):
            return Finding(id_ in subject.context.segments, id_ in subject.context.segments)
        case Created(when):
            return Finding(contact.created_at in interval(when, frame), contact.created_at)
        case Changed(when):
            return Finding(contact.modified_at in interval(when, frame), contact.modified_at)
        case _:
            assert_never(condition)


def _aggregate(condition: Aggregate, subject: Subject) -> Finding:
    matching = subject.matching(condition.event, condition.where, condition.when)
    path = parse_path(condition.path)
    found = [value for event in matching for value in values(event.properties, path)]
    result = compute(condition.function, found, condition.reading)
    return Finding(meets(result, condition.comparison), result.shown, matching)


def _followed(condition: Followed, subject: Subject) -> Finding:
    for first, after in _pairs(condition, subject):
        if after is not None and sooner(first, after, condition.within):
            return Finding(True, after.date - first.date, (first, after))
    return Finding(False)


def _not_followed(condition: NotFollowed, subject: Subject) -> Finding:
    within = condition.within
    for first, after in _pairs(condition, subject):
        over = within is None or first.date + length(within) <= subject.frame.now
        if over and (after is None or not sooner(first, after, within)):
            return Finding(True, subject.frame.now - first.date, (first,))
    return Finding(False)


def _pairs(
    condition: Followed | NotFollowed, subject: Subject
) -> list[tuple[PastEvent, PastEvent | None]]:
    """Each first event with the nearest one that follows it."""
    first, then = condition.first, condition.then
    followers = subject.matching(then.event, then.where, EVER)
    pairs = []
    for one in subject.picked(first.event, first.where, first.when, first.occurrence):
        index = bisect_right(followers, in_order(one), key=in_order)
        pairs.append((one, followers[index] if index < len(followers) else None))
    return pairs


def sooner(first: PastEvent, after: PastEvent, within: Duration | None) -> bool:
    """Whether the later event came before that time was over."""
    return within is None or after.date - first.date < length(within)


def length(duration: Duration) -> int:
    """Nanoseconds."""
    return duration.amount * LENGTHS[duration.unit]


def admits_all(where: Filters, tree: Mapping[str, Any], frame: Frame) -> bool:
    """Whether the properties pass all of the filters."""
    return all(admits(part, tree, frame) for part in where)


def is_dated(test: Test) -> bool:
    """Whether the test asks for a date: then the moment, the zone or the contact may decide."""
    return isinstance(test.test if isinstance(test, Not) else test, Date)


def admits(part: Filter, tree: Mapping[str, Any], frame: Frame) -> bool:
    """Whether the properties pass the filter."""
    match part:
        case AllFilters(of):
            return all(admits(one, tree, frame) for one in of)
        case AnyFilter(of):
            return any(admits(one, tree, frame) for one in of)
        case NoFilter(of):
            return not any(admits(one, tree, frame) for one in of)
        case Property(path, test, elements):
            found = values(tree, parse_path(path))
            return enough(elements, [passes(test, one, frame) for one in found])
        case _:
            assert_never(part)
