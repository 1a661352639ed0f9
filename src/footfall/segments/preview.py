"""How many contacts a definition would find, quickly. Pure.

Conditions on events are known for all contacts at once, by the event store. For conditions on
contacts only those are looked at whom they decide; where these are too many, some of them stand for
all, and the number is an estimate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import ceil, sqrt
from typing import Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from footfall.segments.definition import (
    Definition,
    EventCondition,
    SingleCondition,
    numbered,
)
from footfall.segments.evaluation import Subject, find, holds
from footfall.segments.membership import Column, Differing, bounds, column
from footfall.segments.sql.statement import holds_on_nothing

MOST: Final = 5_000
"""Contacts that are looked at one by one."""
_CONFIDENCE: Final = 1.96
"""Standard errors within which 95 of 100 estimates lie."""

Ids = NDArray[np.int64]


class Tally(msgspec.Struct, frozen=True):
    """How many contacts."""

    count: int
    margin: int = 0
    """The number lies within that distance of `count`, 95 times out of 100; 0 where it is exact."""


class Question(NamedTuple):
    """What is left to find out about a definition, once the event store was asked."""

    definition: Definition
    ids: Ids
    """All contacts."""
    columns: list[Column | None]
    """By condition, over ids; None for those on contacts."""
    certain: Ids
    """Those who are found whatever their conditions on contacts come to."""
    open: Ids
    """Those for whom these decide."""
    doubtful: Collection[int]
    """Those among the open ones of whom the event store does not know."""

    @property
    def knows_nothing(self) -> bool:
        """Whether the event store has not answered, so that all are open and doubtful."""
        return isinstance(self.doubtful, range)


def ask(definition: Definition, ids: Ids, differing: Differing | None) -> Question:
    """What is left to find out; without an answer of the event store, everything."""
    size = int(ids.max(initial=0)) + 1
    exists = np.zeros(size, np.bool_)
    exists[ids] = True
    if differing is None:
        nothing: list[Column | None] = [None for _ in numbered(definition)]
        return Question(definition, ids, nothing, ids[:0], ids, range(size))
    columns = [
        _column(number, condition, differing, size)
        for number, condition in enumerate(numbered(definition))
    ]
    certain, possible = bounds(definition, columns, size)
    doubtful = differing.doubtful[differing.doubtful < size].astype(np.int64)
    certain, possible = certain & exists, possible & exists
    certain[doubtful] = False
    possible[doubtful] = exists[doubtful]
    return Question(
        definition,
        ids,
        columns,
        np.flatnonzero(certain),
        np.flatnonzero(possible & ~certain),
        frozenset(map(int, doubtful)),
    )


def _column(
    number: int, condition: SingleCondition, differing: Differing, size: int
) -> Column | None:
    if not isinstance(condition, EventCondition):
        return None
    found = differing.conditions.get(number, np.array([], np.uint64))
    return column(
        size, otherwise=holds_on_nothing(condition), differing=found[found < size].astype(np.int64)
    )


def some(ids: Ids, most: int = MOST) -> Ids:
    """All of them where they are few, else so many by chance, and always the same."""
    if len(ids) <= most:
        return ids
    return np.sort(np.random.default_rng(0).choice(ids, most, replace=False))


def members(question: Question, subjects: Sequence[Subject]) -> list[bool]:
    """Whether each of these, who are open, is found.

    Subjects need to have their events only where they are doubtful.
    """
    conditions = numbered(question.definition)
    ids = np.array([subject.contact.id for subject in subjects], np.int64)
    columns = [
        np.array([find(condition, one).holds for one in subjects], np.bool_)
        if known is None and not isinstance(condition, EventCondition)
        else None
        if known is None
        else known[ids]
        for condition, known in zip(conditions, question.columns, strict=True)
    ]
    certain, _ = bounds(question.definition, columns, len(subjects))
    return [
        holds(question.definition.condition, one) if one.contact.id in question.doubtful else is_in
        for one, is_in in zip(subjects, certain.tolist(), strict=True)
    ]


def total(question: Question, truths: Sequence[bool]) -> Tally:
    """How many are found, by what some of the open ones came to."""
    found = _scaled(sum(truths), len(truths), len(question.open))
    return Tally(len(question.certain) + found.count, found.margin)


def of_condition(question: Question, number: int, truths: Sequence[bool]) -> Tally:
    """For how many contacts one condition holds; `truths` are those of some of all contacts."""
    known = question.columns[number]
    if known is None:
        return _scaled(sum(truths), len(truths), len(question.ids))
    return Tally(int(np.count_nonzero(known[question.ids])))


def _scaled(hits: int, tried: int, of: int) -> Tally:
    if tried in (0, of):
        return Tally(hits)
    share = hits / tried
    # Not even one found may be three of a thousand not found (the rule of three).
    margin = max(_CONFIDENCE * sqrt(share * (1 - share) / tried), 3 / tried)
    return Tally(round(share * of), ceil(margin * of))
