"""The composition root: which parts a mode is made of. Nothing else knows the backends.

The only mode today is `embedded`: everything in one data directory, with no server to install.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import os
import shutil
import tempfile
from contextlib import closing
from functools import partial
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from footfall.clock import SystemClock
from footfall.errors import DataInUse, InvalidParameter, Unavailable
from footfall.settings import FILE as SETTINGS_FILE
from footfall.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from footfall.engine.doctor import Finding
    from footfall.engine.forgetting import Forgettable
    from footfall.engine.progress import Progress
    from footfall.links import Links
    from footfall.people import People
    from footfall.ports import Directory, EventStore, Files, Journal, Keys, Webhooks

# A front must stay small and start at once, so each function imports the parts that it names.

ENGINE_NICENESS: Final = 10
"""Accepting goes before applying: the engine gets a tenth of what a front gets where both want the
same core, and all that a front leaves. See docs/decisions/0008-intake-before-engine.md.
"""

MILLISECOND: Final = 1_000_000
"""In nanoseconds."""

MAX_SOCKET_PATH: Final = 100
"""Linux allows 107 bytes for the path of a Unix socket."""


class DataDirectory:
    """The files of one account."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.journal = self.path / "journal.db"
        self.directory = self.path / "directory.db"
        self.events = self.path / "events"
        self.keys = self.path / "keys.db"
        self.people = self.path / "people.db"
        self.webhooks = self.path / "webhooks.db"
        self.files = self.path / "files"
        self.link_secret = self.path / "links.key"
        self.lock = self.path / "lock"
        self.sockets = _sockets(self.path)
        self.engine_socket = self.sockets / "engine.sock"
        self.doorbell = self.sockets / "doorbell.sock"
        self.refusals = self.sockets / "refusals.sock"
        self.metrics = self.sockets / "metrics"

    def prepare(self) -> None:
        """Create what is missing, readable for the owner alone.

        Raises `Unavailable` where that cannot be, or what is there cannot be written.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            os.utime(self.sockets)
        except OSError as problem:
            raise Unavailable(
                f"{self.path} cannot be used as data directory: {problem.strerror}. "
                "Make it one that you can write, or name another with --data"
            ) from problem
        owner = self.sockets.stat()
        if owner.st_uid != os.getuid() or owner.st_mode & 0o077:
            raise DataInUse(f"{self.sockets} must belong to you alone; remove it and start again")


def _sockets(path: Path) -> Path:
    """Where the sockets go: into the data directory, if its path is short enough for that."""
    inside = path / "run"
    if len(os.fsencode(inside / "doorbell.sock")) <= MAX_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"footfall-{os.getuid()}-{name}"


def check_files(data: DataDirectory) -> None:
    """Whether this program can use the files that are there, at a glance.

    Raises `Damaged`, `WrittenByNewer` or `Unavailable`, naming the file.
    """
    from footfall.backends.sqlite.connection import check

    for file in (data.journal, data.directory, data.keys, data.people, data.webhooks):
        check(file, _migrations(file))


def _migrations(file: Path) -> Traversable:
    return files("footfall.backends.sqlite") / "migrations" / file.stem


def open_journal(data: DataDirectory, settings: Settings) -> Journal:
    """The journal, for any number of processes."""
    from footfall.backends.sqlite.journal import SqliteJournal

    return SqliteJournal(data.journal, seal_entries=settings.journal.seal_entries)


def open_keys(data: DataDirectory) -> Keys:
    """The API keys, for any number of processes."""
    from footfall.backends.sqlite.keys import SqliteKeys

    return SqliteKeys(data.keys)


def open_people(data: DataDirectory) -> People:
    """Who may sign in to the interface, for any number of processes."""
    from footfall.backends.sqlite.people import SqlitePeople

    return SqlitePeople(data.people)


def open_webhooks(data: DataDirectory) -> Webhooks:
    """Webhooks, for the one process that delivers."""
    from footfall.backends.sqlite.webhooks import SqliteWebhooks

    return SqliteWebhooks(data.webhooks)


def open_directory(path: Path) -> Directory:
    """The directory in that file; one process applies, any may read."""
    from footfall.backends.sqlite.directory import SqliteDirectory

    return SqliteDirectory(path)


def open_event_store(path: Path) -> EventStore:
    """The event store in that folder, for one process at a time."""
    from footfall.backends.chdb.events import ChdbEventStore

    return ChdbEventStore(path)


def open_files(data: DataDirectory) -> Files:
    """The files of processes, for one process at a time."""
    from footfall.backends.folder.files import FolderFiles

    return FolderFiles(data.files)


def open_links(data: DataDirectory) -> Links:
    """Links to files, by a secret that is made where it is missing."""
    from footfall.links import SECRET_BYTES, Links

    path = data.link_secret
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(os.urandom(SECRET_BYTES))
        draft.rename(path)
    return Links(path.read_bytes())


def run_front(
    data: DataDirectory, settings: Settings, host: str, port: int, fd: int | None = None
) -> None:
    """Run the front role until SIGTERM or SIGINT, on a port or on an inherited socket."""
    from footfall.front.server import serve_front

    directory = open_directory(data.directory)
    serve_front(
        open_journal=partial(open_journal, data, settings),
        keys=open_keys(data),
        clock=SystemClock(),
        settings=settings,
        engine_socket=data.engine_socket,
        doorbell=data.doorbell,
        refusals=data.refusals,
        applied=directory.position,
        host=host,
        port=port,
        fd=fd,
    )


def run_engine(data: DataDirectory, settings: Settings) -> bool:
    """Run the engine role until SIGTERM or SIGINT. Returns whether it ended well.

    The process, with every thread that it starts, gives way to those that accept events.
    """
    os.nice(ENGINE_NICENESS)
    gc.disable()  # until the service runs: what is loaded for it will not go
    return asyncio.run(_run_engine(data, settings))


def _rules(settings: Settings) -> dict[str, str]:
    """The settings on which results depend, see `pipeline.DEFAULT_RULES`."""
    from footfall.engine.pipeline import TIME_ZONE, UNKNOWN_ATTRIBUTES

    return {
        UNKNOWN_ATTRIBUTES: settings.attributes.unknown,
        TIME_ZONE: settings.segments.time_zone,
    }


def _measure(journal: Journal, progress: Progress) -> None:
    """Let the metrics tell how far the engine is."""
    from footfall.metrics import APPLIED, PENDING

    APPLIED.set_function(lambda: progress.position)
    PENDING.set_function(lambda: journal.head() - progress.position)


async def _run_engine(data: DataDirectory, settings: Settings) -> bool:
    from footfall import backups
    from footfall.api.parts import Parts
    from footfall.api.processes import described
    from footfall.api.serving import Service
    from footfall.disk_use import disk_use
    from footfall.doorbell import Doorbell, Doorstep
    from footfall.engine.applier import Applier, note_rules
    from footfall.engine.computing import Computations
    from footfall.engine.deliveries import Deliveries
    from footfall.engine.erasure import Erasures
    from footfall.engine.exported import ExportedFiles
    from footfall.engine.pace import Pace
    from footfall.engine.pipeline import Pipeline
    from footfall.engine.processing import Processing
    from footfall.engine.progress import Progress
    from footfall.engine.read_ahead import ReadAhead
    from footfall.engine.submission import Submission
    from footfall.engine.timekeeping import Timekeeper
    from footfall.metrics import observe_step
    from footfall.outgoing import Outgoing
    from footfall.refusals import RefusedRequests

    loop = asyncio.get_running_loop()
    clock = SystemClock()
    journal = open_journal(data, settings)
    directory = open_directory(data.directory)
    events = open_event_store(data.events)
    pace = Pace(settings.engine.pace_ms / 1000, monotonic)
    progress = Progress(journal.head, pace.hurry)
    _measure(journal, progress)
    doorbell = Doorbell(data.doorbell)
    computations = Computations(directory, events, doorbell.ring)
    files = open_files(data)
    exported = ExportedFiles(files)
    erasures = Erasures(journal, directory, events, exported.drop_all)
    pipeline = Pipeline(
        directory, events, observe_step, computations.take, computations.note, erasures.begin
    )
    note_rules(journal, pipeline, _rules(settings), clock)
    doorstep = Doorstep(data.doorbell)
    applier = Applier(
        journal,
        ReadAhead(journal, settings.engine.max_batch, observe_step),
        pipeline,
        doorstep,
        pace,
        max_batch=settings.engine.max_batch,
        max_behind=settings.journal.max_pending // 2,
        applied=partial(progress.advance_later, loop),
        timekeeper=Timekeeper(journal, directory, clock),
        computations=computations,
    )
    submission = Submission(
        journal,
        progress,
        clock,
        doorbell.ring,
        wait_seconds=settings.engine.read_wait_ms / 1000,
        max_pending=settings.journal.max_pending,
    )
    outgoing = Outgoing(settings.outgoing)
    webhooks = open_webhooks(data)
    refused = RefusedRequests(data.refusals, clock.now() // MILLISECOND)
    parts = Parts(
        journal=journal,
        directory=directory,
        events=events,
        keys=open_keys(data),
        people=open_people(data),
        files=files,
        exported=exported,
        progress=progress,
        submission=submission,
        processing=Processing(
            directory,
            files,
            exported,
            submission,
            progress,
            outgoing,
            clock,
            max_file=settings.imports.max_file,
            keep_days=settings.exports.keep_days,
            described=described,
        ),
        outgoing=outgoing,
        computations=computations,
        webhooks=webhooks,
        deliveries=Deliveries(directory, webhooks, outgoing, clock),
        links=open_links(data),
        clock=clock,
        settings=settings,
        refused=refused,
        disk_use=partial(disk_use, data.path),
        last_backup=partial(backups.last, data.path),
    )
    loop.add_reader(refused, refused.take)
    try:
        return await Service(parts, applier, erasures, data.engine_socket, data.doorbell).run()
    finally:
        loop.remove_reader(refused)
        await outgoing.close()
        for part in (
            refused,
            computations,
            webhooks,
            doorbell,
            doorstep,
            events,
            directory,
            journal,
        ):
            part.close()


def rebuild(data: DataDirectory, settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Derive directory and event store anew from the journal, then put them in place.

    For whoever holds the data directory alone. Interrupted at any moment, it leaves usable files.
    """
    from footfall import replacement
    from footfall.engine.pipeline import Pipeline
    from footfall.engine.rebuild import replay

    making = replacement.begin(data.path)
    journal = open_journal(data, settings)
    _clean_journal(data, journal)
    directory = open_directory(making / data.directory.name)
    events = open_event_store(making / data.events.name)
    try:
        pipeline = Pipeline(directory, events, lambda _step, _seconds: None)
        replay(journal, pipeline, settings.engine.max_batch, progress)
    finally:
        events.close()
        directory.close()
        journal.close()
    replacement.complete(data.path)


