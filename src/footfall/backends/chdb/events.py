"""The event store on chDB: two tables with the same rows in different orders."""

from __future__ import annotations

import os
import threading
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
from msgspec.json import Decoder
from numpy.typing import NDArray

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import GivenUp, Parameter, Row, TooSlow, sql
from footfall.backends.chdb.database import Database
from footfall.backends.chdb.looking_back import look_back
from footfall.backends.chdb.selection import MICROSECOND, Conditions
from footfall.contacts import ContactId
from footfall.errors import OutOfSpace, Unavailable
from footfall.ports import Cursor, EventCounts, EventPage, EventQuery, EventRow
from footfall.records import Position
from footfall.searching import Bucket
from footfall.segments.definition import Definition
from footfall.segments.evaluation import PastEvent
from footfall.segments.membership import Differing
from footfall.segments.sql.statement import DOUBT, statement

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
_PAGE: Final = (
    "ORDER BY event_date DESC, nanos DESC, position DESC"
    " LIMIT {limit:UInt64} OFFSET {offset:UInt64}"
)
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

_PLACE: Final = "event_date, nanos, position"
_AT_ONCE: Final = 1
_BESIDE: Final = 2
"""chDB's priorities. What counts or samples stands still while a page is looked for, so that pages
come at once where many look, also for those who look for something else before all was counted."""
_FEW: Final = ", use_skip_indexes_for_top_k = 0, use_top_k_dynamic_filtering = 0"
"""Where an index leaves few rows, what spares the reading of dates that come too late for the page
costs more than it spares."""
_DEEP: Final = 2_000
"""Rows that may be passed over in whole."""
_FAR: Final = 10_000
"""Rows that may be passed over by their places."""
_NEIGHBOURS: Final = 16
"""Events of a name that are sampled together."""
_STRETCH: Final = 1_000
"""Positions whose rows fit into memory, even when every event is as large as it may be."""
_DUMPED: Final = 2**25
"""Bytes of text that `dump` holds in memory; more where a single stretch has more."""
_ASKED: Final = 5_000
"""Contacts whose events are asked for at a time."""
_MANY: Final = 500
"""Contacts from which on it is worth to ask first which table has less to be read."""
_REMEMBERED: Final = 1_000
"""Askers who left, of whom questions may still be under way."""
_CHECKED: Final = 2_000_000
"""Positions that `check` counts at a time."""

