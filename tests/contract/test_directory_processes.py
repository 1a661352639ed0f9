"""What the port `Directory` guarantees of processes and of what was wrong with their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from footfall.backends.sqlite.directory import SqliteDirectory
from footfall.ports import Changes, Directory
from footfall.processes import ImportOptions, Process, RowProblem
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


def process(number: int, **fields: Any) -> Process:
    return Process(
        id=number,
        begun_at=number,
        options=ImportOptions(source="a.csv", format="csv", list_ids=(1, 2)),
        **fields,
    )


def problem(number: int, row: int) -> RowProblem:
    return RowProblem(
        process_id=number, row=row, refused=True, code="invalid_parameter", message="no"
    )


def test_a_process_is_found_as_it_is_now(directory: Directory) -> None:
    """The last change counts, with all its fields."""
    apply(directory, 1, processes=[process(1)])
    changed = process(1, status="in_process", total=9, done=3, column_types={"AGE": "float"})
    apply(directory, 2, processes=[changed])
    assert directory.process(1) == changed
    assert directory.process(2) is None


def test_the_state_has_those_that_have_not_ended(directory: Directory) -> None:
    """The engine takes up what is left to do; ids are never given out twice."""
    assert directory.state().next_process_id == 1
    apply(directory, 1, processes=[process(1), process(2), process(3)])
    apply(directory, 2, processes=[process(3, status="completed"), process(1, status="failed")])
    state = directory.state()
    assert [each.id for each in state.processes] == [2]
    assert state.next_process_id == 4


def test_processes_are_listed_page_by_page(directory: Directory) -> None:
    """By id in either direction, with the number of all."""
    apply(directory, 1, processes=[process(number) for number in range(1, 6)])
    count, page = directory.find_processes(oldest_first=False, limit=2, offset=1)
    assert (count, [each.id for each in page]) == (5, [4, 3])
    count, page = directory.find_processes(oldest_first=True, limit=9, offset=3)
    assert (count, [each.id for each in page]) == (5, [4, 5])


def test_problems_are_listed_by_row(directory: Directory) -> None:
    """Those past a row, and of that process only."""
    problems = [problem(1, 3), problem(1, 20), problem(2, 4), problem(1, 100)]
    apply(directory, 1, processes=[process(1), process(2)], problems=problems)
    assert [each.row for each in directory.problems(1, 0, 2)] == [3, 20]
    assert directory.problems(1, 20, 5) == [problem(1, 100)]
