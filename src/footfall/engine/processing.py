"""Carrying out processes, one after the other, by commands in the journal.

A process takes its turn among events: each stretch of its rows is journaled like any request, while
the engine applies the one before it and no earlier one is left. Whatever was journaled is done;
after a crash the process goes on with the row that follows.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import BinaryIO, Final, NamedTuple, TypeVar

import msgspec
import structlog

from footfall import contact_exports
from footfall.clock import Clock
from footfall.commands import (
    AnyCommand,
    EndNotification,
    EndProcess,
    ImportContact,
    StartProcess,
)
from footfall.contact_exports import ExportOptions
from footfall.contact_imports import (
    MAX_ROWS,
    Row,
    column_types,
    csv_rows,
    format_of,
    json_rows,
    lines_of,
)
from footfall.contacts import Contact, ContactId
from footfall.engine.exported import PREFIX, ExportedFiles
from footfall.engine.progress import Awaited, Progress
from footfall.engine.submission import Submission
from footfall.errors import FootfallError, InvalidParameter, NotFound, Unavailable
from footfall.instants import DAY, SECOND
from footfall.outgoing import NotAllowed, Outgoing, Unreachable
from footfall.ports import Directory, Draft, Files
from footfall.processes import ColumnType, ImportOptions, Process, RowFormat

STRETCH: Final = 1_000
"""Rows that are journaled at once. Events wait for no more than two times these."""
PAGE: Final = 5_000
"""Contacts that are read at once for an export."""
TIDY_SECONDS: Final = 3_600
"""How often files that nobody needs any more are looked for."""
STRETCH_BYTES: Final = 2 * 2**20
"""About as many bytes at once at the most: the texts of the rows."""
RETRY_SECONDS: Final = 1.0
MAX_JSON: Final = 64 * 2**20
"""Bytes of a JSON file that is fetched: it is read as a whole."""
TELL_SECONDS: Final = (0, 2, 10)
"""How long to wait before each attempt to tell of the end of a process."""
ORPHAN_SECONDS: Final = 3_600
"""A file that belongs to no process is left alone for so long: its request may be under way."""

Result = TypeVar("Result")

_log = structlog.get_logger()


class _Page(NamedTuple):
    """Contacts by id, and the id after which the next page begins."""

    contacts: list[Contact]
    last: ContactId


class Processing:
    """Carries out what was begun. Lives on one event loop; what blocks has a thread of its own."""

    def __init__(
        self,
        directory: Directory,
        files: Files,
        exported: ExportedFiles,
        submission: Submission,
        progress: Progress,
        outgoing: Outgoing,
        clock: Clock,
        *,
        max_file: int,
        keep_days: int,
        described: Callable[[Process], bytes],
    ) -> None:
        """Exported files go after `keep_days`. `described` says in JSON what is told of a process
        that has ended."""
        self._directory = directory
        self._files = files
        self._exported = exported
        self._submission = submission
        self._progress = progress
        self._outgoing = outgoing
        self._max_file = max_file
        self._keep = keep_days * DAY
        self._described = described
        self._telling: dict[int, asyncio.Task[None]] = {}
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
        try:
            while True:
                await self._look()
        finally:
            for task in self._telling.values():
                task.cancel()

    async def _look(self) -> None:
        """Carry out the next process, or tidy up and wait until there is one."""
        self._woken.clear()
        active = (await self._call(self._directory.state)).processes
        for process in active:
            if process.notification == "due" and process.id not in self._telling:
                self._telling[process.id] = asyncio.create_task(self._tell(process))
        following = next((process for process in active if not process.has_ended), None)
        if following is None:
            await self._call(self._tidy_up)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TIDY_SECONDS)
            return
        try:
            await self._carry_out(following)
        except Unavailable as problem:
            _log.error("process_waits", process=following.id, problem=problem.message)
            await asyncio.sleep(RETRY_SECONDS)

    def close(self) -> None:
        """Wait for what the thread is at."""
        self._thread.shutdown(wait=True)

    async def _carry_out(self, process: Process) -> None:
        """Do what is left of the process, and end it. Raises `Unavailable` to be called again."""
        problem, rows = "", 0
        try:
            if isinstance(process.options, ExportOptions):
                rows = await self._export(process, process.options)
            elif isinstance(process.options, ImportOptions):
                await self._import(process, process.options)
        except Unavailable:
            raise
        except FootfallError as error:
            problem = error.message
        except Unreachable as error:
            problem = str(error)
        except Exception:
            _log.exception("process_failed", process=process.id)
            problem = "A fault of the server; its log says more"
        await self._submit(process, [EndProcess(process.id, problem, rows)])
        if isinstance(process.options, ImportOptions):
            await self._call(self._files.remove, process.options.source)

    async def _export(self, process: Process, options: ExportOptions) -> int:
        """Write the file anew, page by page; how many lines it has."""
        if process.status == "queued":
            await self._submit(process, [StartProcess(process.id, 0, "csv")])
        while True:
            drops = self._exported.drops
            draft = await self._call(self._exported.draft, process.id)
            try:
                rows = await self._write(draft, options)
                if await self._call(self._exported.keep, draft, drops):
                    return rows
            finally:
                await self._call(draft.drop)

    async def _write(self, draft: Draft, options: ExportOptions) -> int:
        await self._call(draft.write, contact_exports.header(options))
        after, rows = ContactId(0), 0
        while page := await self._call(self._page, options, after):
            written = await self._call(contact_exports.lines, options, page.contacts)
            await self._call(draft.write, b"".join(written))
            after, rows = page.last, rows + len(written)
        return rows

    async def _import(self, process: Process, options: ImportOptions) -> None:
        if process.status == "queued":
            if options.url:
                form = await self._fetch(options)
                options = msgspec.structs.replace(options, format=form)
            total, types = await self._call(self._survey, options)
            await self._submit(process, [StartProcess(process.id, total, options.format, types)])
        await self._import_rows(process, options)

    async def _import_rows(self, process: Process, options: ImportOptions) -> None:
        """Journal each stretch while the one before it is applied."""
        before: Awaited | None = None
        try:
            async for rows in self._stretches(options, process.done):
                commands = [_command(process.id, row) for row in rows]
                journaled = await self._submission.begin(commands, f"process {process.id}")
                if before is not None:
                    await before
                before = journaled
        except Unavailable:
            # Whoever goes on must know which rows are done.
            if before is not None:
                await before
            raise
        if before is not None:
            await before

    async def _fetch(self, options: ImportOptions) -> RowFormat:
        """Get the file that the URL leads to."""
        draft = await self._call(self._files.draft, options.source)
        try:
            async with self._outgoing.get(options.url, self._max_file) as pieces:
                async for piece in pieces:
                    await self._call(draft.write, piece)
            await self._call(draft.keep)
        finally:
            await self._call(draft.drop)
        return await self._call(self._put_in_lines, options.source)

    def _put_in_lines(self, source: str) -> RowFormat:
        """Tell what the file is, and give each item of JSON a line."""
        with self._files.open(source) as file:
            form = format_of(file.read(1_000))
            if form == "csv":
                return form
            file.seek(0)
            text = file.read(MAX_JSON + 1)
        if len(text) > MAX_JSON:
            raise InvalidParameter(f"A JSON file may have {MAX_JSON} bytes; CSV may have more")
        self._files.write(source, lines_of(text))
        return form

    async def _tell(self, process: Process) -> None:
        """Tell of the end of the process, and note whether that was heard."""
        delivered = False
        for seconds in TELL_SECONDS:
            await asyncio.sleep(seconds)
            try:
                await self._outgoing.post(process.notify_url, self._described(process))
            except Unreachable as problem:
                _log.warning("notification_failed", process=process.id, problem=str(problem))
                if isinstance(problem, NotAllowed):
                    break
            else:
                delivered = True
                break
        while True:
            try:
                await self._submit(process, [EndNotification(process.id, delivered)])
            except Unavailable:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                del self._telling[process.id]
                return

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

    def _page(self, options: ExportOptions, after: ContactId) -> _Page | None:
        """The next contacts that the export is about, by id."""
        if not options.segment_id:
            contacts = self._directory.walk_contacts(options.list_id, after, PAGE)
            return _Page(contacts, contacts[-1].id) if contacts else None
        members = [
            member.contact_id for member in self._directory.members(options.segment_id, after, PAGE)
        ]
        found = self._directory.contacts(members)
        return _Page([found[id_] for id_ in sorted(found)], members[-1]) if members else None

    def _survey(self, options: ImportOptions) -> tuple[int, dict[str, ColumnType]]:
        """How many rows there are, and what kinds of values the columns hold."""
        with self._open(options.source) as source:
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
        with self._open(options.source) as source:
            if options.format == "json":
                yield from json_rows(source, clear_empty=options.clear_empty)
            else:
                yield from csv_rows(_texts(source), clear_empty=options.clear_empty)

    def _open(self, source: str) -> BinaryIO:
        try:
            return self._files.open(source)
        except NotFound as problem:
            raise NotFound("The file with the rows is gone; import the others anew") from problem

    def _tidy_up(self) -> None:
        """Remove exported files that are too old, and others that no process needs."""
        active = self._directory.state().processes
        wanted = {
            process.options.source
            for process in active
            if isinstance(process.options, ImportOptions)
        }
        now = self._clock.now()
        for name, written_at in self._files.names().items():
            is_orphan = name not in wanted and not name.startswith(PREFIX)
            if is_orphan and written_at < now - ORPHAN_SECONDS * SECOND:
                self._files.remove(name)
        self._exported.drop_older_than(now - self._keep)

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
