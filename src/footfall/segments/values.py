"""Whether one value passes a test. Numbers are compared as 64-bit floats, texts by code points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, assert_never

from footfall.segments.intervals import Frame, interval, moment_of
from footfall.segments.operators import (
    AtLeast,
    AtMost,
    Comparison,
    Contains,
    Count,
    Date,
    EndsWith,
    Equals,
    Exists,
    GreaterThan,
    InRange,
    IsNull,
    LessThan,
    Matches,
    Not,
    OneOf,
    Reading,
    Scalar,
    StartsWith,
    Test,
)
from footfall.segments.paths import MISSING
from footfall.segments.patterns import compiled

NUMBER_IN_TEXT = r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?"
"""What counts as a number where a test reads texts as numbers: no exponent, no blank, no plus."""

_NUMBER_IN_TEXT = re.compile(NUMBER_IN_TEXT).fullmatch


def number(value: object, reading: Reading = "received") -> float | None:
    """The number that the value is, rounded to 64 bits; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if reading == "number" and isinstance(value, str) and _NUMBER_IN_TEXT(value):
        return float(value)
    return None


def passes(test: Test, value: Any, frame: Frame) -> bool:
    """Whether the value passes. A value that is missing passes no test."""
    if value is MISSING:
        return False
    match test:
        case Equals(expected, reading):
            return _same(value, expected, reading)
        case OneOf(values, reading):
            return any(_same(value, expected, reading) for expected in values)
        case Contains() | StartsWith() | EndsWith() | Matches():
            return isinstance(value, str) and _is_like(test, value)
        case Exists():
            return True
        case IsNull():
            return value is None
        case LessThan() | AtMost() | GreaterThan() | AtLeast() | InRange():
            found = number(value, test.reading)
            return found is not None and _in_order(test, found)
        case Date(when):
            moment = moment_of(value, frame.zone)
            return moment is not None and moment in interval(when, frame)
        case Not(inner):
            return not passes(inner, value, frame)
        case _:
            assert_never(test)


def _same(value: object, expected: Scalar, reading: Reading) -> bool:
    if isinstance(expected, bool):
        return value is expected
    if isinstance(expected, str):
        return isinstance(value, str) and value == expected
    return number(value, reading) == float(expected)


def _is_like(test: Contains | StartsWith | EndsWith | Matches, value: str) -> bool:
    match test:
        case Contains(text):
            return text in value
        case StartsWith(text):
            return value.startswith(text)
        case EndsWith(text):
            return value.endswith(text)
        case Matches(pattern):
            return compiled(pattern).search(value) is not None


def _in_order(test: LessThan | AtMost | GreaterThan | AtLeast | InRange, found: float) -> bool:
    match test:
        case LessThan(value):
            return found < float(value)
        case AtMost(value):
            return found <= float(value)
        case GreaterThan(value):
            return found > float(value)
        case AtLeast(value):
            return found >= float(value)
        case InRange(low, high):
            return float(low) <= found <= float(high)


def compares(comparison: Comparison, found: float, value: float) -> bool:
    """Whether the number found stands to the value as the comparison wants."""
    match comparison.operator:
        case "equals":
            return found == value
        case "less_than":
            return found < value
        case "at_most":
            return found <= value
        case "greater_than":
            return found > value
        case "at_least":
            return found >= value


def enough(elements: str | Count, passed: Sequence[bool]) -> bool:
    """Whether as many elements passed as must; every wants at least one element."""
    if isinstance(elements, Count):
        return elements.admits(sum(passed))
    if elements == "every":
        return len(passed) > 0 and all(passed)
    return any(passed)
