"""The front's process: the server on its port, built of ready-made parts."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, cast

import uvicorn
import uvloop
from uvicorn._types import ASGI3Application
from uvicorn.server import HANDLED_SIGNALS

from footfall import metrics
from footfall.clock import Clock
from footfall.errors import Unavailable
from footfall.front.app import TAKEN_IN, App
from footfall.front.commit import GroupCommit
from footfall.front.connection import Bounds, Connection, Moment
from footfall.front.cors import open_to_origins
from footfall.front.intake import Intake
from footfall.front.limited import Limited
from footfall.front.passing import Passing
from footfall.front.protocol import Heads, Preamble, ShortWay
from footfall.front.slashes import without_needless_slashes
from footfall.front.writer import Writer
from footfall.limits import Limiter, plan_of
from footfall.ports import Journal, Keys
from footfall.refusals import Refusals
from footfall.settings import Settings

SHUTDOWN_SECONDS: Final = 10
"""How long requests that are being answered may take once the server is to end."""
BACKLOG: Final = 4_096
LOOK_TICKS: Final = 5
"""Every how many ticks, of a tenth of a second each, connections are looked at."""

Way = Literal["short", "plain"]


def serve_front(
    *,
    open_journal: Callable[[], Journal],
    keys: Keys,
    clock: Clock,
    settings: Settings,
    engine_socket: Path,
    doorbell: Path,
    refusals: Path,
    applied: Callable[[], int],
    host: str,
    port: int,
    fd: int | None = None,
    way: Way = "short",
) -> None:
    """Serve until SIGTERM or SIGINT, on an inherited listening socket or on host and port.

    Every request that was accepted has its answer when it returns. `applied` tells the engine's
    position. The plain way is there to compare the short one with, and for keys whose calls are
    limited: same rules, same answers.

    Forks a process that writes the journal: call it before the process has an event loop. Raises
    `Unavailable` when that process ends before its time.
    """
    head = _head_of(open_journal())
    commit = GroupCommit(
        Writer(open_journal, doorbell),
        head,
        applied,
        max_waiting=settings.intake.max_waiting,
        max_pending=settings.journal.max_pending,
    )
    intake = Intake(keys, commit, clock, settings.intake)
    moment = Moment()
    telling = Refusals(refusals, clock.now)
    passing = Passing(engine_socket)
    end = functools.partial(signal.raise_signal, signal.SIGTERM)
    app: ASGI3Application = App(intake, commit, passing, telling, end)
    plan = plan_of(settings.limits)
    if plan:
        way = "plain"
        app = Limited(app, Limiter(plan), keys, clock, telling)
    server = _Server(
        open_to_origins(without_needless_slashes(app, TAKEN_IN), settings.cors.origins),
        passing,
        lambda: commit.waiting,
        moment,
        _protocol(way, settings, moment, intake, telling),
    )
    listener = _listen(host, port) if fd is None else socket.socket(fileno=fd)
    _allow_many_files()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve([listener]))
    telling.close()
    if commit.is_lost:
        raise Unavailable("The journal's writer ended; start the front again")


def _head_of(journal: Journal) -> int:
    """The journal's head; what is wrong with the journal shows here, before anything is served."""
    try:
        return journal.head()
    finally:
        journal.close()


def _protocol(
    way: Way, settings: Settings, moment: Moment, intake: Intake, refusals: Refusals
) -> Callable[..., Connection]:
    bounds = Bounds(
        request_seconds=settings.intake.request_seconds,
        idle_seconds=settings.intake.idle_seconds,
        connections=settings.intake.max_connections,
    )
    if way == "plain":
        return functools.partial(Connection, bounds=bounds, moment=moment)
    return functools.partial(
        ShortWay,
        bounds=bounds,
        moment=moment,
        intake=intake,
        refusals=refusals,
        heads=Heads(),
        preamble=Preamble(),
    )


def _listen(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=BACKLOG)


def _allow_many_files() -> None:
    """Every connection is a file; the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class _Server(uvicorn.Server):
    """uvicorn's server with a look at the connections now and then, and an end without a bang."""

    def __init__(
        self,
        app: ASGI3Application,
        passing: Passing,
        waiting: Callable[[], int],
        moment: Moment,
        protocol: Callable[..., Connection],
    ) -> None:
        """`waiting` tells how many requests wait for their commit."""
        super().__init__(
            uvicorn.Config(
                app,
                http=cast("type[asyncio.Protocol]", protocol),
                ws="none",
                lifespan="on",
                interface="asgi3",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=BACKLOG,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            )
        )
        self._passing = passing
        self._waiting = waiting
        self._moment = moment

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen; what lives as long as the process is kept from the garbage collector."""
        self._moment.now = asyncio.get_running_loop().time()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second, by uvicorn."""
        self._moment.now = asyncio.get_running_loop().time()
        metrics.CONNECTIONS.set(len(self.server_state.connections))
        metrics.WAITING.set(self._waiting())
        if counter % LOOK_TICKS == 0:
            for connection in tuple(self.server_state.connections):
                cast(Connection, connection).look()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let every request that is under way have its answer; endless ones end now."""
        self._passing.end_streams()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on a signal, without uvicorn's raising it again: what follows must still run."""
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
