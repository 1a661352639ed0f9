"""Moments as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from footfall.instants import (
    EARLIEST,
    LATEST,
    SECOND,
    format_instant,
    format_milliseconds,
    is_usual_instant,
    parse_instant,
)

NOON = int(datetime(2024, 2, 6, 12, tzinfo=UTC).timestamp()) * SECOND
MIDNIGHT = NOON - 12 * 3600 * SECOND
LEAP_DAY = int(datetime(2024, 2, 29, tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-02-06T12:00:00Z", NOON),
        ("2024-02-06t12:00:00z", NOON),
        ("2024-02-06 12:00:00Z", NOON),
        ("2024-02-06T12:00:00", NOON),
        ("2024-02-06T12:00", NOON),
        ("2024-02-06T12:00Z", NOON),
        ("2024-02-06T13:30:00+01:30", NOON),
        ("2024-02-06T13:30:00+0130", NOON),
        ("2024-02-06 13:30:00 +0130", NOON),
        ("2024-02-06T02:00:00-10:00", NOON),
        ("2024-02-07T11:59:00+23:59", NOON),
        ("2024-02-06T12:00:00-00:00", NOON),
        ("2024-02-06", MIDNIGHT),
        ("2024-02-29", LEAP_DAY),
        ("2024-02-29T00:00:00Z", LEAP_DAY),
        ("1970-01-01 00:00:00 UTC", 0),
        ("1969-12-31T23:59:59.999999999Z", -1),
        ("2023-12-31T23:59:59.5Z", 1_704_067_199_500_000_000),
    ],
)
def test_accepted_forms_name_their_moment(text: str, moment: int) -> None:
    """Every accepted form names the moment that it says, and without a zone that is UTC."""
    assert parse_instant(text) == moment


@pytest.mark.parametrize("digits", range(1, 10))
def test_every_digit_of_a_second_counts(digits: int) -> None:
    """A second may have 1 to 9 digits, and none of them is lost."""
    fraction = "123456789"[:digits]
    moment = NOON + int(fraction.ljust(9, "0"))
    assert parse_instant(f"2024-02-06T12:00:00.{fraction}Z") == moment
    assert parse_instant(f"2024-02-06T14:00:00.{fraction}+02:00") == moment


@pytest.mark.parametrize(
    ("text", "next_second"),
    [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T23:59:60.25Z", "2017-01-01T00:00:00.25Z"),
        ("2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00Z"),
    ],
)
def test_leap_second_is_the_next_second(text: str, next_second: str) -> None:
    """A leap second counts as the first second of the next minute."""
    assert parse_instant(text) == parse_instant(next_second)


def test_first_and_last_moments() -> None:
    """Go's zero time and the last nanosecond of 9999 are moments, and nothing lies beyond them."""
    assert parse_instant("0001-01-01T00:00:00Z") == EARLIEST
    assert parse_instant("9999-12-31T23:59:59.999999999Z") == LATEST
    for text in (
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:00-00:01",
        "9999-12-31T23:59:60Z",
    ):
        with pytest.raises(ValueError, match="outside the years 1 to 9999"):
            parse_instant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "now",
        "1707220763",
        "2024",
        "2024-02",
        "2024-2-6",
        "20240206",
        "20240206T120000Z",
        "2024-W06-2",
        "2024-037",
        "06/02/2024",
        "2024-02-06T",
        "2024-02-06T12",
        "2024-02-06T12:00:00.",
        "2024-02-06T12:00:00,5Z",
        "2024-02-06T12:00:00.1234567890Z",
        "2024-02-06T12:00:00 CET",
        "2024-02-06T12:00:00+1",
        "2024-02-06T12:00:00+01:0",
        "2024-02-06Z",
        " 2024-02-06",
        "2024-02-06\n",
        "2024-02-06T12:00:00Z\n",
        "+2024-02-06",
        "-2024-02-06",
        "\uff12\uff10\uff12\uff14-02-06",
        "2024-02-06T12:00:0٣Z",
        "0000-01-01",
        "2023-02-29",
        "2023-02-29T00:00:00Z",
        "2024-00-10",
        "2024-13-10T00:00:00Z",
        "2024-04-31",
        "2024-04-31T00:00:00Z",
        "2024-02-06T24:00:00Z",
        "2024-02-06T12:60:00Z",
        "2024-02-06T12:00:61Z",
        "2024-02-06T12:00:00+24:00",
        "2024-02-06T12:00:00+01:60",
        "2024-02-06T12:00:00Z" + "0" * 100_000,
    ],
)
def test_refused_forms(text: str) -> None:
    """What names no moment, or more than one, is refused with a short sentence that says why."""
    with pytest.raises(ValueError, match=r"^(not a date|no such|outside|finer)") as refused:
        parse_instant(text)
    assert len(str(refused.value)) < 120


def test_a_moment_that_is_too_fine_is_told_so() -> None:
    """RFC 3339 has it, so it would be wrong to say that this is no date-time of its kind."""
    with pytest.raises(ValueError, match="finer than a nanosecond"):
        parse_instant("2024-02-06T20:59:23.1234567890Z")


def test_usual_form_is_only_a_short_cut() -> None:
    """What is taken the short way names the same moment as on the long one, on every day."""
    day = datetime(2023, 12, 31, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=-3.5)))
    for _ in range(367):
        text = day.isoformat()
        spaced = text.replace("T", " ")
        assert is_usual_instant(text) or "-02-29" in text
        assert not is_usual_instant(spaced)
        assert parse_instant(text) == parse_instant(spaced)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (NOON + 120_000_000, "2024-02-06T12:00:00.120Z"),
        (NOON + 123_456_000, "2024-02-06T12:00:00.123456Z"),
        (EARLIEST, "0001-01-01T00:00:00.000Z"),
        (LATEST, "9999-12-31T23:59:59.999999999Z"),
    ],
)
def test_format(moment: int, text: str) -> None:
    """A moment is written in UTC, with three digits of a second or as many as it needs."""
    assert format_instant(moment) == text


def test_format_milliseconds() -> None:
    """Contacts' times have exactly three digits of a second, cut and never rounded up."""
    assert format_milliseconds(NOON - 1) == "2024-02-06T11:59:59.999Z"
    assert format_milliseconds(-1) == "1969-12-31T23:59:59.999Z"
