"""`/footfall/v1/contacts`: contacts by the beginning of whatever names them."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.paging import MAX_INT64
from footfall.api.parts import GivenParts
from footfall.api.search import NamedContact, named
from footfall.api.timeliness import time_passed
from footfall.contacts import ContactId
from footfall.identifiers import MAX_LENGTH, beginnings
from footfall.ports import Directory

MAX_FOUND: Final = 100


class FoundContacts(msgspec.Struct):
    """Contacts, each by what people know it."""

    contacts: list[NamedContact]


@get(
    "/footfall/v1/contacts",
    opt=require("contacts:read"),
    operation_id="lookUpContacts",
    tags=["Footfall"],
)
async def look_up(
    parts: GivenParts,
    text: Annotated[
        str,
        QueryParameter(
            max_length=MAX_LENGTH,
            description="The beginning of an e-mail address, an own id or a phone number with its "
            "country code; or a contact's whole id",
        ),
    ],
    segment_id: Annotated[
        int | None,
        QueryParameter(
            ge=1,
            le=MAX_INT64,
            description="Members of that segment only, of the first 10,000 contacts of each kind "
            "of identifier that begin so",
        ),
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_FOUND)] = 20,
) -> Response[FoundContacts]:
    """Contacts one of whose identifiers begins with the text; by e-mail address, own id, number."""
    if segment_id is not None:
        await time_passed(parts)
    return json_answer(await parts.read(_found, parts.directory, text, segment_id, limit))


def _found(directory: Directory, text: str, segment_id: int | None, limit: int) -> FoundContacts:
    ids = _by_id(directory, text.strip(), segment_id)
    ids += directory.beginning_with(beginnings(text), segment_id, limit)
    chosen = list(dict.fromkeys(ids))[:limit]
    contacts = directory.contacts(chosen)
    return FoundContacts([named(each, contacts[each]) for each in chosen if each in contacts])


def _by_id(directory: Directory, text: str, segment_id: int | None) -> list[ContactId]:
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_INT64):
        return []
    id_ = ContactId(int(text))
    if segment_id is None or segment_id in directory.segments_of([id_]).get(id_, ()):
        return [id_]
    return []
