"""Membership that follows what happens is what an evaluation from scratch finds, at every step."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from footfall.commands import (
    ActivateSegment,
    AddToList,
    AnyCommand,
    ContactChanges,
    CreateContact,
    CreateList,
    CreateSegment,
    DeleteContact,
    EmptyList,
    Named,
    PassTime,
    RemoveFromList,
    UpdateContact,
    UpdateSegment,
)
from footfall.contacts import Contact, ContactId
from footfall.instants import DAY, SECOND, format_instant
from footfall.records import Request
from footfall.segments.definition import encode
from footfall.segments.directions import Way, of_event, of_time
from footfall.segments.following import Check, Follower, Standing
from footfall.segments.intervals import Frame
from footfall.segments.reading import read_definition
from footfall.segments.registry import Segments
from tests.engine.stores import Stores, order
from tests.property.naive_segments import Happening, Json, Person, World, is_member
from tests.property.segment_strategies import (
    EVENTS,
    NOWS,
    ZONES,
    definitions,
    moments,
    people,
    properties,
)
from tests.property.test_segments import contact_of, events_of
from tests.searching import examples

HOPS: Final = st.sampled_from([0, 1, SECOND, 3_600 * SECOND, DAY, DAY - 1, 7 * DAY, 31 * DAY])


def mentioning(tree: Any, id_: int) -> Any:
    """The definition with that segment in place of any that it mentions; 0 stands for none."""
    if isinstance(tree, dict):
        if tree.get("type") == "segment":
            return {"type": "segment", "id": id_} if id_ else {"type": "list", "id": 1}
        return {key: mentioning(value, id_) for key, value in tree.items()}
    return [mentioning(one, id_) for one in tree] if isinstance(tree, list) else tree


@st.composite
def chains(draw: st.DrawFn, now: int) -> dict[int, Json]:
    """Definitions by id, each of which may mention the one before."""
    trees = {}
    for id_ in range(1, 4):
        trees[id_] = mentioning(draw(definitions(now)), id_ - 1)
    trees[4] = {"version": 1, "condition": {"type": "none", "of": [{"type": "segment", "id": 2}]}}
    return trees


def found_in(trees: dict[int, Json], person: Person, world: World) -> set[int]:
    """The segments that the person is in, from scratch."""
    found: list[int] = []
    for id_, tree in sorted(trees.items()):
        if is_member(tree, person._replace(segments=found), world):
            found.append(id_)
    return set(found)


@given(data=st.data())
def test_following_is_evaluating_from_scratch(data: st.DataObject) -> None:
    """After each event, change and hop of time a contact is where an evaluation would put it."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    trees = data.draw(chains(world.now))
    segments = Segments()
    for tree in trees.values():
        new = segments.create("a", "", read_definition(tree), 0)
        segments.activate(new.id)
    person = data.draw(people(world.now, 1))
    person = person._replace(
        history=[],
        created_at=min(person.created_at, world.now),  # the engine's clock is never behind
        modified_at=min(person.modified_at, world.now),
    )
    after = data.draw(people(world.now, 1))
    contact_id = ContactId(person.id)
    standing = Standing()
    follower = Follower(segments, world.zone, {contact_id: standing})
    everything = frozenset(trees)
    follower.check(check_of(person, world, None, everything))
    assert standing.segments == found_in(trees, person, world)
    waiting = list(after.history)
    for position in range(1, 9):
        kind = data.draw(st.sampled_from(["event", "change", "time", "time"]))
        if kind == "time":
            world = world._replace(now=world.now + data.draw(HOPS))
            follower.pass_time(world.now, position)
        elif kind == "event" and waiting:
            happened = waiting.pop()._replace(position=position)
            person = person._replace(history=[*person.history, happened])
            concerned = frozenset(segments.index.by_event.get(happened.name, ()))
            follower.check(check_of(person, world, happened, frozenset(), concerned))
        else:
            person = person._replace(
                attributes=data.draw(st.sampled_from([person.attributes, after.attributes, {}])),
                lists=data.draw(st.sampled_from([[], [1]])),
                modified_at=world.now,
            )
            follower.check(check_of(person, world, None, everything))
        assert standing.segments == found_in(trees, person, world), (kind, world.now)
    check_passages(follower, standing)