def _clean_journal(data: DataDirectory, journal: Journal) -> None:
    """What the directory notes of erasures that are not complete would be lost with it."""
    from structlog import get_logger

    from footfall.engine.erasure import clean_journal
    from footfall.errors import FootfallError

    if not data.directory.exists():
        return
    try:
        with closing(open_directory(data.directory)) as directory:
            clean_journal(journal, directory)
    except FootfallError as problem:
        get_logger().warning("erasures_unknown", problem=problem.message)


def forgettable(data: DataDirectory, settings: Settings, before: int) -> Forgettable:
    """Which events `forget` would forget. For whoever holds the data directory alone."""
    from footfall.engine import forgetting

    with closing(open_journal(data, settings)) as journal:
        return forgetting.forgettable(journal, before)


def is_forgotten(data: DataDirectory, forgettable: Forgettable) -> bool:
    """Whether the stores know already of all that the journal forgot."""
    from footfall.engine import forgetting

    with closing(open_directory(data.directory)) as directory:
        return forgetting.is_complete(directory, forgettable)


def forget(
    data: DataDirectory, settings: Settings, before: int, progress: Callable[[int, int], None]
) -> None:
    """Forget events that were received before that moment, then derive everything anew.

    For whoever holds the data directory alone. Interrupted at any moment, it leaves usable files;
    a repeat goes on. Nothing of the events is in the files of the stores when it returns.
    """
    from footfall.engine import forgetting

    with closing(open_journal(data, settings)) as journal:
        _clean_journal(data, journal)
        forgetting.forget(journal, before, progress)
        journal.compact()
    rebuild(data, settings, progress)


