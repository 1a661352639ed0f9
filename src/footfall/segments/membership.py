"""Who is in a segment, for all contacts at once: conditions as columns over contacts.

A column has one truth for each contact. Conditions on events come from the event store, conditions
on contacts from the directory; where the latter are still unknown, `bounds` tells for which
contacts they matter at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from footfall.segments.definition import All, AnyOf, Condition, Definition, NoneOf

Column = NDArray[np.bool_]


class Differing(NamedTuple):
    """What the event store says of conditions on events."""

    conditions: dict[int, NDArray[np.unsignedinteger]]
    """By number: the contacts for which the condition comes out otherwise than for a contact
    without events; a contact may be named more than once. Those that differ for nobody are absent.
    """
    doubtful: NDArray[np.unsignedinteger]
    """Contacts on whom the store can't decide: they are to be evaluated one by one."""


class Membership(NamedTuple):
    """Who is in the segment for certain, and who may be: the same where nothing is unknown."""

    certain: Column
    possible: Column


def column(size: int, *, otherwise: bool, differing: NDArray[np.integer]) -> Column:
    """`size` times the truth that holds on nothing, and the other one at the places given."""
    truths = np.full(size, otherwise)
    truths[differing] = not otherwise
    return truths


def bounds(definition: Definition, columns: Sequence[Column | None], size: int) -> Membership:
    """Who is in the segment, by the columns of its conditions in order of their numbers.

    None stands for a condition of which nothing is known yet.
    """
    return _combine(definition.condition, iter(columns), size)


def _combine(condition: Condition, columns: Iterator[Column | None], size: int) -> Membership:
    if not isinstance(condition, All | AnyOf | NoneOf):
        truths = next(columns)
        if truths is None:
            return Membership(np.zeros(size, np.bool_), np.ones(size, np.bool_))
        return Membership(truths, truths)
    parts = [_combine(part, columns, size) for part in condition.of]
    certain, possible = (list(each) for each in zip(*parts, strict=True))
    if isinstance(condition, All):
        return Membership(_all(certain), _all(possible))
    if isinstance(condition, AnyOf):
        return Membership(_any(certain), _any(possible))
    return Membership(~_any(possible), ~_any(certain))


def _all(columns: Sequence[Column]) -> Column:
    truths: Column = np.logical_and.reduce(columns)
    return truths


def _any(columns: Sequence[Column]) -> Column:
    truths: Column = np.logical_or.reduce(columns)
    return truths
