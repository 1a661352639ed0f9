"""People's events in a real event store, and what its statements say of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.json import Decoder

from footfall.backends.chdb.connection import Connection, sql
from footfall.segments.sql.binding import Bounds, slot_rows
from footfall.segments.sql.statement import Source, Statement
from tests.property.naive_segments import Person

EVENTS: Final = Source(table="events_in_memory")
TIMELINE: Final = Source(table="timeline_in_memory")
IN_MEMORY: Final = (EVENTS.table, TIMELINE.table)
ON_DISK: Final = ("events", "timeline")

_BOUNDS: Final = f"""
CREATE TABLE segment_bounds (
    slot UInt16, contact_id UInt64, {", ".join(f"{name} Int64" for name in Bounds._fields)}
) ENGINE = Memory
"""
_pair = Decoder(tuple[int, int])


class SegmentStore:
    """The tables of the real event store, and copies in memory, which are quicker to refill."""

    def __init__(self, path: Path) -> None:
        self._writer = Connection(path, "writing")
        self._reader = Connection(path, "reading")
        self._reader.run("SET max_execution_time = 100")  # Other work may go on beside the tests.
        for table in ("events", "timeline"):
            self._writer.run(sql(f"create_{table}"))
            self._writer.run(f"CREATE TABLE {table}_in_memory AS {table} ENGINE = Memory")
        self._writer.run(_BOUNDS)

    def fill(self, people: Iterable[Person], tables: Sequence[str] = IN_MEMORY) -> None:
        """Make these people's events the only ones."""
        rows = [
            {
                "position": event.position,
                "received_at": 0,
                "event_date": event.date // 1_000,
                "nanos": event.date % 1_000,
                "name": event.name,
                "contact_id": person.id,
                "object_identifiers": "{}",
                "contact_properties": "{}",
                "properties": event.text,
            }
            for person in people
            for event in person.history
        ]
        for table in tables:
            self._refill(table, rows)

    def ask(
        self, statement: Statement, people: Iterable[Person], now: int, zone: ZoneInfo
    ) -> set[tuple[int, int]]:
        """Pairs of a condition and a contact, as the statement answers."""
        if statement.slots:
            rows = [
                {"slot": slot, "contact_id": person.id, **found._asdict()}
                for person in people
                for slot, found in slot_rows(statement.slots, person.attributes, now, zone)
            ]
            self._refill("segment_bounds", rows)
        return set(self._reader.rows(statement.text, _pair, **statement.parameters))

    def _refill(self, table: str, rows: Sequence[dict[str, object]]) -> None:
        self._writer.run(f"TRUNCATE TABLE {table}")
        if rows:
            lines = "\n".join(map(json.dumps, rows))
            self._writer.run(f"INSERT INTO {table} FORMAT JSONEachRow {lines}")

    def close(self) -> None:
        """Give back the directory."""
        self._reader.close()
        self._writer.close()
