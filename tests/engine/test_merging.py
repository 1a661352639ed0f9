"""Contacts that are shown as one: what is shown, what an undone merge leaves, and replays."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.commands import (
    AddToList,
    AnyCommand,
    ContactChanges,
    CreateContact,
    CreateList,
    DeleteAttribute,
    DeleteContact,
    DeleteList,
    DeleteOption,
    EmptyList,
    MergeContacts,
    Named,
    RemoveFromList,
    UnmergeContact,
    UpdateContact,
)
from footfall.contacts import Contact, ContactId
from footfall.errors import DuplicateParameter, FootfallError, InvalidParameter, NotFound
from footfall.identifiers import EMAIL, EXT_ID, PHONE, Identifier
from footfall.instants import SECOND
from footfall.ports import ContactQuery, EventQuery
from footfall.records import Request
from tests.engine.stores import RECEIVED, Stores, event, order, request
from tests.engine.test_erasure import JANE, JOHN, assert_replays_alike, bytes_of, changes, journaled
from tests.engine.test_segments import BOUGHT, bought, members, passages

MOBILE = "+33612345678"


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = Stores(tmp_path / "data")
    yield opened
    opened.close()


def shown(stores: Stores, contact_id: int) -> Contact | None:
    return stores.directory.contacts([ContactId(contact_id)]).get(ContactId(contact_id))


def two(stores: Stores) -> None:
    """Contact 1 and contact 2, each with an event."""
    stores.apply(
        request(event("a", properties={"CITY": "Ulm", "AGE": 1}, email_id=JANE)),
        request(event("b", properties={"CITY": "Bonn", "TAGS": ["x"]}, email_id=JOHN, ext_id="j")),
    )


def everything(stores: Stores) -> list[Any]:
    """All that is derived but for the trail of requests."""
    trail = ("state", "totals", "verdicts", "mentions", "merges", "traces", "erasures")
    return [row for row in stores.contents()[0] if row[0] not in trail]


def test_the_older_is_shown_with_what_both_have(stores: Stores) -> None:
    """Identifiers and events are the older one's, a conflict goes to the newer value."""
    two(stores)
    [done] = stores.obey(MergeContacts(2, 1))
    assert not isinstance(done, FootfallError)
    assert done.id == 1
    contact = shown(stores, 2)
    assert contact == shown(stores, 1)
    assert contact is not None
    assert contact.id == 1
    assert contact.attributes == {"CITY": "Bonn", "AGE": 1, "TAGS": ["x"]}
    assert contact.identifiers == {EMAIL: JOHN, EXT_ID: "j"}
    assert stores.directory.find_contacts(ContactQuery()).count == 1
    for asked in (1, 2):
        found = stores.events.find(EventQuery(contact_ids=(ContactId(asked),)))
        assert [(row.name, row.contact_id) for row in found.events] == [("b", 1), ("a", 1)]
    assert len(stores.directory.history(ContactId(1), None, 10)) == 2
    assert_replays_alike(stores)


def test_an_undone_merge_leaves_both_as_they_were(stores: Stores) -> None:
    """Every row is as before, and events that came meanwhile are whose they name."""
    two(stores)
    before = everything(stores)
    stores.obey(MergeContacts(1, 2))
    stores.obey(UnmergeContact(2))
    assert everything(stores) == before
    stores.obey(MergeContacts(1, 2))
    stores.apply(
        request(event("c", properties={"CITY": "Bonn"}, email_id=JANE)),
        request(event("d", properties={"AGE": None}, ext_id="j", email_id=JANE)),
    )
    contact = shown(stores, 1)
    assert contact is not None
    assert contact.attributes == {"CITY": "Bonn", "TAGS": ["x"]}
    stores.obey(UnmergeContact(2))
    first, second = shown(stores, 1), shown(stores, 2)
    assert first is not None and second is not None  # noqa: PT018
    assert first.attributes == {"CITY": "Bonn", "AGE": 1}
    assert second.attributes == {"CITY": "Bonn", "TAGS": ["x"]}
    found = stores.events.find(EventQuery()).events
    assert {row.name: row.contact_id for row in found} == {"a": 1, "b": 2, "c": 1, "d": 2}
    assert_replays_alike(stores)


def test_lists_count_merged_contacts_once(stores: Stores) -> None:
    """Taken off a list, the contact is off it, whichever of the two was on it."""
    two(stores)
    both = [Named(contact_id=1), Named(contact_id=2)]
    stores.obey(CreateList("a", 1), CreateList("b", 1), AddToList(1, both), AddToList(2, both[1:]))
    stores.obey(MergeContacts(1, 2))
    sizes = [each.size for each in stores.directory.state().lists]
    assert sizes == [1, 1]
    stores.obey(RemoveFromList(2, both[:1]))
    contact = shown(stores, 1)
    assert contact is not None
    assert contact.list_ids == (1,)
    assert [each.size for each in stores.directory.state().lists] == [1, 0]
    stores.obey(UnmergeContact(2))
    assert [each.size for each in stores.directory.state().lists] == [2, 1]
    assert_replays_alike(stores)


