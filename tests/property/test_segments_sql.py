"""The statement for the event store says of every contact what evaluation says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.instants import EARLIEST, LATEST, format_instant
from footfall.segments.definition import Definition, EventCondition, numbered
from footfall.segments.evaluation import Context, Subject, evaluate, find
from footfall.segments.membership import Column, bounds, column
from footfall.segments.reading import read_definition
from footfall.segments.sql.statement import (
    DOUBT,
    DOUBTFUL_NUMBERS,
    Source,
    holds_on_nothing,
    statement,
)
from tests.property.naive_segments import (
    Happening,
    Json,
    Person,
    World,
    date_of,
    is_member,
)
from tests.property.segment_store import EVENTS, ON_DISK, TIMELINE, SegmentStore
from tests.property.segment_strategies import NOWS, ZONES, definitions, people
from tests.property.test_segments import contact_of, events_of
from tests.unit.segment_examples import examples, sample

PEOPLE = 12
SAMPLE = sample()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SegmentStore]:
    """One store for all examples: opening one takes longer than asking it."""
    opened = SegmentStore(tmp_path_factory.mktemp("segments"))
    yield opened
    opened.close()


def subject_of(person: Person, world: World) -> Subject:
    """The person at that moment, as conditions see it."""
    context = Context(zone=world.zone, segments=person.segments)
    return Subject(contact_of(person), events_of(person), world.now, context)


@st.composite
def crowds(draw: st.DrawFn, now: int) -> list[Person]:
    """People without and with few events, of whom some have numbers that ClickHouse can't read."""
    return [draw(people(now, number)) for number in range(1, PEOPLE + 1)]


@given(data=st.data())
def test_statement_agrees_with_both_readings(store: SegmentStore, data: st.DataObject) -> None:
    """For each condition the statement names exactly the contacts that differ; so members agree."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    crowd = data.draw(crowds(world.now))
    some = data.draw(st.sampled_from([None, None, [1, 2, 3, 5, 8]]))
    chosen = crowd if some is None else [one for one in crowd if one.id in some]
    source = EVENTS if some is None else TIMELINE
    store.fill(crowd, [source.table])
    for _ in range(3):
        tree = data.draw(definitions(world.now))
        check(store, read_definition(tree), tree, chosen, world, source, some)


def check(
    store: SegmentStore,
    definition: Definition,
    tree: Json,
    crowd: list[Person],
    world: World,
    source: Source,
    some: list[int] | None = None,
) -> None:
    question = statement(definition, world.now, world.zone, source, some)
    if question is None:
        assert not any(isinstance(one, EventCondition) for one in numbered(definition))
        return
    answer = store.ask(question, crowd, world.now, world.zone)
    unsure = {contact for condition, contact in answer if condition == DOUBT}
    assert unsure <= {person.id for person in crowd if has_strange_numbers(person)}
    sure = [person for person in crowd if person.id not in unsure]
    columns = []
    for number, condition in enumerate(numbered(definition)):
        truths = {one.id: find(condition, subject_of(one, world)).holds for one in sure}
        if isinstance(condition, EventCondition):
            otherwise = holds_on_nothing(condition)
            expected = {id_ for id_, truth in truths.items() if truth != otherwise}
            found = {contact for asked, contact in answer if asked == number} - unsure
            assert found == expected, (condition, question.text)
            columns.append(column_of(PEOPLE + 1, otherwise=otherwise, differing=found))
        else:
            found = {id_ for id_, truth in truths.items() if truth}
            columns.append(column_of(PEOPLE + 1, otherwise=False, differing=found))
    members, possible = bounds(definition, columns, PEOPLE + 1)
    assert np.array_equal(members, possible)
    for person in sure:
        assert members[person.id] == is_member(tree, person, world)


def column_of(size: int, *, otherwise: bool, differing: set[int]) -> Column:
    return column(size, otherwise=otherwise, differing=np.array(sorted(differing), np.int64))


def has_strange_numbers(person: Person) -> bool:
    return any(re.search(DOUBTFUL_NUMBERS, event.text) for event in person.history)


@given(data=st.data())
def test_unknown_columns_leave_open_what_they_decide(data: st.DataObject) -> None:
    """With conditions unknown, members lie between the certain and the possible ones."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    definition = read_definition(data.draw(definitions(world.now)))
    person = data.draw(people(world.now, 1))
    subject = subject_of(person, world)
    known = [
        np.array([find(condition, subject).holds]) if data.draw(st.booleans()) else None
        for condition in numbered(definition)
    ]
    certain, possible = bounds(definition, known, 1)
    context = Context(zone=world.zone, segments=person.segments)
    member = evaluate(definition, contact_of(person), events_of(person), world.now, context)
    assert bool(certain[0]) <= member <= bool(possible[0])


