"""Which segments a contact is in, and why it is in one or not."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import Call, require
from footfall.api.bodies import BODY, read_body
from footfall.api.contacts import OfType, existing
from footfall.api.paging import PathId
from footfall.api.parts import GivenParts, Parts
from footfall.api.segment_preview import PreviewBody
from footfall.api.segments import existing_segment
from footfall.api.timeliness import time_passed
from footfall.contact_requests import IdentifierType
from footfall.contacts import Contact, ContactId
from footfall.errors import MissingParameter
from footfall.instants import format_instant
from footfall.ports import Directory
from footfall.segments.concerns import concerns
from footfall.segments.definition import Definition
from footfall.segments.evaluation import Context
from footfall.segments.explanation import Explanation, explain
from footfall.segments.intervals import THE_PAST
from footfall.segments.reading import read_definition

OfContact = Annotated[str, QueryParameter(description="An identifier of the contact")]


class ShownExplanation(msgspec.Struct, kw_only=True):
    """Why a contact is in a segment, or is not."""

    segment_id: int
    contact_id: int
    at: str
    """The moment for which all of this is so."""
    member: bool
    """Whether the contact is a member now."""
    condition: Explanation


class DefinitionExplanation(msgspec.Struct, kw_only=True):
    """Why a definition would find a contact, or would not."""

    contact_id: int
    at: str
    """The moment for which all of this is so."""
    condition: Explanation


class ShownMembership(msgspec.Struct):
    """A segment that a contact is in."""

    segment_id: int
    name: str
    state: Literal["computing", "live"]
    since: str


class Memberships(msgspec.Struct):
    """The segments that a contact is in, by their ids."""

    contact_id: int
    segments: list[ShownMembership]


@get(
    "/footfall/v1/segments/{segment_id:int}/explain",
    opt=require("contacts:read"),
    operation_id="explainSegment",
    tags=["Footfall"],
)
async def explain_one(
    parts: GivenParts, segment_id: PathId, contact: OfContact, identifier_type: OfType = None
) -> Response[ShownExplanation]:
    """Why a contact is in a segment: for each condition what it wants and what the contact has."""
    await time_passed(parts)
    return json_answer(await parts.read(_explained, parts, segment_id, contact, identifier_type))


@post(
    "/footfall/v1/segments/explain",
    opt=require("contacts:read") | {BODY: PreviewBody},
    status_code=200,
    operation_id="explainDefinition",
    tags=["Footfall"],
)
async def explain_definition(
    parts: GivenParts, request: Call, contact: OfContact, identifier_type: OfType = None
) -> Response[DefinitionExplanation]:
    """Why a definition would find a contact, before it is a segment."""
    body = await read_body(request, PreviewBody)
    if body.definition is None:
        raise MissingParameter("definition is missing", "definition")
    definition = read_definition(body.definition, "definition")
    await time_passed(parts)
    found = await parts.read(_explained_definition, parts, definition, contact, identifier_type)
    return json_answer(found)


@get(
    "/footfall/v1/contacts/{identifier:str}/segments",
    opt=require("contacts:read"),
    operation_id="listSegmentsOfContact",
    tags=["Footfall"],
)
async def list_segments(
    parts: GivenParts, identifier: FromPath[str], identifier_type: OfType = None
) -> Response[Memberships]:
    """The segments that a contact is in, and since when."""
    await time_passed(parts)
    return json_answer(await parts.read(_memberships, parts.directory, identifier, identifier_type))


def _explained(
    parts: Parts, segment_id: int, text: str, identifier_type: IdentifierType | None
) -> ShownExplanation:
    segment = existing_segment(parts.directory, segment_id)
    contact = existing(parts.directory, text, identifier_type)
    within = parts.directory.segments_of([contact.id]).get(contact.id, set())
    now = parts.clock.now()
    return ShownExplanation(
        segment_id=segment.id,
        contact_id=contact.id,
        at=format_instant(now),
        member=segment.id in within,
        condition=_explain(parts, segment.definition, contact, within, now),
    )


def _explained_definition(
    parts: Parts, definition: Definition, text: str, identifier_type: IdentifierType | None
) -> DefinitionExplanation:
    contact = existing(parts.directory, text, identifier_type)
    within = parts.directory.segments_of([contact.id]).get(contact.id, set())
    now = parts.clock.now()
    return DefinitionExplanation(
        contact_id=contact.id,
        at=format_instant(now),
        condition=_explain(parts, definition, contact, within, now),
    )


def _explain(
    parts: Parts, definition: Definition, contact: Contact, within: set[int], now: int
) -> Explanation:
    everything = dict.fromkeys(concerns(definition).events, THE_PAST)
    histories = parts.events.histories([contact.id], everything, parts.directory.position())
    past = histories.get(contact.id, ())
    return explain(definition, contact, past, now, Context(zone=parts.zone, segments=within))


def _memberships(
    directory: Directory, text: str, identifier_type: IdentifierType | None
) -> Memberships:
    contact = existing(directory, text, identifier_type)
    segments = {one.id: one for one in directory.state().segments}
    found = [
        ShownMembership(id_, segments[id_].name, segments[id_].state, format_instant(since))
        for id_, since in directory.memberships_of(ContactId(contact.id))
        if id_ in segments
    ]
    return Memberships(contact.id, found)
