"""Carrying the journal's write-ahead log over into its file, beside the appends."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path
from typing import Final

from footfall.backends.sqlite.connection import connect
from footfall.errors import Unavailable

DUE: Final = 2 * 2**20
"""Bytes of log after which it is carried over and begun anew; more of it makes the pause longer."""
TOO_LONG: Final = 64 * 2**20
"""Bytes of log from which on appends and readers have to wait for its new beginning."""

_PAGE: Final = 4096
_SHORT_WAIT: Final = 5
"""Milliseconds to wait for readers and for other processes that append."""
_LONG_WAIT: Final = 500


class Checkpointer:
    """A thread that keeps the log short. Nothing that fails here touches an append.

    The bulk is carried over while appends go on. Only what came meanwhile needs them paused, for
    some milliseconds: the log can begin anew only where nothing is left in it.
    """

    def __init__(self, path: Path, pause: threading.Lock) -> None:
        self._path = path
        self._pause = pause
        self._written = 0
        self._due = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="checkpointer", daemon=True)
        self._thread.start()

    def wrote(self, size: int) -> None:
        """Count a commit of that many bytes; the caller holds the lock that pauses appends."""
        self._written += size + _PAGE  # At the least one page that is only partly new.
        if self._written >= DUE:
            self.wake()

    def wake(self) -> None:
        """Carry over now, whatever the size; the caller holds the lock that pauses appends."""
        self._written = 0
        self._due.set()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._due.set()
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while self._due.wait() and not self._closed:
            self._due.clear()
            # A full disk, say: what is left stays in the log, and the next turn tries anew.
            with contextlib.suppress(sqlite3.Error, Unavailable):
                connection = connection or connect(self._path)
                self._carry_over(connection)
        if connection is not None:
            connection.close()

    def _carry_over(self, connection: sqlite3.Connection) -> None:
        _, pages, _ = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        wait = _LONG_WAIT if pages * _PAGE > TOO_LONG else _SHORT_WAIT
        connection.execute(f"PRAGMA busy_timeout = {wait}")
        with self._pause:
            connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
