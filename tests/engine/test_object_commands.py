"""Records of objects on real stores, and events that name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footfall.commands import (
    DeleteContact,
    DeleteRecords,
    GivenAssociation,
    GivenRecord,
    MergeContacts,
    Named,
    UnmergeContact,
    UpsertRecords,
)
from footfall.engine.outcomes import Done
from footfall.errors import InvalidParameter
from footfall.objects import ObjectType, Reference
from footfall.ports import EventQuery
from footfall.records import Position
from tests.engine.stores import RECEIVED, Stores, event, order, request

JANE = "jane@example.com"


def upsert(*records: tuple[int, str, dict[str, Any]], of: str = "order") -> UpsertRecords:
    return UpsertRecords(of, [GivenRecord(*record) for record in records])


def about(**identifiers: Any) -> dict[str, Any]:
    """An event that names a record."""
    return event(email_id=JANE) | {"object": {"type": "order", "identifiers": identifiers}}


def named(stores: Stores) -> list[Any]:
    """The identifiers that each event was kept with, oldest first."""
    found = stores.events.find(EventQuery(limit=100)).events
    return [
        json.loads(row.object_identifiers) for row in sorted(found, key=lambda row: row.position)
    ]


def test_records_come_and_go_in_processes_that_end_at_once(stores: Stores) -> None:
    """Created, changed and removed are counted, and what could not be done is told."""
    [first] = stores.obey(upsert((0, "a", {"x": 1}), (0, "", {"x": 2}), (7, "", {"x": 3})))
    assert first == Done(id=1, created=True)
    process = stores.directory.process(1)
    assert process is not None
    assert (process.status, process.created, process.updated, process.refused) == (
        "completed",
        2,
        0,
        1,
    )
    [problem] = stores.directory.problems(1, 0, 9)
    assert (problem.row, problem.code) == (3, "document_not_found")
    stores.obey(upsert((0, "a", {"y": True, "x": None})))
    [record] = stores.directory.records([Reference("order", 0, "a")])
    assert record.attributes == {"y": True}
    stores.obey(DeleteRecords("order", [Reference("order", 1), Reference("order", 0, "zz")]))
    gone = stores.directory.process(3)
    assert gone is not None
    assert (gone.updated, gone.refused) == (1, 1)
    assert stores.directory.state().object_types == [ObjectType("order", RECEIVED, 3, 1)]
    assert stores.directory.check() == []


def test_a_type_that_is_not_there_loses_nothing(stores: Stores) -> None:
    """Nothing can be removed of it."""
    [outcome] = stores.obey(DeleteRecords("order", [Reference("order", 1)]))
    assert isinstance(outcome, InvalidParameter)
    assert stores.directory.state().next_process_id == 1


def test_an_event_is_kept_with_both_names_of_its_record(stores: Stores) -> None:
    """Also where the record came in the same run; an unknown one is kept as sent, and told."""
    stores.apply(request(about(ext_id="a")))
    first = stores.append(
        [
            order(upsert((0, "a", {"x": 1}), (0, "", {"x": 2}))),
            request(about(ext_id="a")),
            request(about(id=2)),
            request(about(ext_id="nothing")),
            request(about(id="x")),
        ]
    )
    stores.catch_up()
    stores.apply(request(about(id=1)))
    both = {"id": "1", "ext_id": "a"}
    assert named(stores) == [
        {"ext_id": "a"},
        both,
        {"id": "2"},
        {"ext_id": "nothing"},
        {"id": "x"},
        both,
    ]
    verdicts = stores.directory.verdicts(Position(1), Position(first + 10))
    remarks = {
        position: [each.code for each in verdicts[position].remarks] for position in verdicts
    }
    assert remarks == {first + 3: ["object_unknown"], first + 4: ["object_unknown"]}


def test_objects_replay_in_runs_of_any_size(tmp_path: Path) -> None:
    """However the journal is cut."""
    found = []
    for size in (20_000, 1, 2):
        stores = Stores(tmp_path / str(size))
        stores.append([request(about(ext_id="a"))])
        stores.append([order(upsert((0, "a", {"x": 1}), (0, "b", {"x": 2}))), request(about(id=2))])
        stores.append([order(DeleteRecords("order", [Reference("order", 0, "a")]))])
        stores.append(
            [order(upsert((0, "a", {"x": 3}), (2, "", {"y": 1}))), request(about(ext_id="a"))]
        )
        stores.catch_up(size)
        found.append(stores.contents())
        assert named(stores)[-1] == {"id": "3", "ext_id": "a"}
        stores.close()
    assert found[0] == found[1] == found[2]


def link(*others: tuple[str, int] | tuple[str, str], of: str = "order", id_: int = 1) -> Any:
    return _associated(others, of, id_, True)


def unlink(*others: tuple[str, int] | tuple[str, str], of: str = "order", id_: int = 1) -> Any:
    return _associated(others, of, id_, False)


def _associated(others: Any, of: str, id_: int, is_linked: bool) -> UpsertRecords:
    references = (
        Reference(
            type_, name if isinstance(name, int) else 0, "" if isinstance(name, int) else name
        )
        for type_, name in others
    )
    given = tuple(GivenAssociation(each, is_linked) for each in references)
    return UpsertRecords(of, [GivenRecord(id_, "", {}, given)])


def others_of(stores: Stores, object_type: str, id_: int) -> list[tuple[str, int]]:
    return stores.directory.find_associated((object_type, id_), (), limit=99, offset=0)


def test_records_are_associated_with_records_and_contacts(stores: Stores) -> None:
    """Those that are there by then, from both ends; and parted again."""
    stores.apply(request(event(email_id=JANE)))
    stores.obey(
        upsert((0, "v", {"x": 1}), of="vehicle"),
        upsert((0, "a", {"x": 1})),
        link(("vehicle", "v"), ("contact", 1)),
    )
    assert sorted(others_of(stores, "order", 1)) == [("contact", 1), ("vehicle", 1)]
    assert others_of(stores, "contact", 1) == others_of(stores, "vehicle", 1) == [("order", 1)]
    stores.obey(unlink(("vehicle", 1), ("vehicle", "never"), ("contact", 99)))
    assert others_of(stores, "order", 1) == [("contact", 1)]
    stores.obey(DeleteRecords("order", [Reference("order", 1)]))
    assert others_of(stores, "contact", 1) == []
    assert stores.directory.check() == []


def test_an_association_with_nothing_changes_nothing_of_its_record(stores: Stores) -> None:
    """The record is refused whole, and told; those beside it are not."""
    stores.obey(upsert((0, "a", {"x": 1})))
    for number, other in enumerate([("contact", 1), ("contact", 0), ("nothing", 1), ("order", 9)]):
        reference = Reference(*other)
        records = [
            GivenRecord(1, "", {"x": 2}, (GivenAssociation(reference),)),
            GivenRecord(0, "", {"x": 3}),
        ]
        [done] = stores.obey(UpsertRecords("order", records))
        assert isinstance(done, Done)
        [problem] = stores.directory.problems(done.id or 0, 0, 9)
        assert (problem.row, problem.code) == (1, "document_not_found")
        [record] = stores.directory.records([Reference("order", 1)])
        assert record.attributes == {"x": 1}
        assert stores.directory.state().object_types[0].size == number + 2
    [done] = stores.obey(link(("order", "a")))
    assert isinstance(done, Done)
    [problem] = stores.directory.problems(done.id or 0, 0, 9)
    assert (problem.code, problem.field) == ("invalid_parameter", "associations")


def test_associations_follow_merges_and_erasure_and_a_rebuild(stores: Stores) -> None:
    """Merged contacts are one end, parted ones have their own again, erased ones none."""
    for number in range(3):
        stores.apply(request(event(email_id=f"{number}@example.com")))
    stores.obey(upsert((0, "a", {"x": 1}), (0, "b", {"x": 1})))
    stores.obey(link(("contact", 1), ("contact", 2), ("contact", 3)), link(("contact", 2), id_=2))
    stores.obey(MergeContacts(1, 2))
    assert others_of(stores, "order", 1) == [("contact", 3), ("contact", 1)]
    assert stores.directory.associated("order", [1, 2], 5) == {
        1: {"contact": [3, 1]},
        2: {"contact": [1]},
    }
    assert others_of(stores, "contact", 1) == [("order", 2), ("order", 1)]
    stores.obey(UnmergeContact(2))
    assert others_of(stores, "contact", 1) == [("order", 1)]
    stores.obey(DeleteContact(Named(2)))
    stores.erasures.complete()
    assert others_of(stores, "order", 1) == [("contact", 3), ("contact", 1)]
    assert others_of(stores, "order", 2) == []
    assert stores.directory.check() == []
    before = stores.contents()
    assert stores.rebuilt() == before
