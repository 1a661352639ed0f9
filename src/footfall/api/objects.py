"""`/v3/objects/{object_type}`: records of objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.associations import (
    AssociationBody,
    RecordIdentifiers,
    ShownAssociation,
    check_type_name,
    checked_ext_id,
    checked_id,
    given_associations,
    named_one,
    resolve_contacts,
    shown_association,
)
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.paging import Sort
from footfall.api.parts import GivenParts
from footfall.attributes import MAX_TEXT
from footfall.commands import DeleteRecords, GivenRecord, UpsertRecords
from footfall.errors import InvalidParameter, MissingParameter
from footfall.instants import format_milliseconds
from footfall.objects import (
    CONTACT,
    MAX_RECORD_ATTRIBUTES,
    MAX_RECORDS,
    ObjectRecord,
    Reference,
)
from footfall.ports import Directory

MAX_NAME: Final = 255
"""Characters of the name of an attribute."""
UPSERT_BODY: Final = 2**20
"""Bytes. Source: Brevo's upsertrecords."""
SHOWN_OF_TYPE: Final = 5
"""Associated records of each type that a listing shows. Source: Brevo's getrecords."""


class RecordBody(msgspec.Struct, kw_only=True):
    """A record to create or to change."""

    identifiers: Annotated[
        RecordIdentifiers | None,
        Meta(description="`id` of a record that exists, or `ext_id`; without both a new record."),
    ] = None
    attributes: Annotated[
        dict[str, Any] | None,
        Meta(description='What to set; null and "" take a value away, others stay.'),
    ] = None
    associations: Annotated[
        list[AssociationBody] | None,
        Meta(description="What else to associate the record with, or not any more."),
    ] = None


class UpsertBody(msgspec.Struct):
    """Records of one type."""

    records: Annotated[
        list[RecordBody] | None, Meta(description=f"Up to {MAX_RECORDS} records.")
    ] = None


class NamedRecords(msgspec.Struct):
    """Records, all named in the same way."""

    ids: list[int] | None = None
    ext_ids: list[str] | None = None


class DeleteBody(msgspec.Struct):
    """Records to remove."""

    identifiers: Annotated[
        NamedRecords | None, Meta(description=f"`ids` or `ext_ids`, up to {MAX_RECORDS}.")
    ] = None


class ObjectsChanged(msgspec.Struct):
    """The process that tells what became of each record; it has ended."""

    process_id: int = msgspec.field(name="processId")
    message: str


class ShownRecord(msgspec.Struct, kw_only=True):
    """A record as Brevo shows it."""

    identifiers: RecordIdentifiers
    attributes: dict[str, Any]
    associations: list[ShownAssociation]
    """Where they were asked for: the latest ones of each type."""
    created_at: str = msgspec.field(name="createdAt")
    updated_at: str = msgspec.field(name="updatedAt")


class RecordPage(msgspec.Struct):
    """A page of records, and how many there are in all."""

    count: int
    records: list[ShownRecord]


@post(
    "/v3/objects/{object_type:str}/batch/upsert",
    opt=require_with("contacts:write", UpsertBody),
    status_code=202,
    operation_id="upsertrecords",
    tags=["Objects"],
)
async def upsert_records(
    parts: GivenParts, request: Call, object_type: FromPath[str]
) -> Response[ObjectsChanged]:
    """Create or change records, and associate them. The type comes into being with its first
    record."""
    _check_type(object_type)
    body = await read_body(request, UpsertBody, UPSERT_BODY)
    if not body.records:
        raise MissingParameter("records is missing", "records")
    if len(body.records) > MAX_RECORDS:
        raise InvalidParameter(f"records has more than {MAX_RECORDS} records", "records")
    given = [_given(each, f"records[{index}]") for index, each in enumerate(body.records)]
    given = await parts.read(resolve_contacts, parts.directory, given)
    done = await command(parts, request, UpsertRecords(object_type, given))
    return json_answer(ObjectsChanged(done.id or 0, "Records upserted"), status=202)


@post(
    "/v3/objects/{object_type:str}/batch/delete",
    opt=require_with("contacts:write", DeleteBody),
    status_code=202,
    operation_id="batchDeleteObjectRecords",
    tags=["Objects"],
)
async def delete_records(
    parts: GivenParts, request: Call, object_type: FromPath[str]
) -> Response[ObjectsChanged]:
    """Remove records, with their associations. Events that name them stay as they are."""
    _check_type(object_type)
    body = await read_body(request, DeleteBody)
    named = _named(object_type, body.identifiers or NamedRecords())
    done = await command(parts, request, DeleteRecords(object_type, named))
    return json_answer(ObjectsChanged(done.id or 0, "Records deleted"), status=202)


