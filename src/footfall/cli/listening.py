"""The socket that clients connect to."""

from __future__ import annotations

import socket
from typing import Final

from footfall.errors import Unavailable

BACKLOG: Final = 4_096
"""Connections that the kernel keeps for a front that is being started again."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, open so that whoever connects waits in the kernel for a front."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except OSError as problem:
        raise Unavailable(
            f"cannot listen on {host} port {port}: {problem.strerror}. "
            "Choose another --host or --port, or stop what listens there"
        ) from problem
