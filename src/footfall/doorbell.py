"""A nudge from one process to another on the same machine: "there is something new".

A nudge carries nothing and may be lost; whoever waits also looks on its own now and then.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path


class Doorbell:
    """The ringing side. Never blocks and never fails: nobody may be at home."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def ring(self) -> None:
        """Wake the listener if there is one; a bell that rings already is enough."""
        with contextlib.suppress(OSError):
            self._socket.sendto(b"!", self._path)

    def close(self) -> None:
        """Give back the socket."""
        self._socket.close()


class Doorstep:
    """The waiting side. Takes the path over from whoever waited there before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        path.chmod(0o600)

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at the most that long; rings that came meanwhile count as one."""
        self._socket.settimeout(seconds)
        try:
            self._socket.recv(1)
            self._socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    self._socket.recv(1)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Give back the socket and its path."""
        self._socket.close()
        self._path.unlink(missing_ok=True)
