"""`/footfall/v1/events/histogram` and `/facets`: what found events have in common."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.event_query import WANTED, Wanted
from footfall.api.parts import GivenParts, Parts
from footfall.instants import EARLIEST, LATEST, SECOND, format_instant
from footfall.ports import EventQuery
from footfall.searching import MAX_BUCKETS, facets, step_for

SAMPLE: Final = 1_000
"""Latest events from which facets are counted."""


class ShownBucket(msgspec.Struct):
    """How many events of one name happened in one stretch of time."""

    start: str
    name: str
    count: int


class Histogram(msgspec.Struct):
    """Events by name over time."""

    start: str | None
    """Of the first stretch; null where nothing matches."""
    end: str | None
    """Of the last one."""
    step_seconds: int
    buckets: list[ShownBucket]
    """In order of time; stretches without events are left out."""


class FacetValue(msgspec.Struct):
    """A value and how many events have it."""

    value: str
    """JSON text."""
    count: int


class ShownFacet(msgspec.Struct):
    """A property with its most frequent values."""

    path: str
    count: int
    values: list[FacetValue]


class Facets(msgspec.Struct):
    """The properties of the latest events that match."""

    sampled: int
    """Events that were looked at."""
    properties: list[ShownFacet]


@get(
    "/footfall/v1/events/histogram",
    opt=require("events:read"),
    operation_id="getEventHistogram",
    tags=["Footfall"],
    dependencies=WANTED,
)
async def read_histogram(
    parts: GivenParts,
    wanted: Wanted,
    buckets: Annotated[int, QueryParameter(ge=1, le=MAX_BUCKETS)] = 60,
) -> Response[Histogram]:
    """How many events match over time, by name; in as many stretches as asked for at the most."""
    return json_answer(await parts.read(_histogram, parts, wanted, buckets))


@get(
    "/footfall/v1/events/facets",
    opt=require("events:read"),
    operation_id="getEventFacets",
    tags=["Footfall"],
    dependencies=WANTED,
)
async def read_facets(parts: GivenParts, wanted: Wanted) -> Response[Facets]:
    """Which values the properties of the latest matching events have, the most frequent first."""
    return json_answer(await parts.read(_facets, parts, wanted))


def _histogram(parts: Parts, query: EventQuery, most: int) -> Histogram:
    span = (query.start, query.end)
    if query.start is None or query.end is None:
        found = parts.events.span(query)
        if found is None:
            return Histogram(None, None, 0, [])
        span = (query.start or found[0], query.end or found[1])
    start, end = span
    if start is None or end is None or start > end:
        return Histogram(None, None, 0, [])
    step = step_for(start, end, most)
    first = start - start % step
    last = end - end % step + step
    counted = parts.events.histogram(query, step)
    return Histogram(
        _shown(first),
        _shown(last),
        step // SECOND,
        [ShownBucket(_shown(each.start), each.name, each.count) for each in counted],
    )


def _shown(moment: int) -> str:
    return format_instant(min(max(moment, EARLIEST), LATEST))


def _facets(parts: Parts, query: EventQuery) -> Facets:
    latest = msgspec.structs.replace(query, limit=SAMPLE, counted=False)
    events = parts.events.find(latest).events
    found = facets(event.properties for event in events)
    return Facets(
        len(events),
        [
            ShownFacet(
                each.path, each.count, [FacetValue(value, count) for value, count in each.values]
            )
            for each in found
        ],
    )
