"""`/footfall/v1/contacts/{identifier}/history`: what changed of a contact, when and why."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.contacts import OfType, existing
from footfall.api.paging import MAX_INT64
from footfall.api.parts import GivenParts
from footfall.contact_requests import IdentifierType
from footfall.contacts import Cause, Change, HistoryEntry
from footfall.instants import format_instant
from footfall.ports import Directory
from footfall.records import Position


class ShownDifference(msgspec.Struct):
    """One change. null: it was not there before, or is not there after."""

    what: Literal["identifier", "attribute", "list", "blocked", "blocked_senders"]
    name: str
    """Of the attribute; the identifier's kind; the list's id; the channel; else empty."""
    before: str | int | float | bool | list[str] | None
    after: str | int | float | bool | list[str] | None


class ContactChanges(msgspec.Struct):
    """What one event or request changed."""

    position: int
    at: str
    cause: Cause
    changes: list[ShownDifference]


class ContactHistory(msgspec.Struct):
    """What changed of a contact, latest first."""

    contact_id: int
    entries: list[ContactChanges]
    before: int | None
    """What leads to the next page; null at the end."""


@get(
    "/footfall/v1/contacts/{identifier:str}/history",
    opt=require("contacts:read"),
    operation_id="getContactHistory",
    tags=["Footfall"],
)
async def read_history(
    parts: GivenParts,
    identifier: FromPath[str],
    identifier_type: OfType = None,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=MAX_INT64, description="Only what came before it")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
) -> Response[ContactHistory]:
    """Every change of identifiers, attributes, lists and blocks, with its moment and its cause."""
    return json_answer(
        await parts.read(_history, parts.directory, identifier, identifier_type, before, limit)
    )


def _history(
    directory: Directory,
    text: str,
    identifier_type: IdentifierType | None,
    before: int | None,
    limit: int,
) -> ContactHistory:
    contact = existing(directory, text, identifier_type)
    bound = None if before is None else Position(before)
    entries = directory.history(contact.id, bound, limit)
    last = entries[-1].position if len(entries) == limit else None
    return ContactHistory(contact.id, [shown(each) for each in entries], last)


def shown_difference(change: Change) -> ShownDifference:
    """The change as it is shown."""
    return ShownDifference(change.what, change.name, change.before, change.after)


def shown(entry: HistoryEntry) -> ContactChanges:
    """The entry as it is answered."""
    changes = list(map(shown_difference, entry.changes))
    return ContactChanges(entry.position, format_instant(entry.at), entry.cause, changes)
