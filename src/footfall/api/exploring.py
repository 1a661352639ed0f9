"""`/footfall/v1/events/histogram` and `/facets`: what found events have in common."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from footfall.api.answers import json_answer
from footfall.api.authentication import require
from footfall.api.event_query import WANTED, Wanted, bounded
from footfall.api.parts import GivenParts, Parts
from footfall.instants import DAY, EARLIEST, LATEST, SECOND, format_instant
from footfall.ports import EventQuery
from footfall.searching import MAX_BUCKETS, facets, joined, step_for

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
    looked_back_to: str | None
    """Only what happened since then was counted, for want of time; null for everything."""


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
    looked_back_to: str | None
    """They are among what happened since then, for want of time; null where none is left out."""


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
    """How many events match over time, by name; in as many stretches as asked for at the most.

    A search that takes long says how far back it counted.
    """
    with parts.asking(bounded(wanted, parts.clock.now())) as query:
        return json_answer(await parts.read_beside(_histogram, parts, query, buckets))


@get(
    "/footfall/v1/events/facets",
    opt=require("events:read"),
    operation_id="getEventFacets",
    tags=["Footfall"],
    dependencies=WANTED,
)
async def read_facets(parts: GivenParts, wanted: Wanted) -> Response[Facets]:
    """Which values the properties of the latest matching events have, the most frequent first."""
    with parts.asking(bounded(wanted, parts.clock.now())) as query:
        return json_answer(await parts.read_beside(_facets, parts, query))


def _histogram(parts: Parts, query: EventQuery, most: int) -> Histogram:
    """Where the range is open, days are counted first; for a long one they need only be joined."""
    start, end = query.start, query.end
    days, back_to = None, None
    if start is None or end is None:
        days = parts.events.histogram(query, DAY)
        back_to = days.looked_back_to
        if days.dates is None:
            return Histogram(None, None, 0, [], _shown_or_none(back_to))
        start = days.dates[0] if start is None else start
        end = days.dates[1] if end is None else end
        if back_to is not None:  # What is older would be looked through in vain.
            query = msgspec.structs.replace(query, start=max(start, back_to))
    if start > end:
        return Histogram(None, None, 0, [], None)
    step = step_for(start, end, most)
    first = start - start % step
    last = end - end % step + step
    if days is not None and step >= DAY:
        buckets = joined(days.buckets, step)
    else:
        counted = parts.events.histogram(query, step)
        buckets = counted.buckets
        if counted.looked_back_to is not None:
            back_to = counted.looked_back_to
    return Histogram(
        _shown(first),
        _shown(last),
        step // SECOND,
        [ShownBucket(_shown(each.start), each.name, each.count) for each in buckets],
        _shown_or_none(back_to),
    )


def _shown(moment: int) -> str:
    return format_instant(min(max(moment, EARLIEST), LATEST))


def _shown_or_none(moment: int | None) -> str | None:
    return None if moment is None else _shown(moment)


def _facets(parts: Parts, query: EventQuery) -> Facets:
    latest = msgspec.structs.replace(query, limit=SAMPLE, counted=False, gives_way=True)
    page = parts.events.find(latest)
    found = facets(event.properties for event in page.events)
    return Facets(
        len(page.events),
        [
            ShownFacet(
                each.path, each.count, [FacetValue(value, count) for value, count in each.values]
            )
            for each in found
        ],
        _shown_or_none(page.looked_back_to),
    )
