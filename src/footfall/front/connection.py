"""A client's connection: uvicorn's HTTP protocol with the bounds that it lacks.

uvicorn and its parser bound neither the size of a request's head nor the time in which a request
must arrive, and they answer bytes that are no HTTP at once and in plain text. Here every error is
JSON from the one table and comes after the answers of all earlier requests of the connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, Final, Literal, NamedTuple, cast

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from footfall.errors import (
    FootfallError,
    HeadTooLarge,
    MalformedBody,
    MethodNotAllowed,
    RequestTimeout,
    Unavailable,
)
from footfall.front.answers import Refusal

MAX_HEAD: Final = 32_768
"""Bytes of a request's target and header fields together."""
MAX_READ: Final = 262_144
"""Bytes that the event loop hands over at once, at the most."""
MAX_PIPELINED: Final = MAX_READ // 128
"""Requests of one connection that may wait for the answers to those before them: more than one read
can hold of requests that have a key."""
READ_AHEAD: Final = 16
"""While no more than that wait, more is read, if only to hear that the client left."""
LINGER_SECONDS: Final = 2.0
"""How long input is still read and dropped after a last answer, so that the answer arrives."""


_TOO_MANY_CONNECTIONS: Final = Refusal(
    Unavailable("Too many connections are open; repeat the call")
)


def _head_too_large() -> HeadTooLarge:
    return HeadTooLarge(f"Target and header fields are larger than {MAX_HEAD} bytes")


class Bounds(NamedTuple):
    """What one connection may take, see `settings.Intake`."""

    request_seconds: float
    idle_seconds: float
    connections: int


class Moment:
    """The event loop's time as of the last tick, for stamps that need no more precision."""

    def __init__(self) -> None:
        self.now = 0.0


class _NoEvent:
    """Nobody waits."""

    def set(self) -> None:
        """Nothing to wake."""


class Exchange:
    """What stands where uvicorn keeps the cycle of the latest request, and is none."""

    __slots__ = ("disconnected", "keep_alive", "response_complete")
    message_event: Final = _NoEvent()
    response_started: Final = False

    def __init__(self, response_complete: bool, keep_alive: bool) -> None:
        self.response_complete = response_complete
        self.keep_alive = keep_alive
        self.disconnected = False


_BEFORE_ALL: Final = Exchange(response_complete=True, keep_alive=True)


