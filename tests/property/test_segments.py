"""Segments: two readings of every definition agree, and time alone changes nothing unannounced."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from footfall.contacts import Contact, ContactId
from footfall.errors import InvalidParameter
from footfall.segments.calendars import start_of
from footfall.segments.changes import movable_since, next_change
from footfall.segments.concerns import concerns
from footfall.segments.definition import Definition, EventCondition, encode, numbered
from footfall.segments.directions import Way, of_time
from footfall.segments.evaluation import Context, PastEvent, evaluate
from footfall.segments.explanation import explain
from footfall.segments.reading import read_definition
from tests.property.naive_segments import Person, World, is_member
from tests.property.segment_strategies import DAY, HOUR, NOWS, ZONES, definitions, moments, people

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def contact_of(person: Person) -> Contact:
    """The person as the domain has it."""
    return Contact(
        id=ContactId(person.id),
        created_at=person.created_at,
        modified_at=person.modified_at,
        identifiers=person.identifiers,
        attributes=person.attributes,
        list_ids=tuple(person.lists),
    )


def events_of(person: Person) -> list[PastEvent]:
    """The person's events as the domain has them."""
    return [
        PastEvent(position, date, name, json.loads(text))
        for date, position, name, text in person.history
    ]


def holds(definition: Definition, person: Person, world: World) -> bool:
    """What the domain says."""
    context = Context(zone=world.zone, segments=person.segments)
    return evaluate(definition, contact_of(person), events_of(person), world.now, context)


def _only(mapping: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name in names}


@given(st.data())
def test_evaluation_is_what_the_definition_means(data: st.DataObject) -> None:
    """Whatever the definition, the contact and the moment, both statements of it agree."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    tree = data.draw(definitions(world.now))
    definition = read_definition(tree)
    for number in range(1, 6):
        person = data.draw(people(world.now, number))
        assert holds(definition, person, world) == is_member(tree, person, world), person


@given(st.data())
def test_explanation_tells_what_evaluation_says(data: st.DataObject) -> None:
    """An explanation comes to the same result, and it can be sent as JSON."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    definition = read_definition(data.draw(definitions(world.now)))
    person = data.draw(people(world.now, 1))
    context = Context(zone=world.zone, segments=person.segments)
    told = explain(definition, contact_of(person), events_of(person), world.now, context)
    assert told.holds == holds(definition, person, world)
    assert told.place == "condition"
    assert json.loads(msgspec.json.encode(told))


