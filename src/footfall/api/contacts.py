"""`/v3/contacts` and `/v3/contacts/{identifier}`: contacts, one by one and listed."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command, command_all
from footfall.api.contact_filter import condition
from footfall.api.moments import moment
from footfall.api.paging import Offset, Sort
from footfall.api.parts import GivenParts
from footfall.api.timeliness import time_passed
from footfall.attributes import ATTRIBUTES_OF_IDENTIFIERS, Value
from footfall.commands import CreateContact, DeleteContact, UpdateContact, is_sweeping
from footfall.contact_requests import (
    CreateContactBody,
    IdentifierType,
    UpdateContactBody,
    UpdateOneOfManyBody,
    check_names_somebody,
    is_id,
    name_contact,
    name_one_of_many,
    read_changes,
)
from footfall.contacts import Contact, ContactId
from footfall.engine.outcomes import Outcome
from footfall.errors import FootfallError, InvalidParameter, MissingParameter, NotFound
from footfall.identifiers import EMAIL, PHONE, Identifier, normal
from footfall.instants import format_milliseconds
from footfall.ports import ContactPage, ContactQuery, Directory

MAX_IDS: Final = 20
MAX_BATCH: Final = 1_000
"""Contacts in one `POST /v3/contacts/batch`."""

OfType = Annotated[
    IdentifierType | None,
    QueryParameter(
        name="identifierType",
        description="What the identifier is; without it an e-mail address or a contact's id",
    ),
]


class ListedContact(msgspec.Struct, rename="camel", kw_only=True):
    """A contact as Brevo lists it."""

    id: int
    email: str | None
    email_blacklisted: bool
    sms_blacklisted: bool
    whatsapp_blacklisted: bool
    created_at: str
    modified_at: str
    list_ids: list[int]
    list_unsubscribed: list[int] | None
    attributes: dict[str, str | int | float | bool | list[str]]


class ShownContact(ListedContact, rename="camel", kw_only=True):
    """A contact as Brevo shows it. There are no campaigns, so there are no statistics."""

    statistics: dict[str, Any] = {}


class ContactList(msgspec.Struct):
    """A page of contacts, and how many match in all."""

    contacts: list[ListedContact]
    count: int


class CreatedContact(msgspec.Struct):
    """The id of the contact."""

    id: int


class UpdateManyBody(msgspec.Struct):
    """Changes of several contacts."""

    contacts: Annotated[
        list[UpdateOneOfManyBody] | None, Meta(description=f"Up to {MAX_BATCH} contacts.")
    ] = None


class CampaignStatistics(msgspec.Struct, omit_defaults=True):
    """What campaigns came to. There are none, so it is empty."""


@get("/v3/contacts", opt=require("contacts:read"), operation_id="getContacts", tags=["Contacts"])
async def list_contacts(
    parts: GivenParts,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 50,
    offset: Offset = 0,
    sort: Sort = "desc",
    modified_since: Annotated[
        str | None, QueryParameter(name="modifiedSince", description="YYYY-MM-DD or RFC 3339")
    ] = None,
    created_since: Annotated[
        str | None, QueryParameter(name="createdSince", description="YYYY-MM-DD or RFC 3339")
    ] = None,
    ids: Annotated[
        list[int] | None, QueryParameter(description=f"Up to {MAX_IDS} ids of contacts")
    ] = None,
    list_ids: Annotated[
        list[int] | None, QueryParameter(name="listIds", description="On one of these lists")
    ] = None,
    segment_id: Annotated[
        int | None,
        QueryParameter(name="segmentId", ge=1, description="In that segment; without listIds"),
    ] = None,
    wanted: Annotated[
        str | None, QueryParameter(name="filter", description='equals(ATTRIBUTE,"value")')
    ] = None,
) -> Response[ContactList]:
    """Contacts by creation, latest first unless `sort` is `asc`."""
    if list_ids and segment_id is not None:
        raise InvalidParameter("Either listIds or segmentId can be passed", "segmentId")
    if segment_id is not None:
        await time_passed(parts)
    if ids and len(ids) > MAX_IDS:
        raise InvalidParameter(f"ids has more than {MAX_IDS} ids", "ids")
    query = ContactQuery(
        ids=tuple(ContactId(each) for each in ids) if ids else None,
        list_ids=tuple(list_ids or ()),
        segment_id=segment_id,
        created_since=moment(created_since, "createdSince"),
        modified_since=moment(modified_since, "modifiedSince"),
        oldest_first=sort == "asc",
        limit=limit,
        offset=offset,
    )
    found = await parts.read(_find_page, parts.directory, query, wanted)
    return json_answer(ContactList([listed(each) for each in found.contacts], found.count))


@post(
    "/v3/contacts",
    opt=require_with("contacts:write", CreateContactBody),
    operation_id="createContact",
    tags=["Contacts"],
    responses={
        200: ResponseSpec(
            CreatedContact, description="Updated, and getId was set", generate_examples=False
        ),
        204: ResponseSpec(None, description="Updated", generate_examples=False),
    },
)
async def create_contact(parts: GivenParts, request: Call) -> Response[CreatedContact]:
    """Create a contact, or update the one that the identifiers name (`updateEnabled`)."""
    body = await read_body(request, CreateContactBody)
    changes = read_changes(body)
    check_names_somebody(changes)
    done = await command(parts, request, CreateContact(changes, bool(body.update_enabled)))
    if done.created:
        return json_answer(CreatedContact(done.id or 0), status=201)
    if body.get_id:
        return json_answer(CreatedContact(done.id or 0))
    return no_content()


@get(
    "/v3/contacts/{identifier:str}",
    opt=require("contacts:read"),
    operation_id="getContactInfo",
    tags=["Contacts"],
)
async def read_contact(
    parts: GivenParts,
    identifier: FromPath[str],
    identifier_type: Annotated[
        IdentifierType | None,
        QueryParameter(
            name="identifierType",
            description="What the identifier is; without it an e-mail address, a contact's id or "
            "a phone number",
        ),
    ] = None,
) -> Response[ShownContact]:
    """One contact with its attributes."""
    contact = await parts.read(existing, parts.directory, identifier, identifier_type)
    return json_answer(ShownContact(**_fields(contact)))


@put(
    "/v3/contacts/{identifier:str}",
    opt=require_with("contacts:write", UpdateContactBody),
    status_code=204,
    operation_id="updateContact",
    tags=["Contacts"],
)
async def update_contact(
    parts: GivenParts,
    request: Call,
    identifier: FromPath[str],
    identifier_type: OfType = None,
) -> None:
    """Change a contact; what the body leaves out stays."""
    contact = name_contact(identifier, identifier_type)
    changes = read_changes(await read_body(request, UpdateContactBody))
    await command(parts, request, UpdateContact(contact, changes))


@delete(
    "/v3/contacts/{identifier:str}",
    opt=require("contacts:write"),
    operation_id="deleteContact",
    tags=["Contacts"],
)
async def delete_contact(
    parts: GivenParts,
    request: Call,
    identifier: FromPath[str],
    identifier_type: OfType = None,
) -> None:
    """Remove a contact with everything that belongs to it."""
    await command(parts, request, DeleteContact(name_contact(identifier, identifier_type)))


@post(
    "/v3/contacts/batch",
    opt=require_with("contacts:write", UpdateManyBody),
    status_code=204,
    operation_id="updateBatchContacts",
    tags=["Contacts"],
)
async def update_contacts(parts: GivenParts, request: Call) -> None:
    """Change several contacts, each by itself: those that can be changed are, whatever the others
    come to."""
    items = (await read_body(request, UpdateManyBody)).contacts
    if not items:
        raise MissingParameter("contacts is missing", "contacts")
    if len(items) > MAX_BATCH:
        raise InvalidParameter(f"contacts has more than {MAX_BATCH} contacts", "contacts")
    updates = [
        UpdateContact(
            name_one_of_many(item, f"contacts[{index}]."), read_changes(item, f"contacts[{index}].")
        )
        for index, item in enumerate(items)
    ]
    outcomes: list[Outcome] = []
    for some in _together(updates):
        outcomes += await command_all(parts, request, some)
    refused = {
        index: outcome
        for index, outcome in enumerate(outcomes)
        if isinstance(outcome, FootfallError)
    }
    if refused:
        raise _some_refused(refused, len(items))


@get(
    "/v3/contacts/{identifier:str}/campaignStats",
    opt=require("contacts:read"),
    operation_id="getContactStats",
    tags=["Contacts"],
)
async def read_statistics(
    parts: GivenParts, identifier: FromPath[str]
) -> Response[CampaignStatistics]:
    """What campaigns came to for one contact: nothing, for there are none."""
    await parts.read(existing, parts.directory, identifier, None)
    return json_answer(CampaignStatistics())


def _together(updates: list[UpdateContact]) -> list[list[UpdateContact]]:
    """All in one request, unless some are to be applied by themselves."""
    if any(map(is_sweeping, updates)):
        return [[update] for update in updates]
    return [updates]


def existing(directory: Directory, text: str, identifier_type: IdentifierType | None) -> Contact:
    """The contact that is meant; raises `NotFound` or `InvalidParameter`.

    Without a type the text is an e-mail address, a contact's id, or a phone number.
    """
    contact_id = _contact_id(directory, text, identifier_type)
    found = directory.contacts([contact_id]) if contact_id else {}
    if contact_id is None or contact_id not in found:
        raise NotFound("Contact does not exist")
    return found[contact_id]


def listed(contact: Contact) -> ListedContact:
    """The contact in Brevo's form."""
    return ListedContact(**_fields(contact))


