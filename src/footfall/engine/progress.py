"""How far the engine has come, for those who wait for it: reads see your writes."""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final

from footfall.engine.outcomes import Outcome
from footfall.records import Position, Record

_NOTHING: Final[Mapping[Position, Outcome]] = {}

Awaited = asyncio.Future[list[Outcome]]


class Progress:
    """The position applied, and who waits for it. Lives on one event loop."""

    def __init__(self, head: Callable[[], Position], hurry: Callable[[], object]) -> None:
        """`hurry` is called, by any thread, when somebody begins to wait for what is journaled."""
        self._head = head
        self._hurry = hurry
        self._position = Position(0)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._ties = count()
        self._commands: dict[Position, tuple[int, Awaited]] = {}
        """Those that are not applied yet: first position, how many, and who waits."""
        self._order = threading.Lock()

    @property
    def position(self) -> Position:
        """The last entry applied, as far as this loop has heard."""
        return self._position

    def advance(self, position: Position, outcomes: Mapping[Position, Outcome] = _NOTHING) -> None:
        """Note that everything up to `position` is applied, and let those who wait go on.

        `outcomes` are those of the commands applied since the last call.
        """
        self._position = position
        while self._waiting and self._waiting[0][0] <= position:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
        for first in [first for first in self._commands if first <= position]:
            number, awaited = self._commands.pop(first)
            if not awaited.done():
                places = map(Position, range(first, first + number))
                awaited.set_result([outcomes[place] for place in places if place in outcomes])

    def advance_later(
        self,
        loop: asyncio.AbstractEventLoop,
        position: Position,
        outcomes: Mapping[Position, Outcome] = _NOTHING,
    ) -> None:
        """Call `advance` on the loop. For the thread that applies."""
        with self._order:
            loop.call_soon_threadsafe(self.advance, position, outcomes)

    def append(self, append: Callable[[], Record], awaited: Awaited) -> Record:
        """Journal a request of commands; `awaited`, of its loop, will have their outcomes.

        For a thread that may block. Between the journal's commit and the note of who waits, nothing
        may tell of the outcome: so both sides take the same lock.
        """
        with self._order:
            record = append()
            number = sum(request.count for request in record.requests)
            awaited.get_loop().call_soon_threadsafe(self._await, record.position, number, awaited)
        self._hurry()
        return record

    def _await(self, first: Position, number: int, awaited: Awaited) -> None:
        self._commands[first] = number, awaited

    async def catch_up(self, seconds: float) -> int:
        """Wait until everything that the journal holds now is applied, at the most that long.

        Returns how many entries are still missing: 0 where the read that follows sees them all.
        """
        head = self._head()
        if head > self._position:
            future = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (head, next(self._ties), future))
            self._hurry()
            await asyncio.wait([future], timeout=seconds)
            future.cancel()
        return max(0, head - self._position)
