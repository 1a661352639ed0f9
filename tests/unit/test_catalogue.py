"""What a sample of events shows of their properties."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from footfall.catalogue import (
    MAX_PATHS,
    Note,
    PropertySeen,
    drift,
    properties_seen,
)


def seen(*properties: dict[str, Any]) -> dict[str, PropertySeen]:
    """What a sample of events with these properties shows, received one after the other."""
    sample = [(moment, json.dumps(each)) for moment, each in enumerate(properties)]
    return {each.path: each for each in properties_seen(sample)}


def types(found: PropertySeen) -> dict[str, int]:
    return {each.type: each.count for each in found.types}


floats = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | st.integers() | floats | texts
trees = st.dictionaries(
    st.text("abc", min_size=1, max_size=2),
    st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(st.lists(trees, max_size=6))
def test_every_event_is_counted_once_for_a_path_and_a_type(events: list[dict[str, Any]]) -> None:
    """No count is past the number of events, and the top paths are the keys that events have."""
    found = seen(*events)
    for key in {key for each in events for key in each}:
        assert found[key].count == sum(key in each for each in events)
        assert sum(types(found[key]).values()) == found[key].count
    for each in found.values():
        assert max(types(each).values()) <= each.count <= len(events)
        assert each.count <= sum(types(each).values())


def test_paths_lead_through_objects_and_lists() -> None:
    """Elements of a list stand under `[]`, and count once for an event however many there are."""
    order = {"cart": {"items": [{"sku": "A"}, {"sku": "B"}], "sizes": [[1], []]}}
    found = seen(order, order)
    assert list(found) == [
        "cart",
        "cart.items",
        "cart.items[]",
        "cart.items[].sku",
        "cart.sizes",
        "cart.sizes[]",
        "cart.sizes[][]",
    ]
    assert types(found["cart.items[].sku"]) == {"text": 2}
    assert found["cart.items[].sku"].types[0].examples == ['"A"', '"B"']
    assert (types(found["cart"]), types(found["cart.items"])) == ({"object": 2}, {"list": 2})


def test_types_are_told_apart() -> None:
    """A truth value is no number, and a text is a date only where all texts there are dates."""
    values = [True, 1, 1.5, None, "2026-05-04", "2026-05-04T10:00:00Z"]
    assert types(seen(*({"a": value} for value in values))["a"]) == {
        "boolean": 1,
        "number": 2,
        "null": 1,
        "date": 2,
    }
    mixed = seen({"a": "2026-05-04"}, {"a": "soon"})["a"]
    assert types(mixed) == {"text": 2}
    assert (mixed.types[0].first_seen, mixed.types[0].last_seen) == (0, 1)


def test_a_property_that_turned_is_told_from_one_that_varies() -> None:
    """A number that became a text has turned; numbers among texts are mixed; null is neither."""

    def drift_of(*values: object, expected: Any = "") -> str:
        return drift(seen(*({"a": value} for value in values))["a"], expected)

    assert drift_of(1, 2, None) == ""
    assert drift_of(1, 2, "3") == "turned"
    assert drift_of(1, "2", 3) == "mixed"
    assert drift_of(1, 2, expected="number") == ""
    assert drift_of(1, "2", expected="number") == "unexpected"
    assert drift_of("1", expected="number") == "unexpected"
    assert drift_of("2026-05-04", expected="text") == ""
    assert drift_of(None, expected="number") == ""


def test_what_an_event_may_have_is_bounded_here_too() -> None:
    """Past 500 paths nothing more is told apart, and examples are short."""
    many = seen({f"key{number}": "x" * 1_000 for number in range(MAX_PATHS + 100)})
    assert len(many) == MAX_PATHS
    assert all(len(each.types[0].examples[0]) == 120 for each in many.values())


def test_a_note_that_says_nothing_is_none() -> None:
    """Each field alone makes it say something."""
    assert Note("viewed", "a").says_nothing
    for said in ({"description": "x"}, {"owner": "x"}, {"expected": "text"}, {"hidden": True}):
        assert not Note("viewed", **said).says_nothing
