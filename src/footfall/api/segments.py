"""`/footfall/v1/segments`, `/v3/contacts/segments`: segments, who is in them, and why."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import QueryParameter
from msgspec import Meta, Raw

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import read_body, require_with
from footfall.api.commanding import command
from footfall.api.contacts import ListedContact, listed
from footfall.api.moments import moment
from footfall.api.names import check_name
from footfall.api.paging import MAX_INT64, Offset, PathId, Sort, UpTo50, page
from footfall.api.parts import GivenParts, Parts
from footfall.api.search import named
from footfall.api.timeliness import time_passed
from footfall.commands import CancelSegmentChange, CreateSegment, DeleteSegment, UpdateSegment
from footfall.contacts import Contact, ContactId
from footfall.errors import InvalidParameter, MissingParameter, NotFound
from footfall.instants import EARLIEST, LATEST, SECOND, format_instant, format_milliseconds
from footfall.ports import Directory, PassageCursor
from footfall.searching import MAX_BUCKETS, step_for
from footfall.segments.definition import encode
from footfall.segments.following import Cause, Passage
from footfall.segments.reading import read_definition
from footfall.segments.registry import MAX_NAME, Segment
from footfall.segments.sizes import sizes

DefinitionTree = Annotated[
    dict[str, Any] | None,
    Meta(description="The JSON form of a condition; docs/reference/segments.md has it."),
]
Limit = Annotated[int, QueryParameter(ge=1, le=1_000, description="How many; 100 by default")]


class ShownSegment(msgspec.Struct, kw_only=True):
    """A segment."""

    id: int
    name: str
    category: str
    state: Annotated[
        Literal["computing", "live"],
        Meta(
            description="live: its members are exactly those whom the definition finds. computing: "
            "they are being found, and the members shown are those of before."
        ),
    ]
    progress: Annotated[
        float | None, Meta(description="While computing: the part that is done, from 0 to 1.")
    ]
    count: Annotated[int, Meta(description="How many members it has.")]
    created_at: str
    updated_at: str
    definition: Raw
    former_definition: Annotated[
        Raw | None,
        Meta(
            description="While computing after a change: the definition by which the members shown "
            "were found, and which the segment has again if the change is cancelled."
        ),
    ]


class BrevoSegment(msgspec.Struct, rename="camel"):
    """A segment as Brevo lists it."""

    id: int
    segment_name: str
    category_name: str
    updated_at: str


class BrevoSegmentPage(msgspec.Struct):
    """A page of segments, and how many there are in all."""

    count: int
    segments: list[BrevoSegment]


class SegmentList(msgspec.Struct):
    """A page of segments, oldest first, and how many there are in all."""

    count: int
    segments: list[ShownSegment]


class SegmentBody(msgspec.Struct, kw_only=True):
    """A segment to be: a name and a definition. In a change, what is left out stays."""

    name: str | None = None
    category: Annotated[
        str | None, Meta(description="A word to file it under; shown as `categoryName` by Brevo.")
    ] = None
    definition: DefinitionTree = None


class ShownMember(msgspec.Struct):
    """A contact in a segment."""

    since: str
    contact: ListedContact


class MemberPage(msgspec.Struct):
    """Members by their ids."""

    count: int
    """How many the segment has in all."""
    state: Literal["computing", "live"]
    members: list[ShownMember]
    after: int | None
    """What leads to the next page; null at the end."""


class ShownPassage(msgspec.Struct):
    """A contact entered, or left."""

    segment_id: int
    contact_id: int
    entered: bool
    at: str
    position: int
    cause: Cause
    label: str
    """By what people know the contact."""


class PassagePage(msgspec.Struct):
    """Who entered and left, latest first."""

    entries: list[ShownPassage]
    before: str | None
    """What leads to the next page; null at the end."""


class ShownMove(msgspec.Struct):
    """Who entered and left in one stretch of time."""

    start: str
    entered: int
    left: int
    size: int
    """Members at the end of the stretch."""


class Sizes(msgspec.Struct):
    """How many members a segment had over time."""

    start: str
    """Of the first stretch."""
    end: str
    """Of the last one, which is under way."""
    step_seconds: int
    """How long each stretch is."""
    size: int
    """Members before the first stretch."""
    moves: list[ShownMove]
    """In order of time; stretches in which nobody entered or left are left out."""


@get(
    "/footfall/v1/segments",
    opt=require("contacts:read"),
    operation_id="listSegments",
    tags=["Footfall"],
)
async def list_all(
    parts: GivenParts, limit: Limit = 100, offset: Offset = 0
) -> Response[SegmentList]:
    """The account's segments."""
    segments = (await parts.read(parts.directory.state)).segments
    shown = [_shown(parts, each) for each in segments[offset : offset + limit]]
    return json_answer(SegmentList(len(segments), shown))


