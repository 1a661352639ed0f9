"""What is bound to a statement: parameters, and the bounds of windows that differ by contact."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from footfall.segments.calendars import first_day_from
from footfall.segments.concerns import attributes_of
from footfall.segments.intervals import (
    NOTHING,
    THE_FUTURE,
    THE_PAST,
    Frame,
    Interval,
    interval,
)
from footfall.segments.windows import Window

Parameter = int | str | Sequence[int] | Sequence[str]

MICROSECOND: Final = 1_000
_ENDLESS: Final = 2**62


class Bounds(NamedTuple):
    """An interval as the event store holds moments: microseconds, and the nanoseconds left."""

    start: int
    start_nanos: int
    end: int
    end_nanos: int
    start_day: int
    """The first day that begins in the interval or later; and for its end likewise."""
    end_day: int


def bounds(stretch: Interval, zone: ZoneInfo) -> Bounds:
    """The interval in microseconds and days."""
    start, start_nanos, start_day = _bound(stretch.start, zone)
    end, end_nanos, end_day = _bound(stretch.end, zone)
    return Bounds(start, start_nanos, end, end_nanos, start_day, end_day)


def _bound(moment: int, zone: ZoneInfo) -> tuple[int, int, int]:
    if moment == THE_PAST:
        return -_ENDLESS, 0, -_ENDLESS
    if moment == THE_FUTURE:
        return _ENDLESS, 0, _ENDLESS
    microseconds, nanos = divmod(moment, MICROSECOND)
    return microseconds, nanos, first_day_from(moment, zone)


class Edges(NamedTuple):
    """Expressions for the bounds of a window; empty where it has no such edge."""

    start: str
    start_nanos: str
    end: str
    end_nanos: str


class Binding:
    """Collects what a statement needs while its text is written."""

    def __init__(self, now: int, zone: ZoneInfo) -> None:
        self._frame = Frame(now, zone, {})
        self._names: dict[tuple[str, Parameter], str] = {}
        self.parameters: dict[str, Parameter] = {}
        self.slots: list[Window] = []
        """Windows that differ by contact, by the number of their slot."""

    def value(self, value: Parameter, kind: str) -> str:
        """An expression for the value, of that type of ClickHouse's."""
        key = (kind, value)
        if key not in self._names:
            self._names[key] = f"p{len(self._names)}"
            self.parameters[self._names[key]] = value
        return f"{{{self._names[key]}:{kind}}}"

    def text(self, value: str) -> str:
        """An expression for the text."""
        return self.value(value, "String")

    def texts(self, values: Sequence[str]) -> str:
        """An expression for the list of texts."""
        return self.value(tuple(values), "Array(String)")

    def whole(self, value: int) -> str:
        """An expression for the whole number, of 64 bits."""
        return self.value(value, "Int64")

    def number(self, value: float) -> str:
        """An expression for exactly that number: by its bits, not by its digits."""
        return f"reinterpretAsFloat64({self.value(_bits(value), 'UInt64')})"

    def numbers(self, values: Sequence[float]) -> str:
        """An expression for the list of exactly these numbers."""
        listed = self.value(tuple(map(_bits, values)), "Array(UInt64)")
        return f"arrayMap(bits -> reinterpretAsFloat64(bits), {listed})"

    def moment(self, moment: int) -> tuple[str, str]:
        """Expressions for its microseconds and the nanoseconds left."""
        microseconds, nanos = divmod(moment, MICROSECOND)
        return self.whole(microseconds), self.whole(nanos)

    def edges(self, window: Window) -> Edges:
        """The window's edges, to the nanosecond."""
        if attributes_of(window):
            return Edges(*self._columns(window, Bounds._fields[:4]))
        stretch = interval(window, self._frame)
        found = bounds(stretch, self._frame.zone)
        start = end = ("", "")
        if stretch.start != THE_PAST:
            start = self.whole(found.start), self.whole(found.start_nanos)
        if stretch.end != THE_FUTURE:
            end = self.whole(found.end), self.whole(found.end_nanos)
        return Edges(*start, *end)

    def days(self, window: Window) -> tuple[str, str]:
        """Expressions for the first day in the window and the first one after it."""
        if attributes_of(window):
            first, last = self._columns(window, Bounds._fields[4:])
            return first, last
        stretch = interval(window, self._frame)
        found = bounds(stretch, self._frame.zone)
        return (
            "" if stretch.start == THE_PAST else self.whole(found.start_day),
            "" if stretch.end == THE_FUTURE else self.whole(found.end_day),
        )

    def _columns(self, window: Window, columns: Sequence[str]) -> Iterator[str]:
        """Columns of the slot that is taken for the window, whose bounds differ by contact."""
        if window not in self.slots:
            self.slots.append(window)
        return (f"slot{self.slots.index(window)}_{column}" for column in columns)


def _bits(value: float) -> int:
    bits: int = struct.unpack("<Q", struct.pack("<d", value))[0]
    return bits


def slot_rows(
    slots: Sequence[Window], attributes: Mapping[str, Any], now: int, zone: ZoneInfo
) -> list[tuple[int, Bounds]]:
    """A contact's bounds of the windows in a statement's slots, each with its slot.

    Without those that are empty: a contact that has no row for a slot has no event in its window.
    """
    frame = Frame(now, zone, attributes)
    stretches = ((slot, interval(window, frame)) for slot, window in enumerate(slots))
    return [(slot, bounds(one, zone)) for slot, one in stretches if one != NOTHING]
