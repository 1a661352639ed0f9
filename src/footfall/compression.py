"""Bodies of requests that come compressed, decoded within a bound.

Source of the names: RFC 9110, section 8.4.1, and RFC 8878. Brevo documents neither; clients that
sit behind a compressing library send them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import zstandard

from footfall.errors import BodyTooLarge, MalformedBody, NotJson

_PIECE: Final = 256
"""Compressed bytes decoded at a time: they become 8 MiB at the very most."""
_ZSTD_WINDOW: Final = 2**23
"""What RFC 8878 asks every decoder to have room for."""


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip() -> _Decoder:
    return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)


def _zstd() -> _Decoder:
    return zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()


_DECODERS: Final[dict[str, Callable[[], _Decoder]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "zstd": _zstd,
}
_PLAIN: Final = ("", "identity")


def check_content_encoding(encoding: str) -> None:
    """Raises `NotJson` for a content encoding that `decoded` does not know."""
    name = encoding.strip().lower()
    if name not in _DECODERS and name not in _PLAIN:
        raise NotJson("The content-encoding must be gzip, zstd or identity")


def decoded(encoding: str, body: bytes, limit: int) -> bytes:
    """The body as it was before that content encoding was applied, at most `limit` bytes of it.

    Raises `NotJson` for an encoding that is not known, `MalformedBody` where the body does not
    decode or breaks off, and `BodyTooLarge` past the limit, of which no more than a few MiB more
    are ever held.
    """
    check_content_encoding(encoding)
    begin = _DECODERS.get(encoding.strip().lower())
    if begin is None:
        return body
    text = bytearray()
    try:
        for part in _parts(begin, body):
            text += part
            if len(text) > limit:
                raise BodyTooLarge(f"The body is larger than {limit} bytes once it is decoded")
    except (zlib.error, zstandard.ZstdError) as problem:
        name = encoding.strip().lower()
        raise MalformedBody(f"The body is not what its content-encoding says: {name}") from problem
    return bytes(text)


def _parts(begin: Callable[[], _Decoder], body: bytes) -> Iterator[bytes]:
    """What the body decodes to, piece by piece. It may be several streams, one after the other."""
    decoder = begin()
    for at in range(0, len(body), _PIECE):
        rest = body[at : at + _PIECE]
        while rest:
            if decoder.eof:
                decoder = begin()
            yield decoder.decompress(rest)
            rest = decoder.unused_data if decoder.eof else b""
    if not decoder.eof:
        raise MalformedBody("The body breaks off before its content-encoding ends")