@get(
    "/v3/objects/{object_type:str}/records",
    opt=require("contacts:read"),
    operation_id="getrecords",
    tags=["Objects"],
)
async def list_records(
    parts: GivenParts,
    object_type: FromPath[str],
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 50,
    page_num: Annotated[int, QueryParameter(ge=1, le=10**9, description="From 1")] = 1,
    sort: Sort = "desc",
    association: Annotated[
        Literal["true", "false"] | None,
        QueryParameter(
            description=f"With what each record is associated with: {SHOWN_OF_TYPE} of each type"
        ),
    ] = None,
) -> Response[RecordPage]:
    """Records by creation, latest first unless `sort` is `asc`."""
    _check_type(object_type)
    directory, offset = parts.directory, (page_num - 1) * limit
    count, found = await parts.read(_page, directory, object_type, sort == "asc", limit, offset)
    others: dict[int, dict[str, list[int]]] = {}
    if association == "true":
        ids = [each.id for each in found]
        others = await parts.read(directory.associated, object_type, ids, SHOWN_OF_TYPE)
    return json_answer(RecordPage(count, [_shown(each, others.get(each.id, {})) for each in found]))


def _page(
    directory: Directory, object_type: str, oldest_first: bool, limit: int, offset: int
) -> tuple[int, list[ObjectRecord]]:
    if object_type not in {each.name for each in directory.state().object_types}:
        raise InvalidParameter("invalid object type", "object_type")
    return directory.find_records(
        object_type, oldest_first=oldest_first, limit=limit, offset=offset
    )


def _shown(record: ObjectRecord, others: Mapping[str, Sequence[int]]) -> ShownRecord:
    return ShownRecord(
        identifiers=RecordIdentifiers(record.id, record.ext_id or None),
        attributes=record.attributes,
        associations=[shown_association(type_, ids) for type_, ids in others.items()],
        created_at=format_milliseconds(record.created_at),
        updated_at=format_milliseconds(record.updated_at),
    )


def _check_type(object_type: str) -> None:
    check_type_name(object_type, "object_type")
    if object_type == CONTACT:
        raise InvalidParameter("contact is no type of object here: see /v3/contacts", "object_type")


def _given(body: RecordBody, path: str) -> GivenRecord:
    associations = given_associations(body.associations or (), f"{path}.associations")
    if not body.attributes and not associations:
        raise MissingParameter(f"{path}.attributes is missing", f"{path}.attributes")
    given = body.attributes or {}
    if len(given) > MAX_RECORD_ATTRIBUTES:
        raise InvalidParameter(
            f"{path}.attributes has more than {MAX_RECORD_ATTRIBUTES} attributes",
            f"{path}.attributes",
        )
    attributes = {name: _value(name, value, f"{path}.attributes") for name, value in given.items()}
    id_, ext_id = named_one(body.identifiers or RecordIdentifiers(), f"{path}.identifiers")
    return GivenRecord(id_, ext_id, attributes, associations)


def _value(name: str, value: Any, path: str) -> Any:
    """The value as the journal can hold it."""
    field = f"{path}.{name[:MAX_NAME]}"
    if not name or len(name) > MAX_NAME:
        raise InvalidParameter(f"{path} has a name that is not 1 to {MAX_NAME} characters", path)
    texts = value if isinstance(value, list) else [value] if isinstance(value, str) else []
    fits = not isinstance(value, dict) and all(isinstance(each, str) for each in texts)
    if not fits or sum(map(len, texts)) > MAX_TEXT:
        raise InvalidParameter(
            f"{field} must be a number, a boolean, or a string or a list of strings of up to "
            f"{MAX_TEXT} characters",
            field,
        )
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value)
    return value


def _named(object_type: str, named: NamedRecords) -> list[Reference]:
    given = [*(named.ids or ()), *(named.ext_ids or ())]
    if not given:
        raise MissingParameter("identifiers is missing: give ids or ext_ids", "identifiers")
    if named.ids and named.ext_ids:
        raise InvalidParameter("Either ids or ext_ids can be passed", "identifiers")
    if len(given) > MAX_RECORDS:
        raise InvalidParameter(f"identifiers has more than {MAX_RECORDS} records", "identifiers")
    ids = (
        Reference(object_type, checked_id(each, f"identifiers.ids[{index}]"))
        for index, each in enumerate(named.ids or ())
    )
    ext_ids = (
        Reference(object_type, 0, checked_ext_id(each, f"identifiers.ext_ids[{index}]"))
        for index, each in enumerate(named.ext_ids or ())
    )
    return [*ids, *ext_ids]
