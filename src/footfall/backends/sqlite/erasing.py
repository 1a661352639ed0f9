"""Finding every trace of a contact that is erased, and what verdicts say of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping

import msgspec

from footfall.backends.sqlite.rows import KIND_NUMBERS, text
from footfall.backends.sqlite.statements import statement
from footfall.contacts import ContactId
from footfall.mentions import CONTACT_ID, key_of
from footfall.ports import Changes, Erasing, Erasure, Trace
from footfall.records import Position
from footfall.verdicts import Verdict

_verdict = msgspec.json.Decoder(Verdict)
_keys = msgspec.json.Decoder(list[str])
_FOR_EVER = 2**62
"""Past every position."""
_CONFLICTS = ("identifier_conflict", "identifier_kept")


def begin(writer: sqlite3.Connection, changes: Changes, erasure: Erasure) -> None:
    """Note what is to be erased, while the contact and its history are still there."""
    kinds = keys_of(writer, erasure.contact_id)
    whole: set[int] = {*erasure.events, changes.position}
    named: dict[int, set[bytes]] = {}
    for position, key, is_whole in _mentions(writer, kinds):
        if is_whole:
            whole.add(position)
        else:
            named.setdefault(position, set()).add(key)
    (created_by,) = writer.execute(
        "SELECT min(position) FROM history WHERE contact_id = ?", (erasure.contact_id,)
    ).fetchone()
    if created_by is not None:
        whole.add(created_by)
    named = {position: named[position] for position in named.keys() - whole}
    writer.execute(
        "INSERT INTO erasures VALUES (?, ?)", (erasure.contact_id, _hex(erasure.remembered))
    )
    writer.executemany(
        "INSERT INTO traces VALUES (?, ?, ?, ?, ?)",
        (
            (
                erasure.contact_id,
                position,
                position in whole,
                position == created_by,
                _hex(named.get(position, ())),
            )
            for position in sorted(whole | named.keys())
        ),
    )
    _clean_verdicts(writer, whole, _bare)
    _clean_verdicts(
        writer,
        named,
        lambda verdict: _unnamed({kinds[key] for key in named[verdict.position]}, verdict),
    )
    _forget_mentions(writer, whole, named, kinds)


def note_late(writer: sqlite3.Connection, traces: Mapping[Position, ContactId]) -> None:
    """Entries go, as a whole, with contacts whose erasure may be complete by now."""
    writer.executemany(
        "INSERT OR IGNORE INTO erasures VALUES (?, '[]')",
        ((contact_id,) for contact_id in traces.values()),
    )
    writer.executemany(
        "INSERT OR IGNORE INTO traces VALUES (?, ?, 1, 0, '[]')",
        ((contact_id, position) for position, contact_id in traces.items()),
    )


def _hex(keys: Iterable[bytes]) -> str:
    return text(sorted(key.hex() for key in keys))


def forget_segments(writer: sqlite3.Connection, contact_id: ContactId) -> None:
    """In which segments the contact was."""
    for table in ("segment_members", "segment_timers"):
        writer.execute(f"DELETE FROM {table} WHERE contact_id = ?", (contact_id,))  # noqa: S608 - own names


def forget_passages(writer: sqlite3.Connection, removed: frozenset[ContactId]) -> None:
    """All of these contacts, and those of others while they were shown as one with any of them.

    Those may be due to what the removed ones did, and a replay without it would not come to them.
    """
    together = {(int(contact_id), 0, _FOR_EVER) for contact_id in removed}
    due = sorted(together)
    while due:
        one, since, until = due.pop()
        rows = writer.execute(
            "SELECT iif(kept_id = :id, gone_id, kept_id), position, ifnull(undone, :for_ever)"
            " FROM merges WHERE kept_id = :id OR gone_id = :id",
            {"id": one, "for_ever": _FOR_EVER},
        )
        for other, merged, undone in rows.fetchall():
            found = (other, max(since, merged), min(until, undone))
            if found[1] <= found[2] and other not in removed and found not in together:
                together.add(found)
                due.append(found)
    writer.executemany(
        "DELETE FROM segment_history WHERE contact_id = ? AND position BETWEEN ? AND ?", together
    )


def keys_of(connection: sqlite3.Connection, contact_id: ContactId) -> dict[bytes, str]:
    """The keys under which the contact is mentioned, with the kind of each.

    What it had once and somebody else has now says nothing of it any more.
    """
    kinds = {key_of(CONTACT_ID, contact_id): CONTACT_ID}
    rows = connection.execute(statement("former_identifiers"), {"contact_id": contact_id})
    for kind, value in rows.fetchall():
        if value is None:
            continue
        owner = connection.execute(
            "SELECT contact_id FROM identifiers WHERE kind = ? AND value = ?",
            (KIND_NUMBERS[kind], value),
        ).fetchone()
        if owner is None or owner[0] == contact_id:
            kinds[key_of(kind, value)] = kind
    return kinds


def _mentions(writer: sqlite3.Connection, keys: Iterable[bytes]) -> list[tuple[int, bytes, bool]]:
    """Which entry names it, by which key, and whether all of the entry goes."""
    found: list[tuple[int, bytes, bool]] = []
    for key in keys:
        rows = writer.execute("SELECT position, whole FROM mentions WHERE key = ?", (key,))
        found += ((position, key, whole) for position, whole in rows)
    return found


def _clean_verdicts(
    writer: sqlite3.Connection, positions: Iterable[int], clean: Callable[[Verdict], Verdict]
) -> None:
    """Leave of a verdict what its entry's remains will come to when they are replayed."""
    rows = writer.execute(
        "SELECT position, verdict FROM verdicts WHERE position IN (SELECT value FROM json_each(?))",
        (text(sorted(positions)),),
    ).fetchall()
    for position, kept in rows:
        verdict = clean(_verdict.decode(kept))
        if verdict.is_plain:
            writer.execute("DELETE FROM verdicts WHERE position = ?", (position,))
        else:
            writer.execute(
                "UPDATE verdicts SET verdict = ? WHERE position = ?", (text(verdict), position)
            )


