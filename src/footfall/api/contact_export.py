"""`POST /v3/contacts/export`: contacts as a CSV file, as a process."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, post
from msgspec import Meta

from footfall.api.answers import json_answer
from footfall.api.authentication import Call
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.contact_import import BegunProcess, NotifyUrl
from footfall.api.parts import GivenParts
from footfall.attributes import RESERVED, attribute_name
from footfall.commands import BeginExport
from footfall.contact_exports import ExportOptions, Metadata, Selection, Status
from footfall.errors import InvalidParameter, MissingParameter
from footfall.ports import Directory

MAX_ATTRIBUTES: Final = 500
MANDATORY: Final = "EMAIL"
TIMES: Final[tuple[Metadata, ...]] = ("ADDED_TIME", "MODIFIED_TIME")
_SELECTIONS: Final[dict[str, Selection]] = {
    "allContacts": "all",
    "subscribed": "subscribed",
    "unsubscribed": "unsubscribed",
    "unsubscribedPerList": "unsubscribed_per_list",
}


class FilterBody(msgspec.Struct, kw_only=True):
    """Which contacts."""

    action_for_contacts: (
        Literal["allContacts", "subscribed", "unsubscribed", "unsubscribedPerList"] | None
    ) = msgspec.field(name="actionForContacts", default=None)
    list_id: Annotated[
        int | None, Meta(description="Those on that list; without it all contacts.")
    ] = msgspec.field(name="listId", default=None)
    segment_id: Annotated[int | None, Meta(description="Those in that segment.")] = msgspec.field(
        name="segmentId", default=None
    )
    action_for_email_campaigns: Annotated[
        str | None, Meta(description="Refused: there are no campaigns.")
    ] = msgspec.field(name="actionForEmailCampaigns", default=None)
    action_for_sms_campaigns: Annotated[
        str | None, Meta(description="Refused: there are no campaigns.")
    ] = msgspec.field(name="actionForSmsCampaigns", default=None)


class ExportBody(msgspec.Struct, kw_only=True):
    """Which contacts to export, and what of them."""

    filter: FilterBody | None = msgspec.field(name="customContactFilter", default=None)
    attributes: Annotated[
        list[str] | None, Meta(description="Names of attributes, identifiers among them.")
    ] = msgspec.field(name="exportAttributes", default=None)
    mandatory: Annotated[
        bool | None,
        Meta(description="EMAIL, ADDED_TIME and MODIFIED_TIME too; true without it."),
    ] = msgspec.field(name="exportMandatoryAttributes", default=None)
    metadata: list[Metadata] | None = msgspec.field(name="exportMetadata", default=None)
    statuses: list[Status] | None = msgspec.field(name="exportSubscriptionStatus", default=None)
    date_in_utc: Annotated[bool | None, Meta(description="Ignored: times are always in UTC.")] = (
        msgspec.field(name="exportDateInUTC", default=None)
    )
    disable_notification: Annotated[
        bool | None, Meta(description="Ignored: no notification is sent by e-mail.")
    ] = msgspec.field(name="disableNotification", default=None)
    notify_url: NotifyUrl = msgspec.field(name="notifyUrl", default=None)


@post(
    "/v3/contacts/export",
    opt=require_with("contacts:read", ExportBody),
    status_code=202,
    operation_id="requestContactExport",
    tags=["Contacts"],
)
async def export_contacts(parts: GivenParts, request: Call) -> Response[BegunProcess]:
    """Write contacts to a CSV file in the background. The process has a link to it when it has
    ended."""
    body = await read_body(request, ExportBody)
    options = _options(body)
    notify_url = parts.outgoing.check(body.notify_url, "notifyUrl") if body.notify_url else ""
    await parts.read(_check_attributes, parts.directory, options.attributes)
    done = await command(parts, request, BeginExport(options, notify_url))
    parts.processing.wake()
    return json_answer(BegunProcess(done.id or 0), status=202)


def _options(body: ExportBody) -> ExportOptions:
    wanted = body.filter or FilterBody()
    field = "customContactFilter"
    if wanted.action_for_email_campaigns or wanted.action_for_sms_campaigns:
        raise InvalidParameter(f"There are no campaigns: pass {field}.actionForContacts", field)
    if wanted.action_for_contacts is None:
        path = f"{field}.actionForContacts"
        raise MissingParameter(f"{path} is missing", path)
    if wanted.segment_id is not None and wanted.list_id is not None:
        raise InvalidParameter(
            f"Either {field}.listId or {field}.segmentId can be passed", f"{field}.segmentId"
        )
    if wanted.list_id is None and wanted.action_for_contacts == "unsubscribedPerList":
        raise MissingParameter(f"{field}.listId is missing", f"{field}.listId")
    mandatory = body.mandatory is not False
    names = [attribute_name(name) for name in body.attributes or ()]
    attributes = dict.fromkeys([MANDATORY, *names] if mandatory else names)
    if not attributes:
        raise MissingParameter("exportAttributes is missing", "exportAttributes")
    if len(attributes) > MAX_ATTRIBUTES:
        raise InvalidParameter(
            f"exportAttributes has more than {MAX_ATTRIBUTES} names", "exportAttributes"
        )
    return ExportOptions(
        selection=_SELECTIONS[wanted.action_for_contacts],
        list_id=_id(wanted.list_id, f"{field}.listId"),
        segment_id=_id(wanted.segment_id, f"{field}.segmentId"),
        attributes=tuple(attributes),
        metadata=tuple(dict.fromkeys([*(TIMES if mandatory else ()), *(body.metadata or ())])),
        statuses=tuple(dict.fromkeys(body.statuses or ())),
    )


def _id(given: int | None, path: str) -> int:
    if given is None:
        return 0
    if not 1 <= given < 2**63:
        raise InvalidParameter(f"{path} must be a positive 64-bit integer", path)
    return given


def _check_attributes(directory: Directory, names: tuple[str, ...]) -> None:
    known = RESERVED.union(each.name for each in directory.state().definitions)
    missing = [name for name in names if name not in known]
    if missing:
        raise InvalidParameter(f"No such attribute: {missing[0][:80]}", "exportAttributes")
