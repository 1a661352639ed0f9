"""A small HTTP server, for what the server under test calls."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class OtherSide:
    """Listens on 127.0.0.1; a few paths with fixed answers."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        """Path, without its query, and `Host` of each request."""
        self.posted: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        """By name, so that it has to be looked up."""
        return f"http://localhost:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
        path = head.split()[1].partition("?")[0]
        self.seen.append((path, fields["host"]))
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        if body and path == "/hook":
            self.posted.append(body)
        writer.write(self._answer(path))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _answer(self, path: str) -> bytes:
        status, field, body = {
            "/file": ("200 OK", "", b"the file"),
            "/hook": ("204 No Content", "", b""),
            "/moved": ("302 Found", "location: /file\r\n", b""),
            "/round": ("302 Found", "location: /round\r\n", b""),
            "/elsewhere": ("302 Found", f"location: http://127.0.0.2:{self.port}/file\r\n", b""),
        }.get(path, ("404 Not Found", "", b""))
        head = (
            f"HTTP/1.1 {status}\r\n{field}connection: close\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body
