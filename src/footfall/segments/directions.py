"""Which way something can move a contact at all: what cannot move it need not be evaluated. Pure.

A condition that asks for at least so many events is only ever brought nearer by one more, whatever
the moment; one that asks for none is only ever ended. So a member need not be looked at again for
an event that can only let in, and its timer stays true: nothing changes any sooner than before.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Flag
from functools import reduce
from operator import or_
from typing import Final

from footfall.segments.definition import (
    Aggregate,
    All,
    AnyOf,
    Changed,
    Condition,
    Created,
    Did,
    DidNot,
    Filters,
    Followed,
    Names,
    NoneOf,
    NotFollowed,
    SingleCondition,
    names,
    properties,
    windows,
)
from footfall.segments.evaluation import PastEvent, admits_all, is_dated
from footfall.segments.intervals import Frame
from footfall.segments.operators import Comparison, Count
from footfall.segments.paths import parse_path, values
from footfall.segments.values import number
from footfall.segments.windows import Calendar, FromNow, Last, Next, Window, moments


class Way(Flag):
    """Which way a contact can be moved: into the segment, out of it, either way, or not at all."""

    NONE = 0
    IN = 1
    OUT = 2
    BOTH = 3


_TURNED: Final = {Way.NONE: Way.NONE, Way.IN: Way.OUT, Way.OUT: Way.IN, Way.BOTH: Way.BOTH}
_MORE: Final = ("at_least", "greater_than")
_LESS: Final = ("at_most", "less_than")


def turned(way: Way) -> Way:
    """What moves into a segment moves out of its opposite."""
    return _TURNED[way]


def of_event(condition: Condition, event: PastEvent, frame: Frame) -> Way:
    """What one more event can do, at whatever moment. `frame` must not decide on filters."""
    match condition:
        case All(of) | AnyOf(of):
            return _all_of(of_event(part, event, frame) for part in of)
        case NoneOf(of):
            return turned(_all_of(of_event(part, event, frame) for part in of))
        case _:
            return _of_event(condition, event, frame)


def _all_of(ways: Iterable[Way]) -> Way:
    return reduce(or_, ways, Way.NONE)


def _of_event(condition: SingleCondition, event: PastEvent, frame: Frame) -> Way:
    match condition:
        case Did(named, where, _, count, occurrence):
            if occurrence != "any":
                return Way.BOTH if event.name in names(named) else Way.NONE
            return _of_count(count) if _may_pass(named, where, event, frame) else Way.NONE
        case DidNot(named, where):
            return Way.OUT if _may_pass(named, where, event, frame) else Way.NONE
        case Aggregate():
            if not _may_pass(condition.event, condition.where, event, frame):
                return Way.NONE
            return _of_amount(condition, event)
        case Followed(first, then) | NotFollowed(first, then):
            if first.occurrence != "any" and event.name in names(first.event):
                return Way.BOTH
            begins = _may_pass(first.event, first.where, event, frame)
            follows = _may_pass(then.event, then.where, event, frame)
            if isinstance(condition, Followed):
                return Way.IN if begins or follows else Way.NONE
            return (Way.IN if begins else Way.NONE) | (Way.OUT if follows else Way.NONE)
        case _:
            return Way.NONE


def _may_pass(event: Names, where: Filters, happened: PastEvent, frame: Frame) -> bool:
    """Whether the event may count at some moment."""
    if happened.name not in names(event):
        return False
    if any(is_dated(part.test) for _, part in properties(where, "")):
        return True
    return admits_all(where, happened.properties, frame)


def _of_count(count: Count) -> Way:
    """What a larger count can do."""
    return {"at_least": Way.IN, "at_most": Way.OUT, "exactly": Way.BOTH}[count.operator]


def _of_amount(condition: Aggregate, event: PastEvent) -> Way:
    match condition.function:
        case "distinct" | "max":
            return _of_growth(condition.comparison, has_value=condition.function == "distinct")
        case "sum":
            found = values(event.properties, parse_path(condition.path))
            amounts = [number(value, condition.reading) or 0.0 for value in found]
            if min(amounts, default=0.0) >= 0:
                return _of_growth(condition.comparison, has_value=True)
        case _:
            pass
    return Way.BOTH


def _of_growth(comparison: Comparison, *, has_value: bool) -> Way:
    """What a larger amount can do; where there may have been none, having one may let in."""
    if comparison.operator in _MORE:
        return Way.IN
    return Way.OUT if comparison.operator in _LESS and has_value else Way.BOTH


def of_time(condition: Condition) -> Way:
    """What the passing of time can do to a contact of whom nothing lies in the future: none of its
    events, and not that it was created or changed."""
    match condition:
        case All(of) | AnyOf(of):
            return _all_of(map(of_time, of))
        case NoneOf(of):
            return turned(_all_of(map(of_time, of)))
        case _:
            return _of_time(condition)


def _of_time(condition: SingleCondition) -> Way:
    if any(_moves(window) for place, window in windows(condition) if "test" in place):
        return Way.BOTH
    match condition:
        case Did(when=when, count=count, occurrence=occurrence):
            fewer = turned(_of_count(count)) if occurrence == "any" else Way.OUT
            return _of_window(when, fewer)
        case DidNot(when=when):
            return _of_window(when, Way.IN)
        case Created(when) | Changed(when):
            return _of_window(when, Way.OUT)
        case Aggregate(when=when):
            return Way.BOTH if _moves(when) else Way.NONE
        case Followed(first):
            return _of_window(first.when, Way.OUT)
        case NotFollowed(first, _, within):
            over = Way.NONE if within is None else Way.IN
            return over | _of_window(first.when, Way.OUT)
        case _:
            return Way.NONE


def _of_window(window: Window, fewer: Way) -> Way:
    """What time does through a window, where fewer events in it can do `fewer`."""
    if isinstance(window, Last):
        return fewer
    return Way.BOTH if _moves(window) else Way.NONE


def _moves(window: Window) -> bool:
    return isinstance(window, Last | Next | Calendar) or any(
        isinstance(moment, FromNow) for _, moment in moments(window)
    )
