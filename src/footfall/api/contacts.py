"""`GET /v3/contacts/{identifier}`: one contact by any of its identifiers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get
from litestar.params import Parameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.parts import Parts
from footfall.contacts import Contact, ContactId, Value
from footfall.errors import InvalidParameter, NotFound
from footfall.identifiers import EMAIL, EXT_ID, LANDLINE, PHONE, WHATSAPP, Identifier, normal
from footfall.instants import format_milliseconds
from footfall.ports import Directory

IdentifierType = Literal[
    "email_id", "phone_id", "contact_id", "ext_id", "whatsapp_id", "landline_number_id"
]
MAX_CONTACT_ID_DIGITS = 18

ATTRIBUTES_OF_IDENTIFIERS = {
    PHONE: "SMS",
    EXT_ID: "EXT_ID",
    WHATSAPP: "WHATSAPP",
    LANDLINE: "LANDLINE_NUMBER",
}
"""Under which attribute Brevo shows which identifier."""


class ShownContact(msgspec.Struct, rename="camel"):
    """A contact as Brevo shows it."""

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
    statistics: dict[str, Any]


@get(
    "/v3/contacts/{identifier:str}",
    opt=require("contacts:read"),
    operation_id="getContactInfo",
    tags=["Contacts"],
)
async def read_contact(
    parts: Parts,
    identifier: str,
    identifier_type: Annotated[
        IdentifierType | None,
        Parameter(
            query="identifierType",
            description="What the identifier is; without it an e-mail address, a contact's id or "
            "a phone number",
        ),
    ] = None,
) -> Response[ShownContact]:
    """One contact with its attributes."""
    contact = await parts.read(_find, parts.directory, identifier, identifier_type)
    if contact is None:
        raise NotFound("Contact does not exist")
    return json_answer(shown(contact))


def shown(contact: Contact) -> ShownContact:
    """The contact in Brevo's form."""
    attributes: dict[str, Value] = dict(contact.attributes)
    for kind, name in ATTRIBUTES_OF_IDENTIFIERS.items():
        if kind in contact.identifiers:
            attributes[name] = contact.identifiers[kind]
    return ShownContact(
        id=contact.id,
        email=contact.identifiers.get(EMAIL),
        email_blacklisted=False,
        sms_blacklisted=False,
        whatsapp_blacklisted=False,
        created_at=format_milliseconds(contact.created_at),
        modified_at=format_milliseconds(contact.modified_at),
        list_ids=[],
        list_unsubscribed=None,
        attributes=attributes,
        statistics={},
    )


def _find(
    directory: Directory, text: str, identifier_type: IdentifierType | None
) -> Contact | None:
    contact_id = _contact_id(directory, text, identifier_type)
    if contact_id is None:
        return None
    return directory.contacts([contact_id]).get(contact_id)


def _contact_id(
    directory: Directory, text: str, identifier_type: IdentifierType | None
) -> ContactId | None:
    if identifier_type == "contact_id":
        if not _is_id(text):
            raise InvalidParameter("identifier must be a contact's id", "identifier")
        return ContactId(int(text))
    if identifier_type is not None:
        return _owner(directory, _identifier(identifier_type, text))
    if "@" in text:
        return _owner(directory, _identifier(EMAIL, text))
    if _is_id(text) and directory.contacts([ContactId(int(text))]):
        return ContactId(int(text))
    return _owner(directory, _identifier(PHONE, text))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_CONTACT_ID_DIGITS


def _identifier(kind: str, text: str) -> Identifier:
    try:
        return normal(kind, text)
    except ValueError as problem:
        raise InvalidParameter(f"identifier {problem}", "identifier") from problem


def _owner(directory: Directory, identifier: Identifier) -> ContactId | None:
    return directory.owners([identifier]).get(identifier)
