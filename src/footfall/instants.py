"""Moments as text and as numbers: nanoseconds since 1970-01-01T00:00:00Z, years 1 to 9999."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"(?:[Zz]| ?UTC| ?([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = (date.min.toordinal() - _EPOCH_ORDINAL) * DAY
LATEST: Final = (date.max.toordinal() - _EPOCH_ORDINAL + 1) * DAY - 1


def parse_instant(text: str) -> int:
    """The moment that `text` names; raises ValueError where it names none.

    RFC 3339 with or without a zone (none is UTC), without seconds, or a date alone (its midnight,
    UTC); 1 to 9 digits of a second; a space for the T; `UTC` for the Z, as Ruby writes it. A leap
    second counts as the first second of the next minute.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"not a date or date-time as in RFC 3339: {text[:40]!r}")
    day, hour, minute, second, fraction, sign, zone_hour, zone_minute = match.groups()
    moment = (date.fromisoformat(day).toordinal() - _EPOCH_ORDINAL) * 86_400
    if hour is not None:
        hours, minutes, seconds = int(hour), int(minute), int(second or 0)
        if hours > 23 or minutes > 59 or seconds > 60:
            raise ValueError(f"no such time of day: {text[:40]!r}")
        moment += hours * 3600 + minutes * 60 + seconds
        if sign is not None:
            east, east_minutes = int(zone_hour), int(zone_minute)
            if east > 23 or east_minutes > 59:
                raise ValueError(f"no such zone: {text[:40]!r}")
            offset = east * 3600 + east_minutes * 60
            moment += offset if sign == "-" else -offset
    moment *= SECOND
    if fraction is not None:
        moment += int(fraction.ljust(9, "0"))
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"outside the years 1 to 9999: {text[:40]!r}")
    return moment


def format_instant(moment: int) -> str:
    """`moment` as RFC 3339 in UTC, with 3 to 9 digits of a second as it needs."""
    seconds, nanoseconds = divmod(moment, SECOND)
    text = (_EPOCH + timedelta(seconds=seconds)).strftime("%m-%dT%H:%M:%S")
    year = (_EPOCH + timedelta(seconds=seconds)).year
    digits = f"{nanoseconds:09d}".rstrip("0").ljust(3, "0")
    return f"{year:04d}-{text}.{digits}Z"


def format_milliseconds(moment: int) -> str:
    """`moment` as Brevo writes contacts' times: `YYYY-MM-DDTHH:mm:ss.SSSZ`."""
    return format_instant(moment - moment % MILLISECOND)
