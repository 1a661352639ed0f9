"""What the front passes to the engine and back, over real sockets on both sides."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from footfall import metrics
from footfall.front.server import Way
from tests.integration.front.wire import Wire, ask
from tests.served import Served
from tests.servers import WAYS, Front


class Asked(NamedTuple):
    """One request to the engine, and the means to answer it."""

    scope: HTTPScope
    receive: ASGIReceiveCallable
    send: ASGISendCallable

    async def start(self, status: int, *headers: tuple[bytes, bytes]) -> None:
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def body(self, body: bytes, more: bool = False) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def until_left(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


class Engine(Served):
    """An engine that says what it was asked, and does some things that are hard to pass."""

    def __init__(self, socket: Path) -> None:
        self.left = threading.Event()
        super().__init__(self._answer, uds=str(socket))

    def send_next(self) -> None:
        """Let the stream go on by one piece."""
        self._loop.call_soon_threadsafe(self._next_piece.set)

    async def _answer(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        assert scope["type"] == "http"
        act = {"/stream": self._stream, "/break": self._break, "/slow": self._slow}
        await act.get(scope["path"], self._echo)(Asked(scope, receive, send))

    async def _echo(self, asked: Asked) -> None:
        body = b""
        more = True
        while more:
            message = await asked.receive()
            assert message["type"] == "http.request"
            body += message["body"]
            more = message["more_body"]
        scope = asked.scope
        told = {
            "method": scope["method"],
            "target": (scope["raw_path"] + b"?" + scope["query_string"]).decode(),
            "headers": [(name.decode(), value.decode()) for name, value in scope["headers"]],
            "body": body.decode("latin-1"),
        }
        text = json.dumps(told).encode()
        await asked.start(
            418,
            (b"content-type", b"application/json"),
            (b"content-length", str(len(text)).encode()),
            (b"x-footfall-lag", b"3"),
            (b"set-cookie", b"a=1"),
            (b"set-cookie", b"b=2"),
            (b"server", b"hidden"),
            *([(b"x-request-id", b"journaled")] if scope["path"] == "/journaled" else []),
        )
        await asked.body(text)

    async def _stream(self, asked: Asked) -> None:
        self._loop, self._next_piece = asyncio.get_running_loop(), asyncio.Event()
        await asked.start(200, (b"content-type", b"text/event-stream; charset=utf-8"))
        await asked.receive()
        leaving = asyncio.create_task(asked.until_left())
        leaving.add_done_callback(lambda _: self._next_piece.set())
        number = 0
        while not leaving.done():
            await asked.body(b"data: %d\n\n" % number, more=True)
            number += 1
            await self._next_piece.wait()
            self._next_piece.clear()
        self.left.set()

    async def _slow(self, asked: Asked) -> None:
        await asked.until_left()
        self.left.set()

    async def _break(self, asked: Asked) -> None:
        await asked.start(200, (b"content-length", b"100"))
        await asked.body(b"half", more=True)
        raise ConnectionAbortedError


CHUNKED = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"


@pytest.fixture(scope="module", params=WAYS)
def lonely(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """A front whose engine is not there."""
    with Front(tmp_path_factory.mktemp("lonely"), request.param) as running:
        yield running


@pytest.fixture
def engine(lonely: Front) -> Iterator[Engine]:
    """The engine of `lonely`."""
    engine = Engine(lonely.data.engine_socket)
    engine.start()
    yield engine
    engine.stop()


def test_a_request_is_passed_as_it_came(lonely: Front, engine: Engine) -> None:
    """Method, target, body and fields, but for those that concern the connection."""
    answer = ask(
        lonely.port,
        b"PATCH /v3/contacts/a%2Fb%40x?q=%C3%A9+b&q=c HTTP/1.1\r\nHost: events.example.com\r\n"
        b"api-key: secret\r\nX-Request-Id: mine\r\nConnection: keep-alive, x-hop\r\nX-Hop: 1\r\n"
        b"TE: trailers\r\nX-Forwarded-For: 192.0.2.1\r\nContent-Length: 5\r\n\r\nh\xe9llo",
    )
    told = json.loads(answer.body)
    assert told["method"] == "PATCH"
    assert told["target"] == "/v3/contacts/a%2Fb%40x?q=%C3%A9+b&q=c"
    assert told["body"] == "h\xe9llo"
    assert told["headers"] == [
        ["host", "events.example.com"],
        ["api-key", "secret"],
        ["content-length", "5"],
        ["x-forwarded-for", "192.0.2.1, 127.0.0.1"],
        ["x-request-id", answer.header("x-request-id")],
    ]


def test_the_answer_is_passed_as_it_came(lonely: Front, engine: Engine) -> None:
    """Status, body and fields; date, server and request id are the front's."""
    answer = ask(lonely.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.status == 418
    assert [name for name, _ in answer.headers] == [
        "date",
        "content-type",
        "content-length",
        "x-footfall-lag",
        "set-cookie",
        "set-cookie",
        "x-request-id",
    ]
    told = dict(json.loads(answer.body)["headers"])
    assert told["x-request-id"] == answer.header("x-request-id")


def test_the_id_of_what_the_engine_journaled_is_passed(lonely: Front, engine: Engine) -> None:
    """Where the engine gives an id of its own, a receipt is found by that one."""
    answer = ask(lonely.port, b"GET /journaled HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.header("x-request-id") == "journaled"


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (CHUNKED, "abcde"),
        (b"POST /a HTTP/1.1\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000, "x" * 300_000),
        (b"POST /a HTTP/1.0\r\nContent-Length: 2\r\n\r\nab", "ab"),
        (b"DELETE /a HTTP/1.1\r\nHost: localhost\r\n\r\n", ""),
    ],
    ids=["chunked", "large", "http 1.0", "no body"],
)
def test_bodies_of_every_kind_are_passed(
    lonely: Front, engine: Engine, request_: bytes, body: str
) -> None:
    """Whatever their framing and size."""
    assert json.loads(ask(lonely.port, request_).body)["body"] == body


def test_a_head_request_is_answered_without_body(lonely: Front, engine: Engine) -> None:
    """The fields are those of the GET; the connection goes on."""
    with Wire(lonely.port) as wire:
        wire.send(b"HEAD /v3/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = wire.some()
        assert head.startswith(b"HTTP/1.1 418 ")
        assert head.endswith(b"\r\n\r\n")
        assert b"\r\ncontent-length: " in head
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert wire.answer().status == 200


def test_a_head_request_of_a_stream_ends(lonely: Front, engine: Engine) -> None:
    """It has the fields of the stream, which itself is not waited for."""
    with Wire(lonely.port) as wire:
        wire.send(b"HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"text/event-stream" in wire.some()
        wire.send(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert wire.answer().status == 200


def test_a_stream_arrives_piece_by_piece(lonely: Front, engine: Engine) -> None:
    """Each server-sent event comes when it is sent, and the engine hears when the client leaves."""
    with Wire(lonely.port) as wire:
        wire.send(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
        read = wire.some()
        for number in range(3):
            while b"data: %d\n\n" % number not in read:
                read += wire.some()
            assert b"data: %d" % (number + 1) not in read
            engine.send_next()
    assert engine.left.wait(10)


def test_a_client_that_leaves_ends_its_request(lonely: Front, engine: Engine) -> None:
    """The engine need not finish what nobody waits for, also not behind other requests."""
    slow = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with Wire(lonely.port) as wire:
        wire.send(slow + slow)
        assert not engine.left.wait(0.2)
    assert engine.left.wait(10)


def test_an_answer_that_breaks_off_stays_incomplete(lonely: Front, engine: Engine) -> None:
    """The client sees the end of the connection, not a whole answer."""
    with Wire(lonely.port) as wire:
        wire.send(b"GET /break HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with pytest.raises(EOFError):
            wire.answer()
    assert ask(lonely.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 418


def test_without_an_engine_reads_are_refused(lonely: Front) -> None:
    """503 with Retry-After; the front itself is alive, and not ready."""
    for path in ("/v3/contacts", "/readyz"):
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        answer = ask(lonely.port, request)
        assert answer.error()[:2] == (503, "service_unavailable")
        assert answer.header("retry-after") == "1"
    healthy = ask(lonely.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (healthy.status, json.loads(healthy.body)) == (200, {"status": "ok"})


def test_metrics_are_there_without_an_engine(lonely: Front) -> None:
    """Every metric of the front, and none of the engine's."""
    answer = ask(lonely.port, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.body.decode()
    for row in metrics.table():
        assert (f"# TYPE {row.name} {row.kind}\n" in text) == (row.role == "front")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_the_fronts_own_paths_are_read_only(lonely: Front, path: str) -> None:
    """405 for what would change something."""
    answer = ask(lonely.port, f"POST {path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n".encode())
    assert answer.error()[:2] == (405, "method_not_allowed")
    assert answer.header("allow") == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("way", WAYS)
def test_a_stream_does_not_hold_up_the_end(tmp_path: Path, way: Way) -> None:
    """An endless answer is ended in good form when the front is told to end."""
    with Front(tmp_path, way) as front:
        engine = Engine(front.data.engine_socket)
        engine.start()
        with Wire(front.port) as wire:
            wire.send(b"GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            read = b""
            while b"data: 0\n\n" not in read:
                read += wire.some()
            front.tell_to_end()
            rest = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := wire.some():
                    rest += piece
            assert rest.endswith(b"0\r\n\r\n")
        assert front.wait() == 0
        engine.stop()