def test_a_change_may_merge_whom_its_identifiers_name(stores: Stores) -> None:
    """With forceMerge what else would be refused is merged; without, it still is."""
    two(stores)
    stores.obey(CreateContact(changes(phone_id=MOBILE)))
    wanted = {EMAIL: JANE, PHONE: MOBILE}
    [refused] = stores.obey(CreateContact(ContactChanges(identifiers=wanted), update_enabled=True))
    assert isinstance(refused, DuplicateParameter)
    forced = ContactChanges(identifiers=wanted, attributes={"CITY": "Faro"}, force_merge=True)
    [done] = stores.obey(CreateContact(forced))
    assert not isinstance(done, FootfallError)
    assert done.id == 1
    contact = shown(stores, 3)
    assert contact is not None
    assert contact.identifiers == {EMAIL: JANE, PHONE: MOBILE}
    assert contact.attributes["CITY"] == "Faro"
    forced = ContactChanges(identifiers={EMAIL: JANE}, force_merge=True)
    stores.obey(UpdateContact(Named(contact_id=2), forced))
    assert stores.directory.find_contacts(ContactQuery()).count == 1
    assert_replays_alike(stores)


def test_what_cannot_be_merged_is_refused(stores: Stores) -> None:
    """Nobody with nobody, with itself, twice, or apart what is not together."""
    two(stores)
    for command, error in (
        (MergeContacts(1, 9), NotFound),
        (MergeContacts(1, 1), InvalidParameter),
        (UnmergeContact(2), InvalidParameter),
        (UnmergeContact(9), NotFound),
    ):
        [refused] = stores.obey(command)
        assert isinstance(refused, error)
    stores.obey(MergeContacts(1, 2))
    [refused] = stores.obey(MergeContacts(1, 2))
    assert isinstance(refused, InvalidParameter)
    assert_replays_alike(stores)


def test_erasing_one_of_merged_contacts_erases_all(stores: Stores) -> None:
    """They are one person."""
    two(stores)
    stores.obey(MergeContacts(1, 2))
    stores.obey(DeleteContact(Named(kind=EMAIL, value=JOHN)))
    assert stores.events.find(EventQuery()).count == 0
    assert stores.directory.owners([Identifier(EMAIL, JANE), Identifier(EMAIL, JOHN)]) == {}
    assert_replays_alike(stores)


def test_erasing_one_that_was_merged_once_leaves_the_other(stores: Stores) -> None:
    """The other has what it would have if they had never met."""
    two(stores)
    stores.obey(MergeContacts(1, 2))
    stores.apply(request(event("c", ext_id="j", email_id=JANE, properties={"CITY": "Faro"})))
    stores.obey(UnmergeContact(2))
    stores.obey(DeleteContact(Named(contact_id=1)))
    stores.erasures.complete()
    text = bytes_of(journaled(stores))
    assert JANE.encode() not in text
    assert JOHN.encode() in text
    assert stores.directory.find_contacts(ContactQuery()).count == 1
    assert_replays_alike(stores)


def some_life(chance: random.Random, count: int) -> list[list[Request]]:
    """Records of events, changes, lists, merges, undone merges and erasures."""
    return [[_some(chance, RECEIVED + number * SECOND)] for number in range(count)]


def _some(chance: random.Random, at: int) -> Request:
    emails = [f"p{number}@example.com" for number in range(5)]
    phones = [f"+3361234567{number}" for number in range(3)]
    ids = [Named(contact_id=chance.randint(1, 8)) for _ in range(2)]
    identifiers = {EMAIL: chance.choice(emails)}
    if chance.random() < 0.5:
        identifiers[PHONE] = chance.choice(phones)
    value = chance.choice([1, "t", None, ["x", "y"], ["x"]])
    attributes = {chance.choice("AB"): value}
    if chance.random() < 0.5:
        return request(event(properties=attributes, **identifiers), at=at)
    said = ContactChanges(
        identifiers=identifiers,
        attributes=attributes,
        list_ids=chance.choice([[], [1], [2]]),
        email_blocked=chance.choice([None, True, False]),
        force_merge=chance.random() < 0.2,
    )
    commands: list[AnyCommand] = [
        CreateContact(said, update_enabled=chance.random() < 0.5),
        UpdateContact(ids[0], said),
        AddToList(1, ids),
        RemoveFromList(1, ids),
        MergeContacts(chance.randint(1, 8), chance.randint(1, 8)),
        MergeContacts(chance.randint(1, 8), chance.randint(1, 8)),
        UnmergeContact(chance.randint(1, 8)),
        UnmergeContact(chance.randint(1, 8)),
        DeleteContact(Named(kind=EMAIL, value=chance.choice(emails))),
    ]
    others: list[AnyCommand] = [
        CreateList("l", 1),
        EmptyList(1),
        DeleteList(2),
        DeleteAttribute("normal", "A"),
        DeleteOption("B", "x"),
    ]
    return order(chance.choice([*commands, chance.choice(others)]), at=at)