def backup(data: DataDirectory, target: Path) -> None:
    """Copy what all else is computed from into `target`, made where it is missing.

    While the server runs, too. The journal is the last, so that no webhook has reached a place that
    lies past its end. Raises `InvalidParameter` for the data directory itself, `OutOfSpace` or
    `Unavailable`; what was copied before is complete then.
    """
    from footfall import backups
    from footfall.backends.sqlite.copying import copy

    if target.absolute().resolve() == data.path.resolve():
        raise InvalidParameter("a backup needs a directory of its own", "target")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in (data.path / SETTINGS_FILE, data.link_secret):
        if file.exists():
            shutil.copy(file, target / file.name)
    for file in (data.webhooks, data.people, data.keys, data.journal):
        if file.exists():
            copy(file, target / file.name)
    backups.note(data.path, SystemClock().now())


def compact(data: DataDirectory, settings: Settings, progress: Callable[[int, int], None]) -> None:
    """Complete every erasure, then leave nothing in the files of what was erased.

    For whoever holds the data directory alone. Interrupted at any moment, it leaves usable files;
    a repeat goes on.
    """
    from footfall.engine.erasure import Erasures
    from footfall.engine.exported import ExportedFiles

    journal = open_journal(data, settings)
    directory = open_directory(data.directory)
    events = open_event_store(data.events)
    exported = ExportedFiles(open_files(data))
    try:
        parts = (
            Erasures(journal, directory, events, exported.drop_all).complete,
            journal.compact,
            directory.compact,
            events.compact,
        )
        for done, part in enumerate(parts):
            progress(done, len(parts))
            part()
        progress(len(parts), len(parts))
    finally:
        events.close()
        directory.close()
        journal.close()


def doctor(
    data: DataDirectory, settings: Settings, progress: Callable[[int, int], None]
) -> list[Finding]:
    """Compare journal, directory and event store. For whoever holds the data directory alone."""
    from footfall.backends.sqlite.inspection import damage
    from footfall.engine.doctor import doctor as examine

    return examine(
        lambda: open_journal(data, settings),
        lambda: open_directory(data.directory),
        lambda: open_event_store(data.events),
        {
            "keys": lambda: damage(data.keys, _migrations(data.keys)),
            "people": lambda: damage(data.people, _migrations(data.people)),
            "webhooks": lambda: damage(data.webhooks, _migrations(data.webhooks)),
        },
        progress,
    )
