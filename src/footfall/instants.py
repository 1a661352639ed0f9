"""Moments as text and as numbers: nanoseconds since 1970-01-01T00:00:00Z, years 1 to 9999."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000
MICROSECOND: Final = 1_000
DAY: Final = 86_400 * SECOND

_FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"(?:[Zz]| ?UTC| ?([+-])(\d\d):?(\d\d))?)?",
    re.ASCII,
)
_FINER = re.compile(r":\d\d\.\d{10}", re.ASCII)
is_usual_instant: Final = re.compile(
    r"[12]\d\d\d-"
    r"(?:(?:0[1-9]|1[012])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[012])-(?:29|30)|(?:0[13578]|1[02])-31)"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
    r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
).fullmatch
"""Whether a text has the form that nearly every caller sends. Each such text names a moment."""
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - written without its zone
EARLIEST: Final = (date.min.toordinal() - _EPOCH_ORDINAL) * DAY
LATEST: Final = (date.max.toordinal() - _EPOCH_ORDINAL + 1) * DAY - 1


def parse_instant(text: str) -> int:
    """The moment that `text` names; raises ValueError where it names none.

    RFC 3339 with or without a zone (none is UTC), without seconds, or a date alone (its midnight,
    UTC); 1 to 9 digits of a second; a space for the T; `UTC` for the Z, as Ruby writes it. A leap
    second counts as the first second of the next minute.
    """
    if not is_usual_instant(text):
        return _parse_any(text)
    since = datetime.fromisoformat(text) - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * MICROSECOND


def _parse_any(text: str) -> int:
    match = _FORM.fullmatch(text)
    if match is None:
        if _FINER.search(text) is not None:
            raise ValueError(
                f"finer than a nanosecond, which is 9 digits of a second: {text[:40]!r}"
            )
        raise ValueError(f"not a date or date-time as in RFC 3339: {text[:40]!r}")
    day, hour, minute, second, fraction, sign, zone_hour, zone_minute = match.groups()
    moment = _day(day)
    if hour is not None:
        hours, minutes, seconds = int(hour), int(minute), int(second or 0)
        if hours > 23 or minutes > 59 or seconds > 60:
            raise ValueError(f"no such time of day: {text!r}")
        moment += hours * 3600 + minutes * 60 + seconds
    if sign is not None:
        east, east_minutes = int(zone_hour), int(zone_minute)
        if east > 23 or east_minutes > 59:
            raise ValueError(f"no such zone: {text!r}")
        offset = east * 3600 + east_minutes * 60
        moment += offset if sign == "-" else -offset
    moment *= SECOND
    if fraction is not None:
        moment += int(fraction.ljust(9, "0"))
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"outside the years 1 to 9999: {text!r}")
    return moment


def _day(text: str) -> int:
    """Seconds from the epoch to that day's midnight."""
    try:
        return (date.fromisoformat(text).toordinal() - _EPOCH_ORDINAL) * 86_400
    except ValueError:
        raise ValueError(f"no such day: {text!r}") from None


def format_instant(moment: int) -> str:
    """`moment` as RFC 3339 in UTC, with 3 to 9 digits of a second as it needs."""
    seconds, nanoseconds = divmod(moment, SECOND)
    text = (_LOCAL_EPOCH + timedelta(seconds=seconds)).isoformat()
    digits = f"{nanoseconds:09d}".rstrip("0").ljust(3, "0")
    return f"{text}.{digits}Z"


def format_milliseconds(moment: int) -> str:
    """`moment` as Brevo writes contacts' times: `YYYY-MM-DDTHH:mm:ss.SSSZ`."""
    return format_instant(moment - moment % MILLISECOND)
