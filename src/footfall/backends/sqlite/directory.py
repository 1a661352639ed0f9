"""The directory in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from footfall.backends.sqlite.connection import connect, migrate, refusals_named, transaction
from footfall.contacts import AttributeDefinition, Contact, ContactId, Value
from footfall.identifiers import DECIDING_ORDER, Identifier
from footfall.ports import Changes, NameVolume, Repeat, State
from footfall.records import Position
from footfall.verdicts import Verdict

_PACKAGE: Final = files("footfall.backends.sqlite")
_KIND_NUMBERS: Final = {kind: number for number, kind in enumerate(DECIDING_ORDER, 1)}
_KINDS: Final = {number: kind for kind, number in _KIND_NUMBERS.items()}
_TABLES: Final = (
    "state",
    "totals",
    "rules",
    "contacts",
    "identifiers",
    "attributes",
    "verdicts",
    "repeats",
    "names",
)
_CHUNK: Final = 500
"""Keys asked for in one statement."""

Item = TypeVar("Item")

_encode = msgspec.json.Encoder().encode
_identifiers = msgspec.json.Decoder(dict[str, str])
_attributes: msgspec.json.Decoder[dict[str, Value]] = msgspec.json.Decoder(dict[str, Any])
_options = msgspec.json.Decoder(tuple[str, ...])
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
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []

    def state(self) -> State:
        """See `Directory.state`."""
        with self._reading() as reader, _snapshot(reader):
            position, next_contact_id = reader.execute(
                "SELECT position, next_contact_id FROM state"
            ).fetchone()
            definitions = reader.execute("SELECT name, type, options FROM attributes").fetchall()
            return State(
                position=Position(position),
                next_contact_id=next_contact_id,
                definitions=[_definition(row) for row in definitions],
                settings=dict(reader.execute("SELECT name, value FROM rules").fetchall()),
                totals=dict(reader.execute("SELECT name, count FROM totals").fetchall()),
            )

    def position(self) -> Position:
        """See `Directory.position`."""
        with self._reading() as reader:
            return Position(reader.execute("SELECT position FROM state").fetchone()[0])

    def apply(self, changes: Changes) -> None:
        """See `Directory.apply`. Raises `OutOfSpace` or `Unavailable`; then nothing changed."""
        writer = self._writer
        with refusals_named(self._path), transaction(writer):
            writer.executemany(_sql("save_contact"), map(_contact_row, changes.contacts))
            writer.executemany(
                "INSERT OR REPLACE INTO identifiers VALUES (?, ?, ?)",
                (
                    (_KIND_NUMBERS[kind], value, owner)
                    for (kind, value), owner in changes.identifiers.items()
                ),
            )
            writer.executemany(
                "INSERT OR REPLACE INTO attributes VALUES (?, ?, ?)",
                ((one.name, one.type, _text(one.options)) for one in changes.definitions),
            )
            writer.executemany(
                "INSERT INTO verdicts VALUES (?, ?)",
                ((verdict.position, _text(verdict)) for verdict in changes.verdicts),
            )
            _keep_repeats(writer, changes)
            _count(writer, changes)
            writer.execute(
                "UPDATE state SET position = ?, next_contact_id = ?",
                (changes.position, changes.next_contact_id),
            )

    def owners(self, identifiers: Collection[Identifier]) -> dict[Identifier, ContactId]:
        """See `Directory.owners`."""
        owners: dict[Identifier, ContactId] = {}
        with self._reading() as reader:
            for chunk in _chunks(identifiers):
                pairs = _text([(_KIND_NUMBERS[kind], value) for kind, value in chunk])
                for kind, value, owner in reader.execute(_sql("owners"), (pairs,)):
                    owners[Identifier(_KINDS[kind], value)] = ContactId(owner)
        return owners

    def contacts(self, ids: Collection[ContactId]) -> dict[ContactId, Contact]:
        """See `Directory.contacts`."""
        contacts: dict[ContactId, Contact] = {}
        with self._reading() as reader:
            for chunk in _chunks(ids):
                for row in reader.execute(_sql("contacts"), (_text(chunk),)):
                    contacts[row[0]] = _contact(row)
        return contacts

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
                Position(position): _verdict.decode(text)
                for position, text in reader.execute(query, (first, last))
            }

    def names(self) -> dict[str, NameVolume]:
        """See `Directory.names`."""
        with self._reading() as reader:
            rows = reader.execute("SELECT name, count, first_seen, last_seen FROM names")
            return {name: NameVolume(*volume) for name, *volume in rows}

    def dump(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """See `Directory.dump`."""
        with self._reading() as reader, _snapshot(reader):
            for table in _TABLES:
                for row in reader.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):  # noqa: S608 - own names
                    yield table, row

    def check(self) -> list[str]:
        """See `Directory.check`."""
        with self._reading() as reader, _snapshot(reader):
            (integrity,) = reader.execute("PRAGMA quick_check(1)").fetchone()
            problems = [] if integrity == "ok" else [f"the file is damaged: {integrity}"]
            for problem, (count,) in (
                (problem, reader.execute(_sql(query)).fetchone())
                for problem, query in (
                    ("identifiers name contacts that are missing", "check_owners"),
                    ("contacts have identifiers that do not name them", "check_identifiers"),
                    ("verdicts are past the position applied", "check_verdicts"),
                    ("contacts have ids that were not given out", "check_ids"),
                )
            ):
                if count:
                    problems.append(f"{problem}: {count}")
        return problems

    def close(self) -> None:
        """See `Directory.close`. No thread may be reading."""
        for connection in (*self._readers, self._writer):
            connection.close()
        self._readers.clear()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        with refusals_named(self._path):
            if reader is None:
                reader = self._local.reader = connect(self._path)
                self._readers.append(reader)
            yield reader


@contextmanager
def _snapshot(reader: sqlite3.Connection) -> Iterator[None]:
    """Several statements see one state."""
    reader.execute("BEGIN")
    try:
        yield
    finally:
        reader.execute("ROLLBACK")


def _keep_repeats(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany("INSERT OR REPLACE INTO repeats VALUES (?, ?, ?)", changes.repeats)
    writer.execute("DELETE FROM repeats WHERE received_at < ?", (changes.forget_repeats_before,))


def _count(writer: sqlite3.Connection, changes: Changes) -> None:
    writer.executemany(
        _sql("count_name"),
        (
            (name, volume.count, volume.first_seen, volume.last_seen)
            for name, volume in changes.names.items()
        ),
    )
    writer.executemany(_sql("count_total"), changes.totals.items())
    writer.executemany("INSERT OR REPLACE INTO rules VALUES (?, ?)", changes.settings.items())


def _contact_row(contact: Contact) -> tuple[int, int, int, str, str]:
    return (
        contact.id,
        contact.created_at,
        contact.modified_at,
        _text(contact.identifiers),
        _text(contact.attributes),
    )


def _contact(row: tuple[int, int, int, str, str]) -> Contact:
    id_, created_at, modified_at, identifiers, attributes = row
    return Contact(
        id=ContactId(id_),
        created_at=created_at,
        modified_at=modified_at,
        identifiers=_identifiers.decode(identifiers),
        attributes=_attributes.decode(attributes),
    )


def _definition(row: tuple[str, Any, str]) -> AttributeDefinition:
    name, kind, options = row
    return AttributeDefinition(name, kind, _options.decode(options))


def _text(value: object) -> str:
    return _encode(value).decode()


def _chunks(items: Collection[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


@cache
def _sql(name: str) -> str:
    return (_PACKAGE / "sql" / "directory" / f"{name}.sql").read_text("utf-8")
