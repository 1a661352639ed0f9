"""Entries of the journal, read back as what the engine decides about. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import structlog

from footfall.batches import accepted_events
from footfall.commands import decode_commands
from footfall.engine.commands import Order
from footfall.engine.decisions import Entry, Remains, repeat_keys
from footfall.errors import FootfallError
from footfall.events import read_event
from footfall.records import Position, Record, Request
from footfall.verdicts import Verdict

Decoded = Entry | Order | Remains | Verdict | dict[str, str]
"""An event, a command, what is left of either, what cannot be read, or changed rules."""
Run = list[tuple[Record, list[Decoded]]]
"""Records that follow one another, each with its entries."""

_settings_body = msgspec.json.Decoder(dict[str, str])
_log = structlog.get_logger()


def decode(records: Iterable[Record]) -> Run:
    """The entries of records, each at its position, in order. What cannot be read is set aside."""
    return [(record, list(_entries(record))) for record in records]


def _entries(record: Record) -> Iterator[Decoded]:
    for position, request in record.placed():
        if request.kind == "settings":
            yield _settings_body.decode(request.body)
        elif request.kind == "command":
            yield from _orders(position, request)
        else:
            yield from _events(position, request)


def _orders(position: Position, request: Request) -> Iterator[Order | Remains | Verdict]:
    """The commands of a request, each at its position."""
    gone = request.gone()
    cut = {each.offset: each for each in request.erased if each.partly}
    try:
        commands = decode_commands(request.body)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        for place in range(position, position + request.count):
            yield _unreadable(Position(place), problem)
        return
    rest = iter(commands)
    for offset in range(len(commands) + len(gone)):
        place = Position(position + offset)
        if offset in gone:
            yield Remains(place, request.received_at, False, gone[offset])
        else:
            order = Order(place, request.received_at, next(rest))
            if offset in cut:
                order = Order(place, request.received_at, order.command, True, cut[offset].merges)
            yield order


def _events(position: Position, request: Request) -> Iterator[Entry | Remains | Verdict]:
    """The accepted events of a request, each at its position."""
    gone = request.gone()
    try:
        texts = (
            [(0, request.body)]
            if request.kind == "event"
            else list(accepted_events(request.body, request.refused))
        )
    except FootfallError as problem:
        texts = []
        for place in range(position, position + request.count):
            yield _unreadable(Position(place), problem)
    for offset, (index, text) in enumerate(texts):
        place = Position(position + offset)
        if offset in gone:
            yield Remains(
                place,
                request.received_at,
                True,
                gone[offset],
                request.replays,
                request.forgotten,
            )
        else:
            yield _entry(place, request, text, index)


def _entry(position: Position, request: Request, text: bytes, index: int) -> Entry | Verdict:
    """The event at that position; set aside where this version can't read what was accepted."""
    try:
        event = read_event(text)
    except (msgspec.MsgspecError, ValueError, RecursionError, FootfallError) as problem:
        return _unreadable(position, problem)
    replays = request.replays
    keys = repeat_keys(event, request.idempotency_key, index) if replays is None else ()
    return Entry(position, request.received_at, event, keys, replays, request.forgotten)


def _unreadable(position: Position, problem: Exception) -> Verdict:
    _log.error("entry_unreadable", position=position, problem=str(problem))
    return Verdict(
        position=position, verdict="set_aside", reason="unreadable", message=str(problem)
    )
