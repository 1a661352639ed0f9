"""A process that appends runs of events until it is killed: see test_event_store_kill.py.

    python -m tests.crash.event_store_writer DIRECTORY FIRST SEED

Runs are of random length and start at position FIRST. A line tells the last position of a run
before it is appended, and again afterwards.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from random import Random
from typing import Final

from footfall.backends.chdb.events import ChdbEventStore
from footfall.contacts import ContactId
from footfall.ports import EventRow
from footfall.records import Position

LENGTHS: Final = (1, 1, 2, 10, 300)


def row(position: int) -> EventRow:
    """The event at that position, which is the same whenever it is asked for."""
    random = Random(position)
    return EventRow(
        position=Position(position),
        received_at=position,
        date=random.randrange(-(2**62), 2**62),
        name=f"name{random.randrange(5)}",
        contact_id=ContactId(random.randrange(1, 50)),
        object_type="",
        object_identifiers="{}",
        contact_properties="{}",
        properties=random.randbytes(random.randrange(300)).hex(),
    )


def main() -> None:
    store = ChdbEventStore(Path(sys.argv[1]))
    first, random = int(sys.argv[2]), Random(int(sys.argv[3]))
    while True:
        last = first + random.choice(LENGTHS) - 1
        rows = [row(position) for position in range(first, last + 1)]
        os.write(1, b"begun %d\n" % last)
        store.append(rows)
        os.write(1, b"kept %d\n" % last)
        first = last + 1


if __name__ == "__main__":
    main()
