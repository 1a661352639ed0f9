"""`/v3/contacts/lists`: lists, and who is on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import QueryParameter
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.contacts import ContactList, listed
from footfall.api.moments import moment
from footfall.api.names import check_name
from footfall.api.paging import Offset, PathId, Sort, UpTo50, page
from footfall.api.parts import GivenParts
from footfall.commands import (
    AddToList,
    CreateList,
    DeleteList,
    EmptyList,
    Named,
    RemoveFromList,
    UpdateList,
)
from footfall.contact_requests import named_by
from footfall.errors import InvalidParameter, MissingParameter, NotFound
from footfall.identifiers import EMAIL, EXT_ID
from footfall.instants import format_milliseconds
from footfall.lists import ContactList as DirectoryList
from footfall.ports import ContactPage, ContactQuery, Directory

MAX_MEMBERS: Final = 150
"""Contacts that one request puts on a list or takes off it. Source: Brevo's addContactToList."""


class ListedList(msgspec.Struct, rename="camel", kw_only=True):
    """A list as Brevo lists it. Brevo drops the last two, and answers 0."""

    id: int
    name: str
    folder_id: int
    unique_subscribers: int
    total_subscribers: int = 0
    total_blacklisted: int = 0


class ShownList(ListedList, rename="camel", kw_only=True):
    """A list as Brevo shows it."""

    created_at: str
    dynamic_list: bool = False
    campaign_stats: list[dict[str, Any]] = []


class ListPage(msgspec.Struct):
    """A page of lists, and how many there are in all."""

    count: int
    lists: list[ListedList]


class CreateListBody(msgspec.Struct, kw_only=True):
    """A new list in a folder."""

    name: str | None = None
    folder_id: int | None = msgspec.field(name="folderId", default=None)


class UpdateListBody(msgspec.Struct, kw_only=True):
    """Another name, or another folder."""

    name: str | None = None
    folder_id: int | None = msgspec.field(name="folderId", default=None)


class MembersBody(msgspec.Struct, kw_only=True):
    """Contacts, all named in the same way."""

    emails: Annotated[list[str] | None, Meta(description=f"Up to {MAX_MEMBERS}.")] = None
    ids: Annotated[list[int] | None, Meta(description=f"Up to {MAX_MEMBERS}.")] = None
    ext_ids: Annotated[list[str] | None, Meta(description=f"Up to {MAX_MEMBERS}.")] = msgspec.field(
        name="extIds", default=None
    )


class LeaversBody(MembersBody, kw_only=True):
    """Contacts, all named in the same way; or everybody."""

    all: bool | None = None


class CreatedList(msgspec.Struct):
    """The id of the list."""

    id: int


class Members(msgspec.Struct):
    """What became of each contact, as the request named it."""

    success: list[str | int]
    failure: list[str | int]
    total: int
    """How many came onto the list, or left it."""


class MembersChanged(msgspec.Struct):
    """What became of the contacts."""

    contacts: Members


@get("/v3/contacts/lists", opt=require("contacts:read"), operation_id="getLists", tags=["Contacts"])
async def list_lists(
    parts: GivenParts, limit: UpTo50 = 10, offset: Offset = 0, sort: Sort = "desc"
) -> Response[ListPage]:
    """The account's lists."""
    lists = (await parts.read(parts.directory.state)).lists
    shown = [listed_list(each) for each in page(lists, sort, limit, offset)]
    return json_answer(ListPage(len(lists), shown))


@post(
    "/v3/contacts/lists",
    opt=require_with("contacts:write", CreateListBody),
    operation_id="createList",
    tags=["Contacts"],
)
async def create_list(parts: GivenParts, request: Call) -> Response[CreatedList]:
    """Create a list in a folder."""
    body = await read_body(request, CreateListBody)
    name = check_name(body.name, "name")
    if body.folder_id is None:
        raise MissingParameter("folderId is missing", "folderId")
    done = await command(parts, request, CreateList(name, body.folder_id))
    return json_answer(CreatedList(done.id or 0), status=201)


@get(
    "/v3/contacts/lists/{list_id:int}",
    opt=require("contacts:read"),
    operation_id="getList",
    tags=["Contacts"],
)
async def read_list(parts: GivenParts, list_id: PathId) -> Response[ShownList]:
    """One list."""
    found = await parts.read(_existing, parts.directory, list_id)
    return json_answer(
        ShownList(
            id=found.id,
            name=found.name,
            folder_id=found.folder_id,
            unique_subscribers=found.size,
            created_at=format_milliseconds(found.created_at),
        )
    )


