"""Several fronts on one port: `footfall serve --fronts N`."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.running import Footfall, plain_client

EVENTS = 60


@pytest.fixture(scope="module")
def footfall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footfall]:
    data = tmp_path_factory.mktemp("fronts") / "data"
    with Footfall(data, arguments=("--fronts", "3")) as running:
        yield running


def send(footfall: Footfall, name: str) -> list[int]:
    """Many events, each over a connection of its own."""

    def one(number: int) -> int:
        with footfall.client() as client:
            body = {"event_name": name, "identifiers": {"ext_id": str(number)}}
            return client.post("/v3/events", json=body).status_code

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, range(EVENTS)))


def counted(footfall: Footfall, name: str) -> float:
    text = httpx.get(f"{footfall.url}/metrics").text
    [line] = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[1])


def test_all_that_any_front_accepted_is_found_and_counted(footfall: Footfall) -> None:
    """One journal, one engine, and the sums at whichever front is asked."""
    before = counted(footfall, "footfall_accepted_requests_total")
    assert send(footfall, "spread") == [204] * EVENTS
    with footfall.client() as client:
        assert client.get("/v3/events", params={"event_name": "spread"}).json()["count"] == EVENTS
    for _ in range(6):
        assert counted(footfall, "footfall_accepted_requests_total") == before + EVENTS


def test_each_front_has_its_share_of_the_connections(footfall: Footfall) -> None:
    """The kernel spreads them; none is without work."""
    assert len(footfall.pids("front")) == 3
    with ExitStack() as held:
        for _ in range(EVENTS):
            client = held.enter_context(plain_client(footfall.url))
            assert client.get("/healthz").status_code == 200
        shares = [sockets(pid) for pid in footfall.pids("front")]
    assert min(shares) > EVENTS / 3 / 4


def sockets(pid: int) -> int:
    """How many a process has open, by far most of them to clients."""
    files = Path(f"/proc/{pid}/fd")
    return sum(os.readlink(each).startswith("socket:") for each in files.iterdir())


def test_a_front_that_is_killed_takes_none_of_the_others_with_it(footfall: Footfall) -> None:
    """It is started again, what it had counted stays counted, and nothing acknowledged is lost."""
    assert send(footfall, "before") == [204] * EVENTS
    before = counted(footfall, "footfall_accepted_requests_total")
    first = footfall.pids("front")[0]
    os.kill(first, signal.SIGKILL)
    with footfall.client() as client:
        accepted = 0
        while len(footfall.pids("front")) < 3 or first in footfall.pids("front") or not accepted:
            try:
                body = {"event_name": "after", "identifiers": {"ext_id": "a"}}
                accepted += client.post("/v3/events", json=body).status_code == 204
            except httpx.TransportError:
                continue
        found = client.get("/v3/events", params={"event_name": ["before", "after"]}).json()
    assert found["count"] >= EVENTS + accepted
    assert counted(footfall, "footfall_accepted_requests_total") >= before
