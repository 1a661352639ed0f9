"""The short way and the plain one give the same answers to the same bytes."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.front.connection import MAX_HEAD
from tests.integration.front.wire import EVENT
from tests.searching import examples
from tests.servers import Front

SECONDS: Final = 15.0
STREAMS: Final = 12
"""How many connections one example opens to each front at once: what is slow waits together."""

VARYING: Final = re.compile(rb"(date|x-request-id): [^\r]*\r\n")

Packets = list[bytes]


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, Front]]:
    """One of each way, with little patience, and with the same key."""
    variables = {"FOOTFALL_INTAKE_REQUEST_SECONDS": "1", "FOOTFALL_INTAKE_IDLE_SECONDS": "1"}
    variables["FOOTFALL_INTAKE_MAX_BODY"] = "2048"
    with (
        Front(tmp_path_factory.mktemp("short"), "short", variables) as short,
        Front(tmp_path_factory.mktemp("plain"), "plain", variables) as plain,
    ):
        yield short, plain


# -- bytes that a client may send ------------------------------------------------------------------

KEY: Final = b"KEY"
"""Stands for the key, which each front has of its own."""

odd_line_ends = st.sampled_from([b"\n", b"\r", b"\r\n ", b"\r\n\t", b"\n\r\n"])
odd_methods = st.sampled_from([b"PUT", b"GET", b"post", b"POSTX", b"HEAD", b"OPTIONS", b"CONNECT"])
odd_versions = st.sampled_from([b"HTTP/1.0", b"HTTP/2.0", b"HTTP/1.2", b"http/1.1", b"HTTP/1", b""])
odd_targets = st.sampled_from(
    [
        b"/v3/events?a=b",
        b"/v3/events#f",
        b"/v3/events/batch",
        b"/v3/%65vents",
        b"/healthz",
        b"http://localhost/v3/events",
        b"http://x:99999/v3/events",
        b"//v3/events",
        b"/v3/\xc3\xa9",
        b"*",
        b"v3/events",
        b"",
        b"/v3/ events",
    ]
)
usual_fields = st.sampled_from(
    [
        b"Host: localhost",
        b"host: a, b",
        b"User-Agent: t",
        b"Accept: */*",
        b"Content-Type: application/json",
        b"content-type: application/json; charset=utf-8",
        b"Connection: keep-alive",
        b"connection: KEEP-ALIVE",
        b"Idempotency-Key: 17",
        b"X-Empty:",
        b"X-Blank: \t a b \t ",
    ]
)
unusual_fields = st.sampled_from(
    [
        b"Connection: close",
        b"Connection: close, keep-alive",
        b"Connection: upgrade",
        b"Upgrade: h2c",
        b"Upgrade: websocket",
        b"Expect: 100-continue",
        b"Expect: 200-ok",
        b"Content-Type: text/plain",
        b"Content-Type: \xff",
        b"Content-Encoding: gzip",
        b"Content-Encoding: identity",
        b"Idempotency-Key: a b",
        b"Idempotency-Key: ",
        b"Authorization: Bearer " + KEY,
        b"Authorization: Basic x",
        b"api-key: other",
        b"API-KEY: " + KEY,
        b"Transfer-Encoding: chunked",
        b"transfer-encoding: gzip, chunked",
        b"Transfer-Encoding: identity",
        b"Transfer-Encoding : chunked",
        b"Content-Length: 5",
        b"Content-Length: 0",
        b"content-length: +5",
        b"Content-Length: 5, 5",
        b"Content-Length: 99999999999999999999999",
        b"Content-Length:",
        b" folded: 1",
        b"no colon",
        b": no name",
        b"b@d: 1",
        b"x-nul: \x00",
        b"x-high: \xe9\xff",
        b"x-large: " + b"l" * (MAX_HEAD - 500),
        b"x-larger: " + b"l" * (MAX_HEAD + 1),
    ]
)
odd_bodies = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [
            b"",
            b"{}",
            EVENT + b" " * 3_000,
            EVENT + b" " * (2_048 - len(EVENT)),
            b'{"event_name":"a b","identifiers":{"ext_id":"x"}}',
            b"GET /healthz HTTP/1.1\r\n\r\n",
        ]
    ),
)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """One request, with at most a few oddities."""
    odd = draw(st.sets(st.sampled_from(ODDITIES), max_size=2)) if draw(st.booleans()) else set()
    if "garbage" in odd:
        return draw(st.binary(min_size=1, max_size=40))
    body = draw(odd_bodies) if "body" in odd else EVENT
    framing, body = _framed(draw, body, "framing" in odd)
    fields = [*draw(st.lists(usual_fields, max_size=4)), *framing]
    fields.append(b"api-key: " + (KEY if "key" not in odd else b"x"))
    if "field" in odd:
        fields += draw(st.lists(unusual_fields, min_size=1, max_size=2))
    first = [
        draw(odd_methods) if "method" in odd else b"POST",
        draw(odd_targets) if "target" in odd else b"/v3/events",
        draw(odd_versions) if "version" in odd else b"HTTP/1.1",
    ]
    lines = [b" ".join(first), *draw(st.permutations(fields)), b""]
    ends = [b"\r\n"] * len(lines)
    if "line end" in odd:
        ends[draw(st.integers(0, len(lines) - 1))] = draw(odd_line_ends)
    head = b"".join(line + end for line, end in zip(lines, ends, strict=True))
    return head + body


ODDITIES: Final = (
    "garbage",
    "method",
    "target",
    "version",
    "key",
    "field",
    "field",
    "framing",
    "framing",
    "body",
    "line end",
)


def _framed(draw: st.DrawFn, body: bytes, is_odd: bool) -> tuple[list[bytes], bytes]:
    """Fields that say how long the body is, and the bytes that follow, which may not agree."""
    length = len(body)
    if not is_odd:
        if draw(st.integers(0, 2)):
            return [b"Content-Length: %d" % length], body
        return [b"Transfer-Encoding: chunked"], _chunked(draw, body, False)
    match draw(st.sampled_from(["short", "long", "endless", "none", "both", "chunks"])):
        case "short":
            return [b"Content-Length: %d" % max(0, length - 3)], body
        case "long":
            return [b"Content-Length: %d" % (length + 3)], body
        case "endless":
            return [b"Content-Length: %d" % (length + 1_000)], body
        case "none":
            return [], body
        case "both":
            return [b"Content-Length: %d" % length, b"Transfer-Encoding: chunked"], body
    return [b"Transfer-Encoding: chunked"], _chunked(draw, body, True)


def _chunked(draw: st.DrawFn, body: bytes, is_odd: bool) -> bytes:
    cut = draw(st.integers(0, len(body)))
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:cut], body[cut:]) if part]
    if not is_odd:
        return b"".join([*chunks, b"0\r\n\r\n"])
    size = b"%x" % len(body)
    sizes = [size.upper(), b"0" + size, size + b";ext=1", size + b" ", b"-1", b"zz", b"f" * 20]
    odd_chunk = draw(st.sampled_from(sizes)) + b"\r\n" + body
    odd_chunk += draw(st.sampled_from([b"\r\n", b"\r\n", b"", b"\n", b"x\r\n"]))
    end = draw(st.sampled_from([b"0\r\n\r\n", b"0\r\nx: 1\r\n\r\n", b"00\r\n\r\n", b"0\n\n", b""]))
    return odd_chunk + end


@st.composite
def streams(draw: st.DrawFn) -> Packets:
    """What one client sends on one connection, packet by packet, with a last request at the end."""
    sent = draw(st.lists(requests(), min_size=1, max_size=4))
    last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    if draw(st.booleans()):
        return [*sent, last]
    whole = b"".join([*sent, last])
    cuts = sorted(draw(st.sets(st.integers(1, min(len(whole), 4_000) - 1), max_size=3)))
    return [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


# -- sending them ----------------------------------------------------------------------------------


class Client:
    """One connection that sends its packets and reads until the server closes it."""

    def __init__(self, front: Front, packets: Packets) -> None:
        key = front.key.encode()
        self._packets = [packet.replace(KEY, key) for packet in packets]
        self.socket = socket.create_connection(("127.0.0.1", front.port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = b""

    def send(self, number: int) -> None:
        """The packet with that number, if there is one and the server still listens."""
        if number < len(self._packets):
            try:
                self.socket.sendall(self._packets[number])
            except OSError:
                self._packets = []

    def receive(self) -> bool:
        """Whether there may be more."""
        try:
            piece = self.socket.recv(65_536)
        except ConnectionResetError:
            return False
        self.read += piece
        return bool(piece)

    def outcome(self) -> bytes:
        """What it was answered, but for what varies."""
        return VARYING.sub(b"", self.read)


def outcomes(front: Front, examples: list[Packets]) -> list[bytes]:
    """The answers to all of them, which every server must end within a time."""
    clients = [Client(front, packets) for packets in examples]
    for number in range(max(map(len, examples))):
        for client in clients:
            client.send(number)
    deadline = time.monotonic() + SECONDS
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            assert time.monotonic() < deadline, "the server left a connection open"
            for key, _ in selector.select(1):
                if not key.data.receive():
                    selector.unregister(key.fileobj)
                    key.data.socket.close()
    return [client.outcome() for client in clients]


@given(st.lists(streams(), min_size=STREAMS, max_size=STREAMS))
@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck), print_blob=True)
def test_both_ways_answer_alike(fronts: tuple[Front, Front], examples: list[Packets]) -> None:
    """Same status, fields, bodies and end of the connection, whatever the bytes are."""
    short, plain = (outcomes(front, examples) for front in fronts)
    for packets, a, b in zip(examples, short, plain, strict=True):
        assert a == b, packets


def test_both_journaled_the_same(fronts: tuple[Front, Front]) -> None:
    """One after another, the same requests are journaled in the same way by both."""
    examples = [
        b"POST /v3/events HTTP/1.1\r\napi-key: %b\r\nConnection: close\r\nContent-Length: %d\r\n"
        b"%b\r\n%b" % (KEY, len(EVENT), fields, EVENT)
        for fields in (
            b"",
            b"User-Agent: \xe9t\xe9\r\nIdempotency-Key: !~\r\n",
            b"User-Agent: a\r\nuser-agent: b\r\n",
            b"Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
            b"Expect: 100-continue\r\nUser-Agent: c\r\n",
        )
    ]
    journaled = []
    for front in fronts:
        before = len(front.journaled())
        for example in examples:
            outcomes(front, [[example]])
        journaled.append(
            [
                (request.kind, request.body, request.client, request.idempotency_key)
                for _, request in front.journaled()[before:]
            ]
        )
    assert len(journaled[0]) == len(examples)
    assert journaled[0] == journaled[1]
