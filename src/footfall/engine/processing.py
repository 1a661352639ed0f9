"""Carrying out processes, one after the other, by commands in the journal.

A process takes its turn among events: each stretch of its rows is journaled like any request, and
the next one only after the engine has applied it. Whatever was journaled is done; after a crash the
process goes on with the row that follows.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Final, TypeVar

import structlog

from footfall.clock import Clock
from footfall.commands import AnyCommand, EndProcess, ImportContact, StartProcess
from footfall.contact_imports import MAX_ROWS, Row, column_types, csv_rows, json_rows
from footfall.engine.progress import Progress
from footfall.engine.submission import Submission
from footfall.errors import FootfallError, InvalidParameter, Unavailable
from footfall.instants import SECOND
from footfall.ports import Directory, Files
from footfall.processes import ColumnType, ImportOptions, Process

STRETCH: Final = 1_000
"""Rows that are journaled at once. Events wait for no more than these."""
STRETCH_BYTES: Final = 2 * 2**20
"""About as many bytes at once at the most: the texts of the rows."""
RETRY_SECONDS: Final = 1.0
ORPHAN_SECONDS: Final = 3_600
"""A file that belongs to no process is left alone for so long: its request may be under way."""

Result = TypeVar("Result")

_log = structlog.get_logger()


class Processing:
    """Carries out what was begun. Lives on one event loop; what blocks has a thread of its own."""

    def __init__(
        self,
        directory: Directory,
        files: Files,
        submission: Submission,
        progress: Progress,
        clock: Clock,
    ) -> None:
        self._directory = directory
        self._files = files
        self._submission = submission
        self._progress = progress
        self._clock = clock
        self._woken = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="processing")

    def wake(self) -> None:
        """Something was begun."""
        self._woken.set()

    async def run(self) -> None:
        """Carry out what is there and what comes, until cancelled."""
        while await self._progress.catch_up(RETRY_SECONDS):
            continue
        await self._call(self._drop_orphans)
        while True:
            self._woken.clear()
            active = (await self._call(self._directory.state)).processes
            if not active:
                await self._woken.wait()
                continue
            try:
                await self._carry_out(active[0])
            except Unavailable as problem:
                _log.error("process_waits", process=active[0].id, problem=problem.message)
                await asyncio.sleep(RETRY_SECONDS)

    def close(self) -> None:
        """Wait for what the thread is at."""
        self._thread.shutdown(wait=True)

    async def _carry_out(self, process: Process) -> None:
        """Do what is left of the process, and end it. Raises `Unavailable` to be called again."""
        try:
            await self._import(process, process.options)
            problem = ""
        except Unavailable:
            raise
        except FootfallError as error:
            problem = error.message
        except Exception:
            _log.exception("process_failed", process=process.id)
            problem = "A fault of the server; its log says more"
        await self._submit(process, [EndProcess(process.id, problem)])
        await self._call(self._files.remove, process.options.source)

    async def _import(self, process: Process, options: ImportOptions) -> None:
        if process.status == "queued":
            total, types = await self._call(self._survey, options)
            await self._submit(process, [StartProcess(process.id, total, types)])
        async for rows in self._stretches(options, process.done):
            commands = [_command(process.id, row) for row in rows]
            await self._submit(process, commands)

    async def _submit(self, process: Process, commands: Sequence[AnyCommand]) -> None:
        await self._submission.complete(commands, f"process {process.id}")

    async def _stretches(self, options: ImportOptions, done: int) -> AsyncIterator[list[Row]]:
        """The rows after the first `done`, some at a time; each is read while its turn comes."""
        rows = await self._call(self._rows, options)
        stretches = _stretched(row for row in rows if row.number > done)
        following = asyncio.ensure_future(self._call(next, stretches, None))
        try:
            while (stretch := await following) is not None:
                following = asyncio.ensure_future(self._call(next, stretches, None))
                yield stretch
        finally:
            following.cancel()

    def _survey(self, options: ImportOptions) -> tuple[int, dict[str, ColumnType]]:
        """How many rows there are, and what kinds of values the columns hold."""
        with self._files.open(options.source) as source:
            try:
                total, types = (
                    (sum(1 for _ in source), {})
                    if options.format == "json"
                    else column_types(_texts(source))
                )
            except UnicodeDecodeError as problem:
                raise InvalidParameter("The file is not in UTF-8") from problem
        if total > MAX_ROWS:
            raise InvalidParameter(f"The file has more than {MAX_ROWS} rows")
        return total, types

    def _rows(self, options: ImportOptions) -> Iterator[Row]:
        source = self._files.open(options.source)
        with source:
            if options.format == "json":
                yield from json_rows(source, clear_empty=options.clear_empty)
            else:
                yield from csv_rows(_texts(source), clear_empty=options.clear_empty)

    def _drop_orphans(self) -> None:
        wanted = {process.options.source for process in self._directory.state().processes}
        since = self._clock.now() - ORPHAN_SECONDS * SECOND
        for name, written_at in self._files.names().items():
            if name not in wanted and written_at < since:
                self._files.remove(name)

    async def _call(self, function: Callable[..., Result], *arguments: object) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, function, *arguments)


def _texts(source: BinaryIO) -> Iterator[str]:
    """The lines as they stand, for a field may go over several."""
    return io.TextIOWrapper(source, encoding="utf-8-sig", newline="")


def _command(process_id: int, row: Row) -> ImportContact:
    return ImportContact(process_id, row.number, row.changes, row.problem, row.field)


def _stretched(rows: Iterator[Row]) -> Iterator[list[Row]]:
    stretch: list[Row] = []
    size = 0
    for row in rows:
        stretch.append(row)
        size += _size(row)
        if len(stretch) >= STRETCH or size >= STRETCH_BYTES:
            yield stretch
            stretch, size = [], 0
    if stretch:
        yield stretch


def _size(row: Row) -> int:
    if row.changes is None:
        return len(row.problem)
    return sum(len(str(value)) for value in row.changes.attributes.values())
