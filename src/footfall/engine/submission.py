"""Commands on their way from a caller into the journal, and their outcomes on the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from footfall.clock import Clock
from footfall.commands import AnyCommand, encode_commands
from footfall.engine.outcomes import Done, Outcome
from footfall.engine.progress import Awaited, Progress
from footfall.errors import Backpressure, FootfallError, Unavailable
from footfall.ports import Journal
from footfall.records import Position, Record, Request, request_id


class Submission:
    """Journals commands and waits until they are applied. Lives on one event loop."""

    def __init__(
        self,
        journal: Journal,
        progress: Progress,
        clock: Clock,
        ring: Callable[[], object],
        *,
        wait_seconds: float,
        max_pending: int,
    ) -> None:
        """`ring` wakes the engine. No more is taken while `max_pending` entries wait for it."""
        self._journal = journal
        self._progress = progress
        self._clock = clock
        self._ring = ring
        self._wait_seconds = wait_seconds
        self._max_pending = max_pending
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="submission")

    async def submit(
        self,
        commands: Sequence[AnyCommand],
        key_id: str,
        client: str,
        journaled: Callable[[str], object],
    ) -> list[Outcome]:
        """Journal the commands as one request, and return what each came to once all are applied.

        `journaled` is called with the request's id as soon as the request is on disk.

        Raises `Unavailable` or `Backpressure` where nothing was journaled; and `Unavailable` where
        it was, but the engine needs longer than `wait_seconds`: its message says so.
        """
        body = encode_commands(commands)
        loop = asyncio.get_running_loop()
        awaited: Awaited = loop.create_future()
        record = await loop.run_in_executor(
            self._writer, self._append, body, len(commands), key_id, client, awaited
        )
        self._ring()
        id_ = request_id(record.position, record.nonce)
        journaled(id_)
        await asyncio.wait([awaited], timeout=self._wait_seconds)
        if not awaited.done():
            awaited.cancel()
            raise Unavailable(
                f"The request is journaled and will be applied, but not yet: its receipt is {id_}"
            )
        outcomes = awaited.result()
        if len(outcomes) != len(commands):
            raise FootfallError(f"The request was journaled but could not be read: {id_}")
        return outcomes

    async def complete(self, commands: Sequence[AnyCommand], client: str) -> list[Outcome]:
        """Journal commands of the server's own, and return what each came to, without a bound.

        Raises `Unavailable` or `Backpressure` where nothing was journaled.
        """
        return await (await self.begin(commands, client))

    async def begin(self, commands: Sequence[AnyCommand], client: str) -> Awaited:
        """The same, but returns once they are journaled; what they came to is to be awaited."""
        body = encode_commands(commands)
        loop = asyncio.get_running_loop()
        awaited: Awaited = loop.create_future()
        await loop.run_in_executor(
            self._writer, self._append, body, len(commands), "", client, awaited
        )
        self._ring()
        return awaited

    async def submit_one(
        self, command: AnyCommand, key_id: str, client: str, journaled: Callable[[str], object]
    ) -> Done:
        """The same for one command; raises the error with which it is refused."""
        [outcome] = await self.submit([command], key_id, client, journaled)
        if isinstance(outcome, FootfallError):
            raise outcome
        return outcome

    async def accept(self, body: bytes, key_id: str, client: str) -> tuple[Position, str]:
        """Journal one event, which must be held to its rules before; its position and request id.

        On disk when it returns. Raises `Unavailable` or `Backpressure`; then nothing was journaled.
        """
        request = Request("event", self._clock.now(), key_id, body, client=client)
        record = await self.append([request])
        return record.position, request_id(record.position, record.nonce)

    async def append(self, requests: Sequence[Request]) -> Record:
        """Journal requests of events, which must be held to their rules before, as one record.

        On disk when it returns. Raises `Unavailable` or `Backpressure`; then nothing was journaled.
        """
        loop = asyncio.get_running_loop()
        record = await loop.run_in_executor(self._writer, self._append_events, requests)
        self._ring()
        return record

    def _append_events(self, requests: Sequence[Request]) -> Record:
        self._check_room()
        return self._journal.append(requests)

    def close(self) -> None:
        """Finish the append under way."""
        self._writer.shutdown(wait=True)

    def _append(
        self, body: bytes, count: int, key_id: str, client: str, awaited: Awaited
    ) -> Record:
        self._check_room()
        request = Request("command", self._clock.now(), key_id, body, count, client=client)
        return self._progress.append(lambda: self._journal.append([request]), awaited)

    def _check_room(self) -> None:
        if self._journal.head() - self._progress.position > self._max_pending:
            raise Backpressure(
                "The engine is too far behind (journal.max_pending); repeat the call", 5
            )
