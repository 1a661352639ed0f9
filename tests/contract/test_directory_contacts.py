"""What the port `Directory` guarantees of listings of contacts and of their history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.attributes import Value
from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.contacts import Change, Contact, ContactId, HistoryEntry
from footfall.identifiers import EMAIL, Identifier
from footfall.instants import EARLIEST, LATEST
from footfall.lists import ContactList
from footfall.ports import (
    Changes,
    ClearAttribute,
    ClearList,
    ClearOption,
    Condition,
    ContactQuery,
    Directory,
    Erasing,
    Trace,
)
from footfall.records import Position
from tests.searching import examples

MOMENT: Final = 1_700_000_000_000_000_000
LISTS: Final = (1, 2, 3)

OpenDirectory = Callable[[Path], Directory]


def open_sqlite(folder: Path) -> Directory:
    return SqliteDirectory(folder / "directory.db")


@pytest.fixture(params=[pytest.param(open_sqlite, id="sqlite")])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Directory]:
    opened: Directory = request.param(tmp_path)
    yield opened
    opened.close()


def run(position: int, next_contact_id: int = 1_000, **changes: Any) -> Changes:
    """A run up to that position with these changes."""
    return Changes(
        position=Position(position),
        received_at=MOMENT + position,
        next_contact_id=next_contact_id,
        next_folder_id=2,
        next_list_id=4,
        **changes,
    )


def contact(number: int, **fields: Any) -> Contact:
    return Contact(
        id=ContactId(number),
        created_at=fields.pop("created_at", MOMENT + number),
        modified_at=fields.pop("modified_at", MOMENT + number),
        **fields,
    )


def keep(directory: Directory, contacts: list[Contact], position: int = 1) -> None:
    """Apply a run that creates these contacts, and the lists that they are on."""
    on = [(list_id, each.id) for each in contacts for list_id in each.list_ids]
    sizes = {list_id: sum(pair[0] == list_id for pair in on) for list_id in LISTS}
    directory.apply(
        run(
            position,
            contacts=contacts,
            memberships=dict.fromkeys(on, True),
            lists=[ContactList(id_, "list", 1, MOMENT, size) for id_, size in sizes.items()],
        )
    )


def numbers(directory: Directory, **query: Any) -> list[int]:
    return [each.id for each in directory.find_contacts(ContactQuery(**query)).contacts]


@pytest.fixture
def hundred(directory: Directory) -> Directory:
    """Contacts 1 to 100: evens on list 1, every tenth on list 2, AGE as the number's last digit."""
    keep(
        directory,
        [
            contact(
                number,
                modified_at=MOMENT + (1_000 if number % 25 == 0 else number),
                attributes={"AGE": number % 10, "TAGS": ["a", "b"][: number % 3]},
                list_ids=tuple(id_ for id_, step in ((1, 2), (2, 10)) if number % step == 0),
            )
            for number in range(1, 101)
        ],
    )
    return directory


def test_pages_follow_one_another(hundred: Directory) -> None:
    """Latest created first, cut by limit and offset; the count is of all."""
    assert numbers(hundred, limit=3) == [100, 99, 98]
    assert numbers(hundred, limit=3, offset=98) == [2, 1]
    assert numbers(hundred, limit=3, oldest_first=True, offset=1) == [2, 3, 4]
    assert hundred.find_contacts(ContactQuery(limit=3, offset=200)).count == 100
    assert hundred.find_contacts(ContactQuery(limit=0)).contacts == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"created_since": MOMENT + 98}, [100, 99, 98]),
        ({"created_since": LATEST}, []),
        ({"modified_since": LATEST}, []),
        ({"created_since": EARLIEST, "modified_since": MOMENT + 500}, [100, 75, 50, 25]),
        ({"modified_since": MOMENT + 500}, [100, 75, 50, 25]),
        ({"modified_since": MOMENT + 500, "oldest_first": True}, [25, 50, 75, 100]),
        ({"modified_since": MOMENT + 99, "created_since": MOMENT + 50}, [100, 99, 75, 50]),
        ({"ids": (ContactId(3), ContactId(7), ContactId(999))}, [7, 3]),
        ({"ids": (), "limit": 9}, []),
        ({"list_ids": (2,)}, [100, 90, 80, 70, 60, 50, 40, 30, 20, 10]),
        ({"list_ids": (2,), "modified_since": MOMENT + 500}, [100, 50]),
        ({"list_ids": (1, 2), "created_since": MOMENT + 96}, [100, 98, 96]),
        ({"list_ids": (3,)}, []),
        ({"list_ids": (9,)}, []),
        ({"condition": Condition("AGE", 7), "created_since": MOMENT + 60}, [97, 87, 77, 67]),
        ({"condition": Condition("TAGS", ["b", "a"]), "list_ids": (2,)}, [80, 50, 20]),
        ({"condition": Condition("NONE", 1)}, []),
    ],
)
def test_conditions_hold_together(
    hundred: Directory, query: dict[str, Any], expected: list[int]
) -> None:
    """Every condition that is given holds for what is listed and counted."""
    assert numbers(hundred, **query) == expected
    assert hundred.find_contacts(ContactQuery(**query)).count == len(expected)


