"""Data directories named on the command line."""

from __future__ import annotations

from pathlib import Path

from footfall.bootstrap import DataDirectory
from footfall.errors import NotFound


def existing(path: Path) -> DataDirectory:
    """The data directory there; raises `NotFound` where there is none, rather than making one."""
    data = DataDirectory(path)
    if not has_data(data):
        raise NotFound(f"there is no data in {data.path}: name the directory with --data")
    return data


def has_data(data: DataDirectory) -> bool:
    """Whether an account was begun there."""
    return any(file.exists() for file in (data.keys, data.journal, data.people))
