"""How much of the disk the account takes, and how much is left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec


class DiskUse(msgspec.Struct):
    """Bytes on disk."""

    parts: dict[str, int]
    """By what stands directly in the data directory, as `journal.db` and `events`."""
    free: int
    """What is left on the file system."""


def disk_use(data: Path) -> DiskUse:
    """What each file and folder of the data directory takes; SQLite's side files count as its own.

    Files that come or go meanwhile are passed over.
    """
    parts: dict[str, int] = {}
    for path in data.iterdir():
        name = path.name.removesuffix("-wal").removesuffix("-shm")
        size = sum(_sizes(path))
        if size:
            parts[name] = parts.get(name, 0) + size
    return DiskUse(dict(sorted(parts.items())), shutil.disk_usage(data).free)


def _sizes(path: Path) -> Iterator[int]:
    """Blocks, not lengths: a file may be longer than what it takes."""
    paths = [path] if not path.is_dir() else (path / name for name in _names(path))
    for each in paths:
        try:
            yield each.lstat().st_blocks * 512
        except OSError:
            continue


def _names(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (os.path.join(place, name) for name in names)