def no_content() -> Response[Any]:
    """204."""
    return Response(b"", status_code=204)


def _fields(contact: Contact) -> dict[str, Any]:
    attributes: dict[str, Value] = dict(contact.attributes)
    for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items():
        if kind in contact.identifiers:
            attributes[name] = contact.identifiers[kind]
    return {
        "id": contact.id,
        "email": contact.identifiers.get(EMAIL),
        "email_blacklisted": "email" in contact.blocked,
        "sms_blacklisted": "sms" in contact.blocked,
        "whatsapp_blacklisted": "whatsapp" in contact.blocked,
        "created_at": format_milliseconds(contact.created_at),
        "modified_at": format_milliseconds(contact.modified_at),
        "list_ids": list(contact.list_ids),
        "list_unsubscribed": list(contact.unsubscribed_ids) or None,
        "attributes": attributes,
    }


def _find_page(directory: Directory, query: ContactQuery, wanted: str | None) -> ContactPage:
    state = directory.state()
    known = {each.id for each in state.lists}
    missing = [each for each in query.list_ids if each not in known]
    if missing:
        raise InvalidParameter(f"List ID does not exist: {missing[0]}", "listIds")
    if query.segment_id is not None and query.segment_id not in {
        each.id for each in state.segments
    }:
        raise InvalidParameter("Segment ID does not exist", "segmentId")
    if wanted:
        query = condition(query, wanted, state.definitions, directory.owners)
    return directory.find_contacts(query)


