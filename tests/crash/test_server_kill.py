"""kill -9 of any process, or of several, under load: what was acknowledged is found, once each."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import random
import signal
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, Literal

import pytest

from tests.running import Footfall

WRITERS: Final = 4
Victim = Literal["front", "writer", "engine", "both", "supervisor", "all"]
VICTIMS: Final[tuple[Victim, ...]] = ("front", "writer", "engine", "both") * 2 + (
    "supervisor",
    "all",
)
"""Those whose end takes a new start, which takes longer, fall half as often."""


class Writers:
    """Threads that send numbered events as fast as they are answered."""

    def __init__(self, footfall: Footfall, name: str) -> None:
        self._footfall = footfall
        self._name = name
        self._numbers = itertools.count()
        self._stop = threading.Event()
        self._progress = threading.Condition()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]
        self.sent: set[int] = set()
        self.acknowledged: set[int] = set()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wait_for(self, acknowledged: int, seconds: float = 30) -> None:
        """Return once that many were acknowledged in all."""
        with self._progress:
            reached = self._progress.wait_for(
                lambda: len(self.acknowledged) >= acknowledged, seconds
            )
        assert reached, (
            f"{len(self.acknowledged)} of {acknowledged}\n{self._footfall.log()[-3000:]}"
        )

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._footfall.port, timeout=20)
            with closing(connection), suppress(OSError, http.client.HTTPException):
                self._write_on(connection)
            self._stop.wait(0.01)

    def _write_on(self, connection: http.client.HTTPConnection) -> None:
        while not self._stop.is_set():
            number = next(self._numbers)
            self.sent.add(number)
            if self._send(connection, number) == 204:
                with self._progress:
                    self.acknowledged.add(number)
                    self._progress.notify_all()

    def _send(self, connection: http.client.HTTPConnection, number: int) -> int:
        body = {
            "event_name": self._name,
            "identifiers": {"email_id": f"c{number % 50}@example.com"},
            "contact_properties": {"LAST": number},
            "event_properties": {"number": number},
        }
        headers = {"api-key": self._footfall.key, "content-type": "application/json"}
        connection.request("POST", "/v3/events", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def found(footfall: Footfall, name: str) -> list[int]:
    """The numbers of all listed events of that name."""
    numbers: list[int] = []
    with footfall.client() as client:
        while True:
            page = client.get(
                "/v3/events",
                params={"event_name": name, "limit": 10_000, "offset": len(numbers)},
            ).raise_for_status()
            assert "x-footfall-lag" not in page.headers
            events = page.json()["events"]
            numbers += [event["event_properties"]["number"] for event in events]
            if len(events) < 10_000:
                return numbers


def kill(footfall: Footfall, victim: Victim) -> None:
    """SIGKILL to the processes of these roles."""
    if victim == "all":
        footfall.kill()
        return
    if victim == "supervisor":
        footfall.kill_supervisor()
        return
    if victim == "writer":
        for pid in footfall.writers():
            os.kill(pid, signal.SIGKILL)
        return
    for role in ("front", "engine") if victim == "both" else (victim,):
        for pid in footfall.pids(role):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_doubled(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """After each of many kills at random moments: acknowledged = found, once each."""
    rounds = request.config.getoption("--rounds")
    chance = random.Random(request.config.getoption("--rounds-seed"))
    with Footfall(tmp_path / "data") as footfall:
        for number in range(rounds):
            victim: Victim = chance.choice(VICTIMS)
            name = f"round{number}"
            writers = Writers(footfall, name)
            writers.start()
            writers.wait_for(chance.randint(1, 150))
            kill(footfall, victim)
            if victim in ("supervisor", "all"):
                footfall.start()
            writers.wait_for(len(writers.acknowledged) + 10)
            writers.stop()
            footfall.wait_until_ready()
            numbers = found(footfall, name)
            assert len(numbers) == len(set(numbers)), f"doubled after kill of {victim}"
            assert writers.acknowledged <= set(numbers), f"lost after kill of {victim}"
            assert set(numbers) <= writers.sent
