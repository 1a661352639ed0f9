"""`GET /footfall/v1/overview`: how the account stands, in numbers."""

from __future__ import annotations

import msgspec
from litestar import Response, get

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.parts import GivenParts, Parts
from footfall.disk_use import DiskUse
from footfall.instants import format_instant
from footfall.ports import ContactQuery


class Overview(msgspec.Struct):
    """The account in numbers."""

    applied: int
    """Events, since the beginning; so are the next two."""
    duplicates: int
    set_aside: int
    refused_requests: int
    """Requests of intake that were refused since the engine started, as far as it heard."""
    contacts: int
    lag: int
    """Entries that are journaled and not applied yet."""
    disk: DiskUse
    last_backup: str | None
    """When `footfall backup` last ended; null where it never did here."""


@get(
    "/footfall/v1/overview",
    opt=require("events:read"),
    operation_id="getOverview",
    tags=["Footfall"],
)
async def read_overview(parts: GivenParts) -> Response[Overview]:
    """Events by verdict, contacts, how far the engine is behind, and what the disk holds."""
    return json_answer(await parts.read(_overview, parts))


def _overview(parts: Parts) -> Overview:
    last_backup = parts.last_backup()
    totals = parts.directory.state().totals
    return Overview(
        applied=totals.get("applied", 0),
        duplicates=totals.get("duplicate", 0),
        set_aside=totals.get("set_aside", 0),
        refused_requests=parts.refused.count,
        contacts=parts.directory.find_contacts(ContactQuery(limit=1)).count,
        lag=max(0, parts.journal.head() - parts.progress.position),
        disk=parts.disk_use(),
        last_backup=None if last_backup is None else format_instant(last_backup),
    )
