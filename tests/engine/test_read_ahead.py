"""Reading ahead in the journal: what is applied is what follows, whatever was taken before."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.engine.decisions import Entry
from footfall.engine.decoding import Run
from footfall.engine.read_ahead import ReadAhead
from footfall.errors import Unavailable
from footfall.records import Position, Record
from tests.engine.stores import event, request


class Journal(SqliteJournal):
    """A journal that tells where it was read, by whom, and can be away."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_away = False
        self.reads: list[tuple[int, bool]] = []
        """After which position, and whether by the thread of the test."""
        self._was_read = threading.Condition()

    def read(self, after: Position, max_entries: int) -> list[Record]:
        if self.is_away:
            raise Unavailable("away")
        own = threading.current_thread() is threading.main_thread()
        records = super().read(after, max_entries)
        with self._was_read:
            self.reads.append((after, own))
            self._was_read.notify_all()
        return records

    def wait_for(self, reads: Sequence[tuple[int, bool]]) -> None:
        with self._was_read:
            assert self._was_read.wait_for(lambda: self.reads == list(reads), 30), self.reads


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.db")
    yield opened
    opened.close()


def upcoming(journal: Journal, max_entries: int) -> ReadAhead:
    return ReadAhead(journal, max_entries, lambda _step, _seconds: None)


def fill(journal: Journal, entries: int) -> None:
    for _ in range(entries):
        journal.append([request(event(ext_id="a"))])


def places(run: Run) -> list[int]:
    entries = [entry for _, own in run for entry in own]
    return [entry.position for entry in entries if isinstance(entry, Entry)]


def test_a_whole_run_is_read_while_the_stores_write(journal: Journal) -> None:
    """By another thread; too few for a run are left to gather, and read when they are asked for."""
    fill(journal, 5)
    with upcoming(journal, 2) as ahead:
        assert places(ahead.after(Position(0))) == [1, 2]
        ahead.writing(Position(1))  # Not all of it.
        assert journal.reads == [(0, True)]
        ahead.writing(Position(2))
        journal.wait_for([(0, True), (2, False)])
        assert places(ahead.after(Position(2))) == [3, 4]
        ahead.writing(Position(4))
        fill(journal, 1)
        assert places(ahead.after(Position(4))) == [5, 6]
        ahead.writing(Position(6))
        assert ahead.after(Position(6)) == []
        assert journal.reads == [(0, True), (2, False), (4, True), (6, True)]


def test_what_was_read_ahead_is_left_where_something_else_is_asked_for(journal: Journal) -> None:
    """A run whose writing failed comes again."""
    fill(journal, 6)
    with upcoming(journal, 2) as ahead:
        assert places(ahead.after(Position(0))) == [1, 2]
        ahead.writing(Position(2))
        assert places(ahead.after(Position(0))) == [1, 2]
        ahead.writing(Position(2))
        assert places(ahead.after(Position(2))) == [3, 4]


def test_a_journal_that_is_away_is_asked_again(journal: Journal) -> None:
    """Whether it was away ahead of time or when it was asked for."""
    fill(journal, 6)
    with upcoming(journal, 2) as ahead:
        journal.is_away = True
        with pytest.raises(Unavailable):
            ahead.after(Position(0))
        journal.is_away = False
        assert places(ahead.after(Position(0))) == [1, 2]
        journal.is_away = True
        ahead.writing(Position(2))
        with pytest.raises(Unavailable):
            ahead.after(Position(2))
        journal.is_away = False
        assert places(ahead.after(Position(2))) == [3, 4]


@given(sizes=st.lists(st.integers(1, 4), max_size=12), most=st.integers(1, 5))
def test_every_entry_comes_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], most: int
) -> None:
    """However the journal is cut into records and runs."""
    journal = Journal(tmp_path_factory.mktemp("journal") / "journal.db")
    for size in sizes:
        journal.append([request(event(ext_id="a"))] * size)
    found: list[int] = []
    with upcoming(journal, most) as ahead:
        while run := ahead.after(Position(found[-1] if found else 0)):
            found += places(run)
            ahead.writing(Position(found[-1]))
    journal.close()
    assert found == list(range(1, sum(sizes) + 1))
