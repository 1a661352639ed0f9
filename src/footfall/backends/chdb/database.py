"""One chDB directory for many threads, mended when chDB has lost what it wrote.

chDB does not report a write that fails, for want of room or by a broken disk: it goes on with a
file that is cut off, be it of an insert or of a merge in the background. (Its build of
WriteBufferFromFileDescriptor::nextImpl leaves out the exception; seen in 26.5 and in 26.9.) It does
count such writes, and on opening a directory it puts damaged parts aside and takes up those that a
damaged merge was made of, while they are kept (`old_parts_lifetime`). So the count is looked at
after every insert and every few seconds, and where it has grown the directory is opened anew.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Final, Literal

import structlog
from msgspec.json import Decoder

from footfall.backends.chdb.connection import Config, Connection, sql
from footfall.errors import Unavailable

Role = Literal["reading", "writing"]

LOOK_EVERY: Final = 10.0
"""Seconds; well below the `old_parts_lifetime` of the tables."""
ATTEMPTS: Final = 10
"""A disk that is full may refuse what opening the directory writes, too."""

_count = Decoder(list[int])
_part = Decoder(tuple[str, str, str])
_log = structlog.get_logger()


class Database:
    """Connections to one directory, one for each thread and role. Any thread may use it."""

    _mended_failures: ClassVar[int] = 0
    """Failed writes of this process, as chDB counts them, whose damage is gone."""

    def __init__(self, path: Path) -> None:
        """Opens the directory, made where it is missing, and drops parts that are damaged.

        Raises as `Connection` does.
        """
        self._path = path
        self._connections: dict[tuple[int, Role], Connection] = {}
        self._turn = threading.Condition()
        self._users = 0
        self._exclusive = False
        self._config: Config = "merging"
        """Nothing is merged for a while after a merge has failed."""
        self._ended = threading.Event()
        self.opening = 0
        """How often the directory was opened anew since a write had failed; what was being written
        may be gone then."""
        self._drop_damaged_parts()
        self._watch = threading.Thread(target=self._look_now_and_then, name="watch", daemon=True)
        self._watch.start()
        # A process that ends with the directory open crashes in chDB's destructors.
        atexit.register(self.close)

    @contextlib.contextmanager
    def connection(self, role: Role) -> Iterator[Connection]:
        """The calling thread's connection; the directory stays open for the block.

        Not to be nested: a thread that waits to open the directory anew would wait for both. Raises
        as `Connection` does, and `Unavailable` once closed.
        """
        with self._turn:
            self._turn.wait_for(lambda: not self._exclusive)
            self._users += 1
        try:
            yield self._own_connection(role)
        finally:
            with self._turn:
                self._users -= 1
                self._turn.notify_all()

    def _own_connection(self, role: Role) -> Connection:
        if self._ended.is_set():
            raise Unavailable("The event store is closed.")
        key = (threading.get_ident(), role)
        if key not in self._connections:
            self._connections[key] = Connection(self._path, role, self._config)
        return self._connections[key]

    def mend(self) -> None:
        """Open the directory anew if a write has failed since it was opened.

        Waits for what other threads are doing. Afterwards all that is there is whole: parts of
        inserts that failed are gone. Raises `Unavailable` where that does not work; try again.
        """
        with self.connection("reading") as connection:
            failures = _failed_writes(connection)
        if failures == self._mended_failures:
            return
        with self._alone():
            for _ in range(ATTEMPTS):
                failures = _failed_writes(self._own_connection("reading"))
                if failures == self._mended_failures:
                    return
                _log.error("event_store_write_failed", writes=failures - self._mended_failures)
                self.opening += 1
                self._open_anew("resting")
                self._drop_damaged_parts()
                Database._mended_failures = failures
        raise Unavailable("The event store's disk refuses what is written to it.", retry_after=5)

    def _open_anew(self, config: Config) -> None:
        self._close_connections()
        self._config = config
        self._own_connection("writing")

    def _drop_damaged_parts(self) -> None:
        connection = self._own_connection("reading")
        for table, part, reason in connection.rows(sql("damaged_parts"), _part):
            _log.warning("event_store_part_dropped", table=table, part=part, reason=reason)
            connection.run(
                f"ALTER TABLE {table} DROP DETACHED PART '{part}' SETTINGS allow_drop_detached = 1"
            )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._exclusive)
            self._exclusive = True
            self._turn.wait_for(lambda: not self._users)
        try:
            yield
        finally:
            with self._turn:
                self._exclusive = False
                self._turn.notify_all()

    def _look_now_and_then(self) -> None:
        while not self._ended.wait(LOOK_EVERY):
            with contextlib.suppress(Unavailable):
                opening = self.opening
                self.mend()
                if self._config == "resting" and self.opening == opening:
                    with self._alone():
                        self._open_anew("merging")

    def close(self) -> None:
        """Give back files and the thread. Waits for what other threads are doing."""
        atexit.unregister(self.close)
        if self._ended.is_set():
            return
        with contextlib.suppress(Unavailable):
            self.mend()
        self._ended.set()
        self._watch.join()
        with self._alone():
            self._close_connections()

    def _close_connections(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()


def _failed_writes(connection: Connection) -> int:
    """How many writes have failed since the process began."""
    return sum(count for (count,) in connection.rows(sql("failed_writes"), _count))
