"""One commit of the journal for many requests.

The requests that arrive in one turn of the event loop, and all that arrive while a commit is under
way, go into the journal together.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from time import perf_counter
from typing import Final, Protocol

import structlog

from footfall import metrics
from footfall.answers import fault
from footfall.doorbell import Doorbell
from footfall.errors import Backpressure, FootfallError, Unavailable
from footfall.ports import Journal
from footfall.records import Record, Request, request_id

LOOK_SECONDS: Final = 0.1
"""How long a reading of the engine's position may serve."""
FAILING_SECONDS: Final = 5.0
"""How long a failed commit counts; the journal recovers by itself."""

_log = structlog.get_logger()


class Waiting(Protocol):
    """Who waits for a request's commit. Exactly one of the two is called, once, on the loop."""

    def committed(self, request_id: str) -> None:
        """The request is on disk."""
        ...

    def failed(self, error: FootfallError) -> None:
        """Nothing of the request was kept."""
        ...


class GroupCommit:
    """Takes requests on the event loop and commits them in a thread of its own, in order.

    Holds at most `max_waiting` requests, and none while the journal is more than `max_pending`
    entries ahead of the engine; past either bound `submit` refuses.
    """

    def __init__(
        self,
        journal: Journal,
        doorbell: Doorbell,
        applied: Callable[[], int],
        *,
        max_waiting: int,
        max_pending: int,
    ) -> None:
        self._journal = journal
        self._doorbell = doorbell
        self._applied = applied
        self._max_waiting = max_waiting
        self._max_pending = max_pending
        self._requests: list[Request] = []
        self._waiting: list[Waiting] = []
        self._under_way: list[Waiting] = []
        self._groups: SimpleQueue[list[Request] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="journal-writer")
        self._idle = asyncio.Event()
        self._open = False
        self._looked = -LOOK_SECONDS
        self._applied_position = 0
        self._head = 0
        self._failed_at = -FAILING_SECONDS

    def start(self) -> None:
        """Take requests from now on. Call it on the event loop."""
        self._loop = asyncio.get_running_loop()
        self._head = self._journal.head()
        self._idle.set()
        self._open = True
        self._thread.start()
        metrics.WAITING.set_function(lambda: self.waiting)

    @property
    def is_failing(self) -> bool:
        """Whether the last commit failed, and not so long ago that the next may well succeed."""
        return self._loop.time() - self._failed_at < FAILING_SECONDS

    @property
    def waiting(self) -> int:
        """How many requests wait for their commit."""
        return len(self._requests) + len(self._under_way)

    def submit(self, request: Request, waiting: Waiting) -> None:
        """Take the request; `waiting` hears of its commit, never before this call returns.

        Raises `Backpressure` past the bounds and `Unavailable` after `close`.
        """
        if not self._requests:
            self._admit_group()
        elif len(self._requests) + len(self._under_way) >= self._max_waiting:
            raise Backpressure("Too many requests wait for the journal; repeat the call")
        self._requests.append(request)
        self._waiting.append(waiting)

    def _admit_group(self) -> None:
        """What has to hold before the first request of a group is taken."""
        if not self._open:
            raise Unavailable("The server is shutting down; repeat the call")
        if len(self._under_way) >= self._max_waiting:
            raise Backpressure("Too many requests wait for the journal; repeat the call")
        if self._pending() > self._max_pending:
            raise Backpressure(
                "The engine is too far behind (journal.max_pending); repeat the call", 5
            )
        if not self._under_way:
            self._idle.clear()
            self._loop.call_soon(self._begin)

    def _pending(self) -> int:
        now = self._loop.time()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._applied_position = self._applied()
        return self._head - self._applied_position

    def _begin(self) -> None:
        """Send the requests collected so far to the thread."""
        self._under_way, self._waiting = self._waiting, []
        group, self._requests = self._requests, []
        self._groups.put(group)

    def _write(self) -> None:
        """The thread: commit group after group until there is None."""
        while (group := self._groups.get()) is not None:
            start = perf_counter()
            outcome = self._append(group)
            seconds = perf_counter() - start
            self._doorbell.ring()
            self._loop.call_soon_threadsafe(self._end, outcome, seconds)

    def _append(self, group: Sequence[Request]) -> Record | FootfallError:
        try:
            return self._journal.append(group)
        except FootfallError as error:
            _log.error("commit_failed", code=error.code, reason=error.message, requests=len(group))
            return error
        except Exception:
            _log.exception("commit_failed", requests=len(group))
            return fault()

    def _end(self, outcome: Record | FootfallError, seconds: float) -> None:
        """Answer those whose commit is done, once the next commit is under way."""
        done, self._under_way = self._under_way, []
        if isinstance(outcome, Record):
            self._head = outcome.last
        if self._requests:
            self._begin()
        else:
            self._idle.set()
        metrics.COMMIT_SECONDS.observe(seconds)
        metrics.COMMIT_REQUESTS.observe(len(done))
        if isinstance(outcome, Record):
            self._failed_at = -FAILING_SECONDS
            metrics.ACCEPTED.inc(len(done))
            _tell_committed(outcome, done)
        else:
            self._failed_at = self._loop.time()
            metrics.FAILED_COMMITS.inc()
            for waiting in done:
                waiting.failed(outcome)

    async def close(self) -> None:
        """Refuse from now on; returns when every request that was taken has its answer."""
        self._open = False
        await self._idle.wait()
        self._groups.put(None)
        await asyncio.to_thread(self._thread.join)


def _tell_committed(record: Record, done: Sequence[Waiting]) -> None:
    nonce = record.nonce
    position: int = record.position
    for request, waiting in zip(record.requests, done, strict=True):
        waiting.committed(request_id(position, nonce))
        position += request.count
