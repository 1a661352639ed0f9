"""When the data directory was last backed up."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

NAME: Final = "last-backup"
"""A file in the data directory: a moment, in nanoseconds since the epoch."""


def note(data: Path, now: int) -> None:
    """A backup is complete."""
    (data / NAME).write_text(f"{now}\n")


def last(data: Path) -> int | None:
    """When the last one was, nanoseconds since the epoch; None where none is known of."""
    with contextlib.suppress(OSError, ValueError):
        return int((data / NAME).read_text())
    return None
