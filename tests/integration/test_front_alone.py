"""The front without its engine: it accepts up to a bound, and goes on when the engine is back."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.running import command, free_port, plain_client

SECONDS: Final = 60.0
BOUND: Final = 20


@contextmanager
def role(name: str, data: Path, *arguments: str) -> Iterator[None]:
    """One role as a process of its own, ended at the end."""
    environment = os.environ | {"FOOTFALL_JOURNAL_MAX_PENDING": str(BOUND)}
    with (data.parent / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command(name, "--data", str(data), *arguments),
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def await_status(client: httpx.Client, path: str, status: int) -> None:
    """Ask until that status comes."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            if client.get(path).status_code == status:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.02)
    raise AssertionError(f"{path} never answered {status}")


def send(client: httpx.Client, number: int) -> httpx.Response:
    body = {
        "event_name": "alone",
        "identifiers": {"ext_id": "a"},
        "event_properties": {"number": number},
    }
    return client.post("/v3/events", json=body)


def test_the_front_accepts_alone_up_to_its_bound(tmp_path: Path) -> None:
    """Without an engine 204 up to journal.max_pending, then 503; with it, all is there."""
    data, port = tmp_path / "data", free_port()
    create = command("keys", "create", "--data", str(data), "--name", "t", "--scope", "admin")
    key = subprocess.run(create, check=True, capture_output=True, text=True).stdout.strip()
    with (
        role("front", data, "--port", str(port)),
        plain_client(f"http://127.0.0.1:{port}", {"api-key": key}) as client,
    ):
        await_status(client, "/healthz", 200)
        read = client.get("/v3/events")
        assert (read.status_code, read.headers["retry-after"].isdigit()) == (503, True)
        acknowledged = []
        for number in range(10 * BOUND):
            answer = send(client, number)
            if answer.status_code == 503:
                break
            assert answer.status_code == 204
            acknowledged.append(number)
        assert BOUND <= len(acknowledged) <= BOUND + 1
        assert int(answer.headers["retry-after"]) >= 1
        with role("engine", data):
            await_status(client, "/readyz", 200)
            listed = client.get("/v3/events", params={"event_name": "alone"}).json()["events"]
            numbers = [event["event_properties"]["number"] for event in listed]
            assert sorted(numbers) == acknowledged
            deadline = time.monotonic() + SECONDS
            while (answer := send(client, 999)).status_code == 503:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            assert answer.status_code == 204