@put(
    "/v3/contacts/lists/{list_id:int}",
    opt=require_with("contacts:write", UpdateListBody),
    status_code=204,
    operation_id="updateList",
    tags=["Contacts"],
)
async def update_list(parts: GivenParts, request: Call, list_id: PathId) -> None:
    """Change a list's name or folder."""
    body = await read_body(request, UpdateListBody)
    if body.name is None and body.folder_id is None:
        raise MissingParameter("name is missing: give name or folderId", "name")
    name = None if body.name is None else check_name(body.name, "name")
    await command(parts, request, UpdateList(list_id, name, body.folder_id))


@delete(
    "/v3/contacts/lists/{list_id:int}",
    opt=require("contacts:write"),
    operation_id="deleteList",
    tags=["Contacts"],
)
async def delete_list(parts: GivenParts, request: Call, list_id: PathId) -> None:
    """Remove a list. Its contacts stay."""
    await command(parts, request, DeleteList(list_id))


@get(
    "/v3/contacts/lists/{list_id:int}/contacts",
    opt=require("contacts:read"),
    operation_id="getContactsFromList",
    tags=["Contacts"],
)
async def list_members(
    parts: GivenParts,
    list_id: PathId,
    modified_since: Annotated[
        str | None, QueryParameter(name="modifiedSince", description="YYYY-MM-DD or RFC 3339")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    offset: Offset = 0,
    sort: Sort = "desc",
) -> Response[ContactList]:
    """The contacts on a list."""
    query = ContactQuery(
        list_ids=(list_id,),
        modified_since=moment(modified_since, "modifiedSince"),
        oldest_first=sort == "asc",
        limit=limit,
        offset=offset,
    )
    found = await parts.read(_members, parts.directory, query)
    return json_answer(ContactList([listed(each) for each in found.contacts], found.count))


@post(
    "/v3/contacts/lists/{list_id:int}/contacts/add",
    opt=require_with("contacts:write", MembersBody),
    operation_id="addContactToList",
    tags=["Contacts"],
)
async def add_contacts(
    parts: GivenParts, request: Call, list_id: PathId
) -> Response[MembersChanged]:
    """Put contacts on a list."""
    given, contacts = _named(await read_body(request, MembersBody))
    done = await command(parts, request, AddToList(list_id, contacts))
    return json_answer(_changed(given, done.members), status=201)


@post(
    "/v3/contacts/lists/{list_id:int}/contacts/remove",
    opt=require_with("contacts:write", LeaversBody),
    operation_id="removeContactFromList",
    tags=["Contacts"],
)
async def remove_contacts(
    parts: GivenParts, request: Call, list_id: PathId
) -> Response[MembersChanged]:
    """Take contacts off a list, or all of them."""
    body = await read_body(request, LeaversBody)
    if body.all:
        done = await command(parts, request, EmptyList(list_id))
        return json_answer(MembersChanged(Members([], [], done.count)), status=201)
    given, contacts = _named(body)
    done = await command(parts, request, RemoveFromList(list_id, contacts))
    return json_answer(_changed(given, done.members), status=201)


def listed_list(one: DirectoryList) -> ListedList:
    """The list in Brevo's form."""
    return ListedList(
        id=one.id, name=one.name, folder_id=one.folder_id, unique_subscribers=one.size
    )


def _existing(directory: Directory, list_id: int) -> DirectoryList:
    found = next((each for each in directory.state().lists if each.id == list_id), None)
    if found is None:
        raise NotFound("List ID does not exist")
    return found


def _members(directory: Directory, query: ContactQuery) -> ContactPage:
    _existing(directory, query.list_ids[0])
    return directory.find_contacts(query)


def _named(body: MembersBody) -> tuple[Sequence[str | int], list[Named]]:
    """The contacts as the request named them, and whom that means."""
    fields = {"emails": body.emails, "ids": body.ids, "extIds": body.ext_ids}
    given = {name: items for name, items in fields.items() if items}
    if not given:
        raise MissingParameter(
            "emails is missing: name contacts by emails, ids or extIds", "emails"
        )
    if len(given) > 1:
        raise InvalidParameter(f"Only one of {', '.join(given)} can be passed", next(iter(given)))
    [(field, items)] = given.items()
    if len(items) > MAX_MEMBERS:
        raise InvalidParameter(f"{field} has more than {MAX_MEMBERS} contacts", field)
    return items, [_name(field, each) for each in items]


def _name(field: str, given: str | int) -> Named:
    """Whom it means; what cannot be an identifier means nobody."""
    if isinstance(given, int):
        return Named(contact_id=given) if 1 <= given < 2**63 else Named()
    try:
        return named_by(EMAIL if field == "emails" else EXT_ID, given, field)
    except InvalidParameter:
        return Named()


def _changed(given: Sequence[str | int], members: tuple[bool, ...]) -> MembersChanged:
    success = [each for each, done in zip(given, members, strict=True) if done]
    failure = [each for each, done in zip(given, members, strict=True) if not done]
    return MembersChanged(Members(success, failure, len(success)))
