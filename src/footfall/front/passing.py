"""Everything that is not intake goes to the engine, over a socket of this machine.

Bodies are streamed both ways, so that server-sent events arrive as they are sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from time import perf_counter
from typing import Final

import httpx
import structlog
from uvicorn._types import (
    ASGIReceiveCallable,
    ASGISendCallable,
    HTTPResponseBodyEvent,
    HTTPScope,
)

from footfall import metrics
from footfall.answers import REQUEST_ID, Headers
from footfall.errors import MalformedBody, Unavailable

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 60.0
"""How long the engine may be silent; streams send a sign of life more often."""
GLANCE_SECONDS: Final = 2.0
MAX_CONNECTIONS: Final = 512
IDLE_SECONDS: Final = 2.0
"""Less than the engine leaves a silent connection open, so that none is used as it closes."""

HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110, 7.6.1: what concerns one connection only."""
OWN: Final = frozenset({b"date", b"server", REQUEST_ID})
"""Fields of the engine's answers that are not passed on as they are."""

_log = structlog.get_logger()


STREAM: Final = "text/event-stream"
"""The media type of an answer that goes on until one side leaves."""

_LAST_PIECE: Final[HTTPResponseBodyEvent] = {
    "type": "http.response.body",
    "body": b"",
    "more_body": False,
}


class Passing:
    """Passes requests on. From `start` to `close` it belongs to one event loop."""

    def __init__(self, socket: Path) -> None:
        self._engine = httpx.AsyncHTTPTransport(
            uds=str(socket),
            verify=False,  # a socket of this machine has no certificate
            limits=httpx.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=32,
                keepalive_expiry=IDLE_SECONDS,
            ),
        )
        self._streams: set[asyncio.Task[None]] = set()

    async def pass_on(
        self,
        scope: HTTPScope,
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
        request_id: str,
    ) -> None:
        """Ask the engine and answer with what it says, under this request id or the engine's own.

        To a HEAD it says what it says to a GET, and the body is left out.

        The engine gives one to a request that it journaled, for the receipt is found by it. Ends
        early when the client leaves. Raises `Unavailable` where the engine gives no answer and
        `MalformedBody` where the request cannot be passed on; then nothing was answered.
        """
        body = _Body(receive)
        request = _request(scope, body, request_id)
        wants_body = scope["method"] != "HEAD"
        passing = asyncio.create_task(self._pass(request, send, request_id, wants_body))
        leaving = asyncio.create_task(body.left())
        try:
            await asyncio.wait({passing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            passing.cancel()
            leaving.cancel()
            await asyncio.wait({passing, leaving})
        if not passing.cancelled():
            passing.result()
        elif not body.has_left:
            await send(_LAST_PIECE)

    async def _pass(
        self, request: httpx.Request, send: ASGISendCallable, request_id: str, wants_body: bool
    ) -> None:
        try:
            answer = await self._ask(request)
        except _Left:
            return
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status_code,
                    "headers": [*_answer_headers(answer), (REQUEST_ID, _id(answer, request_id))],
                }
            )
            if wants_body:
                await self._send_body(answer, send)
            await send(_LAST_PIECE)
        except httpx.TransportError as problem:
            # The answer has begun, so that only its end can tell: it stays incomplete.
            _log.warning("answer_broken_off", request_id=request_id, problem=repr(problem))
        finally:
            await answer.aclose()

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        """The engine's answer, of which the body is still to be read."""
        start = perf_counter()
        try:
            answer = await self._engine.handle_async_request(request)
        except httpx.LocalProtocolError as problem:
            raise MalformedBody(f"The request cannot be passed on: {problem}") from problem
        except httpx.TimeoutException as problem:
            raise Unavailable("The engine did not answer in time; repeat the call") from problem
        except httpx.TransportError as problem:
            raise Unavailable("The engine is not reachable; repeat the call") from problem
        metrics.PASSED.labels(str(answer.status_code)).inc()
        metrics.PASSED_SECONDS.observe(perf_counter() - start)
        return answer

    async def _send_body(self, answer: httpx.Response, send: ASGISendCallable) -> None:
        task = asyncio.current_task()
        if task is not None and answer.headers.get("content-type", "").startswith(STREAM):
            self._streams.add(task)
            task.add_done_callback(self._streams.discard)
        async for piece in answer.aiter_raw():
            await send({"type": "http.response.body", "body": piece, "more_body": True})

    async def read(self, path: str) -> bytes:
        """What the engine answers to a GET of its own; raises `Unavailable` for all but a 200."""
        request = httpx.Request(
            "GET", f"http://engine{path}", extensions={"timeout": _seconds(GLANCE_SECONDS)}
        )
        answer = await self._ask(request)
        try:
            if answer.status_code != 200:
                raise Unavailable(f"The engine answers {answer.status_code} to {path}")
            return await answer.aread()
        except httpx.TransportError as problem:
            raise Unavailable("The engine is not reachable; repeat the call") from problem
        finally:
            await answer.aclose()

    def end_streams(self) -> None:
        """End the answers that would never end by themselves; their clients call again."""
        for task in self._streams:
            task.cancel()

    async def close(self) -> None:
        """Give back the connections to the engine."""
        await self._engine.aclose()