def _bare(verdict: Verdict) -> Verdict:
    return Verdict(
        position=verdict.position,
        verdict=verdict.verdict,
        duplicate_of=verdict.duplicate_of,
        reason=verdict.reason,
        replayed_as=verdict.replayed_as,
    )


def _unnamed(kinds: set[str], verdict: Verdict) -> Verdict:
    """Without the remarks on identifiers of these kinds."""
    fields = {f"identifiers.{kind}" for kind in kinds}
    remarks = tuple(
        remark
        for remark in verdict.remarks
        if remark.code not in _CONFLICTS or remark.field not in fields
    )
    return msgspec.structs.replace(verdict, remarks=remarks)


def _forget_mentions(
    writer: sqlite3.Connection, whole: Iterable[int], named: Iterable[int], keys: Iterable[bytes]
) -> None:
    writer.executemany(
        "DELETE FROM mentions WHERE position = ?", ((position,) for position in whole)
    )
    writer.executemany(
        "DELETE FROM mentions WHERE position = ? AND key = ?",
        ((position, key) for position in named for key in keys),
    )


def erasing(reader: sqlite3.Connection) -> list[Erasing]:
    """See `Directory.erasing`."""
    rows = reader.execute("SELECT contact_id, remembered FROM erasures ORDER BY contact_id")
    return [Erasing(ContactId(contact_id), _bytes(remembered)) for contact_id, remembered in rows]


def _bytes(keys: str) -> frozenset[bytes]:
    return frozenset(map(bytes.fromhex, _keys.decode(keys)))


def traces(reader: sqlite3.Connection, contact_id: ContactId, limit: int) -> list[Trace]:
    """See `Directory.traces`."""
    rows = reader.execute(
        "SELECT position, whole, creates, keys FROM traces"
        " WHERE contact_id = ? ORDER BY position LIMIT ?",
        (contact_id, limit),
    )
    return [
        Trace(Position(position), bool(whole), bool(made), _bytes(keys))
        for position, whole, made, keys in rows
    ]
