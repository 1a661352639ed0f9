"""HTTP to the byte: requests as text, answers one by one, and what becomes of a connection."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from types import TracebackType
from typing import Final, NamedTuple, Self

SECONDS: Final = 20.0
EVENT: Final = b'{"event_name":"e","identifiers":{"ext_id":"x"}}'


class Answer(NamedTuple):
    """One answer as it came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of that field, if it is there once."""
        values = [value for field, value in self.headers if field == name]
        assert len(values) <= 1
        return values[0] if values else None

    def error(self) -> tuple[int, str, str]:
        """Status, code and message of an error, which must have the form of one."""
        assert self.header("content-type") == "application/json"
        assert self.header("x-request-id")
        tree = json.loads(self.body)
        assert tree.keys() == {"code", "message"}
        return self.status, tree["code"], tree["message"]


class Wire:
    """One connection to a server."""

    def __init__(self, port: int, seconds: float = SECONDS) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def send(self, *pieces: bytes) -> None:
        """Send each piece in a packet of its own."""
        for piece in pieces:
            self._socket.sendall(piece)

    def answer(self) -> Answer:
        """The next answer; 1xx ones are passed over. EOFError where the server closes instead."""
        while True:
            head = self._until(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            version, status, _ = lines[0].split(" ", 2)
            assert version == "HTTP/1.1"
            fields = [line.split(": ", 1) for line in lines[1:-2]]
            headers = tuple((name, value) for name, value in fields)
            if not status.startswith("1"):
                return Answer(int(status), headers, self._body(dict(headers)))

    def is_closed(self) -> bool:
        """Wait until the server closes the connection; False where it says something more."""
        with suppress(ConnectionResetError):
            return self._read + self._socket.recv(1) == b""
        return True

    def leave(self) -> None:
        """Close this side."""
        self._socket.close()

    def some(self) -> bytes:
        """Whatever comes next."""
        read, self._read = self._read, b""
        return read or self._socket.recv(65_536)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size)
                self._until(b"\r\n")
            self._until(b"\r\n")
            return body
        return self._exactly(int(headers.get("content-length", "0")))

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            self._more()
        end = self._read.index(mark) + len(mark)
        text, self._read = self._read[:end], self._read[end:]
        return text

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            self._more()
        text, self._read = self._read[:size], self._read[size:]
        return text

    def _more(self) -> None:
        piece = self._socket.recv(65_536)
        if not piece:
            raise EOFError(f"closed after {self._read!r}")
        self._read += piece


def post(
    key: str | None,
    body: bytes = EVENT,
    *fields: str,
    target: str = "/v3/events",
    method: str = "POST",
    version: str = "1.1",
) -> bytes:
    """A request with that body, its length and further fields."""
    lines = [f"{method} {target} HTTP/{version}", "Host: localhost", *fields]
    if key is not None:
        lines.append(f"api-key: {key}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def chunked(key: str, *chunks: bytes, fields: tuple[str, ...] = (), trailer: str = "") -> bytes:
    """The same with a chunked body."""
    lines = ["POST /v3/events HTTP/1.1", "Host: localhost", f"api-key: {key}", *fields]
    head = "\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode()
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return head + body + b"0\r\n" + trailer.encode() + b"\r\n"


def ask(port: int, *pieces: bytes) -> Answer:
    """The answer to one request on a connection of its own."""
    with Wire(port) as wire:
        wire.send(*pieces)
        return wire.answer()
