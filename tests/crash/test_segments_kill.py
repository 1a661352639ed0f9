"""kill -9 of the engine while segments follow and are computed: a rebuild comes to the same."""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path
from typing import Any, Final

import pytest

from footfall.backends.sqlite.directory import SqliteDirectory
from tests.crash.test_server_kill import Writers, kill
from tests.running import Footfall, command

PATIENCE: Final = 60.0
SOON: Final = {"type": "last", "amount": 1, "unit": "minutes"}
CONDITIONS: Final[list[Any]] = [
    {"type": "did", "event": "round", "count": {"operator": "at_least", "value": 3}},
    {
        "type": "all",
        "of": [
            {"type": "did", "event": "round", "when": SOON},
            {"type": "attribute", "name": "LAST", "test": {"operator": "at_least", "value": 20}},
        ],
    },
    {"type": "none", "of": [{"type": "segment", "id": 1}]},
]


def dump(data: Path) -> list[Any]:
    """Everything that the directory has."""
    directory = SqliteDirectory(data / "directory.db")
    try:
        assert directory.check() == []
        return list(directory.dump())
    finally:
        directory.close()


def create(footfall: Footfall, number: int) -> None:
    """A segment, as soon as the engine is there to make it."""
    definition = {"version": 1, "condition": CONDITIONS[number]}
    footfall.wait_until_ready()
    with footfall.client() as client:
        new = {"name": f"segment {number}", "definition": definition}
        client.post("/footfall/v1/segments", json=new).raise_for_status()


def wait_until_live(footfall: Footfall) -> None:
    end = time.monotonic() + PATIENCE
    with footfall.client() as client:
        while True:
            segments = client.get("/footfall/v1/segments").raise_for_status().json()["segments"]
            if all(one["state"] == "live" for one in segments):
                return
            assert time.monotonic() < end, segments


@pytest.mark.slow
def test_a_rebuild_comes_to_what_was_there_after_kills(tmp_path: Path) -> None:
    """Members, timers and history are the same, followed under kills or computed by a rebuild."""
    chance = random.Random(1)
    data = tmp_path / "data"
    with Footfall(data) as footfall:
        writers = Writers(footfall, "round")
        writers.start()
        try:
            for number in range(len(CONDITIONS)):
                writers.wait_for(len(writers.acknowledged) + chance.randint(1, 60))
                create(footfall, number)
                kill(footfall, "engine")
            writers.wait_for(len(writers.acknowledged) + 60)
        finally:
            writers.stop()
        footfall.wait_until_ready()
        wait_until_live(footfall)
        footfall.stop()
        followed = dump(data)
        assert [row for table, row in followed if table == "segment_history"]
        subprocess.run(command("rebuild", "--data", str(data)), check=True, capture_output=True)
        assert dump(data) == followed
