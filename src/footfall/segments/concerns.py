"""What a definition mentions, and how segments that mention each other hang together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

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
    InList,
    InSegment,
    Names,
    NotFollowed,
    SingleCondition,
    names,
    numbered,
    properties,
    windows,
)
from footfall.segments.windows import Calendar, FromAttribute, FromNow, Last, Next, Window, moments


class Concerns(NamedTuple):
    """What a definition mentions: a change of nothing else changes a membership, but for time."""

    events: frozenset[str]
    attributes: frozenset[str]
    identifiers: frozenset[str]
    lists: frozenset[int]
    segments: frozenset[int]
    change_times: bool
    """Whether it asks when the contact was created or changed, so that any change concerns it."""
    time: bool
    """Whether the passing of time alone may change a membership."""


def concerns(definition: Definition) -> Concerns:
    """What the definition mentions anywhere."""
    conditions = numbered(definition)
    inside = [window for condition in conditions for _, window in windows(condition)]
    own = {one.attribute for one in conditions if isinstance(one, Attribute)}
    return Concerns(
        events=frozenset(name for one in conditions for name in events_of(one)),
        attributes=frozenset(own.union(*map(attributes_of, inside))),
        identifiers=frozenset(one.kind for one in conditions if isinstance(one, Identifier)),
        lists=frozenset(one.id for one in conditions if isinstance(one, InList)),
        segments=frozenset(one.id for one in conditions if isinstance(one, InSegment)),
        change_times=any(isinstance(one, Created | Changed) for one in conditions),
        time=any(map(_moves, inside)) or any(_waits(one) for one in conditions),
    )


def mentioned(definition: Definition) -> dict[str, set[str]]:
    """By name of an event that the definition mentions, the properties that it asks for."""
    found: dict[str, set[str]] = {}
    parts: list[tuple[Names, Filters, tuple[str, ...]]]
    for condition in numbered(definition):
        match condition:
            case Did() | DidNot():
                parts = [(condition.event, condition.where, ())]
            case Aggregate():
                parts = [(condition.event, condition.where, (condition.path,))]
            case Followed(first, then) | NotFollowed(first, then):
                parts = [(first.event, first.where, ()), (then.event, then.where, ())]
            case _:
                continue
        for event, where, own in parts:
            paths = {each.path for _, each in properties(where, "")}.union(own)
            for name in names(event):
                found.setdefault(name, set()).update(paths)
    return found


def events_of(condition: SingleCondition) -> tuple[str, ...]:
    """The names of events that the condition mentions."""
    match condition:
        case Did() | DidNot() | Aggregate():
            return names(condition.event)
        case Followed(first, then) | NotFollowed(first, then):
            return names(first.event) + names(then.event)
        case _:
            return ()


def attributes_of(window: Window) -> set[str]:
    """The attributes to which the window's moments are relative."""
    return {one.attribute for _, one in moments(window) if isinstance(one, FromAttribute)}


def _moves(window: Window) -> bool:
    return isinstance(window, Last | Next | Calendar) or any(
        isinstance(one, FromNow) for _, one in moments(window)
    )


def _waits(condition: SingleCondition) -> bool:
    return isinstance(condition, NotFollowed) and condition.within is not None


def find_cycle(mentions: Mapping[int, Collection[int]]) -> tuple[int, ...]:
    """Segments each of which mentions the next, the last one being the first; empty for none.

    `mentions` has the segments that each segment mentions (`Concerns.segments`).
    """
    try:
        TopologicalSorter(mentions).prepare()
    except CycleError as problem:
        return tuple(reversed(problem.args[1]))
    return ()


def evaluation_order(mentions: Mapping[int, Collection[int]]) -> list[int]:
    """The segments, each after those that it mentions. There must be no cycle."""
    return [one for one in TopologicalSorter(mentions).static_order() if one in mentions]
