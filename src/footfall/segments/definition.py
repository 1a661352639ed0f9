"""The definition of a segment: one JSON form, versioned. docs/reference/segments.md shows it.

The classes say what may stand where; `rules` says what more must hold, and `reading` makes a
definition of what a client sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, field

from footfall.attributes import attribute_name
from footfall.identifiers import EMAIL, NORMAL_FORM
from footfall.segments.operators import (
    Comparison,
    Contains,
    Count,
    Date,
    EndsWith,
    Equals,
    Not,
    OneOf,
    Reading,
    StartsWith,
    Test,
)
from footfall.segments.windows import Duration, Ever, Shape, Window

MAX_CONDITIONS: Final = 100
"""Conditions of one definition, groups not counted; and as many on properties."""
MAX_DEPTH: Final = 10
"""Groups within groups."""
MAX_GROUP: Final = MAX_CONDITIONS
MAX_NAMES: Final = 50

Occurrence = Literal["any", "first", "last"]
Function = Literal["sum", "min", "max", "average", "distinct"]
IdentifierKind = Literal[
    "contact_id", "ext_id", "email_id", "phone_id", "whatsapp_id", "landline_number_id"
]
Names = str | Annotated[tuple[str, ...], Meta(min_length=1, max_length=MAX_NAMES)]
Elements = Literal["any", "every"] | Count
"""Which elements must pass, where a path leads through an array: every wants at least one."""


class Tagged(Shape, frozen=True, tag_field="type"):
    """The root of conditions and filters."""


class AllFilters(Tagged, frozen=True, tag="all"):
    """Holds where all of its filters do."""

    of: Annotated[tuple[Filter, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class AnyFilter(Tagged, frozen=True, tag="any"):
    """Holds where at least one of its filters does."""

    of: Annotated[tuple[Filter, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class NoFilter(Tagged, frozen=True, tag="none"):
    """Holds where none of its filters does."""

    of: Annotated[tuple[Filter, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class Property(Tagged, frozen=True, tag="property"):
    """A test of what an event has at a path, as in `duration` or `cart.items[].sku`."""

    path: str
    test: Test
    elements: Elements = "any"


Filter = AllFilters | AnyFilter | NoFilter | Property
Filters = Annotated[tuple[Filter, ...], Meta(max_length=MAX_GROUP)]


class All(Tagged, frozen=True, tag="all"):
    """Holds where all of its conditions do."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class AnyOf(Tagged, frozen=True, tag="any"):
    """Holds where at least one of its conditions does."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class NoneOf(Tagged, frozen=True, tag="none"):
    """Holds where none of its conditions does."""

    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MAX_GROUP)]


class Attribute(Tagged, frozen=True, tag="attribute"):
    """A test of an attribute; `NAME[]` stands for the items of a multiple-choice one."""

    name: str
    test: Test
    elements: Elements = "any"

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "name", attribute_name(self.name))

    @property
    def attribute(self) -> str:
        """The name without brackets."""
        return self.name.removesuffix("[]")


class Identifier(Tagged, frozen=True, tag="identifier"):
    """A test of an identifier in its compared form."""

    kind: IdentifierKind
    test: Test

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "test", compared(self.kind, self.test))


class InList(Tagged, frozen=True, tag="list"):
    """The contact is in that list."""

    id: Annotated[int, Meta(ge=1)]


class InSegment(Tagged, frozen=True, tag="segment"):
    """The contact is in that other segment."""

    id: Annotated[int, Meta(ge=1)]


class Created(Tagged, frozen=True, tag="created"):
    """The contact came into being in that window."""

    when: Window


class Changed(Tagged, frozen=True, tag="changed"):
    """The contact changed last in that window."""

    when: Window


class Did(Tagged, frozen=True, tag="did"):
    """Events of a name, or of any of several, that the contact has.

    `first` and `last` pick one event among all of these names; it alone must pass `where` and lie
    in the window.
    """

    event: Names
    where: Filters = ()
    when: Window = Ever()
    count: Count = Count("at_least", 1)
    occurrence: Occurrence = "any"


class DidNot(Tagged, frozen=True, tag="did_not"):
    """The contact has no such event."""

    event: Names
    where: Filters = ()
    when: Window = Ever()


class Aggregate(Tagged, frozen=True, tag="aggregate"):
    """What the values of a property over events amount to."""

    event: Names
    function: Function
    path: str
    comparison: Comparison
    where: Filters = ()
    when: Window = Ever()
    reading: Reading = field(name="as", default="received")


class Step(Shape, frozen=True):
    """An event that another one follows, or does not."""

    event: Names
    where: Filters = ()
    when: Window = Ever()
    occurrence: Occurrence = "any"


class Follower(Shape, frozen=True):
    """An event that follows, or does not."""

    event: Names
    where: Filters = ()


class Followed(Tagged, frozen=True, tag="followed"):
    """After a first event comes another one, sooner than `within`."""

    first: Step
    then: Follower
    within: Duration | None = None


class NotFollowed(Tagged, frozen=True, tag="not_followed"):
    """After a first event that time has passed, and no other one came in it."""

    first: Step
    then: Follower
    within: Duration | None = None


EventCondition = Did | DidNot | Aggregate | Followed | NotFollowed
ContactCondition = Attribute | Identifier | InList | InSegment | Created | Changed
SingleCondition = ContactCondition | EventCondition
Group = All | AnyOf | NoneOf
Condition = Group | SingleCondition


class Definition(Shape, frozen=True):
    """A whole definition. `version` comes first, so that later forms can be told apart."""

    version: Literal[1]
    condition: Condition


def encode(definition: Definition) -> bytes:
    """The definition as JSON, without what is left to defaults."""
    return msgspec.json.encode(definition)


def decode(text: bytes | str) -> Definition:
    """The definition that `encode` made."""
    return _decoder.decode(text)


_decoder: Final = msgspec.json.Decoder(Definition)


def compared(kind: IdentifierKind, test: Test) -> Test:
    """The test with its texts in the form in which identifiers of that kind are compared.

    What has no such form stays as it is; `rules` refuses it.
    """
    match test:
        case Equals(str(value)):
            return msgspec.structs.replace(test, value=_normal(kind, value))
        case OneOf(values):
            forms = (_normal(kind, one) if isinstance(one, str) else one for one in values)
            return msgspec.structs.replace(test, values=tuple(forms))
        case Contains() | StartsWith() | EndsWith() if kind == EMAIL:
            return msgspec.structs.replace(test, value=test.value.lower())
        case _:
            return test


def _normal(kind: str, value: str) -> str:
    try:
        return NORMAL_FORM[kind](value)
    except (KeyError, ValueError):
        return value


def names(event: Names) -> tuple[str, ...]:
    """The names of events, one or several."""
    return (event,) if isinstance(event, str) else event


def single_conditions(
    condition: Condition, place: str = "condition"
) -> Iterator[tuple[str, SingleCondition]]:
    """Every condition that is no group, in order, with its place in the definition."""
    if isinstance(condition, All | AnyOf | NoneOf):
        for index, part in enumerate(condition.of):
            yield from single_conditions(part, f"{place}.of[{index}]")
    else:
        yield place, condition


def numbered(definition: Definition) -> tuple[SingleCondition, ...]:
    """The conditions that are no groups, by the number that they have everywhere."""
    return tuple(condition for _, condition in single_conditions(definition.condition))


def properties(filters: Filters, place: str) -> Iterator[tuple[str, Property]]:
    """Every filter that is no group, in order, with its place in the definition."""
    for index, part in enumerate(filters):
        here = f"{place}[{index}]"
        if isinstance(part, Property):
            yield here, part
        else:
            yield from properties(part.of, f"{here}.of")


def windows(condition: SingleCondition) -> Iterator[tuple[str, Window]]:
    """Every window in a condition, with its place in the condition."""
    match condition:
        case Attribute() | Identifier():
            yield from _windows_of_test(condition.test, "test")
        case Created() | Changed():
            yield "when", condition.when
        case InList() | InSegment():
            return
        case Did() | DidNot() | Aggregate():
            yield "when", condition.when
            yield from _windows_of_filters(condition.where, "where")
        case Followed() | NotFollowed():
            yield "first.when", condition.first.when
            yield from _windows_of_filters(condition.first.where, "first.where")
            yield from _windows_of_filters(condition.then.where, "then.where")


def _windows_of_filters(filters: Filters, place: str) -> Iterator[tuple[str, Window]]:
    for here, part in properties(filters, place):
        yield from _windows_of_test(part.test, f"{here}.test")


def _windows_of_test(test: Test, place: str) -> Iterator[tuple[str, Window]]:
    match test:
        case Not(inner):
            yield from _windows_of_test(inner, f"{place}.test")
        case Date(when):
            yield f"{place}.when", when
        case _:
            return
