"""A front as a process of its own, for tests that talk to it over sockets.

python -m tests.servers short|plain DIRECTORY DESCRIPTOR
"""

from __future__ import annotations

import functools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, get_args

from footfall import logs, settings
from footfall.backends.sqlite.journal import SqliteJournal
from footfall.backends.sqlite.keys import SqliteKeys
from footfall.bootstrap import DataDirectory, open_directory, open_journal, open_keys
from footfall.clock import SystemClock
from footfall.front.server import Way, serve_front
from footfall.ports import Scope
from footfall.records import Position, Request

STOP_SECONDS: Final = 30.0
WAYS: Final = get_args(Way)


class Front:
    """A running front, its data directory, and a key that may write events."""

    def __init__(
        self, data: Path, way: Way = "short", variables: Mapping[str, str] | None = None
    ) -> None:
        self.way = way
        self.data = DataDirectory(data)
        self.data.prepare()
        self.keys = SqliteKeys(self.data.keys)
        self.key_id, self.key = self.create_key("events:write")
        self._variables = dict(variables or {})
        self._log = data / "front.log"
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self.close_listener()
        self.keys.close()

    def close_listener(self) -> None:
        """Let nobody connect any more, unless a front still listens."""
        self._listener.close()

    def start(self) -> None:
        """Start it. Who connects meanwhile waits until it is there."""
        fd = self._listener.fileno()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.servers", self.way, str(self.data.path), str(fd)],
                stdout=log,
                stderr=log,
                env=os.environ | {"FOOTFALL_LOG_FORMAT": "json"} | self._variables,
                pass_fds=(fd,),
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def tell_to_end(self) -> None:
        """SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Wait for its end; the exit code."""
        assert self._process is not None
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end in {STOP_SECONDS} s:\n{self.log()}") from None

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What it logged."""
        return self._log.read_text()

    def create_key(self, *scopes: Scope) -> tuple[str, str]:
        """A new key: id and secret."""
        key, secret = self.keys.create("test", scopes, SystemClock().now())
        return key.id, secret

    def journaled(self) -> list[tuple[int, Request]]:
        """Position and request of everything in its journal."""
        journal = SqliteJournal(self.data.journal)
        try:
            records = journal.read(Position(0), 10**9)
        finally:
            journal.close()
        return [placed for record in records for placed in record.placed()]


def main() -> None:
    """Run a front that takes over a listening socket."""
    way: Literal["short", "plain"] = "plain" if sys.argv[1] == "plain" else "short"
    data = DataDirectory(Path(sys.argv[2]))
    loaded = settings.load(data.path, os.environ)
    logs.configure(loaded.log, "front")
    keys, directory = open_keys(data), open_directory(data.directory)
    serve_front(
        open_journal=functools.partial(open_journal, data, loaded),
        keys=keys,
        clock=SystemClock(),
        settings=loaded,
        engine_socket=data.engine_socket,
        doorbell=data.doorbell,
        refusals=data.refusals,
        applied=directory.position,
        host="127.0.0.1",
        port=0,
        fd=int(sys.argv[3]),
        way=way,
    )
    directory.close()
    keys.close()


if __name__ == "__main__":
    main()
