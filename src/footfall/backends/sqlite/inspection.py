"""What can be wrong with a file, found by reading all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from footfall.backends.sqlite.blocks import Row, unpack
from footfall.backends.sqlite.connection import check, connect, refusals_named
from footfall.errors import Damaged, DataInconsistent
from footfall.records import entries

_BLOCKS: Final = "SELECT position, entries, data FROM sealed WHERE position > ? ORDER BY position"
_RECORDS: Final = "SELECT position, entries, data FROM open ORDER BY position"


def damage(path: Path, migrations: Traversable) -> list[str]:
    """What is wrong with a file, each in a sentence; nothing where it is missing.

    Raises `WrittenByNewer` or `Unavailable`.
    """
    if not path.exists():
        return []
    try:
        check(path, migrations)
        with refusals_named(path), closing(connect(path)) as connection:
            return list(file_faults(connection))
    except Damaged as problem:
        return [problem.message]


def file_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Each fault of the file itself, whatever it holds."""
    for (line,) in connection.execute("PRAGMA quick_check(5)"):
        if line != "ok":
            yield f"the file is damaged: {line}"


def journal_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Each fault in a sentence. Where the file itself is damaged, the rest is not looked at."""
    found = list(file_faults(connection))
    yield from found
    if not found:
        yield from _row_faults(connection)


def _row_faults(connection: sqlite3.Connection) -> Iterator[str]:
    reached = 0
    for row, sealed in _rows(connection):
        if row.position > reached + 1:
            yield f"The journal has no entries {reached + 1} to {row.position - 1}"
        if row.position <= reached:
            yield f"The journal has two entries {row.position}"
        try:
            yield from _block_faults(row) if sealed else _record_faults(row)
        except DataInconsistent as problem:
            yield problem.message
        reached = row.last


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[Row, bool]]:
    """Every row in order, and whether it is a sealed block.

    Sealed blocks never change, so each is read by itself: one long read of all of them would keep
    the write-ahead log growing for as long as it lasts.
    """
    after = 0
    while block := connection.execute(f"{_BLOCKS} LIMIT 1", (after,)).fetchone():
        yield Row._make(block), True
        after = block[0]
    connection.execute("BEGIN")
    try:
        for block in connection.execute(_BLOCKS, (after,)):
            yield Row._make(block), True
        for record in connection.execute(_RECORDS):
            yield Row._make(record), False
    finally:
        connection.execute("COMMIT")


def _block_faults(block: Row) -> Iterator[str]:
    last = block.position - 1
    for row in unpack(block.position, block.data):
        yield from _record_faults(row)
        last = row.last
    if last != block.last:
        yield f"The journal's block at {block.position} ends at {last} instead of {block.last}"


def _record_faults(row: Row) -> Iterator[str]:
    count = entries(row.record().requests)
    if count != row.entries:
        yield f"The journal's record at {row.position} has {count} entries, not {row.entries}"
