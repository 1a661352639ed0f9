"""Segments, their members, timers and history in the directory's tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from footfall.backends.sqlite.listing import contact_ids, contacts
from footfall.backends.sqlite.rows import text
from footfall.backends.sqlite.statements import statement
from footfall.contacts import Contact, ContactId
from footfall.ports import Changes, PassageCursor, Stretch, Traffic
from footfall.segments.definition import decode, encode
from footfall.segments.following import Passage, Timer
from footfall.segments.registry import Segment, State
from footfall.webhooks import Place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LATEST: Final = PassageCursor(2**62, 2**62, ContactId(2**62))


def all_of(reader: sqlite3.Connection) -> list[Segment]:
    """Every segment, by id."""
    rows = reader.execute(
        "SELECT id, name, category, definition, state, revision, created_at, updated_at, size,"
        " former FROM segments ORDER BY id"
    )
    return [_segment(*row) for row in rows]


def _segment(
    id_: int,
    name: str,
    category: str,
    definition: str,
    state: State,
    revision: int,
    created_at: int,
    updated_at: int,
    size: int,
    former: str | None,
) -> Segment:
    return Segment(
        id=id_,
        name=name,
        category=category,
        definition=decode(definition),
        former=None if former is None else decode(former),
        state=state,
        revision=revision,
        created_at=created_at,
        updated_at=updated_at,
        size=size,
    )


def segments_of(
    reader: sqlite3.Connection, ids: Collection[ContactId]
) -> dict[ContactId, set[int]]:
    """See `Directory.segments_of`."""
    found: dict[ContactId, set[int]] = {}
    for contact_id, segment_id in reader.execute(statement("segments_of"), (text(list(ids)),)):
        found.setdefault(ContactId(contact_id), set()).add(segment_id)
    return found


def timers_of(reader: sqlite3.Connection, ids: Collection[ContactId]) -> list[Timer]:
    """See `Directory.timers_of`."""
    return [Timer(*row) for row in reader.execute(statement("timers_of"), (text(list(ids)),))]


def passages(
    reader: sqlite3.Connection,
    segment_id: int | None,
    contact_id: ContactId | None,
    before: PassageCursor | None,
    limit: int,
) -> list[Passage]:
    """See `Directory.passages`."""
    conditions = ["(position, at, contact_id, segment_id) < (:position, :at, :before, :segment)"]
    position, at, last, segment = before or _LATEST
    bound: dict[str, Any] = {"position": position, "at": at, "before": last, "segment": segment}
    bound["limit"] = limit
    if segment_id is not None:
        conditions.append("segment_id = :segment_id")
        bound["segment_id"] = segment_id
    if contact_id is not None:
        conditions.append("contact_id = :contact_id")
        bound["contact_id"] = contact_id
    rows = reader.execute(
        "SELECT segment_id, contact_id, position, at, entered, cause FROM segment_history"  # noqa: S608 - constants
        f" WHERE {' AND '.join(conditions)}"
        " ORDER BY position DESC, at DESC, contact_id DESC, segment_id DESC LIMIT :limit",
        bound,
    )
    return list(map(_passage, rows))


def passages_after(reader: sqlite3.Connection, after: Place, limit: int) -> list[Passage]:
    """See `Directory.passages_after`."""
    return list(map(_passage, reader.execute(statement("passages_after"), (*after, limit))))


def traffic(reader: sqlite3.Connection, segment_id: int, start: int, step: int) -> Traffic:
    """See `Directory.traffic`; `reader` must be within a transaction."""
    found = reader.execute("SELECT size FROM segments WHERE id = ?", (segment_id,)).fetchone()
    rows = reader.execute(statement("traffic"), {"id": segment_id, "start": start, "step": step})
    return Traffic(found[0] if found else 0, [Stretch(*row) for row in rows])


def _passage(row: tuple[Any, ...]) -> Passage:
    segment_id, contact_id, position, at, entered, cause = row
    return Passage(segment_id, ContactId(contact_id), position, at, bool(entered), cause)


def save_segments(writer: sqlite3.Connection, changes: Changes) -> None:
    """Write what a run changed of segments. Within a transaction."""
    for segment_id in changes.removed_segments:
        for table in ("segment_members", "segment_timers", "segment_history"):
            writer.execute(f"DELETE FROM {table} WHERE segment_id = ?", (segment_id,))  # noqa: S608 - own names
        writer.execute("DELETE FROM segments WHERE id = ?", (segment_id,))
    writer.executemany(statement("save_segment"), map(_segment_row, changes.segments))
    _save_timers(writer, changes)
    members = sorted(changes.segment_members.items())
    writer.executemany(
        "DELETE FROM segment_members WHERE segment_id = ? AND contact_id = ?",
        (pair for pair, since in members if since is None),
    )
    writer.executemany(
        "INSERT OR REPLACE INTO segment_members VALUES (?, ?, ?)",
        ((*pair, since) for pair, since in members if since is not None),
    )
    writer.executemany(
        "INSERT INTO segment_history VALUES (?, ?, ?, ?, ?, ?)",
        map(_passage_row, changes.passages),
    )


def _save_timers(writer: sqlite3.Connection, changes: Changes) -> None:
    for segment_id, timers in changes.found_timers.items():
        writer.execute("DELETE FROM segment_timers WHERE segment_id = ?", (segment_id,))
        writer.executemany(
            "INSERT INTO segment_timers VALUES (?, ?, ?)",
            ((contact_id, segment_id, due) for contact_id, due in sorted(timers.items())),
        )
    set_anew = changes.segment_timers.items()
    writer.executemany(
        "DELETE FROM segment_timers WHERE segment_id = ? AND contact_id = ?",
        (pair for pair, due in set_anew if due is None),
    )
    writer.executemany(
        "INSERT OR REPLACE INTO segment_timers VALUES (?, ?, ?)",
        ((contact_id, segment_id, due) for (segment_id, contact_id), due in set_anew if due),
    )


def _segment_row(one: Segment) -> tuple[object, ...]:
    return (
        one.id,
        one.name,
        one.category,
        encode(one.definition).decode(),
        one.state,
        one.revision,
        one.created_at,
        one.updated_at,
        one.size,
        None if one.former is None else encode(one.former).decode(),
    )


def _passage_row(one: Passage) -> tuple[object, ...]:
    return one.segment_id, one.position, one.at, one.contact_id, int(one.entered), one.cause


class SqliteSnapshot:
    """The port `Snapshot`: one long read transaction on a connection of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("BEGIN")
        connection.execute("SELECT position FROM state").fetchone()

    def contact_ids(self) -> NDArray[np.int64]:
        """See `Snapshot.contact_ids`."""
        ids = contact_ids(self._connection)
        ids.sort()
        return ids

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """See `Snapshot.contacts`."""
        return contacts(self._connection, ids)

    def segments_of(self, ids: Collection[ContactId]) -> dict[ContactId, set[int]]:
        """See `Snapshot.segments_of`."""
        return segments_of(self._connection, ids)

    def close(self) -> None:
        """See `Snapshot.close`."""
        self._connection.close()
