"""Single events: how many are answered after their commit, beside nginx that answers at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from footfall.bench.disk import Disk, measure_disk
from footfall.bench.load import Load, send_events
from footfall.bench.machine import Machine, this_machine
from footfall.bench.servers import Running, footfall, nginx

CONNECTIONS: Final = (1, 16, 64, 256)
CATCH_UP_SECONDS: Final = 300


class Comparison(msgspec.Struct, frozen=True):
    """Both servers under the same load, one right after the other."""

    connections: int
    footfall: Load
    nginx: Load
    ratio: float
    """Footfall's rate by nginx's."""


class Result(msgspec.Struct, frozen=True):
    """What a run of the benchmark found."""

    machine: Machine
    seconds: int
    """Of each load."""
    disk: Disk
    intake: list[Comparison]
    accepted: int
    applied: int
    """Events that the engine had applied in the end: the same number, or something was lost."""
    applied_per_second: float
    """While the loads ran, nginx's too, and until the engine had caught up with each of them."""


def measure(folder: Path, seconds: int, progress: Callable[[str], None]) -> Result:
    """Run each load for that long. Uses the folder for data. Raises `Unavailable`."""
    comparisons: list[Comparison] = []
    progress("the disk alone")
    disk = measure_disk(folder, seconds)
    with nginx(folder) as reference, footfall(folder) as server:
        before = _total(server)
        start = time.monotonic()
        for connections in CONNECTIONS:
            progress(f"{connections} connections")
            ceiling = send_events(reference.port, connections, seconds, reference.key)
            load = send_events(server.port, connections, seconds, server.key)
            _caught_up(server)  # or the engine's work would slow nginx down in the next turn
            ratio = round(load.per_second / ceiling.per_second, 3)
            comparisons.append(Comparison(connections, load, ceiling, ratio))
        applied = _total(server) - before
        elapsed = time.monotonic() - start
        accepted = _accepted(server)
    return Result(
        machine=this_machine(),
        seconds=seconds,
        disk=disk,
        intake=comparisons,
        accepted=accepted,
        applied=applied,
        applied_per_second=round(applied / elapsed, 1),
    )


def _client(server: Running) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", headers={"api-key": server.key}, timeout=60
    )


def _total(server: Running) -> int:
    with _client(server) as client:
        listed: dict[str, Any] = client.get("/v3/events", params={"limit": 1}).json()
    return int(listed["count"])


def _caught_up(server: Running) -> None:
    """Return once the engine has applied all that was accepted."""
    deadline = time.monotonic() + CATCH_UP_SECONDS
    with _client(server) as client:
        while time.monotonic() < deadline:
            answer = client.get("/v3/events", params={"limit": 1})
            if answer.status_code == 200 and "x-footfall-lag" not in answer.headers:
                return


def _accepted(server: Running) -> int:
    with _client(server) as client:
        text = client.get("/metrics").text
    for line in text.splitlines():
        if line.startswith("footfall_accepted_requests_total"):
            return int(float(line.split()[1]))
    return 0
