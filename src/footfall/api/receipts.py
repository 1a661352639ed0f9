"""`GET /footfall/v1/receipts/{request_id}`: what became of one request and each of its entries."""

from __future__ import annotations

from typing import Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.journaled import event_texts, with_difference
from footfall.api.parts import GivenParts, Parts
from footfall.contacts import Remark
from footfall.errors import NotFound
from footfall.events import read_event
from footfall.instants import format_instant
from footfall.ports import Journal
from footfall.records import Erased, Position, Request, parse_request_id
from footfall.verdicts import Verdict


class EventReceipt(msgspec.Struct, omit_defaults=True):
    """What became of one event or command. `pending`: the engine has not come to it yet."""

    position: int
    verdict: Literal["applied", "duplicate", "set_aside", "refused", "pending"]
    contact_id: int | None = None
    duplicate_of: int | None = None
    reason: str = ""
    message: str = ""
    remarks: list[Remark] = []
    replayed_as: int | None = None
    """Where it came again after it was set aside: that entry's verdict tells what it came to."""
    erased: bool = False
    """Its contact was erased, and what it said with it."""
    forgotten: bool = False
    """It went by its age: what it did to contacts is all that is left of it."""


class Receipt(msgspec.Struct):
    """What became of one request."""

    request_id: str
    received_at: str
    key_id: str
    client: str
    events: list[EventReceipt]


@get(
    "/footfall/v1/receipts/{request_id:str}",
    opt=require("events:read"),
    operation_id="getReceipt",
    tags=["Footfall"],
)
async def read_receipt(parts: GivenParts, request_id: FromPath[str]) -> Response[Receipt]:
    """The receipt of an accepted request, by the `x-request-id` of its answer."""
    found = await parts.read(_request, parts.journal, request_id)
    if found is None:
        raise NotFound("No accepted request has that id; a refused one leaves no receipt")
    first, request = found
    events = await parts.read(_events, parts, first, request)
    return json_answer(
        Receipt(
            request_id=request_id.lower(),
            received_at=format_instant(request.received_at),
            key_id=request.key_id,
            client=request.client,
            events=events,
        )
    )


def _request(journal: Journal, request_id: str) -> tuple[Position, Request] | None:
    parsed = parse_request_id(request_id)
    if parsed is None:
        return None
    position, nonce = parsed
    record = journal.record_at(position)
    if record is None or record.nonce != nonce:
        return None
    return next((placed for placed in record.placed() if placed[0] == position), None)


def _events(parts: Parts, first: Position, request: Request) -> list[EventReceipt]:
    last = Position(first + request.count - 1)
    applied = parts.progress.position
    verdicts = parts.directory.verdicts(first, last)
    texts = event_texts(request) if request.kind in ("event", "batch") else []
    gone = request.gone()
    receipts = []
    for position in range(first, last + 1):
        verdict = verdicts.get(Position(position))
        if position - first in gone:
            receipts.append(_erased(position, gone[position - first], verdict))
        elif verdict is not None:
            if texts:
                verdict = with_difference(parts.journal, verdict, texts[position - first])
            receipts.append(_receipt(verdict, is_forgotten=request.forgotten))
        elif position > applied:
            receipts.append(EventReceipt(position, "pending"))
        elif request.forgotten:
            receipts.append(EventReceipt(position, "applied", forgotten=True))
        elif request.kind not in ("event", "batch"):
            receipts.append(EventReceipt(position, "applied"))
        else:
            text = texts[position - first] or b""
            receipts.append(_plain(parts, Position(position), request, text))
    return receipts


def _erased(position: int, erased: Erased, verdict: Verdict | None) -> EventReceipt:
    return EventReceipt(
        position=position,
        verdict=erased.verdict,
        contact_id=erased.contact_id or None,
        duplicate_of=erased.duplicate_of or None,
        reason=erased.reason,
        replayed_as=None if verdict is None else verdict.replayed_as,
        erased=True,
    )


def _receipt(verdict: Verdict, *, is_forgotten: bool) -> EventReceipt:
    return EventReceipt(
        position=verdict.position,
        verdict=verdict.verdict,
        contact_id=verdict.contact_id,
        duplicate_of=verdict.duplicate_of,
        reason=verdict.reason,
        message=verdict.message,
        remarks=list(verdict.remarks),
        replayed_as=verdict.replayed_as,
        forgotten=is_forgotten,
    )


def _plain(parts: Parts, position: Position, request: Request, text: bytes) -> EventReceipt:
    """An event without a kept verdict was applied; its row in the event store says to whom."""
    event = read_event(text)
    date = request.happened_at if event.date is None else event.date
    row = parts.events.at(event.name, date, position)
    return EventReceipt(position, "applied", contact_id=row.contact_id if row else None)
