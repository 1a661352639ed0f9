"""The journal's rows, and the blocks that hold many of them, compressed, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
import zstandard

from footfall.errors import DataInconsistent
from footfall.records import Position, Record, decode

LEVEL: Final = 3
"""Of zstd. docs/decisions/0004-journal-in-sqlite.md has what the levels cost and save."""


class Row(NamedTuple):
    """A record, or a block of them, as the journal stores it."""

    position: int
    entries: int
    data: bytes

    @property
    def last(self) -> int:
        """The position of its last entry."""
        return self.position + self.entries - 1

    def record(self) -> Record:
        """The record in the row; raises `DataInconsistent` where its bytes are none."""
        try:
            return decode(Position(self.position), self.data)
        except msgspec.DecodeError as problem:
            raise DataInconsistent(
                f"The journal's record at {self.position} does not decode: {problem}"
            ) from problem


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[tuple[int, bytes]])


def pack(rows: Sequence[Row]) -> bytes:
    """The block of these rows, which follow one another without a gap."""
    plain = _encoder.encode([(row.entries, row.data) for row in rows])
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(plain)


def unpack(position: int, block: bytes) -> Iterator[Row]:
    """The rows of the block that begins at the position.

    Raises `DataInconsistent` for bytes that `pack` did not make.
    """
    try:
        pairs = _decoder.decode(zstandard.ZstdDecompressor().decompress(block))
    except (zstandard.ZstdError, msgspec.DecodeError) as problem:
        raise DataInconsistent(
            f"The journal's block at {position} does not decode: {problem}"
        ) from problem
    for entries, data in pairs:
        yield Row(position, entries, data)
        position += entries
