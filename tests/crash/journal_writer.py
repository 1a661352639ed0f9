"""A process that appends and seals until it is killed: see test_journal_kill.py.

    python -m tests.crash.journal_writer JOURNAL NAME

Each append has a name of its own. As soon as it has returned, a line tells its position and name.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Final

from footfall.backends.sqlite.journal import SqliteJournal
from footfall.records import Request

THREADS: Final = 2
SEAL_ENTRIES: Final = 64


def append(journal: SqliteJournal, name: str) -> None:
    number = 0
    while True:
        number += 1
        line = f"{name}:{number}\n".encode()
        record = journal.append([Request("event", 0, "key", line + os.urandom(4_000))])
        # One write of so few bytes to a pipe arrives whole or not at all.
        os.write(1, b"%d %s" % (record.position, line))


def main() -> None:
    journal = SqliteJournal(Path(sys.argv[1]), seal_entries=SEAL_ENTRIES)
    for thread in range(THREADS):
        name = f"{sys.argv[2]}:{thread}"
        threading.Thread(target=append, args=(journal, name), daemon=True).start()
    while True:
        journal.seal(journal.head(), SEAL_ENTRIES)


if __name__ == "__main__":
    main()
