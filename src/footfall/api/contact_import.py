"""`POST /v3/contacts/import`: contacts by the thousand, as a process."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, post
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.names import check_name
from footfall.api.parts import GivenParts, Parts
from footfall.commands import BeginImport
from footfall.contact_imports import read_columns
from footfall.contact_requests import read_list_ids
from footfall.errors import FootfallError, InvalidParameter, MissingParameter, Unavailable
from footfall.processes import ImportOptions, RowFormat
from footfall.settings import MAX_IMPORT

CHUNK: Final = 2**20
_FORMATS: Final[dict[str, RowFormat]] = {"fileBody": "csv", "jsonBody": "json", "fileUrl": "csv"}


NotifyUrl = Annotated[
    str | None,
    Meta(description="Called by POST with the process in JSON when it has ended."),
]


class NewListBody(msgspec.Struct):
    """A list that is created for the import."""

    list_name: str | None = msgspec.field(name="listName", default=None)
    folder_id: int | None = msgspec.field(name="folderId", default=None)


class ImportBody(msgspec.Struct, kw_only=True):
    """Contacts to import, in one of three forms."""

    file_body: Annotated[
        str | None,
        Meta(
            description="CSV with the names of the attributes in its first line; semicolons, "
            "commas or tabs between the columns."
        ),
    ] = msgspec.field(name="fileBody", default=None)
    json_body: Annotated[
        list[Any] | None, Meta(description="Contacts, each with `email` and `attributes`.")
    ] = msgspec.field(name="jsonBody", default=None)
    file_url: Annotated[
        str | None,
        Meta(description="Where such a file is: CSV, or JSON as a list or line by line."),
    ] = msgspec.field(name="fileUrl", default=None)
    list_ids: Annotated[list[int] | None, Meta(description="The lists to put the contacts on.")] = (
        msgspec.field(name="listIds", default=None)
    )
    new_list: NewListBody | None = msgspec.field(name="newList", default=None)
    update_existing: Annotated[
        bool | None,
        Meta(description="Change contacts that are there already; true without it."),
    ] = msgspec.field(name="updateExistingContacts", default=None)
    clear_empty: Annotated[
        bool | None, Meta(description="Let fields without a value clear attributes.")
    ] = msgspec.field(name="emptyContactsAttributes", default=None)
    email_blacklist: Annotated[bool | None, Meta(description="Block every contact for e-mail.")] = (
        msgspec.field(name="emailBlacklist", default=None)
    )
    sms_blacklist: Annotated[bool | None, Meta(description="Block every contact for SMS.")] = (
        msgspec.field(name="smsBlacklist", default=None)
    )
    disable_notification: Annotated[
        bool | None, Meta(description="Ignored: no notification is sent by e-mail.")
    ] = msgspec.field(name="disableNotification", default=None)
    notify_url: NotifyUrl = msgspec.field(name="notifyUrl", default=None)


class BegunProcess(msgspec.Struct):
    """The id under which the process is found."""

    process_id: int = msgspec.field(name="processId")


@post(
    "/v3/contacts/import",
    opt=require_with("contacts:write", ImportBody),
    status_code=202,
    operation_id="importContacts",
    tags=["Contacts"],
    request_max_body_size=MAX_IMPORT,
)
async def import_contacts(parts: GivenParts, request: Call) -> Response[BegunProcess]:
    """Import contacts in the background. Rows that cannot be imported are told, and lose no other:
    see the process."""
    body = await read_body(request, ImportBody, parts.settings.imports.max_body)
    given = _given(body)
    options = ImportOptions(
        source=f"import-{uuid.uuid4().hex}.{_FORMATS[given]}",
        format=_FORMATS[given],
        url=parts.outgoing.check(body.file_url, "fileUrl") if body.file_url else "",
        list_ids=tuple(read_list_ids(body.list_ids, "listIds")),
        update_existing=body.update_existing is not False,
        clear_empty=bool(body.clear_empty),
        block_email=bool(body.email_blacklist),
        block_sms=bool(body.sms_blacklist),
    )
    name, folder_id = _new_list(body.new_list)
    notify_url = parts.outgoing.check(body.notify_url, "notifyUrl") if body.notify_url else ""
    if body.file_body:
        read_columns(body.file_body[: body.file_body.find("\n") + 1 or None])
    if not body.file_url:
        await parts.read(parts.files.write, options.source, _chunks(body))
    begin = BeginImport(options, name, folder_id, notify_url)
    process_id = await _begin(parts, request, begin)
    return json_answer(BegunProcess(process_id), status=202)


async def _begin(parts: Parts, request: Call, begin: BeginImport) -> int:
    """Journal it; its file stays unless it was refused."""
    try:
        done = await command(parts, request, begin)
    except Unavailable:
        raise
    except FootfallError:
        await parts.read(parts.files.remove, begin.options.source)
        raise
    finally:
        parts.processing.wake()
    return done.id or 0


def _given(body: ImportBody) -> str:
    fields = {"fileBody": body.file_body, "jsonBody": body.json_body, "fileUrl": body.file_url}
    given = [name for name, value in fields.items() if value]
    names = ", ".join(fields)
    if not given:
        raise MissingParameter(f"fileBody is missing: give one of {names}", "fileBody")
    if len(given) > 1:
        raise InvalidParameter(f"Only one of {names} can be passed", given[1])
    return given[0]


def _new_list(body: NewListBody | None) -> tuple[str, int]:
    if body is None or (body.list_name is None and body.folder_id is None):
        return "", 0
    name = check_name(body.list_name, "newList.listName")
    if body.folder_id is None:
        raise MissingParameter("newList.folderId is missing", "newList.folderId")
    return name, body.folder_id


def _chunks(body: ImportBody) -> Iterable[bytes]:
    if body.file_body:
        text = body.file_body
        return (text[at : at + CHUNK].encode() for at in range(0, len(text), CHUNK))
    return _lines(body.json_body or [])


def _lines(items: list[Any]) -> Iterator[bytes]:
    for at in range(0, len(items), 1_000):
        yield b"".join(msgspec.json.encode(item) + b"\n" for item in items[at : at + 1_000])
