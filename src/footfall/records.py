"""What the journal holds: records, one per group commit, each with its requests as received.

A position numbers one journaled entry (an event, or a command that changes data): 1, 2, 3 … without
gaps, in the order in which the engine applies them. A record takes as many consecutive positions as
its requests have accepted entries.

The id of a journaled request is a UUID (version 8, RFC 9562) made of the position of its first
entry and its record's nonce, so that a receipt is found without an index of request ids.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Literal, NewType

import msgspec

from footfall.attributes import AttributeDefinition
from footfall.bonds import Merge

Position = NewType("Position", int)
"""The number of a journaled entry, from 1; 0 stands for "before the first"."""

Kind = Literal["event", "batch", "command", "settings"]
"""What a request asks for: `event` is `POST /v3/events`, `batch` is `POST /v3/events/batch`,
`command` changes contacts, lists or attributes, and `settings` notes a changed rule."""

MAX_POSITION = 2**48 - 1


class Erased(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is left of an entry whose contact was erased: what its replay needs, and no more.

    It names nobody: the number of a contact that is gone, and the hashes of ids that its caller
    gave the event, so that a repeat does not bring it back.
    """

    offset: int
    """Of the entry within its request, from 0."""
    verdict: Literal["applied", "duplicate", "set_aside", "refused"]
    contact_id: int = 0
    """Whom it was applied to; 0 for nobody."""
    creates: bool = False
    """It created the contact. A replay has it without anything, as others may be merged with it."""
    removes: bool = False
    """It erased the contact, with all that were shown as one."""
    name: str = ""
    """Of an applied event."""
    repeat_keys: tuple[bytes, ...] = ()
    introduced: tuple[AttributeDefinition, ...] = ()
    """The attributes that began with it, and the options that it added to others."""
    duplicate_of: int = 0
    reason: str = ""
    process_id: int = 0
    """Of the import whose row it was."""
    row: int = 0
    problem: tuple[str, str, str] | None = None
    """What was noted as wrong with the row: code, field and message."""
    merges: tuple[Merge, ...] = ()
    """What it merged."""
    partly: bool = False
    """The rest of it is still in the body, and is applied as far as it can be."""
    keys: tuple[bytes, ...] = ()
    """Where it erased somebody while an import was under way: the hashes under which a row to come
    may name them, see `mentions.key_of`."""


class Replay(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Which entry a request applies anew that was set aside."""

    position: int
    received_at: int
    """When the event was received at first: its date, where it gives none."""


class Request(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One accepted request, as it arrived but for what was erased or forgotten since."""

    kind: Kind
    received_at: int
    """Nanoseconds since the epoch, by the front's clock."""
    key_id: str
    body: bytes
    """Verbatim, after content decoding; for `command` what `commands.encode_commands` made."""
    count: int = 1
    """How many entries of the body were accepted, which is how many positions it takes."""
    idempotency_key: str = ""
    client: str = ""
    """The caller's `User-Agent`, cut to 255 characters."""
    refused: tuple[int, ...] = ()
    """0-based indexes of the body's entries that were refused and take no position."""
    erased: tuple[Erased, ...] = ()
    """In order of their offsets. They keep their positions. What is erased whole is not in the
    body any more: a batch of events has null in its place, a list of commands has nothing."""
    replays: Replay | None = None
    """Of a request of kind `event`, which has the text of that entry."""
    forgotten: bool = False
    """Its events went by their age: of each is left what it did to contacts."""

    @property
    def happened_at(self) -> int:
        """The date of an event that gives none."""
        return self.received_at if self.replays is None else self.replays.received_at

    def gone(self) -> dict[int, Erased]:
        """What is erased whole, by offset."""
        return {each.offset: each for each in self.erased if not each.partly}


class Record(msgspec.Struct, frozen=True):
    """One group commit."""

    position: Position
    """Of the first entry."""
    nonce: str
    """Unguessable; the tail that all request ids of the record share."""
    requests: Sequence[Request]

    def placed(self) -> Iterator[tuple[Position, Request]]:
        """Each request with the position of its first entry, in order."""
        position: int = self.position
        for request in self.requests:
            yield Position(position), request
            position += request.count

    @property
    def last(self) -> Position:
        """The position of the last entry."""
        return Position(self.position + entries(self.requests) - 1)


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The record on disk. `version` comes first, so that later forms can be told apart."""

    version: Literal[1]
    nonce: str
    requests: list[Request]


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


def entries(requests: Sequence[Request]) -> int:
    """How many positions these requests take."""
    return sum(request.count for request in requests)


def new_nonce(random: bytes) -> str:
    """The nonce made of 10 random bytes: the last three groups of a version 8 UUID."""
    text = random.hex()
    variant = "89ab"[random[1] & 3]
    return f"8{text[:3]}-{variant}{text[5:8]}-{text[8:20]}"


def encode(nonce: str, requests: Sequence[Request]) -> bytes:
    """The record's bytes as the journal stores them."""
    return _encoder.encode((1, nonce, requests))


def decode(position: Position, data: bytes) -> Record:
    """The record that `encode` made; raises `msgspec.DecodeError` for other bytes."""
    try:
        stored = _decoder.decode(data)
    except (UnicodeDecodeError, RecursionError) as problem:
        raise msgspec.DecodeError(f"no record: {problem}") from problem
    return Record(position, stored.nonce, stored.requests)


def request_id(position: int, nonce: str) -> str:
    """The id of the request whose first entry is at `position`, in the record with that nonce."""
    return f"{position >> 16:08x}-{position & 0xFFFF:04x}-{nonce}"


def refused_request_id() -> str:
    """An id for a request that never reached the journal: a random UUID (version 4)."""
    return str(uuid.uuid4())


def parse_request_id(text: str) -> tuple[Position, str] | None:
    """Position and nonce of a journaled request's id; None where it cannot be one."""
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return None
    canonical = str(parsed)
    position = Position(int(canonical[:8] + canonical[9:13], 16))
    if parsed.version != 8 or canonical != text.lower() or position == 0:
        return None
    return position, canonical[14:]
