"""The event store on chDB: two tables with the same rows in different orders."""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
from msgspec.json import Decoder

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import Connection, Parameter, sql
from footfall.backends.chdb.selection import MICROSECOND, Conditions
from footfall.contacts import ContactId
from footfall.errors import Unavailable
from footfall.ports import EventPage, EventQuery, EventRow
from footfall.records import Position

_TABLES: Final = ("events", "timeline")
_TYPES: Final[dict[str, pa.DataType]] = {
    "position": pa.uint64(),
    "received_at": pa.int64(),
    "event_date": pa.int64(),
    "nanos": pa.uint16(),
    "name": pa.string(),
    "contact_id": pa.uint64(),
    "object_type": pa.string(),
    "object_identifiers": pa.string(),
    "contact_properties": pa.string(),
    "properties": pa.string(),
}
_SCHEMA: Final = pa.schema(_TYPES)
_COLUMNS: Final = ", ".join(_TYPES)

_STRETCH: Final = 1_000
"""Positions whose rows fit into memory, even when every event is as large as it may be."""
_DUMPED: Final = 2**25
"""Bytes of text that `dump` holds in memory; more where a single stretch has more."""
_CHECKED: Final = 2_000_000
"""Positions that `check` counts at a time."""

_event = Decoder(
    tuple[Position, int, int, int, str, ContactId, str, str, str, str]  # one for each of _COLUMNS
)
_numbers = Decoder(list[int])
_texts = Decoder(list[str])
_part = Decoder(tuple[str, int, str])