@given(st.data())
def test_only_what_is_mentioned_matters(data: st.DataObject) -> None:
    """Events, attributes, identifiers, lists and segments that are not mentioned change nothing."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    definition = read_definition(data.draw(definitions(world.now)))
    person = data.draw(people(world.now, 1))
    mentioned = concerns(definition)
    bare = person._replace(
        attributes=_only(person.attributes, mentioned.attributes),
        identifiers=_only(person.identifiers, mentioned.identifiers),
        lists=[one for one in person.lists if one in mentioned.lists],
        segments=[one for one in person.segments if one in mentioned.segments],
        history=[one for one in person.history if one.name in mentioned.events],
    )
    assert holds(definition, bare, world) == holds(definition, person, world)
    if not mentioned.time:
        later = World(
            world.now + data.draw(st.sampled_from([HOUR, 30 * DAY, 400 * DAY])), world.zone
        )
        assert holds(definition, person, later) == holds(definition, person, world)


@given(st.data())
def test_membership_is_constant_until_its_next_change(data: st.DataObject) -> None:
    """Before the moment that is foretold nothing changes; at that moment membership does."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    definition = read_definition(data.draw(definitions(world.now)))
    person = data.draw(people(world.now, 1))
    context = Context(zone=world.zone, segments=person.segments)
    change = next_change(definition, contact_of(person), events_of(person), world.now, context)
    now = holds(definition, person, world)
    later = data.draw(st.lists(moments(world.now), min_size=8, max_size=8))
    if change is not None:
        assert change > world.now
        assert holds(definition, person, World(change, world.zone)) != now
        later += [change - 1, (world.now + change) // 2]
    for moment in later:
        if world.now < moment and (change is None or moment < change):
            assert holds(definition, person, World(moment, world.zone)) == now


@given(st.data())
def test_time_moves_nobody_through_events_that_are_over(data: st.DataObject) -> None:
    """Who did nothing after the moments that are told, nor will, is not moved by any event."""
    now, zone = data.draw(NOWS), data.draw(ZONES)
    definition = read_definition(data.draw(definitions(now)))
    on_contacts = [one for one in numbered(definition) if not isinstance(one, EventCondition)]
    assume(all(of_time(one) is Way.NONE for one in on_contacts))
    since = movable_since(definition, now)
    person, context = data.draw(people(now, 1)), Context(zone=zone)
    events = [one for one in events_of(person) if one.date <= since.get(one.name, now)]
    assert next_change(definition, contact_of(person), events, now, context) is None


@given(st.data())
def test_definitions_come_back_as_they_were(data: st.DataObject) -> None:
    """A definition written as JSON and read again is the same one, and means the same."""
    definition = read_definition(data.draw(definitions(data.draw(NOWS))))
    assert read_definition(json.loads(encode(definition))) == definition


def places(tree: Any, place: str = "") -> list[tuple[str, Any, str | int]]:
    """Every place in the definition, with what holds it and under which key."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = []
    for key, value in pairs:
        here = f"{place}[{key}]" if isinstance(tree, list) else f"{place}.{key}".lstrip(".")
        found.append((here, tree, key))
        if isinstance(value, dict | list):
            found += places(value, here)
    return found


@given(st.data())
def test_bad_definitions_are_refused_where_they_are_bad(data: st.DataObject) -> None:
    """Whatever is put where no such thing may stand, the refusal names that place and says why."""
    tree = copy.deepcopy(data.draw(definitions(data.draw(NOWS))))
    place, holder, key = data.draw(st.sampled_from(places(tree)))
    junk = [[[]], {"?": 1}, [{"?": 1}]] + ([] if key == "within" else [None])
    holder[key] = data.draw(st.sampled_from(junk))
    problem = refusal({"version": 1} | tree, "definition")
    assert problem is not None
    assert problem.path.startswith(f"definition.{place}")
    assert problem.message.startswith(f"{problem.path}: expected ")


def refusal(tree: Any, place: str = "") -> InvalidParameter | None:
    """Why the definition is refused, where it is."""
    try:
        read_definition(tree, place)
    except InvalidParameter as problem:
        return problem
    return None


@given(st.data())
def test_what_is_missing_or_unknown_is_named(data: st.DataObject) -> None:
    """A field that is left out is named unless it may be; one that does not exist always is."""
    tree = copy.deepcopy(data.draw(definitions(data.draw(NOWS))))
    objects = [tree] + [
        value for _, holder, key in places(tree) if isinstance(value := holder[key], dict)
    ]
    chosen = data.draw(st.sampled_from(objects))
    chosen["surplus"] = 1
    problem = refusal(tree)
    assert problem is not None
    assert problem.path.endswith("surplus")
    del chosen["surplus"]
    left_out = data.draw(st.sampled_from(sorted(chosen)))
    del chosen[left_out]
    problem = refusal(tree)
    assert problem is None or problem.path.endswith(left_out)


@given(st.dates(date(1, 1, 3), date(9999, 12, 29)), ZONES)
def test_a_day_begins_where_its_zone_says(day: date, zone: ZoneInfo) -> None:
    """In every year that a date may have, the day begins at its midnight by that day's clocks."""
    number = (day - date(1970, 1, 1)).days
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    assert start_of(number, zone) == (midnight - EPOCH) // timedelta(microseconds=1) * 1_000
