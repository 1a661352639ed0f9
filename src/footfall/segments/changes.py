"""When the passing of time alone may move a contact into a segment or out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from footfall.contacts import Contact
from footfall.instants import LATEST
from footfall.segments.definition import (
    Aggregate,
    Attribute,
    Changed,
    Created,
    Definition,
    Did,
    DidNot,
    Filters,
    Followed,
    Identifier,
    Names,
    NotFollowed,
    SingleCondition,
    names,
    numbered,
    properties,
)
from footfall.segments.evaluation import (
    Context,
    Past,
    PastEvent,
    Subject,
    holds,
    is_dated,
    length,
    within,
)
from footfall.segments.intervals import THE_FUTURE, THE_PAST, Interval, moment_of, turning_points
from footfall.segments.operators import Date, Not, Test
from footfall.segments.paths import parse_path, values
from footfall.segments.windows import LENGTHS, Ever, Last, Window

MAX_TRIED: Final = 64
"""Turning points that are tried before the next one is answered untried."""


def next_change(
    definition: Definition,
    contact: Contact,
    events: Iterable[PastEvent] | Past,
    now: int,
    context: Context,
    *,
    current: bool | None = None,
) -> int | None:
    """The first moment after `now` at which the contact's membership may differ from now's.

    Until that moment it does not differ, as long as nothing but time passes: no event, no change of
    the contact, no change in other segments. None: it never will. The moment is exact, unless more
    than `MAX_TRIED` turning points come before; then it is the first one that was not tried.
    `current` is the membership now, where it is known.
    """
    past = events if isinstance(events, Past) else Past(events)
    subject = Subject(contact, past, now, context)
    points = (
        point
        for condition in numbered(definition)
        for point in _turning_points(condition, subject)
        if now < point <= LATEST
    )
    ahead = sorted(set(points))
    if not ahead:
        return None
    if current is None:
        current = holds(definition.condition, subject)
    for point in islice(ahead, MAX_TRIED):
        if holds(definition.condition, Subject(contact, past, point, context)) != current:
            return point
    return ahead[MAX_TRIED] if len(ahead) > MAX_TRIED else None


def movable_since(definition: Definition, now: int) -> dict[str, int]:
    """By event: after which moment it must have happened for the passing of time to change, through
    it, whether a condition holds. Events that never do so are absent."""
    since: dict[str, int] = {}
    for condition in numbered(definition):
        for event, age in _reaches(condition):
            for name in names(event):
                since[name] = min(since.get(name, now), max(now - age, THE_PAST))
    return since


def _reaches(condition: SingleCondition) -> Iterator[tuple[Names, int]]:
    """The events by which time may change the condition, each with the age up to which it does."""
    match condition:
        case Did(event, where, when) | DidNot(event, where, when):
            yield from _reach(event, where, when)
        case Aggregate():
            yield from _reach(condition.event, condition.where, condition.when)
        case Followed(first, then, within) | NotFollowed(first, then, within):
            yield from _reach(first.event, first.where, first.when)
            yield from _reach(then.event, then.where, Ever())
            if within is not None:
                yield first.event, length(within)
        case _:
            return


def _reach(event: Names, where: Filters, when: Window) -> Iterator[tuple[Names, int]]:
    if any(is_dated(part.test) for _, part in properties(where, "")):
        yield event, THE_FUTURE
    elif isinstance(when, Last) and when.unit in LENGTHS:
        yield event, when.amount * LENGTHS[when.unit]
    elif not isinstance(when, Ever):
        yield event, THE_FUTURE


def _turning_points(condition: SingleCondition, subject: Subject) -> Iterator[int]:
    """Every moment from which on the condition may come out differently."""
    contact, zone = subject.contact, subject.context.zone
    match condition:
        case Attribute(test=test):
            value = contact.attributes.get(condition.attribute)
            yield from _points_of_test(test, value if isinstance(value, list) else [value], subject)
        case Identifier(kind, test):
            yield from _points_of_test(test, [contact.identifiers.get(kind)], subject)
        case Created(when):
            yield from turning_points(when, contact.created_at, zone)
        case Changed(when):
            yield from turning_points(when, contact.modified_at, zone)
        case Did(event, where, when) | DidNot(event, where, when):
            yield from _points_of_events(event, where, when, subject)
        case Aggregate():
            yield from _points_of_events(condition.event, condition.where, condition.when, subject)
        case Followed(first, then, longest) | NotFollowed(first, then, longest):
            yield from _points_of_events(first.event, first.where, first.when, subject)
            yield from _points_of_events(then.event, then.where, None, subject)
            if longest is not None:
                yield from (one.date + length(longest) for one in subject.named(first.event))
        case _:
            return


def _points_of_events(
    event: Names, where: Filters, when: Window | None, subject: Subject
) -> Iterator[int]:
    """Where an occurrence is asked for, others than those that pass make no difference to it: the
    first and the last event stay what they are."""
    passing = subject.past.passing(event, where)
    if passing is not None:
        yield from _points_of_window(when, passing, subject)
        return
    named = subject.named(event)
    yield from _points_of_window(when, named, subject)
    for _, part in properties(where, ""):
        if is_dated(part.test):
            path = parse_path(part.path)
            for one in named:
                yield from _points_of_test(part.test, values(one.properties, path), subject)


def _points_of_window(
    when: Window | None, events: list[PastEvent], subject: Subject
) -> Iterator[int]:
    match when:
        case None | Ever():
            return
        case Last(amount, unit) if unit in LENGTHS:
            now, length = subject.frame.now, amount * LENGTHS[unit]
            for one in within(events, Interval(now - length, THE_FUTURE)):
                yield one.date
                yield one.date + length
        case _:
            for one in events:
                yield from turning_points(when, one.date, subject.context.zone)


def _points_of_test(test: Test, found: Iterable[Any], subject: Subject) -> Iterator[int]:
    zone = subject.context.zone
    match test:
        case Not(inner):
            yield from _points_of_test(inner, found, subject)
        case Date(when):
            for value in found:
                moment = moment_of(value, zone)
                if moment is not None:
                    yield from turning_points(when, moment, zone)
        case _:
            return
