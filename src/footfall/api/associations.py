"""What records of objects are associated with: how it is given, and `associated-records`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Response, get
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Meta

from footfall.admission import MAX_CONTACT_ID
from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.contacts import listed
from footfall.api.paging import MAX_INT64, Offset
from footfall.api.parts import GivenParts
from footfall.commands import GivenAssociation, GivenRecord
from footfall.contacts import Contact, ContactId
from footfall.errors import InvalidParameter, MissingParameter, NotFound
from footfall.identifiers import EMAIL, EXT_ID, PHONE, Identifier, normal, normal_ext_id
from footfall.instants import format_milliseconds
from footfall.objects import (
    CONTACT,
    MAX_ASSOCIATED,
    MAX_ASSOCIATED_TYPES,
    ObjectRecord,
    RecordKey,
    Reference,
    is_object_type,
)
from footfall.ports import Directory

PAGE: Final = 20
"""Records on a page of `associated-records`. Source: Brevo's, as is the next one."""
MAX_TYPES: Final = 5
"""Types that it can be narrowed to."""


class RecordIdentifiers(msgspec.Struct, omit_defaults=True):
    """How a record is named: by its id, or by an id of the caller's own."""

    id: int | None = None
    ext_id: str | None = None


class AssociatedBody(msgspec.Struct):
    """A record, or a contact, that is there already."""

    identifiers: Annotated[RecordIdentifiers | None, Meta(description="`id` or `ext_id`.")] = None


class AssociationBody(msgspec.Struct, kw_only=True):
    """Records of one type to associate a record with, or not any more."""

    object_type: Annotated[str | None, Meta(description="A type of objects, or `contact`.")] = None
    action: Annotated[
        Literal["link", "unlink"] | None,
        Meta(description="`link` without it. To unlink what is not linked changes nothing."),
    ] = None
    records: Annotated[
        list[AssociatedBody] | None,
        Meta(description=f"Up to {MAX_ASSOCIATED} of one type with each record."),
    ] = None


class NamedRecord(msgspec.Struct):
    """A record, or a contact, by its id."""

    identifiers: RecordIdentifiers


class ShownAssociation(msgspec.Struct):
    """Records of one type, or contacts, that a record is associated with."""

    object_type: str
    records: list[NamedRecord]


