"""What a client may do on a connection, by both ways."""

from __future__ import annotations

import time

import pytest

from footfall.front.connection import LINGER_SECONDS
from footfall.front.intake import Caller
from footfall.front.protocol import MAX_HEADS, Head, Heads
from footfall.ports import Key
from tests.integration.front.wire import EVENT, Wire, ask, chunked, post
from tests.servers import Front

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_a_connection_serves_many_requests(front: Front) -> None:
    """It stays open after answers of every kind."""
    with Wire(front.port) as wire:
        for request, status in [
            (post(front.key), 204),
            (post("x"), 401),
            (GET, 200),
            (post(front.key, b"{}"), 400),
            (chunked(front.key, EVENT), 204),
            (post(front.key, method="PUT"), 405),
            (post(front.key), 204),
        ]:
            wire.send(request)
            assert wire.answer().status == status


def test_pipelined_requests_are_answered_in_order(front: Front) -> None:
    """Whatever way each of them takes, and however quick its answer is."""
    requests = [
        (post(front.key), 204),
        (GET, 200),
        (post(front.key), 204),
        (post(front.key), 204),
        (post("x"), 401),
        (post(front.key, b"{}"), 400),
        (chunked(front.key, EVENT[:5], EVENT[5:]), 204),
        (post(front.key, method="DELETE"), 405),
        (post(front.key), 204),
    ] * 5
    with Wire(front.port) as wire:
        wire.send(b"".join(request for request, _ in requests))
        assert [wire.answer().status for _ in requests] == [status for _, status in requests]


def test_pipelined_events_are_journaled_in_order(front: Front) -> None:
    """Two events that follow one another on a connection do so in the journal."""
    bodies = [EVENT[:-1] + b',"event_id":"%d"}' % number for number in range(50)]
    with Wire(front.port) as wire:
        wire.send(b"".join(post(front.key, body) for body in bodies))
        assert {wire.answer().status for _ in bodies} == {204}
    assert [request.body for _, request in front.journaled()[-50:]] == bodies


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_request_may_come_in_pieces(front: Front, size: int) -> None:
    """Packets may end anywhere."""
    request = post(front.key) + GET + chunked(front.key, EVENT, EVENT[:0])
    with Wire(front.port) as wire:
        wire.send(*(request[at : at + size] for at in range(0, len(request), size)))
        assert [wire.answer().status for _ in range(3)] == [204, 200, 204]


@pytest.mark.parametrize("request_", [post, chunked], ids=["length", "chunked"])
def test_a_client_may_ask_for_the_end(front: Front, request_: object) -> None:
    """`Connection: close` is said back, and done after the answer."""
    make = post(front.key, EVENT, "Connection: close")
    if request_ is chunked:
        make = chunked(front.key, EVENT, fields=("Connection: close",))
    with Wire(front.port) as wire:
        wire.send(make)
        answer = wire.answer()
        assert (answer.status, answer.header("connection")) == (204, "close")
        assert wire.is_closed()


def test_what_follows_the_end_is_ignored(front: Front) -> None:
    """A request behind one that asks for the end is neither answered nor journaled."""
    before = len(front.journaled())
    with Wire(front.port) as wire:
        wire.send(post(front.key, EVENT, "Connection: close") + post(front.key) + GET)
        assert wire.answer().status == 204
        assert wire.is_closed()
    assert len(front.journaled()) == before + 1


def test_http_1_0_is_answered_and_closed(front: Front) -> None:
    """One request for each connection."""
    with Wire(front.port) as wire:
        wire.send(post(front.key, version="1.0"))
        answer = wire.answer()
        assert (answer.status, answer.header("connection")) == (204, "close")
        assert wire.is_closed()


def test_a_client_may_wait_for_100_continue(front: Front) -> None:
    """It is told to go on where the head is in order, and the final answer at once where not."""
    whole = post(front.key, EVENT, "Expect: 100-continue")
    head, body = whole[: -len(EVENT)], whole[-len(EVENT) :]
    with Wire(front.port) as wire:
        wire.send(head)
        assert wire.some() == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.send(body)
        assert wire.answer().status == 204
    refused = post("x", EVENT, "Expect: 100-continue")[: -len(EVENT)]
    with Wire(front.port) as wire:
        wire.send(refused)
        assert wire.some().startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("framing", ["length", "chunked", "none"])
def test_a_wish_to_upgrade_is_ignored(front: Front, framing: str) -> None:
    """The request is read as if the wish were not there, its body and what follows included."""
    fields = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    request = {
        "length": post(front.key, EVENT, *fields),
        "chunked": chunked(front.key, EVENT, fields=fields),
        "none": GET.replace(b"\r\n\r\n", ("\r\n" + "\r\n".join(fields) + "\r\n\r\n").encode()),
    }[framing]
    for pieces in ([request + GET], [request[:90], request[90:], GET]):
        with Wire(front.port) as wire:
            wire.send(*pieces)
            assert wire.answer().status == (200 if framing == "none" else 204)
            assert wire.answer().status == 200


