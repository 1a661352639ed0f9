"""Why a contact is in a segment or not: what each condition wants, and what the contact has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import field

from footfall.contacts import Contact
from footfall.instants import EARLIEST, LATEST, SECOND, format_instant
from footfall.segments.definition import (
    Aggregate,
    All,
    AnyOf,
    Attribute,
    Changed,
    Condition,
    Created,
    Definition,
    Did,
    DidNot,
    Followed,
    Identifier,
    InList,
    InSegment,
    NoneOf,
    NotFollowed,
    SingleCondition,
)
from footfall.segments.evaluation import Context, Finding, PastEvent, Subject, find, holds
from footfall.segments.intervals import interval
from footfall.segments.paths import MISSING
from footfall.segments.windows import Window

MAX_EVENTS: Final = 100
"""Events that are named for one condition, the latest ones."""


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition, as it came out for one contact."""

    place: str
    """In the definition."""
    type: str
    holds: bool
    threshold: Any = None
    """What it wants, as the definition has it: a test, a count, a comparison, a duration, an id."""
    actual: Any = None
    """What the contact has: a value, a count, an amount, a date-time, seconds; null for nothing."""
    start: str | None = field(name="from", default=None)
    """The first moment that counts, where the condition has a window that begins."""
    end: str | None = field(name="to", default=None)
    """The first moment that counts no more, where it has a window that ends."""
    events: tuple[int, ...] = ()
    """Positions of the events that count, in order of dates."""
    event_count: int = 0
    """How many events count; more than are named where there are many."""
    of: tuple[Explanation, ...] = ()
    """The conditions of a group."""


def explain(
    definition: Definition,
    contact: Contact,
    events: Iterable[PastEvent],
    now: int,
    context: Context,
) -> Explanation:
    """How every condition of the definition comes out; `holds` at the top is `evaluate`."""
    return _explain(definition.condition, "condition", Subject(contact, events, now, context))


def _explain(condition: Condition, place: str, subject: Subject) -> Explanation:
    kind = str(condition.__struct_config__.tag)
    if isinstance(condition, All | AnyOf | NoneOf):
        parts = enumerate(condition.of)
        of = tuple(_explain(part, f"{place}.of[{index}]", subject) for index, part in parts)
        return Explanation(place, kind, holds(condition, subject), of=of)
    found = find(condition, subject)
    start, end = _stretch(condition, subject)
    return Explanation(
        place=place,
        type=kind,
        holds=found.holds,
        threshold=msgspec.to_builtins(_threshold(condition)),
        actual=_actual(condition, found),
        start=start,
        end=end,
        events=tuple(event.position for event in found.events[-MAX_EVENTS:]),
        event_count=len(found.events),
    )


def _threshold(condition: SingleCondition) -> Any:
    match condition:
        case Attribute() | Identifier():
            return condition.test
        case InList(id_) | InSegment(id_):
            return id_
        case Created(when) | Changed(when):
            return when
        case Did():
            return condition.count
        case DidNot():
            return NONE_AT_ALL
        case Aggregate():
            return condition.comparison
        case Followed() | NotFollowed():
            return condition.within


NONE_AT_ALL: Final = {"operator": "exactly", "value": 0}


def _actual(condition: SingleCondition, found: Finding) -> Any:
    if found.actual is MISSING or found.actual is None:
        return None
    match condition:
        case Created() | Changed():
            return format_instant(found.actual)
        case Followed() | NotFollowed():
            return found.actual / SECOND
        case _:
            return found.actual


def _stretch(condition: SingleCondition, subject: Subject) -> tuple[str | None, str | None]:
    when = _window(condition)
    if when is None:
        return None, None
    start, end = interval(when, subject.frame)
    return (
        format_instant(start) if EARLIEST <= start <= LATEST else None,
        format_instant(end) if EARLIEST <= end <= LATEST else None,
    )


def _window(condition: SingleCondition) -> Window | None:
    match condition:
        case Created(when) | Changed(when) | Did(when=when) | DidNot(when=when):
            return when
        case Aggregate(when=when):
            return when
        case Followed(first) | NotFollowed(first):
            return first.when
        case _:
            return None
