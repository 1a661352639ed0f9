"""`/footfall/v1/contacts/{identifier}/export`: everything that is known of one contact."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import msgspec
from litestar import get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response import Stream

from footfall.api.authentication import require
from footfall.api.contacts import OfType, existing
from footfall.api.history import ContactChanges, shown
from footfall.api.journaled import event_texts
from footfall.api.merging import MergedContact, merged_into
from footfall.api.parts import GivenParts, Parts
from footfall.contacts import Contact, HistoryEntry, Remark
from footfall.instants import format_instant
from footfall.objects import CONTACT, Reference
from footfall.ports import Journal, PassageCursor
from footfall.records import Position, Record, Request, request_id

PORTION: Final = 500
"""Events, or other entries, that are held at a time."""
AHEAD: Final = 1_000
"""Entries by which the next one may be ahead to be come to by reading on."""

_encode = msgspec.json.Encoder().encode


class OwnRecord(msgspec.Struct):
    """A record of an object."""

    object_type: str
    id: int
    ext_id: str
    attributes: dict[str, Any]


class OwnContact(msgspec.Struct):
    """The contact itself."""

    id: int
    created_at: str
    modified_at: str
    identifiers: dict[str, str]
    attributes: dict[str, str | int | float | bool | list[str]]
    lists: dict[str, str]
    """Names of the lists that it is on, by id; so are those of segments."""
    segments: dict[str, str]
    unsubscribed_list_ids: list[int]
    blocked: list[str]
    blocked_senders: list[str]
    records: list[OwnRecord]
    """Of objects, those that it is associated with."""
    merged: list[MergedContact]
    """Whoever was merged into it: what follows is of all."""


class OwnPassage(msgspec.Struct):
    """It entered a segment, or left it."""

    segment_id: int
    at: str
    entered: bool
    cause: str
    position: int


class OwnReceipt(msgspec.Struct):
    """A request that said something of it and was accepted."""

    position: int
    request_id: str
    received_at: str
    kind: str
    key_id: str
    client: str
    idempotency_key: str


class OwnEvent(msgspec.Struct):
    """An event, with its receipt."""

    receipt: OwnReceipt
    remarks: list[Remark]
    body: msgspec.Raw
    """The very text that was sent; of a batch, the part that is this event."""


class Dossier(msgspec.Struct):
    """Everything that is known of one contact, oldest first."""

    contact: OwnContact
    passages: list[OwnPassage]
    """Through segments."""
    history: list[ContactChanges]
    requests: list[OwnReceipt]
    """Those that changed it, besides its events."""
    events: list[OwnEvent]


@get(
    "/footfall/v1/contacts/{identifier:str}/export",
    opt=require("contacts:read"),
    operation_id="exportContact",
    tags=["Footfall"],
    responses={200: ResponseSpec(Dossier, description="The file", generate_examples=False)},
)
async def export_contact(
    parts: GivenParts, identifier: FromPath[str], identifier_type: OfType = None
) -> Stream:
    """All that is known of the contact as one JSON file; one that ends early was cut off."""
    contact = await parts.read(existing, parts.directory, identifier, identifier_type)
    name = f'attachment; filename="contact-{contact.id}.json"'
    return Stream(
        _sent(parts, _texts(parts, contact)),
        media_type="application/json",
        headers={"content-disposition": name},
    )


async def _sent(parts: Parts, texts: Iterator[bytes]) -> AsyncIterator[bytes]:
    while text := await parts.read(next, texts, b""):
        yield text


def _texts(parts: Parts, contact: Contact) -> Iterator[bytes]:
    """The file, piece by piece."""
    history = _history(parts, contact)
    yield b'{"contact":' + _encode(_own(parts, contact))
    yield b',"passages":' + _encode(_passages(parts, contact))
    yield b',"history":' + _encode([shown(entry) for entry in history])
    positions = parts.events.positions([contact.id])
    changing = {Position(entry.position) for entry in history}.difference(positions)
    requests = _placed(parts.journal, sorted(changing))
    receipts = [_receipt(*each) for each in requests]
    yield b',"requests":' + _encode(receipts)
    yield b',"events":'
    yield from _in_list(_events(parts, positions))
    yield b"}"


def _in_list(items: Iterator[OwnEvent]) -> Iterator[bytes]:
    """A JSON list, some items at a time."""
    yield b"["
    separator = b""
    while portion := list(islice(items, PORTION)):
        yield separator + b",".join(map(_encode, portion))
        separator = b","
    yield b"]"


def _own(parts: Parts, contact: Contact) -> OwnContact:
    state = parts.directory.state()
    lists = {each.id: each.name for each in state.lists}
    segments = {each.id: each.name for each in state.segments}
    inside = sorted(parts.directory.segments_of([contact.id]).get(contact.id, ()))
    return OwnContact(
        id=contact.id,
        created_at=format_instant(contact.created_at),
        modified_at=format_instant(contact.modified_at),
        identifiers=contact.identifiers,
        attributes=contact.attributes,
        lists={str(id_): lists.get(id_, "") for id_ in contact.list_ids},
        segments={str(id_): segments.get(id_, "") for id_ in inside},
        unsubscribed_list_ids=list(contact.unsubscribed_ids),
        blocked=list(contact.blocked),
        blocked_senders=list(contact.blocked_senders),
        records=list(_records(parts, contact)),
        merged=merged_into(parts.directory, contact.id),
    )


def _records(parts: Parts, contact: Contact) -> Iterator[OwnRecord]:
    offset = 0
    while keys := parts.directory.find_associated(
        (CONTACT, contact.id), (), limit=PORTION, offset=offset
    ):
        offset += len(keys)
        for each in parts.directory.records([Reference(*key) for key in keys]):
            yield OwnRecord(each.object_type, each.id, each.ext_id, each.attributes)


def _passages(parts: Parts, contact: Contact) -> list[OwnPassage]:
    found: list[OwnPassage] = []
    before: PassageCursor | None = None
    while page := parts.directory.passages(contact_id=contact.id, before=before, limit=PORTION):
        last = page[-1]
        before = PassageCursor(last.position, last.at, last.contact_id, last.segment_id)
        found += [
            OwnPassage(
                each.segment_id, format_instant(each.at), each.entered, each.cause, each.position
            )
            for each in page
        ]
    return found[::-1]


def _history(parts: Parts, contact: Contact) -> list[HistoryEntry]:
    found: list[HistoryEntry] = []
    before: Position | None = None
    while page := parts.directory.history(contact.id, before, PORTION):
        found += page
        before = Position(page[-1].position)
    return found[::-1]


def _events(parts: Parts, positions: Sequence[Position]) -> Iterator[OwnEvent]:
    for position, first, request, id_ in _placed(parts.journal, positions):
        text = event_texts(request)[position - first]
        if text is not None:
            verdict = parts.directory.verdicts(position, position).get(position)
            remarks = [] if verdict is None else list(verdict.remarks)
            receipt = _receipt(position, first, request, id_)
            yield OwnEvent(receipt, remarks, msgspec.Raw(text))


def _receipt(position: Position, _first: Position, request: Request, id_: str) -> OwnReceipt:
    return OwnReceipt(
        position=position,
        request_id=id_,
        received_at=format_instant(request.received_at),
        kind=request.kind,
        key_id=request.key_id,
        client=request.client,
        idempotency_key=request.idempotency_key,
    )


def _placed(
    journal: Journal, positions: Sequence[Position]
) -> Iterator[tuple[Position, Position, Request, str]]:
    """Each entry with its request, the position of that one's first entry, and its id."""
    ahead: list[Record] = []
    for position in positions:
        ahead = _up_to(journal, ahead, position)
        if not ahead:
            return
        for first, request in ahead[0].placed():
            if first <= position < first + request.count:
                yield position, first, request, request_id(first, ahead[0].nonce)


def _up_to(journal: Journal, ahead: list[Record], position: Position) -> list[Record]:
    """What was read ahead, from the record on that holds the position."""
    while ahead:
        for number, record in enumerate(ahead):
            if record.position <= position <= record.last:
                return ahead[number:]
        last = ahead[-1].last
        ahead = journal.read(last, AHEAD) if position - last <= AHEAD else []
    record_there = journal.record_at(position)
    return [] if record_there is None else [record_there]
