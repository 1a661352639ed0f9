"""Showing contacts as one, and by themselves again."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from footfall.admission import MAX_CONTACT_ID
from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.contacts import OfType, existing
from footfall.api.parts import GivenParts
from footfall.commands import MergeContacts, UnmergeContact
from footfall.contact_requests import IdentifierType
from footfall.contacts import ContactId
from footfall.errors import InvalidParameter, MissingParameter
from footfall.instants import format_instant
from footfall.ports import Directory


class MergeBody(msgspec.Struct):
    """Which two contacts are one."""

    contact_ids: Annotated[
        list[int] | None, Meta(description="The ids of two contacts; the older stays.")
    ] = None


class UnmergeBody(msgspec.Struct):
    """Whose merge is undone."""

    contact_id: Annotated[
        int | None, Meta(description="The id of the contact that was merged into another.")
    ] = None


class Merged(msgspec.Struct):
    """Under which id the contact is shown, or was."""

    id: int


class MergedContact(msgspec.Struct):
    """One that was merged into another."""

    contact_id: int
    into: int
    at: str
    position: int


class MergedContacts(msgspec.Struct):
    """All that are shown as one contact."""

    contact_id: int
    """The one that is shown."""
    merged: list[MergedContact]


@post(
    "/footfall/v1/contacts/merge",
    opt=require_with("contacts:write", MergeBody),
    status_code=200,
    operation_id="mergeContacts",
    tags=["Footfall"],
)
async def merge_contacts(parts: GivenParts, request: Call) -> Response[Merged]:
    """Show two contacts as one, under the id of the older. Either id leads to it from then on."""
    ids = (await read_body(request, MergeBody)).contact_ids
    if not ids:
        raise MissingParameter("contact_ids is missing", "contact_ids")
    if len(ids) != 2:
        raise InvalidParameter("contact_ids must be two ids of contacts", "contact_ids")
    one, other = (_checked(each, "contact_ids") for each in ids)
    done = await command(parts, request, MergeContacts(one, other))
    return json_answer(Merged(done.id or 0))


@post(
    "/footfall/v1/contacts/unmerge",
    opt=require_with("contacts:write", UnmergeBody),
    status_code=200,
    operation_id="unmergeContact",
    tags=["Footfall"],
)
async def unmerge_contact(parts: GivenParts, request: Call) -> Response[Merged]:
    """Undo a merge: both are as if it had never been, and events are whose they name."""
    contact_id = (await read_body(request, UnmergeBody)).contact_id
    if contact_id is None:
        raise MissingParameter("contact_id is missing", "contact_id")
    wanted = UnmergeContact(_checked(contact_id, "contact_id"))
    done = await command(parts, request, wanted)
    return json_answer(Merged(done.id or 0))


@get(
    "/footfall/v1/contacts/{identifier:str}/merges",
    opt=require("contacts:read"),
    operation_id="getContactMerges",
    tags=["Footfall"],
)
async def read_merges(
    parts: GivenParts, identifier: FromPath[str], identifier_type: OfType = None
) -> Response[MergedContacts]:
    """Who is shown as this contact."""
    return json_answer(await parts.read(_merges, parts.directory, identifier, identifier_type))


def _checked(contact_id: int, field: str) -> int:
    if not 1 <= contact_id <= MAX_CONTACT_ID:
        raise InvalidParameter(f"{field} must be positive 64-bit integers", field)
    return contact_id


def _merges(
    directory: Directory, text: str, identifier_type: IdentifierType | None
) -> MergedContacts:
    contact = existing(directory, text, identifier_type)
    return MergedContacts(contact.id, merged_into(directory, contact.id))


def merged_into(directory: Directory, contact_id: int) -> list[MergedContact]:
    """Everybody else of the contact's group, by id."""
    return [
        MergedContact(bond.contact_id, bond.into, format_instant(bond.at), bond.position)
        for bond in directory.bonds(ContactId(contact_id))
        if bond.into is not None
    ]