@pytest.mark.parametrize("seed", range(4))
def test_any_life_replays_alike(stores: Stores, seed: int) -> None:
    """Whatever was merged, undone and erased: a replay of what is left derives the same."""
    stores.obey(CreateList("a", 1), CreateList("b", 1))
    for record in some_life(random.Random(seed), 100):
        stores.append(record)
        if record[0].kind == "command":
            stores.catch_up()
            assert stores.directory.check() == []
    stores.catch_up()
    assert_replays_alike(stores)


def said_of_one(chance: random.Random, at: int) -> Request:
    """An event or a change that the same contact gets whoever is merged with it."""
    value = chance.choice([1, "t", None, ["x", "y"], ["x"]])
    attributes = {chance.choice("AB"): value}
    contact = Named(contact_id=chance.randint(1, 5))
    said = ContactChanges(
        attributes=attributes,
        list_ids=chance.choice([[], [1], [2]]),
        unlink_list_ids=chance.choice([[], [1]]),
        email_blocked=chance.choice([None, True, False]),
    )
    commands: list[AnyCommand] = [
        UpdateContact(contact, said),
        AddToList(1, [contact]),
        EmptyList(2),
        DeleteAttribute("normal", "A"),
        DeleteOption("B", "x"),
    ]
    if chance.random() < 0.5:
        named = {EMAIL: f"p{chance.randint(1, 5)}@example.com"}
        return request(event(properties=attributes, **named), at=at)
    return order(chance.choice(commands), at=at)


@pytest.mark.parametrize("seed", range(2))
def test_a_life_whose_merges_are_undone_is_one_without(tmp_path: Path, seed: int) -> None:
    """Once all are by themselves again, not a row differs from what there would be otherwise."""
    found = []
    for merging in (True, False):
        chance = random.Random(seed)
        stores = Stores(tmp_path / str(merging))
        stores.apply(*(request(event(email_id=f"p{number}@example.com")) for number in range(1, 6)))
        stores.obey(CreateList("a", 1), CreateList("b", 1))
        for number in range(80):
            if chance.random() < 0.25:
                one, other = chance.randint(1, 5), chance.randint(1, 5)
                commands: list[AnyCommand] = [MergeContacts(one, other), UnmergeContact(one)]
                command = chance.choice(commands)
                stores.append([order(command if merging else UnmergeContact(99))])
            else:
                stores.append([said_of_one(chance, RECEIVED + number * SECOND)])
        for number in range(1, 6):
            stores.append([order(UnmergeContact(number if merging else 99))])
        stores.catch_up()
        assert stores.directory.check() == []
        found.append((everything(stores), list(stores.events.dump())))
        stores.close()
    assert found[0] == found[1]


def test_segments_see_merged_contacts_as_one(stores: Stores) -> None:
    """The one that is shown is in by what any of them did, and out again when it is undone."""
    stores.apply(request(event(email_id=JANE)), request(bought(JOHN)))
    id_ = stores.create_segment(BOUGHT)
    assert members(stores, id_) == [2]
    stores.obey(MergeContacts(1, 2))
    assert members(stores, id_) == [1]
    stores.obey(UnmergeContact(2))
    assert members(stores, id_) == [2]
    stores.obey(MergeContacts(1, 2))
    stores.obey(DeleteContact(Named(contact_id=2)))
    assert members(stores, id_) == []
    assert_replays_alike(stores)


def test_passages_while_two_were_one_go_with_either(stores: Stores) -> None:
    """What the erased one brought the other into is not told of it; what it did itself stays."""
    stores.apply(request(event(email_id=JANE)), request(bought(JOHN)))
    id_ = stores.create_segment(BOUGHT)
    stores.obey(MergeContacts(1, 2))
    stores.obey(UnmergeContact(2))
    while_one = [(1, True, 0, "request"), (1, False, 0, "request")]
    assert passages(stores, contact_id=ContactId(1)) == while_one
    stores.apply(request(bought(JANE)))
    stores.obey(DeleteContact(Named(contact_id=2)))
    assert passages(stores, segment_id=id_) == [(1, True, 0, "event")]
    assert members(stores, id_) == [1]
    assert_replays_alike(stores)


def test_whom_only_the_replay_of_an_erased_one_brought_in_leaves(stores: Stores) -> None:
    """An erased contact that was merged is in no segment after a rebuild."""
    nothing_yet = {"type": "none", "of": [BOUGHT]}
    id_ = stores.create_segment(nothing_yet)
    stores.apply(request(bought(JANE)), request(bought(JOHN)))
    stores.obey(MergeContacts(1, 2))
    stores.obey(DeleteContact(Named(contact_id=2)))
    assert members(stores, id_) == []
    assert_replays_alike(stores)
