"""Definitions of the usual kinds made ready to be asked about many contacts. Pure.

Where every condition counts events, over all time or the last so many days, or asks for something
that time does not touch, membership is a matter of a few sorted dates (`tallies`). What is answered
here is what `evaluation.holds`, `changes.next_change` and `directions` answer, in a fraction of the
time; every other definition is left to them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from typing import Final, NamedTuple

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
from footfall.segments.directions import Way, of_time, turned
from footfall.segments.evaluation import Subject, find, is_dated
from footfall.segments.operators import Count
from footfall.segments.tallies import Dates, Tallies, Tally
from footfall.segments.windows import LENGTHS, Ever, Last

Truths = Sequence[bool]
"""Whether each condition holds, by its number."""

_ANY: Final = 2**63
"""More events than there can be."""
_NONE: Final = Count("exactly", 0)


class Counting(NamedTuple):
    """A condition on how many events of a tally there are; None for `length` means over all
    time."""

    tally: int
    length: int | None
    least: int
    most: int

    def holds(self, subject: Subject, dates: Dates) -> bool:
        """Whether it holds at the subject's moment."""
        counted = dates.get(self.tally, ())
        if self.length is None:
            return self.least <= len(counted) <= self.most
        now = subject.frame.now
        number = bisect_right(counted, now) - bisect_right(counted, now - self.length)
        return self.least <= number <= self.most

    def turns(self, subject: Subject, dates: Dates) -> Iterator[tuple[int, bool]]:
        """Each later moment at which an event comes into the stretch or leaves it, and whether the
        condition holds from then on."""
        counted, now, length = dates.get(self.tally), subject.frame.now, self.length
        if length is None or not counted:
            return
        entered, left = bisect_right(counted, now), bisect_right(counted, now - length)
        end = len(counted)
        while left < end:
            moment = counted[left] + length
            if entered < end:
                moment = min(moment, counted[entered])
            while entered < end and counted[entered] == moment:
                entered += 1
            while left < end and counted[left] + length == moment:
                left += 1
            yield moment, self.least <= entered - left <= self.most

    @property
    def way(self) -> Way:
        """What one more event can do to the condition."""
        lets_in = Way.IN if self.least > 0 else Way.NONE
        return lets_in | (Way.OUT if self.most < _ANY else Way.NONE)


class Steady(NamedTuple):
    """A condition that time does not touch, and no event."""

    condition: SingleCondition

    def holds(self, subject: Subject, _dates: Dates) -> bool:
        """Whether it holds."""
        return find(self.condition, subject).holds

    def turns(self, _subject: Subject, _dates: Dates) -> Iterator[tuple[int, bool]]:
        """Nothing."""
        return iter(())


class Ready:
    """A definition of a usual kind, see `ready`."""

    def __init__(self, definition: Definition, parts: Sequence[Counting | Steady]) -> None:
        self._parts = parts
        self._only = parts[0] if definition.condition is numbered(definition)[0] else None
        self._whole = _whole(definition.condition, iter(range(len(parts))))
        self._counted_in_time = [
            part.tally for part in parts if isinstance(part, Counting) and part.length is not None
        ]
        time = of_time(definition.condition)
        self._may_time_move = Way.IN in time, Way.OUT in time
        """Who is out, and who is in."""
        self.ways: dict[int, Way] = {}
        """What one more event of a tally can do, at whatever moment."""
        for tally, way in _ways(definition.condition, iter(parts)):
            self.ways[tally] = self.ways.get(tally, Way.NONE) | way

    def holds(self, subject: Subject, dates: Dates) -> bool:
        """See `evaluation.holds`; of events the dates are asked alone."""
        if self._only is not None:
            return self._only.holds(subject, dates)
        return self._whole([part.holds(subject, dates) for part in self._parts])

    def next_change(self, subject: Subject, dates: Dates, *, is_in: bool) -> int | None:
        """See `changes.next_change`; `is_in` is what `holds` says."""
        if not self._may_time_move[is_in] and not self._is_ahead(subject.frame.now, dates):
            return None
        if self._only is not None:
            return _first_change(self._only.turns(subject, dates), is_in)
        return _first_change(self._turns_of_whole(subject, dates), is_in)

    def _is_ahead(self, now: int, dates: Dates) -> bool:
        """Whether an event is still to come, of those that time moves in and out."""
        for tally in self._counted_in_time:
            counted = dates.get(tally)
            if counted is not None and counted[-1] > now:
                return True
        return False

    def _turns_of_whole(self, subject: Subject, dates: Dates) -> Iterator[tuple[int, bool]]:
        truths = [part.holds(subject, dates) for part in self._parts]
        turns = merge(
            *(
                [(moment, number, truth) for moment, truth in part.turns(subject, dates)]
                for number, part in enumerate(self._parts)
            )
        )
        for moment, at_once in groupby(turns, key=_moment):
            for _, number, truth in at_once:
                truths[number] = truth
            yield moment, self._whole(truths)


def _first_change(turns: Iterator[tuple[int, bool]], is_in: bool) -> int | None:
    for tried, (moment, truth) in enumerate(turns):
        if moment > LATEST:
            return None
        if tried == MAX_TRIED or truth is not is_in:
            return moment
    return None


def ready(definition: Definition, tallies: Tallies) -> Ready | None:
    """The definition made ready, its events counted by `tallies`; None where it has a condition of
    another kind."""
    if not all(map(_is_usual, numbered(definition))):
        return None
    return Ready(definition, [_part(condition, tallies) for condition in numbered(definition)])


def _is_usual(condition: SingleCondition) -> bool:
    match condition:
        case InList() | InSegment():
            return True
        case Attribute(test=test) | Identifier(test=test):
            return not is_dated(test)
        case Did(_, where, when, _, "any") | DidNot(_, where, when):
            is_counted = isinstance(when, Ever) or (isinstance(when, Last) and when.unit in LENGTHS)
            return is_counted and not any(is_dated(part.test) for _, part in properties(where, ""))
        case _:
            return False


def _part(condition: SingleCondition, tallies: Tallies) -> Counting | Steady:
    match condition:
        case Did(event, where, when, count):
            return _counting(event, where, when, count, tallies)
        case DidNot(event, where, when):
            return _counting(event, where, when, _NONE, tallies)
        case _:
            return Steady(condition)


def _counting(
    event: Names, where: Filters, when: object, count: Count, tallies: Tallies
) -> Counting:
    length = when.amount * LENGTHS[when.unit] if isinstance(when, Last) else None
    least = 0 if count.operator == "at_most" else count.value
    most = _ANY if count.operator == "at_least" else count.value
    return Counting(tallies.number(Tally(event, where), length), length, least, most)


def _ways(condition: Condition, parts: Iterator[Counting | Steady]) -> Iterator[tuple[int, Way]]:
    if isinstance(condition, All | AnyOf | NoneOf):
        for inner in condition.of:
            for tally, way in _ways(inner, parts):
                yield tally, turned(way) if isinstance(condition, NoneOf) else way
        return
    part = next(parts)
    if isinstance(part, Counting):
        yield part.tally, part.way


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
