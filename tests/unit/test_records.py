"""Records as bytes, and the ids of their requests."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from footfall.records import (
    MAX_POSITION,
    Position,
    Record,
    Request,
    decode,
    encode,
    entries,
    new_nonce,
    parse_request_id,
    refused_request_id,
    request_id,
)

NONCE = new_nonce(bytes(range(10)))
REQUESTS = (
    Request("event", 1_707_220_763_000_000_000, "k1", b'{"a":"\xc3\xa9"}'),
    Request("event", -5, "k2", b"[]", count=3, client="brevo-python/5.1.0", refused=(1, 4)),
    Request("settings", 2**62, "", b"{}", idempotency_key="é-1"),
)


def test_round_trip() -> None:
    """A record comes back from its bytes as it was, bodies to the byte."""
    record = decode(Position(5), encode(NONCE, REQUESTS))
    assert record == Record(Position(5), NONCE, list(REQUESTS))


def test_positions_of_requests() -> None:
    """A request takes as many consecutive positions as it has accepted entries."""
    record = Record(Position(5), NONCE, REQUESTS)
    assert [position for position, _ in record.placed()] == [5, 6, 9]
    assert [request for _, request in record.placed()] == list(REQUESTS)
    assert entries(REQUESTS) == 5
    assert record.last == 9


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xc1",
        encode(NONCE, REQUESTS)[:-1],
        encode(NONCE, REQUESTS) + b"\x00",
        encode(NONCE, REQUESTS).replace(b"k1", b"\xff\xff"),
        msgspec.msgpack.encode((2, NONCE, [])),
        msgspec.msgpack.encode((1, NONCE)),
        msgspec.msgpack.encode((1, NONCE, [("order", 1, "k", b"")])),
        b"\x94\x01" + msgspec.msgpack.encode(NONCE) + b"\x90" + b"\x91" * 100_000 + b"\x90",
    ],
)
def test_other_bytes(data: bytes) -> None:
    """Bytes that are no record are refused with one kind of error, whatever is wrong with them."""
    with pytest.raises(msgspec.DecodeError):
        decode(Position(1), data)


@pytest.mark.parametrize("position", [1, 2, 0xFFFF, 0x10000, 2**32, MAX_POSITION])
def test_request_id_is_parsed_back(position: int) -> None:
    """A request's id is a version 8 UUID that leads back to its position, in either case."""
    text = request_id(position, NONCE)
    assert uuid.UUID(text).version == 8
    assert uuid.UUID(text).variant == uuid.RFC_4122
    assert parse_request_id(text) == (position, NONCE)
    assert parse_request_id(text.upper()) == (position, NONCE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "00000000-0000-8001-8305-060708090000",
        "00000000-0001-4001-8305-060708090000",
        "00000000-0001-8001-c305-060708090000",
        "{00000000-0001-8001-8305-060708090000}",
        "urn:uuid:00000000-0001-8001-8305-060708090000",
        "00000000000180018305060708090000",
        "00000000-0001-8001-8305-06070809000",
        "00000000-0001-8001-8305-0607080900000",
        "0000000g-0001-8001-8305-060708090000",
        "00000000-00_1-8001-8305-060708090000",
        "00000000-000\uff11-8001-8305-060708090000",
        " 00000000-0001-8001-8305-060708090000",
        "0" * 1_000_000,
    ],
)
def test_foreign_ids(text: str) -> None:
    """What cannot be the id of a journaled request leads nowhere."""
    assert parse_request_id(text) is None


def test_id_of_a_refused_request() -> None:
    """A request that was refused gets an id of its own that leads nowhere."""
    first, second = refused_request_id(), refused_request_id()
    assert first != second
    assert parse_request_id(first) is None


def test_every_part_of_a_nonce_counts() -> None:
    """Different random bytes make different nonces, in each bit that a nonce has room for."""
    base = bytes(10)
    changed = {
        new_nonce(bytes(byte ^ (1 << bit if at == place else 0) for at, byte in enumerate(base)))
        for place in range(10)
        for bit in range(8)
    }
    assert len(changed - {new_nonce(base)}) == 74
