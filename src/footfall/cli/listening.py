"""The socket that clients connect to."""

from __future__ import annotations

import os
import socket
from typing import Final

from footfall.errors import Unavailable

BACKLOG: Final = 4_096
"""Connections that the kernel keeps for a front that is being started again."""


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """Listening sockets on one port, open so that whoever connects waits in the kernel for a front.

    Of several, each gets its share of the connections. Raises `Unavailable`.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        several = count > 1
        listeners = [
            socket.create_server(address[:2], family=family, backlog=BACKLOG, reuse_port=several)
        ]
        place = listeners[0].getsockname()[:2]
        listeners += [
            socket.create_server(place, family=family, backlog=BACKLOG, reuse_port=several)
            for _ in range(count - 1)
        ]
        return listeners
    except OSError as problem:
        raise Unavailable(
            f"cannot listen on {host} port {port}: {_reason(problem)}. "
            "Choose another --host or --port, or stop what listens there"
        ) from problem


def _reason(problem: OSError) -> str:
    """The system's words alone: what Python adds to them repeats host and port."""
    if isinstance(problem, socket.gaierror) or problem.errno is None:
        return str(problem.strerror)
    return os.strerror(problem.errno)
