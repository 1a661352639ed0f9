"""Opening a SQLite file, bringing its tables up to date, and naming what SQLite refuses."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
import stat
import time
import uuid
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from footfall.errors import Damaged, OutOfSpace, Unavailable, Unusable, WrittenByNewer

PATIENCE: Final = 10.0
"""Seconds that a statement waits for a lock that another connection holds."""

_NO_ROOM: Final = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_DIR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_GLANCE: Final = 0.0005
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql", re.ASCII)


def connect(path: Path, *, durable: bool = True) -> sqlite3.Connection:
    """A connection in autocommit mode with WAL, `busy_timeout` 10 s and foreign keys enforced.

    What is committed on it is on disk; where not `durable`, a loss of power may take the last
    commits with it, in order, and never half of one. Makes the file (mode 0600) and its directory
    (0700) where they are missing. May pass from thread to thread, one using it at a time.

    Raises `OutOfSpace` or `Unavailable`.
    """
    with refusals_named(path):
        if not path.exists():
            _make(path)
        return _open(path, durable)


def _make(path: Path) -> None:
    """An empty file in WAL mode appears under the path in one step.

    SQLite does not wait for others while it switches a file to WAL, so nobody may see it before.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        os.mknod(draft, stat.S_IFREG | 0o600)
        _open(draft, durable=True).close()
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _open(path: Path, durable: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise sqlite3.OperationalError("the file system does not support WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def migrate(connection: sqlite3.Connection, folder: Traversable) -> None:
    """Bring the tables up to date with the files `NNNN_name.sql` of the folder, 0001 first.

    Forward only: `PRAGMA user_version` tells which were applied. Each is applied whole or not at
    all, and once, however many processes open the file at the same moment. Raises
    `WrittenByNewer` where the file was written by a newer version of the code.
    """
    migrations = _migrations(folder)
    newest = len(migrations)
    with refusals_named(_file(connection)):
        version = _known_version(connection, newest)
        for number in range(version + 1, newest + 1):
            _apply(connection, number, migrations[number - 1].read_text("utf-8"))


def check(path: Path, folder: Traversable) -> None:
    """Whether this program can use the file, at a glance; one that is missing will be made.

    Raises `Damaged`, `WrittenByNewer` or `Unavailable`.
    """
    if path.exists():
        with refusals_named(path), contextlib.closing(_open(path, durable=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            _known_version(connection, len(_migrations(folder)))


def _file(connection: sqlite3.Connection) -> str:
    return str(connection.execute("PRAGMA database_list").fetchone()[2])


def _known_version(connection: sqlite3.Connection, newest: int) -> int:
    version = _version(connection)
    if version > newest:
        raise WrittenByNewer(
            f"{_file(connection)} has version {version} of its tables; this program knows {newest}."
            " Start the newer program that wrote it"
        )
    return version


def _migrations(folder: Traversable) -> list[Traversable]:
    files = sorted(
        (file for file in folder.iterdir() if _MIGRATION.fullmatch(file.name)),
        key=lambda file: file.name,
    )
    for number, file in enumerate(files, 1):
        if int(file.name[:4]) != number:
            raise ValueError(f"{file.name} breaks the sequence: expected {number:04d}")
    return files


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    with transaction(connection):
        if _version(connection) < number:  # Another process may have applied it meanwhile.
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """One at a time, because `executescript` would commit before the first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def execute_patiently(
    connection: sqlite3.Connection, statement: str, parameters: Sequence[object]
) -> sqlite3.Cursor:
    """Executes a single writing statement, waiting up to `PATIENCE` for other writers.

    SQLite's own way of waiting sleeps longer and longer, up to 100 ms: too long beside writers
    that hold the lock for less than one, and unfair. The connection's `busy_timeout` must be 0.
    """
    for _ in range(int(PATIENCE / _GLANCE)):
        try:
            return connection.execute(statement, parameters)
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(_GLANCE)
    return connection.execute(statement, parameters)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Takes the write lock at once; commits at the end of the block, keeps nothing on an error."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def compact(connection: sqlite3.Connection) -> None:
    """Write the file anew, so that nothing is left in it of what was deleted, nor in its log.

    Needs as much room again. Whole or not at all. Nobody else may use the file.
    """
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


@contextlib.contextmanager
def refusals_named(what: object) -> Iterator[None]:
    """Turns an error of SQLite or the file system within the block into the one of `refusal`."""
    try:
        yield
    except (sqlite3.Error, OSError) as problem:
        raise refusal(problem, what) from problem


def refusal(problem: sqlite3.Error | OSError, what: object) -> Unavailable:
    """`OutOfSpace` where the file could not grow or be written, `Damaged` where its content is no
    database's, `Unusable` for all else.
    """
    # Errors of the sqlite3 module's own, such as for a closed connection, have no code.
    code = getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code in _NO_ROOM or getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return OutOfSpace(f"{what} can't be written: {problem}", retry_after=5)
    if code & 0xFF in _DAMAGE:
        return Damaged(f"{what} is damaged: {problem}")
    return Unusable(f"{what} can't be used: {problem}")