class AssociatedObject(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A record, or a contact: of that one its identifiers are among the attributes, and these are
    in lower case."""

    id: int
    ext_id: str = ""
    attributes: dict[str, Any]
    created_at: str = ""
    updated_at: str = ""


class AssociatedRecord(msgspec.Struct):
    """One that is associated."""

    type: str
    object: AssociatedObject


class AssociatedPage(msgspec.Struct):
    """A page of them."""

    items: list[AssociatedRecord]
    offset: int
    has_more: bool


@get(
    "/v3/objects/{object_type:str}/associated-records",
    opt=require("contacts:read"),
    operation_id="getAssociatedRecords",
    tags=["Objects"],
)
async def list_associated(
    parts: GivenParts,
    object_type: FromPath[str],
    id_: Annotated[int | None, QueryParameter(name="id", ge=1, le=MAX_INT64)] = None,
    ext_id: FromQuery[str | None] = None,
    email: Annotated[str | None, QueryParameter(description="Of a contact")] = None,
    sms: Annotated[str | None, QueryParameter(description="Of a contact")] = None,
    types: Annotated[
        list[str] | None,
        QueryParameter(name="type", description=f"Only of these types, up to {MAX_TYPES}"),
    ] = None,
    offset: Offset = 0,
) -> Response[AssociatedPage]:
    """What one record, or one contact, is associated with, latest first, 20 a page."""
    check_type_name(object_type, "object_type")
    for each in types or ():
        check_type_name(each, "type")
    if len(types or ()) > MAX_TYPES:
        raise InvalidParameter(f"type names more than {MAX_TYPES} types", "type")
    given = {"id": id_, "ext_id": ext_id, "email": email, "sms": sms}
    named = {name: each for name, each in given.items() if each is not None and each != ""}
    if len(named) != 1:
        raise InvalidParameter("Give exactly one of id, ext_id, email or sms", "id")
    [(name, value)] = named.items()
    if object_type != CONTACT and name in ("email", "sms"):
        raise InvalidParameter(f"{name} can be given for contacts only", name)
    record = await parts.read(_source, parts.directory, object_type, name, value)
    return json_answer(await parts.read(_page, parts.directory, record, types or (), offset))


def given_associations(given: Sequence[AssociationBody], path: str) -> tuple[GivenAssociation, ...]:
    """What a record is to be associated with. `path` is where it stands in the body.

    Contacts come as they are named: see `resolve_contacts`. Raises `InvalidParameter` or
    `MissingParameter`.
    """
    found: list[GivenAssociation] = []
    counts: Counter[str] = Counter()
    for index, association in enumerate(given):
        place = f"{path}[{index}]"
        type_ = association.object_type
        if not type_:
            raise MissingParameter(f"{place}.object_type is missing", f"{place}.object_type")
        check_type_name(type_, f"{place}.object_type")
        if not association.records:
            raise MissingParameter(f"{place}.records is missing", f"{place}.records")
        counts[type_] += len(association.records)
        if counts[type_] > MAX_ASSOCIATED:
            message = f"{path} has more than {MAX_ASSOCIATED} records of type {type_}"
            raise InvalidParameter(message, path)
        for number, other in enumerate(association.records):
            field = f"{place}.records[{number}].identifiers"
            reference = _other(type_, other.identifiers, field)
            found.append(GivenAssociation(reference, association.action != "unlink"))
    if len(counts) > MAX_ASSOCIATED_TYPES:
        raise InvalidParameter(f"{path} has more than {MAX_ASSOCIATED_TYPES} types", path)
    return tuple(found)


def resolve_contacts(directory: Directory, records: Sequence[GivenRecord]) -> list[GivenRecord]:
    """The same, with each contact that is named by `ext_id` as of now by its id; by 0 where there
    is none, so that the journal says nothing of anybody but a number."""
    others = (each.other for record in records for each in record.associations)
    named = {Identifier(EXT_ID, each.ext_id) for each in others if _is_named_contact(each)}
    if not named:
        return list(records)
    owners = {each.value: id_ for each, id_ in directory.owners(named).items()}

    def resolved(given: GivenAssociation) -> GivenAssociation:
        if not _is_named_contact(given.other):
            return given
        other = Reference(CONTACT, owners.get(given.other.ext_id, 0))
        return GivenAssociation(other, given.is_linked)

    return [
        msgspec.structs.replace(record, associations=tuple(map(resolved, record.associations)))
        for record in records
    ]


def _is_named_contact(reference: Reference) -> bool:
    return reference.object_type == CONTACT and reference.id == 0


def shown_association(object_type: str, ids: Sequence[int]) -> ShownAssociation:
    """As Brevo shows it among records."""
    return ShownAssociation(object_type, [NamedRecord(RecordIdentifiers(id_)) for id_ in ids])


def _other(object_type: str, named: RecordIdentifiers | None, path: str) -> Reference:
    id_, ext_id = named_one(named or RecordIdentifiers(), path)
    if not id_ and not ext_id:
        raise MissingParameter(f"{path} is missing: give id or ext_id", path)
    return Reference(object_type, id_, ext_id)


def named_one(named: RecordIdentifiers, path: str) -> tuple[int, str]:
    """The id, else the ext_id: 0 and "" where it is not given."""
    if named.id is not None:
        return checked_id(named.id, f"{path}.id"), ""
    return 0, checked_ext_id(named.ext_id, f"{path}.ext_id")


def checked_id(given: int, path: str) -> int:
    """The id of a record; raises `InvalidParameter`."""
    if not 1 <= given <= MAX_CONTACT_ID:
        raise InvalidParameter(f"{path} must be a positive 64-bit integer", path)
    return given


def checked_ext_id(given: str | None, path: str) -> str:
    """The caller's own id of a record, "" for none; raises `InvalidParameter`."""
    if not given:
        return ""
    try:
        return normal_ext_id(given)
    except ValueError as problem:
        raise InvalidParameter(f"{path} {problem}", path) from problem


def check_type_name(object_type: str, path: str) -> None:
    """Raises `InvalidParameter` where no type can be named so."""
    if is_object_type(object_type) is None:
        raise InvalidParameter(f"{path} must be 1 to 32 characters of a-z 0-9 _", path)


def _source(directory: Directory, object_type: str, name: str, value: str | int) -> RecordKey:
    """Whom or what is meant; raises `NotFound`, or `InvalidParameter` where the type is unknown."""
    if object_type == CONTACT:
        return CONTACT, _contact(directory, name, value)
    if object_type not in {each.name for each in directory.state().object_types}:
        raise InvalidParameter("invalid object type", "object_type")
    ext_id = checked_ext_id(str(value), "ext_id") if name == "ext_id" else ""
    reference = Reference(object_type, 0 if ext_id else int(value), ext_id)
    for record in directory.records([reference]):
        return object_type, record.id
    raise NotFound("Object record does not exist")


def _contact(directory: Directory, name: str, value: str | int) -> ContactId:
    if isinstance(value, str):
        kind = {"ext_id": EXT_ID, "email": EMAIL, "sms": PHONE}[name]
        try:
            identifier = normal(kind, value.strip() if kind == PHONE else value)
        except ValueError as problem:
            raise InvalidParameter(f"{name} {problem}", name) from problem
        contact_id = directory.owners([identifier]).get(identifier)
    else:
        contact_id = ContactId(value)
    if contact_id is None or not directory.contacts([contact_id]):
        raise NotFound("Contact does not exist")
    return contact_id


def _page(
    directory: Directory, record: RecordKey, types: Sequence[str], offset: int
) -> AssociatedPage:
    found = directory.find_associated(record, types, limit=PAGE + 1, offset=offset)
    keys = found[:PAGE]
    contacts = directory.contacts([ContactId(id_) for type_, id_ in keys if type_ == CONTACT])
    records = {
        (each.object_type, each.id): each
        for each in directory.records([Reference(*key) for key in keys if key[0] != CONTACT])
    }
    shown: dict[RecordKey, AssociatedObject] = {
        key: _shown_record(each) for key, each in records.items()
    } | {(CONTACT, id_): _shown_contact(each) for id_, each in contacts.items()}
    # What went between two of these reads is not shown.
    items = [AssociatedRecord(key[0], shown[key]) for key in keys if key in shown]
    return AssociatedPage(items, offset, len(found) > PAGE)


def _shown_record(record: ObjectRecord) -> AssociatedObject:
    return AssociatedObject(
        id=record.id,
        ext_id=record.ext_id,
        attributes=record.attributes,
        created_at=format_milliseconds(record.created_at),
        updated_at=format_milliseconds(record.updated_at),
    )


def _shown_contact(contact: Contact) -> AssociatedObject:
    as_listed = listed(contact)
    attributes = {name.lower(): value for name, value in as_listed.attributes.items()}
    if as_listed.email is not None:
        attributes["email"] = as_listed.email
    return AssociatedObject(id=contact.id, attributes=attributes)
