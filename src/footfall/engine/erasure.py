"""Erasing a contact for good: from the event store and from the journal.

The engine removes the contact from the directory like any command, and notes in the same commit
where else something of it stands. From then on nobody finds it. The rest takes its time and is done
beside the engine's runs: what is noted is forgotten only when it is done, so that after a crash it
goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from functools import partial
from typing import Final

import structlog

from footfall.contacts import ContactId
from footfall.engine.remains import Knowledge, without_contact
from footfall.errors import FootfallError
from footfall.ports import Directory, Erasing, EventStore, Journal
from footfall.processes import RowProblem
from footfall.records import Position
from footfall.verdicts import Verdict

PORTION: Final = 1_000
"""Traces that are erased from the journal at a time."""
RETRY_SECONDS: Final = 10.0

_log = structlog.get_logger()


class Erasures:
    """Completes erasures in a thread of its own."""

    def __init__(
        self,
        journal: Journal,
        directory: Directory,
        events: EventStore,
        drop_exports: Callable[[], object],
    ) -> None:
        """Whoever was erased before is hidden when it returns. `drop_exports` removes the files
        that exports wrote."""
        self._journal = journal
        self._directory = directory
        self._events = events
        self._drop_exports = drop_exports
        self._due = threading.Event()
        self._stopped = False
        for erasing in directory.erasing():
            events.hide(erasing.contact_id)
            self._due.set()

    def begin(self, contact_id: ContactId) -> None:
        """The directory has noted that the contact is erased: nobody finds its events any more."""
        self._events.hide(contact_id)
        self._due.set()

    def run(self) -> None:
        """Complete what was begun and what comes, until `stop`. What fails is tried again."""
        wait: float | None = None
        while not self._stopped:
            self._due.wait(wait)
            self._due.clear()
            wait = None
            try:
                self.complete()
            except FootfallError as problem:
                if not self._stopped:
                    _log.error("erasure_waits", problem=problem.message, seconds=RETRY_SECONDS)
                wait = RETRY_SECONDS

    def stop(self) -> None:
        """Let `run` return after the portion under way. For another thread."""
        self._stopped = True
        self._due.set()

    def complete(self) -> None:
        """Complete every erasure. Raises what a store raises; a repeat goes on from there."""
        erasing = self._directory.erasing()
        clean_journal(self._journal, self._directory, lambda: self._stopped)
        if self._stopped or not erasing:
            return
        self._drop_exports()
        self._events.erase([each.contact_id for each in erasing])
        for each in erasing:
            self._directory.end_erasure(each.contact_id)
            _log.info("contact_erased", contact=each.contact_id)


def clean_journal(
    journal: Journal, directory: Directory, is_stopped: Callable[[], bool] = lambda: False
) -> None:
    """Erase from the journal what is noted, a portion at a time, until `is_stopped`.

    From then on the journal needs no notes to be replayed.
    """
    for erasing in directory.erasing():
        while not is_stopped() and _erase_some(journal, directory, erasing):
            pass


def _erase_some(journal: Journal, directory: Directory, erasing: Erasing) -> bool:
    """Erase a portion; False where nothing is left."""
    traces = directory.traces(erasing.contact_id, PORTION)
    if not traces:
        return False
    places = {trace.position: trace for trace in traces}
    known = Knowledge(
        contact_id=erasing.contact_id,
        traces=places,
        verdicts=_verdicts(directory, places),
        introduced=directory.introduced(list(places)),
        merges=directory.merges(list(places)),
        remembered=erasing.remembered,
        problem=partial(_problem, directory),
    )
    journal.rewrite(list(places), lambda record: without_contact(record, known))
    directory.forget_traces(erasing.contact_id, list(places))
    return True


def _verdicts(directory: Directory, positions: Collection[Position]) -> dict[Position, Verdict]:
    """One by one, because they may be far apart."""
    found: dict[Position, Verdict] = {}
    for position in positions:
        found |= directory.verdicts(position, position)
    return found


def _problem(directory: Directory, process_id: int, row: int) -> RowProblem | None:
    found = directory.problems(process_id, row - 1, 1)
    return found[0] if found and found[0].row == row else None
