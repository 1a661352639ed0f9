"""What a running Footfall says of itself, and what a client sees of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Final

import httpx

from footfall.bench.servers import Running
from footfall.errors import Unavailable

CATCH_UP_SECONDS: Final = 600
TELLING_SECONDS: Final = 60
LOOK_SECONDS: Final = 0.02


def client_of(server: Running) -> httpx.Client:
    """A client with the server's key."""
    return httpx.Client(
        base_url=f"http://127.0.0.1:{server.port}", headers={"api-key": server.key}, timeout=60
    )


def applied(server: Running) -> int:
    """The last position that the engine applied."""
    return int(_gauge(server, "footfall_applied_position"))


def catch_up(server: Running) -> float:
    """Wait until the engine has applied all that was accepted; returns how many seconds it took.

    Raises `Unavailable` when it does not get there.
    """
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < CATCH_UP_SECONDS:
        if _gauge(server, "footfall_pending_entries") == 0:
            return elapsed
        time.sleep(LOOK_SECONDS)
    raise Unavailable(f"The engine has not caught up after {CATCH_UP_SECONDS} s")


def total(server: Running) -> int:
    """How many events are found."""
    with client_of(server) as client:
        count: int = client.get("/v3/events", params={"limit": 1}).json()["count"]
    return count


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _gauge(server: Running, name: str) -> float:
    """What the engine tells; it may take its time where it has much to do."""
    start = time.monotonic()
    with client_of(server) as client:
        while time.monotonic() - start < TELLING_SECONDS:
            for line in client.get("/metrics").text.splitlines():
                if line.startswith(f"{name} "):
                    return float(line.split()[1])
            time.sleep(LOOK_SECONDS)
    raise Unavailable(f"The engine does not tell {name}")