@post(
    "/footfall/v1/segments",
    opt=require_with("contacts:write", SegmentBody),
    operation_id="createSegment",
    tags=["Footfall"],
)
async def create(parts: GivenParts, request: Call) -> Response[ShownSegment]:
    """Create a segment. Its members are found in the background, see `state`."""
    body = await read_body(request, SegmentBody)
    if body.definition is None:
        raise MissingParameter("definition is missing", "definition")
    new = CreateSegment(
        check_name(body.name, "name"), _category(body.category) or "", _definition(body.definition)
    )
    done = await command(parts, request, new)
    return json_answer(await _one(parts, done.id or 0), status=201)


@get(
    "/footfall/v1/segments/{segment_id:int}",
    opt=require("contacts:read"),
    operation_id="readSegment",
    tags=["Footfall"],
)
async def read(parts: GivenParts, segment_id: PathId) -> Response[ShownSegment]:
    """One segment."""
    await time_passed(parts)
    return json_answer(await _one(parts, segment_id))


@put(
    "/footfall/v1/segments/{segment_id:int}",
    opt=require_with("contacts:write", SegmentBody),
    operation_id="changeSegment",
    tags=["Footfall"],
)
async def change(parts: GivenParts, request: Call, segment_id: PathId) -> Response[ShownSegment]:
    """Change a segment; another definition has its members found anew."""
    body = await read_body(request, SegmentBody)
    changed = UpdateSegment(
        segment_id,
        None if body.name is None else check_name(body.name, "name"),
        _category(body.category),
        None if body.definition is None else _definition(body.definition),
    )
    await command(parts, request, changed)
    return json_answer(await _one(parts, segment_id))


@post(
    "/footfall/v1/segments/{segment_id:int}/cancel",
    opt=require("contacts:write"),
    operation_id="cancelSegmentChange",
    tags=["Footfall"],
    status_code=200,
)
async def cancel(parts: GivenParts, request: Call, segment_id: PathId) -> Response[ShownSegment]:
    """Cancel a change while the members are being found: the segment has its former definition.

    Its members are found by that again, as they are by now. 400 where no change is under way. A new
    segment has no former definition: it is cancelled by removing it.
    """
    await command(parts, request, CancelSegmentChange(segment_id))
    return json_answer(await _one(parts, segment_id))


@delete(
    "/footfall/v1/segments/{segment_id:int}",
    opt=require("contacts:write"),
    operation_id="deleteSegment",
    tags=["Footfall"],
)
async def remove(parts: GivenParts, request: Call, segment_id: PathId) -> None:
    """Remove a segment, also one that is being computed. Its contacts stay."""
    await command(parts, request, DeleteSegment(segment_id))


@get(
    "/footfall/v1/segments/{segment_id:int}/members",
    opt=require("contacts:read"),
    operation_id="listSegmentMembers",
    tags=["Footfall"],
)
async def list_members(
    parts: GivenParts,
    segment_id: PathId,
    after: Annotated[
        int, QueryParameter(ge=0, le=MAX_INT64, description="Only contacts with a larger id")
    ] = 0,
    limit: Limit = 100,
) -> Response[MemberPage]:
    """The contacts in a segment, by their ids."""
    await time_passed(parts)
    return json_answer(await parts.read(_members, parts.directory, segment_id, after, limit))


@get(
    "/footfall/v1/segments/{segment_id:int}/history",
    opt=require("contacts:read"),
    operation_id="listSegmentHistory",
    tags=["Footfall"],
)
async def list_history(
    parts: GivenParts,
    segment_id: PathId,
    before: Annotated[
        str | None, QueryParameter(description="`before` of the page that comes earlier")
    ] = None,
    limit: Limit = 100,
) -> Response[PassagePage]:
    """Who entered the segment and who left it: when, by which entry, and why."""
    await time_passed(parts)
    cursor = None if before is None else _cursor(before)
    return json_answer(await parts.read(_history, parts.directory, segment_id, cursor, limit))


