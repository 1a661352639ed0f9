"""The directory in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from footfall.attributes import AttributeDefinition
from footfall.backends.sqlite import erasing, listing, segments
from footfall.backends.sqlite.connection import (
    compact,
    connect,
    migrate,
    refusals_named,
    transaction,
)
from footfall.backends.sqlite.inspection import file_faults
from footfall.backends.sqlite.rows import (
    KIND_NUMBERS,
    KINDS,
    contact_of,
    definition_of,
    history_entry,
    member_of,
    note_of,
    problem_of,
    process_of,
    record_of,
    text,
)
from footfall.backends.sqlite.saving import save
from footfall.backends.sqlite.segments import SqliteSnapshot
from footfall.backends.sqlite.statements import statement
from footfall.bonds import Bond, Merge, subject
from footfall.catalogue import Note
from footfall.contacts import Contact, ContactId, HistoryEntry
from footfall.errors import Damaged
from footfall.identifiers import Identifier
from footfall.lists import ContactList, Folder
from footfall.objects import CONTACT, ObjectRecord, ObjectType, RecordKey, Reference
from footfall.ports import (
    MAX_CANDIDATES,
    Changes,
    ContactPage,
    ContactQuery,
    Erasing,
    Member,
    NameVolume,
    PassageCursor,
    Repeat,
    Snapshot,
    State,
    Trace,
    Traffic,
)
from footfall.processes import Process, RowProblem
from footfall.records import MAX_POSITION, Position
from footfall.segments.following import Passage, Timer
from footfall.verdicts import Verdict
from footfall.webhooks import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PACKAGE: Final = files("footfall.backends.sqlite")
_TABLES: Final = (
    "state",
    "totals",
    "rules",
    "contacts",
    "identifiers",
    "attributes",
    "folders",
    "lists",
    "memberships",
    "object_types",
    "object_records",
    "associations",
    "processes",
    "problems",
    "segments",
    "segment_members",
    "segment_timers",
    "segment_history",
    "history",
    "verdicts",
    "repeats",
    "names",
    "notes",
    "mentions",
    "introductions",
    "erasures",
    "traces",
    "members",
    "merges",
)
_ORDERS: Final = dict.fromkeys(("segment_history", "associations"), "1, 2, 3, 4")
"""Where it takes more than two columns to tell rows apart."""
_CHUNK: Final = 500
"""Keys asked for in one statement."""

Item = TypeVar("Item")

_verdict = msgspec.json.Decoder(Verdict)


class SqliteDirectory:
    """The port `Directory` in one SQLite file. Each thread that reads has its own connection."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing.

        Raises `OutOfSpace`, `Unavailable`, or `DataInconsistent` where a newer version wrote it.
        """
        self._path = path
        self._writer = connect(path)
        migrate(self._writer, _PACKAGE / "migrations" / "directory")
        self._turn = threading.Lock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []

    def state(self) -> State:
        """See `Directory.state`."""
        with self._reading() as reader, _snapshot(reader):
            position, contact_id, folder_id, list_id, segment_id, now = reader.execute(
                "SELECT position, next_contact_id, next_folder_id, next_list_id, next_segment_id,"
                " now FROM state"
            ).fetchone()
            definitions = reader.execute(
                "SELECT name, category, type, options, labels, formula, is_recurring"
                " FROM attributes ORDER BY name"
            )
            folders = reader.execute("SELECT id, name, created_at FROM folders ORDER BY id")
            lists = reader.execute(
                "SELECT id, name, folder_id, created_at, size FROM lists ORDER BY id"
            )
            (last_process_id,) = reader.execute("SELECT max(id) FROM processes").fetchone()
            processes = reader.execute(
                "SELECT process FROM processes WHERE is_over = 0 ORDER BY id"
            )
            object_types = reader.execute(
                "SELECT name, created_at, next_id, size FROM object_types ORDER BY name"
            )
            return State(
                position=Position(position),
                next_contact_id=contact_id,
                next_folder_id=folder_id,
                next_list_id=list_id,
                definitions=[definition_of(row) for row in definitions],
                folders=[Folder(*row) for row in folders],
                lists=[ContactList(*row) for row in lists],
                processes=[process_of(kept) for (kept,) in processes],
                object_types=[ObjectType(*row) for row in object_types],
                next_process_id=(last_process_id or 0) + 1,
                segments=segments.all_of(reader),
                next_segment_id=segment_id,
                now=now,
                settings=dict(reader.execute("SELECT name, value FROM rules").fetchall()),
                totals=dict(reader.execute("SELECT name, count FROM totals").fetchall()),
            )

    def position(self) -> Position:
        """See `Directory.position`."""
        with self._reading() as reader:
            return Position(reader.execute("SELECT position FROM state").fetchone()[0])

    def apply(self, changes: Changes) -> None:
        """See `Directory.apply`. Raises `OutOfSpace` or `Unavailable`; then nothing changed."""
        with self._writing():
            save(self._writer, changes)

    def owners(self, identifiers: Collection[Identifier]) -> dict[Identifier, ContactId]:
        """See `Directory.owners`."""
        owners: dict[Identifier, ContactId] = {}
        with self._reading() as reader:
            for chunk in _chunks(identifiers):
                query = statement("owners").replace(":pairs", ",".join(["(?, ?)"] * len(chunk)))
                asked = [each for kind, value in chunk for each in (KIND_NUMBERS[kind], value)]
                for kind, value, owner in reader.execute(query, asked):
                    owners[Identifier(KINDS[kind], value)] = ContactId(owner)
        return owners

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """See `Directory.contacts`."""
        with self._reading() as reader:
            return listing.contacts(reader, ids)

    def merged(self, ids: Collection[ContactId]) -> list[tuple[Contact, Bond]]:
        """See `Directory.merged`."""
        found = {}
        with self._reading() as reader:
            for chunk in _chunks(ids):
                for row in reader.execute(statement("merged"), (text(chunk),)):
                    found[row[0]] = member_of(row)
        return list(found.values())

    def bonds(self, contact_id: ContactId) -> list[Bond]:
        """See `Directory.bonds`."""
        return [bond for _, bond in self.merged([contact_id])]

    def ages(self, ids: Collection[ContactId]) -> dict[ContactId, dict[str, int]]:
        """See `Directory.ages`."""
        found: dict[ContactId, dict[str, int]] = {}
        with self._reading() as reader:
            for chunk in _chunks(ids):
                rows = reader.execute(statement("ages"), (text(chunk),))
                for contact_id, what, name, position in rows:
                    found.setdefault(contact_id, {})[subject(what, name)] = position
        return found

    def shown_as(self) -> dict[ContactId, ContactId]:
        """See `Directory.shown_as`."""
        with self._reading() as reader:
            return dict(
                reader.execute("SELECT id, shown_as FROM members WHERE id <> shown_as").fetchall()
            )

    def merges(self, positions: Collection[Position]) -> dict[Position, list[Merge]]:
        """See `Directory.merges`."""
        found: dict[Position, list[Merge]] = {}
        query = (
            "SELECT position, kept_id, gone_id FROM merges"
            " WHERE position IN (SELECT value FROM json_each(?)) ORDER BY 1, 2, 3"
        )
        with self._reading() as reader:
            for chunk in _chunks(positions):
                for position, kept, gone in reader.execute(query, (text(chunk),)):
                    found.setdefault(Position(position), []).append(Merge(kept, gone))
        return found

    def contact_ids(self) -> NDArray[np.int64]:
        """See `Directory.contact_ids`."""
        with self._reading() as reader, _snapshot(reader):
            return listing.contact_ids(reader)

    def find_contacts(self, query: ContactQuery) -> ContactPage:
        """See `Directory.find_contacts`."""
        with self._reading() as reader, _snapshot(reader):
            return listing.find(reader, query)

    def walk_contacts(self, list_id: int, after: ContactId, limit: int) -> list[Contact]:
        """See `Directory.walk_contacts`."""
        query = statement("walk_list" if list_id else "walk_contacts")
        parameters = {"list_id": list_id, "after": after, "limit": limit}
        with self._reading() as reader:
            return [contact_of(row) for row in reader.execute(query, parameters)]

    def history(
        self, contact_id: ContactId, before: Position | None, limit: int
    ) -> list[HistoryEntry]:
        """See `Directory.history`."""
        bound = MAX_POSITION + 1 if before is None else before
        with self._reading() as reader:
            place = {"contact_id": contact_id, "before": bound, "limit": limit}
            rows = reader.execute(statement("history"), place)
            return [history_entry(row) for row in rows]

    def records(self, references: Collection[Reference]) -> list[ObjectRecord]:
        """See `Directory.records`."""
        asked: dict[tuple[str, str], list[int | str]] = {}
        for object_type, id_, ext_id in sorted(references):
            way = ("records_by_id", id_) if id_ else ("records_by_ext_id", ext_id)
            asked.setdefault((object_type, way[0]), []).append(way[1])
        with self._reading() as reader:
            return [
                record_of(row)
                for (object_type, query), keys in asked.items()
                for row in reader.execute(statement(query), (object_type, text(keys)))
            ]

    def find_records(
        self, object_type: str, *, oldest_first: bool, limit: int, offset: int
    ) -> tuple[int, list[ObjectRecord]]:
        """See `Directory.find_records`."""
        order = "ASC" if oldest_first else "DESC"
        page = (
            "SELECT object_type, id, ext_id, created_at, updated_at, attributes"  # noqa: S608 - constants
            f" FROM object_records WHERE object_type = ? ORDER BY id {order} LIMIT ? OFFSET ?"
        )
        with self._reading() as reader, _snapshot(reader):
            row = reader.execute(
                "SELECT size FROM object_types WHERE name = ?", (object_type,)
            ).fetchone()
            found = reader.execute(page, (object_type, limit, offset))
            return row[0] if row else 0, [record_of(each) for each in found]

    def associated(
        self, object_type: str, ids: Collection[int], each: int
    ) -> dict[int, dict[str, list[int]]]:
        """See `Directory.associated`."""
        found: dict[int, dict[str, list[int]]] = {}
        asked = {"object_type": object_type, "ids": text(sorted(ids)), "each": each}
        with self._reading() as reader:
            for id_, other_type, other in reader.execute(statement("associated"), asked):
                found.setdefault(id_, {}).setdefault(other_type, []).append(other)
        return found

    def find_associated(
        self, record: RecordKey, types: Collection[str], *, limit: int, offset: int
    ) -> list[RecordKey]:
        """See `Directory.find_associated`."""
        object_type, id_ = record
        ids = {id_}
        if object_type == CONTACT:
            ids.update(bond.contact_id for bond in self.bonds(ContactId(id_)))
        asked = {
            "object_type": object_type,
            "ids": text(sorted(ids)),
            "types": text(sorted(types)),
            "limit": limit,
            "offset": offset,
        }
        with self._reading() as reader:
            return list(reader.execute(statement("find_associated"), asked))

    def process(self, process_id: int) -> Process | None:
        """See `Directory.process`."""
        with self._reading() as reader:
            row = reader.execute(
                "SELECT process FROM processes WHERE id = ?", (process_id,)
            ).fetchone()
            return None if row is None else process_of(row[0])

    def find_processes(
        self, *, oldest_first: bool, limit: int, offset: int
    ) -> tuple[int, list[Process]]:
        """See `Directory.find_processes`."""
        order = "ASC" if oldest_first else "DESC"
        page = f"SELECT process FROM processes ORDER BY id {order} LIMIT ? OFFSET ?"  # noqa: S608 - constants
        with self._reading() as reader, _snapshot(reader):
            (count,) = reader.execute("SELECT count(*) FROM processes").fetchone()
            return count, [process_of(kept) for (kept,) in reader.execute(page, (limit, offset))]

    def problems(self, process_id: int, after_row: int, limit: int) -> list[RowProblem]:
        """See `Directory.problems`."""
        with self._reading() as reader:
            rows = reader.execute(
                "SELECT problem FROM problems WHERE process_id = ? AND row > ?"
                " ORDER BY row LIMIT ?",
                (process_id, after_row, limit),
            )
            return [problem_of(kept) for (kept,) in rows]

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """See `Directory.segments_of`."""
        with self._reading() as reader:
            return segments.segments_of(reader, ids)

    def timers_of(self, ids: Collection[ContactId]) -> list[Timer]:
        """See `Directory.timers_of`."""
        with self._reading() as reader:
            return segments.timers_of(reader, ids)

    def due_timers(self, up_to: int, limit: int) -> list[Timer]:
        """See `Directory.due_timers`."""
        with self._reading() as reader:
            rows = reader.execute(statement("due_timers"), (up_to, limit))
            return [Timer(*row) for row in rows]

    def next_timer(self) -> int | None:
        """See `Directory.next_timer`."""
        with self._reading() as reader:
            due: int | None = reader.execute("SELECT min(due) FROM segment_timers").fetchone()[0]
            return due

    def member_ids(self, segment_id: int) -> set[ContactId]:
        """See `Directory.member_ids`."""
        query = "SELECT contact_id FROM segment_members WHERE segment_id = ?"
        with self._reading() as reader:
            return {ContactId(id_) for (id_,) in reader.execute(query, (segment_id,))}

    def members(self, segment_id: int, after: ContactId, limit: int) -> list[Member]:
        """See `Directory.members`."""
        with self._reading() as reader:
            rows = reader.execute(statement("members"), (segment_id, after, limit))
            return [Member(*row) for row in rows]

    def memberships_of(self, contact_id: ContactId) -> list[tuple[int, int]]:
        """See `Directory.memberships_of`."""
        with self._reading() as reader:
            return reader.execute(
                "SELECT segment_id, since FROM segment_members WHERE contact_id = ?"
                " ORDER BY segment_id",
                (contact_id,),
            ).fetchall()

    def passages(
        self,
        *,
        segment_id: int | None = None,
        contact_id: ContactId | None = None,
        before: PassageCursor | None = None,
        limit: int,
    ) -> list[Passage]:
        """See `Directory.passages`."""
        with self._reading() as reader:
            return segments.passages(reader, segment_id, contact_id, before, limit)

    def passages_after(self, after: Place, limit: int) -> list[Passage]:
        """See `Directory.passages_after`."""
        with self._reading() as reader:
            return segments.passages_after(reader, after, limit)

    def traffic(self, segment_id: int, start: int, step: int) -> Traffic:
        """See `Directory.traffic`."""
        with self._reading() as reader, _snapshot(reader):
            return segments.traffic(reader, segment_id, start, step)

    def beginning_with(
        self, beginnings: Mapping[str, str], segment_id: int | None, limit: int
    ) -> list[ContactId]:
        """See `Directory.beginning_with`."""
        found: dict[ContactId, None] = {}
        with self._reading() as reader:
            for kind, beginning in beginnings.items():
                bound = {"kind": KIND_NUMBERS[kind], "beginning": beginning, "id": segment_id}
                bounds = {"limit": limit, "candidates": MAX_CANDIDATES}
                rows = reader.execute(statement("beginning_with"), bound | bounds)
                found |= {ContactId(id_): None for (id_,) in rows}
        return list(found)[:limit]

    def snapshot(self) -> Snapshot:
        """See `Directory.snapshot`."""
        with refusals_named(self._path):
            return SqliteSnapshot(connect(self._path))

    def repeats(self, keys: Collection[bytes]) -> dict[bytes, Repeat]:
        """See `Directory.repeats`."""
        repeats: dict[bytes, Repeat] = {}
        with self._reading() as reader:
            for chunk in _chunks(keys):
                marks = ",".join("?" * len(chunk))
                query = f"SELECT key, position, received_at FROM repeats WHERE key IN ({marks})"  # noqa: S608 - marks only
                for key, position, received_at in reader.execute(query, chunk):
                    repeats[key] = Repeat(key, Position(position), received_at)
        return repeats

    def verdicts(self, first: Position, last: Position) -> dict[Position, Verdict]:
        """See `Directory.verdicts`."""
        query = "SELECT position, verdict FROM verdicts WHERE position BETWEEN ? AND ?"
        with self._reading() as reader:
            return {
                Position(position): _verdict.decode(kept)
                for position, kept in reader.execute(query, (first, last))
            }

    def set_aside(self, after: Position, up_to: Position, reason: str, limit: int) -> list[Verdict]:
        """See `Directory.set_aside`."""
        asked = {"after": after, "up_to": up_to, "reason": reason, "limit": limit}
        with self._reading() as reader:
            rows = reader.execute(statement("set_aside"), asked)
            return [_verdict.decode(kept) for (kept,) in rows]

    def lately_set_aside(self, before: Position, limit: int) -> list[Verdict]:
        """See `Directory.lately_set_aside`."""
        asked = {"before": before, "limit": limit}
        with self._reading() as reader:
            rows = reader.execute(statement("lately_set_aside"), asked)
            return [_verdict.decode(kept) for (kept,) in rows]

    def names(self) -> dict[str, NameVolume]:
        """See `Directory.names`."""
        with self._reading() as reader:
            rows = reader.execute("SELECT name, count, first_seen, last_seen FROM names")
            return {name: NameVolume(*volume) for name, *volume in rows}

    def notes(self) -> list[Note]:
        """See `Directory.notes`."""
        query = (
            "SELECT name, path, description, owner, expected, hidden FROM notes ORDER BY name, path"
        )
        with self._reading() as reader:
            return [note_of(row) for row in reader.execute(query)]

    def erasing(self) -> list[Erasing]:
        """See `Directory.erasing`."""
        with self._reading() as reader:
            return erasing.erasing(reader)

    def keys_of(self, contact_id: ContactId) -> frozenset[bytes]:
        """See `Directory.keys_of`."""
        with self._reading() as reader:
            return frozenset(erasing.keys_of(reader, contact_id))

    def traces(self, contact_id: ContactId, limit: int) -> list[Trace]:
        """See `Directory.traces`."""
        with self._reading() as reader:
            return erasing.traces(reader, contact_id, limit)

    def forget_traces(self, contact_id: ContactId, positions: Collection[Position]) -> None:
        """See `Directory.forget_traces`."""
        with self._writing():
            self._writer.executemany(
                "DELETE FROM traces WHERE contact_id = ? AND position = ?",
                ((contact_id, position) for position in positions),
            )

    def end_erasure(self, contact_id: ContactId) -> None:
        """See `Directory.end_erasure`."""
        with self._writing():
            self._writer.execute(
                "DELETE FROM erasures WHERE contact_id = ?1"
                " AND NOT EXISTS (SELECT 1 FROM traces WHERE contact_id = ?1)",
                (contact_id,),
            )

    def introduced(
        self, positions: Collection[Position]
    ) -> dict[Position, list[AttributeDefinition]]:
        """See `Directory.introduced`."""
        found: dict[Position, list[AttributeDefinition]] = {}
        with self._reading() as reader:
            for chunk in _chunks(positions):
                for position, *row in reader.execute(statement("introduced"), (text(chunk),)):
                    found.setdefault(Position(position), []).append(
                        AttributeDefinition(row[0], row[1], tuple(json.loads(row[2])))
                    )
        return found

    def compact(self) -> None:
        """See `Directory.compact`. Raises `OutOfSpace` or `Unavailable`; then nothing changed."""
        with refusals_named(self._path):
            compact(self._writer)

    def dump(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """See `Directory.dump`."""
        with self._reading() as reader, _snapshot(reader):
            for table in _TABLES:
                order = _ORDERS.get(table, "1, 2")
                for row in reader.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608 - own names
                    yield table, row

    def check(self) -> list[str]:
        """See `Directory.check`."""
        try:
            with self._reading() as reader, _snapshot(reader):
                return list(file_faults(reader)) or list(_contradictions(reader))
        except Damaged as problem:
            return [problem.message]

    def close(self) -> None:
        """See `Directory.close`. No thread may be reading."""
        for connection in (*self._readers, self._writer):
            connection.close()
        self._readers.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction, whichever thread it is of."""
        with self._turn, refusals_named(self._path), transaction(self._writer):
            yield

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        with refusals_named(self._path):
            if reader is None:
                reader = self._local.reader = connect(self._path)
                self._readers.append(reader)
            yield reader


_CONTRADICTIONS: Final = {
    "identifiers name contacts that are missing": "check_owners",
    "contacts have identifiers that do not name them": "check_identifiers",
    "verdicts are past the position applied": "check_verdicts",
    "contacts have ids that were not given out": "check_ids",
    "contacts are not as many as were counted": "check_count",
    "lists and contacts do not say the same": "check_memberships",
    "types of objects and their records do not say the same": "check_records",
    "associations lack an end, or their other direction": "check_associations",
    "merged contacts are not shown as they should be": "check_members",
    "changes are noted of contacts that are missing": "check_history",
    "segments and their members do not say the same": "check_segments",
}
"""What rows can say against each other, and the query that counts how often they do."""


def _contradictions(reader: sqlite3.Connection) -> Iterator[str]:
    for problem, query in _CONTRADICTIONS.items():
        (count,) = reader.execute(statement(query)).fetchone()
        if count:
            yield f"{problem}: {count}"


@contextmanager
def _snapshot(reader: sqlite3.Connection) -> Iterator[None]:
    """Several statements see one state."""
    reader.execute("BEGIN")
    try:
        yield
    finally:
        reader.execute("ROLLBACK")


def _chunks(items: Collection[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
