"""A whole Footfall as processes of its own, for tests that talk to it from outside."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from footfall.bootstrap import DataDirectory, open_keys
from footfall.clock import SystemClock
from footfall.ports import Scope

START_SECONDS = 120.0
STOP_SECONDS = 60.0

_EVERYTHING: Final[tuple[Scope, ...]] = ("admin",)
_CHANCE = random.SystemRandom()
"""Not the seeded one: test runs side by side would choose the same."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now, nor will by chance.

    It is below those that the kernel gives to whoever asks for any, so that none of the many
    connections that tests open takes it before a server does, or while one starts again.
    """
    while True:
        port = _CHANCE.randrange(10_000, 32_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def command(*arguments: str) -> list[str]:
    """The command line of `footfall` with these arguments."""
    return [sys.executable, "-m", "footfall", *arguments]


def plain_client(
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    cookies: dict[str, str] | None = None,
    timeout: float = 30,
) -> httpx.Client:
    """A client of a server that speaks no TLS.

    Reading the certificates that it could have to check would take it 44 ms of processor time.
    """
    return httpx.Client(
        base_url=url, headers=headers, cookies=cookies, timeout=timeout, verify=False
    )


def is_ready(port: int) -> bool:
    """Whether `/readyz` of 127.0.0.1 says so; takes a fifth of the time that httpx would."""
    with (
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection,
        suppress(OSError, http.client.HTTPException),
    ):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command_line(pid: int) -> bytes:
    """Empty of a process that has ended meanwhile."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Footfall:
    """`footfall serve` on a data directory, with a key that may do everything."""

    def __init__(
        self,
        data: Path,
        settings: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        """`arguments` are further ones of `footfall serve`."""
        self.data = data
        self._arguments = arguments
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self.key = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until events are accepted and reads are answered."""
        self.data.mkdir(parents=True, exist_ok=True)
        if not self.key:
            self.key = self._create_key()
        log = (self.data / "test.log").open("ab")
        arguments = [
            "serve",
            "--data",
            str(self.data),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            *self._arguments,
        ]
        self._process = subprocess.Popen(
            command(*arguments),
            stdout=log,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        log.close()
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()  # or it would go on without the test
            raise

    def _create_key(self) -> str:
        data = DataDirectory(self.data)
        data.prepare()
        with closing(open_keys(data)) as keys:
            _, secret = keys.create("test", _EVERYTHING, SystemClock().now())
        return secret

    def wait_until_ready(self) -> None:
        """Return as soon as `/readyz` says so; fail with the log when it does not in time.

        It must be a front of this server: one whose supervisor was killed may answer for a moment.
        """
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.pids("front") and is_ready(self.port):
                return
            time.sleep(0.05)
        raise AssertionError(f"not ready in {START_SECONDS} s:\n{self.log()}")

    def log(self) -> str:
        """What the server printed."""
        return (self.data / "test.log").read_text(errors="replace")

    def pids(self, role: str) -> list[int]:
        """The processes of that role now: the supervisor's children, by their command line."""
        if self._process is None:
            return []
        return [
            pid
            for pid in _children(self._process.pid)
            if role.encode() in _command_line(pid).split(b"\0")
        ]

    def writers(self) -> list[int]:
        """The processes that write the journal, each a front's child."""
        return [pid for front in self.pids("front") for pid in _children(front)]

    def processor_seconds(self) -> float:
        """What front and engine have used of the processors since they started."""
        pids = [pid for role in ("front", "engine") for pid in self.pids(role)]
        # After the name, which ends with the last parenthesis: the 12th and 13th, proc(5).
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
        ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats)
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """SIGKILL to every process of the server at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def kill_supervisor(self) -> None:
        """SIGKILL to the supervisor alone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it as an operator would; returns the exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop in {STOP_SECONDS} s:\n{self.log()}") from None
        self._process = None
        return code

    def client(self, key: str | None = None) -> httpx.Client:
        """A client with the key in its headers."""
        return plain_client(self.url, {"api-key": self.key if key is None else key})

    def send(self, event: Mapping[str, Any], **headers: str) -> httpx.Response:
        """POST /v3/events."""
        with self.client() as client:
            return client.post(
                "/v3/events",
                content=json.dumps(event),
                headers={"content-type": "application/json"} | headers,
            )
