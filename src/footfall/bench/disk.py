"""The disk alone: what the same bytes cost when nothing but a file is written."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

import msgspec

EVENT_BYTES: Final = 600
EVENTS_A_SYNC: Final = 64
PREPARED: Final = 64 * 2**20
"""Bytes that are written beforehand, so that the file does not grow while it is measured."""


class Disk(msgspec.Struct, frozen=True):
    """What the disk can do."""

    syncs_per_second: float
    events_per_second: float
    """At `EVENTS_A_SYNC` events of `EVENT_BYTES` with one fdatasync."""


def measure_disk(folder: Path, seconds: float) -> Disk:
    """Write groups of events into a file of the folder, each with its fdatasync, for that long."""
    group = os.urandom(EVENT_BYTES * EVENTS_A_SYNC)
    descriptor = os.open(folder / "disk", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        os.write(descriptor, bytes(PREPARED))
        os.fsync(descriptor)
        syncs, start = 0, time.monotonic()
        while (elapsed := time.monotonic() - start) < seconds:
            os.pwrite(descriptor, group, syncs * len(group) % (PREPARED - len(group)))
            os.fdatasync(descriptor)
            syncs += 1
    finally:
        os.close(descriptor)
    rate = syncs / elapsed
    return Disk(round(rate, 1), round(rate * EVENTS_A_SYNC, 1))