_Selected = tuple[Position, int, int, int, str, ContactId, str, str, str, str]
"""One for each of _COLUMNS."""
_event = Decoder(_Selected)
_estimate = Decoder(tuple[str, str, int, int, int])
"""Of EXPLAIN ESTIMATE: database, table, parts, rows, marks."""
_past_event = Decoder(tuple[ContactId, Position, int, int, str, str, int])
_past_dates = Decoder(tuple[ContactId, str, list[int], list[int]])
_tree: Final = Decoder().decode
_PAIR: Final = np.dtype([("condition", "<u2"), ("contact_id", "<u8")])
_numbers = Decoder(list[int])
_bucket = Decoder(tuple[int, str, int, int, int])
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
        self._hidden: tuple[ContactId, ...] = ()
        self._shown: dict[ContactId, ContactId] = {}
        self._merged: dict[ContactId, list[ContactId]] = {}
        """All that are shown as one, by the one that is shown."""
        self._closing = threading.Event()
        self._gone: deque[int] = deque(maxlen=_REMEMBERED)
        self._last: dict[str, Position] = {}
        """The highest position in each table; absent where it must be read."""
        self._inserting = ThreadPoolExecutor(len(_TABLES), thread_name_prefix="insert")
        try:
            for table in _TABLES:
                self._run(sql(f"create_{table}"))
            self._add_indexes()
            for table in _TABLES:
                self._last[table] = self._read_last(table)
            self._keep_old_parts()
        except BaseException:  # An open directory would keep the process from another try.
            self.close()
            raise

    def _add_indexes(self) -> None:
        """Rows from before the indexes get theirs in the background."""
        if self._rows(sql("known_indexes"), _reason):
            return
        self._run(sql("indexes"))
        if self._read_last("events"):
            self._run(sql("make_indexes"))

    def append(self, rows: Sequence[EventRow]) -> None:
        """See `EventStore.append`. Raises `OutOfSpace` or `Unavailable`; a repeat completes it."""
        if not rows:
            return
        last = rows[-1].position
        opening = self._database.opening
        if len(self._last) < len(_TABLES):
            self._database.mend()
            self._last = {table: self._read_last(table) for table in _TABLES}
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
                files[known] = opened.enter_context(_file_of(rows[start:]))
            inserts = [
                self._inserting.submit(
                    self._run,
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
        return min(known[table] if table in known else self._read_last(table) for table in _TABLES)

    def _read_last(self, table: str) -> Position:
        question = "SELECT max(position) FROM {table:Identifier}"
        [[last]] = self._rows(question, _numbers, table=table)
        return Position(last)

    def find(self, query: EventQuery) -> EventPage:
        """See `EventStore.find`. Raises `Unavailable` where that takes too much time or memory."""
        if query.up_to is None or not self._ends_by(query.up_to):
            return self._find(query)
        page = self._find(msgspec.structs.replace(query, up_to=None))
        return page if self._ends_by(query.up_to) else self._find(query)

    def _ends_by(self, position: Position) -> bool:
        """Whether there is certainly nothing after the position, so that nobody needs to look."""
        last = self._last.copy()
        return len(last) == len(_TABLES) and max(last.values()) <= position

    def _find(self, query: EventQuery) -> EventPage:
        query = self._with_merged(query)
        table, conditions = selection.table(query), selection.matching(query)
        too_old = 0
        if query.since is not None and query.contact_ids:
            conditions |= selection.recent(query.since)
        shown = conditions | selection.following(query.after)
        if query.since is not None and not query.contact_ids:
            # Where nothing is older, the latest of all events are found without reading the rest.
            too_old = self._count(table, conditions | selection.older(query.since))
            if too_old:
                shown |= selection.recent(query.since)
        events, back_to = self._page(table, shown, query)
        is_first = query.after is None and query.offset == 0
        if not query.counted:
            return EventPage(0, events, looked_back_to=back_to)
        if is_first and len(events) < query.limit:
            return EventPage(len(events), events, back_to is not None, back_to)
        if query.count_up_to is None:
            count = self._count(table, conditions) - too_old
            return EventPage(count, events, looked_back_to=back_to)
        counted = self._count_up_to(table, conditions, query.count_up_to, query)
        if counted is None:
            return EventPage(len(events), events, True, back_to)
        return EventPage(counted, events, counted == query.count_up_to, back_to)

    def _page(
        self, table: str, shown: Conditions, query: EventQuery
    ) -> tuple[list[EventRow], int | None]:
        """The rows after so many, and `EventPage.looked_back_to`."""
        limit, offset = query.limit, query.offset
        page = f"{_PAGE}{self._settings(query, _BESIDE if query.gives_way else _AT_ONCE)}"
        if query.near is not None and table == "events" and offset <= _FAR:
            return self._page_near(query.near, shown, query)
        if offset <= _DEEP:
            return self._select(table, shown, page, limit=limit, offset=offset), None
        # The place is found first, without the wide columns.
        question, parameters = self._question(_PLACE, table, shown)
        last = self._rows(f"{question} {page}", _numbers, **parameters, limit=1, offset=offset - 1)
        if not last:
            return [], None
        rest = shown | selection.following(_cursor(last[0]))
        return self._select(table, rest, page, limit=limit, offset=0), None

    def _page_near(
        self, near: int, shown: Conditions, query: EventQuery
    ) -> tuple[list[EventRow], int | None]:
        if query.offset:
            above, back_to = self._look_back(_PLACE, _numbers, near, shown, query, query.offset)
            if len(above) < query.offset:
                return [], back_to
            place = _cursor(above[-1])
            near, shown = min(near, place.date), shown | selection.following(place)
        rows, back_to = self._look_back(_COLUMNS, _event, near, shown, query, query.limit)
        return self._as_shown(_event_rows(rows)), back_to

    def _look_back(
        self,
        what: str,
        row: Decoder[Row],
        near: int,
        shown: Conditions,
        query: EventQuery,
        limit: int,
    ) -> tuple[list[Row], int | None]:
        """The first rows of the listing, and `EventPage.looked_back_to`."""
        found: list[Row] = []

        def look(stretch: Conditions, seconds: float | None) -> bool:
            nonlocal found
            question, parameters = self._question(what, "events", shown | stretch)
            settings = self._settings(query, _BESIDE if query.gives_way else _AT_ONCE, seconds)
            if query.search.is_indexed:
                settings += _FEW
            question = f"{question} {_PAGE}{settings}"
            found += self._rows(question, row, **parameters, limit=limit - len(found), offset=0)
            return len(found) >= limit

        return found, look_back(near, query, look)

    def _with_merged(self, query: EventQuery) -> EventQuery:
        if not query.contact_ids or not self._shown:
            return query
        ids = tuple(self._all_of(query.contact_ids))
        return msgspec.structs.replace(query, contact_ids=ids)

    def give_up(self, asker: int) -> None:
        """See `EventStore.give_up`."""
        self._gone.append(asker)
        self._run(sql("give_up"), mark=str(asker))

    def at(self, name: str, date: int, position: Position) -> EventRow | None:
        """See `EventStore.at`."""
        found = self._select("events", selection.exactly(name, date, position))
        return found[0] if found else None

    def histogram(self, query: EventQuery, step: int) -> EventCounts:
        """See `EventStore.histogram`. Raises `Unavailable` as `find` does."""
        name, group = "name", "start, name"
        bound: dict[str, Parameter] = {"step": step // MICROSECOND}
        if len(query.names) == 1:  # To group by it too would take half as long again.
            name, group = "{only:String}", "start"
            bound["only"] = query.names[0]
        rows, back_to = self._of_all(
            query,
            f"event_date - positiveModulo(event_date, {{step:Int64}}) AS start, {name}, count(),"
            " min(event_date), max(event_date)",
            f" GROUP BY {group}",
            _bucket,
            **bound,
        )
        counts: Counter[tuple[int, str]] = Counter()
        for start, name, count, _, _ in rows:
            counts[start, name] += count
        dates = None
        if rows:
            first, last = min(row[3] for row in rows), max(row[4] for row in rows)
            dates = first * MICROSECOND, last * MICROSECOND
        buckets = [
            Bucket(start * MICROSECOND, name, count)
            for (start, name), count in sorted(counts.items())
        ]
        return EventCounts(buckets, dates, back_to)

    def _of_all(
        self, query: EventQuery, what: str, rest: str, row: Decoder[Row], **bound: Parameter
    ) -> tuple[list[Row], int | None]:
        """What is asked of all that match, by stretches of time; and `EventPage.looked_back_to`."""
        query = self._with_merged(query)
        table, conditions = selection.table(query), selection.matching(query)
        found: list[Row] = []

        def look(stretch: Conditions, seconds: float | None) -> bool:
            question, parameters = self._question(what, table, conditions | stretch)
            question = f"{question}{rest}{self._settings(query, _BESIDE, seconds)}"
            found.extend(self._rows(question, row, **parameters, **bound))
            return False

        if query.near is None or table != "events":
            look({}, None)
            return found, None
        return found, look_back(query.near, query, look)

    def sample(self, one_in: Mapping[str, int], per_name: int, since: Position) -> list[EventRow]:
        """See `EventStore.sample`. Raises `Unavailable` as `find` does."""
        if not one_in:
            return []
        # Of each name about as many are wanted, so that names are as frequent as one is in many.
        total = sum(one_in.values())
        bound: dict[str, Parameter] = {
            "names": list(one_in),
            "one_in": list(one_in.values()),
            "stretches": [_NEIGHBOURS * total // many for many in one_in.values()],
            "per_name": per_name,
            "since": since,
        }
        rows = _event_rows(
            self._rows(f"{sql('sample')} SETTINGS priority = {_BESIDE}", _event, **bound)
        )
        return self._as_shown([row for row in rows if row.contact_id not in self._hidden])

    def received_before(self, moment: int) -> tuple[int, int | None]:
        """See `EventStore.received_before`."""
        question, parameters = self._question(
            "count(), min(received_at)", "events", selection.received_before(moment)
        )
        [[count, first]] = self._rows(question, _numbers, **parameters)
        return count, first if count else None

    def positions(self, contact_ids: Collection[ContactId]) -> list[Position]:
        """See `EventStore.positions`."""
        question = (
            "SELECT position FROM timeline WHERE contact_id IN {contact_ids:Array(UInt64)}"
            " ORDER BY position"
        )
        rows = self._rows(question, _numbers, contact_ids=self._all_of(contact_ids))
        return [Position(position) for (position,) in rows]

    def show_as(self, shown: Mapping[ContactId, ContactId]) -> None:
        """See `EventStore.show_as`."""
        merged: dict[ContactId, list[ContactId]] = {}
        for contact_id, first in shown.items():
            merged.setdefault(first, [first]).append(contact_id)
        self._shown, self._merged = dict(shown), merged

    def _all_of(self, contact_ids: Iterable[ContactId]) -> list[ContactId]:
        """These and whoever is shown as one with any of them."""
        firsts = dict.fromkeys(self._shown.get(id_, id_) for id_ in contact_ids)
        return [id_ for first in firsts for id_ in self._merged.get(first, [first])]

    def hide(self, contact_id: ContactId) -> None:
        """See `EventStore.hide`."""
        self._hidden = (*self._hidden, contact_id)

    def erase(self, contact_ids: Collection[ContactId]) -> None:
        """See `EventStore.erase`. Rows are masked; their bytes go when parts are merged."""
        if not contact_ids:
            return
        for table in _TABLES:
            self._run(
                f"DELETE FROM {table} WHERE contact_id IN {{contact_ids:Array(UInt64)}}"  # noqa: S608 - own names
                " SETTINGS lightweight_deletes_sync = 0",
                contact_ids=list(contact_ids),
            )
        while self._is_changing():
            if self._closing.wait(_LOOK_SECONDS):
                raise Unavailable("The event store is closed.")
        self._hidden = tuple(id_ for id_ in self._hidden if id_ not in contact_ids)

    def _is_changing(self) -> bool:
        """Whether rows are still being removed; raises `Unavailable` where that fails."""
        changing = self._rows(sql("changing"), _reason)
        reasons = {reason for (reason,) in changing if reason}
        if reasons:
            raise Unavailable(f"Events can't be erased: {'; '.join(reasons)}")
        return bool(changing)

    def compact(self) -> None:
        """See `EventStore.compact`. Writes parts anew that hold erased rows, then drops old parts.

        Raises `OutOfSpace` or `Unavailable`.
        """
        for table in _TABLES:
            self._run(f"ALTER TABLE {table} APPLY DELETED MASK SETTINGS mutations_sync = 1")
            self._run(f"ALTER TABLE {table} MODIFY SETTING {_NO_OLD_PARTS}")
            self._run(f"DETACH TABLE {table}")
            self._run(f"ATTACH TABLE {table}")
        while self._rows(sql("old_parts"), _numbers) != [[0]]:
            if self._closing.wait(_LOOK_SECONDS):
                raise Unavailable("The event store is closed.")
        self._keep_old_parts()

    def _keep_old_parts(self) -> None:
        """Undo what `compact` asks of the tables, also where it was cut short."""
        for (table,) in self._rows(sql("without_old_parts"), _reason):
            self._run(f"ALTER TABLE {table} RESET SETTING {_CLEANING}")
            self._run(f"ALTER TABLE {table} MODIFY SETTING old_parts_lifetime = 60")

    def histories(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> dict[ContactId, list[PastEvent]]:
        """See `EventStore.histories`. Raises `Unavailable` where that takes too much memory."""
        found: dict[ContactId, list[PastEvent]] = {}
        wanted = _wanted(since, up_to)
        rest = iter(sorted(self._all_of(contact_ids)))
        while since and (asked := list(islice(rest, _ASKED))):
            for contact_id, position, date, nanos, name, properties, received_at in self._rows(
                sql("histories"),
                _past_event,
                table=self._quicker(asked, wanted),
                contact_ids=asked,
                **wanted,
            ):
                moment = date * MICROSECOND + nanos
                event = PastEvent(position, moment, name, _tree(properties), received_at)
                first = self._shown.get(contact_id, contact_id)
                found.setdefault(first, []).append(event)
        return found

    def dates(
        self, contact_ids: Collection[ContactId], since: Mapping[str, int], up_to: Position
    ) -> list[tuple[ContactId, str, list[int]]]:
        """See `EventStore.dates`. Raises `Unavailable` where that takes too much memory."""
        found: list[tuple[ContactId, str, list[int]]] = []
        wanted = _wanted(since, up_to)
        rest = iter(sorted(self._all_of(contact_ids)))
        while since and (asked := list(islice(rest, _ASKED))):
            table = self._quicker(asked, wanted)
            rows = self._rows(sql("dates"), _past_dates, table=table, contact_ids=asked, **wanted)
            for contact_id, name, dates, nanos in rows:
                moments = [
                    date * MICROSECOND + nano for date, nano in zip(dates, nanos, strict=True)
                ]
                found.append((self._shown.get(contact_id, contact_id), name, moments))
        return found

    def _quicker(self, contact_ids: list[ContactId], wanted: Mapping[str, Parameter]) -> str:
        """The table of which less is to be read to find the events of these contacts: timeline
        stands in order of contacts, events in order of names and dates."""
        if len(contact_ids) < _MANY:
            return "timeline"
        return min(_TABLES, key=lambda table: self._to_read(table, contact_ids, wanted))

    def _to_read(
        self, table: str, contact_ids: list[ContactId], wanted: Mapping[str, Parameter]
    ) -> int:
        """Rows, as the tables' order tells."""
        question = f"EXPLAIN ESTIMATE {sql('dates')}"
        parts = self._rows(question, _estimate, table=table, contact_ids=contact_ids, **wanted)
        return sum(rows for _, _, _, rows, _ in parts)

    def who_did(self, since: Mapping[str, int], up_to: Position) -> NDArray[np.uint64]:
        """See `EventStore.who_did`. Raises `Unavailable` where that takes too much memory."""
        if not since:
            return np.array([], np.uint64)
        with self._database.connection("reading") as connection:
            found = connection.records(sql("who_did"), np.dtype("<u8"), _wanted(since, up_to))
        merged = [self._shown[id_] for id_ in set(found.tolist()).intersection(self._shown)]
        return np.concatenate([found, np.array(merged, np.uint64)])

    def differing(
        self,
        definition: Definition,
        now: int,
        zone: ZoneInfo,
        seconds: float,
        up_to: Position | None = None,
    ) -> Differing | None:
        """See `EventStore.differing`."""
        question = statement(definition, now, zone, up_to=up_to)
        if question is None:
            return Differing({}, np.array([], np.uint64))
        if question.slots:
            return None
        text = f"{question.text}, max_execution_time = {seconds}"
        with self._database.connection("reading") as connection:
            found = connection.records(text, _PAIR, question.parameters)
        asked = found["condition"]
        doubtful = [found["contact_id"][asked == DOUBT], np.array(list(self._merged), np.uint64)]
        return Differing(
            {
                int(number): found["contact_id"][asked == number]
                for number in np.flatnonzero(np.bincount(asked))
            },
            np.concatenate(doubtful),
        )

    def dump(self) -> Iterator[EventRow]:
        """See `EventStore.dump`. Holds some 100 MB in memory at the most, whatever is stored."""
        for first, last in self._stretches():
            yield from self._stored("events", selection.between(first, last), "ORDER BY position")

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """First and last positions of parts that can be held in memory, in order."""
        first, after, held = 0, 0, 0
        for number, size in self._rows(sql("sizes"), _numbers, step=_STRETCH):
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
            for table in _TABLES
            for part, sound, message in self._rows(f"CHECK TABLE {table} {_BY_PART}", _part)
            if not sound
        ]
        return problems or list(self._differences())

    def _differences(self) -> Iterator[str]:
        """What the tables do not have in common, up to where both must have all."""
        last = self.last_position()
        for after in range(0, last, _CHECKED):
            up_to = min(after + _CHECKED, last)
            totals = []
            for table in _TABLES:
                totals += self._rows(sql("totals"), _numbers, table=table, after=after, last=up_to)
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

    def _run(self, statement: str, **bound: Parameter) -> None:
        with self._database.connection("writing") as connection:
            connection.run(statement, **bound)

    def _rows(self, question: str, row: Decoder[Row], **bound: Parameter) -> list[Row]:
        opening = self._database.opening
        try:
            return self._asked(question, row, bound)
        except GivenUp:
            raise
        except Unavailable:
            self._database.mend()
            if self._database.opening == opening:
                raise
        return self._asked(question, row, bound)

    def _asked(self, question: str, row: Decoder[Row], bound: Mapping[str, Parameter]) -> list[Row]:
        with self._database.connection("reading") as connection:
            return connection.rows(question, row, **bound)

    def _question(
        self, what: str, table: str, conditions: Conditions
    ) -> tuple[str, dict[str, Parameter]]:
        """`SELECT what` under the conditions and without the hidden, and the values bound to it."""
        conditions = conditions | selection.outside(self._hidden)
        parameters = {name: value for bound in conditions.values() for name, value in bound.items()}
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {what} FROM {table}{where}", parameters  # noqa: S608 - own words only

    def _count(self, table: str, conditions: Conditions) -> int:
        question, parameters = self._question("count()", table, conditions)
        [[count]] = self._rows(question, _numbers, **parameters)
        return count

    def _count_up_to(
        self, table: str, conditions: Conditions, most: int, query: EventQuery
    ) -> int | None:
        """How many there are, or `most` where there are more; None where that takes too long."""
        question, parameters = self._question("1", table, conditions)
        question = f"SELECT count() FROM ({question} LIMIT {{most:UInt64}})"  # noqa: S608 - own words
        question += self._settings(query, _BESIDE, query.seconds)
        try:
            [[count]] = self._rows(question, _numbers, **parameters, most=most)
        except TooSlow:
            return None
        return count

    def _settings(self, query: EventQuery, priority: int, seconds: float | None = None) -> str:
        """What a statement ends with that is asked for this query, of that priority, and may take
        so long. Raises `GivenUp` where nobody waits for it."""
        if query.asker in self._gone:
            raise GivenUp("Nobody waits for the answer any more.")
        bound = "" if seconds is None else f", max_execution_time = {seconds}"
        return f" SETTINGS priority = {priority}, log_comment = '{query.asker}'{bound}"

    def _select(
        self, table: str, conditions: Conditions, order: str = "", **bound: Parameter
    ) -> list[EventRow]:
        return self._as_shown(self._stored(table, conditions, order, **bound))

    def _as_shown(self, rows: list[EventRow]) -> list[EventRow]:
        shown = self._shown
        if not shown:
            return rows
        return [
            row._replace(contact_id=shown[row.contact_id]) if row.contact_id in shown else row
            for row in rows
        ]

    def _stored(
        self, table: str, conditions: Conditions, order: str = "", **bound: Parameter
    ) -> list[EventRow]:
        question, parameters = self._question(_COLUMNS, table, conditions)
        return _event_rows(self._rows(f"{question} {order}", _event, **parameters, **bound))


def _cursor(row: list[int]) -> Cursor:
    date, nanos, position = row
    return Cursor(date * MICROSECOND + nanos, Position(position))


def _wanted(since: Mapping[str, int], up_to: Position) -> dict[str, Parameter]:
    """Names, and for each the whole microsecond from which on its events are wanted; beside them
    the earliest of these, which the order of the tables can make use of."""
    moments = [max(moment // MICROSECOND, -(2**63)) for moment in since.values()]
    earliest = min(moments, default=0)
    return {"names": list(since), "since": moments, "earliest": earliest, "up_to": up_to}


def _event_rows(rows: Sequence[_Selected]) -> list[EventRow]:
    return [
        EventRow(place, received, date * MICROSECOND + nanos, name, contact, type_, ids, on, of)
        for place, received, date, nanos, name, contact, type_, ids, on, of in rows
    ]


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
