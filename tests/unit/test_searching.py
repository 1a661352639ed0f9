"""What people type, as conditions; and what found events have in common."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from footfall.instants import DAY, EARLIEST, LATEST
from footfall.searching import (
    STEPS,
    Bucket,
    Search,
    Written,
    facets,
    joined,
    read_condition,
    search,
    step_for,
)
from footfall.segments.definition import Property
from footfall.segments.operators import AtLeast, Contains, Equals, IsNull, Not, OneOf


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("city=Lyon", Property("city", Equals("Lyon"))),
        (" city = a=b ", Property("city", Equals("a=b"))),
        ("order=10", Property("order", OneOf((10, "10")))),
        ('order="10"', Property("order", Equals("10"))),
        ("gift!=true", Property("gift", Not(OneOf((True, "true"))))),
        ("coupon=null", Property("coupon", IsNull())),
        ("cart.items[].price>=9.5", Property("cart.items[].price", AtLeast(9.5))),
        ("title~ten <b>", Property("title", Contains("ten <b>"))),
    ],
)
def test_conditions_are_read(text: str, condition: Property) -> None:
    """A number means the text with its digits too; quotes mean a text alone."""
    assert read_condition(text) == condition


@pytest.mark.parametrize(
    "text", ["", "city", "=Lyon", "city=", "a..b=1", "total>ten", "total>true", "a b=1", "a<"]
)
def test_what_is_no_condition_is_refused(text: str) -> None:
    """With a message that names the part at fault."""
    with pytest.raises(ValueError, match=re.escape(text[:1]) if text else "condition"):
        read_condition(text)


def test_what_is_equal_is_found_by_its_key_and_value() -> None:
    """However JSON may write them; a text that programs write differently is found by its words."""
    assert search("", ["a=Rue 7"]).pairs == (Written('"a":', ('"Rue 7"',)),)
    assert search("", ["cart.a=17"]).pairs == (Written('"a":', ("17", "17.0", "17.00", '"17"')),)
    assert search("", ["a[]=17.250"]).pairs == (Written("", ("17.250", "17.25", '"17.250"')),)
    assert search("", ["a[].b=true"]).pairs == (Written('"b":', ("true", '"true"')),)
    assert search("", ["a=a/b"]).pairs == (Written('"a":', ('"a/b"', '"a\\/b"')),)
    for text in ("a=é", "a=x{y", "a=<b>", "a=O'Neil"):
        assert search("", [text]).pairs == ()
    assert search("", ["a=O'Neil"]).words == ("o", "neil")
    for text in ("a!=x", "a=null", "a~x", "a>3"):
        assert search("", [text]) == Search(properties=(read_condition(text),))


WRITERS: Final[dict[str, Callable[[float], str]]] = {
    "Python": json.dumps,
    "msgspec": lambda number: msgspec.json.encode(number).decode(),
    "digits": lambda number: format(Decimal(repr(number)), "f"),
    "amount": lambda number: f"{Decimal(repr(number)):.2f}",
    "scientific": lambda number: f"{Decimal(repr(number)).normalize():E}",
}


@given(
    st.sampled_from(sorted(WRITERS)),
    st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(10**15), 10**15)
    | st.decimals(-10_000, 10_000, places=2).map(float),
)
def test_a_number_is_found_however_programs_write_it(writer: str, number: float) -> None:
    """By its digits, as an amount with two decimals; very large and small ones by an exponent."""
    written = WRITERS[writer](number)
    assume(json.loads(written) == number)
    assume("E" not in written or (number and not 1e-3 <= abs(number) < 1e7))
    [pair] = search("", [f"a={number!r}"]).pairs
    assert pair.key == '"a":'
    assert written in pair.values


def test_a_search_is_bounded() -> None:
    """By words, by letters and by conditions."""
    for text, conditions in (("a " * 21, []), ("a" * 1_001, []), ("", ["a=1"] * 21)):
        with pytest.raises(ValueError, match="than"):
            search(text, conditions)


@given(st.integers(EARLIEST, LATEST), st.integers(EARLIEST, LATEST), st.integers(2, 400))
def test_steps_are_as_short_as_the_number_of_stretches_allows(
    one: int, other: int, buckets: int
) -> None:
    """The next shorter step would make more stretches than asked for."""
    start, end = sorted((one, other))
    step = step_for(start, end, buckets)
    assert step in STEPS
    if step < STEPS[-1]:
        assert (end - start) // step < buckets
    if step > STEPS[0]:
        assert (end - start) // STEPS[STEPS.index(step) - 1] >= buckets


@given(st.lists(st.tuples(st.integers(-400, 400), st.sampled_from("ab")), max_size=40))
def test_joined_stretches_are_those_that_would_have_been_counted(
    days: list[tuple[int, str]],
) -> None:
    """Before 1970 too."""

    def counted(step: int) -> list[Bucket]:
        counts = Counter((day * DAY - day * DAY % step, name) for day, name in days)
        return [Bucket(start, name, count) for (start, name), count in sorted(counts.items())]

    assert joined(counted(DAY), 7 * DAY) == counted(7 * DAY)


def test_stretches_of_a_day_are_days_of_utc() -> None:
    """So that they begin at midnight."""
    assert step_for(0, 50 * DAY, 60) == DAY


def test_facets_are_values_that_repeat() -> None:
    """The most frequent first; ids lead nowhere and are left out, as are long texts."""
    events = [
        json.dumps(
            {
                "id": number,
                "city": "Lyon" if number % 3 else "Nice",
                "cart": {"items": [{"sku": "A"}, {"sku": "A"}]},
                "long": "x" * 300,
            }
        )
        for number in range(9)
    ]
    found = {facet.path: (facet.count, facet.values) for facet in facets(events)}
    assert found == {
        "city": (9, [('"Lyon"', 6), ('"Nice"', 3)]),
        "cart.items[].sku": (9, [('"A"', 9)]),
    }