def people_of_the_page() -> list[Person]:
    """The contacts of the reference page."""
    return [
        Person(
            id=contact.id,
            created_at=contact.created_at,
            modified_at=contact.modified_at,
            identifiers=contact.identifiers,
            attributes=contact.attributes,
            lists=list(contact.list_ids),
            segments=list(SAMPLE.segments[contact.id]),
            history=[
                Happening(event.date, event.position, event.name, json.dumps(event.properties))
                for event in SAMPLE.events[contact.id]
            ],
        )
        for contact in SAMPLE.contacts
    ]


@pytest.mark.parametrize("table", ON_DISK)
def test_examples_of_the_page_hold_in_the_store(store: SegmentStore, table: str) -> None:
    """Every example of the reference page comes out alike on both tables of the event store."""
    world = World(SAMPLE.now, SAMPLE.zone)
    crowd = people_of_the_page()
    store.fill(crowd, ON_DISK)
    for example in examples():
        if not example.refused_at:
            definition = read_definition(example.definition)
            check(store, definition, example.definition, crowd, world, Source(table=table))


@given(data=st.data())
def test_dates_in_texts_are_read_alike(store: SegmentStore, data: st.DataObject) -> None:
    """Whatever looks like a date is one to the statement exactly where it is one to Footfall."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    texts = data.draw(st.lists(st.from_regex(DATE_LIKE, fullmatch=True), min_size=20, max_size=20))
    crowd = [
        Person(
            number, 0, 0, {}, {}, [], [], [Happening(0, number, "seen", json.dumps({"d": text}))]
        )
        for number, text in enumerate(texts, start=1)
    ]
    store.fill(crowd, [EVENTS.table])
    dates = [found for one in texts if (found := date_of(one, world.zone)) is not None]
    writable = [one for one in dates if EARLIEST <= one <= LATEST]  # midnights of the years 1, 9999
    moment = data.draw(st.sampled_from(writable or [world.now]))
    for when in (
        {"type": "ever"},
        {"type": "after", "moment": format_instant(moment)},
        {"type": "before", "moment": format_instant(moment)[:10]},
    ):
        where = [{"type": "property", "path": "d", "test": {"operator": "date", "when": when}}]
        tree = {"version": 1, "condition": {"type": "did", "event": "seen", "where": where}}
        question = statement(read_definition(tree), world.now, world.zone, EVENTS)
        assert question is not None
        answer = {contact for _, contact in store.ask(question, crowd, world.now, world.zone)}
        assert answer == {one.id for one in crowd if is_member(tree, one, world)}


DATE_LIKE = (
    r"(0000|0001|0004|1582|1900|19[67][0-9]|2000|202[0-9]|2300|9999)-[01][0-9]-[0-3][0-9]"
    r"([Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,10})?)?"
    r"([Zz]| ?UTC| ?[+-][0-2][0-9]:?[0-6][0-9])?)?"
)


def test_large_definitions_are_answered(store: SegmentStore) -> None:
    """As many conditions as there may be, some of the longest, make one statement that works."""
    moment = {"relative_to": "attribute", "attribute": "SINCE"}
    tests: list[Json] = [{"operator": "one_of", "values": [5, 1, 2, True], "as": "number"}] * 94
    tests[0] = {"operator": "one_of", "values": [f"text {number}" for number in range(1_000)]}
    tests += [{"operator": "date", "when": {"type": "between", "from": moment, "to": moment}}] * 6
    where = [{"type": "property", "path": "a[].b[].c", "test": test} for test in tests]
    of = [{"type": "did", "event": f"e{at}", "where": [one]} for at, one in enumerate(where)]
    tree = {"version": 1, "condition": {"type": "all", "of": of}}
    question = statement(read_definition(tree), 0, ZoneInfo("UTC"), EVENTS)
    assert question is not None
    assert store.ask(question, [], 0, ZoneInfo("UTC")) == set()


def test_values_are_bound_and_never_written(store: SegmentStore) -> None:
    """No text of a definition stands in its statement, whatever ClickHouse would make of it."""
    text = "'; DROP TABLE events; --\\"
    where = [
        {"type": "property", "path": "s", "test": {"operator": "equals", "value": text}},
        {"type": "property", "path": "s", "test": {"operator": "one_of", "values": [text, "a\tb"]}},
        {"type": "property", "path": "s", "test": {"operator": "contains", "value": text}},
        {"type": "property", "path": "s", "test": {"operator": "matches", "pattern": "DROP .*--"}},
    ]
    tree = {"version": 1, "condition": {"type": "did", "event": "seen", "where": where}}
    question = statement(read_definition(tree), 0, ZoneInfo("UTC"), EVENTS)
    assert question is not None
    for value in ("DROP", "seen", "--"):
        assert value not in question.text
    crowd = [Person(1, 0, 0, {}, {}, [], [], [Happening(0, 1, "seen", json.dumps({"s": text}))])]
    store.fill(crowd, [EVENTS.table])
    assert store.ask(question, crowd, 0, ZoneInfo("UTC")) == {(0, 1)}
