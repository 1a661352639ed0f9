"""The journal in one SQLite file: a row per record, and compressed blocks of the older ones."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from footfall.backends.sqlite.blocks import Row, pack, unpack
from footfall.backends.sqlite.checkpoints import TOO_LONG, Checkpointer
from footfall.backends.sqlite.connection import (
    compact,
    connect,
    execute_patiently,
    migrate,
    refusal,
    refusals_named,
    transaction,
)
from footfall.backends.sqlite.inspection import journal_faults
from footfall.errors import Damaged, DataInconsistent, Unavailable
from footfall.records import Position, Record, Request, encode, entries, new_nonce

_PACKAGE: Final = files("footfall.backends.sqlite")


class SqliteJournal:
    """The port `Journal` in one SQLite file.

    Any number of processes, and of threads in each, may use the file at once.
    """

    def __init__(self, path: Path, seal_entries: int = 4096) -> None:
        """Opens the file, made where it is missing.

        Raises `OutOfSpace`, `Unavailable`, or `DataInconsistent` where a newer version wrote it.
        """
        self._path = path
        self._seal_entries = seal_entries
        self._append = _sql("append")
        self._head = _sql("head")
        self._open_from = _sql("open_from")
        self._sealed_at = _sql("sealed_at")
        self._closed = False
        self._idle: list[sqlite3.Connection] = []
        """Connections that no thread uses at the moment, for everything but appends."""
        self._writing = threading.Lock()
        self._changing = threading.Lock()
        """What is sealed must not be rewritten meanwhile."""
        self._writer = self._open()
        try:
            migrate(self._writer, _PACKAGE / "migrations" / "journal")
        except BaseException:
            self._writer.close()
            raise
        self._writer.execute("PRAGMA busy_timeout = 0")
        self._writer.execute(f"PRAGMA journal_size_limit = {TOO_LONG}")
        self._checkpointer = Checkpointer(path, self._writing)

    def append(self, requests: Sequence[Request]) -> Record:
        """See `Journal.append`."""
        count = entries(requests)
        if count < 1:
            raise ValueError("A record needs at least one entry")
        nonce = new_nonce(os.urandom(10))
        data = encode(nonce, requests)
        with self._writing:
            try:
                cursor = execute_patiently(self._writer, self._append, (count, data))
                [(position,)] = cursor.fetchall()
            except sqlite3.Error as problem:
                self._checkpointer.wake()  # A log begun anew may be all the room that is needed.
                raise refusal(problem, self._path) from problem
            self._checkpointer.wrote(len(data))
        return Record(position, nonce, requests)

    def head(self) -> Position:
        """See `Journal.head`."""
        with self._connection() as connection:
            return self._head_by(connection)

    def read(self, after: Position, max_entries: int) -> list[Record]:
        """See `Journal.read`. Raises `DataInconsistent` where a record is missing or damaged."""
        rows: list[Row] = []
        reached: int = after
        with self._connection() as connection:
            enough = min(after + max_entries, self._head_by(connection))
            while reached < enough:
                more = self._rows_from(connection, reached + 1, enough)
                if not more:
                    raise DataInconsistent(f"The journal has no entry {reached + 1}")
                rows += more
                reached = more[-1].last
        return [row.record() for row in rows]

    def record_at(self, position: Position) -> Record | None:
        """See `Journal.record_at`."""
        with self._connection() as connection:
            rows = self._rows_from(connection, position, position)
        return rows[0].record() if rows else None

    def seal(self, up_to: Position, max_entries: int) -> int:
        """See `Journal.seal`. Appends wait only while a block takes the place of its rows.

        Raises as `append` does; what was sealed before stays sealed.
        """
        sealed = 0
        while sealed < max_entries:
            with self._changing:
                rows = self._sealable(up_to)
                if not rows or not self._exchange(rows, pack(rows)):
                    break
            sealed += rows[-1].last - rows[0].position + 1
        return sealed

    def rewrite(self, positions: Sequence[Position], change: Callable[[Record], Record]) -> None:
        """See `Journal.rewrite`. Appends wait while a block, or an open record, is exchanged."""
        rest = sorted(positions)
        while rest:
            with self._changing, self._connection() as connection:
                row, sealed = self._row_at(connection, rest[0])
                reached = bisect_right(rest, row.last)
                here, rest = rest[:reached], rest[reached:]
                table = "sealed" if sealed else "open"
                rows = list(unpack(row.position, row.data)) if sealed else [row]
                changed = [_changed(each, here, change) for each in rows]
                data = pack(changed) if sealed else changed[0].data
                connection.execute(
                    f"UPDATE {table} SET data = ? WHERE position = ?",  # noqa: S608 - own names
                    (data, row.position),
                )
            with self._writing:
                self._checkpointer.wrote(len(data))

    def _row_at(self, connection: sqlite3.Connection, position: int) -> tuple[Row, bool]:
        """The row of a table that holds the position, and whether it is a sealed block."""
        for table, sealed in (("open", False), ("sealed", True)):
            found = connection.execute(
                f"SELECT position, entries, data FROM {table}"  # noqa: S608 - own names
                " WHERE position <= ? ORDER BY position DESC LIMIT 1",
                (position,),
            ).fetchone()
            if found is not None and Row._make(found).last >= position:
                return Row._make(found), sealed
        raise DataInconsistent(f"The journal has no entry {position}")

    def compact(self) -> None:
        """See `Journal.compact`. Raises `OutOfSpace` or `Unavailable`; then nothing changed."""
        with self._writing, refusals_named(self._path):
            compact(self._writer)

    def check(self) -> list[str]:
        """See `Journal.check`."""
        try:
            with self._connection() as connection:
                return list(journal_faults(connection))
        except Damaged as problem:
            return [problem.message]

    def close(self) -> None:
        """See `Journal.close`."""
        self._closed = True
        self._checkpointer.close()
        while self._idle:
            self._idle.pop().close()
        with self._writing:
            self._writer.close()

    def _head_by(self, connection: sqlite3.Connection) -> Position:
        (head,) = connection.execute(self._head).fetchone()
        return Position(head)

    def _rows_from(self, connection: sqlite3.Connection, first: int, enough: int) -> list[Row]:
        """The rows from the one that holds `first` to the one that holds `enough`, at the most.

        All from one table; none where `first` is past the head. A record moves from open to
        sealed and never back, so looking there in this order misses none.
        """
        place = {"position": first}
        with contextlib.closing(connection.execute(self._open_from, place)) as cursor:
            rows = _until(enough, map(Row._make, cursor))
        if not rows:
            for position, block in connection.execute(self._sealed_at, place).fetchall():
                held = (row for row in unpack(position, block) if row.last >= first)
                rows = _until(enough, held)
        return rows

    def _sealable(self, up_to: int) -> list[Row]:
        """The oldest open rows, none past `up_to`, that just fill a block; or none."""
        with self._connection() as connection:
            (first,) = connection.execute("SELECT min(position) FROM open").fetchone()
            if first is None or up_to - first + 1 < self._seal_entries:
                return []
            rows = self._rows_from(connection, first, first + self._seal_entries - 1)
        full = rows[-1].last - first + 1 >= self._seal_entries
        return rows if full and rows[-1].last <= up_to else []

    def _exchange(self, rows: Sequence[Row], block: bytes) -> bool:
        """Put the block in its rows' place; False where another process sealed some of them."""
        first, last = rows[0].position, rows[-1].last
        span = (first, last)
        with self._connection() as connection, transaction(connection):
            (count,) = connection.execute(
                "SELECT count(*) FROM open WHERE position BETWEEN ? AND ?", span
            ).fetchone()
            if count != len(rows):
                return False
            connection.execute("DELETE FROM open WHERE position BETWEEN ? AND ?", span)
            connection.execute(
                "INSERT INTO sealed VALUES (?, ?, ?)", (first, last - first + 1, block)
            )
        with self._writing:
            self._checkpointer.wrote(len(block))
        return True

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for this thread alone."""
        if self._closed:
            raise Unavailable(f"{self._path} is closed")
        with refusals_named(self._path):
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._open()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        connection = connect(self._path)
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        # What is deleted here lives on in a block: writing zeros over it would only cost time.
        connection.execute("PRAGMA secure_delete = OFF")
        return connection


def _sql(name: str) -> str:
    return (_PACKAGE / "sql" / "journal" / f"{name}.sql").read_text("utf-8")


def _changed(row: Row, positions: Sequence[Position], change: Callable[[Record], Record]) -> Row:
    """The row as `change` makes it, if it holds one of the positions, which are in order."""
    first = bisect_left(positions, row.position)
    if first == len(positions) or positions[first] > row.last:
        return row
    record = change(row.record())
    if record.position != row.position or record.last != row.last:
        raise ValueError(f"The record at {row.position} must keep its entries")
    return row._replace(data=encode(record.nonce, record.requests))


def _until(enough: int, rows: Iterator[Row]) -> list[Row]:
    taken: list[Row] = []
    for row in rows:
        taken.append(row)
        if row.last >= enough:
            break
    return taken
