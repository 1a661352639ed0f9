"""A journal on a disk that fills up, in a process of its own: see test_sqlite_journal.py.

    python -m tests.backends.full_disk mount|limit FOLDER

`mount`: FOLDER is a file system of a few megabytes, filled up by a file and freed by removing it.
`limit`: no file of this process may grow past some size, until the limit is lifted.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final, Protocol

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.errors import OutOfSpace
from footfall.records import Position, Record, Request

SIZE: Final = 1_500_000


class Disk(Protocol):
    """Something that can be full."""

    def fill(self) -> None:
        """From now on files can't grow."""
        ...

    def free(self) -> None:
        """From now on they can."""
        ...


class MountedDisk:
    """A small file system."""

    def __init__(self, folder: Path) -> None:
        self._filler = folder / "filler"

    def fill(self) -> None:
        """See `Disk.fill`."""
        with self._filler.open("ab", buffering=0) as filler:
            for size in (2**16, 2**12, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """See `Disk.free`."""
        self._filler.unlink()


class LimitedFiles:
    """A limit on the size of this process's files."""

    def fill(self) -> None:
        """See `Disk.fill`."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, resource.RLIM_INFINITY))

    def free(self) -> None:
        """See `Disk.free`."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def live_through(folder: Path, disk: Disk) -> None:
    """Fail unless the journal keeps exactly what it acknowledged and recovers by itself."""
    journal, other = (SqliteJournal(folder / "journal.db", seal_entries=16) for _ in range(2))
    acknowledged: list[Record] = []
    for number in range(40):
        acknowledged.append(journal.append([request(number)]))
    for turn in range(3):
        disk.fill()
        assert append(journal, 300, acknowledged) > 0, "the disk was never full"
        assert append(other, 20, acknowledged) > 0, "it was full for one instance only"
        same(journal, acknowledged)
        same(other, acknowledged)
        try:
            other.seal(other.head(), 1_000)
        except OutOfSpace:
            same(other, acknowledged)
        disk.free()
        after_power_loss(folder, acknowledged)
        assert append(journal, 20, acknowledged) == 0, "there was room, and it was refused"
        assert append(other, 20, acknowledged) == 0, "there was room, and it was refused"
        journal.seal(journal.head(), 16 * (turn + 1))
        same(journal, acknowledged)
    journal.close()
    other.close()
    reopened = SqliteJournal(folder / "journal.db")
    same(reopened, acknowledged)
    reopened.close()


def after_power_loss(folder: Path, acknowledged: list[Record]) -> None:
    """What the files as they are now hold, without what any process has in memory."""
    with tempfile.TemporaryDirectory() as other:
        for name in ("journal.db", "journal.db-wal"):
            shutil.copy(folder / name, other)
        recovered = SqliteJournal(Path(other) / "journal.db")
        same(recovered, acknowledged)
        recovered.close()


def request(number: int) -> Request:
    return Request("event", number, "key", os.urandom(20_000))


def append(journal: SqliteJournal, times: int, acknowledged: list[Record]) -> int:
    """Append that often, keeping what was acknowledged; returns how often it was refused."""
    refused = 0
    for number in range(times):
        try:
            acknowledged.append(journal.append([request(number)]))
        except OutOfSpace:
            refused += 1
    return refused


def same(journal: SqliteJournal, acknowledged: list[Record]) -> None:
    assert journal.head() == len(acknowledged)
    assert journal.read(Position(0), 1_000_000) == acknowledged
    assert journal.check() == []


def main() -> None:
    variant, folder = sys.argv[1], Path(sys.argv[2])
    live_through(folder, MountedDisk(folder) if variant == "mount" else LimitedFiles())


if __name__ == "__main__":
    main()
