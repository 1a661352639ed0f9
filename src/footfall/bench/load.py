"""Load by wrk: many connections that each send the next request when the last is answered."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import threading
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, Literal, Self

import msgspec

from footfall.bench.servers import Running
from footfall.errors import Unavailable

Kind = Literal["single", "batch", "mix"]

BATCH: Final = 200
"""Events of one request of the kind `batch`."""
HALF_LOAD: Final = 64
"""Connections of half a load; each pauses between its requests."""

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_LATENCY = re.compile(r"^\s+(50|99)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)
_REFUSED = re.compile(r"Non-2xx or 3xx responses: (\d+)")
_BROKEN = re.compile(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)")
_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


class Load(msgspec.Struct, frozen=True):
    """What a load came to."""

    connections: int
    per_second: float
    """Requests answered."""
    p50_ms: float
    p99_ms: float
    failed: int
    """Requests that were answered otherwise than with 2xx, or not at all."""
    sender_seconds: float = 0.0
    """Processor time of whoever sent them."""


def send(
    server: Running, connections: int, seconds: int, kind: Kind = "single", pause_ms: int = 0
) -> Load:
    """Send requests of the kind, see `load.lua`, over that many connections for that long.

    Another child of this process that ends meanwhile counts as a sender, too. Raises `Unavailable`
    when wrk is missing or fails.
    """
    before = _children_seconds()
    with as_file(files("footfall.bench") / "load.lua") as script:
        ran = subprocess.run(
            _command(server.port, connections, seconds, script),
            env=os.environ | {"API_KEY": server.key, "KIND": kind, "PAUSE": str(pause_ms)},
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        raise Unavailable(f"wrk failed: {ran.stderr or ran.stdout}")
    return _read(ran.stdout, connections, _children_seconds() - before)


class Pace:
    """About half of a full load, while the block runs and the load lasts."""

    def __init__(self, server: Running, full: Load, seconds: int) -> None:
        each = 1_000 * HALF_LOAD / (full.per_second / 2)
        pause = max(1, round(each - full.p50_ms / 2))
        self._loads: list[Load] = []
        self._thread = threading.Thread(
            target=lambda: self._loads.append(send(server, HALF_LOAD, seconds, pause_ms=pause))
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether the load lasts."""
        return self._thread.is_alive()

    @property
    def load(self) -> Load:
        """What it came to; only after the block."""
        [load] = self._loads
        return load


def _command(port: int, connections: int, seconds: int, script: Path) -> list[str]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise Unavailable("wrk is not installed: apt-get install wrk")
    return [
        wrk,
        "--threads=1",
        f"--connections={connections}",
        f"--duration={seconds}s",
        "--latency",
        "--timeout=10s",
        f"--script={script}",
        f"http://127.0.0.1:{port}",
    ]


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read(text: str, connections: int, sender_seconds: float) -> Load:
    latency = {
        share: float(value) * _MILLISECONDS[unit] for share, value, unit in _LATENCY.findall(text)
    }
    rate = _RATE.search(text)
    if rate is None or len(latency) < 2:
        raise Unavailable(f"wrk printed no rate or latency:\n{text}")
    refused = _REFUSED.search(text)
    broken = _BROKEN.search(text)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    return Load(
        connections=connections,
        per_second=float(rate[1]),
        p50_ms=round(latency["50"], 3),
        p99_ms=round(latency["99"], 3),
        failed=failed,
        sender_seconds=round(sender_seconds, 2),
    )
