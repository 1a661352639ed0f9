"""What becomes of a request whose client leaves, over real sockets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from footfall.api.leaving import end_with_client
from tests.running import free_port
from tests.served import Served


class Server(Served):
    """An application of which each request waits until it is let go, before or after its answer."""

    def __init__(self) -> None:
        self.port = free_port()
        self.fate = {name: threading.Event() for name in ("asked", "cancelled", "done")}
        self._go_on = asyncio.Event()
        super().__init__(end_with_client(self._answer), port=self.port)

    def let_go(self) -> None:
        self._loop.call_soon_threadsafe(self._go_on.set)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == ScopeType.HTTP
        self._loop = asyncio.get_running_loop()
        assert (await receive())["type"] == "http.request"
        self.fate["asked"].set()
        try:
            if scope["path"] != "/first":
                await self._go_on.wait()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            if scope["path"] == "/first":
                await self._go_on.wait()
        except asyncio.CancelledError:
            self.fate["cancelled"].set()
            raise
        self.fate["done"].set()

    def ask_and_leave(self, method: str) -> None:
        with closing(socket.create_connection(("127.0.0.1", self.port))) as client:
            client.sendall(f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert self.fate["asked"].wait(10)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.stop()


def test_what_was_only_to_be_read_ends_with_its_client(server: Server) -> None:
    """Nobody waits for it, and others do for the threads and the disk that it takes."""
    server.ask_and_leave("GET")
    assert server.fate["cancelled"].wait(10)


def test_what_was_to_be_done_is_done_without_its_client(server: Server) -> None:
    """A change that was begun is not broken off."""
    server.ask_and_leave("POST")
    server.let_go()
    assert server.fate["done"].wait(10)
    assert not server.fate["cancelled"].is_set()


def test_what_follows_an_answer_is_not_broken_off(server: Server) -> None:
    """Once a request has its answer, its client may go."""
    with httpx.Client() as client:
        assert client.get(f"http://127.0.0.1:{server.port}/first").status_code == 204
    server.let_go()
    assert server.fate["done"].wait(10)
    assert not server.fate["cancelled"].is_set()
