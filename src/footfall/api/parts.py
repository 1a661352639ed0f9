"""What the routes work with, and reading from it without holding up the event loop."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from litestar.di import NamedDependency

from footfall.api.readers import Readers
from footfall.clock import Clock
from footfall.disk_use import DiskUse
from footfall.engine.computing import Computations
from footfall.engine.deliveries import Deliveries
from footfall.engine.exported import ExportedFiles
from footfall.engine.processing import Processing
from footfall.engine.progress import Progress
from footfall.engine.submission import Submission
from footfall.links import Links
from footfall.outgoing import Outgoing
from footfall.people import People, SignInAttempts
from footfall.ports import Directory, EventQuery, EventStore, Files, Journal, Keys, Webhooks
from footfall.refusals import RefusedRequests
from footfall.settings import Settings

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

READERS: Final = 4
"""Threads that read the stores; each has its own connections, which cost memory."""
COUNTERS: Final = 2
"""Further ones, for what may take seconds."""


class Parts:
    """The stores and what belongs to them, as the composition root made them."""

    def __init__(
        self,
        *,
        journal: Journal,
        directory: Directory,
        events: EventStore,
        keys: Keys,
        people: People,
        files: Files,
        exported: ExportedFiles,
        progress: Progress,
        submission: Submission,
        processing: Processing,
        outgoing: Outgoing,
        computations: Computations,
        webhooks: Webhooks,
        deliveries: Deliveries,
        links: Links,
        clock: Clock,
        settings: Settings,
        refused: RefusedRequests,
        disk_use: Callable[[], DiskUse],
        last_backup: Callable[[], int | None],
    ) -> None:
        self.journal = journal
        self.directory = directory
        self.events = events
        self.keys = keys
        self.people = people
        self.files = files
        self.exported = exported
        self.attempts = SignInAttempts()
        self.progress = progress
        self.submission = submission
        self.processing = processing
        self.outgoing = outgoing
        self.computations = computations
        self.webhooks = webhooks
        self.deliveries = deliveries
        self.links = links
        self.clock = clock
        self.settings = settings
        self.zone = ZoneInfo(settings.segments.time_zone)
        self.refused = refused
        self.disk_use = disk_use
        self.last_backup = last_backup
        self.readers = Readers()
        self._askers = itertools.count(1)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._counters = ThreadPoolExecutor(COUNTERS, thread_name_prefix="counter")
        self._turns = ThreadPoolExecutor(1, thread_name_prefix="turn")

    async def read(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call a blocking read in one of the reader threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    async def read_beside(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call a read that counts or samples in threads of its own, where no page waits for it."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._counters, lambda: function(*args, **kwargs))

    @contextmanager
    def asking(self, query: EventQuery) -> Iterator[EventQuery]:
        """The query for the block; where that is cancelled, nothing more is looked for by it."""
        asker = next(self._askers)
        try:
            yield msgspec.structs.replace(query, asker=asker)
        except asyncio.CancelledError:
            self._threads.submit(self.events.give_up, asker)
            raise

    async def in_turn(
        self,
        function: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Call what takes much memory and time, one call at a time, beside the reads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._turns, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way and end the threads."""
        self.processing.close()
        self.deliveries.close()
        self.submission.close()
        self._threads.shutdown(wait=True)
        self._counters.shutdown(wait=True)
        self._turns.shutdown(wait=True)


GivenParts = NamedDependency[Parts]
"""What a route declares to be handed the parts, under the name `parts`."""
