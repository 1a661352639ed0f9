"""An application that is served from a thread of the tests' own process."""

from __future__ import annotations

import threading
from typing import Any

import uvicorn


class Served:
    """Answers over real sockets from `start` to `stop`."""

    def __init__(self, app: Any, *, port: int = 0, uds: str | None = None) -> None:
        """On a port of this machine, or on a Unix socket."""
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                port=port,
                uds=uds,
                log_config=None,
                lifespan="off",
                ws="none",
                interface="asgi3",
            )
        )
        self._thread = threading.Thread(target=self._server.run)

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
