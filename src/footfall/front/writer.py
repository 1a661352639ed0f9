"""The process that writes the journal for a front.

Python lets one thread run at a time. A writer thread beside the event loop has to ask for its turn
several times a commit, and the two hinder each other more than the disk does; a commit on the loop
itself holds up everything for as long as the disk takes. A process of its own does neither:
docs/decisions/0006-the-short-way-of-intake.md has the figures.

It is forked, while the front has nothing open that a fork could harm, and ends when the front does.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import signal
import socket
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Final

import msgspec
import structlog

from footfall.answers import fault
from footfall.doorbell import Doorbell
from footfall.errors import Damaged, FootfallError, OutOfSpace, Unavailable, Unusable
from footfall.ports import Journal
from footfall.records import Request

NAME: Final = b"journal-writer"
"""What `ps -o comm` shows of the process."""

_SIZE: Final = struct.Struct("<I")
_REFUSALS: Final = {error.__name__: error for error in (Damaged, OutOfSpace, Unusable, Unavailable)}

_log = structlog.get_logger()


class Outcome(msgspec.Struct, frozen=True, array_like=True):
    """What became of a group: where it stands in the journal, or why it does not."""

    position: int = 0
    nonce: str = ""
    seconds: float = 0.0
    """How long the commit took."""
    refusal: str = ""
    message: str = ""
    retry_after: int = 1

    def error(self) -> FootfallError | None:
        """The error to tell the requests of the group; None where it was committed."""
        if not self.refusal:
            return None
        kind = _REFUSALS.get(self.refusal)
        return fault() if kind is None else kind(self.message, self.retry_after)


_encode = msgspec.msgpack.Encoder().encode
_group = msgspec.msgpack.Decoder(list[Request])
_outcome = msgspec.msgpack.Decoder(Outcome)


class Writer:
    """The front's end. Groups are committed one after the other, in the order of `write`."""

    def __init__(self, open_journal: Callable[[], Journal], doorbell: Path) -> None:
        """Forks. Call it before the process has threads or an event loop."""
        self._socket, other = socket.socketpair()
        self._process = os.fork()
        if self._process == 0:
            self._socket.close()
            _live(other, open_journal, doorbell)
        other.close()

    async def connect(self, told: Callable[[Outcome], None], lost: Callable[[], None]) -> None:
        """From now on `told` hears of each group, on the event loop; `lost` of an early end."""
        self._lines = _Lines(told, lost)
        await asyncio.get_running_loop().create_connection(lambda: self._lines, sock=self._socket)

    def write(self, requests: Sequence[Request]) -> None:
        """Commit the requests as one record; `told` will hear of it."""
        data = _encode(requests)
        self._lines.transport.writelines([_SIZE.pack(len(data)), data])

    async def close(self) -> None:
        """End the process; call it when the last group was told. Returns when it has ended."""
        self._lines.leave()
        await asyncio.to_thread(os.waitpid, self._process, 0)


class _Lines(asyncio.Protocol):
    """Cuts what the process says into outcomes."""

    transport: asyncio.Transport

    def __init__(self, told: Callable[[Outcome], None], lost: Callable[[], None]) -> None:
        self._told = told
        self._lost = lost
        self._read = b""
        self._is_leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._read += data
        while len(self._read) >= _SIZE.size:
            end = _SIZE.size + _SIZE.unpack_from(self._read)[0]
            if len(self._read) < end:
                return
            outcome = _outcome.decode(self._read[_SIZE.size : end])
            self._read = self._read[end:]
            self._told(outcome)

    def leave(self) -> None:
        """Say goodbye; its end is no loss."""
        self._is_leaving = True
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        if not self._is_leaving:
            _log.error("writer_lost", problem=repr(exc))
            self._lost()


# -- in the process --------------------------------------------------------------------------------


def _live(front: socket.socket, open_journal: Callable[[], Journal], doorbell: Path) -> None:
    """The life of the process; never returns, so that nothing of the front's is run twice."""
    status = 1
    try:
        # The front decides when to end. A signal to the whole group must not come before it.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        with contextlib.suppress(OSError):
            Path("/proc/self/comm").write_bytes(NAME)
        _serve(front, open_journal(), Doorbell(doorbell))
        status = 0
    except BaseException:
        _log.exception("writer_failed")
    finally:
        os._exit(status)


def _serve(front: socket.socket, journal: Journal, doorbell: Doorbell) -> None:
    """Commit group after group until the front is gone."""
    with io.BufferedReader(socket.SocketIO(front, "r"), 2**18) as groups:
        while data := _next(groups):
            outcome = _append(journal, _group.decode(data))
            doorbell.ring()
            answer = _encode(outcome)
            try:
                front.sendall(_SIZE.pack(len(answer)) + answer)
            except OSError:
                break
    journal.close()


def _next(groups: io.BufferedReader[socket.SocketIO]) -> bytes:
    """The next group; nothing when the front is gone, also in the middle of one."""
    size = groups.read(_SIZE.size)
    if len(size) < _SIZE.size:
        return b""
    (length,) = _SIZE.unpack(size)
    data = groups.read(length)
    return data if len(data) == length else b""


def _append(journal: Journal, requests: Sequence[Request]) -> Outcome:
    start = perf_counter()
    try:
        record = journal.append(requests)
    except Unavailable as error:
        kind = type(error).__name__
        _log.error("commit_failed", reason=error.message, requests=len(requests))
        return Outcome(
            refusal=kind if kind in _REFUSALS else Unavailable.__name__,
            message=error.message,
            retry_after=error.retry_after or 1,
        )
    except Exception:
        _log.exception("commit_failed", requests=len(requests))
        return Outcome(refusal="fault")
    return Outcome(record.position, record.nonce, perf_counter() - start)
