"""New files in the place of old ones, such that a kill at any moment leaves usable ones.

New files are made in the folder `rebuilding`. When they are complete, one rename turns it into
`rebuilt`: from then on they count, and whoever next holds the data directory finishes the move. A
folder that is still called `rebuilding` is what an interrupted rebuild left, and is dropped.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

MAKING: Final = "rebuilding"
COMPLETE: Final = "rebuilt"

_SQLITE_SIDES: Final = ("-wal", "-shm")
"""What SQLite keeps beside a database; the old one's must not meet the new one."""


def begin(directory: Path) -> Path:
    """An empty folder in which to make the new files, under the names of those they replace."""
    finish(directory)
    making = directory / MAKING
    making.mkdir(mode=0o700)
    return making


def complete(directory: Path) -> None:
    """Put the new files, which must be closed, in the place of the old ones."""
    making = directory / MAKING
    for path in making.rglob("*"):
        if not path.is_symlink():
            _sync(path)
    _sync(making)
    making.rename(directory / COMPLETE)
    _sync(directory)
    finish(directory)


def finish(directory: Path) -> None:
    """Leave neither a half-done move nor the remains of an interrupted rebuild.

    For whoever holds the data directory, before anything in it is opened. Idempotent.
    """
    rebuilt = directory / COMPLETE
    if rebuilt.is_dir():
        for path in sorted(rebuilt.iterdir()):
            _put(path, directory / path.name)
        _sync(directory)
        rebuilt.rmdir()
    making = directory / MAKING
    if making.is_dir():
        shutil.rmtree(making)


def _put(new: Path, old: Path) -> None:
    for side in _SQLITE_SIDES:
        old.with_name(old.name + side).unlink(missing_ok=True)
    if old.is_dir():
        shutil.rmtree(old)
    else:
        old.unlink(missing_ok=True)
    new.rename(old)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