moments = st.integers(MOMENT, MOMENT + 12)
people = st.lists(
    st.builds(
        contact,
        st.integers(1, 500),
        created_at=moments,
        modified_at=moments,
        list_ids=st.sets(st.sampled_from(LISTS)).map(sorted).map(tuple),
        attributes=st.fixed_dictionaries({}, optional={"A": st.sampled_from([1, 2, "1"])}),
    ),
    unique_by=lambda each: each.id,
    max_size=25,
)
conditions: dict[str, st.SearchStrategy[Any]] = {
    "ids": st.none() | st.lists(st.integers(1, 500).map(ContactId), max_size=5).map(tuple),
    "list_ids": st.sets(st.sampled_from((*LISTS, 9)), max_size=2).map(tuple),
    "created_since": st.none() | moments,
    "modified_since": st.none() | moments,
    "condition": st.sampled_from([None, Condition("A", 1), Condition("A", "1")]),
    "oldest_first": st.booleans(),
    "limit": st.integers(0, 8),
    "offset": st.integers(0, 8),
}
queries = st.fixed_dictionaries(conditions).map(lambda given: ContactQuery(**given))


def expected(contacts: list[Contact], query: ContactQuery) -> list[Contact]:
    """All that match, said in the simplest way."""

    def matches(each: Contact) -> bool:
        wanted: Value | None = None if query.condition is None else query.condition.value
        held = each.attributes.get("A")
        return (
            (query.ids is None or each.id in query.ids)
            and (not query.list_ids or not set(query.list_ids).isdisjoint(each.list_ids))
            and (query.created_since is None or each.created_at >= query.created_since)
            and (query.modified_since is None or each.modified_at >= query.modified_since)
            and (wanted is None or (held == wanted and type(held) is type(wanted)))
        )

    return [each for each in contacts if matches(each)]


@given(people, st.lists(queries, min_size=1, max_size=4))
@settings(max_examples=examples(60))
def test_any_query_finds_what_matches(
    tmp_path_factory: pytest.TempPathFactory, contacts: list[Contact], asked: list[ContactQuery]
) -> None:
    """Pages are parts of what a plain search finds, each contact once, and the count is of all."""
    directory = open_sqlite(tmp_path_factory.mktemp("listing"))
    try:
        keep(directory, contacts)
        for query in asked:
            found = directory.find_contacts(query)
            matching = {each.id: each for each in expected(contacts, query)}
            assert found.count == len(matching)
            assert len(found.contacts) == min(query.limit, max(0, len(matching) - query.offset))
            assert all(matching.pop(each.id) == each for each in found.contacts)
    finally:
        directory.close()


def test_a_history_is_read_page_by_page(directory: Directory) -> None:
    """Latest first; `before` goes on where a page ended; others' entries stay out."""
    entries = [
        HistoryEntry(
            ContactId(1 + position % 2),
            position,
            MOMENT,
            "event",
            [Change("attribute", "A", None, position), Change("list", "1", True, None)],
        )
        for position in range(1, 11)
    ]
    directory.apply(run(10, contacts=[contact(1), contact(2)], history=entries))
    mine = [entry for entry in reversed(entries) if entry.contact_id == 1]
    assert directory.history(ContactId(1), None, 2) == mine[:2]
    assert directory.history(ContactId(1), Position(mine[1].position), 9) == mine[2:]
    assert directory.history(ContactId(7), None, 9) == []


