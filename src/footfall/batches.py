"""Many events in one body: `POST /v3/events/batch`.

The body is `{"events": […]}`, or a bare array as Brevo's clients sent before April 2026. Each event
is held to the rules by itself; the good ones of a mixed batch are kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Raw

from footfall.admission import check_event
from footfall.bodies import read_tree
from footfall.errors import FootfallError, InvalidParameter, MissingParameter
from footfall.events import EventBody

DEFAULT_MAX_EVENTS: Final = 200
"""Brevo's bound, from its event guide."""


class BatchBody(msgspec.Struct):
    """The body of `POST /v3/events/batch`."""

    events: list[EventBody]


class Batch(NamedTuple):
    """What a batch came to."""

    total: int
    refused: dict[int, str]
    """Why, by the 0-based index of the event."""

    @property
    def accepted(self) -> int:
        """How many events keep the rules."""
        return self.total - len(self.refused)


class BatchAccepted(msgspec.Struct):
    """The answer to a batch that was accepted whole."""

    message: str
    count: int


class BatchError(msgspec.Struct, rename="camel"):
    """One reason why events of a batch were refused, and which."""

    event_index: list[int]
    """0-based, in order."""
    message: str


class BatchOutcome(msgspec.Struct):
    """The answer to a batch of which not all was accepted (Brevo's changelog of 2026-03-03)."""

    status: Literal["partial_success", "failed"]
    total_events: int
    successful_events: int
    failed_events: int
    errors: list[BatchError]


def outcome(batch: Batch) -> BatchOutcome:
    """The outcome of a batch with refused events; equal reasons share one entry."""
    indexes: dict[str, list[int]] = {}
    for index, message in batch.refused.items():
        indexes.setdefault(message, []).append(index)
    return BatchOutcome(
        status="partial_success" if batch.accepted else "failed",
        total_events=batch.total,
        successful_events=batch.accepted,
        failed_events=len(batch.refused),
        errors=[BatchError(places, message) for message, places in indexes.items()],
    )


def summary(batch: Batch) -> str:
    """How many events of a batch were refused, and why the first of them."""
    index, reason = next(iter(batch.refused.items()))
    return f"{len(batch.refused)} of {batch.total} events refused; events[{index}]: {reason}"


class _Wrapped(msgspec.Struct):
    events: list[Raw]


_bare = msgspec.json.Decoder(list[Raw])
_wrapped = msgspec.json.Decoder(_Wrapped)


def check_batch(body: bytes, max_events: int) -> Batch:
    """Hold every event of the body to the rules, see `admission.check_event`.

    Raises `MalformedBody`, `MissingParameter` or `InvalidParameter` for the batch as a whole: no
    list of events, an empty one, or more than `max_events`.
    """
    texts = _texts(body)
    if not texts:
        raise MissingParameter("events is empty", "events")
    if len(texts) > max_events:
        raise InvalidParameter(
            f"events has {len(texts)} events; at most {max_events} are allowed", "events"
        )
    refused: dict[int, str] = {}
    for index, text in enumerate(texts):
        try:
            check_event(bytes(text))
        except FootfallError as problem:
            refused[index] = problem.message
    return Batch(len(texts), refused)


def joined(texts: Sequence[bytes | None]) -> bytes:
    """The body of a batch with these events, each at its index; null where there is none."""
    return b"[%b]" % b",".join(b"null" if text is None else text for text in texts)


def without_refused(body: bytes, refused: Collection[int]) -> bytes:
    """The batch with null in place of what was refused: nothing of that is kept."""
    return joined(
        [None if index in refused else bytes(text) for index, text in enumerate(_texts(body))]
    )


def accepted_events(body: bytes, refused: Collection[int]) -> Iterator[tuple[int, bytes]]:
    """Index and text of each event of a journaled batch that was not refused, in order."""
    for index, text in enumerate(_texts(body)):
        if index not in refused:
            yield index, bytes(text)


def _texts(body: bytes) -> list[Raw]:
    try:
        if body.lstrip()[:1] == b"[":
            return _bare.decode(body)
        if body.count(b'"events"') != 1:
            read_tree(body)  # Refuses a list that stands twice, which the decoder would not see.
        return _wrapped.decode(body).events
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        tree = read_tree(body)
        if not isinstance(tree, dict) or tree.get("events") is None:
            raise MissingParameter("events is missing", "events") from problem
        raise InvalidParameter("events must be a list of events", "events") from problem
