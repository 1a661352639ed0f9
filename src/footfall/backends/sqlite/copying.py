"""Copying a SQLite file that others write meanwhile."""

from __future__ import annotations

import os
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from footfall.backends.sqlite.connection import PATIENCE, refusals_named


def copy(source: Path, target: Path) -> None:
    """All that was committed when the call began, in a file of its own (mode 0600).

    It appears under `target` in one step, in the place of what was there, and is on disk when the
    call returns. Writers go on meanwhile. Raises `OutOfSpace` or `Unavailable`.
    """
    draft = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    with refusals_named(target):
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with (
                closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", PATIENCE, uri=True)) as live,
                closing(sqlite3.connect(draft)) as copied,
            ):
                live.backup(copied)
            _to_disk(draft)
            os.replace(draft, target)
            _to_disk(target.parent)
        finally:
            draft.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