def test_removal_leaves_nothing(directory: Directory) -> None:
    """A contact that is removed is in no listing, no list, and has no history."""
    keep(directory, [contact(1, list_ids=(1,)), contact(2)])
    entry = HistoryEntry(ContactId(1), 2, MOMENT, "event", [Change("attribute", "A", None, 1)])
    directory.apply(run(2, contacts=[contact(1, list_ids=(1,))], history=[entry]))
    directory.apply(
        run(
            3,
            removed_contacts=[ContactId(1)],
            memberships={(1, ContactId(1)): False},
            lists=[ContactList(1, "list", 1, MOMENT, 0)],
        )
    )
    assert numbers(directory) == [2]
    assert directory.find_contacts(ContactQuery()).count == 1
    assert numbers(directory, list_ids=(1,)) == []
    assert directory.history(ContactId(1), None, 9) == []
    assert directory.check() == []


def test_an_entry_that_comes_late_begins_its_erasure_anew(directory: Directory) -> None:
    """It is found by whom it goes with, until it is gone; and an end in between ends nothing."""
    erased = ContactId(7)
    directory.apply(
        Changes(
            position=Position(1),
            received_at=1,
            next_contact_id=8,
            next_folder_id=2,
            next_list_id=1,
            late_traces={Position(1): erased},
        )
    )
    directory.end_erasure(erased)
    assert directory.erasing() == [Erasing(erased)]
    assert directory.traces(erased, 9) == [Trace(Position(1), True, False)]
    directory.forget_traces(erased, [Position(1)])
    directory.end_erasure(erased)
    assert directory.erasing() == []


def test_sweeps_come_before_all_else(directory: Directory) -> None:
    """What the run itself changes of a contact is there after its sweeps."""
    keep(directory, [contact(1, attributes={"A": 1}, list_ids=(1,)), contact(2, list_ids=(1, 2))])
    directory.apply(
        run(
            2,
            sweeps=[ClearAttribute("A"), ClearOption("B", "x"), ClearList(1)],
            contacts=[contact(2, attributes={"A": 2}, list_ids=(2,))],
            lists=[ContactList(1, "list", 1, MOMENT, 0)],
        )
    )
    kept = directory.contacts([ContactId(1), ContactId(2)])
    assert (kept[ContactId(1)].attributes, kept[ContactId(1)].list_ids) == ({}, ())
    assert kept[ContactId(1)].modified_at == MOMENT + 2
    assert kept[ContactId(2)].attributes == {"A": 2}
    assert numbers(directory, list_ids=(1,)) == []
    [entry] = directory.history(ContactId(1), None, 9)
    assert [change.name for change in entry.changes] == ["A", "1"]
    assert directory.check() == []


def test_freed_identifiers_can_be_given_anew(directory: Directory) -> None:
    """An identifier that is freed and given in one run names the one to whom it was given."""
    address = Identifier(EMAIL, "jane.doe@example.com")
    first = contact(1, identifiers={EMAIL: address.value})
    directory.apply(run(1, 2, contacts=[first], identifiers={address: ContactId(1)}))
    directory.apply(
        run(
            2,
            3,
            contacts=[contact(1), contact(2, identifiers={EMAIL: address.value})],
            freed_identifiers={address},
            identifiers={address: ContactId(2)},
        )
    )
    assert directory.owners([address]) == {address: ContactId(2)}
    assert directory.check() == []


def test_contacts_are_walked_by_id(directory: Directory) -> None:
    """All of them, or those on a list, however the walk is cut into pages."""
    contacts = [contact(number, list_ids=(1,) if number % 3 else (2,)) for number in range(1, 11)]
    keep(directory, contacts)
    for list_id, wanted in ((0, list(range(1, 11))), (2, [3, 6, 9]), (3, [])):
        walked: list[int] = []
        while page := directory.walk_contacts(list_id, ContactId(walked[-1] if walked else 0), 2):
            walked += [each.id for each in page]
        assert walked == wanted
    assert directory.walk_contacts(0, ContactId(4), 1) == [contacts[4]]