class Connection(HttpToolsProtocol):
    """One connection; requests go to the ASGI application, one at a time and in order."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
        moment: Moment,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.cycle = cast(RequestResponseCycle, _BEFORE_ALL)
        self._bounds = bounds
        self._moment = moment
        self._since = moment.now
        """Since when the client, or the server, is waited for."""
        self._stage: Literal["", "head", "body"] = ""
        """What of a request is being received; nothing between two requests."""
        self._read = 0
        """Bytes of the read under way."""
        self._unfinished = 0
        """Bytes of earlier reads in which the head under way did not end."""
        self._upgrade_head = b""
        self._running: RequestResponseCycle | None = None
        self._last = False
        """No further request is read."""
        self._error: FootfallError
        """Why not."""
        self._broken: RequestResponseCycle | None = None
        """The request that broke off in its body."""
        self._lingers = False
        self._paused_at = moment.now

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See asyncio.Protocol."""
        super().connection_made(transport)
        self._wire = transport
        self.flow = _Flow(transport, self.pipeline)
        self.transport = _Outlet(transport, self)
        self._has_room = len(self.connections) <= self._bounds.connections

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the request that is being answered, not only the latest, see asyncio.Protocol."""
        super().connection_lost(exc)
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
        self.transport = self._wire  # no ring of references is left to the garbage collector

    # -- reading -----------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        if self._last:
            return
        self._read = len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError as problem:
            error = problem.__context__
            if not isinstance(error, FootfallError):
                error = MalformedBody("This is no HTTP request that can be read")
            self._end_with(error)
            return
        if self._stage == "head":
            self._unfinished += self._read
            if self._unfinished > MAX_HEAD + MAX_READ:
                self._end_with(_head_too_large())

    def _feed(self, data: bytes) -> None:
        """Parse; a wish to upgrade is read as if it had not been made, as RFC 9110 allows.

        The parser would skip the body of such a request and take it for the next one.
        """
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            head, self._upgrade_head = self._upgrade_head, b""
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            self._feed(head + data[upgrade.args[0] :])

    def on_message_begin(self) -> None:
        """See httptools."""
        super().on_message_begin()
        self._begin_message()

    def _begin_message(self) -> None:
        self._stage = "head"
        self._since = self._moment.now
        self._unfinished = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head; those after a chunked body are dropped.

        Blanks around a value are not part of it (RFC 9110, 5.5); the parser leaves those behind it.
        """
        if self._stage == "head":
            name = name.lower()
            value = value.rstrip(b" \t")
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Start the request, or queue it behind those not answered yet."""
        if self.is_head_large():
            self._check_head()
        if len(self.pipeline) >= MAX_PIPELINED:
            raise Unavailable("Too many requests of this connection wait; repeat the call")
        if self.parser.should_upgrade():
            self._upgrade_head = self._head_without_upgrade()
            return
        self._stage = "body"
        if not self._has_room:
            self.app = _TOO_MANY_CONNECTIONS
        super().on_headers_complete()

    def is_head_large(self) -> bool:
        """Whether the head may be over its limit, and is worth a closer look."""
        return self._unfinished + self._read > MAX_HEAD

    def _check_head(self) -> None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > MAX_HEAD:
            raise _head_too_large()

    def _head_without_upgrade(self) -> bytes:
        method = self.parser.get_method()
        if method == b"CONNECT":
            raise MethodNotAllowed("CONNECT")
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                tokens = [
                    token for token in value.split(b",") if token.strip().lower() != b"upgrade"
                ]
                lines.append(b"connection: " + b",".join(tokens))
            elif name != b"upgrade":
                lines.append(name + b": " + value)
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def on_message_complete(self) -> None:
        """See httptools."""
        if self._upgrade_head:
            return
        self._stage = ""
        self._since = self._moment.now
        super().on_message_complete()

    # -- answering ---------------------------------------------------------------------------------

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)
        if cycle is self._broken:
            self._give_up_soon()

    def on_response_complete(self) -> None:
        """Go on with the next request of the pipeline, if one is there."""
        if not self.is_finished:
            self.go_on()

    def go_on(self) -> None:
        """Start what waits, or wait for more."""
        self.server_state.total_requests += 1
        self._since = self._moment.now
        if self.flow.read_paused:
            self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())

    def _end_with(self, error: FootfallError) -> None:
        """Read no more; answer with the error in its turn, then close."""
        self._last = True
        self._error = error
        if self._stage != "body":
            self._refuse()
        elif self.cycle.response_started:
            self.transport.close()
        else:
            self._broken = self.cycle
            if not self.pipeline or self.pipeline[0][0] is not self._broken:
                self._give_up_soon()

    def _refuse(self) -> None:
        """Answer what is no request once all before it is answered."""
        waits = not self.cycle.response_complete
        self.cycle = self._cycle_without_request()
        if waits:
            self.pipeline.appendleft((self.cycle, Refusal(self._error)))
        else:
            self._start_asgi_task(self.cycle, Refusal(self._error))

    def _give_up_soon(self) -> None:
        """A request that broke off may still be refused for what its head says: it began first."""
        self.loop.call_soon(self._give_up)

    def _give_up(self) -> None:
        broken = self.cycle
        if broken.response_started:
            self.transport.close()
        elif not self._wire.is_closing():
            broken.disconnected = True
            broken.message_event.set()
            self.cycle = self._cycle_without_request()
            self._start_asgi_task(self.cycle, Refusal(self._error))

    def _cycle_without_request(self) -> RequestResponseCycle:
        return RequestResponseCycle(
            scope={"type": "http", "method": "GET", "path": ""},  # type: ignore[typeddict-item]
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=self.on_response_complete,
        )

    # -- ending ------------------------------------------------------------------------------------

    def look(self) -> None:
        """End the connection if it has been waited for too long. Called every tick."""
        waited = self._moment.now - self._since
        if self._lingers:
            if waited > LINGER_SECONDS:
                self._wire.abort()
        elif self.flow.write_paused:
            if self._moment.now - self._paused_at > self._bounds.idle_seconds:
                self._wire.abort()
        elif self._stage:
            late = waited > self._bounds.request_seconds and not self.flow.read_paused
            if late and not self._last:
                self._end_with(RequestTimeout("The request did not arrive whole in time"))
        elif waited > self._bounds.idle_seconds and self.cycle.response_complete:
            self._wire.close()

    def pause_writing(self) -> None:
        """Note since when the client does not read, see asyncio.Protocol."""
        self._paused_at = self._moment.now
        super().pause_writing()

    def shutdown(self) -> None:
        """Close at once where nothing is owed, else after the answer."""
        if self.cycle.response_complete:
            self._wire.close()
        else:
            self.cycle.keep_alive = False

    def finish(self) -> None:
        """Close after the last answer; what still comes in is dropped for a while.

        Were it left unread, the kernel would reset the connection, and the answer might be lost.
        """
        unread = self._last or self._stage or self.flow.read_paused or self.pipeline
        self._last = True
        if not unread:
            self._wire.close()
        elif not self._wire.is_closing() and not self._lingers:
            self._lingers = True
            self._since = self._moment.now
            self._wire.write_eof()
            self.pipeline.clear()
            self.flow.resume_reading()

    @property
    def is_finished(self) -> bool:
        """Nothing more can be written."""
        return self._lingers or self._wire.is_closing()


class _Flow(FlowControl):
    """Flow control that reads no further while many requests that were read wait for their turn.

    uvicorn reads on after every answer. One read may hold thousands of requests, so that a client
    that sends and does not read would fill the memory.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        pipeline: Collection[tuple[RequestResponseCycle, ASGI3Application]],
    ) -> None:
        super().__init__(transport)
        self._pipeline = pipeline

    def resume_reading(self) -> None:
        """Read on, unless too many requests wait; each answer to one of them comes here again."""
        if len(self._pipeline) <= READ_AHEAD:
            super().resume_reading()


class _Outlet(asyncio.Transport):
    """The transport as answers see it: to close it is to finish the connection."""

    def __init__(self, transport: asyncio.Transport, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.write = transport.write  # type: ignore[method-assign]

    def close(self) -> None:
        """See `Connection.finish`."""
        self._connection.finish()

    def is_closing(self) -> bool:
        """See `Connection.is_finished`."""
        return self._connection.is_finished
