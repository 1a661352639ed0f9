"""The one place that reads the time. Everything else is handed a `Clock` or a moment."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of the present moment."""

    def now(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00Z."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """See `Clock.now`."""
        return time.time_ns()  # noqa: TID251 - this module is where time enters


class ManualClock:
    """A clock that stands still until it is moved; for tests and replays."""

    def __init__(self, now: int = 0) -> None:
        self._now = now

    def now(self) -> int:
        """See `Clock.now`."""
        return self._now

    def advance(self, nanoseconds: int) -> None:
        """Move forward by that much."""
        self._now += nanoseconds
