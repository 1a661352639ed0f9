"""How far the engine has come, for those who wait for it: reads see your writes."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

from footfall.records import Position


class Progress:
    """The position applied, and the readers that wait for it. Lives on one event loop."""

    def __init__(self, head: Callable[[], Position]) -> None:
        self._head = head
        self._position = Position(0)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._ties = count()

    @property
    def position(self) -> Position:
        """The last entry applied, as far as this loop has heard."""
        return self._position

    def advance(self, position: Position) -> None:
        """Note that everything up to `position` is applied, and let readers go on."""
        self._position = position
        while self._waiting and self._waiting[0][0] <= position:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)

    async def catch_up(self, seconds: float) -> int:
        """Wait until everything that the journal holds now is applied, at the most that long.

        Returns how many entries are still missing: 0 where the read that follows sees them all.
        """
        head = self._head()
        if head > self._position:
            future = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (head, next(self._ties), future))
            await asyncio.wait([future], timeout=seconds)
            future.cancel()
        return max(0, head - self._position)
