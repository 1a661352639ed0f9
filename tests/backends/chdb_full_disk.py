"""An event store on a disk that fills up, in a process of its own: see test_chdb_events.py.

    python -m tests.backends.chdb_full_disk mount|limit FOLDER

`mount`: FOLDER is a small file system, filled up by a file and freed by removing it, so that an
insert is refused or a merge under way breaks off. `limit`: no file may grow past some size, which
inserts keep to and merges do not.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path
from random import Random
from typing import Final

from footfall.backends.chdb.events import ChdbEventStore
from footfall.contacts import ContactId
from footfall.errors import Unavailable
from footfall.ports import EventQuery, EventRow
from footfall.records import Position
from tests.backends.full_disk import Disk, MountedDisk

LIMIT: Final = 200_000
RUN: Final = 50
"""Rows of an append: some 100 KB in each table, which does not compress."""
SECONDS: Final = 60.0


class LimitedFiles:
    """A limit on the size of this process's files."""

    def fill(self) -> None:
        """See `Disk.fill`."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, resource.RLIM_INFINITY))

    def free(self) -> None:
        """See `Disk.free`."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def live_through(folder: Path, disk: Disk) -> int:
    """Fail unless the store keeps exactly what it acknowledged; returns how often it was mended."""
    random = Random(1)
    kept: list[EventRow] = []
    store = ChdbEventStore(folder / "events")
    for _ in range(3):
        for _ in range(6):
            rows = run(random, kept)
            store.append(rows)
            kept += rows
        disk.fill()
        refused: list[EventRow] = []
        for _ in range(8):
            rows = refused or run(random, kept)
            refused = [] if accepted(store, rows) else rows
            if not refused:
                kept += rows
            assert is_readable(store)
        disk.free()
        rows = refused or run(random, kept)
        append_soon(store, rows)
        kept += rows
        same(store, kept)
    mended = store.mended
    store.close()
    store = ChdbEventStore(folder / "events")
    same(store, kept)
    store.close()
    return mended


def run(random: Random, kept: list[EventRow]) -> list[EventRow]:
    first = len(kept) + 1
    return [row(first + number, random) for number in range(RUN)]


def row(position: int, random: Random) -> EventRow:
    text = random.randbytes(1_000).hex()
    contact = ContactId(position % 10 + 1)
    return EventRow(Position(position), position, position, "n", contact, "", "{}", "{}", text)


def accepted(store: ChdbEventStore, rows: list[EventRow]) -> bool:
    """False: nothing is promised of the rows until a repeat is accepted."""
    try:
        store.append(rows)
    except Unavailable:
        return False
    return True


def is_readable(store: ChdbEventStore) -> bool:
    return store.find(EventQuery(limit=1)).count >= 0


def append_soon(store: ChdbEventStore, rows: list[EventRow]) -> None:
    """With room again it has to work; a merge that broke off before may still come to light."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return store.append(rows)
        except Unavailable:
            assert time.monotonic() < deadline, "there was room, and it was refused"


def same(store: ChdbEventStore, kept: list[EventRow]) -> None:
    assert list(store.dump()) == kept
    assert store.check() == []


def main() -> None:
    variant, folder = sys.argv[1], Path(sys.argv[2])
    disk = MountedDisk(folder) if variant == "mount" else LimitedFiles()
    os.write(1, b"%d\n" % live_through(folder, disk))


if __name__ == "__main__":
    main()
