"""The thread that keeps directory and event store up with the journal."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Final

import structlog

from footfall.clock import Clock
from footfall.doorbell import Doorstep
from footfall.engine.computing import Computations
from footfall.engine.outcomes import Outcome
from footfall.engine.pace import Pace
from footfall.engine.pipeline import Pipeline
from footfall.engine.read_ahead import ReadAhead
from footfall.engine.timekeeping import Timekeeper
from footfall.errors import Unavailable
from footfall.ports import Journal
from footfall.records import Position, Request

LOOK_SECONDS: Final = 1.0
"""How long the engine trusts the doorbell alone before it looks into the journal by itself."""
RETRY_SECONDS: Final = 1.0

_log = structlog.get_logger()


class Applier:
    """Takes what the journal holds from the pipeline's position on, and applies it, run by run."""

    def __init__(
        self,
        journal: Journal,
        upcoming: ReadAhead,
        pipeline: Pipeline,
        doorstep: Doorstep,
        pace: Pace,
        *,
        max_batch: int,
        max_behind: int,
        applied: Callable[[Position, Mapping[Position, Outcome]], object],
        timekeeper: Timekeeper,
        computations: Computations,
    ) -> None:
        """`applied` hears of each position reached, with what the commands up to it came to.

        An engine that is more than `max_behind` entries behind does not rest.
        """
        self._journal = journal
        self._upcoming = upcoming
        self._pipeline = pipeline
        self._doorstep = doorstep
        self._pace = pace
        self._max_batch = max_batch
        self._max_behind = max_behind
        self._applied = applied
        self._timekeeper = timekeeper
        self._computations = computations
        self._stop = threading.Event()

    def run(self) -> None:
        """Apply until `stop`. A store that is full or away is tried again; other errors end it."""
        self._applied(self._pipeline.position, {})
        with self._upcoming:
            while not self._stop.is_set():
                try:
                    applied = self.step()
                    self._tend_segments()
                    if applied:
                        self._rest()
                    elif not (self._timekeeper.pass_time() or self._seal(self._max_batch)):
                        self._doorstep.wait(self._timekeeper.seconds_left(LOOK_SECONDS))
                except Unavailable as problem:
                    _log.error("engine_waits", problem=problem.message, seconds=RETRY_SECONDS)
                    self._stop.wait(RETRY_SECONDS)

    def stop(self) -> None:
        """Let the run under way finish, then return from `run`. For another thread."""
        self._stop.set()
        self._pace.hurry()

    def step(self) -> int:
        """Apply the next run; how many entries it had, 0 where nothing waits."""
        self._pace.begin()
        before, head = self._pipeline.position, self._journal.head()
        entries = self._upcoming.after(before)
        if not entries:
            return 0
        outcomes: dict[Position, Outcome] = {}
        try:
            self._pipeline.apply(entries, outcomes, self._upcoming.writing)
        finally:
            self._applied(self._pipeline.position, outcomes)
        applied = self._pipeline.position - before
        came = self._journal.head() - head
        self._pace.end(applied, came, full=applied >= self._max_batch)
        return applied

    def _tend_segments(self) -> None:
        pipeline = self._pipeline
        for command in self._computations.tend(
            pipeline.segments,
            pipeline.next_contact_id,
            pipeline.position,
            pipeline.now,
            pipeline.zone,
        ):
            self._timekeeper.journal_command(command)
            self._computations.announced(command)

    def _rest(self) -> None:
        """Let entries gather, and seal a block meanwhile."""
        if self._is_far_behind() or self._stop.is_set() or not self._pace.may_rest:
            return
        self._seal(1)
        self._pace.rest()

    def _is_far_behind(self) -> bool:
        return self._journal.head() - self._pipeline.position > self._max_behind

    def _seal(self, max_entries: int) -> bool:
        return self._journal.seal(self._pipeline.position, max_entries) > 0


def note_rules(journal: Journal, pipeline: Pipeline, wanted: dict[str, str], clock: Clock) -> None:
    """Journal those settings on which results depend where they differ from the ones in force.

    So a rebuild applies every event under the rules that held when it came.
    """
    changed = {name: value for name, value in wanted.items() if pipeline.rules[name] != value}
    if changed:
        body = json.dumps(changed, sort_keys=True).encode()
        journal.append([Request("settings", clock.now(), "", body)])
