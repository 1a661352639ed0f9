"""kill -9 of processes that append: everything whose append had returned is there, once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.records import Position
from tests.crash.journal_writer import THREADS

ROOT: Final = Path(__file__).parents[2]


def run_and_kill(path: Path, name: str, chance: random.Random) -> dict[str, int]:
    """Two processes append until both were killed; returns what was acknowledged, and where."""
    acknowledged: dict[str, int] = {}
    reading, writing = os.pipe()
    victims = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.crash.journal_writer", str(path), name + letter],
            cwd=ROOT,
            stdout=writing,
        )
        for letter in "ab"
    ]
    os.close(writing)
    chance.shuffle(victims)
    with open(reading, "rb") as acknowledgements:
        try:
            for victim in victims:
                for _ in range(chance.randrange(1, 300)):
                    note(acknowledgements.readline(), acknowledged)
                victim.kill()
        finally:
            for victim in victims:
                victim.kill()
                victim.wait()
        for line in acknowledgements:
            note(line, acknowledged)
    return acknowledged


def note(line: bytes, acknowledged: dict[str, int]) -> None:
    position, name = line.split()
    acknowledged[name.decode()] = int(position)


def test_no_acknowledged_append_is_lost(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whatever is killed when: acknowledged appends are found at their positions, each once.

    Of those not acknowledged at most the one under way in each thread is kept, positions have no
    gap, and the journal goes on.
    """
    path = tmp_path / "journal.db"
    rounds, seed = (request.config.getoption(each) for each in ("--rounds", "--rounds-seed"))
    acknowledged: dict[str, int] = {}
    for turn in range(rounds // 5):
        acknowledged |= run_and_kill(path, str(turn), random.Random(seed + turn))
        journal = SqliteJournal(path)
        assert journal.check() == []
        journal.close()
    journal = SqliteJournal(path)
    found = {
        request.body.partition(b"\n")[0].decode(): position
        for record in journal.read(Position(0), 10_000_000)
        for position, request in record.placed()
    }
    assert len(found) == journal.head()
    assert found | acknowledged == found
    under_way = Counter(name.split(":")[0] for name in found.keys() - acknowledged.keys())
    assert all(count <= THREADS for count in under_way.values())
    journal.close()
