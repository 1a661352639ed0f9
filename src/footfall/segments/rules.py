"""What must hold of a definition beyond its shape: the first place where it does not, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from footfall.attributes import RESERVED, is_attribute_name
from footfall.bodies import LARGEST_INTEGER, LEAST_INTEGER
from footfall.identifiers import NORMAL_FORM
from footfall.instants import parse_instant
from footfall.segments.definition import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    Aggregate,
    All,
    AllFilters,
    AnyFilter,
    AnyOf,
    Attribute,
    Condition,
    Definition,
    Did,
    DidNot,
    Elements,
    Filters,
    Followed,
    Follower,
    Identifier,
    Names,
    NoFilter,
    NoneOf,
    NotFollowed,
    Property,
    SingleCondition,
    Step,
    properties,
    single_conditions,
    windows,
)
from footfall.segments.intervals import check_moment, parse_day
from footfall.segments.operators import (
    AtLeast,
    AtMost,
    Equals,
    GreaterThan,
    InRange,
    LessThan,
    Matches,
    Not,
    OneOf,
    Scalar,
    Test,
)
from footfall.segments.paths import parse_path
from footfall.segments.patterns import compiled
from footfall.segments.windows import (
    LONGEST,
    Between,
    Duration,
    FromAttribute,
    FromNow,
    Last,
    Moment,
    Next,
    Window,
    moments,
)

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII).fullmatch

LARGEST_TOTAL: Final = 10**18
"""Sums and averages are compared with no number further from zero than this."""


class Fault(NamedTuple):
    """A place in the definition, and what was expected there."""

    place: str
    expected: str


def faults(definition: Definition) -> Iterator[Fault]:
    """Everything that is wrong with a definition of the right shape, in order."""
    yield from _depth(definition.condition, "condition", 0)
    conditions = list(single_conditions(definition.condition))
    if len(conditions) > MAX_CONDITIONS:
        yield Fault("condition", f"no more than {MAX_CONDITIONS} conditions in all")
    on_properties = 0
    for place, condition in conditions:
        yield from _condition(condition, place)
        for inner, window in windows(condition):
            yield from _window(window, f"{place}.{inner}")
        on_properties += sum(1 for where in _wheres(condition) for _ in properties(where, ""))
    if on_properties > MAX_CONDITIONS:
        yield Fault("condition", f"no more than {MAX_CONDITIONS} conditions on properties in all")


def _depth(condition: Condition, place: str, depth: int) -> Iterator[Fault]:
    if not isinstance(condition, All | AnyOf | NoneOf):
        return
    if depth == MAX_DEPTH:
        yield Fault(place, f"no more than {MAX_DEPTH} groups within each other")
        return
    for index, part in enumerate(condition.of):
        yield from _depth(part, f"{place}.of[{index}]", depth + 1)


def _wheres(condition: SingleCondition) -> tuple[Filters, ...]:
    match condition:
        case Did() | DidNot() | Aggregate():
            return (condition.where,)
        case Followed() | NotFollowed():
            return condition.first.where, condition.then.where
        case _:
            return ()


def _condition(condition: SingleCondition, place: str) -> Iterator[Fault]:
    match condition:
        case Attribute():
            yield from _attribute(condition, place)
        case Identifier():
            yield from _test(condition.test, f"{place}.test")
            yield from _identifiers(condition, place)
        case Did():
            yield from _events(condition, place)
            if condition.occurrence != "any" and condition.count != Did("").count:
                yield Fault(f"{place}.count", f"no count beside the {condition.occurrence} event")
        case DidNot():
            yield from _events(condition, place)
        case Aggregate():
            yield from _events(condition, place)
            yield from _path(condition.path, f"{place}.path")
            yield from _comparison(condition, f"{place}.comparison.value")
        case Followed() | NotFollowed():
            yield from _events(condition.first, f"{place}.first")
            yield from _events(condition.then, f"{place}.then")
            if condition.within is not None:
                yield from _amount(condition.within, f"{place}.within")
        case _:
            return


def _attribute(condition: Attribute, place: str) -> Iterator[Fault]:
    if condition.attribute in RESERVED:
        kind = "a condition of type identifier: this name stands for one"
        yield Fault(f"{place}.name", kind)
    elif is_attribute_name(condition.attribute) is None:
        name = "an attribute's name of A-Z 0-9 _ -, or one with [] for the items of its value"
        yield Fault(f"{place}.name", name)
    yield from _elements(condition.elements, condition.name, f"{place}.elements")
    yield from _test(condition.test, f"{place}.test")


def _identifiers(condition: Identifier, place: str) -> Iterator[Fault]:
    """Texts that identifiers are compared with must be such identifiers."""
    normal = NORMAL_FORM.get(condition.kind)
    for inner, value in _operands(condition.test, f"{place}.test"):
        if normal is not None and isinstance(value, str):
            try:
                normal(value)
            except ValueError as problem:
                yield Fault(inner, f"an identifier of that kind: {value[:80]!r} {problem}")


def _events(condition: Did | DidNot | Aggregate | Step | Follower, place: str) -> Iterator[Fault]:
    yield from _names(condition.event, f"{place}.event")
    yield from _filters(condition.where, f"{place}.where", 0)


def _names(event: Names, place: str) -> Iterator[Fault]:
    named = (
        {place: event}
        if isinstance(event, str)
        else {f"{place}[{index}]": name for index, name in enumerate(event)}
    )
    for here, name in named.items():
        if _NAME(name) is None:
            yield Fault(here, "an event's name: 1 to 255 characters of A-Z a-z 0-9 _ -")


def _filters(filters: Filters, place: str, depth: int) -> Iterator[Fault]:
    for index, part in enumerate(filters):
        here = f"{place}[{index}]"
        match part:
            case AllFilters(of) | AnyFilter(of) | NoFilter(of):
                if depth == MAX_DEPTH:
                    yield Fault(here, f"no more than {MAX_DEPTH} groups within each other")
                else:
                    yield from _filters(of, f"{here}.of", depth + 1)
            case Property(path, test, elements):
                yield from _path(path, f"{here}.path")
                yield from _elements(elements, path, f"{here}.elements")
                yield from _test(test, f"{here}.test")


def _path(path: str, place: str) -> Iterator[Fault]:
    try:
        parse_path(path)
    except ValueError as problem:
        yield Fault(place, f"a path like cart.items[].sku: {problem}")


def _elements(elements: Elements, path: str, place: str) -> Iterator[Fault]:
    if elements != "any" and "[]" not in path:
        yield Fault(place, "a path with [], for only arrays have elements")


def _test(test: Test, place: str) -> Iterator[Fault]:
    if isinstance(test, Not):
        yield from _test(test.test, f"{place}.test")
        return
    for inner, value in _operands(test, place):
        if not isinstance(value, str):
            yield from _finite(value, inner)
        elif isinstance(test, Equals | OneOf) and test.reading == "number":
            yield Fault(inner, "a number, where texts are read as numbers")
    if isinstance(test, Matches):
        try:
            compiled(test.pattern)
        except ValueError as problem:
            yield Fault(f"{place}.pattern", f"a pattern in RE2's syntax: {problem}")
    if isinstance(test, InRange) and test.low > test.high:
        yield Fault(f"{place}.to", "a number that is not below from")


def _operands(test: Test, place: str) -> Iterator[tuple[str, Scalar]]:
    """The values that the test compares with, each with its place."""
    match test:
        case Not(inner):
            yield from _operands(inner, f"{place}.test")
        case Equals() | LessThan() | AtMost() | GreaterThan() | AtLeast():
            yield f"{place}.value", test.value
        case OneOf(values):
            yield from ((f"{place}.values[{index}]", one) for index, one in enumerate(values))
        case InRange(low, high):
            yield from ((f"{place}.from", low), (f"{place}.to", high))
        case _:
            return


def _finite(value: float, place: str) -> Iterator[Fault]:
    if not LEAST_INTEGER <= value <= LARGEST_INTEGER:
        yield Fault(place, "a number that a 64-bit float can hold")


def _comparison(condition: Aggregate, place: str) -> Iterator[Fault]:
    value = condition.comparison.value
    yield from _finite(value, place)
    if condition.function in ("sum", "average") and not -LARGEST_TOTAL <= value <= LARGEST_TOTAL:
        yield Fault(place, f"a number from -{LARGEST_TOTAL} to {LARGEST_TOTAL}")


def _window(window: Window, place: str) -> Iterator[Fault]:
    if isinstance(window, Last | Next):
        yield from _amount(window, place)
    for field, moment in moments(window):
        yield from _moment(moment, f"{place}.{field}")
    match window:
        case Between(str(start), str(end)) if _backwards(start, end):
            yield Fault(f"{place}.to", "a moment that is not before from")
        case _:
            return


def _backwards(start: str, end: str) -> bool:
    """Whether the second is certainly before the first: a day and a time depend on the zone."""
    days = parse_day(start), parse_day(end)
    if days == (None, None):
        with suppress(ValueError):
            return parse_instant(end) < parse_instant(start)
    return days[0] is not None and days[1] is not None and days[1] < days[0]


def _moment(moment: Moment, place: str) -> Iterator[Fault]:
    match moment:
        case str():
            try:
                check_moment(moment)
            except ValueError as problem:
                expected = "a date like 2026-01-31, or a date-time with its zone"
                yield Fault(place, f"{expected}: {problem}")
        case FromAttribute():
            if is_attribute_name(moment.attribute) is None or moment.attribute in RESERVED:
                yield Fault(f"{place}.attribute", "an attribute's name of A-Z 0-9 _ -")
            yield from _amount(moment, place)
        case FromNow():
            yield from _amount(moment, place)


def _amount(
    duration: Last | Next | Duration | FromNow | FromAttribute, place: str
) -> Iterator[Fault]:
    most = LONGEST[duration.unit]
    if abs(duration.amount) > most:
        yield Fault(f"{place}.amount", f"no more than {most} {duration.unit}")
