"""Definitions of the usual kinds made ready to be asked about many contacts. Pure.

Where every condition counts events, over all time or the last so many days, or asks for something
that time does not touch, membership is a matter of a few sorted dates. What is answered here is
what `evaluation.holds` and `changes.next_change` answer, in less than half of the time; every
other definition is left to them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from footfall.instants import LATEST
from footfall.segments.changes import MAX_TRIED
from footfall.segments.definition import (
    All,
    AnyOf,
    Attribute,
    Condition,
    Definition,
    Did,
    DidNot,
    Filters,
    Identifier,
    InList,
    InSegment,
    Names,
    NoneOf,
    SingleCondition,
    numbered,
    properties,
)
from footfall.segments.directions import Way, of_event
from footfall.segments.evaluation import NO_FRAME, PastEvent, Subject, find, is_dated
from footfall.segments.windows import LENGTHS, Ever, Last

Truths = Sequence[bool]
"""Whether each condition holds, by its number."""


class Counting(NamedTuple):
    """A condition on how many events there are; None for `length` means over all time."""

    event: Names
    where: Filters
    length: int | None
    admits: Callable[[int], bool]

    def holds(self, subject: Subject) -> bool:
        """Whether it holds at the subject's moment."""
        dates, now = subject.past.dates(self.event, self.where), subject.frame.now
        if self.length is None:
            return self.admits(len(dates))
        return self.admits(bisect_right(dates, now) - bisect_right(dates, now - self.length))

    def turns(self, subject: Subject) -> Iterator[tuple[int, bool]]:
        """Each later moment at which an event comes into the stretch or leaves it, and whether the
        condition holds from then on."""
        if self.length is None:
            return
        dates, now, length = (
            subject.past.dates(self.event, self.where),
            subject.frame.now,
            self.length,
        )
        entered, left = bisect_right(dates, now), bisect_right(dates, now - length)
        while left < len(dates):
            moment = dates[left] + length
            if entered < len(dates):
                moment = min(moment, dates[entered])
            while entered < len(dates) and dates[entered] == moment:
                entered += 1
            while left < len(dates) and dates[left] + length == moment:
                left += 1
            yield moment, self.admits(entered - left)


class Steady(NamedTuple):
    """A condition that time does not touch."""

    condition: SingleCondition

    def holds(self, subject: Subject) -> bool:
        """Whether it holds."""
        return find(self.condition, subject).holds

    def turns(self, _subject: Subject) -> Iterator[tuple[int, bool]]:
        """Nothing."""
        return iter(())


class Ready:
    """A definition of a usual kind, see `ready`."""

    def __init__(self, definition: Definition, parts: Sequence[Counting | Steady]) -> None:
        self._condition = definition.condition
        self._parts = parts
        self._whole = _whole(definition.condition, iter(range(len(parts))))
        self._may_move: dict[tuple[str, bool], bool] = {}
        self._is_filtered = any(isinstance(part, Counting) and part.where for part in parts)

    def holds(self, subject: Subject) -> bool:
        """See `evaluation.holds`."""
        return self._whole([part.holds(subject) for part in self._parts])

    def next_change(self, subject: Subject) -> int | None:
        """See `changes.next_change`."""
        truths = [part.holds(subject) for part in self._parts]
        current = self._whole(truths)
        for tried, (moment, turns) in enumerate(groupby(self._turns(subject), key=_moment)):
            if moment > LATEST:
                return None
            if tried == MAX_TRIED:
                return moment
            for _, number, truth in turns:
                truths[number] = truth
            if self._whole(truths) != current:
                return moment
        return None

    def _turns(self, subject: Subject) -> Iterator[tuple[int, int, bool]]:
        return merge(
            *(
                [(moment, number, truth) for moment, truth in part.turns(subject)]
                for number, part in enumerate(self._parts)
            )
        )

    def may_move(self, event: PastEvent, *, is_in: bool) -> bool:
        """Whether the event can move a contact who is in, or who is out; see `directions`."""
        if self._is_filtered:
            return _may(of_event(self._condition, event, NO_FRAME), is_in)
        known = self._may_move.get((event.name, is_in))
        if known is None:
            known = _may(of_event(self._condition, event, NO_FRAME), is_in)
            self._may_move[event.name, is_in] = known
        return known


def _may(way: Way, is_in: bool) -> bool:
    return bool(way & (Way.OUT if is_in else Way.IN))


def ready(definition: Definition) -> Ready | None:
    """The definition made ready; None where it has a condition of another kind."""
    parts = [_part(condition) for condition in numbered(definition)]
    usual = [part for part in parts if part is not None]
    return Ready(definition, usual) if len(usual) == len(parts) else None


def _part(condition: SingleCondition) -> Counting | Steady | None:
    match condition:
        case InList() | InSegment():
            return Steady(condition)
        case Attribute(test=test) | Identifier(test=test):
            return None if is_dated(test) else Steady(condition)
        case Did(event, where, when, count, "any"):
            return _counting(event, where, when, count.admits)
        case DidNot(event, where, when):
            return _counting(event, where, when, _is_none)
        case _:
            return None


def _counting(
    event: Names, where: Filters, when: object, admits: Callable[[int], bool]
) -> Counting | None:
    if any(is_dated(part.test) for _, part in properties(where, "")):
        return None
    match when:
        case Ever():
            return Counting(event, where, None, admits)
        case Last(amount, unit) if unit in LENGTHS:
            return Counting(event, where, amount * LENGTHS[unit], admits)
        case _:
            return None


def _is_none(count: int) -> bool:
    return count == 0


def _whole(condition: Condition, numbers: Iterator[int]) -> Callable[[Truths], bool]:
    """The definition as a function of its conditions' truths."""
    if isinstance(condition, All | AnyOf | NoneOf):
        parts = [_whole(part, numbers) for part in condition.of]
        match condition:
            case All():
                return lambda truths: all(part(truths) for part in parts)
            case AnyOf():
                return lambda truths: any(part(truths) for part in parts)
            case NoneOf():
                return lambda truths: not any(part(truths) for part in parts)
    number = next(numbers)
    return lambda truths: truths[number]


def _moment(turn: tuple[int, int, bool]) -> int:
    return turn[0]
