"""A row of the tables, on its way between chDB and Python."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import pyarrow as pa
from msgspec.json import Decoder

from footfall.backends.chdb.selection import MICROSECOND
from footfall.contacts import ContactId
from footfall.ports import EventRow
from footfall.records import Position

TABLES: Final = ("events", "timeline")
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
COLUMNS: Final = ", ".join(_TYPES)

_Selected = tuple[Position, int, int, int, str, ContactId, str, str, str, str]
"""One for each of COLUMNS."""
STORED: Final = Decoder(_Selected)
NUMBERS: Final = Decoder(list[int])
"""Of rows that are numbers only."""


def event_rows(rows: Sequence[_Selected]) -> list[EventRow]:
    """What was selected, as rows."""
    return [
        EventRow(place, received, date * MICROSECOND + nanos, name, contact, type_, ids, on, of)
        for place, received, date, nanos, name, contact, type_, ids, on, of in rows
    ]


@contextmanager
def file_of(rows: Sequence[EventRow]) -> Iterator[str]:
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
