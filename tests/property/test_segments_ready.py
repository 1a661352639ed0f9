"""Definitions that are made ready: they answer as the plain reading does."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from footfall.contacts import Contact, ContactId
from footfall.segments.changes import MAX_TRIED, next_change
from footfall.segments.directions import Way, of_event
from footfall.segments.evaluation import NO_FRAME, Context, Past, PastEvent, Subject, evaluate
from footfall.segments.reading import read_definition
from footfall.segments.ready import ready
from tests.property.segment_strategies import EVENTS, NOWS, ZONES, people
from tests.property.test_segments import contact_of, events_of

WHENS: Final = st.sampled_from(
    [
        {},
        {"when": {"type": "ever"}},
        *(
            {"when": {"type": "last", "amount": amount, "unit": unit}}
            for amount, unit in ((1, "minutes"), (1, "hours"), (1, "days"), (30, "days"))
        ),
    ]
)
WHERES: Final = st.sampled_from(
    [
        {},
        {
            "where": [
                {"type": "property", "path": "n", "test": {"operator": "at_least", "value": 1}}
            ]
        },
    ]
)
NAMES: Final = st.sampled_from([*EVENTS, list(EVENTS[:2])])
COUNTS: Final = st.builds(
    lambda operator, value: {"operator": operator, "value": value},
    st.sampled_from(["at_least", "at_most", "exactly"]),
    st.integers(0, 3),
)
DID: Final = st.builds(
    lambda event, when, where, count: (
        {"type": "did", "event": event, "count": count} | when | where
    ),
    NAMES,
    WHENS,
    WHERES,
    COUNTS,
)
DID_NOT: Final = st.builds(
    lambda event, when, where: {"type": "did_not", "event": event} | when | where,
    NAMES,
    WHENS,
    WHERES,
)
STEADY: Final = st.sampled_from(
    [
        {"type": "list", "id": 1},
        {"type": "attribute", "name": "AGE", "test": {"operator": "greater_than", "value": 10}},
    ]
)
TREES: Final[SearchStrategy[dict[str, Any]]] = st.recursive(
    st.one_of(DID, DID, DID_NOT, STEADY),
    lambda part: st.builds(
        lambda kind, of: {"type": kind, "of": of},
        st.sampled_from(["all", "any", "none"]),
        st.lists(part, min_size=1, max_size=3),
    ),
    max_leaves=5,
)


@given(st.data())
def test_what_is_ready_answers_as_the_plain_reading(data: st.DataObject) -> None:
    """Membership, its next change, and what an event may move, also as events are added."""
    now, zone = data.draw(NOWS), data.draw(ZONES)
    definition = read_definition({"version": 1, "condition": data.draw(TREES)})
    quick = ready(definition)
    assert quick is not None
    person = data.draw(people(now, 1))
    contact, events = contact_of(person), events_of(person)
    context = Context(zone=zone, segments=person.segments)
    known = data.draw(st.integers(0, len(events)))
    past = Past(events[:known])
    for event in [None, *events[known:]]:
        if event is not None:
            way = of_event(definition.condition, event, NO_FRAME)
            assert quick.may_move(event, is_in=True) == bool(way & Way.OUT)
            assert quick.may_move(event, is_in=False) == bool(way & Way.IN)
            past.add(event)
        subject = Subject(contact, past, now, context)
        assert quick.holds(subject) == evaluate(definition, contact, past.events, now, context)
        assert quick.next_change(subject) == next_change(
            definition, contact, past.events, now, context
        )


def test_a_search_without_end_is_given_up() -> None:
    """Past so many moments at which nothing changes the next one is told untried."""
    condition = {
        "type": "did",
        "event": "seen",
        "when": {"type": "last", "amount": 1, "unit": "days"},
    }
    quick = ready(read_definition({"version": 1, "condition": condition}))
    assert quick is not None
    now, step = 10**18, 10**9
    events = [PastEvent(number, now + number * step, "seen", {}) for number in range(MAX_TRIED * 2)]
    contact = Contact(id=ContactId(1), created_at=0, modified_at=0, identifiers={}, attributes={})
    subject = Subject(contact, events, now, Context(zone=ZoneInfo("UTC")))
    assert quick.holds(subject)
    assert quick.next_change(subject) == now + (MAX_TRIED + 1) * step


@pytest.mark.parametrize(
    "condition",
    [
        {"type": "created", "when": {"type": "last", "amount": 1, "unit": "days"}},
        {"type": "did", "event": "seen", "when": {"type": "last", "amount": 1, "unit": "months"}},
        {"type": "did", "event": "seen", "occurrence": "first"},
    ],
)
def test_other_definitions_are_left_to_the_plain_reading(condition: dict[str, Any]) -> None:
    """One condition of another kind is enough."""
    assert ready(read_definition({"version": 1, "condition": condition})) is None
    both = {"type": "all", "of": [condition, {"type": "did", "event": "seen"}]}
    assert ready(read_definition({"version": 1, "condition": both})) is None
