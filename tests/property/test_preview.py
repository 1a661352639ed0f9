"""A preview counts whom the definition finds, or says how far off it may be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from footfall.segments.definition import EventCondition, numbered
from footfall.segments.evaluation import Context, Subject, find, holds
from footfall.segments.membership import Differing
from footfall.segments.preview import Tally, ask, members, of_condition, some, total
from footfall.segments.reading import read_definition
from footfall.segments.sql.statement import holds_on_nothing
from tests.property.naive_segments import World
from tests.property.segment_strategies import NOWS, ZONES, definitions, people
from tests.property.test_segments import contact_of, events_of


@given(data=st.data())
def test_few_contacts_are_counted_exactly(data: st.DataObject) -> None:
    """What the event store knows and what is looked at come to the number of an evaluation."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    definition = read_definition(data.draw(definitions(world.now)))
    crowd = [data.draw(people(world.now, number)) for number in (1, 2, 4, 5)]
    subjects = {
        one.id: Subject(
            contact_of(one),
            events_of(one),
            world.now,
            Context(zone=world.zone, segments=one.segments),
        )
        for one in crowd
    }
    doubtful = set(data.draw(st.lists(st.sampled_from([1, 2, 3, 9]), unique=True)))
    differing = {}
    for number, condition in enumerate(numbered(definition)):
        if isinstance(condition, EventCondition):
            otherwise = holds_on_nothing(condition)
            found = [
                id_ for id_, one in subjects.items() if find(condition, one).holds != otherwise
            ]
            differing[number] = np.array([*found, *found, 9], np.uint64)
    answer = Differing(differing, np.array(sorted(doubtful), np.uint64))
    known = data.draw(st.sampled_from([answer, None]))
    question = ask(definition, np.array(sorted(subjects), np.int64), known)
    chosen = [subjects[int(id_)] for id_ in some(question.open)]
    expected = sum(holds(definition.condition, one) for one in subjects.values())
    assert total(question, members(question, chosen)) == Tally(expected)
    for number, condition in enumerate(numbered(definition)):
        truths = [find(condition, one).holds for one in subjects.values()]
        if number not in differing or known is None:
            assert of_condition(question, number, truths) == Tally(sum(truths))


def test_many_contacts_are_estimated_within_the_margin() -> None:
    """Of a million contacts with one in seven found, some tell the number, give or take."""
    condition = {"type": "attribute", "name": "A", "test": {"operator": "exists"}}
    definition = read_definition({"version": 1, "condition": condition})
    ids = np.arange(1, 1_000_001, dtype=np.int64)
    question = ask(definition, ids, Differing({}, ids[:0].astype(np.uint64)))
    truths = [int(id_) % 7 == 0 for id_ in some(question.open)]
    found = total(question, truths)
    assert 0 < found.margin < 15_000
    assert abs(found.count - 1_000_000 // 7) <= found.margin
    assert total(question, [False] * 1_000) == Tally(0, 3_000)
