"""From when to when a window lasts, and when the passing of time moves a moment in or out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from footfall.instants import DAY, parse_instant
from footfall.segments.calendars import (
    civil,
    day_of,
    days_before,
    months_earlier,
    months_later,
    start_of,
)
from footfall.segments.windows import (
    LENGTHS,
    After,
    Before,
    Between,
    Calendar,
    Ever,
    FromAttribute,
    FromNow,
    Last,
    Moment,
    Next,
    Period,
    Window,
)

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_WITH_ZONE = re.compile(r".*(?:[Zz]|UTC|[+-]\d\d:?\d\d)", re.ASCII).fullmatch

THE_PAST: Final = -(10**24)
THE_FUTURE: Final = 10**24
"""Beyond all moments, in nanoseconds."""


class Interval(NamedTuple):
    """From a moment on, up to but without another; nothing where that is no later."""

    start: int
    end: int

    def __contains__(self, moment: object) -> bool:
        return isinstance(moment, int) and self.start <= moment < self.end


NOTHING: Final = Interval(0, 0)
ALWAYS: Final = Interval(THE_PAST, THE_FUTURE)


class Frame(NamedTuple):
    """What windows are relative to."""

    now: int
    zone: ZoneInfo
    attributes: Mapping[str, Any]


@lru_cache(maxsize=4_096)
def parse_day(text: str) -> int | None:
    """The number of the day that the text names; None where it is no date alone."""
    if _DATE(text) is None:
        return None
    try:
        return parse_instant(text) // DAY
    except ValueError:
        return None


def moment_of(value: object, zone: ZoneInfo) -> int | None:
    """The moment that a value received names; None where it names none.

    A date alone is the beginning of that day in the account's time zone; a date-time without a
    zone is in UTC, as in `event_date`.
    """
    if not isinstance(value, str):
        return None
    day = parse_day(value)
    if day is not None:
        return start_of(day, zone)
    try:
        return parse_instant(value)
    except ValueError:
        return None


def check_moment(text: str) -> None:
    """Raises ValueError unless the text is a date, or a date-time with its zone."""
    if parse_day(text) is None:
        parse_instant(text)
        if _WITH_ZONE(text) is None:
            raise ValueError("a date-time without its zone")


def span(moment: Moment, frame: Frame) -> Interval:
    """The stretch that a moment names: a whole day, or a single nanosecond.

    Nothing, where it is an attribute that the contact has not or that is no date.
    """
    match moment:
        case FromNow(amount, unit):
            now = shifted(frame.now, amount, unit, frame.zone)
            return Interval(now, now + 1)
        case FromAttribute(attribute, amount, unit):
            value = frame.attributes.get(attribute)
            whole = _span_of(value, frame.zone) if isinstance(value, str) else None
            return NOTHING if whole is None else _moved(whole, amount, unit, frame.zone)
        case str():
            return _span_of(moment, frame.zone) or NOTHING


def _span_of(text: str, zone: ZoneInfo) -> Interval | None:
    day = parse_day(text)
    if day is not None:
        return Interval(start_of(day, zone), start_of(day + 1, zone))
    start = moment_of(text, zone)
    return None if start is None else Interval(start, start + 1)


def _moved(whole: Interval, amount: int, unit: str, zone: ZoneInfo) -> Interval:
    start = shifted(whole.start, amount, unit, zone)
    if whole.end == whole.start + 1:
        return Interval(start, start + 1)
    return Interval(start, shifted(whole.end, amount, unit, zone))


def shifted(moment: int, amount: int, unit: str, zone: ZoneInfo) -> int:
    """The moment that many units later, or earlier where the amount is negative."""
    if unit != "months":
        return moment + amount * LENGTHS[unit]
    if amount < 0:
        return months_earlier(moment, -amount, zone)
    return months_later(moment, amount, zone)


def interval(window: Window, frame: Frame) -> Interval:
    """From when to when the window lasts, seen from the frame. Its bounds never move backwards."""
    now, zone = frame.now, frame.zone
    match window:
        case Ever():
            return ALWAYS
        case Last(amount, unit):
            return Interval(shifted(now, -amount, unit, zone) + 1, now + 1)
        case Next(amount, unit):
            return Interval(now + 1, shifted(now, amount, unit, zone) + 1)
        case Before(moment):
            whole = span(moment, frame)
            return whole if whole is NOTHING else Interval(THE_PAST, whole.start)
        case After(moment):
            whole = span(moment, frame)
            return whole if whole is NOTHING else Interval(whole.end, THE_FUTURE)
        case Between(start, end):
            first, last = span(start, frame), span(end, frame)
            return NOTHING if NOTHING in (first, last) else Interval(first.start, last.end)
        case Calendar(period):
            today = day_of(now, zone)
            return Interval(
                start_of(_first_day(period, today, 0), zone),
                start_of(_first_day(period, today, 1), zone),
            )


_BACK: Final = {"yesterday": 1, "last_week": 1, "last_month": 1, "last_year": 1}


def _first_day(period: Period, day: int, further: int) -> int:
    """The first day of the period as seen from that day, or of one further on."""
    steps = further - _BACK.get(period, 0)
    year, month, _ = civil(day)
    match period:
        case "today" | "yesterday":
            return day + steps
        case "this_week" | "last_week":
            return day - (day + 3) % 7 + 7 * steps
        case "this_month" | "last_month":
            return days_before(year, month + steps)
        case "this_year" | "last_year":
            return days_before(year + steps, 1)


def turning_points(window: Window, moment: int, zone: ZoneInfo) -> tuple[int, ...]:
    """Every time from which on the moment may be in the window, or out of it, unlike before."""
    match window:
        case Last(amount, unit):
            return moment, shifted(moment, amount, unit, zone)
        case Next(amount, unit):
            return shifted(moment - 1, -amount, unit, zone) + 1, moment
        case Before(FromNow() as bound):
            return (_reached(bound, moment + 1, zone),)
        case After(FromNow() as bound):
            return (_reached(bound, moment, zone),)
        case Between(start, end):
            points = []
            if isinstance(start, FromNow):
                points.append(_reached(start, moment + 1, zone))
            if isinstance(end, FromNow):
                points.append(_reached(end, moment, zone))
            return tuple(points)
        case Calendar(period):
            day, back = day_of(moment, zone), _BACK.get(period, 0)
            return (
                start_of(_first_day(period, day, 2 * back), zone),
                start_of(_first_day(period, day, 2 * back + 1), zone),
            )
        case _:
            return ()


def _reached(bound: FromNow, moment: int, zone: ZoneInfo) -> int:
    """The first time at which the bound is at that moment or later."""
    if bound.unit == "months" and bound.amount > 0:
        return months_earlier(moment - 1, bound.amount, zone) + 1
    return shifted(moment, -bound.amount, bound.unit, zone)
