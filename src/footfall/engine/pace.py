"""How closely the engine's runs follow one another while entries keep coming.

A run costs some 15 ms of processor time and a few fsyncs however few entries it has, and takes its
time from whoever accepts entries. So entries are left to gather for a moment between two runs,
unless somebody waits for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """Lets the begin of a run be followed by the next no sooner than `seconds` later, and the end
    of a run by as long a rest as the run took, if as much came meanwhile; or at once when somebody
    waits. `hurry` is for any thread, the rest for the one that applies.
    """

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        """`now` tells seconds that pass evenly, from any beginning, as `time.monotonic` does."""
        self._seconds = seconds
        self._now = now
        self._hurried = threading.Event()
        self._began = self._due = 0.0

    def begin(self) -> None:
        """A run begins, and will see everything that is journaled by now."""
        self._hurried.clear()
        self._began = self._now()

    def end(self, applied: int, came: int, *, full: bool) -> None:
        """A run of `applied` entries has ended, and meanwhile `came` others were journaled.

        A run that was `full` left entries behind: there is nothing to wait for, but as long as more
        keep coming, the processor is left to those who accept them for half of the time.
        """
        now = self._now()
        gathered = self._began if full else self._began + self._seconds
        self._due = max(gathered, now + (now - self._began) * min(1.0, came / applied))

    def hurry(self) -> None:
        """Somebody waits for what is journaled by now: there is no rest until the next `begin`."""
        self._hurried.set()

    @property
    def may_rest(self) -> bool:
        """Whether the next run is not due yet."""
        return not self._hurried.is_set() and self._now() < self._due

    def rest(self) -> None:
        """Return when the next run is due."""
        self._hurried.wait(max(0.0, self._due - self._now()))