@get(
    "/footfall/v1/segments/{segment_id:int}/sizes",
    opt=require("contacts:read"),
    operation_id="readSegmentSizes",
    tags=["Footfall"],
)
async def read_sizes(
    parts: GivenParts,
    segment_id: PathId,
    start: Annotated[
        str | None, QueryParameter(description="RFC 3339; since it was created without it")
    ] = None,
    buckets: Annotated[
        int, QueryParameter(ge=1, le=MAX_BUCKETS, description="Stretches, at the most")
    ] = 60,
) -> Response[Sizes]:
    """How many members the segment had over time, up to now.

    Contacts who were deleted are left out of all of it, as they are of the history.
    """
    await time_passed(parts)
    begin = moment(start, "start")
    return json_answer(await parts.in_turn(_sizes, parts, segment_id, begin, buckets))


@get(
    "/v3/contacts/segments",
    opt=require("contacts:read"),
    operation_id="getSegments",
    tags=["Contacts"],
)
async def list_segments(
    parts: GivenParts, limit: UpTo50 = 10, offset: Offset = 0, sort: Sort = "desc"
) -> Response[BrevoSegmentPage]:
    """The account's segments."""
    segments = (await parts.read(parts.directory.state)).segments
    shown = [
        BrevoSegment(each.id, each.name, each.category, format_milliseconds(each.updated_at))
        for each in page(segments, sort, limit, offset)
    ]
    return json_answer(BrevoSegmentPage(len(segments), shown))


def existing_segment(directory: Directory, segment_id: int) -> Segment:
    """The segment; raises `NotFound`."""
    found = next((each for each in directory.state().segments if each.id == segment_id), None)
    if found is None:
        raise NotFound("Segment ID does not exist")
    return found


async def _one(parts: Parts, segment_id: int) -> ShownSegment:
    return _shown(parts, await parts.read(existing_segment, parts.directory, segment_id))


def _shown(parts: Parts, one: Segment) -> ShownSegment:
    return ShownSegment(
        id=one.id,
        name=one.name,
        category=one.category,
        state=one.state,
        progress=None if one.state == "live" else parts.computations.progress(one.id),
        count=one.size,
        created_at=format_instant(one.created_at),
        updated_at=format_instant(one.updated_at),
        definition=Raw(encode(one.definition)),
        former_definition=None if one.former is None else Raw(encode(one.former)),
    )


def _category(category: str | None) -> str | None:
    if category is not None and len(category) > MAX_NAME:
        raise InvalidParameter(f"category has more than {MAX_NAME} characters", "category")
    return category


def _definition(tree: dict[str, Any]) -> bytes:
    return encode(read_definition(tree, "definition"))


def _members(directory: Directory, segment_id: int, after: int, limit: int) -> MemberPage:
    segment = existing_segment(directory, segment_id)
    found = directory.members(segment_id, ContactId(after), limit)
    contacts = directory.contacts([one.contact_id for one in found])
    members = [
        ShownMember(format_instant(one.since), listed(contacts[one.contact_id]))
        for one in found
        if one.contact_id in contacts
    ]
    last = found[-1].contact_id if len(found) == limit else None
    return MemberPage(segment.size, segment.state, members, last)


def _history(
    directory: Directory, segment_id: int, before: PassageCursor | None, limit: int
) -> PassagePage:
    existing_segment(directory, segment_id)
    found = directory.passages(segment_id=segment_id, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    cursor = None if last is None else f"{last.position}.{last.at}.{last.contact_id}"
    contacts = directory.contacts({one.contact_id for one in found})
    entries = [_passage(one, contacts.get(one.contact_id)) for one in found]
    return PassagePage(entries, cursor)


def _passage(one: Passage, contact: Contact | None) -> ShownPassage:
    return ShownPassage(
        one.segment_id,
        one.contact_id,
        one.entered,
        format_instant(one.at),
        one.position,
        one.cause,
        named(one.contact_id, contact).label,
    )


def _sizes(parts: Parts, segment_id: int, start: int | None, buckets: int) -> Sizes:
    segment = existing_segment(parts.directory, segment_id)
    now = parts.clock.now()
    begin = min(segment.created_at if start is None else start, now)
    step = step_for(begin, now, buckets)
    first = begin - begin % step
    traffic = parts.directory.traffic(segment_id, first, step)
    before, moves = sizes(traffic.size, traffic.stretches)
    return Sizes(
        start=format_instant(max(first, EARLIEST)),
        end=format_instant(min(now - now % step + step, LATEST)),
        step_seconds=step // SECOND,
        size=before,
        moves=[
            ShownMove(format_instant(one.start), one.entered, one.left, one.size) for one in moves
        ],
    )


def _cursor(text: str) -> PassageCursor:
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise InvalidParameter("before is not what a page named as its before", "before")
    position, at, contact_id = (min(int(part), MAX_INT64) for part in parts)
    return PassageCursor(position, at, ContactId(contact_id))
