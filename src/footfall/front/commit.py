"""One commit of the journal for many requests.

The requests that arrive in one turn of the event loop, and all that arrive while a commit is under
way, go into the journal together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from footfall import metrics
from footfall.errors import Backpressure, FootfallError, Unavailable
from footfall.front.writer import Outcome
from footfall.records import Request, entries, request_id

LOOK_SECONDS: Final = 0.1
"""How long a reading of the engine's position may serve."""
FAILING_SECONDS: Final = 5.0
"""How long a failed commit counts; the journal recovers by itself."""


class Waiting(Protocol):
    """Who waits for a request's commit. Exactly one of the two is called, once, on the loop."""

    def committed(self, request_id: str) -> None:
        """The request is on disk."""
        ...

    def failed(self, error: FootfallError) -> None:
        """Nothing of the request was kept."""
        ...


class Writer(Protocol):
    """Commits groups one after the other, see `writer.Writer`."""

    async def connect(self, told: Callable[[Outcome], None], lost: Callable[[], None]) -> None:
        """From now on `told` hears of each group, and `lost` when no more can be written."""
        ...

    def write(self, requests: Sequence[Request]) -> None:
        """Commit them as one record; `told` will hear of it."""
        ...

    async def close(self) -> None:
        """End, once the last group was told."""
        ...


class GroupCommit:
    """Takes requests on the event loop and has them committed in groups, in order.

    Holds at most `max_waiting` requests, and none while the journal is more than `max_pending`
    entries ahead of the engine, whose position `applied` tells; past either bound `submit` refuses.
    """

    def __init__(
        self,
        writer: Writer,
        head: int,
        applied: Callable[[], int],
        *,
        max_waiting: int,
        max_pending: int,
    ) -> None:
        self._writer = writer
        self._head = head
        self._applied = applied
        self._max_waiting = max_waiting
        self._room = 0
        """How many requests may wait at the moment."""
        self._max_pending = max_pending
        self._requests: list[Request] = []
        self._waiting: list[Waiting] = []
        self._requests_under_way: list[Request] = []
        self._waiting_under_way: list[Waiting] = []
        self._idle = asyncio.Event()
        self._looked = -LOOK_SECONDS
        self._applied_position = 0
        self._failed_at = -FAILING_SECONDS
        self.is_lost = False
        """The writer ended; nothing can be committed any more."""

    async def start(
        self, doubts: Callable[[], Mapping[str, FootfallError]], lost: Callable[[], None]
    ) -> None:
        """Take requests from now on.

        `doubts` is asked before each commit, when all requests of the group have begun: for each
        id of a key that it names, the group's requests are refused with that error. `lost` is
        called when the writer ends; every request has its answer then.
        """
        self._loop = asyncio.get_running_loop()
        self._doubts = doubts
        self._tell_lost = lost
        await self._writer.connect(self._end, self._lose)
        self._idle.set()
        self._room = self._max_waiting

    @property
    def is_failing(self) -> bool:
        """Whether the last commit failed, and not so long ago that the next may well succeed."""
        return self._loop.time() - self._failed_at < FAILING_SECONDS

    @property
    def waiting(self) -> int:
        """How many requests wait for their commit."""
        return len(self._requests) + len(self._requests_under_way)

    def submit(self, request: Request, waiting: Waiting) -> None:
        """Take the request; `waiting` hears of its commit, never before this call returns.

        Raises `Backpressure` past the bounds and `Unavailable` after `close`.
        """
        if not self._requests:
            self._admit_group()
        elif len(self._requests) + len(self._requests_under_way) >= self._room:
            raise self._refusal()
        self._requests.append(request)
        self._waiting.append(waiting)

    def _admit_group(self) -> None:
        """What has to hold before the first request of a group is taken."""
        if len(self._requests_under_way) >= self._room:
            raise self._refusal()
        if self._pending() > self._max_pending:
            raise Backpressure(
                "The engine is too far behind (journal.max_pending); repeat the call", 5
            )
        if not self._requests_under_way:
            self._idle.clear()
            self._loop.call_soon(self._begin)

    def _refusal(self) -> Unavailable:
        if self._room:
            return Backpressure("Too many requests wait for the journal; repeat the call")
        return Unavailable("The server is shutting down; repeat the call")

    def _pending(self) -> int:
        now = self._loop.time()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._applied_position = self._applied()
        return self._head - self._applied_position

    def _begin(self) -> None:
        """Have the requests collected so far committed."""
        doubts = self._doubts()
        if doubts:
            self._refuse(doubts)
        self._requests_under_way, self._requests = self._requests, []
        self._waiting_under_way, self._waiting = self._waiting, []
        if self._requests_under_way:
            self._writer.write(self._requests_under_way)
        else:
            self._idle.set()

    def _refuse(self, doubts: Mapping[str, FootfallError]) -> None:
        group = list(zip(self._requests, self._waiting, strict=True))
        good = [pair for pair in group if pair[0].key_id not in doubts]
        self._requests = [request for request, _ in good]
        self._waiting = [waiting for _, waiting in good]
        for request, waiting in group:
            if request.key_id in doubts:
                waiting.failed(doubts[request.key_id])

    def _end(self, outcome: Outcome) -> None:
        """Answer those whose commit is done, once the next commit is under way."""
        requests, self._requests_under_way = self._requests_under_way, []
        waiting, self._waiting_under_way = self._waiting_under_way, []
        if self._requests:
            self._begin()
        else:
            self._idle.set()
        error = outcome.error()
        if error is None:
            self._head = outcome.position + entries(requests) - 1
            self._failed_at = -FAILING_SECONDS
            metrics.ACCEPTED.inc(len(requests))
            metrics.COMMIT_SECONDS.observe(outcome.seconds)
            metrics.COMMIT_REQUESTS.observe(len(requests))
            _tell_committed(outcome, requests, waiting)
        else:
            self._failed_at = self._loop.time()
            metrics.FAILED_COMMITS.inc()
            for each in waiting:
                each.failed(error)

    def _lose(self) -> None:
        """Without the writer nothing more can be promised; whoever waits is told so."""
        self.is_lost = True
        self._room = 0
        error = Unavailable("The journal's writer ended; repeat the call")
        waiting = self._waiting_under_way + self._waiting
        self._requests, self._waiting = [], []
        self._requests_under_way, self._waiting_under_way = [], []
        for each in waiting:
            each.failed(error)
        self._idle.set()
        self._tell_lost()

    async def close(self) -> None:
        """Refuse from now on; returns when every request that was taken has its answer."""
        self._room = 0
        await self._idle.wait()
        await self._writer.close()


def _tell_committed(
    outcome: Outcome, requests: Sequence[Request], waiting: Sequence[Waiting]
) -> None:
    nonce = outcome.nonce
    position = outcome.position
    for request, each in zip(requests, waiting, strict=True):
        each.committed(request_id(position, nonce))
        position += request.count
