"""The engine's process: the applier in its thread, the routes on a local socket."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
from pathlib import Path
from typing import Final

import structlog
import uvicorn

from footfall.api.app import create_app
from footfall.api.leaving import end_with_client
from footfall.api.parts import Parts
from footfall.api.readers import Readers
from footfall.api.slashes import keep_slashes
from footfall.doorbell import Doorbell
from footfall.engine.applier import Applier
from footfall.engine.erasure import Erasures

SHUTDOWN_SECONDS: Final = 5

_log = structlog.get_logger()


class Service:
    """Applies and answers until it is told to stop, or until the applier fails."""

    def __init__(
        self, parts: Parts, applier: Applier, erasures: Erasures, address: Path, doorbell: Path
    ) -> None:
        self._applier = applier
        self._erasures = erasures
        self._eraser = threading.Thread(target=erasures.run, name="eraser")
        self._doorbell = Doorbell(doorbell)
        self._thread = threading.Thread(target=self._apply, name="applier")
        self._processing = parts.processing
        self._deliveries = parts.deliveries
        self._failed = False
        self._server = _Server(
            parts.readers,
            uvicorn.Config(
                end_with_client(keep_slashes(create_app(parts))),
                uds=str(address),
                http="httptools",
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=SHUTDOWN_SECONDS,
            ),
        )

    async def run(self) -> bool:
        """Serve until SIGTERM or SIGINT. Returns whether all went well.

        The run under way is finished and committed before it returns.
        """
        _collect_garbage_seldom()
        self._thread.start()
        self._eraser.start()
        tasks = [asyncio.create_task(each.run()) for each in (self._processing, self._deliveries)]
        try:
            await self._server.serve()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self._applier.stop()
            self._doorbell.ring()
            self._erasures.stop()
            await asyncio.to_thread(self._thread.join)
            await asyncio.to_thread(self._eraser.join)
            self._doorbell.close()
        return not self._failed

    def _apply(self) -> None:
        try:
            self._applier.run()
        except Exception:
            # Nothing that was not committed counts; a new process starts from what was.
            _log.exception("engine_failed")
            self._failed = True
            self._server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn's server, which ends streams before it waits for answers to be complete."""

    def __init__(self, readers: Readers, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._readers = readers

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        self._readers.end()
        await super().shutdown(sockets)


def _collect_garbage_seldom() -> None:
    """And never among what is loaded by now, none of which will go.

    A run makes 100,000 objects and no cycles; looking for some took a quarter of its time.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 100)
