"""Looking back through events: what is broken off for want of time, and what is not."""

from __future__ import annotations

import pytest

from footfall.backends.chdb.connection import TooSlow
from footfall.backends.chdb.looking_back import look_back
from footfall.backends.chdb.selection import Conditions
from footfall.instants import DAY
from footfall.ports import EventQuery

NOW = 20_000 * DAY


class Looking:
    """Gets through so many stretches in time, and has enough after so many."""

    def __init__(self, *, in_time: int = 100, enough: int = 100) -> None:
        self.seconds: list[float | None] = []
        self._in_time = in_time
        self._enough = enough

    def __call__(self, _: Conditions, seconds: float | None) -> bool:
        self.seconds.append(seconds)
        if len(self.seconds) > self._in_time:
            raise TooSlow("It takes longer than it may.")
        return len(self.seconds) >= self._enough


def test_a_further_stretch_that_takes_too_long_is_left_to_the_next_search() -> None:
    """What was found in the stretches before counts, and the search says where they end."""
    looking = Looking(in_time=2)
    assert look_back(NOW, EventQuery(seconds=2), looking) == NOW - 4 * DAY
    assert looking.seconds == [None, 4, 4]


def test_the_latest_stretch_must_be_looked_through() -> None:
    """Where not even that can be done there is no answer: one that says nothing leads nowhere."""
    with pytest.raises(TooSlow):
        look_back(NOW, EventQuery(seconds=2), Looking(in_time=0))


def test_who_gives_no_time_wants_everything() -> None:
    """Without a bound a stretch that takes too long is an error, not the end of the search."""
    with pytest.raises(TooSlow):
        look_back(NOW, EventQuery(), Looking(in_time=2))
    looking = Looking()
    assert look_back(NOW, EventQuery(), looking) is None
    assert set(looking.seconds) == {None}


def test_nothing_is_left_out_where_there_is_enough_or_no_more() -> None:
    """A search that has its page, and one that reached the first moment wanted, lack nothing."""
    assert look_back(NOW, EventQuery(seconds=2), Looking(enough=3)) is None
    looking = Looking()
    assert look_back(NOW, EventQuery(seconds=2, start=NOW - 3 * DAY), looking) is None
    assert len(looking.seconds) == 2
