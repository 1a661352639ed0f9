"""The event store on chDB: two tables with the same rows in different orders."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from msgspec.json import Decoder
from numpy.typing import NDArray

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import sql
from footfall.backends.chdb.database import Database
from footfall.backends.chdb.listing import Listing
from footfall.backends.chdb.pasts import Pasts
from footfall.backends.chdb.questions import Questions
from footfall.backends.chdb.rows import NUMBERS, TABLES, file_of
from footfall.contacts import ContactId
from footfall.errors import OutOfSpace, Unavailable
from footfall.ports import EventCounts, EventPage, EventQuery, EventRow
from footfall.records import Position
from footfall.segments.definition import Definition
from footfall.segments.evaluation import PastEvent
from footfall.segments.membership import Differing

_BY_PART: Final = "SETTINGS check_query_single_value_result = 0"

_CLEANING: Final = (
    "cleanup_delay_period, max_cleanup_delay_period, cleanup_delay_period_random_add,"
    " cleanup_thread_preferred_points_per_iteration"
)
_NO_OLD_PARTS: Final = (
    "old_parts_lifetime = 0, cleanup_delay_period = 1, max_cleanup_delay_period = 1,"
    " cleanup_delay_period_random_add = 0, cleanup_thread_preferred_points_per_iteration = 0"
)
_LOOK_SECONDS: Final = 0.1
"""Between two looks at what chDB does in the background."""

_STRETCH: Final = 1_000
"""Positions whose rows fit into memory, even when every event is as large as it may be."""
_DUMPED: Final = 2**25
"""Bytes of text that `dump` holds in memory; more where a single stretch has more."""
_CHECKED: Final = 2_000_000
"""Positions that `check` counts at a time."""

_reason = Decoder(tuple[str])
_part = Decoder(tuple[str, int, str])


class ChdbEventStore:
    """The port `EventStore` on chDB. Readers do not wait for the writer, nor for one another.

    An append makes one part of each table, which is there whole or not at all. The highest position
    in each table tells what a repeat still has to write there. A process can have one store open,
    and must not fork while it has.
    """

    def __init__(self, path: Path) -> None:
        """Opens the directory, made where it is missing.

        Raises `DataInUse`, `OutOfSpace` or `Unavailable`.
        """
        self._database = Database(path)
        self._questions = Questions(self._database)
        self._listing = Listing(self._questions, self._ends_by)
        self._pasts = Pasts(self._questions, self._database)
        self._closing = threading.Event()
        self._last: dict[str, Position] = {}
        """The highest position in each table; absent where it must be read."""
        self._inserting = ThreadPoolExecutor(len(TABLES), thread_name_prefix="insert")
        try:
            for table in TABLES:
                self._questions.run(sql(f"create_{table}"))
            self._add_indexes()
            for table in TABLES:
                self._last[table] = self._read_last(table)
            self._keep_old_parts()
        except BaseException:  # An open directory would keep the process from another try.
            self.close()
            raise

    def _add_indexes(self) -> None:
        """Rows from before the indexes get theirs in the background."""
        if self._questions.rows(sql("known_indexes"), _reason):
            return
        self._questions.run(sql("indexes"))
        if self._read_last("events"):
            self._questions.run(sql("make_indexes"))

    def append(self, rows: Sequence[EventRow]) -> None:
        """See `EventStore.append`. Raises `OutOfSpace` or `Unavailable`; a repeat completes it."""
        if not rows:
            return
        last = rows[-1].position
        opening = self._database.opening
        if len(self._last) < len(TABLES):
            self._database.mend()
            self._last = {table: self._read_last(table) for table in TABLES}
        behind = {table: known for table, known in self._last.items() if known < last}
        for table in behind:
            del self._last[table]  # Until the insert is known to be whole.
        self._insert(rows, behind)
        self._database.mend()
        if self._database.opening == opening:
            self._last |= dict.fromkeys(behind, last)
        elif self.last_position() < last:
            raise OutOfSpace("The event store could not write all rows.", retry_after=5)

    def _insert(self, rows: Sequence[EventRow], behind: Mapping[str, Position]) -> None:
        """Insert into each table what follows its position, into both at the same time."""
        with ExitStack() as opened:
            files = {}
            for known in set(behind.values()):
                start = bisect_right(rows, known, key=lambda row: row.position)
                files[known] = opened.enter_context(file_of(rows[start:]))
            inserts = [
                self._inserting.submit(
                    self._questions.run,
                    f"INSERT INTO {table} FROM INFILE '{files[known]}' FORMAT ArrowStream",
                )
                for table, known in behind.items()
            ]
            wait(inserts)
        for insert in inserts:
            insert.result()

    @property
    def mended(self) -> int:
        """How often chDB had failed to write, so that its directory was opened anew."""
        return self._database.opening

    def last_position(self) -> Position:
        """See `EventStore.last_position`."""
        known = self._last.copy()
        return min(known[table] if table in known else self._read_last(table) for table in TABLES)

    def _read_last(self, table: str) -> Position:
        question = "SELECT max(position) FROM {table:Identifier}"
        [[last]] = self._questions.rows(question, NUMBERS, table=table)
        return Position(last)

    def find(self, query: EventQuery) -> EventPage:
        """See `EventStore.find`. Raises `Unavailable` where that takes too much time or memory."""
        return self._listing.find(query)

    def histogram(self, query: EventQuery, step: int) -> EventCounts:
        """See `EventStore.histogram`. Raises `Unavailable` as `find` does."""
        return self._listing.histogram(query, step)

    def sample(self, one_in: Mapping[str, int], per_name: int, since: Position) -> list[EventRow]:
        """See `EventStore.sample`. Raises `Unavailable` as `find` does."""
        return self._listing.sample(one_in, per_name, since)

    def give_up(self, asker: int) -> None:
        """See `EventStore.give_up`."""
        self._listing.give_up(asker)

    def histories(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> dict[ContactId, list[PastEvent]]:
        """See `EventStore.histories`. Raises `Unavailable` where that takes too much memory."""
        return self._pasts.histories(contact_ids, since, up_to)

    def dates(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> list[tuple[ContactId, str, list[int]]]:
        """See `EventStore.dates`. Raises `Unavailable` where that takes too much memory."""
        return self._pasts.dates(contact_ids, since, up_to)

    def who_did(self, since: Mapping[str, int], up_to: Position) -> NDArray[np.uint64]:
        """See `EventStore.who_did`. Raises `Unavailable` where that takes too much memory."""
        return self._pasts.who_did(since, up_to)

    def differing(
        self,
        definition: Definition,
        now: int,
        zone: ZoneInfo,
        seconds: float,
        up_to: Position | None = None,
    ) -> Differing | None:
        """See `EventStore.differing`."""
        return self._pasts.differing(definition, now, zone, seconds, up_to)

    def _ends_by(self, position: Position) -> bool:
        """Whether there is certainly nothing after the position, so that nobody needs to look."""
        last = self._last.copy()
        return len(last) == len(TABLES) and max(last.values()) <= position

    def at(self, name: str, date: int, position: Position) -> EventRow | None:
        """See `EventStore.at`."""
        found = self._questions.select("events", selection.exactly(name, date, position))
        return found[0] if found else None

    def received_before(self, moment: int) -> tuple[int, int | None]:
        """See `EventStore.received_before`."""
        question, parameters = self._questions.question(
            "count(), min(received_at)", "events", selection.received_before(moment)
        )
        [[count, first]] = self._questions.rows(question, NUMBERS, **parameters)
        return count, first if count else None

    def positions(self, contact_ids: Collection[ContactId]) -> list[Position]:
        """See `EventStore.positions`."""
        question = (
            "SELECT position FROM timeline WHERE contact_id IN {contact_ids:Array(UInt64)}"
            " ORDER BY position"
        )
        rows = self._questions.rows(
            question, NUMBERS, contact_ids=self._questions.all_of(contact_ids)
        )
        return [Position(position) for (position,) in rows]

    def show_as(self, shown: Mapping[ContactId, ContactId]) -> None:
        """See `EventStore.show_as`."""
        self._questions.show_as(shown)

    def hide(self, contact_id: ContactId) -> None:
        """See `EventStore.hide`."""
        self._questions.hide(contact_id)

    def erase(self, contact_ids: Collection[ContactId]) -> None:
        """See `EventStore.erase`. Rows are masked; their bytes go when parts are merged."""
        if not contact_ids:
            return
        for table in TABLES:
            self._questions.run(
                f"DELETE FROM {table} WHERE contact_id IN {{contact_ids:Array(UInt64)}}"  # noqa: S608 - own names
                " SETTINGS lightweight_deletes_sync = 0",
                contact_ids=list(contact_ids),
            )
        while self._is_changing():
            if self._closing.wait(_LOOK_SECONDS):
                raise Unavailable("The event store is closed.")
        self._questions.unhide(contact_ids)

    def _is_changing(self) -> bool:
        """Whether rows are still being removed; raises `Unavailable` where that fails."""
        changing = self._questions.rows(sql("changing"), _reason)
        reasons = {reason for (reason,) in changing if reason}
        if reasons:
            raise Unavailable(f"Events can't be erased: {'; '.join(reasons)}")
        return bool(changing)

    def compact(self) -> None:
        """See `EventStore.compact`. Writes parts anew that hold erased rows, then drops old parts.

        Raises `OutOfSpace` or `Unavailable`.
        """
        for table in TABLES:
            self._questions.run(
                f"ALTER TABLE {table} APPLY DELETED MASK SETTINGS mutations_sync = 1"
            )
            self._questions.run(f"ALTER TABLE {table} MODIFY SETTING {_NO_OLD_PARTS}")
            self._questions.run(f"DETACH TABLE {table}")
            self._questions.run(f"ATTACH TABLE {table}")
        while self._questions.rows(sql("old_parts"), NUMBERS) != [[0]]:
            if self._closing.wait(_LOOK_SECONDS):
                raise Unavailable("The event store is closed.")
        self._keep_old_parts()

    def _keep_old_parts(self) -> None:
        """Undo what `compact` asks of the tables, also where it was cut short."""
        for (table,) in self._questions.rows(sql("without_old_parts"), _reason):
            self._questions.run(f"ALTER TABLE {table} RESET SETTING {_CLEANING}")
            self._questions.run(f"ALTER TABLE {table} MODIFY SETTING old_parts_lifetime = 60")

    def dump(self) -> Iterator[EventRow]:
        """See `EventStore.dump`. Holds some 100 MB in memory at the most, whatever is stored."""
        for first, last in self._stretches():
            yield from self._questions.stored(
                "events", selection.between(first, last), "ORDER BY position"
            )

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """First and last positions of parts that can be held in memory, in order."""
        first, after, held = 0, 0, 0
        for number, size in self._questions.rows(sql("sizes"), NUMBERS, step=_STRETCH):
            if held and held + size > _DUMPED:
                yield first, after - 1
                first, held = number * _STRETCH, 0
            after, held = (number + 1) * _STRETCH, held + size
        if held:
            yield first, after - 1

    def check(self) -> list[str]:
        """See `EventStore.check`. Reads everything."""
        problems = [
            f"{table} is damaged in {part}: {message}"
            for table in TABLES
            for part, sound, message in self._questions.rows(
                f"CHECK TABLE {table} {_BY_PART}", _part
            )
            if not sound
        ]
        return problems or list(self._differences())

    def _differences(self) -> Iterator[str]:
        """What the tables do not have in common, up to where both must have all."""
        last = self.last_position()
        for after in range(0, last, _CHECKED):
            up_to = min(after + _CHECKED, last)
            totals = []
            for table in TABLES:
                totals += self._questions.rows(
                    sql("totals"), NUMBERS, table=table, after=after, last=up_to
                )
                rows, positions, _ = totals[-1]
                if rows != positions:
                    yield f"{table} has rows twice: {rows - positions} after position {after}"
            if totals[0] != totals[1]:
                yield f"events and timeline differ between positions {after + 1} and {up_to}"

    def close(self) -> None:
        """See `EventStore.close`. Waits for what other threads are doing."""
        self._closing.set()
        self._last.clear()
        self._inserting.shutdown()
        self._database.close()