class ChdbEventStore:
    """The port `EventStore` on chDB. Each thread that reads has its own connection.

    An append makes one part of each table, which is there whole or not at all. The highest position
    in each table tells what a repeat still has to write there. A process can have one store open,
    and must not fork while it has.
    """

    def __init__(self, path: Path) -> None:
        """Opens the directory, made where it is missing.

        Raises `DataInUse`, `OutOfSpace` or `Unavailable`.
        """
        self._path = path
        self._closed = False
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._writers: dict[str, Connection] = {}
        self._last: dict[str, Position] = {}
        """The highest position in each table; absent after a failure, when it must be read."""
        self._inserting = ThreadPoolExecutor(len(_TABLES), thread_name_prefix="insert")
        try:
            for table in _TABLES:
                self._writers[table] = Connection(path, "writing")
                self._writers[table].run(sql(f"create_{table}"))
                self._last[table] = self._read_last(table)
        except BaseException:
            self.close()
            raise

    def append(self, rows: Sequence[EventRow]) -> None:
        """See `EventStore.append`. Raises `OutOfSpace` or `Unavailable`; a repeat completes it."""
        if self._closed:
            raise Unavailable("The event store is closed.")
        with ExitStack() as opened:
            files: dict[int, str] = {}
            inserts = []
            for table in _TABLES:
                if table not in self._last:
                    self._last[table] = self._read_last(table)
                start = bisect_right(rows, self._last[table], key=lambda row: row.position)
                if start == len(rows):
                    continue
                if start not in files:
                    files[start] = opened.enter_context(_file_of(rows[start:]))
                insert = self._inserting.submit(
                    self._insert, table, files[start], rows[-1].position
                )
                inserts.append(insert)
            wait(inserts)
        for insert in inserts:
            insert.result()

    def _insert(self, table: str, file: str, last: Position) -> None:
        # A failed insert may be there all the same: whoever appends next reads what is.
        del self._last[table]
        self._writers[table].run(f"INSERT INTO {table} FROM INFILE '{file}' FORMAT ArrowStream")
        self._last[table] = last

    def _read_last(self, table: str) -> Position:
        question = "SELECT max(position) FROM {table:Identifier}"
        [[last]] = self._reader().rows(question, _numbers, table=table)
        return Position(last)

    def last_position(self) -> Position:
        """See `EventStore.last_position`."""
        known = self._last.copy()
        return min(known[table] if table in known else self._read_last(table) for table in _TABLES)

    def find(self, query: EventQuery) -> EventPage:
        """See `EventStore.find`. Raises `Unavailable` where that takes too much time or memory."""
        table, conditions = selection.table(query), selection.matching(query)
        too_old = 0
        shown = conditions | selection.following(query)
        if query.since is not None:
            too_old = self._count(table, conditions | selection.older(query.since))
            if too_old:
                shown |= selection.recent(query.since)
        events = self._select(
            table,
            shown,
            "ORDER BY event_date DESC, nanos DESC, position DESC"
            " LIMIT {limit:UInt64} OFFSET {offset:UInt64}",
            limit=query.limit,
            offset=query.offset,
        )
        if query.after is None and query.offset == 0 and len(events) < query.limit:
            return EventPage(len(events), events)
        return EventPage(self._count(table, conditions) - too_old, events)

    def at(self, name: str, date: int, position: Position) -> EventRow | None:
        """See `EventStore.at`."""
        microseconds, nanos = divmod(date, MICROSECOND)
        found = self._select(
            "events",
            {
                "name = {name:String}": {"name": name},
                "event_date = {date:Int64}": {"date": microseconds},
                "nanos = {nanos:UInt16}": {"nanos": nanos},
                "position = {position:UInt64}": {"position": position},
            },
        )
        return found[0] if found else None

    def dump(self) -> Iterator[EventRow]:
        """See `EventStore.dump`. Holds some 100 MB in memory at the most, whatever is stored."""
        for first, last in self._stretches():
            yield from self._select(
                "events",
                {
                    "position >= {first:UInt64}": {"first": first},
                    "position <= {last:UInt64}": {"last": last},
                },
                "ORDER BY position",
            )

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """First and last positions of parts that can be held in memory, in order."""
        first, after, held = 0, 0, 0
        for number, size in self._reader().rows(sql("sizes"), _numbers, step=_STRETCH):
            if held and held + size > _DUMPED:
                yield first, after - 1
                first, held = number * _STRETCH, 0
            after, held = (number + 1) * _STRETCH, held + size
        if held:
            yield first, after - 1

    def check(self) -> list[str]:
        """See `EventStore.check`. Reads everything."""
        reader = self._reader()
        problems = [
            f"{table} lost a part that was damaged: {part} ({reason})"
            for table, part, reason in reader.rows(sql("detached"), _texts)
        ]
        for table in _TABLES:
            question = f"CHECK TABLE {table} SETTINGS check_query_single_value_result = 0"
            problems += [
                f"{table} is damaged in {part}: {message}"
                for part, sound, message in reader.rows(question, _part)
                if not sound
            ]
        return problems or list(self._differences(reader))

    def _differences(self, reader: Connection) -> Iterator[str]:
        """What the tables do not have in common, up to where both must have all."""
        last = self.last_position()
        for after in range(0, last, _CHECKED):
            up_to = min(after + _CHECKED, last)
            totals = []
            for table in _TABLES:
                bound = {"table": table, "after": after, "last": up_to}
                totals += reader.rows(sql("totals"), _numbers, **bound)
                rows, positions, _ = totals[-1]
                if rows != positions:
                    yield f"{table} has rows twice: {rows - positions} after position {after}"
            if totals[0] != totals[1]:
                yield f"events and timeline differ between positions {after + 1} and {up_to}"

    def close(self) -> None:
        """See `EventStore.close`. No other thread may be reading or appending."""
        self._closed = True
        self._inserting.shutdown()
        for connection in (*self._readers, *self._writers.values()):
            connection.close()
        self._readers.clear()
        self._writers.clear()

    def _reader(self) -> Connection:
        if self._closed:
            raise Unavailable("The event store is closed.")
        reader: Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = Connection(self._path, "reading")
            self._readers.append(reader)
        return reader

    def _count(self, table: str, conditions: Conditions) -> int:
        question, parameters = _question("count()", table, conditions)
        [[count]] = self._reader().rows(question, _numbers, **parameters)
        return count

    def _select(
        self, table: str, conditions: Conditions, order: str = "", **bound: Parameter
    ) -> list[EventRow]:
        question, parameters = _question(_COLUMNS, table, conditions)
        rows = self._reader().rows(f"{question} {order}", _event, **parameters, **bound)
        return [
            EventRow(place, received, date * MICROSECOND + nanos, name, contact, type_, ids, on, of)
            for place, received, date, nanos, name, contact, type_, ids, on, of in rows
        ]


def _question(what: str, table: str, conditions: Conditions) -> tuple[str, dict[str, Parameter]]:
    """`SELECT what` under the conditions, and the values bound to it."""
    parameters = {name: value for bound in conditions.values() for name, value in bound.items()}
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {what} FROM {table}{where}", parameters  # noqa: S608 - own words only


@contextmanager
def _file_of(rows: Sequence[EventRow]) -> Iterator[str]:
    """The rows in Arrow's stream format, under the path of a file that is in memory only."""
    position, received, dates, *others = zip(*rows, strict=True)
    columns = (
        position,
        received,
        [date // MICROSECOND for date in dates],
        [date % MICROSECOND for date in dates],
        *others,
    )
    arrays = [pa.array(column, kind) for column, kind in zip(columns, _TYPES.values(), strict=True)]
    descriptor = os.memfd_create("rows")
    try:
        path = f"/proc/self/fd/{descriptor}"
        with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, _SCHEMA) as stream:
            stream.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA))
        yield path
    finally:
        os.close(descriptor)