def check_of(
    person: Person,
    world: World,
    happened: Happening | None,
    changed: frozenset[int],
    mentioning: frozenset[int] = frozenset(),
) -> Check:
    event = None
    if happened is not None:
        [event] = events_of(person._replace(history=[happened]))
    position = 0 if happened is None else happened.position
    contact = contact_of(person)
    return Check(position, world.now, "event", contact.id, contact, event, changed, mentioning)


def check_passages(follower: Follower, standing: Standing) -> None:
    """Entering and leaving take turns, in order of time, and come to the membership now."""
    inside: set[int] = set()
    last = 0
    for passage in follower.passages:
        assert passage.entered is (passage.segment_id not in inside)
        assert passage.at >= last
        inside ^= {passage.segment_id}
        last = passage.at
    assert inside == standing.segments


class Model:
    """A journal that grows, real stores that follow it, and who should be in which segment."""

    def __init__(self, data: st.DataObject, stores: Stores) -> None:
        self.data = data
        self.stores = stores
        self.now = data.draw(NOWS)
        self.trees: dict[int, Json] = {}
        self.start(self.now)

    def start(self, now: int) -> None:
        """A list, a contact on it, and segments."""
        for tree in self.data.draw(chains(now)).values():
            self.trees[len(self.trees) + 1] = tree
        self.stores.append([order(CreateList("a list", 1), at=now)])
        for tree in self.trees.values():
            new = CreateSegment("a", "", encode(read_definition(tree)))
            self.stores.append([order(new, at=now)])

    def step(self) -> None:
        """Journal something."""
        draw = self.data.draw
        self.now += draw(HOPS)
        kind = draw(st.sampled_from(["event"] * 6 + ["contact"] * 2 + ["time"] * 2 + ["other"]))
        if kind == "event":
            requests = [self.event() for _ in range(draw(st.integers(1, 3)))]
        elif kind == "contact":
            changes = ContactChanges(attributes=draw(people(self.now, 1)).attributes)
            requests = [order(UpdateContact(self.somebody(), changes), at=self.now)]
        elif kind == "time":
            requests = [order(PassTime(), at=self.now)]
        else:
            requests = [order(self.command(), at=self.now)]
        self.stores.append(requests)

    def event(self) -> Request:
        draw = self.data.draw
        name, text = draw(st.sampled_from(EVENTS)), draw(properties(self.now))
        who = draw(st.sampled_from("abc"))
        body = (
            f'{{"event_name":"{name}","event_date":"{format_instant(draw(moments(self.now)))}",'
            f'"identifiers":{{"email_id":"{who}@example.com"}},"event_properties":{text}}}'
        )
        return Request("event", self.now, "", body.encode())

    def somebody(self) -> Named:
        return Named(contact_id=self.data.draw(st.integers(1, 3)))

    def command(self) -> AnyCommand:
        draw = self.data.draw
        id_ = draw(st.sampled_from([1, 2, 3]))
        changed = mentioning(draw(definitions(self.now)), id_ - 1)
        chosen = draw(st.sampled_from(["list", "unlist", "empty", "delete", "create", "define"]))
        if chosen == "define":
            self.trees[id_] = changed
        commands: dict[str, AnyCommand] = {
            "list": AddToList(1, [self.somebody()]),
            "unlist": RemoveFromList(1, [self.somebody()]),
            "empty": EmptyList(1),
            "delete": DeleteContact(self.somebody()),
            "create": CreateContact(ContactChanges(identifiers={"email_id": "d@example.com"})),
            "define": UpdateSegment(id_, definition=encode(read_definition(changed))),
        }
        return commands[chosen]

    def activate(self) -> None:
        """Beside what goes on, or on the spot."""
        pipeline = self.stores.pipeline
        found: list[ActivateSegment] = []
        if self.data.draw(st.booleans()):
            found = self.stores.computations.tend(
                pipeline.segments,
                pipeline.next_contact_id,
                pipeline.position,
                pipeline.now,
                pipeline.zone,
            )
            for command in found:
                self.stores.computations.announced(command)
        else:
            found = [
                ActivateSegment(one.id, one.revision)
                for one in pipeline.segments.segments.values()
                if one.state == "computing"
            ]
        for command in found:
            self.stores.append([order(command, at=self.now)])

    def check(self) -> None:
        """Of every live segment the members are those whom the naive reading finds."""
        pipeline, directory = self.stores.pipeline, self.stores.directory
        world = World(pipeline.now, ZoneInfo("UTC"))
        inside = directory.segments_of(list(map(ContactId, range(1, 10))))
        people_now = self.people()
        for id_, segment in pipeline.segments.segments.items():
            if segment.state == "live":
                for person in people_now:
                    within = inside.get(ContactId(person.id), set())
                    person_now = person._replace(segments=sorted(within))
                    expected = is_member(self.trees[id_], person_now, world)
                    assert (id_ in within) is expected, (id_, person_now)
        assert directory.check() == []

    def people(self) -> list[Person]:
        contacts = self.stores.directory.contacts(list(map(ContactId, range(1, 10))))
        histories: dict[int, list[Happening]] = {}
        for row in self.stores.events.dump():
            happened = Happening(row.date, row.position, row.name, row.properties)
            histories.setdefault(row.contact_id, []).append(happened)
        return [person_of(one, histories.get(one.id, [])) for one in contacts.values()]


