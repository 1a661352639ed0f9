"""Days and months of a time zone, in whole numbers, so that they can be computed with exactly.

A day is numbered from 1970-01-01 and begins at its midnight. Where clocks skip midnight it begins
at the skip, where they show it twice, at the first. Every function is total and monotone: a later
argument never gives an earlier result, whatever clocks do.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from footfall.instants import DAY, SECOND

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock's time
_UTC_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST: Final = (date(1, 1, 3) - _EPOCH.date()).days
_LAST: Final = (date(9999, 12, 29) - _EPOCH.date()).days
"""Beyond these days a zone keeps the offset that it has there: `datetime` goes little further."""


def start_of(day: int, zone: ZoneInfo) -> int:
    """The moment at which the day begins."""
    midnight = _EPOCH + timedelta(days=min(max(day, _FIRST), _LAST))
    offset = midnight.replace(tzinfo=zone).utcoffset()
    return day * DAY - _nanoseconds(offset)


def day_of(moment: int, zone: ZoneInfo) -> int:
    """The day in which the moment lies: the last one that begins no later."""
    return first_day_from(moment + 1, zone) - 1


def first_day_from(moment: int, zone: ZoneInfo) -> int:
    """The first day that does not begin before the moment."""
    seconds = min(max(moment // SECOND, _FIRST * 86_400), _LAST * 86_400)
    offset = (_UTC_EPOCH + timedelta(seconds=seconds)).astimezone(zone).utcoffset()
    day = (moment + _nanoseconds(offset)) // DAY - 1
    while start_of(day, zone) < moment:
        day += 1
    return day


def _nanoseconds(offset: timedelta | None) -> int:
    if offset is None:
        raise ValueError("a time zone without offsets")
    return (offset.days * 86_400 + offset.seconds) * SECOND


def days_before(year: int, month: int) -> int:
    """The number of that month's first day; months past 12 or below 1 lie in other years.

    Source: days_from_civil in Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
    """
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if month <= 2:
        year, month = year - 1, month + 12
    era, of_era = divmod(year, 400)
    return (
        era * 146_097
        + of_era * 365
        + of_era // 4
        - of_era // 100
        + (153 * (month - 3) + 2) // 5
        - 719_468
    )


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month."""
    era, of_era = divmod(day + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    from_march = (5 * of_year + 2) // 153
    month = from_march + 3 if from_march < 10 else from_march - 9
    return (
        year + era * 400 + (month <= 2),
        month,
        of_year - (153 * from_march + 2) // 5 + 1,
    )


def months_later(moment: int, months: int, zone: ZoneInfo) -> int:
    """The same day of the month and time since midnight, that many months later.

    Where the month has no such day, the beginning of the month after it.
    """
    day, rest = _split(moment, zone)
    target, exists = _moved(day, months)
    if not exists:
        return start_of(target, zone)
    return min(start_of(target, zone) + rest, start_of(target + 1, zone))


def months_earlier(moment: int, months: int, zone: ZoneInfo) -> int:
    """The same day of the month and time since midnight, that many months earlier.

    Where the month has no such day, the last nanosecond of that month. This is the counterpart of
    `months_later`: a moment is no later than this exactly when the moment's `months_later` is no
    later than the argument.
    """
    day, rest = _split(moment, zone)
    target, exists = _moved(day, -months)
    if not exists:
        return start_of(target, zone) - 1
    return min(start_of(target, zone) + rest, start_of(target + 1, zone) - 1)


def _split(moment: int, zone: ZoneInfo) -> tuple[int, int]:
    """The day, and how long it has lasted."""
    day = day_of(moment, zone)
    return day, moment - start_of(day, zone)


def _moved(day: int, months: int) -> tuple[int, bool]:
    """The same day of another month; where it has none, the first one after that month."""
    year, month, of_month = civil(day)
    target = days_before(year, month + months) + of_month - 1
    end = days_before(year, month + months + 1)
    return (target, True) if target < end else (end, False)
