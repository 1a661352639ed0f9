"""The account and its API keys in a SQLite file of their own."""

from __future__ import annotations

import contextlib
import hmac
import secrets
import sqlite3
import threading
import uuid
from collections.abc import Collection
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple, get_args

import msgspec

from footfall.backends.sqlite.connection import connect, migrate, refusal, refusals_named
from footfall.ports import Account, Key, Scope

_ID_BYTES: Final = 6
_SECRET_BYTES: Final = 32
_ID: Final = slice(3, 3 + 2 * _ID_BYTES)
"""Where the id stands in a secret: `ff_`, the id, `_`, 43 characters of base64url."""


class _Known(NamedTuple):
    digest: bytes
    key: Key | None


_NOBODY: Final = _Known(bytes(32), None)
"""Stands for every unknown id, so that an unknown one takes as long as a known one."""


class SqliteKeys:
    """The port `Keys` in one SQLite file. Any number of processes and threads may use it at once.

    The keys are kept in memory; every `find` asks SQLite whether somebody changed the file since.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file, made where it is missing (mode 0600, its directory 0700).

        Raises `OutOfSpace`, `Unavailable`, or `DataInconsistent` where a newer version wrote it.
        """
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}
        self._version: int | None = None
        # It never writes: `PRAGMA data_version` tells only what other connections changed.
        self._reader = connect(path)
        try:
            migrate(self._reader, files("footfall.backends.sqlite") / "migrations" / "keys")
        except BaseException:
            self._reader.close()
            raise

    def create(self, name: str, scopes: Collection[Scope], now: int) -> tuple[Key, str]:
        """See `Keys.create`."""
        ordered = tuple(scope for scope in get_args(Scope) if scope in scopes)
        key = Key(secrets.token_hex(_ID_BYTES), name, ordered, now)
        secret = f"ff_{key.id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        self._change(
            "INSERT INTO keys (id, name, scopes, digest, created_at) VALUES (?, ?, ?, ?, ?)",
            (key.id, name, " ".join(ordered), _digest(secret), now),
        )
        return key, secret

    def find(self, secret: str) -> Key | None:
        """See `Keys.find`. Takes the same time whether the id is known, unknown or revoked."""
        with self._lock:
            try:
                (version,) = self._reader.execute("PRAGMA data_version").fetchone()
                if version != self._version:
                    self._known = {
                        key.id: _Known(digest, key)
                        for key, digest in self._rows()
                        if key.revoked_at is None
                    }
                    self._version = version
            except sqlite3.Error as problem:
                raise refusal(problem, self._path) from problem
        known = self._known.get(secret[_ID], _NOBODY)
        return known.key if hmac.compare_digest(known.digest, _digest(secret)) else None

    def all(self) -> list[Key]:
        """See `Keys.all`."""
        with self._lock, refusals_named(self._path):
            return [key for key, _ in self._rows()]

    def revoke(self, key_id: str, now: int) -> bool:
        """See `Keys.revoke`. A key revoked before keeps its first moment."""
        changed = self._change(
            "UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", (now, key_id)
        )
        return changed > 0

    def account(self, now: int) -> Account:
        """See `Keys.account`."""
        query = "SELECT id, name, created_at FROM account"
        with self._lock, refusals_named(self._path):
            row = self._reader.execute(query).fetchone()
            if row is None:
                self._change(
                    "INSERT OR IGNORE INTO account VALUES (1, ?, ?, ?)",
                    (str(uuid.uuid4()), "default", now),
                )
                row = self._reader.execute(query).fetchone()
        return Account(*row)

    def close(self) -> None:
        """See `Keys.close`."""
        with self._lock:
            self._reader.close()

    def _change(self, statement: str, parameters: tuple[object, ...]) -> int:
        """Commit one statement; the number of rows that it changed."""
        with refusals_named(self._path), contextlib.closing(connect(self._path)) as connection:
            return connection.execute(statement, parameters).rowcount

    def _rows(self) -> list[tuple[Key, bytes]]:
        rows = self._reader.execute(
            "SELECT id, name, scopes, created_at, revoked_at, digest FROM keys ORDER BY number"
        )
        return [
            (Key(key_id, name, _scopes(scopes), created_at, revoked_at), digest)
            for key_id, name, scopes, created_at, revoked_at, digest in rows.fetchall()
        ]


def _digest(secret: str) -> bytes:
    """SHA-256 is enough: 256 random bits leave nothing to guess that a slow hash would guard."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _scopes(text: str) -> tuple[Scope, ...]:
    return msgspec.convert(text.split(), tuple[Scope, ...])
