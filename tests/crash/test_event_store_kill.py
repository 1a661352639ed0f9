"""kill -9 of a process that appends to the event store: what was acknowledged is there, once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from footfall.backends.chdb.events import ChdbEventStore
from footfall.ports import EventQuery
from tests.crash.event_store_writer import row

ROOT: Final = Path(__file__).parents[2]


def run_and_kill(path: Path, first: int, seed: int) -> tuple[int, int]:
    """Append from that position until killed; the last positions that were kept and begun."""
    random = Random(seed)
    kept = begun = first - 1
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.event_store_writer", str(path), str(first), str(seed)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        # An odd number of lines ends within an append; how far within, chance decides.
        for _ in range(random.randrange(1, 16)):
            word, last = writer.stdout.readline().split()
            kept, begun = (int(last), begun) if word == "kept" else (kept, int(last))
        spin(random.randrange(800_000))
        writer.kill()
        for line in writer.stdout:
            word, last = line.split()
            kept, begun = (int(last), begun) if word == "kept" else (kept, int(last))
    return kept, begun


def spin(turns: int) -> None:
    """Let up to some 20 milliseconds pass, without giving up the processor."""
    for _ in range(turns):
        pass


def test_no_acknowledged_append_is_lost(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """After every kill: all acknowledged rows, and of the run under way a table has all or nothing.

    A repeat of that run, cut in another way and begun too early, completes it; nothing is doubled.
    """
    path = tmp_path / "events"
    rounds, seed = (request.config.getoption(each) for each in ("--rounds", "--rounds-seed"))
    first = 1
    cut_short = 0
    for turn in range(rounds // 5):
        kept, begun = run_and_kill(path, first, seed + turn)
        cut_short += kept < begun
        store = ChdbEventStore(path)
        assert store.last_position() in (kept, begun)
        listed = {each.position for each in store.find(EventQuery(limit=1_000_000)).events}
        assert listed in (set(range(1, kept + 1)), set(range(1, begun + 1)))
        middle = (kept + begun) // 2
        store.append([row(position) for position in range(max(1, kept - 5), middle + 1)])
        store.append([row(position) for position in range(kept + 1, begun + 1)])
        assert store.last_position() == begun
        assert store.check() == []
        store.close()
        first = begun + 1
    store = ChdbEventStore(path)
    assert list(store.dump()) == [row(position) for position in range(1, first)]
    store.close()
    assert cut_short, "no kill came during an append"
