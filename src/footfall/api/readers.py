"""Who reads a stream that has no end of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from footfall.errors import Unavailable

MAX_READERS: Final = 16


class Readers:
    """Counts those who read, and tells them when to end. For one event loop."""

    def __init__(self) -> None:
        self._number = 0
        self._ended = asyncio.Event()

    def check_room(self) -> None:
        """Raises `Unavailable` where as many read as may."""
        if self._number >= MAX_READERS:
            raise Unavailable(f"{MAX_READERS} read the live stream already", retry_after=5)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One more, for the block."""
        self._number += 1
        try:
            yield
        finally:
            self._number -= 1

    @property
    def has_ended(self) -> bool:
        """Whether all are to end."""
        return self._ended.is_set()

    async def rest(self, seconds: float) -> None:
        """Wait that long, or until `end`."""
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return

    def end(self) -> None:
        """Let everybody end now."""
        self._ended.set()
