"""`GET /footfall/v1/events/set-aside`: events that were accepted and could not be applied."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.journaled import event_texts, events_at, given_identifiers
from footfall.api.parts import GivenParts, Parts
from footfall.errors import FootfallError
from footfall.events import read_event
from footfall.instants import format_instant
from footfall.records import MAX_POSITION, Position, Request
from footfall.verdicts import Verdict


class SetAsideEvent(msgspec.Struct):
    """An event that waits for its cause to be mended."""

    position: int
    name: str
    """Empty where the event cannot be read, or is gone by its age."""
    identifiers: dict[str, str]
    """Whom it named, by kind; in deciding order."""
    received_at: str
    reason: str
    message: str


class SetAsideEvents(msgspec.Struct):
    """A page of them, the latest first."""

    events: list[SetAsideEvent]
    before: int | None
    """What leads to the next page; null at the end."""


@get(
    "/footfall/v1/events/set-aside",
    opt=require("events:read"),
    operation_id="listSetAsideEvents",
    tags=["Footfall"],
)
async def list_set_aside(
    parts: GivenParts,
    before: Annotated[
        int | None,
        QueryParameter(ge=1, le=MAX_POSITION, description="`before` of the page that comes later"),
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000)] = 100,
) -> Response[SetAsideEvents]:
    """Events that were set aside and not replayed yet, each with the reason; the latest first."""
    place = Position(MAX_POSITION if before is None else before)
    return json_answer(await parts.read(_page, parts, place, limit))


def _page(parts: Parts, before: Position, limit: int) -> SetAsideEvents:
    found = parts.directory.lately_set_aside(before, limit)
    verdicts = {one.position: one for one in found}
    placed = events_at(parts.journal, sorted(verdicts))
    events = [_shown(verdicts[at], request, at - first) for at, first, request in placed]
    last = found[-1].position if len(found) == limit else None
    return SetAsideEvents(events[::-1], last)


def _shown(verdict: Verdict, request: Request, offset: int) -> SetAsideEvent:
    name, identifiers = _said(request, offset)
    return SetAsideEvent(
        position=verdict.position,
        name=name,
        identifiers=identifiers,
        received_at=format_instant(request.received_at),
        reason=verdict.reason,
        message=verdict.message,
    )


def _said(request: Request, offset: int) -> tuple[str, dict[str, str]]:
    """The event's name and whom it named; nothing of one that is gone or cannot be read."""
    try:
        text = event_texts(request)[offset]
        event = None if text is None else read_event(text)
    except (msgspec.MsgspecError, ValueError, RecursionError, FootfallError):
        return "", {}
    return ("", {}) if event is None else (event.name, given_identifiers(event))
