"""Refused requests, from the fronts that refused them to the engine that shows them.

They are in no journal and change nothing, so they go by datagrams that may be lost: a front never
waits for the engine, and an engine that is busy or away costs it nothing. What was lost is counted.
"""

from __future__ import annotations

import contextlib
import socket
from collections import deque
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from footfall.errors import FootfallError

MAX_BODY: Final = 65_536
"""Bytes of a refused body that are told."""
MAX_TOLD: Final = 100
"""Refused requests of which one front tells within a second; of others it tells the number."""
MAX_KEPT: Final = 200
MAX_KEPT_BYTES: Final = 4 * 2**20

_SECOND: Final = 1_000_000_000
_DATAGRAM: Final = 2**18

_encode = msgspec.msgpack.Encoder().encode


class RefusedRequest(msgspec.Struct, frozen=True, array_like=True):
    """A request for intake that was refused, wholly or in part."""

    request_id: str
    received_at: int
    """Nanoseconds since the epoch, by the front's clock."""
    path: str
    status: int
    code: str
    message: str
    key_id: str
    """Empty where no valid key came with it."""
    client: str
    body: bytes
    """As received, after content decoding, cut to `MAX_BODY`; empty where it was not read."""
    size: int
    """Bytes of the whole body."""
    lost: int = 0
    """How many were refused before it, since the last one told of, and not told of."""


_decode = msgspec.msgpack.Decoder(RefusedRequest).decode


class Refusals:
    """The front's side. Never blocks and never fails."""

    def __init__(self, path: Path, now: Callable[[], int]) -> None:
        """`now` tells nanoseconds since the epoch."""
        self._path = str(path)
        self._now = now
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._second = 0
        self._told = 0
        self._lost = 0

    def tell(
        self,
        error: FootfallError,
        path: str,
        request_id: str,
        key_id: str = "",
        client: str = "",
        body: bytes = b"",
    ) -> None:
        """Tell the engine, within the bound of so many a second."""
        now = self._now()
        if now // _SECOND != self._second:
            self._second, self._told = now // _SECOND, 0
        if self._told >= MAX_TOLD:
            self._lost += 1
            return
        refused = RefusedRequest(
            request_id,
            now,
            path,
            error.status,
            error.code,
            error.message,
            key_id,
            client,
            body[:MAX_BODY],
            len(body),
            self._lost,
        )
        try:
            self._socket.sendto(_encode(refused), self._path)
        except OSError:
            self._lost += 1
        else:
            self._told += 1
            self._lost = 0

    def close(self) -> None:
        """Give back the socket."""
        self._socket.close()


class RefusedRequests:
    """The engine's side: the newest ones, in memory. For one thread."""

    def __init__(self, path: Path, number: int) -> None:
        """`number` is where counting begins: higher than at any earlier start."""
        self._path = path
        self._number = number
        """Of the newest."""
        self._first = number
        self._kept: deque[RefusedRequest] = deque()
        self._bytes = 0
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(path))
        path.chmod(0o600)

    def fileno(self) -> int:
        """Can be read from as soon as a front has told of something; then call `take`."""
        return self._socket.fileno()

    def take(self) -> None:
        """Take what the fronts told of since the last call."""
        with contextlib.suppress(BlockingIOError):
            while True:
                with contextlib.suppress(msgspec.MsgspecError):
                    self._keep(_decode(self._socket.recv(_DATAGRAM)))

    def _keep(self, refused: RefusedRequest) -> None:
        self._number += 1
        self._kept.append(refused)
        self._bytes += len(refused.body)
        while len(self._kept) > MAX_KEPT or self._bytes > MAX_KEPT_BYTES:
            self._bytes -= len(self._kept.popleft().body)

    @property
    def number(self) -> int:
        """Of the newest one; each later one has a higher number."""
        return self._number

    @property
    def count(self) -> int:
        """How many were told of since the start."""
        return self._number - self._first

    def after(self, number: int) -> list[RefusedRequest]:
        """Those that came after the one with that number, oldest first, as far as they are kept."""
        new = max(0, min(self._number - number, len(self._kept)))
        return list(islice(self._kept, len(self._kept) - new, None))

    def close(self) -> None:
        """Give back the socket and its path."""
        self._socket.close()
        self._path.unlink(missing_ok=True)
