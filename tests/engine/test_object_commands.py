"""Records of objects on real stores, and events that name them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from footfall.commands import DeleteRecords, GivenRecord, UpsertRecords
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
