"""What values of events amount to, computed exactly, so that their order makes no difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from footfall.segments.definition import Function
from footfall.segments.operators import Comparison, Reading
from footfall.segments.values import compares, number

MILLION: Final = 1_000_000
LARGEST: Final = 9e12
"""Sums and averages take each number to the nearest millionth, and this one for those beyond it."""


class Result(NamedTuple):
    """An amount as a fraction, so that averages stay exact; no parts at all where there is none."""

    numerator: int | float
    parts: int
    scale: int
    """What one is, in the numerator: a million for sums and averages."""

    @property
    def shown(self) -> int | float | None:
        """The amount for people; None where there is none."""
        if not self.parts:
            return None
        return self.numerator if self.scale == 1 else self.numerator / (self.parts * self.scale)


def compute(function: Function, values: Iterable[Any], reading: Reading) -> Result:
    """What the values amount to. Those that are no numbers are passed over.

    `distinct` counts texts and booleans too: as different as their types are. A sum of nothing is
    0, and nothing has 0 distinct values; a least, largest or average value it does not have.
    """
    if function == "distinct":
        return Result(len(distinct(values, reading)), 1, 1)
    numbers = [one for value in values if (one := number(value, reading)) is not None]
    match function:
        case "sum":
            return Result(sum(map(millionths, numbers)), 1, MILLION)
        case "average":
            return Result(sum(map(millionths, numbers)), len(numbers), MILLION)
        case "min":
            return Result(min(numbers), 1, 1) if numbers else _NONE
        case "max":
            return Result(max(numbers), 1, 1) if numbers else _NONE


_NONE: Final = Result(0, 0, 1)


def meets(result: Result, comparison: Comparison) -> bool:
    """Whether the amount is as the comparison wants; no amount never is."""
    if not result.parts:
        return False
    if result.scale == 1:
        return compares(comparison, result.numerator, float(comparison.value))
    return compares(comparison, result.numerator, threshold(comparison) * result.parts)


def threshold(comparison: Comparison) -> int:
    """What a sum or average is held against, in millionths."""
    return round(float(comparison.value) * MILLION)


def millionths(value: float) -> int:
    """The number in millionths, to the nearest one, and to the even one of two."""
    return round(min(max(value, -LARGEST), LARGEST) * MILLION)


def distinct(values: Iterable[Any], reading: Reading) -> set[Sequence[object]]:
    """The different values, each with what tells its type."""
    found: set[Sequence[object]] = set()
    for value in values:
        amount = number(value, reading)
        if amount is not None:
            found.add(("number", amount))
        elif isinstance(value, str | bool):
            found.add((type(value).__name__, value))
    return found
