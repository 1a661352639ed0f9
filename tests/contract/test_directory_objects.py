"""What the port `Directory` guarantees of objects and their records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.objects import Association, ObjectRecord, ObjectType, Reference
from footfall.ports import Changes, Directory
from footfall.records import Position

OpenDirectory = Callable[[Path], Directory]


def open_sqlite(folder: Path) -> Directory:
    return SqliteDirectory(folder / "directory.db")


@pytest.fixture(params=[pytest.param(open_sqlite, id="sqlite")])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Directory]:
    opened: Directory = request.param(tmp_path)
    yield opened
    opened.close()


def apply(directory: Directory, position: int, **changes: Any) -> None:
    directory.apply(
        Changes(
            position=Position(position),
            received_at=position,
            next_contact_id=1,
            next_folder_id=2,
            next_list_id=1,
            **changes,
        )
    )


def record(number: int, ext_id: str = "", of: str = "order", **attributes: Any) -> ObjectRecord:
    return ObjectRecord(
        object_type=of, id=number, ext_id=ext_id, created_at=1, updated_at=2, attributes=attributes
    )


def test_types_are_part_of_the_state(directory: Directory) -> None:
    """By name, as they are now."""
    assert directory.state().object_types == []
    apply(directory, 1, object_types=[ObjectType("b", 1), ObjectType("a", 2, 5, 3)])
    apply(directory, 2, object_types=[ObjectType("b", 1, 2, 1)])
    assert directory.state().object_types == [ObjectType("a", 2, 5, 3), ObjectType("b", 1, 2, 1)]


def test_records_are_found_by_either_name(directory: Directory) -> None:
    """With their attributes; unknown ones, and those of other types, are absent."""
    one, two = record(1, "a", x=1, tags=["b"]), record(2)
    other = record(1, "a", "vehicle", x=2.5)
    apply(directory, 1, records=[one, two, other])
    asked = [
        Reference("order", 1),
        Reference("order", 2),
        Reference("order", 3),
        Reference("order", 0, "a"),
        Reference("order", 0, ""),
        Reference("order", 0, "b"),
        Reference("vehicle", 0, "a"),
    ]
    found = directory.records(asked)
    assert sorted(found, key=lambda each: (each.object_type, each.id)) == [one, one, two, other]


def test_what_is_removed_frees_its_ext_id(directory: Directory) -> None:
    """Within the very run that gives it to another record."""
    apply(directory, 1, records=[record(1, "a")])
    apply(directory, 2, removed_records=[("order", 1)], records=[record(2, "a")])
    assert directory.records([Reference("order", 1), Reference("order", 0, "a")]) == [
        record(2, "a")
    ]


def test_records_are_listed_page_by_page(directory: Directory) -> None:
    """By id in either direction, with the number of all."""
    records = [record(number) for number in range(1, 6)]
    apply(directory, 1, object_types=[ObjectType("order", 1, 6, 5)], records=records)
    count, page = directory.find_records("order", oldest_first=False, limit=2, offset=1)
    assert (count, [each.id for each in page]) == (5, [4, 3])
    count, page = directory.find_records("order", oldest_first=True, limit=9, offset=3)
    assert (count, [each.id for each in page]) == (5, [4, 5])
    assert directory.find_records("other", oldest_first=True, limit=9, offset=0) == (0, [])
    assert directory.check() == []


def linked(one: tuple[str, int], other: tuple[str, int], at: int = 1) -> Association:
    return Association(one, other, at, True)


def test_associations_have_no_direction(directory: Directory) -> None:
    """Each is found from either end, latest first; one that is there stays as it was."""
    records = [record(1), record(2), record(1, of="vehicle")]
    types = [ObjectType("order", 1, 3, 2), ObjectType("vehicle", 1, 2, 1)]
    one, two, vehicle = ("order", 1), ("order", 2), ("vehicle", 1)
    made = [linked(one, two, 1), linked(one, vehicle, 2), linked(two, one, 3)]
    apply(directory, 1, object_types=types, records=records, associations=made)
    assert directory.find_associated(one, (), limit=9, offset=0) == [vehicle, two]
    assert directory.find_associated(one, ["order"], limit=9, offset=0) == [two]
    assert directory.find_associated(one, (), limit=1, offset=1) == [two]
    assert directory.find_associated(vehicle, (), limit=9, offset=0) == [one]
    assert directory.associated("order", [1, 2, 3], 5) == {
        1: {"order": [2], "vehicle": [1]},
        2: {"order": [1]},
    }
    assert directory.check() == []


def test_of_each_type_the_latest_associations_are_listed(directory: Directory) -> None:
    """As many as were asked for."""
    records = [record(number) for number in range(1, 6)]
    made = [linked(("order", 1), ("order", number), number % 3) for number in range(2, 6)]
    apply(
        directory,
        1,
        object_types=[ObjectType("order", 1, 6, 5)],
        records=records,
        associations=made,
    )
    assert directory.associated("order", [1], 3) == {1: {"order": [5, 2, 4]}}


def test_what_is_undone_or_removed_is_not_associated_any_more(directory: Directory) -> None:
    """In the order of the changes; what was never associated is no error."""
    one, two, three = ("order", 1), ("order", 2), ("order", 3)
    types = [ObjectType("order", 1, 4, 3)]
    apply(
        directory,
        1,
        object_types=types,
        records=[record(1), record(2), record(3)],
        associations=[
            linked(one, two),
            Association(two, one, 2, False),
            Association(one, three, 2, False),
            linked(one, two, 3),
            linked(two, three, 3),
        ],
    )
    assert directory.find_associated(two, (), limit=9, offset=0) == [three, one]
    apply(
        directory,
        2,
        object_types=[ObjectType("order", 1, 4, 2)],
        removed_records=[two],
        associations=[linked(two, one, 4)],
    )
    assert directory.find_associated(one, (), limit=9, offset=0) == []
    assert directory.find_associated(three, (), limit=9, offset=0) == []
    assert directory.check() == []


def test_the_check_finds_an_association_without_an_end(directory: Directory) -> None:
    """Of which one record is not there."""
    apply(
        directory,
        1,
        object_types=[ObjectType("order", 1, 2, 1)],
        records=[record(1)],
        associations=[linked(("order", 1), ("contact", 7))],
    )
    assert directory.check() == ["associations lack an end, or their other direction: 1"]


def test_the_check_counts_records(directory: Directory) -> None:
    """A type whose size is not that of its records is told."""
    apply(directory, 1, object_types=[ObjectType("order", 1, 6, 5)], records=[record(1)])
    assert directory.check() == ["types of objects and their records do not say the same: 1"]
