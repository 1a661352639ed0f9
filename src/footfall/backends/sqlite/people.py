"""The port `People` in one SQLite file."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from footfall.backends.sqlite.connection import connect, migrate, refusals_named, transaction
from footfall.errors import InvalidParameter
from footfall.people import LONGEST, Change, Role, Session, User

_MIGRATIONS: Final = files("footfall.backends.sqlite") / "migrations" / "people"
_TOKEN_BYTES: Final = 32

_USERS: Final = """
    SELECT id, name, role, created_at,
           (SELECT max(last_seen_at) FROM sessions WHERE user_id = users.id)
    FROM users ORDER BY folded_name
"""
_SESSION: Final = """
    SELECT users.id, name, role, users.created_at, sessions.created_at, last_seen_at
    FROM sessions JOIN users ON users.id = user_id WHERE token_hash = ?
"""


class SqlitePeople:
    """See `People`. One connection, used by one thread at a time: calls are few and short."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing."""
        self._path = path
        self._lock = threading.Lock()
        self._connection = connect(path)
        with refusals_named(path):
            migrate(self._connection, _MIGRATIONS)

    def users(self) -> list[User]:
        """See `People.users`."""
        with self._using() as connection:
            return [User(*row) for row in connection.execute(_USERS)]

    def find(self, name: str) -> tuple[User, str] | None:
        """See `People.find`."""
        with self._using() as connection:
            row = connection.execute(
                "SELECT id, name, role, created_at, password_hash FROM users WHERE folded_name = ?",
                (name.strip().casefold(),),
            ).fetchone()
        return None if row is None else (User(*row[:4]), row[4])

    def add(self, name: str, role: Role, password_hash: str, change: Change) -> User:
        """See `People.add`."""
        with self._changing() as connection:
            user = _insert(connection, name, role, password_hash, change.at)
            _note(connection, change)
        return user

    def add_first(self, name: str, password_hash: str, change: Change) -> User | None:
        """See `People.add_first`."""
        with self._changing() as connection:
            if connection.execute("SELECT 1 FROM users").fetchone():
                return None
            user = _insert(connection, name, "admin", password_hash, change.at)
            connection.execute("DELETE FROM set_up")
            _note(connection, change)
        return user

    def set_role(self, user_id: int, role: Role, change: Change) -> bool:
        """See `People.set_role`."""
        with self._changing() as connection:
            changed = connection.execute(
                "UPDATE users SET role = ? WHERE id = ?", (role, user_id)
            ).rowcount
            if changed:
                _check_administrator(connection)
                _note(connection, change)
        return changed > 0

    def set_password(self, user_id: int, password_hash: str, change: Change) -> bool:
        """See `People.set_password`."""
        with self._changing() as connection:
            changed = connection.execute(
                "UPDATE users SET password_hash = ? WHERE id = ?", (password_hash, user_id)
            ).rowcount
            if changed:
                connection.execute("DELETE FROM sessions WHERE user_id = ?", (user_id,))
                _note(connection, change)
        return changed > 0

    def remove(self, user_id: int, change: Change) -> bool:
        """See `People.remove`."""
        with self._changing() as connection:
            removed = connection.execute(
                "DELETE FROM users WHERE id = ? RETURNING role", (user_id,)
            ).fetchall()
            if removed == [("admin",)]:
                _check_administrator(connection)
            if removed:
                _note(connection, change)
        return bool(removed)

    def begin_session(self, user_id: int, change: Change, client: str) -> str:
        """See `People.begin_session`. Sessions that are too old are forgotten on the way."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._changing() as connection:
            connection.execute("DELETE FROM sessions WHERE created_at < ?", (change.at - LONGEST,))
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                (_hash(token), user_id, change.at, change.at, client),
            )
            _note(connection, change)
        return token

    def session(self, token: str, now: int) -> Session | None:
        """See `People.session`."""
        with self._using() as connection:
            row = connection.execute(_SESSION, (_hash(token),)).fetchone()
            if row is None:
                return None
            session = Session(User(*row[:4]), row[4], row[5])
            if session.is_over(now):
                return None
            if session.is_stale(now):
                connection.execute(
                    "UPDATE sessions SET last_seen_at = ? WHERE token_hash = ?", (now, _hash(token))
                )
        return session

    def end_session(self, token: str) -> None:
        """See `People.end_session`."""
        with self._using() as connection:
            connection.execute("DELETE FROM sessions WHERE token_hash = ?", (_hash(token),))

    def new_set_up_token(self) -> str:
        """See `People.new_set_up_token`."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._using() as connection:
            connection.execute("INSERT OR REPLACE INTO set_up VALUES (1, ?)", (_hash(token),))
        return token

    def is_set_up_token(self, token: str) -> bool:
        """See `People.is_set_up_token`."""
        with self._using() as connection:
            row = connection.execute("SELECT token_hash FROM set_up").fetchone()
        return row is not None and secrets.compare_digest(row[0], _hash(token))

    def note(self, change: Change) -> None:
        """See `People.note`."""
        with self._using() as connection:
            _note(connection, change)

    def changes(self, limit: int) -> list[Change]:
        """See `People.changes`."""
        with self._using() as connection:
            rows = connection.execute(
                "SELECT at, actor, action, subject, details FROM changes ORDER BY id DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [Change(*row) for row in rows]

    def close(self) -> None:
        """See `People.close`."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, refusals_named(self._path):
            yield self._connection

    @contextlib.contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """What is changed in the block is kept whole, with its line of the log, or not at all."""
        with self._using() as connection, transaction(connection):
            yield connection


def _insert(
    connection: sqlite3.Connection, name: str, role: Role, password_hash: str, now: int
) -> User:
    try:
        [(user_id,)] = connection.execute(
            "INSERT INTO users (name, folded_name, role, password_hash, created_at)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (name, name.casefold(), role, password_hash, now),
        ).fetchall()
    except sqlite3.IntegrityError as problem:
        message = f"name: there is somebody called {name} already"
        raise InvalidParameter(message, "name") from problem
    return User(user_id, name, role, now)


def _check_administrator(connection: sqlite3.Connection) -> None:
    """Undoes the transaction that would leave nobody who can add people."""
    if not connection.execute("SELECT 1 FROM users WHERE role = 'admin'").fetchone():
        raise InvalidParameter("the last administrator must stay one", "role")


def _note(connection: sqlite3.Connection, change: Change) -> None:
    connection.execute(
        "INSERT INTO changes (at, actor, action, subject, details) VALUES (?, ?, ?, ?, ?)",
        (change.at, change.actor, change.action, change.subject, change.details),
    )


def _hash(token: str) -> bytes:
    """A plain hash is enough: a token has 256 random bits, so that nobody can guess at it."""
    return hashlib.sha256(token.encode()).digest()
