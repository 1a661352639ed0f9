"""What people type, as conditions; and what found events have in common."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.instants import DAY, EARLIEST, LATEST
from footfall.searching import STEPS, facets, read_condition, search, step_for
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


def test_equal_texts_and_whole_numbers_are_found_by_their_words() -> None:
    """Others may be written in several ways, so that no word can be asked for."""
    assert search("", ["a=Rue 7"]).words == ("rue", "7")
    assert search("", ["a=10482"]).words == ("10482",)
    assert search("", ["a=1.50"]).words == search("", ["a!=x"]).words == ()
    assert search("", ["a=01", "a=true", "a=null", "a~x", "a>3"]).words == ("01",)


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
