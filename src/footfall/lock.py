"""Who may work on a data directory at the same time.

One server, rebuild or doctor has it to itself; run apart, one engine and any number of fronts share
it. The kernel lets the locks go when their holders end, however they end:

- the file `lock` belongs to the process that was started (not to fronts), and names it;
- a lock on the directory itself is handed down to the processes which that one starts, so that none
  of a killed server can still be writing when the next one begins.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Literal

from footfall.errors import DataInUse

REMAINS_SECONDS: Final = 10.0
"""How long to wait for the processes of a server that was killed; they end by themselves."""
_LOOK_SECONDS: Final = 0.02

Use = Literal["whole", "engine", "front"]


@contextmanager
def hold(directory: Path, file: Path, use: Use) -> Iterator[int]:
    """Hold a data directory for that use, alone or shared.

    Yields a descriptor that keeps the hold in every process that inherits it. Raises `DataInUse`
    where another process stands in the way: at once, naming it, where it was started by itself.
    """
    with ExitStack() as held:
        if use != "front":
            _lock_file(_opened(held, file, os.O_RDWR | os.O_CREAT), directory, file)
        handed_down = _opened(held, directory, os.O_RDONLY | os.O_DIRECTORY)
        _lock_directory(handed_down, directory, alone=use == "whole")
        yield handed_down


def _opened(held: ExitStack, path: Path, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    held.callback(os.close, descriptor)
    return descriptor


def _lock_file(descriptor: int, directory: Path, file: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = file.read_text().strip() or "unknown"
        raise DataInUse(
            f"{directory} is in use by process {holder}: stop it first, or name another --data"
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _lock_directory(descriptor: int, directory: Path, *, alone: bool) -> None:
    wanted = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    deadline = time.monotonic() + REMAINS_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, wanted | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DataInUse(
                    f"{directory} is in use by another footfall process (see ps -C footfall -f, "
                    "ps -ef): stop it first, or name another --data"
                ) from None
            time.sleep(_LOOK_SECONDS)
        else:
            return
