"""What can be asked of one value: an element of a property, an attribute, an identifier."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, field

from footfall.segments.windows import Shape, Window

MAX_TEXT: Final = 1_000
MAX_VALUES: Final = 1_000

Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Scalar = str | int | float | bool
Number = int | float
Reading = Literal["received", "number"]
"""`number` lets a text that is written as a number count as that number."""


class Operator(Shape, frozen=True, tag_field="operator"):
    """The root of all tests."""


class Equals(Operator, frozen=True, tag="equals"):
    """The same type and the same value."""

    value: Scalar
    reading: Reading = field(name="as", default="received")


class OneOf(Operator, frozen=True, tag="one_of"):
    """Equal to any of the values."""

    values: Annotated[tuple[Scalar, ...], Meta(min_length=1, max_length=MAX_VALUES)]
    reading: Reading = field(name="as", default="received")


class Contains(Operator, frozen=True, tag="contains"):
    """A text with that text somewhere in it, letter for letter."""

    value: Text


class StartsWith(Operator, frozen=True, tag="starts_with"):
    """A text that begins with that text."""

    value: Text


class EndsWith(Operator, frozen=True, tag="ends_with"):
    """A text that ends with that text."""

    value: Text


class Matches(Operator, frozen=True, tag="matches"):
    """A text in which the pattern, in RE2's syntax, is found somewhere."""

    pattern: Text


class Exists(Operator, frozen=True, tag="exists"):
    """Any value, null too."""


class IsNull(Operator, frozen=True, tag="is_null"):
    """null itself, not a value that is absent."""


class LessThan(Operator, frozen=True, tag="less_than"):
    """A number below the value."""

    value: Number
    reading: Reading = field(name="as", default="received")


class AtMost(Operator, frozen=True, tag="at_most"):
    """A number not above the value."""

    value: Number
    reading: Reading = field(name="as", default="received")


class GreaterThan(Operator, frozen=True, tag="greater_than"):
    """A number above the value."""

    value: Number
    reading: Reading = field(name="as", default="received")


class AtLeast(Operator, frozen=True, tag="at_least"):
    """A number not below the value."""

    value: Number
    reading: Reading = field(name="as", default="received")


class InRange(Operator, frozen=True, tag="between"):
    """A number from one value to another, both included."""

    low: Number = field(name="from")
    high: Number = field(name="to")
    reading: Reading = field(name="as", default="received")


class Date(Operator, frozen=True, tag="date"):
    """A text that is a date or date-time, and lies in the window."""

    when: Window


class Not(Operator, frozen=True, tag="not"):
    """A value that is there and that the test refuses, whatever its type."""

    test: PlainTest


PlainTest = (
    Equals
    | OneOf
    | Contains
    | StartsWith
    | EndsWith
    | Matches
    | Exists
    | IsNull
    | LessThan
    | AtMost
    | GreaterThan
    | AtLeast
    | InRange
    | Date
)
Test = PlainTest | Not


class Comparison(Shape, frozen=True):
    """What a computed number is held against."""

    operator: Literal["equals", "less_than", "at_most", "greater_than", "at_least"]
    value: Number


class Count(Shape, frozen=True):
    """How many there must be."""

    operator: Literal["at_least", "at_most", "exactly"]
    value: Annotated[int, Meta(ge=0, le=1_000_000_000)]

    def admits(self, count: int) -> bool:
        """Whether that many are as many as there must be."""
        match self.operator:
            case "at_least":
                return count >= self.value
            case "at_most":
                return count <= self.value
            case "exactly":
                return count == self.value