def _contact_id(
    directory: Directory, text: str, identifier_type: IdentifierType | None
) -> ContactId | None:
    if identifier_type is None and is_id(text):
        return _of_number(directory, text)
    if identifier_type is None and "@" not in text:
        return _of_phone(directory, text)
    name = name_contact(text, identifier_type)
    if not name.kind:
        return ContactId(name.contact_id)
    identifier = Identifier(name.kind, name.value)
    return directory.owners([identifier]).get(identifier)


def _of_phone(directory: Directory, text: str) -> ContactId | None:
    try:
        identifier = normal(PHONE, text)
    except ValueError as problem:
        raise InvalidParameter(
            "identifier is neither an e-mail address, a contact's id nor a phone number with its "
            "country code; name the contact by another kind with identifierType",
            "identifier",
        ) from problem
    return directory.owners([identifier]).get(identifier)


def _of_number(directory: Directory, digits: str) -> ContactId | None:
    """Whose id it is; if nobody's, whose phone number."""
    if directory.contacts([ContactId(int(digits))]):
        return ContactId(int(digits))
    try:
        identifier = normal(PHONE, digits)
    except ValueError:
        return None
    return directory.owners([identifier]).get(identifier)


def _some_refused(refused: dict[int, FootfallError], total: int) -> InvalidParameter:
    first, problem = next(iter(refused.items()))
    error = InvalidParameter(
        f"{len(refused)} of {total} contacts were not updated; "
        f"contacts[{first}]: {problem.message}",
        f"contacts[{first}]",
    )
    error.metadata = {
        "failed": [
            {"index": index, "code": each.code, "message": each.message}
            for index, each in refused.items()
        ]
    }
    return error
