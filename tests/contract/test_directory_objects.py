"""What the port `Directory` guarantees of objects and their records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.objects import ObjectRecord, ObjectType, Reference
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


def test_the_check_counts_records(directory: Directory) -> None:
    """A type whose size is not that of its records is told."""
    apply(directory, 1, object_types=[ObjectType("order", 1, 6, 5)], records=[record(1)])
    assert directory.check() == ["types of objects and their records do not say the same: 1"]
