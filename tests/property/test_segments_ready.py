"""Definitions that are made ready: they answer as the plain reading does."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from footfall.contacts import Contact, ContactId
from footfall.instants import DAY, SECOND
from footfall.segments.changes import MAX_TRIED, next_change
from footfall.segments.definition import Definition
from footfall.segments.directions import Way, of_event
from footfall.segments.evaluation import NO_FRAME, Context, Past, PastEvent, Subject, evaluate
from footfall.segments.reading import read_definition
from footfall.segments.ready import Ready, ready
from footfall.segments.tallies import Dates, Tallies
from tests.property.segment_strategies import EVENTS, NOWS, ZONES, people
from tests.property.test_segments import contact_of, events_of

HOPS: Final = (0, 1, 60 * SECOND, 3_600 * SECOND, DAY, 30 * DAY)
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


def made_ready(condition: dict[str, Any]) -> tuple[Definition, Ready, Tallies]:
    definition, tallies = read_definition({"version": 1, "condition": condition}), Tallies()
    quick = ready(definition, tallies)
    assert quick is not None
    return definition, quick, tallies


@given(st.data())
def test_what_is_ready_answers_as_the_plain_reading(data: st.DataObject) -> None:
    """Membership and its next change, also as events are added and time passes; and whom an event
    is said not to move, it does not move, at any moment."""
    now, zone = data.draw(NOWS), data.draw(ZONES)
    definition, quick, tallies = made_ready(data.draw(TREES))
    person = data.draw(people(now, 1))
    contact, events = contact_of(person), events_of(person)
    context = Context(zone=zone, segments=person.segments)
    known, dates = Past(), Dates()
    for event in [None, *events]:
        if event is not None:
            before, moments = Past(known.events), [now + hop for hop in HOPS]
            counted = tallies.add(dates, event, now)
            known.add(event)
            way = reduce(or_, (quick.ways[tally] for tally in counted), Way.NONE)
            assert way | of_event(definition.condition, event, NO_FRAME) == of_event(
                definition.condition, event, NO_FRAME
            )
            for moment in moments:
                was = evaluate(definition, contact, before, moment, context)
                is_now = evaluate(definition, contact, known, moment, context)
                assert Way.IN in way or was or not is_now
                assert Way.OUT in way or is_now or not was
        now += data.draw(st.sampled_from(HOPS))
        subject = Subject(contact, (), now, context)
        is_in = quick.holds(subject, dates)
        assert is_in == evaluate(definition, contact, known, now, context)
        assert quick.next_change(subject, dates, is_in=is_in) == next_change(
            definition, contact, known, now, context
        )


@given(st.data())
def test_dates_from_a_store_count_as_events_do(data: st.DataObject) -> None:
    """Who is known by the dates alone, those too old left out, is where its events put it."""
    now = data.draw(NOWS)
    _, quick, tallies = made_ready(data.draw(TREES))
    person = data.draw(people(now, 1))
    one, other = Dates(), Dates()
    since, filtered = tallies.since(now), tallies.filtered
    for event in events_of(person):
        tallies.add(one, event, now)
        if event.name in filtered:
            tallies.add(other, event, now)
        elif event.name in since and event.date > since[event.name]:
            tallies.put(other, event.name, [event.date])
    context = Context(zone=data.draw(ZONES), segments=person.segments)
    for hop in HOPS:
        subject = Subject(contact_of(person), (), now + hop, context)
        assert quick.holds(subject, one) == quick.holds(subject, other)


def test_a_search_without_end_is_given_up() -> None:
    """Past so many moments at which nothing changes the next one is told untried."""
    condition = {
        "type": "did",
        "event": "seen",
        "when": {"type": "last", "amount": 1, "unit": "days"},
    }
    _, quick, tallies = made_ready(condition)
    now, step = 10**18, 10**9
    dates = Dates()
    for number in range(MAX_TRIED * 2):
        tallies.add(dates, PastEvent(number, now + number * step, "seen", {}), now)
    contact = Contact(id=ContactId(1), created_at=0, modified_at=0, identifiers={}, attributes={})
    subject = Subject(contact, (), now, Context(zone=ZoneInfo("UTC")))
    assert quick.holds(subject, dates)
    assert quick.next_change(subject, dates, is_in=True) == now + (MAX_TRIED + 1) * step


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
    assert ready(read_definition({"version": 1, "condition": condition}), Tallies()) is None
    both = {"type": "all", "of": [condition, {"type": "did", "event": "seen"}]}
    assert ready(read_definition({"version": 1, "condition": both}), Tallies()) is None