def person_of(contact: Contact, history: list[Happening]) -> Person:
    return Person(
        id=contact.id,
        created_at=contact.created_at,
        modified_at=contact.modified_at,
        identifiers=dict(contact.identifiers),
        attributes=dict(contact.attributes),
        lists=list(contact.list_ids),
        segments=[],
        history=history,
    )


@settings(max_examples=examples(12), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data())
def test_the_engine_follows_and_a_rebuild_comes_to_the_same(data: st.DataObject) -> None:
    """On real stores, with all that can happen: live segments are exact after every run, and a
    rebuild in other runs gives the same members, timers and history."""
    with tempfile.TemporaryDirectory() as folder:
        stores = Stores(Path(folder) / "data")
        try:
            model = Model(data, stores)
            for _ in range(data.draw(st.integers(4, 12))):
                model.step()
                if data.draw(st.integers(0, 3)):
                    if not data.draw(st.integers(0, 3)):
                        stores.begin_anew()
                    stores.catch_up(data.draw(st.sampled_from([1, 20_000])))
                    model.check()
                    model.activate()
            stores.catch_up()
            model.check()
            contents = copy.copy(stores.contents())
        finally:
            stores.close()
        again = Stores(Path(folder) / "again", journal=Path(folder) / "data" / "journal.db")
        try:
            again.catch_up(data.draw(st.sampled_from([1, 3, 20_000])))
            assert again.contents() == contents
        finally:
            again.close()


@given(data=st.data())
def test_one_more_event_moves_only_the_way_it_can(data: st.DataObject) -> None:
    """Where an event is said to let in only, nobody is let out by it, at any moment; and so on."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    tree = data.draw(definitions(world.now))
    definition = read_definition(tree)
    person = data.draw(people(world.now, 1).filter(lambda one: bool(one.history)))
    *before, more = person.history
    [event] = events_of(person._replace(history=[more]))
    frame = Frame(world.now, world.zone, person.attributes)
    way = of_event(definition.condition, event, frame)
    for hop in (0, 1, DAY, 30 * DAY, 31 * DAY, -7 * DAY):
        later = world._replace(now=world.now + hop)
        was = is_member(tree, person._replace(history=before), later)
        is_now = is_member(tree, person, later)
        assert Way.IN in way or was or not is_now
        assert Way.OUT in way or is_now or not was


@given(data=st.data())
def test_time_moves_only_the_way_it_can(data: st.DataObject) -> None:
    """Where time is said to let in only, nobody is let out by it, but by events still to come."""
    world = World(data.draw(NOWS), data.draw(ZONES))
    tree = data.draw(definitions(world.now))
    way = of_time(read_definition(tree).condition)
    person = data.draw(people(world.now, 1))
    past = [one for one in person.history if one.date <= world.now]
    moment = min(world.now, person.created_at)
    person = person._replace(history=past, created_at=moment, modified_at=moment)
    was = is_member(tree, person, world)
    for _ in range(4):
        world = world._replace(now=world.now + data.draw(HOPS))
        is_now = is_member(tree, person, world)
        assert Way.IN in way or was or not is_now
        assert Way.OUT in way or is_now or not was
        was = is_now
