"""The short way of an event: from the connection to the group commit and back.

It takes `POST /v3/events` where nothing is unusual about the request. Everything else, and every
request whose head is refused, goes the plain way, by the ASGI application. Rules, bounds and
answers are the same on both; docs/decisions/0006-the-short-way-of-intake.md says what it gains.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, NamedTuple

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from footfall.answers import Answer
from footfall.errors import FootfallError
from footfall.front.answers import refuse
from footfall.front.connection import Bounds, Connection, Exchange, Moment
from footfall.front.intake import PATH, Caller, Intake, secret_in
from footfall.records import refused_request_id
from footfall.refusals import Refusals

UNUSUAL: Final = frozenset(
    {b"transfer-encoding", b"content-encoding", b"expect", b"upgrade", b"origin"}
)
"""Fields with which a request goes the plain way."""
MAX_HEADS: Final = 1_024
MAX_HEAD_SIZE: Final = 2_048
"""Bytes of a head that is worth remembering."""

_END: Final = b"\r\n\r\n"


class Head(NamedTuple):
    """What the head of an admitted request says."""

    secret: str
    caller: Caller
    length: int
    """Of the body."""
    keep_alive: bool


class Heads:
    """Heads that were parsed and admitted, so that the same bytes need not be parsed again.

    A client that keeps its connection sends the same head over and over, but for the length. Equal
    bytes at the begin of a request mean the same to the parser; only the key must be asked for
    anew, which the intake does before the commit.
    """

    def __init__(self) -> None:
        self._heads: dict[bytes, Head] = {}
        self.get = self._heads.get

    def remember(self, request: bytes, head: Head) -> None:
        """Take note of the head of a whole request; of others, nothing is kept."""
        end = request.find(_END) + len(_END)
        if len(request) - end != head.length or end > MAX_HEAD_SIZE or not head.keep_alive:
            return
        if len(self._heads) >= MAX_HEADS:
            self._heads.clear()
        self._heads[request[:end]] = head


class Preamble:
    """The begin of a 204 answer, made anew when the server's date moves on."""

    def __init__(self) -> None:
        self.fields: list[tuple[bytes, bytes]] = []
        """The server's own fields of which `text` was made."""
        self.text = b""

    def renew(self, fields: list[tuple[bytes, bytes]]) -> None:
        """Status line, the server's own fields, and the name of the field for the request id."""
        self.fields = fields
        self.text = b"".join([STATUS_LINE[204], *_lines(fields), b"x-request-id: "])


class _Event(Exchange):
    """One event on the short way."""

    __slots__ = ("body", "connection", "head", "is_recalled")

    def __init__(self, connection: ShortWay, head: Head, is_recalled: bool) -> None:
        self.connection = connection
        self.head = head
        self.is_recalled = is_recalled
        self.body: bytes | bytearray = b""
        self.keep_alive = head.keep_alive
        self.disconnected = False
        self.response_complete = False

    def committed(self, request_id: str) -> None:
        """See `commit.Waiting`."""
        connection, preamble = self.connection, self.connection.preamble
        if preamble.fields is not connection.server_state.default_headers:
            preamble.renew(connection.server_state.default_headers)
        end = _END if self.keep_alive else b"\r\nconnection: close\r\n\r\n"
        connection.answer(self, preamble.text + request_id.encode() + end)

    def failed(self, error: FootfallError) -> None:
        """See `commit.Waiting`."""
        self.connection.refuse(self, error)


class ShortWay(Connection):
    """A connection on which usual events take the short way, one at a time."""

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
        refusals: Refusals,
        heads: Heads,
        preamble: Preamble,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop, bounds=bounds, moment=moment)
        self._intake = intake
        self._refusals = refusals
        self._heads = heads
        self.preamble = preamble
        self._event: _Event | None = None
        """The event that is being received."""
        self._whole = b""
        """What was read at once, from the begin of a request; see `Heads.remember`."""

    # -- receiving ---------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take a whole request with a head that is known; leave all else to the parser."""
        if self._stage:
            super().data_received(data)
            return
        end = data.find(_END) + len(_END)
        head = self._heads.get(data[:end])
        if head is not None and len(data) - end == head.length and self._is_free():
            self._intake.recall(head.secret, head.caller.key)
            event = _Event(self, head, is_recalled=True)
            self.cycle = event  # type: ignore[assignment]
            self._accept(event, data[end:])
            return
        self._whole = data
        super().data_received(data)
        self._whole = b""

    def on_message_begin(self) -> None:
        """Leave uvicorn's scope until it is known that the plain way needs one."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._begin_message()

    def on_headers_complete(self) -> None:
        """Choose the way."""
        head = self._admitted() if self.url == PATH and self._is_free() else None
        if head is None:
            self._go_plain_way()
            return
        self._stage = "body"
        self._event = _Event(self, head, is_recalled=False)
        self.cycle = self._event  # type: ignore[assignment]

    def _is_free(self) -> bool:
        return (
            self.cycle.response_complete
            and self._has_room
            and not self._last
            and not self.flow.write_paused
        )

    def _admitted(self) -> Head | None:
        """What the head says, if it is in order and nothing about it is unusual."""
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
        length = int(fields[b"content-length"])
        return Head(secret_in(fields), caller, length, parser.should_keep_alive())

    def _go_plain_way(self) -> None:
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url, self.expect_100_continue = url, expects
        self.headers += headers
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body; nearly always it is the whole."""
        event = self._event
        if event is None:
            super().on_body(body)
        elif not event.body:
            event.body = body
        else:
            if type(event.body) is bytes:
                event.body = bytearray(event.body)
            event.body += body

    def on_message_complete(self) -> None:
        """The event is there."""
        event = self._event
        if event is None:
            super().on_message_complete()
            return
        self._event = None
        self._stage = ""
        self._heads.remember(self._whole, event.head)
        self._accept(event, bytes(event.body))

    def _accept(self, event: _Event, body: bytes) -> None:
        try:
            self._intake.accept(event.head.caller, body, event)
        except Exception as error:
            head = event.head
            doubt = self._intake.doubt(head.secret) if event.is_recalled else None
            self.refuse(event, doubt or error, body)

    # -- answering ---------------------------------------------------------------------------------

    def refuse(self, event: _Event, error: Exception, body: bytes = b"") -> None:
        """Answer with the error."""
        caller, path, request_id = event.head.caller, PATH.decode(), refused_request_id()
        if isinstance(error, FootfallError):
            self._refusals.tell(error, path, request_id, caller.key.id, caller.client, body)
        answer = refuse(error, path, caller.key.id, request_id)
        self.answer(event, self._text_of(answer, event.keep_alive))

    def answer(self, event: _Event, text: bytes) -> None:
        """Send the whole answer, if the client is still there."""
        event.response_complete = True
        if self._lingers or self._wire.is_closing():
            return
        self._wire.write(text)
        if event.keep_alive:
            self.go_on()
        else:
            self.finish()

    def _text_of(self, answer: Answer, keep_alive: bool) -> bytes:
        fields = self.server_state.default_headers + answer.headers
        if not keep_alive:
            fields.append((b"connection", b"close"))
        return b"".join([STATUS_LINE[answer.status], *_lines(fields), b"\r\n", answer.body])


def _lines(fields: list[tuple[bytes, bytes]]) -> list[bytes]:
    return [b"%b: %b\r\n" % field for field in fields]