class _Left(Exception):
    """The client left before its request was read."""


class _Body(httpx.AsyncByteStream):
    """The request's body as it arrives, and after it the news that the client left."""

    def __init__(self, receive: ASGIReceiveCallable) -> None:
        self._receive = receive
        self._whole = asyncio.Event()
        self.has_left = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while not self._whole.is_set():
            message = await self._receive()
            if message["type"] != "http.request":
                self.has_left = True
                raise _Left
            if not message.get("more_body"):
                self._whole.set()
            if message.get("body"):
                yield message["body"]

    async def left(self) -> None:
        """Returns when the client has left, or has its answer."""
        await self._whole.wait()
        while (await self._receive())["type"] == "http.request":
            pass
        self.has_left = True


def _request(scope: HTTPScope, body: _Body, request_id: str) -> httpx.Request:
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    return httpx.Request(
        "GET" if scope["method"] == "HEAD" else scope["method"],
        "http://engine",
        headers=_request_headers(scope, request_id),
        stream=body,
        extensions={"target": target, "timeout": _seconds(ANSWER_SECONDS)},
    )


def _request_headers(scope: HTTPScope, request_id: str) -> Headers:
    """What the client sent, but for what concerns its connection; and where it came from."""
    given = list(scope["headers"])
    names = {name for name, _ in given}
    headers = _end_to_end(given, {b"expect", b"x-forwarded-for", REQUEST_ID})
    if b"transfer-encoding" in names:
        headers.append((b"transfer-encoding", b"chunked"))
    if b"host" not in names:
        headers.append((b"host", b"localhost"))
    on_the_way = [value for name, value in given if name == b"x-forwarded-for"]
    if scope["client"] is not None:
        on_the_way.append(scope["client"][0].encode())
    headers.append((b"x-forwarded-for", b", ".join(on_the_way)))
    headers.append((REQUEST_ID, request_id.encode()))
    return headers


def _id(answer: httpx.Response, request_id: str) -> bytes:
    own: str = answer.headers.get(REQUEST_ID.decode(), request_id)
    return own.encode("latin-1")


def _answer_headers(answer: httpx.Response) -> Headers:
    return _end_to_end([(name.lower(), value) for name, value in answer.headers.raw], OWN)


def _end_to_end(headers: Headers, without: Collection[bytes]) -> Headers:
    dropped = HOP_BY_HOP.union(without)
    for name, value in headers:
        if name == b"connection":
            dropped |= {token.strip().lower() for token in value.split(b",")}
    return [(name, value) for name, value in headers if name not in dropped]


def _seconds(answer: float) -> dict[str, float]:
    return {"connect": CONNECT_SECONDS, "pool": CONNECT_SECONDS, "write": answer, "read": answer}
