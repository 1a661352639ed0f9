"""Compressed bodies: decoded exactly, refused clearly, and never past the bound."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from footfall.compression import decoded
from footfall.errors import BodyTooLarge, MalformedBody, NotJson

ENCODERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zstd": zstandard.compress}
LIMIT = 100_000
encodings = pytest.mark.parametrize("encoding", ENCODERS)


@encodings
@given(parts=st.lists(st.binary(max_size=5_000), min_size=1, max_size=3))
def test_what_was_compressed_comes_back(encoding: str, parts: list[bytes]) -> None:
    """To the letter, also as several streams one after the other."""
    body = b"".join(map(ENCODERS[encoding], parts))
    assert decoded(encoding, body, LIMIT) == b"".join(parts)


@encodings
@given(body=st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(encoding: str, body: bytes) -> None:
    """Nothing but `MalformedBody` comes out of bytes that nobody compressed."""
    with suppress(MalformedBody):
        assert len(decoded(encoding, body, LIMIT)) <= LIMIT


@encodings
@given(body=st.binary(max_size=2_000), data=st.data())
def test_a_body_that_breaks_off_is_refused(encoding: str, body: bytes, data: st.DataObject) -> None:
    """However much of it came."""
    whole = ENCODERS[encoding](body)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MalformedBody):
        decoded(encoding, whole[:cut], LIMIT)


@encodings
def test_the_limit_holds_for_what_comes_out(encoding: str) -> None:
    """The limit itself is taken, one byte more is not."""
    compress = ENCODERS[encoding]
    assert len(decoded(encoding, compress(bytes(LIMIT)), LIMIT)) == LIMIT
    with pytest.raises(BodyTooLarge):
        decoded(encoding, compress(bytes(LIMIT + 1)), LIMIT)


@encodings
def test_a_bomb_is_given_up_early(encoding: str) -> None:
    """A gigabyte of zeros costs no more memory than a few pieces of it."""
    megabyte = bytes(2**20)
    if encoding == "gzip":
        bomb = gzip.compress(megabyte) * 1_024
    else:
        bomb = zstandard.compress(megabyte) * 1_024
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLarge):
            decoded(encoding, bomb, LIMIT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * 2**20


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
def test_a_plain_body_is_left_alone(encoding: str) -> None:
    """Its bound is held where it is read."""
    assert decoded(encoding, b"{}", LIMIT) == b"{}"


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "compress"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    """415, naming those that are known."""
    with pytest.raises(NotJson, match="gzip, zstd or identity"):
        decoded(encoding, b"{}", LIMIT)