def test_fields_after_a_chunked_body_do_not_count(front: Front) -> None:
    """A trailer cannot bring the key."""
    request = chunked("", EVENT, trailer=f"api-key: {front.key}\r\n")
    assert ask(front.port, request).error()[0] == 401


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"POST /v3/events HTTP/9.9\r\n\r\n",
        b"POST /v3/ev ents HTTP/1.1\r\n\r\n",
        b"POST /v3/events HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n",
        b"POST /v3/events HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST /v3/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v3/events HTTP/1.1\r\nHost: a\nb\r\n\x00: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_closed(front: Front, garbage: bytes) -> None:
    """400 as JSON, after the answers to what came before on the connection."""
    for before in (b"", post(front.key), post(front.key) + GET):
        with Wire(front.port) as wire:
            wire.send(before + garbage)
            answers = [wire.answer() for _ in range(before.count(b"HTTP/1.1"))]
            assert [answer.status for answer in answers] == [204, 200][: len(answers)]
            answer = wire.answer()
            assert answer.error()[:2] == (400, "bad_request")
            assert answer.header("connection") == "close"
            assert wire.is_closed()


def test_connect_is_not_allowed(front: Front) -> None:
    """The front is no proxy."""
    with Wire(front.port) as wire:
        wire.send(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
        assert wire.answer().error()[:2] == (405, "method_not_allowed")
        assert wire.is_closed()


def test_a_request_that_breaks_in_its_body_is_refused(front: Front) -> None:
    """A broken chunk of a running request ends it with a 400; nothing is journaled."""
    before = len(front.journaled())
    whole = chunked(front.key, EVENT)
    broken = whole[: -len(b"0\r\n\r\n")] + b"xyz\r\n"
    with Wire(front.port) as wire:
        wire.send(broken)
        assert wire.answer().error()[0] == 400
        assert wire.is_closed()
    with Wire(front.port) as wire:
        wire.send(post(front.key) + broken)
        assert wire.answer().status == 204
        assert wire.answer().error()[0] == 400
        assert wire.is_closed()
    assert len(front.journaled()) == before + 1


def test_a_refused_request_that_breaks_in_its_body_has_its_refusal(front: Front) -> None:
    """What the head says decides, in whatever packets the broken body comes."""
    broken = chunked("x", EVENT)[:-5] + b"xyz\r\n"
    for pieces in ([broken], [post(front.key) * 3 + broken], [broken[:-5], broken[-5:]]):
        with Wire(front.port) as wire:
            wire.send(*pieces)
            for _ in range(pieces[0].count(b"Content-Length")):
                assert wire.answer().status == 204
            assert wire.answer().error()[0] == 401
            assert wire.is_closed()


def test_a_client_that_leaves_harms_nobody(front: Front) -> None:
    """Half a request is forgotten; a whole one is journaled though nobody hears of it."""
    before = len(front.journaled())
    for request in (post(front.key)[:50], post(front.key)[:-3], chunked(front.key, EVENT)[:-5]):
        with Wire(front.port) as wire:
            wire.send(request)
    with Wire(front.port) as wire:
        wire.send(post(front.key))
        assert wire.answer().status == 204
    assert len(front.journaled()) == before + 1


def is_cut_off(wire: Wire, seconds: float) -> bool:
    """Send until that fails; False where it does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            wire.send(b"x")
        except ConnectionError:
            return True
        time.sleep(0.02)
    return False


def test_a_client_that_goes_on_after_the_last_answer_is_cut_off(front: Front) -> None:
    """What it sends is dropped for a while, so that the answer arrives, and not for ever."""
    with Wire(front.port) as wire:
        wire.send(b"\x00\r\n\r\n")
        assert wire.answer().status == 400
        assert is_cut_off(wire, 20 * LINGER_SECONDS)


def test_nothing_is_taken_after_the_last_answer(front: Front) -> None:
    """What follows bytes that are no request is dropped with them, be its head known or not."""
    first = post(front.key, EVENT[:-1] + b',"event_id":"first"}')
    assert ask(front.port, first).status == 204
    with Wire(front.port) as wire:
        wire.send(b"\x00\r\n\r\n")
        assert wire.answer().status == 400
        wire.send(post(front.key, EVENT[:-1] + b',"event_id":"later"}'))
        assert wire.is_closed()
    assert ask(front.port, first).status == 204
    assert b"later" not in b"".join(request.body for _, request in front.journaled()[-3:])


def test_heads_that_are_remembered_are_bounded() -> None:
    """However many clients there are, and each with heads of its own; the latest are known."""
    heads = Heads()
    caller = Caller(Key("id", "name", (), 0), "", "")
    texts = [b"POST / HTTP/1.1\r\nx: %d\r\n\r\n" % number for number in range(3 * MAX_HEADS)]
    for text in texts:
        heads.remember(text, Head("secret", caller, 0, keep_alive=True))
        assert heads.get(text) is not None
    assert sum(heads.get(text) is not None for text in texts) <= MAX_HEADS
