"""Stretches of time as a definition names them; `intervals` says where they begin and end."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, field

from footfall.attributes import attribute_name
from footfall.instants import DAY, SECOND

FixedUnit = Literal["minutes", "hours", "days", "weeks"]
Unit = Literal["minutes", "hours", "days", "weeks", "months"]
Period = Literal[
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
    "last_year",
]

LENGTHS: Final[dict[str, int]] = {
    "minutes": 60 * SECOND,
    "hours": 3_600 * SECOND,
    "days": DAY,
    "weeks": 7 * DAY,
}
"""Nanoseconds of each unit that always has the same length. A day is 24 hours."""

LONGEST: Final[dict[str, int]] = {
    "minutes": 52_560_000,
    "hours": 876_000,
    "days": 36_500,
    "weeks": 5_200,
    "months": 1_200,
}
"""The largest amount of each unit: about a hundred years."""

Amount = Annotated[int, Meta(ge=1, le=LONGEST["minutes"])]
Shift = Annotated[int, Meta(ge=-LONGEST["minutes"], le=LONGEST["minutes"])]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Any part of a definition: compared by value, refused where it has an unknown field."""


class Duration(Shape, frozen=True):
    """A length of time that does not depend on the calendar."""

    amount: Amount
    unit: FixedUnit


class FromNow(Shape, frozen=True, tag_field="relative_to", tag="now"):
    """The moment of evaluation, moved by `amount` units: a negative amount lies in the past."""

    amount: Shift = 0
    unit: Unit = "days"


class FromAttribute(Shape, frozen=True, tag_field="relative_to", tag="attribute"):
    """The date in an attribute of the contact, moved by `amount` units."""

    attribute: str
    amount: Shift = 0
    unit: Unit = "days"

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "attribute", attribute_name(self.attribute))


Moment = str | FromNow | FromAttribute
"""Text is a date (a whole day of the account's time zone) or a date-time with its zone."""


class Ever(Shape, frozen=True, tag_field="type", tag="ever"):
    """All of time, past and future."""


class Last(Shape, frozen=True, tag_field="type", tag="last"):
    """What is younger than that and not in the future."""

    amount: Amount
    unit: Unit


class Next(Shape, frozen=True, tag_field="type", tag="next"):
    """What is still to come, no further off than that."""

    amount: Amount
    unit: Unit


class Before(Shape, frozen=True, tag_field="type", tag="before"):
    """Earlier than the moment; a day's own hours are not before it."""

    moment: Moment


class After(Shape, frozen=True, tag_field="type", tag="after"):
    """Later than the moment; a day's own hours are not after it."""

    moment: Moment


class Between(Shape, frozen=True, tag_field="type", tag="between"):
    """From one moment to another, both included; days count whole."""

    start: Moment = field(name="from")
    end: Moment = field(name="to")


class Calendar(Shape, frozen=True, tag_field="type", tag="calendar"):
    """A day, week (from Monday), month or year of the account's time zone."""

    period: Period


Window = Ever | Last | Next | Before | After | Between | Calendar


def moments(window: Window) -> tuple[tuple[str, Moment], ...]:
    """The moments that the window names, each with its field."""
    match window:
        case Before(moment) | After(moment):
            return (("moment", moment),)
        case Between(start, end):
            return ("from", start), ("to", end)
        case _:
            return ()
