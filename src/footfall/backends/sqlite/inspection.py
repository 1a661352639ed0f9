"""What can be wrong with a journal's file, found by reading all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from footfall.backends.sqlite.blocks import Row, unpack
from footfall.errors import DataInconsistent
from footfall.records import entries

_BLOCKS: Final = "SELECT position, entries, data FROM sealed WHERE position > ? ORDER BY position"
_RECORDS: Final = "SELECT position, entries, data FROM open ORDER BY position"


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Each fault in a sentence. Where the file itself is damaged, the rest is not looked at."""
    try:
        damage = connection.execute("PRAGMA quick_check").fetchall()
        if damage != [("ok",)]:
            yield from (f"The journal's file is damaged: {line}" for (line,) in damage)
        else:
            yield from _row_faults(connection)
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        yield f"The journal's file is damaged: {problem}"


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
