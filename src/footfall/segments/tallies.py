"""Events that definitions count, of which nothing but their dates is kept. Pure.

A tally is what definitions count alike: events of the same names that pass the same filters. Of a
contact it comes to a few sorted dates, which are all that a definition made ready wants to know.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from footfall.segments.definition import Filters, Names, names
from footfall.segments.evaluation import NO_FRAME, PastEvent, admits_all
from footfall.segments.intervals import THE_PAST

Dates = dict[int, list[int]]
"""Of one contact: when the events of each tally happened, in order, by the tally's number."""


class Tally(NamedTuple):
    """What is counted. No filter may ask for a date, see `evaluation.is_dated`."""

    event: Names
    where: Filters


class Tallies:
    """All that is counted, numbered."""

    def __init__(self) -> None:
        self._numbers: dict[Tally, int] = {}
        self._longest: list[int | None] = []
        """By number: how long ago an event may be and still count; None where it always does."""
        self._by_name: defaultdict[str, list[tuple[int, Filters]]] = defaultdict(list)

    def number(self, tally: Tally, length: int | None) -> int:
        """The number of what is counted over the last so many nanoseconds; None: over all time."""
        number = self._numbers.setdefault(tally, len(self._numbers))
        if number == len(self._longest):
            self._longest.append(length)
            for name in set(names(tally.event)):
                self._by_name[name].append((number, tally.where))
        longest = self._longest[number]
        if longest is not None:
            self._longest[number] = None if length is None else max(longest, length)
        return number

    def add(self, dates: Dates, event: PastEvent, now: int) -> list[int]:
        """Count one more event, which may have happened before others; the numbers under which it
        is counted. What is too old to count at `now` never will, and is left out."""
        counted = []
        for number, where in self._by_name.get(event.name, ()):
            longest = self._longest[number]
            if longest is not None and event.date <= now - longest:
                continue
            if where and not admits_all(where, event.properties, NO_FRAME):
                continue
            known = dates.get(number)
            if known is None:
                dates[number] = [event.date]
            else:
                insort(known, event.date)
            counted.append(number)
        return counted

    def put(self, dates: Dates, name: str, found: Iterable[int]) -> None:
        """Count events of that name in the tallies that have no filter."""
        found = sorted(found)
        for number, where in self._by_name.get(name, ()):
            if not where:
                dates[number] = sorted(dates.get(number, []) + found)

    @property
    def filtered(self) -> frozenset[str]:
        """The events whose properties play a part."""
        return frozenset(
            name for name, all_ in self._by_name.items() if any(where for _, where in all_)
        )

    def since(self, now: int) -> Mapping[str, int]:
        """All events by name, with the moment after which they count at `now` or later."""
        return {
            name: min(self._since(number, now) for number, _ in all_)
            for name, all_ in self._by_name.items()
        }

    def _since(self, number: int, now: int) -> int:
        longest = self._longest[number]
        return THE_PAST if longest is None else now - longest

    def __len__(self) -> int:
        return len(self._numbers)


def total(all_: Collection[Dates]) -> int:
    """How many dates there are."""
    return sum(len(dates) for one in all_ for dates in one.values())
