"""The passing of time, journaled where something hangs on it.

How late it is, is told by the entries: each was received at some moment. Where a timer comes due
and no entry comes, one is journaled that says nothing but that it is so late. So everything that
time does happens at a position, and a rebuild has it happen at the same.
"""

from __future__ import annotations

from typing import Final

from footfall.clock import Clock
from footfall.commands import AnyCommand, PassTime, encode_commands
from footfall.instants import MILLISECOND, SECOND
from footfall.ports import Directory, Journal
from footfall.records import Request

STEP: Final = 200 * MILLISECOND
"""From one such entry to the next, at the least; who asks for members does not wait for it."""


class Timekeeper:
    """Looks at the clock for those who apply. For one thread."""

    def __init__(self, journal: Journal, directory: Directory, clock: Clock) -> None:
        self._journal = journal
        self._directory = directory
        self._clock = clock
        self._last = 0

    def pass_time(self) -> bool:
        """Journal that it is as late as it is, if a timer is due; whether it was."""
        now = self._clock.now()
        if self._due() > now or now < self._last + STEP:
            return False
        self._last = now
        self.journal_command(PassTime())
        return True

    def seconds_left(self, most: float) -> float:
        """Until there is something to do, but no longer than `most`."""
        moment = max(self._due(), self._last + STEP)
        return min(most, max(0.001, (moment - self._clock.now()) / SECOND))

    def journal_command(self, command: AnyCommand) -> None:
        """Journal a command of the engine's own."""
        body = encode_commands([command])
        self._journal.append([Request("command", self._clock.now(), "", body)])

    def _due(self) -> int:
        due = self._directory.next_timer()
        return _NEVER if due is None else due


_NEVER: Final = 2**63
