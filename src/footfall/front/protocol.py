"""The short way of an event: from the parser's callbacks to the group commit and back.

It takes `POST /v3/events` where nothing is unusual about the request. Everything else, and every
request whose head is refused, goes the plain way, by the ASGI application. Rules, bounds and
answers are the same on both; docs/decisions/0006-the-short-way-of-intake.md says what it gains.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from footfall.answers import Answer
from footfall.errors import FootfallError
from footfall.front.answers import refuse
from footfall.front.connection import Bounds, Connection, Moment
from footfall.front.intake import PATH, Caller, Intake

UNUSUAL: Final = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade"})
"""Fields with which a request goes the plain way."""


class Preamble:
    """The begin of a 204 answer, made anew when the server's date moves on."""

    def __init__(self) -> None:
        self._fields: list[tuple[bytes, bytes]] | None = None
        self._text = b""

    def with_fields(self, fields: list[tuple[bytes, bytes]]) -> bytes:
        """Status line, the server's own fields, and the name of the field for the request id."""
        if fields is not self._fields:
            self._fields = fields
            self._text = b"".join([STATUS_LINE[204], *_lines(fields), b"x-request-id: "])
        return self._text


class _NoEvent:
    """Nobody waits on the short way."""

    def set(self) -> None:
        """Nothing to wake."""


class _Exchange:
    """One event on the short way. Stands where uvicorn keeps the cycle of the latest request."""

    __slots__ = (
        "body",
        "caller",
        "connection",
        "disconnected",
        "keep_alive",
        "response_complete",
    )
    message_event: Final = _NoEvent()
    response_started: Final = False

    def __init__(self, connection: ShortWay, caller: Caller, keep_alive: bool) -> None:
        self.connection = connection
        self.caller = caller
        self.keep_alive = keep_alive
        self.body: bytes | bytearray = b""
        self.disconnected = False
        self.response_complete = False

    def committed(self, request_id: str) -> None:
        """See `commit.Waiting`."""
        self.connection.acknowledge(self, request_id)

    def failed(self, error: FootfallError) -> None:
        """See `commit.Waiting`."""
        self.connection.refuse(self, error)


class ShortWay(Connection):
    """A connection on which usual events take the short way."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        bounds: Bounds,
        moment: Moment,
        intake: Intake,
        preamble: Preamble,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, bounds=bounds, moment=moment)
        self._intake = intake
        self._exchange: _Exchange | None = None
        """The event that is being received."""
        self._preamble = preamble

    # -- receiving ---------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Leave uvicorn's scope until it is known that the plain way needs one."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._begin_message()

    def on_headers_complete(self) -> None:
        """Choose the way."""
        if self.url == PATH and self._is_free():
            self._exchange = self._admitted()
            if self._exchange is not None:
                self.cycle = self._exchange  # type: ignore[assignment]
                return
        self._go_plain_way()

    def _is_free(self) -> bool:
        return self.is_answered() and not self.flow.write_paused and self.has_room()

    def _admitted(self) -> _Exchange | None:
        """The exchange of a usual request whose head is in order, else None."""
        fields = dict(self.headers)
        parser = self.parser
        if (
            len(fields) != len(self.headers)
            or b"content-length" not in fields
            or not UNUSUAL.isdisjoint(fields)
            or parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
            or self.is_head_large()
        ):
            return None
        try:
            caller = self._intake.admit(
                self._intake.identify(fields), fields, self._intake.max_body
            )
        except FootfallError:
            return None
        self._stage = "body"
        return _Exchange(self, caller, parser.should_keep_alive())

    def _go_plain_way(self) -> None:
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body; nearly always it is the whole."""
        exchange = self._exchange
        if exchange is None:
            super().on_body(body)
        elif not exchange.body:
            exchange.body = body
        else:
            if type(exchange.body) is bytes:
                exchange.body = bytearray(exchange.body)
            exchange.body += body

    def on_message_complete(self) -> None:
        """Hand the event to the intake."""
        exchange = self._exchange
        if exchange is None:
            super().on_message_complete()
            return
        self._exchange = None
        self._stage = ""
        try:
            self._intake.accept(exchange.caller, bytes(exchange.body), exchange)
        except Exception as error:
            self.refuse(exchange, error)

    # -- answering ---------------------------------------------------------------------------------

    def acknowledge(self, exchange: _Exchange, request_id: str) -> None:
        """204: the event is on disk."""
        end = b"\r\n\r\n" if exchange.keep_alive else b"\r\nconnection: close\r\n\r\n"
        begin = self._preamble.with_fields(self.server_state.default_headers)
        self._answer(exchange, begin + request_id.encode() + end)

    def refuse(self, exchange: _Exchange, error: Exception) -> None:
        """Answer with the error."""
        answer = refuse(error, PATH.decode(), exchange.caller.key.id)
        self._answer(exchange, self._text_of(answer, exchange.keep_alive))

    def _text_of(self, answer: Answer, keep_alive: bool) -> bytes:
        fields = self.server_state.default_headers + answer.headers
        if not keep_alive:
            fields.append((b"connection", b"close"))
        return b"".join([STATUS_LINE[answer.status], *_lines(fields), b"\r\n", answer.body])

    def _answer(self, exchange: _Exchange, text: bytes) -> None:
        exchange.response_complete = True
        if self.is_finished:
            return
        self._wire.write(text)
        if not exchange.keep_alive:
            self.finish()
        self.on_response_complete()


def _lines(fields: list[tuple[bytes, bytes]]) -> list[bytes]:
    return [b"%b: %b\r\n" % field for field in fields]
