"""What the journal holds next, read and decoded; and meanwhile what comes after that."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import perf_counter
from types import TracebackType
from typing import Final, NamedTuple, Self

from footfall.engine.decoding import Run, decode
from footfall.ports import Journal
from footfall.records import Position

STEP: Final = "decode"


class _Ahead(NamedTuple):
    position: Position
    run: Future[Run]


class ReadAhead:
    """Takes runs from the journal for the one thread that applies them.

    That thread stands still while the stores write, which is when another one reads and decodes
    what follows. Sooner would be no use: they would only take turns at the interpreter's lock. A
    whole run is taken ahead or nothing: entries that are too few for one are left to gather.
    """

    def __init__(
        self, journal: Journal, max_entries: int, observe: Callable[[str, float], None]
    ) -> None:
        """`observe` hears how many seconds each run took to decode; from either thread."""
        self._journal = journal
        self._max_entries = max_entries
        self._observe = observe
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="decode")
        self._ahead: _Ahead | None = None
        self._reached = Position(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def after(self, position: Position) -> Run:
        """The entries that follow the position, about `max_entries` of them; none at the head.

        Raises as `Journal.read` does; then it can be asked again.
        """
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.position == position:
            run = ahead.run.result()
        else:
            run = self._read(position)
        if run:
            self._reached = run[-1][0].last
        return run

    def writing(self, position: Position) -> None:
        """The stores are about to write what leads up to that position."""
        is_last = position == self._reached
        if is_last and self._journal.head() - position >= self._max_entries:
            self._ahead = _Ahead(position, self._reading.submit(self._read, position))

    def close(self) -> None:
        """Let go of the journal. What is being read is waited for."""
        self._reading.shutdown(cancel_futures=True)

    def _read(self, position: Position) -> Run:
        records = self._journal.read(position, self._max_entries)
        start = perf_counter()
        run = decode(records)
        self._observe(STEP, perf_counter() - start)
        return run
