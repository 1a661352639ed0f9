"""Looking through events from the latest back, for so long as there is time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Final

from footfall.backends.chdb import selection
from footfall.backends.chdb.connection import TooSlow
from footfall.backends.chdb.selection import Conditions
from footfall.instants import DAY, EARLIEST, SECOND
from footfall.ports import EventQuery

_BACK: Final = (1, 4, 16, 32, 64, 128, 256, 1_024, 4_096)
"""Days before the latest at which a search pauses to see whether it has enough."""
_LONGER: Final = 2
"""How many times `EventQuery.seconds` a further stretch may take: longer would keep people waiting,
and what is broken off has to be read again."""


def look_back(
    near: int, query: EventQuery, look: Callable[[Conditions, float | None], bool]
) -> int | None:
    """Look from there back until `look` has enough or time is up; `EventPage.looked_back_to`.

    It is done in stretches of time, each as long as all that are later together or longer: a few
    statements reach everything, and not much is read that need not be. `look` gets the stretch's
    conditions and how many seconds it may take. A stretch that takes too long counts as not looked
    through, but for the latest, so that whoever goes on from there gets further.
    """
    began = monotonic()
    end, most = None, None
    for start in _starts(near, query.start):
        try:
            enough = look(selection.stretch(start, end), most)
        except TooSlow:
            if end is None or query.seconds is None:
                raise
            return end
        if enough or start is None:
            return None
        if query.seconds is not None:
            if monotonic() - began > query.seconds:
                return start
            most = _LONGER * query.seconds
        end = start
    return None


def _starts(near: int, first: int | None) -> Iterator[int | None]:
    """Where stretches of time begin, in whole seconds, the latest first; None for the last.

    The latest goes on after `near` for good.
    """
    for days in _BACK:
        start = (near - days * DAY) // SECOND * SECOND
        if start <= (EARLIEST if first is None else first):
            break
        yield start
    yield None
